"""What another policy would have decided about past challenges, as far as the audit can tell.

Both are seen with the methods that the person had then: a set out of their reach let nobody in, and will let nobody in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from bot.domain.policy import Decision, Policy, decide, no_easier, within_reach
from bot.domain.policy_record import Remembered
from bot.domain.policy_review import ground_of

Verdict = Literal["same", "easier", "harder", "other", "depends"]
Pair: TypeAlias = tuple[Decision, Decision]


@dataclass(frozen=True, slots=True)
class Compared:
    """`depends`: on what the audit does not hold. Not `certain`: the two decisions are one example of several."""

    verdict: Verdict
    now: Decision
    then: Decision
    certain: bool
    missing: tuple[str, ...]


class Replay:
    """Compares two policies. Alike challenges are decided once."""

    def __init__(self, present: Policy, changed: Policy) -> None:
        self._present, self._changed = present, changed
        self._ground = ground_of(present, changed)
        self._known: dict[tuple[Remembered, int, int], Compared] = {}

    def compare(self, at: datetime, remembered: Remembered) -> Compared:
        alike = (remembered, self._present.hour_of(at), self._changed.hour_of(at))
        if alike not in self._known:
            self._known[alike] = self._compared(*alike)
        return self._known[alike]

    def _compared(self, remembered: Remembered, hour: int, changed_hour: int) -> Compared:
        missing = remembered.missing(self._present, self._changed)
        pairs: dict[tuple[object, object], Pair] = {}
        for now, then in self._decisions(remembered, hour, changed_hour):
            pairs.setdefault((now.sets, then.sets), (now, then))
        verdicts = {_verdict(*pair) for pair in pairs.values()}
        verdict = verdicts.pop() if len(verdicts) == 1 else "depends"
        differing = (pair for pair in pairs.values() if verdict == "same" or _verdict(*pair) != "same")
        return Compared(verdict, *next(differing), certain=len(pairs) == 1, missing=missing)

    def _decisions(self, remembered: Remembered, hour: int, changed_hour: int) -> Iterator[Pair]:
        for asker in remembered.possible(self._ground, self._present, self._changed):
            now = decide(self._present, replace(asker, hour=hour))
            then = decide(self._changed, replace(asker, hour=changed_hour))
            yield within_reach(now, remembered.methods), within_reach(then, remembered.methods)


def _verdict(now: Decision, then: Decision) -> Verdict:
    """By the ways in: an order of preference that changed is a difference too."""
    if now.sets == then.sets:
        return "same"
    harder, easier = no_easier(then, now), no_easier(now, then)
    if harder == easier:
        return "other"
    return "harder" if harder else "easier"
