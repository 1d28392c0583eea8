"""The server is killed at every write of two whole conversations, before and after it, and again while it recovers."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from adapters.store import sqlite
from adapters.store.sqlite import SqliteStore
from bot.domain.audit import find_break
from tests.app.visitor import spoken
from tests.kill.survivor import Survivor

Conversation: TypeAlias = Callable[[Path, list[tuple[int, bool]]], Awaitable[int]]
AT_ONCE = 4
UNLOCKING, HANDING_OVER = 54, 14
"""More writes than each conversation makes when nothing dies; a death beyond the last one never comes."""
APPROVING = range(10, 36)
"""From the link that is claimed to the key that is shown; what comes before is in the others."""
ONCE = (
    "Hello Alex",
    "I am looking for the key",
    "I have found the key",
    "Your key is on the page now",
    "Good, you are in",
    "It often helps",
    "has made itself a new recovery key",
)


@pytest.mark.kill
@pytest.mark.timeout(1500)
async def test_a_kill_at_any_write_of_an_unlocking_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    died = await _everywhere(tmp_path, UNLOCKING, _unlock)

    assert died >= 100, died


@pytest.mark.kill
@pytest.mark.timeout(900)
async def test_a_kill_at_any_write_of_a_hand_over_leaves_exactly_one_case(tmp_path: Path) -> None:
    died = await _everywhere(tmp_path, HANDING_OVER, _hand_over)

    assert died >= HANDING_OVER, died


@pytest.mark.kill
@pytest.mark.timeout(900)
async def test_a_kill_at_any_write_of_an_approval_gives_it_once(tmp_path: Path) -> None:
    died = await _everywhere(tmp_path, APPROVING.stop, _approve, first=APPROVING.start)

    assert died >= len(APPROVING), died


async def _everywhere(tmp_path: Path, writes: int, conversation: Conversation, first: int = 0) -> int:
    """One run for each write and side of it; every server is killed once more soon after it is back."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(at: int, *, after: bool) -> int:
        async with gate:
            folder = tmp_path / f"{at}-{after}"
            folder.mkdir()
            return await conversation(folder, [(at, after), (at % 5, not after)])

    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(run(at, after=after)) for at in range(first, writes) for after in (False, True)]
    return sum(run.result() for run in runs)


async def _unlock(folder: Path, deaths: list[tuple[int, bool]]) -> int:
    async with Survivor(folder, deaths) as alex:
        await alex.come_in("alex")
        await alex.say(f"windows {(await alex.key_id('LAPTOP-ALEX'))[:8]}")
        path = await alex.prove("alex")
        key = await alex.insist(lambda: alex.person.show(path))
        await alex.hear("Your key is on the page now")
        await alex.post("/demo/pc/LAPTOP-ALEX", {"key": key}, "Unlocked")
        await alex.say("it worked")
        await alex.hear("has made itself a new recovery key", hurry=1.0)
        heard = [spoken(one) for one in alex.person.heard if one["from"]["role"] == "bot"]
        died = alex.has_died
    for words in ONCE:
        assert sum(words in one for one in heard) == 1, (deaths, words, heard)
    told = await _audited(folder)
    assert told["key.shown"] == 1, (deaths, told)
    assert told["key_change.confirmed"] == 1, (deaths, told)
    assert told["case.opened"] == 0
    _assert_nothing_is_owed(folder)
    return died


async def _hand_over(folder: Path, deaths: list[tuple[int, bool]]) -> int:
    async with Survivor(folder, deaths) as kim:
        await kim.come_in("kim")
        await kim.say("windows 4A7C2E1F")
        await kim.hear("Your case number is")
        await kim.say("please hurry")
        await kim.hear("I have added that to case")
        heard = [spoken(one) for one in kim.person.heard if one["from"]["role"] == "bot"]
        died = kim.has_died
    assert sum("Your case number is 1001" in one for one in heard) == 1, (deaths, heard)
    told = await _audited(folder)
    assert told["case.opened"] == 1, (deaths, told)
    _assert_nothing_is_owed(folder)
    return died


async def _approve(folder: Path, deaths: list[tuple[int, bool]]) -> int:
    """Jo and the manager at one browser: the page of the key knows Jo by a cookie of its own."""
    async with Survivor(folder, deaths) as jo:
        await jo.come_in("jo")
        await jo.say(f"windows {(await jo.key_id('LAPTOP-JO'))[:8]}")
        path = await jo.prove_the_rest("jo")
        number = await jo.ask(path)
        await jo.be_approved("morgan", number)
        await jo.opened(path)
        await jo.insist(lambda: jo.person.show(path))
        died = jo.has_died
    told = await _audited(folder)
    for what in ("approval.asked", "approval.given", "proof.accepted", "key.shown"):
        assert told[what] == 1, (deaths, told)
    assert told["case.opened"] == 0
    return died


async def _audited(folder: Path) -> Counter[str]:
    store = SqliteStore(sqlite.open_file(folder / "sparekey.db"))
    records = [record async for record in store.audit()]
    await store.close()
    assert find_break(records) is None
    return Counter(record.line.partition('"what":"')[2].partition('"')[0] for record in records)


def _assert_nothing_is_owed(folder: Path) -> None:
    """But for timers, whose time has not come, and what the last life was just about to settle."""
    with sqlite3.connect(folder / "sparekey.db") as database:
        owed = database.execute("SELECT flow_id, body FROM owed WHERE lane = 'say'").fetchall()
    assert owed == [], owed
