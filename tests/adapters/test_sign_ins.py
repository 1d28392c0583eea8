"""Sign-ins under way: bounded in number, cleared without looking at all of them, and good for one return."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.store import sqlite
from adapters.store.sqlite_file import SqliteFile
from adapters.store.sqlite_sign_ins import CLEARED_AT_ONCE, MOST, SqliteSignIns
from bot.settings import Settings

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LIVES = timedelta(minutes=10)


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[SqliteFile]:
    one = sqlite.open_file(tmp_path / "sparekey.db")
    yield one
    await one.close()


@pytest.fixture
def sign_ins(file: SqliteFile) -> SqliteSignIns:
    return SqliteSignIns(file, most=3)


async def begin(sign_ins: SqliteSignIns, *states: str, at: datetime = NOW) -> None:
    for nth, state in enumerate(states):
        begun = at + timedelta(seconds=nth)
        await sign_ins.keep(state, f"of {state}", begun, begun + LIVES)


async def fill(file: SqliteFile, count: int, until: datetime) -> None:
    def job(db: sqlite3.Connection) -> None:
        rows = ((f"{nth}", "x", int(until.timestamp() * 1_000_000) + nth) for nth in range(count))
        db.executemany("INSERT INTO sign_in VALUES (?, ?, ?)", rows)

    await file.run(job)


async def count(file: SqliteFile) -> int:
    return await file.run(lambda db: int(db.execute("SELECT count(*) FROM sign_in").fetchone()[0]))


async def steps(file: SqliteFile, sign_ins: SqliteSignIns, state: str, at: datetime) -> int:
    """What the writer has to do to keep one more, in thousands of steps of its engine."""
    taken = 0

    def one_more() -> int:
        nonlocal taken
        taken += 1
        return 0

    await file.run(lambda db: db.set_progress_handler(one_more, 1_000))
    await sign_ins.keep(state, "x", at, at + LIVES)
    await file.run(lambda db: db.set_progress_handler(None, 0))
    return taken


async def test_beyond_the_most_the_oldest_go(file: SqliteFile, sign_ins: SqliteSignIns) -> None:
    await begin(sign_ins, "a", "b", "c", "d", "e")

    assert await count(file) == 3
    assert await sign_ins.take("a", NOW) is None
    assert await sign_ins.take("b", NOW) is None
    assert await sign_ins.take("c", NOW) == "of c"
    assert await sign_ins.take("e", NOW) == "of e"


async def test_many_at_once_stay_within_the_most(file: SqliteFile, sign_ins: SqliteSignIns) -> None:
    await asyncio.gather(*(sign_ins.keep(f"{nth}", "x", NOW, NOW + LIVES) for nth in range(50)))

    assert await count(file) == 3


async def test_up_to_the_most_nobody_goes(sign_ins: SqliteSignIns) -> None:
    await begin(sign_ins, "a", "b", "c")

    assert [await sign_ins.take(state, NOW) for state in "abc"] == ["of a", "of b", "of c"]


async def test_what_has_expired_is_cleared_by_the_next_who_begins(file: SqliteFile, sign_ins: SqliteSignIns) -> None:
    await begin(sign_ins, "a", "b")

    await begin(sign_ins, "late", at=NOW + LIVES + timedelta(seconds=1))

    left = await file.run(lambda db: [row[0] for row in db.execute("SELECT state FROM sign_in ORDER BY until")])
    assert left == ["b", "late"], "b expires in this very moment"


async def test_after_a_flood_each_clears_a_little(file: SqliteFile) -> None:
    await fill(file, 1_000, NOW)

    await begin(SqliteSignIns(file), "late", at=NOW + LIVES)

    assert await count(file) == 1_000 - CLEARED_AT_ONCE + 1


@pytest.mark.parametrize("ago", [timedelta(0), LIVES * 2], ids=["all alive", "all expired"])
async def test_a_flood_that_is_stored_costs_the_writer_little(file: SqliteFile, ago: timedelta) -> None:
    await fill(file, MOST, NOW + LIVES - ago)

    assert await steps(file, SqliteSignIns(file), "one more", NOW) < 5


def test_one_address_pushes_out_nobody_by_itself() -> None:
    settings = Settings()

    assert settings.requests_at_once + settings.requests_per_second * LIVES.total_seconds() < MOST
