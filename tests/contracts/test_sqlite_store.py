"""The contract on SQLite and on the fake, and what only a file can suffer: a kill, a full disk, a cut-off audit."""

import asyncio
import signal
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.store import sqlite
from adapters.store.moments import micros
from adapters.store.sqlite import SqliteStore
from adapters.store.sqlite_file import SqliteFile
from adapters.store.sqlite_sessions import SqliteSessions
from bot.domain.audit import Anchor, Fact, Record, find_break
from bot.ports.sessions import Sessions
from bot.ports.store import (
    DEED,
    AlreadySeen,
    Committed,
    NotOwed,
    Owing,
    Settled,
    StaleFlow,
    Store,
    StoreUnavailable,
    Turn,
)
from tests.contracts.store_contract import (
    ALEX,
    FIRST,
    LATER,
    LEASE,
    NOW,
    SECOND,
    StoreContract,
    Walker,
)
from tests.fakes.store import FakeSessions, FakeStore


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[SqliteFile]:
    one = sqlite.open_file(tmp_path / "store.db")
    yield one
    await one.close()


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def store(self, file: SqliteFile) -> Store:
        return SqliteStore(file)

    @pytest.fixture
    def sessions(self, file: SqliteFile) -> Sessions:
        return SqliteSessions(file)


