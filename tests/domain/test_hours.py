"""Opening hours as a table: over midnight, on days off, and in the two nights in which the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.hours import ALWAYS, OpeningHours, Span

BERLIN = ZoneInfo("Europe/Berlin")
DAY = (Span(8 * 60, 17 * 60),)
OFFICE = OpeningHours((DAY, DAY, DAY, DAY, DAY, (), ()), BERLIN, frozenset({date(2026, 12, 25)}))
LUNCH = OpeningHours(((Span(8 * 60, 12 * 60), Span(13 * 60, 17 * 60)), (), (), (), (), (), ()), BERLIN)
NIGHTS = OpeningHours(((Span(22 * 60, 30 * 60),),) * 7, BERLIN, frozenset({date(2026, 12, 25)}))
SMALL_HOURS = OpeningHours(((Span(2 * 60 + 30, 4 * 60),),) * 7, BERLIN)
TWICE = OpeningHours(((Span(0, 2 * 60 + 30),),) * 7, BERLIN)


def at(text: str) -> datetime:
    """On the clock of the desk."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "is_open"),
    [
        (OFFICE, at("2026-11-20T07:59"), False), (OFFICE, at("2026-11-20T08:00"), True), (OFFICE, at("2026-11-20T16:59"), True),
        (OFFICE, at("2026-11-20T17:00"), False), (OFFICE, at("2026-11-21T10:00"), False), (OFFICE, at("2026-12-25T10:00"), False),
        (OFFICE, utc("2026-07-01T06:00"), True), (OFFICE, utc("2026-12-01T06:30"), False),
        (LUNCH, at("2026-11-23T12:30"), False), (LUNCH, at("2026-11-23T13:00"), True),
        (NIGHTS, at("2026-11-20T23:59"), True), (NIGHTS, at("2026-11-21T00:00"), True), (NIGHTS, at("2026-11-21T05:59"), True),
        (NIGHTS, at("2026-11-21T06:00"), False), (NIGHTS, at("2026-12-25T03:00"), True), (NIGHTS, at("2026-12-25T23:00"), False),
        (NIGHTS, at("2026-12-26T03:00"), False), (NIGHTS, at("2026-12-26T23:00"), True),
        (SMALL_HOURS, utc("2027-03-28T01:00"), False), (SMALL_HOURS, utc("2027-03-28T01:30"), True), (SMALL_HOURS, utc("2027-03-28T02:00"), False),
        (TWICE, utc("2026-10-25T00:15"), True), (TWICE, utc("2026-10-25T01:15"), True), (TWICE, utc("2026-10-25T01:30"), False),
        (ALWAYS, utc("2026-11-21T03:00"), True),
    ],
)  # fmt: skip
def test_somebody_is_there_exactly_when_the_clock_of_the_desk_says_so(
    hours: OpeningHours, moment: datetime, is_open: object
) -> None:
    assert hours.is_open(moment) is is_open


@pytest.mark.parametrize(
    ("hours", "moment", "opens"),
    [
        (OFFICE, at("2026-11-20T07:00"), at("2026-11-20T08:00")), (OFFICE, at("2026-11-20T17:00"), at("2026-11-23T08:00")),
        (OFFICE, at("2026-12-24T18:00"), at("2026-12-28T08:00")), (LUNCH, at("2026-11-23T12:30"), at("2026-11-23T13:00")),
        (OFFICE, at("2027-03-27T12:00"), utc("2027-03-29T06:00")), (OFFICE, at("2026-10-24T12:00"), utc("2026-10-26T07:00")),
        (NIGHTS, at("2026-12-25T07:00"), at("2026-12-26T22:00")), (OpeningHours(((),) * 7), at("2026-11-20T08:00"), None),
    ],
)  # fmt: skip
def test_the_next_opening_is_found_over_weekends_days_off_and_changes_of_the_clock(
    hours: OpeningHours, moment: datetime, opens: datetime | None
) -> None:
    assert hours.opens_after(moment) == opens


@pytest.mark.parametrize(
    ("hours", "moment", "minutes", "until"),
    [
        (OFFICE, at("2026-11-20T10:00"), 15, at("2026-11-20T10:15")), (OFFICE, at("2026-11-20T16:50"), 15, at("2026-11-23T08:05")),
        (OFFICE, at("2026-11-20T16:45"), 15, at("2026-11-20T17:00")), (OFFICE, at("2026-11-21T10:00"), 15, at("2026-11-23T08:15")),
        (LUNCH, at("2026-11-23T11:50"), 15, at("2026-11-23T13:05")), (OFFICE, at("2026-11-20T10:00"), 10 * 60, at("2026-11-23T11:00")),
        (ALWAYS, utc("2026-11-21T23:50"), 15, utc("2026-11-22T00:05")),
    ],
)  # fmt: skip
def test_only_opening_hours_count(hours: OpeningHours, moment: datetime, minutes: int, until: datetime) -> None:
    assert hours.after(moment, timedelta(minutes=minutes)) == until


@pytest.mark.parametrize(
    ("then", "day"),
    [
        ("2026-11-20T23:00", "today"), ("2026-11-21T00:30", "tomorrow"), ("2026-11-23T08:00", "monday"),
        ("2026-11-26T08:00", "thursday"), ("2026-11-27T08:00", "later"),
    ],
)  # fmt: skip
def test_a_day_is_named_as_people_at_the_desk_would_name_it(then: str, day: str) -> None:
    assert OFFICE.day_of(at(then), at("2026-11-20T18:00")) == day
    assert OFFICE.place_name() == "Berlin"
