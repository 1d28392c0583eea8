"""The server is killed at writes of a reading aloud: the key is seen once at most, and what was spent is on record and told."""

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.desk.agent import CSRF, groups_on
from tests.kill.survivor import Survivor
from tests.kill.test_kills import _assert_nothing_is_owed, _audited
from tests.kill.test_kills_at_desk import AGAIN, AT_ONCE, Insistent, _signed_in

READING = (*range(18, 44, 3), *range(44, 53))
"""Writes from the first word to what the view owes; every one around the view, which on a busy machine is not always the same."""
ONCE = "nobody sees it a second time"


async def _read_aloud(folder: Path, deaths: list[tuple[int, bool]]) -> tuple[int, bool]:
    """How often the server died, and whether the agent saw the key."""
    async with Survivor(folder, deaths) as alex:
        dana, lee = Insistent(alex), Insistent(alex)
        for agent, login in ((dana, "dana"), (lee, "lee")):
            await agent.insist(lambda agent=agent, login=login: _signed_in(agent, login))  # type: ignore[misc]  # of a loop
        await dana.until("/desk", "Case 1001", "/desk/open", login="alex")
        case, sure = "/desk/cases/1001", {"how": "in_person", "note": "badge"}
        await dana.until(case, "You have it.", f"{case}/take")
        await dana.until(case, AGAIN, f"{case}/sign-in")
        key = await dana.insist(lambda: _key_ref(dana, case))
        await dana.until(case, "Dana Fischer is sure", f"{case}/read-aloud", key=key, why="no_device", **sure)
        await lee.until(case, AGAIN, f"{case}/sign-in")
        await lee.until(case, "Lee Tanaka is sure", f"{case}/agree", **sure)
        alex.pushed.value += 61
        await dana.until(case, "Show me the key", f"{case}/sign-in")
        seen = [groups for groups in [await dana.insist(lambda: _groups(dana, case)) for _ in range(2)] if groups]
        await dana.seen(case, "The key was read to them.")
        died = alex.has_died
        for one in (dana, lee):
            await one.visitor.http.close()
    assert len(seen) <= 1, deaths
    told = await _audited(folder)
    for what in ("case.opened", "case.released", "key.read_aloud", "case.read_aloud", "key_change.owed"):
        assert told[what] == 1, (deaths, what, told)
    assert _notices(folder) == ["key_released", "key_read_aloud"], deaths
    _assert_nothing_is_owed(folder)
    return died, bool(seen)


def _notices(folder: Path) -> list[str]:
    """On the owner's phone."""
    with closing(sqlite3.connect(folder / "demo.db")) as db:
        return [what for (what,) in db.execute("SELECT change FROM notice WHERE object_id = 'alex' ORDER BY at")]


async def _key_ref(one: Insistent, case: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', await one.page(case))
    assert found
    return found[1]


async def _groups(one: Insistent, case: str) -> str:
    """Empty where it was shown already, be it to a page that never came."""
    csrf = CSRF.search(await one.page(case))
    text = await one.page(f"{case}/read", {"csrf": csrf[1] if csrf else ""})
    groups = groups_on(text)
    assert groups or ONCE in text, text
    return "-".join(groups)


@pytest.mark.kill
@pytest.mark.timeout(900)
async def test_a_kill_at_a_write_of_a_reading_shows_the_key_once_or_never_and_tells_it_once(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(at: int, *, after: bool) -> tuple[int, bool]:
        async with gate:
            folder = tmp_path / f"{at}-{after}"
            folder.mkdir()
            return await _read_aloud(folder, [(at, after)])

    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(run(at, after=after)) for at in READING for after in (False, True)]
    ended = [one.result() for one in runs]
    assert sum(died for died, _ in ended) >= len(READING)
    assert {seen for _, seen in ended} == {True, False}, "some saw it, and for one it was burnt on its way"
