"""The same in Teams, where speech is owed and delivered: every write of a hand-over is a place to die, before and after it."""

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from tests.app.visitor import spoken
from tests.kill.survivor import ENOUGH, Survivor
from tests.kill.test_kills import AT_ONCE, _assert_nothing_is_owed, _audited
from tests.teams.microsoft import Microsoft, microsoft
from tests.teams.teammate import activity

WRITES = 26
"""More than the conversation makes when nothing dies."""
SAID = (
    "Hello Kim",
    "I am looking for the key to 4A7C 2E1F",
    "I have no key for this computer",
    "Your case number is 1001",
    "I have added that to case 1001",
)


@pytest.mark.kill
@pytest.mark.timeout(600)
async def test_a_kill_at_any_write_in_teams_loses_no_word_and_opens_one_case(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(at: int, *, after: bool) -> int:
        async with gate:
            folder = tmp_path / f"{at}-{after}"
            folder.mkdir()
            return await _hand_over(folder, [(at, after), (at % 5, not after)])

    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(run(at, after=after)) for at in range(WRITES) for after in (False, True)]

    assert sum(run.result() for run in runs) >= WRITES


async def _hand_over(folder: Path, deaths: list[tuple[int, bool]]) -> int:
    async with microsoft() as there, Survivor(folder, deaths, microsoft=there.connector.base) as kim:
        for text, answer in (
            ("windows 4A7C2E1F", "Your case number is 1001"),
            ("please hurry", "I have added that to case 1001"),
        ):
            await _send(kim, there, activity(there.service_url, "kim", text=text))
            await _until(kim, there, answer)
        await _until_posted(kim, there)
        heard = [spoken(one.body) for one in there.connector.messages("a:1kim")]
        died = kim.has_died
    for words in SAID:
        times = sum(words in one for one in heard)
        assert 1 <= times <= 1 + died, (deaths, words, heard)  # a death between delivery and settling says it again
    firsts = [next(at for at, one in enumerate(heard) if words in one) for words in SAID]
    assert firsts == sorted(firsts), (deaths, heard)
    told = await _audited(folder)
    assert told["case.opened"] == 1, (deaths, told)
    _assert_nothing_is_owed(folder)
    return died


async def _send(kim: Survivor, there: Microsoft, content: dict[str, Any]) -> None:
    """As the channel does: the same activity again until somebody has taken it. 401 says that it was here before."""

    async def once() -> None:
        token = there.issuer.token(there.service_url, now=time.time() + kim.pushed.value)
        url, headers = f"{kim.person.base}/api/messages", {"Authorization": f"Bearer {token}"}
        async with kim.person.http.post(url, json=content, headers=headers) as answer:
            assert answer.status in (200, 401), answer.status

    await kim.insist(once)


async def _until(kim: Survivor, there: Microsoft, words: str) -> None:
    end = time.monotonic() + ENOUGH
    while not any(words in spoken(one.body) for one in there.connector.messages("a:1kim")):
        assert time.monotonic() < end, (words, [spoken(one.body) for one in there.connector.messages()])
        await kim.revive()


async def _until_posted(kim: Survivor, there: Microsoft) -> None:
    """Agents see the case, with its last words, and nothing is owed any more."""
    end = time.monotonic() + ENOUGH
    while "'Messages', 'value': '2'" not in str(there.connector.posts()):
        assert time.monotonic() < end, there.connector.posts()
        await kim.revive()
    while _owed(kim.folder):
        assert time.monotonic() < end
        await kim.revive()


def _owed(folder: Path) -> int:
    """Words, and deeds that words may follow."""
    with sqlite3.connect(folder / "sparekey.db") as database:
        return int(database.execute("SELECT count(*) FROM owed WHERE lane IN ('say', 'deed')").fetchone()[0])
