"""When somebody is at the desk: hours by weekday, days off, and a time zone whose clock changes are counted as they happen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
When = Literal[Weekday, "today", "tomorrow", "later"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
LOOKS_AHEAD = 370
"""Days. Whoever is closed for longer opens at no time that can be promised."""


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes after the midnight that its day begins with; one that ends on the next day ends after 1440."""

    first: int
    until: int


WHOLE_DAY = (Span(0, 1440),)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """`week`: seven days from Monday on. A span over midnight belongs to the day it begins on, also before a day off.

    `is_promise`: an administrator has said so; otherwise nobody is told of any hours.
    """

    week: tuple[tuple[Span, ...], ...]
    zone: tzinfo = UTC
    closed_on: frozenset[date] = field(default=frozenset())
    is_promise: bool = True

    def is_open(self, at: datetime) -> bool:
        return any(first <= at < until for first, until in self._from(at, days=1))

    def opens_after(self, at: datetime) -> datetime | None:
        """The first opening later than this moment."""
        return next((first for first, _ in self._from(at, days=LOOKS_AHEAD) if first > at), None)

    def after(self, at: datetime, open_time: timedelta) -> datetime | None:
        """The moment by which the desk has been open for so long."""
        left = open_time
        for first, until in self._from(at, days=LOOKS_AHEAD):
            begins = max(first, at)
            if until - begins >= left:
                return begins + left
            left -= max(until - begins, timedelta(0))
        return None

    def place_name(self) -> str:
        """Whose clock it is: Berlin, or UTC."""
        name = self.zone.key if isinstance(self.zone, ZoneInfo) else "UTC"
        return name.rpartition("/")[2].replace("_", " ")

    def day_of(self, then: datetime, seen_from: datetime) -> When:
        """The day in words, as whoever stands at the desk would say it; beyond a week only a date is clear."""
        day, today = then.astimezone(self.zone).date(), seen_from.astimezone(self.zone).date()
        match (day - today).days:
            case 0:
                return "today"
            case 1:
                return "tomorrow"
            case days if days < len(WEEKDAYS):
                return WEEKDAYS[day.weekday()]
            case _:
                return "later"

    def _from(self, at: datetime, *, days: int) -> Iterator[tuple[datetime, datetime]]:
        """In their order, from the day before on: that one may have a span over midnight."""
        today = at.astimezone(self.zone).date()
        for ahead in range(-1, days + 1):
            day = today + timedelta(days=ahead)
            if day not in self.closed_on:
                yield from ((self._moment(day, span.first), self._moment(day, span.until, 1)) for span in self._on(day))

    def _on(self, day: date) -> tuple[Span, ...]:
        return self.week[day.weekday()]

    def _moment(self, day: date, minutes: int, fold: int = 0) -> datetime:
        """In UTC. Of an hour that the clocks give twice the desk has both; in one that they leave out it opens after it."""
        days, rest = divmod(minutes, 1440)
        local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), self.zone)
        return local.replace(fold=fold).astimezone(UTC)


ALWAYS = OpeningHours((WHOLE_DAY,) * 7, is_promise=False)
"""Where nobody has said when somebody is there: every hour counts, none is promised."""
