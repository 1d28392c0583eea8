"""Counts records of the audit, one after the other: lock-outs and how they ended, cases and how long they waited.

Aliases of people are used to tell one lock-out from the next; they stay in this memory and leave it within hours, or with
the case.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import orjson

from bot.domain.cases import Reason
from bot.domain.overview import KINDS, WEEKS, Ending, Measure, Overview, Week, monday, spread

A_DAY = timedelta(days=1)
PAUSE = timedelta(hours=12)
"""After so long without a word it is another lock-out, unless a case of the first is open."""
NO_LOCK_OUT: frozenset[Reason] = frozenset({"lost_or_stolen", "not_me", "pasted_key", "denied", "disowned"})
"""Whoever comes to a human for these may not be locked out at all."""
_TROUBLE = frozenset({"key.found", "key.none", "key_id.near", "key_id.unknown", "key_id.foreign", "link.refused"})


@dataclass(frozen=True, slots=True)
class Told:
    """A record of the audit, as far as it matters here."""

    at: datetime
    what: str
    who: str
    about: Mapping[str, str]


@dataclass(slots=True)
class LockOut:
    """`seconds`: from its first word to its first key."""

    begun: datetime
    last: datetime
    shown: bool = False
    seconds: float | None = None
    solved: bool = False
    human: bool = False
    case: str = ""

    @property
    def ending(self) -> Ending:
        if self.human:
            return "human"
        return "alone" if self.solved else "unsaid" if self.shown else "left"


@dataclass(slots=True)
class Wait:
    """Of a case, for the agent who takes it first. Whoever called was never in the queue.

    `ended`: in which week, with which outcome and tags, for as long as it is not opened again.
    """

    since: datetime
    person: str
    in_queue: bool
    seconds: float | None = None
    reason: str = ""
    ended: tuple[date, str, tuple[str, ...]] | None = None


@dataclass(slots=True)
class Tally:
    kinds: Mapping[Measure, tuple[str, ...]] = field(default_factory=lambda: KINDS)
    _lock_outs: list[LockOut] = field(default_factory=list)
    _open: dict[str, LockOut] = field(default_factory=dict)
    _waits: dict[str, Wait] = field(default_factory=dict)
    _counts: Counter[tuple[date, Measure, str]] = field(default_factory=Counter)

    def count(self, told: Told) -> None:
        about = told.about
        match told.what:
            case what if what in _TROUBLE:
                self._in_trouble(told)
            case "chat.handed_off" | "case.opened":
                self._to_human(told)
            case "case.taken":
                wait = self._waits.get(about.get("case", ""))
                if wait and wait.seconds is None:
                    wait.seconds = (told.at - wait.since).total_seconds()
            case "case.wish":
                self._add(told, "wishes", about.get("wish", ""))
            case "case.closed":
                self._closed(told, about.get("case", ""), about.get("outcome", ""), about.get("tags", "").split())
            case "case.reopened":
                self._reopened(told, about.get("case", ""))
            case "case.merged":
                self._merged(about.get("case", ""), about.get("into", ""))
            case "proof.accepted":
                for method in about.get("methods", "").split():
                    self._add(told, "methods", method)
            case "key.shown" | "key.read_aloud":
                self._shown(told)
            case "key.worked" | "chat.solved":
                if lock_out := self._current(told):
                    lock_out.solved = True
            case "rating.given":
                self._add(told, "ratings", f"{about.get('by')}_{about.get('mark')}")

    def _current(self, told: Told) -> LockOut | None:
        known = self._open.get(told.who)
        return known if known and (known.case or told.at - known.last < PAUSE) else None

    def _in_trouble(self, told: Told) -> LockOut:
        known = self._current(told)
        if known and (known.case or not known.solved):
            known.last = told.at
            return known
        begun = self._open[told.who] = LockOut(told.at, told.at)
        self._lock_outs.append(begun)
        return begun

    def _to_human(self, told: Told) -> None:
        reason, number = told.about.get("reason", ""), told.about.get("case", "")
        lock_out = self._current(told) if reason in NO_LOCK_OUT else self._in_trouble(told)
        if lock_out:
            lock_out.human, lock_out.case = True, number or lock_out.case
        if told.what == "case.opened":
            self._add(told, "reasons", reason)
            self._waits[number] = Wait(told.at, told.who, in_queue=reason != "called", reason=reason)

    def _closed(self, told: Told, number: str, outcome: str, tags: Sequence[str]) -> None:
        self._add(told, "outcomes", outcome)
        for tag in tags:
            self._add(told, "tags", tag)
        if wait := self._waits.get(number):
            if (lock_out := self._open.get(wait.person)) and lock_out.case == number:
                del self._open[wait.person]
            wait.person, wait.ended = "", (monday(told.at.date()), outcome, tuple(tags))

    def _reopened(self, told: Told, number: str) -> None:
        """It had not ended after all: what counts is how it ends at last, and that it was opened again."""
        self._add(told, "outcomes", "reopened")
        wait = self._waits.get(number)
        if wait is None or wait.ended is None:
            return
        week, outcome, tags = wait.ended
        wait.ended = None
        self._counts[week, "outcomes", outcome] -= 1
        for tag in tags:
            self._counts[week, "tags", tag] -= 1

    def _merged(self, number: str, into: str) -> None:
        """Two cases that were one are counted once: as the one that remains."""
        wait = self._waits.pop(number, None)
        if wait is None:
            return
        self._counts[monday(wait.since.date()), "reasons", wait.reason] -= 1
        if (lock_out := self._open.get(wait.person)) and lock_out.case == number:
            lock_out.case = into

    def _shown(self, told: Told) -> None:
        """A key without a known beginning says nothing about how long it took."""
        known = self._current(told)
        lock_out = known or self._in_trouble(told)
        if known and not known.shown:
            lock_out.seconds = (told.at - lock_out.begun).total_seconds()
        lock_out.shown, lock_out.last = True, told.at

    def _add(self, told: Told, measure: Measure, kind: str) -> None:
        self._counts[monday(told.at.date()), measure, kind] += 1

    def forget(self, first: date, now: datetime) -> None:
        """What is older than the picture, and who it was as soon as that no longer matters."""
        self._lock_outs = [one for one in self._lock_outs if one.begun.date() >= first]
        self._open = {
            who: one
            for who, one in self._open.items()
            if now - one.last < PAUSE or (one.case and one.begun.date() >= first)
        }
        self._waits = {number: one for number, one in self._waits.items() if one.since.date() >= first}
        self._counts = Counter({key: count for key, count in self._counts.items() if key[0] >= first})

    def picture(self, first: date, today: date) -> Overview:
        days = [first + n * A_DAY for n in range((today - first).days + 1)]
        lock_outs: dict[date, list[LockOut]] = {day: [] for day in days}
        waits: dict[date, list[float]] = {}
        for lock_out in self._lock_outs:
            lock_outs.setdefault(lock_out.begun.date(), []).append(lock_out)
        for wait in self._waits.values():
            if wait.in_queue and wait.seconds is not None:
                waits.setdefault(monday(wait.since.date()), []).append(wait.seconds)
        mondays = [first + timedelta(weeks=n) for n in range(WEEKS)]
        of_weeks = {
            begins: [one for n in range(7) for one in lock_outs.get(begins + n * A_DAY, ())] for begins in mondays
        }
        weeks = (self._week(begins, of_weeks[begins], waits.get(begins, [])) for begins in mondays)
        return Overview(tuple(weeks), tuple((day, len(lock_outs[day])) for day in days), self.kinds)

    def _week(self, begins: date, lock_outs: list[LockOut], waits: list[float]) -> Week:
        counts = {
            measure: {kind: n for kind in kinds if (n := self._counts[begins, measure, kind])}
            for measure, kinds in self.kinds.items()
        }
        to_key = spread([one.seconds for one in lock_outs if one.seconds is not None])
        return Week(begins, Counter(one.ending for one in lock_outs), to_key, spread(waits), counts)


def read(line: str) -> Told:
    content = orjson.loads(line)
    return Told(datetime.fromisoformat(content["at"]), content["what"], content["who"] or "", content["about"])
