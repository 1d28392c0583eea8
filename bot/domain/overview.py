"""How it went in the last weeks, in numbers and about nobody: what is counted, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, get_args

from bot.domain.cases import Instead, Outcome, Reason
from bot.domain.policy import METHODS

WEEKS = 12
Ending = Literal["alone", "human", "unsaid", "left"]
"""They said that it worked, and no human was needed · a case was opened · a key was shown and nothing said · neither."""
Measure = Literal["reasons", "wishes", "methods", "outcomes", "ratings", "tags"]
KINDS: Mapping[Measure, tuple[str, ...]] = {
    "reasons": get_args(Reason),
    "wishes": get_args(Instead),
    "methods": (*METHODS, "second_agent"),
    "outcomes": (*get_args(Outcome), "reopened"),
    "ratings": ("bot_good", "bot_bad", "human_good", "human_bad"),
}
"""What comes out, beside the organisation's own tags. A name that is not among these does not."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds: half of them took no longer than the `middle`, nine of ten no longer than `most`."""

    count: int
    middle: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class Week:
    begins: date
    endings: Mapping[str, int]
    to_key: Spread
    waiting: Spread
    counts: Mapping[Measure, Mapping[str, int]]

    @property
    def lock_outs(self) -> int:
        return sum(self.endings.values())


@dataclass(frozen=True, slots=True)
class Overview:
    """The last twelve weeks, this one included, and each of their days. Weeks begin on Monday; all is in UTC."""

    weeks: tuple[Week, ...]
    days: tuple[tuple[date, int], ...]
    kinds: Mapping[Measure, tuple[str, ...]] = field(default_factory=lambda: KINDS)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def spread(found: Sequence[float]) -> Spread:
    """The nearest that occurred, not something between two of them."""
    seconds, count = sorted(found), len(found)
    if not count:
        return Spread(0, None, None)
    return Spread(count, seconds[(count - 1) // 2], seconds[(count * 9 + 9) // 10 - 1])
