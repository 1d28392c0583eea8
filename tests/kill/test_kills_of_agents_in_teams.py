"""The server is killed while an agent in Teams talks with a person in Teams: no line is lost, none reaches somebody else, all in their order."""

import asyncio
import re
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from tests.app.visitor import spoken
from tests.kill.survivor import ENOUGH, Survivor
from tests.kill.test_kills import AT_ONCE, _assert_nothing_is_owed, _audited
from tests.kill.test_kills_in_teams import _owed, _send
from tests.teams.microsoft import TENANT, Microsoft, microsoft
from tests.teams.teammate import CHANNEL, activity

LINES = 3
DEATHS = (*range(0, 28, 7), *range(28, 80, 4))
"""At which writes the server dies: before the talk, and closer together while it goes on."""
PLACE = {"conversationType": "channel", "tenantId": TENANT, "id": CHANNEL, "isGroup": True}
SAID = re.compile(r"(?:question|answer) \d\.")


@pytest.mark.kill
@pytest.mark.timeout(900)
async def test_a_kill_at_a_write_of_a_talk_in_teams_loses_no_line_and_keeps_their_order(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(at: int, *, after: bool) -> int:
        async with gate:
            folder = tmp_path / f"{at}-{after}"
            folder.mkdir()
            return await _talk(folder, [(at, after), (at % 7, not after)])

    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(run(at, after=at % 8 == 0)) for at in DEATHS]
    assert sum(one.result() for one in runs) >= len(DEATHS)


async def _talk(folder: Path, deaths: list[tuple[int, bool]]) -> int:
    async with microsoft() as there, Survivor(folder, deaths, microsoft=there.connector.base) as both:
        await _send(
            both, there, activity(there.service_url, "dana", type="installationUpdate", action="add", text=None)
        )
        await _until(both, there, "dana", "Hello Dana")
        await _send(both, there, activity(there.service_url, "kim", text="human"))
        await _until(both, there, "kim", "Your case number is 1001")
        await _send(both, there, _pressed(there, "dana", "desk:take:1001", conversation=PLACE))
        await _until(both, there, "dana", "Kim Novak (1001): human")
        for n in range(LINES):
            await _send(both, there, activity(there.service_url, "kim", text=f"question {n}."))
            await _send(both, there, activity(there.service_url, "dana", text=f"answer {n}."))
        await _until(both, there, "kim", f"answer {LINES - 1}.")
        await _until(both, there, "dana", f"question {LINES - 1}.")
        await _send(both, there, _pressed(there, "dana", "desk:close:1001:solved"))
        await _until(both, there, "dana", "Case 1001 of Kim Novak is closed")
        await _until(both, there, "kim", "Your case 1001 is closed")
        end = time.monotonic() + ENOUGH
        while _owed(folder):
            assert time.monotonic() < end
            await both.revive()
        heard = {who: _heard(there, who) for who in ("kim", "dana")}
        died = both.has_died
    for who, what in (("kim", "answer"), ("dana", "question")):
        said = SAID.findall(" ".join(heard[who]))
        assert list(dict.fromkeys(said)) == [f"{what} {n}." for n in range(LINES)], (deaths, who, said)
        assert len(said) <= LINES + died, (deaths, who, said)  # a death between delivery and settling says it again
    assert _remembered(folder) == [f"answer {n}." for n in range(LINES)], deaths
    told = await _audited(folder)
    for fact in ("case.opened", "case.taken", "case.closed"):
        assert told[fact] == 1, (deaths, told)
    _assert_nothing_is_owed(folder)
    return died


def _remembered(folder: Path) -> list[str]:
    """What Kim's conversation had from the agent, in its order. It is written when it has been delivered, and once."""
    with sqlite3.connect(folder / "sparekey.db") as database:
        lines = database.execute("SELECT body FROM history WHERE flow_id = 'chat:teams:a:1kim' ORDER BY seq").fetchall()
    return [found for (line,) in lines for found in re.findall(r"answer \d\.", line)]


def _pressed(there: Microsoft, who: str, choice: str, **more: Any) -> dict[str, Any]:
    value = {"action": {"type": "Action.Execute", "verb": "choose", "data": {"choice": choice}}, "trigger": "manual"}
    return activity(there.service_url, who, type="invoke", name="adaptiveCard/action", text=None, value=value, **more)


def _heard(there: Microsoft, who: str) -> list[str]:
    return [spoken(one.body) for one in there.connector.messages(f"a:1{who}")]


async def _until(both: Survivor, there: Microsoft, who: str, words: str) -> None:
    end = time.monotonic() + ENOUGH
    while not any(words in one for one in _heard(there, who)):
        assert time.monotonic() < end, (words, _heard(there, who))
        await both.revive()
