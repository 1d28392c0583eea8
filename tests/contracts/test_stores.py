"""What every store promises. Another store joins by one more factory in STORES."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.store import sqlite
from adapters.store.sqlite import SqliteStore
from adapters.store.sqlite_file import NewerDatabase
from adapters.store.sqlite_sessions import SqliteSessions
from bot.domain.audit import Fact, find_break
from bot.domain.people import PersonId, Principal
from bot.ports.sessions import Session
from bot.ports.store import (
    DEED,
    PAST,
    SAY,
    AlreadySeen,
    NotOwed,
    Owing,
    StaleFlow,
    Store,
    StoreUnavailable,
    Turn,
    wake,
)

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ALEX = PersonId("demo", "alex")
STORES: dict[str, Callable[[Path], Store]] = {
    "sqlite": lambda folder: SqliteStore(sqlite.open_file(folder / "store.db"))
}


@pytest.fixture(params=list(STORES))
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    one = STORES[request.param](tmp_path)
    yield one
    await one.close()


def turn(flow_id: str = "chat:1", over: int = 0, event_id: str = "e1", **more: object) -> Turn:
    return Turn(flow_id, over, f'{{"over":{over}}}', event_id, NOW, **more)  # type: ignore[arg-type]


def say(body: str = "words") -> Owing:
    return Owing(SAY, body, NOW)


def deed(body: str = "deed") -> Owing:
    return Owing(DEED, body, NOW)


async def test_what_was_committed_is_loaded(store: Store) -> None:
    assert await store.load("chat:1") is None

    committed = await store.commit(turn(), 60)

    saved = await store.load("chat:1")
    assert saved
    assert (saved.state, saved.version, committed.version) == ('{"over":0}', 1, 1)


async def test_an_event_is_applied_once(store: Store) -> None:
    await store.commit(turn(), 60)

    with pytest.raises(AlreadySeen):
        await store.commit(turn(over=1), 60)

    assert (await store.load("chat:1")).version == 1  # type: ignore[union-attr]


async def test_the_same_event_id_in_another_flow_is_another_event(store: Store) -> None:
    await store.commit(turn(), 60)
    await store.commit(turn("chat:2"), 60)


async def test_of_two_turns_over_one_version_one_wins_and_the_other_leaves_nothing(store: Store) -> None:
    await store.commit(turn(), 60)
    rivals = [store.commit(turn(over=1, event_id=f"r{n}", lines=("line",), owes=(deed(),)), 60) for n in range(8)]

    results = await asyncio.gather(*rivals, return_exceptions=True)

    assert [type(one) for one in results].count(StaleFlow) == 7
    assert len(await store.history("chat:1")) == 1
    assert len(await store.claim(LATER, 60)) == 1


async def test_many_flows_at_once_are_all_kept(store: Store) -> None:
    await asyncio.gather(*(store.commit(turn(f"chat:{n:03}", facts=(Fact("x"),)), 60) for n in range(200)))

    assert len(await store.flows("chat")) == 200
    assert find_break([record async for record in store.audit()]) is None


async def test_effects_that_are_due_are_leased_to_whoever_committed_them(store: Store) -> None:
    later = Owing(wake("silence"), "wake", LATER)

    committed = await store.commit(turn(owes=(say(), deed(), later)), 60)

    assert [(one.id, one.lane, one.body) for one in committed.owed] == [
        ("chat:1/1.0", SAY, "words"),
        ("chat:1/1.1", DEED, "deed"),
    ]
    assert await store.claim(NOW, 60) == ()


async def test_a_lease_that_ran_out_is_claimed_by_another(store: Store) -> None:
    await store.commit(turn(owes=(deed(),)), 60)

    assert await store.claim(NOW + timedelta(seconds=59), 60) == ()
    assert [one.id for one in await store.claim(NOW + timedelta(seconds=61), 60)] == ["chat:1/1.0"]


async def test_speech_behind_speech_waits_for_its_turn(store: Store) -> None:
    first = await store.commit(turn(owes=(say("one"),)), 60)
    second = await store.commit(turn(over=1, event_id="e2", owes=(say("two"), deed())), 60)

    assert [one.body for one in second.owed] == ["deed"]
    assert await store.claim(NOW, 60, flow_id="chat:1") == ()

    assert (await store.settle(first.owed[0].id, NOW)).more
    assert [one.body for one in await store.claim(NOW, 60, flow_id="chat:1")] == ["two"]


async def test_what_is_settled_is_owed_no_longer(store: Store) -> None:
    committed = await store.commit(turn(owes=(deed(),)), 60)
    await store.settle(committed.owed[0].id, NOW)

    with pytest.raises(NotOwed):
        await store.settle(committed.owed[0].id, NOW)

    assert await store.claim(LATER, 60) == ()


async def test_an_answer_to_what_is_not_owed_any_more_changes_nothing(store: Store) -> None:
    await store.commit(turn(owes=(deed(),)), 60)
    await store.commit(turn(over=1, event_id="a", settles="chat:1/1.0"), 60)

    with pytest.raises(NotOwed):
        await store.commit(turn(over=2, event_id="b", settles="chat:1/1.0", lines=("line",)), 60)

    assert (await store.load("chat:1")).version == 2  # type: ignore[union-attr]
    assert await store.history("chat:1") == ()


async def test_settling_keeps_the_line_in_the_same_moment(store: Store) -> None:
    committed = await store.commit(turn(owes=(say(),), lines=("heard",)), 60)

    assert (await store.settle(committed.owed[0].id, NOW, ("said",))).seqs == (2,)
    assert [(line.seq, line.body) for line in await store.history("chat:1")] == [(1, "heard"), (2, "said")]


async def test_a_timer_replaces_its_namesake_and_can_be_taken_back(store: Store) -> None:
    await store.commit(turn(owes=(Owing(wake("a"), "first", LATER), Owing(wake("b"), "other", LATER))), 60)
    await store.commit(turn(over=1, event_id="e2", owes=(Owing(wake("a"), "second", LATER),)), 60)
    await store.commit(turn(over=2, event_id="e3", owes=(Owing(wake("b"), None, NOW),)), 60)

    assert [one.body for one in await store.claim(LATER, 60)] == ["second"]


async def test_a_timer_is_not_due_before_its_time(store: Store) -> None:
    await store.commit(turn(owes=(Owing(wake("a"), "w", LATER),)), 60)

    assert await store.claim(LATER - timedelta(seconds=1), 60) == ()
    assert await store.next_due() == LATER


async def test_what_is_postponed_comes_back_later_with_one_attempt_more(store: Store) -> None:
    committed = await store.commit(turn(owes=(deed(),)), 60)
    await store.postpone(committed.owed[0].id, LATER)

    assert await store.claim(LATER - timedelta(seconds=1), 60) == ()
    assert [one.attempts for one in await store.claim(LATER, 60)] == [1]


async def test_history_is_read_from_a_watermark_and_expires(store: Store) -> None:
    await store.commit(turn(lines=("one", "two", "three")), 60)

    assert [line.seq for line in await store.history("chat:1", after=1)] == [2, 3]

    await store.forget(LATER, LATER, LATER, LATER)
    assert await store.history("chat:1") == ()
    await store.commit(turn(over=1, event_id="e2", lines=("four",)), 60)
    assert [line.seq for line in await store.history("chat:1")] == [4]


async def test_a_number_is_given_once_for_each_debt(store: Store) -> None:
    numbers = await asyncio.gather(*(store.number("case", f"owed/{n}") for n in range(20)))

    assert sorted(numbers) == list(range(1001, 1021))
    assert await store.number("case", "owed/7") == numbers[7]


async def test_the_audit_is_read_on_from_where_somebody_stopped(store: Store) -> None:
    await store.commit(turn(facts=(Fact("key.shown", ALEX), Fact("key.worked", ALEX))), 60)
    records = [record async for record in store.audit()]
    await store.commit(turn(over=1, event_id="e2", facts=(Fact("key.shown", ALEX),)), 60)

    assert [record.seq async for record in store.audit(records[-1].seq)] == [3]
    assert [record.seq async for record in store.audit(1)] == [2, 3]
    assert [record async for record in store.audit(3)] == []


async def test_the_audit_knows_people_by_an_alias_that_can_be_forgotten(store: Store) -> None:
    await store.commit(turn(facts=(Fact("key.shown", ALEX), Fact("key.worked", ALEX))), 60)
    records = [record async for record in store.audit()]

    await store.forget_person(ALEX)
    await store.commit(turn(over=1, event_id="e2", facts=(Fact("key.shown", ALEX),)), 60)

    after = [record async for record in store.audit()]
    aliases = {record.line.partition('"who":"')[2][:32] for record in after}
    assert not any("alex" in record.line for record in after)
    assert len(aliases) == 2
    assert after[:2] == records
    assert find_break(after) is None


async def test_a_refused_turn_leaves_no_audit(store: Store) -> None:
    await store.commit(turn(), 60)

    with pytest.raises(StaleFlow):
        await store.commit(turn(event_id="e2", facts=(Fact("key.shown"),)), 60)

    assert [record async for record in store.audit()] == []


async def test_everything_is_there_after_closing_and_opening(tmp_path: Path) -> None:
    first = STORES["sqlite"](tmp_path)
    await first.commit(turn(owes=(deed(),), lines=("line",), facts=(Fact("x"),)), 60)
    await first.close()

    second = STORES["sqlite"](tmp_path)

    assert (await second.load("chat:1")).version == 1  # type: ignore[union-attr]
    assert len(await second.claim(LATER, 60)) == 1
    await second.close()


async def test_what_a_dead_process_had_leased_is_free_for_the_next_and_timers_keep_their_time(tmp_path: Path) -> None:
    first = STORES["sqlite"](tmp_path)
    await first.commit(turn(owes=(deed(), Owing(wake("a"), "timer", LATER))), 60)
    await first.close()

    second = STORES["sqlite"](tmp_path)
    assert await second.claim(NOW, 60) == ()
    await second.inherit()

    assert [one.body for one in await second.claim(NOW, 60)] == ["deed"]
    await second.close()


async def test_a_full_disk_writes_nothing_says_so_and_is_survived(tmp_path: Path) -> None:
    file = sqlite.open_file(tmp_path / "store.db")
    store = SqliteStore(file)
    await store.commit(turn(), 60)
    pages = await file.run(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    await file.run(lambda db: db.execute(f"PRAGMA max_page_count={pages}"))

    with pytest.raises(StoreUnavailable):
        await store.commit(turn(over=1, event_id="big", lines=("x" * 1_000_000,)), 60)

    assert (await store.load("chat:1")).version == 1  # type: ignore[union-attr]
    await file.run(lambda db: db.execute("PRAGMA max_page_count=1073741823"))
    await store.commit(turn(over=1, event_id="big", lines=("x" * 1_000_000,)), 60)
    await store.close()


async def test_a_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    store = STORES["sqlite"](tmp_path)
    await store.close()
    with sqlite3.connect(tmp_path / "store.db") as database:
        database.execute("PRAGMA user_version=99")
    database.close()

    with pytest.raises(NewerDatabase):
        STORES["sqlite"](tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit SET line = replace(line, 'shown', 'never') WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "UPDATE audit SET seq = CASE seq WHEN 3 THEN -4 ELSE -3 END WHERE seq IN (3, 4); UPDATE audit SET seq = -seq WHERE seq < 0",
    ],
    ids=["edit", "gap", "reorder"],
)
async def test_an_edit_a_gap_and_a_reorder_in_the_file_are_found(tmp_path: Path, damage: str) -> None:
    store = STORES["sqlite"](tmp_path)
    for n in range(6):
        await store.commit(turn(over=n, event_id=f"e{n}", facts=(Fact("key.shown", ALEX, {"n": str(n)}),)), 60)
    await store.close()
    database = sqlite3.connect(tmp_path / "store.db")
    database.executescript(damage)
    database.close()

    store = STORES["sqlite"](tmp_path)
    assert find_break([record async for record in store.audit()])
    await store.close()


async def test_a_session_lives_until_it_is_idle_old_or_ended(tmp_path: Path) -> None:
    file = sqlite.open_file(tmp_path / "store.db")
    sessions = SqliteSessions(file)
    principal = Principal(ALEX, "Alex", "Alex", "demo", NOW)
    for name in ("a", "b", "c"):
        await sessions.begin(Session(name, principal, "csrf", None, NOW, NOW + timedelta(hours=8)))
    await sessions.speaks_in("a", "chat")

    assert (await sessions.find("a", NOW + timedelta(minutes=29))).chat == "chat"  # type: ignore[union-attr]
    await sessions.touch("a", NOW + timedelta(minutes=29))
    assert await sessions.find("a", NOW + timedelta(minutes=58))
    assert await sessions.find("a", NOW + timedelta(minutes=89)) is None
    assert await sessions.find("b", NOW + timedelta(hours=8)) is None
    assert await sessions.end_all(ALEX) == ("c",)
    assert await sessions.find("c", NOW) is None
    await file.close()


async def test_whoever_is_erased_has_had_no_cases_and_nothing_is_owed_about_them(store: Store) -> None:
    owing = Owing(wake("forget"), "timer", LATER)
    theirs, others = f"{PAST}:{ALEX}", f"{PAST}:demo/sam"
    for flow_id in (theirs, others):
        await store.commit(turn(flow_id, owes=(owing,)), 60)

    await store.forget_person(ALEX)

    assert await store.load(theirs) is None
    assert await store.load(others) is not None
    assert [owed.flow_id for owed in await store.claim(LATER, 60)] == [others]
    assert (await store.commit(turn(theirs), 60)).version == 1


async def test_a_history_is_read_from_a_moment_on_and_not_from_its_beginning(store: Store) -> None:
    for n in range(4):
        await store.commit(
            Turn("chat:1", n, "{}", f"e{n}", NOW + n * timedelta(hours=1), lines=(f"line {n}", f"more {n}")), 60
        )

    since = NOW + timedelta(hours=2)
    assert [line.body for line in await store.history("chat:1", since=since)] == [
        "line 2",
        "more 2",
        "line 3",
        "more 3",
    ]
    assert [line.body for line in await store.history("chat:1", after=5, since=since)] == ["more 2", "line 3", "more 3"]
    assert [line.body for line in await store.history("chat:1", limit=1, since=since)] == ["line 2"]
    assert await store.history("chat:1", since=NOW + timedelta(hours=4)) == ()
    assert len(await store.history("chat:1", since=NOW)) == 8