class TestFakeStore(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return FakeStore()

    @pytest.fixture
    def sessions(self) -> Sessions:
        return FakeSessions()

    async def test_a_store_that_is_gone_says_so_until_it_is_back(self) -> None:
        store = FakeStore()
        store.is_gone = True

        with pytest.raises(StoreUnavailable):
            await store.commit(FIRST, LEASE)

        store.is_gone = False
        assert (await store.commit(FIRST, LEASE)).version == 1


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_done_sqlite_answers_as_the_fake_does(file: SqliteFile, seed: int) -> None:
    answers = await Walker(SqliteStore(file), seed).walk(400)

    assert answers == await Walker(FakeStore(), seed).walk(400)
    kinds = Counter(type(one) for one in answers) + Counter(one for one in answers if isinstance(one, type))
    few = {kind for kind in (Committed, Settled, StaleFlow, AlreadySeen, NotOwed) if kinds[kind] < 3}
    assert not few, "a walk that meets too little of something proves nothing about it"


# what a file suffers


async def test_when_the_disk_is_full_everybody_in_the_batch_hears_it_and_nothing_is_kept(file: SqliteFile) -> None:
    store = SqliteStore(file)
    pages = await file.run(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    await file.run(lambda db: db.execute(f"PRAGMA max_page_count={pages}"))
    gate = threading.Barrier(2, timeout=10)
    held = asyncio.ensure_future(file.run(lambda _: (gate.wait(), gate.wait())))
    await asyncio.to_thread(gate.wait)
    big = replace(FIRST, flow_id="chat:big", lines=("x" * 1_000_000,))
    batch = [asyncio.ensure_future(store.commit(turn, LEASE)) for turn in (FIRST, big)]
    await asyncio.sleep(0)

    await asyncio.to_thread(gate.wait)
    results = await asyncio.gather(*batch, return_exceptions=True)

    await held
    assert [type(one) for one in results] == [StoreUnavailable, StoreUnavailable]
    assert await store.load("chat:1") is None
    assert await store.load("chat:big") is None


async def test_timers_of_the_future_do_not_slow_a_claim(file: SqliteFile) -> None:
    statement = (
        "INSERT INTO owed (id, flow_id, lane, body, since, due_at, free_at) VALUES (?, ?, 'wake:a', '{}', 0, 0, ?)"
    )
    rows = ((f"chat:{n}/1.0", f"chat:{n}", micros(LATER) + n) for n in range(20_000))
    await file.run(lambda db: db.executemany(statement, rows).rowcount)
    steps: list[int] = []
    await file.run(lambda db: db.set_progress_handler(lambda: steps.append(1), 1000))

    assert await SqliteStore(file).claim(NOW, LEASE) == ()
    assert await SqliteStore(file).next_due() == LATER
    assert len(steps) < 10


async def test_a_tail_that_was_cut_off_is_found_by_the_anchor_alone(tmp_path: Path) -> None:
    records = await _six_records(tmp_path)
    anchor = Anchor(6, records[-1].link)

    left = await _damaged(tmp_path, "DELETE FROM audit WHERE seq > 4")

    assert find_break(left) is None
    assert find_break(left, anchor) is not None
    assert find_break(records, anchor) is None


async def test_a_tail_that_was_written_anew_is_found_by_the_anchor_alone(tmp_path: Path) -> None:
    records = await _six_records(tmp_path)
    await _damaged(tmp_path, "DELETE FROM audit WHERE seq > 4")
    store = SqliteStore(sqlite.open_file(tmp_path / "store.db"))
    await store.commit(replace(SECOND, facts=(Fact("key.hidden"), Fact("key.hidden"))), LEASE)
    forged = [record async for record in store.audit()]
    await store.close()

    assert find_break(forged) is None
    assert find_break(forged, Anchor(6, records[-1].link)) is not None


async def _six_records(folder: Path) -> list[Record]:
    store = SqliteStore(sqlite.open_file(folder / "store.db"))
    facts = tuple(Fact("key.shown", ALEX, {"n": str(n)}) for n in range(6))
    await store.commit(replace(FIRST, facts=facts), LEASE)
    records = [record async for record in store.audit()]
    await store.close()
    return records


async def _damaged(folder: Path, damage: str) -> list[Record]:
    database = sqlite3.connect(folder / "store.db")
    database.executescript(damage)
    database.close()
    store = SqliteStore(sqlite.open_file(folder / "store.db"))
    records = [record async for record in store.audit()]
    await store.close()
    return records


KILLED_FLOWS = 16
COMMITTING = (
    "import asyncio, pathlib, sys; from tests.contracts import test_sqlite_store as it; "
    "asyncio.run(it.commit_until_killed(pathlib.Path(sys.argv[1])))"
)


@pytest.mark.parametrize("acknowledged", [1, 50, 1000])
async def test_a_kill_amid_commits_leaves_whole_turns_and_all_that_were_acknowledged(
    tmp_path: Path, acknowledged: int
) -> None:
    told = await _kill_after(acknowledged, tmp_path)

    store = SqliteStore(sqlite.open_file(tmp_path / "store.db"))
    flows = dict(await store.flows("chat"))
    lines = {flow_id: len(await store.history(flow_id, limit=100_000)) for flow_id in flows}
    owed = [one.flow_id for one in await store.claim(LATER, LEASE, limit=1_000_000)]
    records = [record async for record in store.audit()]
    next_turns = [_nth(flow_id, saved.version) for flow_id, saved in flows.items()]
    went_on = await asyncio.gather(*(store.commit(turn, LEASE) for turn in next_turns))
    await store.close()
    assert [one.version for one in went_on] == [turn.over + 1 for turn in next_turns], "an event id without its turn"
    assert find_break(records) is None
    assert len(records) == sum(saved.version for saved in flows.values())
    assert lines == {flow_id: 2 * saved.version for flow_id, saved in flows.items()}
    assert {flow_id: owed.count(flow_id) for flow_id in flows} == {one: flows[one].version for one in flows}
    assert all(flows[flow_id].version >= version for flow_id, version in told.items())


async def _kill_after(acknowledged: int, folder: Path) -> dict[str, int]:
    """The last version of each flow that the victim had been told was kept."""
    arguments = (sys.executable, "-c", COMMITTING, str(folder))
    victim = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
    assert victim.stdout
    lines = [await victim.stdout.readline() for _ in range(acknowledged)]
    victim.send_signal(signal.SIGKILL)
    lines += (await victim.stdout.read()).splitlines(keepends=True)
    assert await victim.wait() == -signal.SIGKILL
    told = (line.decode().split() for line in lines if line.endswith(b"\n"))
    return {flow_id: int(version) for flow_id, version in told}


async def commit_until_killed(folder: Path) -> None:
    """The victim: many flows at once, each version told only after the store has answered."""
    store = SqliteStore(sqlite.open_file(folder / "store.db"))

    async def go_on(flow_id: str) -> None:
        version = 0
        while True:
            version = (await store.commit(_nth(flow_id, version), LEASE)).version
            print(flow_id, version, flush=True)  # noqa: T201 - how the one who kills it hears

    await asyncio.gather(*(go_on(f"chat:{n}") for n in range(KILLED_FLOWS)))


def _nth(flow_id: str, over: int) -> Turn:
    """Two lines, a deed and a fact: whatever is missing, the turn is not whole."""
    owes, lines, facts = (Owing(DEED, "deed", NOW),), ("one", "two"), (Fact("x", ALEX),)
    return replace(FIRST, flow_id=flow_id, over=over, event_id=str(over), owes=owes, lines=lines, facts=facts)


async def test_many_passing_flows_are_forgotten_page_by_page(tmp_path: Path) -> None:
    file = sqlite.open_file(tmp_path / "store.db")
    store, many = SqliteStore(file), [(f"network:{n}",) for n in range(2 * sqlite.PAGE + 1)]
    await file.run(lambda db: db.executemany("INSERT INTO flow VALUES (?, 1, '{}', 0)", many).rowcount)

    await store.forget(NOW, NOW, NOW, NOW)

    assert await file.run(lambda db: db.execute("SELECT count(*) FROM flow").fetchone()[0]) == 0
    await store.close()


async def test_a_job_that_breaks_a_rule_of_the_database_fails_alone(file: SqliteFile) -> None:
    await file.execute("CREATE TABLE one (id INTEGER PRIMARY KEY)")
    good = [file.execute("INSERT INTO one VALUES (?)", (number,)) for number in (1, 2, 3)]
    twice = file.execute("INSERT INTO one VALUES (?)", (1,))

    results = await asyncio.gather(*good, twice, return_exceptions=True)

    assert results[:3] == [1, 1, 1]
    assert isinstance(results[3], StoreUnavailable)
    assert await file.run(lambda db: db.execute("SELECT count(*) FROM one").fetchone()[0]) == 3


async def test_the_writer_outlives_a_connection_that_cannot_even_roll_back(file: SqliteFile) -> None:
    """As on a disk that is gone: every statement fails, ROLLBACK too."""
    real = file._connection

    class Gone:
        in_transaction = True

        def execute(self, *_: object) -> object:
            raise sqlite3.OperationalError("disk I/O error")

    file._connection = Gone()  # type: ignore[assignment]  # as much of a connection as is left
    with pytest.raises(StoreUnavailable):
        await file.execute("SELECT 1")
    file._connection = real

    assert await file.run(lambda db: db.execute("SELECT 1").fetchone()[0]) == 1


async def test_whoever_is_forgotten_is_forgotten_by_the_log_as_well(tmp_path: Path) -> None:
    store = SqliteStore(sqlite.open_file(tmp_path / "store.db"))
    name = str(ALEX).encode()
    await store.commit(Turn("chat:1", 0, "{}", "one", NOW, facts=(Fact("chat.opened", ALEX),)), LEASE)
    before = any(name in path.read_bytes() for path in tmp_path.iterdir())

    await store.forget_person(ALEX)
    left = [path.name for path in tmp_path.iterdir() if name in path.read_bytes()]

    assert before
    assert left == []
    await store.close()
