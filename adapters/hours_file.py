"""Reads opening hours out of a table of TOML: taken whole, or refused with a sentence for each mistake."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.hours import WEEKDAYS, OpeningHours, Span

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]|24(?=:00)):([0-5]\d)")
FIELDS = ("time_zone", "closed_on", "open")


def hours_in(content: Mapping[str, object], problems: list[str]) -> OpeningHours | None:
    """None, and what is wrong is among the problems."""
    zone, closed_on = _zone(content, problems), _days_off(content, problems)
    week = _week(content, problems)
    return OpeningHours(week, zone, closed_on) if zone and not problems else None


def _zone(content: Mapping[str, object], problems: list[str]) -> ZoneInfo | None:
    name = content.get("time_zone")
    if not isinstance(name, str) or not name:
        problems.append("`time_zone`: is missing")
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problems.append(f"`time_zone`: there is no “{name}” on this machine; Europe/Berlin is one, for example")
        return None


def _days_off(content: Mapping[str, object], problems: list[str]) -> frozenset[date]:
    """TOML knows dates; one in quotation marks is a text."""
    days = content.get("closed_on", [])
    if not isinstance(days, list):
        problems.append("`closed_on`: is no list: put it in square brackets")
        return frozenset()
    wrong = [day for day in days if not isinstance(day, date) or isinstance(day, datetime)]
    problems += (f"`closed_on`: {day!r} is no date: write 2026-12-25, without quotation marks" for day in wrong)
    return frozenset(day for day in days if day not in wrong)


def _week(content: Mapping[str, object], problems: list[str]) -> tuple[tuple[Span, ...], ...]:
    table = content.get("open")
    if not isinstance(table, dict):
        problems.append("`[open]`: is missing; name the weekdays in it")
        return ()
    problems += (f"`{day}`: is no weekday: monday to sunday" for day in table if day not in WEEKDAYS)
    week = tuple(_day(table.get(day, []), day, problems) for day in WEEKDAYS)
    if not problems and not any(week):
        problems.append("`[open]`: nobody is ever there; leave the whole file out if no hours shall be promised")
    problems += _overlaps(week)
    return week


def _day(texts: object, day: str, problems: list[str]) -> tuple[Span, ...]:
    if not isinstance(texts, list):
        problems.append(f'`{day}`: is no list: write ["08:00-17:00"], or leave the day out')
        return ()
    spans = [_span(text, day, problems) for text in texts]
    return tuple(sorted((span for span in spans if span), key=lambda span: span.first))


def _span(text: object, day: str, problems: list[str]) -> Span | None:
    found = _SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        problems.append(f"`{day}`: {text!r} is no span: write 08:00-17:00, at most 24:00")
        return None
    first, until = (int(found[hour]) * 60 + int(found[hour + 1]) for hour in (1, 3))
    if first == until:
        problems.append(f"`{day}`: {text!r} ends when it begins; the whole day is 00:00-24:00")
        return None
    return Span(first, until if until > first else until + 1440)


def _overlaps(week: tuple[tuple[Span, ...], ...]) -> Iterator[str]:
    """Also from one day into the next, and from Sunday into Monday."""
    minutes = [
        (at * 1440 + span.first, at * 1440 + span.until, day)
        for at, (day, spans) in enumerate(zip(WEEKDAYS, week, strict=True))
        for span in spans
    ]
    again = [(first + 7 * 1440, until, day) for first, until, day in minutes[:1]]
    for (_, until, day), (first, _, _) in pairwise(minutes + again):
        if first < until:
            yield f"`{day}`: two spans overlap, perhaps with those of the next day"
