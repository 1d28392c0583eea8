"""The part of a release in which an agent reads the key to somebody who has no screen of their own: once, and on record first.

It holds whatever the pages do: only the agent who proposed it reads, and only while the case is theirs.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from bot import oversight, standing
from bot.challenge import VIEW_LIVES, TellOwner
from bot.domain.audit import Fact
from bot.domain.cases import Agent, Case
from bot.domain.release import Agreed, Reading
from bot.effects import Tell
from bot.flow import Step
from bot.keychange import KeyWasShown, PersonGotIn, PersonStillLocked, rotation_of

WhyUnread = Literal["damaged", "out_of_reach"]


@dataclass(frozen=True, slots=True)
class KeyRead:
    """The agent is about to see it. `id`: of the one page that will have it. `plan_id`: of the release that was looked at."""

    by: Agent
    plan_id: str
    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class KeyUnreadable:
    """Nothing was seen, so the reading is not spent."""

    by: Agent
    why: WhyUnread


@dataclass(frozen=True, slots=True)
class ReadingEnded:
    """The agent says whether the computer opened."""

    by: Agent
    worked: bool


Event: TypeAlias = KeyRead | KeyUnreadable | ReadingEnded
Next: TypeAlias = Step[Agreed, Tell | TellOwner]


def step(case: Case, release: Agreed, event: Event) -> Next:
    match event:
        case KeyRead(by, seen, at) if seen == release.plan.id and may_read(release, by, at):
            return _read(case, release, event)
        case KeyUnreadable(by, why) if release.plan.aloud and _is_reader(release, by):
            what = "key.damaged" if why == "damaged" else "key.out_of_reach"
            return Step(release, facts=(_fact(what, case, release),))
        case ReadingEnded(by, worked) if release.reading and release.reading.worked is None and _is_reader(release, by):
            return _ended(case, release, release.reading, worked=worked)
        case _:
            return Step(release)


def reader_of(event: object) -> Agent | None:
    return event.by if isinstance(event, KeyRead | KeyUnreadable | ReadingEnded) else None


def heard_of(event: object) -> str | None:
    """What the case keeps of it."""
    match event:
        case KeyRead():
            return "read_aloud"
        case KeyUnreadable(why=why):
            return why
        case ReadingEnded(worked=worked):
            return "worked" if worked else "did_not_work"
        case _:
            return None


def may_read(release: Agreed, by: Agent, at: datetime) -> bool:
    opens = release.opens_at
    return (
        release.plan.aloud is not None
        and not release.spent
        and opens is not None
        and opens <= at < release.until
        and _is_reader(release, by)
    )


def is_lit(release: object, by: Agent, at: datetime) -> bool:
    """Whether the page that has the key may still show it."""
    return (
        isinstance(release, Agreed)
        and release.reading is not None
        and release.reading.worked is None
        and at < release.reading.at + VIEW_LIVES
        and _is_reader(release, by)
    )


def _is_reader(release: Agreed, by: Agent) -> bool:
    """The first word is of whoever had the case and proposed it."""
    return release.words[0].by == by


def _read(case: Case, release: Agreed, event: KeyRead) -> Next:
    """As after a view of the person's own, with every address told."""
    device, key_ref = release.plan.device, release.plan.key_ref
    shown = KeyWasShown(key_ref, case_of(case.number), case.person, device.id, device.name)
    seen = oversight.Reading(event.at, case.number, device.name)
    effects = (
        Tell(rotation_of(device.id), shown),
        Tell(standing.of_person(case.person), standing.KeySeen(f"case/{case.number}/{event.id}", event.at)),
        TellOwner(case.person, device.id, device.name, case_of(case.number), event.at, widely=True, aloud=True),
        Tell(oversight.of_agent(event.by.id), oversight.KeyReadAloud(event.by, seen)),
    )
    why = release.plan.aloud or ""
    by = tuple(
        Fact("case.read_aloud" if _is_reader(release, word.by) else "case.reading_agreed", word.by.id,
             {"case": str(case.number), "why": why})
        for word in release.words
    )  # fmt: skip
    read = replace(release, spent=True, reading=Reading(event.id, event.at))
    return Step(read, effects, (_fact("key.read_aloud", case, release, why=why), *by))


def _ended(case: Case, release: Agreed, reading: Reading, *, worked: bool) -> Next:
    told = Tell(rotation_of(release.plan.device.id), PersonGotIn() if worked else PersonStillLocked())
    fact = _fact("key.worked" if worked else "key.did_not_work", case, release)
    return Step(replace(release, reading=replace(reading, worked=worked)), (told,), (fact,))


def case_of(number: int) -> str:
    return f"case:{number}"


def _fact(what: str, case: Case, release: Agreed, **about: str) -> Fact:
    plan = release.plan
    return Fact(what, case.person, {"case": str(case.number), "device": plan.device.id, "key": plan.key_ref, **about})
