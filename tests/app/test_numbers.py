"""The counting, as tables: what the audit tells, hour by hour, and what is made of it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.audit import Fact
from bot.domain.overview import Measure, Overview, Spread, spread
from bot.domain.people import PersonId
from bot.numbers import Numbers
from bot.ports.store import Turn
from bot.tally import Tally, Told
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore

MONDAY = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
Row = tuple[float, str, str, dict[str, str]]
"""Hours after Monday at eight, what, who, and the words about it."""

TO_KEY: list[Row] = [
    (0, "key.found", "alex", {}),
    (0, "link.given", "alex", {}),
    (0.1, "key.shown", "alex", {"view": "1"}),
]
OPENED: list[Row] = [
    (0, "chat.handed_off", "alex", {"reason": "asked"}),
    (0, "case.opened", "alex", {"case": "1001", "reason": "asked"}),
]
MERGED: list[Row] = [
    *OPENED,
    (1, "case.opened", "alex", {"case": "1002", "reason": "no_key"}),
    (2, "case.taken", "dana", {"case": "1002"}),
    (3, "case.taken", "dana", {"case": "1001"}),
    (3, "case.merged", "dana", {"case": "1002", "into": "1001"}),
]
CLOSED: Row = (40, "case.closed", "dana", {"case": "1001", "outcome": "solved"})

LOCK_OUTS: list[tuple[str, list[Row], dict[str, int]]] = [
    ("nothing", [], {}),
    ("a greeting is none", [(0, "chat.opened", "alex", {}), (0, "session.begun", "alex", {})], {}),
    ("it worked, said on the page and in the chat", [*TO_KEY, (0.2, "key.worked", "alex", {}), (0.2, "chat.solved", "alex", {"by": "bot"})], {"alone": 1}),
    ("seen, and nothing said", TO_KEY, {"unsaid": 1}),
    ("gone without a key", [(0, "key_id.unknown", "alex", {}), (0.1, "key_id.near", "alex", {}), (0.1, "key.found", "alex", {})], {"left": 1}),
    ("a human", OPENED, {"human": 1}),
    ("a human, though it worked in the end", [*OPENED, (1, "key.found", "alex", {}), (1.1, "key.shown", "alex", {}), (2, "chat.solved", "alex", {"by": "human"})], {"human": 1}),
    ("a case over the weekend is one lock-out", [*OPENED, (39, "key.shown", "alex", {}), (39, "key.worked", "alex", {}), CLOSED], {"human": 1}),
    ("twice in one talk", [*TO_KEY, (1, "chat.solved", "alex", {}), (2, "key.found", "alex", {})], {"alone": 1, "left": 1}),
    ("after a case, another", [*OPENED, CLOSED, (41, "key.found", "alex", {})], {"human": 1, "left": 1}),
    ("two cases that became one, and another", [*MERGED, CLOSED, (41, "key.found", "alex", {})], {"human": 1, "left": 1}),
    ("on another day", [*TO_KEY, (24, "key.found", "alex", {})], {"unsaid": 1, "left": 1}),
    ("of two people", [*TO_KEY, (0.1, "key.found", "kim", {})], {"unsaid": 1, "left": 1}),
    ("lost is not locked out", [(0, "chat.handed_off", "alex", {"reason": "lost_or_stolen"}), (0, "case.opened", "alex", {"case": "1001", "reason": "lost_or_stolen"})], {}),
    ("a stolen one days later is another matter", [*TO_KEY, (60, "case.opened", "alex", {"case": "1001", "reason": "lost_or_stolen"})], {"unsaid": 1}),
    ("somebody who called", [(0, "case.opened", "alex", {"case": "1001", "reason": "called"})], {"human": 1}),
    ("what worked long ago", [*TO_KEY, (30, "key.worked", "alex", {})], {"unsaid": 1}),
]  # fmt: skip

COUNTED: list[tuple[str, list[Row], Measure, dict[str, int]]] = [
    ("why", [*OPENED, (1, "case.opened", "kim", {"case": "1002", "reason": "no_key"})], "reasons", {"asked": 1, "no_key": 1}),
    ("how it ended", [*OPENED, CLOSED], "outcomes", {"solved": 1}),
    ("how it ended at last", [*OPENED, (40, "case.closed", "dana", {"case": "1001", "outcome": "solved"}), (41, "case.reopened", "lee", {"case": "1001"}), (42, "case.closed", "lee", {"case": "1001", "outcome": "not_solved"})], "outcomes", {"not_solved": 1, "reopened": 1}),
    ("open again", [*OPENED, CLOSED, (41, "case.reopened", "lee", {"case": "1001"})], "outcomes", {"reopened": 1}),
    ("what it was about, and was not", [*OPENED, (40, "case.closed", "dana", {"case": "1001", "outcome": "solved", "tags": "after_update"}), (41, "case.reopened", "lee", {"case": "1001"})], "tags", {}),
    ("of a case from before", [(41, "case.reopened", "lee", {"case": "1001"})], "outcomes", {"reopened": 1}),
    ("why, of two cases that became one", MERGED, "reasons", {"asked": 1}),
    ("how two that became one ended", [*MERGED, CLOSED], "outcomes", {"solved": 1}),
    ("each method of a set", [(0, "proof.accepted", "alex", {"methods": "sign_in approval"}), (0, "proof.accepted", "kim", {"methods": "vouching second_agent"})], "methods", {"sign_in": 1, "approval": 1, "vouching": 1, "second_agent": 1}),
    ("how it was", [(0, "rating.given", "alex", {"by": "bot", "mark": "good"}), (1, "rating.given", "kim", {"by": "human", "mark": "bad"})], "ratings", {"bot_good": 1, "human_bad": 1}),
    ("a name that we do not know", [(0, "case.opened", "alex", {"case": "1001", "reason": "Alex Rivera"}), (0, "proof.accepted", "alex", {"methods": "=1+1"})], "reasons", {}),
    ("what it was about, as far as we know the name", [*OPENED, (40, "case.closed", "dana", {"case": "1001", "outcome": "solved", "tags": "after_update Kim"})], "tags", {"after_update": 1}),
    ("a method that we do not know", [(0, "proof.accepted", "alex", {"methods": "=1+1"})], "methods", {}),
]  # fmt: skip

TIMES: list[tuple[str, list[Row], Spread, Spread]] = [
    ("nothing", [], Spread(0, None, None), Spread(0, None, None)),
    ("to the first key", [*TO_KEY, (0.4, "key.shown", "alex", {"view": "2"})], Spread(1, 360, 360), Spread(0, None, None)),
    ("to a key that was read to them", [(0, "key.found", "alex", {}), (0.5, "key.read_aloud", "alex", {"case": "1001"})], Spread(1, 1800, 1800), Spread(0, None, None)),
    ("to the agent who came first", [*OPENED, (0.5, "case.taken", "dana", {"case": "1001"}), (1, "case.put_back", "dana", {"case": "1001"}), (2, "case.taken", "lee", {"case": "1001"})], Spread(0, None, None), Spread(1, 1800, 1800)),
    ("of two that became one the one that remains", MERGED, Spread(0, None, None), Spread(1, 10800, 10800)),
    ("not of who called", [(0, "case.opened", "alex", {"case": "1001", "reason": "called"}), (0, "case.taken", "dana", {"case": "1001"})], Spread(0, None, None), Spread(0, None, None)),
    ("still waiting", OPENED, Spread(0, None, None), Spread(0, None, None)),
    ("a key from nowhere", [(0, "key.shown", "alex", {})], Spread(0, None, None), Spread(0, None, None)),
]  # fmt: skip


async def tell(store: FakeStore, rows: list[Row], flow: str = "chat:1") -> None:
    for n, (hours, what, who, about) in enumerate(rows):
        fact = Fact(what, PersonId("demo", who), about)
        await store.commit(Turn(flow, n, "{}", f"e{n}", MONDAY + timedelta(hours=hours), facts=(fact,)), 60)


async def picture_of(rows: list[Row]) -> Overview:
    store, clock = FakeStore(), FakeClock(MONDAY + timedelta(hours=70))
    await tell(store, rows)
    return await Numbers(store, clock, ("after_update",)).look()


def found(counts: Mapping[str, int]) -> dict[str, int]:
    return {kind: count for kind, count in counts.items() if count}


@pytest.mark.parametrize(("rows", "endings"), [row[1:] for row in LOCK_OUTS], ids=[row[0] for row in LOCK_OUTS])
async def test_a_lock_out_is_counted_once_by_how_it_ended(rows: list[Row], endings: dict[str, int]) -> None:
    picture = await picture_of(rows)

    assert found(picture.weeks[-1].endings) == endings
    assert sum(count for _, count in picture.days) == sum(endings.values())
    assert not any(week.lock_outs for week in picture.weeks[:-1])


@pytest.mark.parametrize(("rows", "measure", "counts"), [row[1:] for row in COUNTED], ids=[row[0] for row in COUNTED])
async def test_what_happened_is_counted_under_names_of_our_own(
    rows: list[Row], measure: Measure, counts: dict[str, int]
) -> None:
    picture = await picture_of(rows)

    assert picture.weeks[-1].counts[measure] == counts


@pytest.mark.parametrize(("rows", "to_key", "waiting"), [row[1:] for row in TIMES], ids=[row[0] for row in TIMES])
async def test_times_are_measured_from_the_first_word(rows: list[Row], to_key: Spread, waiting: Spread) -> None:
    week = (await picture_of(rows)).weeks[-1]

    assert (week.to_key, week.waiting) == (to_key, waiting)


def test_half_are_no_longer_than_the_middle_and_nine_of_ten_no_longer_than_the_most() -> None:
    assert spread([float(n) for n in range(10, 0, -1)]) == Spread(10, 5, 9)
    assert spread([7.0]) == Spread(1, 7, 7)


async def test_there_are_twelve_weeks_from_monday_on_and_every_day_of_them() -> None:
    picture = await picture_of(TO_KEY)

    assert [week.begins for week in picture.weeks] == [date(2026, 6, 22) + timedelta(weeks=n) for n in range(12)]
    assert [picture.days[0], picture.days[-1]] == [(date(2026, 6, 22), 0), (date(2026, 9, 10), 0)]
    assert dict(picture.days)[MONDAY.date()] == 1


class Watched(FakeStore):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def audit(self, after: int = 0) -> Any:
        self.asked.append(after)
        return super().audit(after)


async def test_a_second_look_reads_only_what_is_new_and_old_weeks_go() -> None:
    store, clock = Watched(), FakeClock(MONDAY + timedelta(hours=1))
    numbers = Numbers(store, clock)
    await tell(store, TO_KEY)
    first = await numbers.look()
    await tell(store, [(0.5, "key.worked", "alex", {}), (0.6, "key.found", "kim", {})], "chat:2")
    second = await numbers.look()
    clock.advance(12 * 7 * 86_400)
    third = await numbers.look()

    assert store.asked == [0, 3, 5]
    assert [found(picture.weeks[-1].endings) for picture in (first, second)] == [{"unsaid": 1}, {"alone": 1, "left": 1}]
    assert sum(week.lock_outs for week in third.weeks) == 0


async def test_what_was_counted_in_one_process_is_counted_anew_in_the_next() -> None:
    store, clock = FakeStore(), FakeClock(MONDAY + timedelta(hours=50))
    numbers = Numbers(store, clock)
    for n in range(3):
        await tell(store, [*TO_KEY, *OPENED, CLOSED], f"chat:{n}")
        await numbers.look()

    assert await numbers.look() == await Numbers(store, clock).look()


async def test_nobody_is_in_the_picture() -> None:
    picture = repr(await picture_of([*TO_KEY, *OPENED, CLOSED]))

    assert "alex" not in picture
    assert "1001" not in picture


async def test_what_began_before_the_first_week_is_not_in_it() -> None:
    weeks = 11 * 7 * 24 + 8
    rows: list[Row] = [(-weeks - 0.2, "key.found", "alex", {}), (0.1 - weeks, "key.shown", "alex", {})]

    picture = await picture_of(rows)

    assert not any(week.lock_outs for week in picture.weeks)


@pytest.mark.parametrize("rows", [TO_KEY, [*OPENED, CLOSED], [*TO_KEY, *OPENED, CLOSED]], ids=len)
def test_nobody_is_remembered_when_their_lock_out_is_over(rows: list[Row]) -> None:
    tally, over = Tally(), MONDAY + timedelta(hours=53)
    for hours, what, who, about in rows:
        tally.count(Told(MONDAY + timedelta(hours=hours), what, who, about))
    assert "alex" in repr(tally) or rows[-1] == CLOSED

    tally.forget(MONDAY.date(), over)

    assert "alex" not in repr(tally)
    tally.forget(MONDAY.date() + timedelta(weeks=12), over)
    assert tally == Tally()
