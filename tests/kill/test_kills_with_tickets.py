"""The server is killed while a ticket is written: between what ServiceNow keeps and our commit, and at every other write near it."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.kill.survivor import ENOUGH, Survivor
from tests.kill.test_kills import _assert_nothing_is_owed, _audited
from tests.kill.test_kills_at_desk import Insistent, _signed_in
from tests.tickets.servicenow import ServiceNow, servicenow

WRITES, EVERY, AT_ONCE = 40, 4, 4
NOTES = 3


@pytest.mark.kill
@pytest.mark.timeout(600)
async def test_a_kill_between_the_ticket_and_our_commit_makes_one_ticket_and_no_note_twice(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(at: int) -> int:
        async with gate:
            folder = tmp_path / f"{at}"
            folder.mkdir()
            return await _closed_case(folder, [(at, at % 8 == 0)], dies_after=at // EVERY % NOTES + 1)

    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(run(at)) for at in range(0, WRITES, EVERY)]
    assert sum(one.result() for one in runs) >= WRITES // EVERY


async def _closed_case(folder: Path, deaths: list[tuple[int, bool]], dies_after: int) -> int:
    """`dies_after`: the write of ServiceNow whose answer the server does not live to read."""
    async with servicenow() as there, Survivor(folder, deaths, tickets=there.base) as kim:
        writes = 0

        def after_write() -> None:
            nonlocal writes
            writes += 1
            if writes == dies_after:
                kim.process.kill()

        there.after_write = after_write
        await kim.come_in("kim")
        await kim.say("human")
        await kim.hear("Your case number is 1001")
        await _until_there_are(kim, there, 1)
        dana, case = Insistent(kim), "/desk/cases/1001"
        await dana.insist(lambda: _signed_in(dana, "dana"))
        await dana.until(case, "You have it.", f"{case}/take")
        await _until_there_are(kim, there, 2)
        await dana.until(case, "Closed by Dana Fischer", f"{case}/close", outcome="solved")
        await _until_there_are(kim, there, 3)
        await dana.until(case, "Ticket: INC0010001", f"{case}/take")
        await dana.visitor.http.close()
        died = kim.has_died
    told = await _audited(folder)
    assert len(there.tickets) == 1, (deaths, dies_after, there.tickets)
    assert there.tickets[0]["state"] == "6"
    assert [line[-3:] for line in there.note_lines()] == ["-1]", "-2]", "-3]"], (deaths, dies_after, there.notes)
    assert told["case.opened"] == told["ticket.opened"] == 1, (deaths, told)
    _assert_nothing_is_owed(folder)
    return died


async def _until_there_are(kim: Survivor, there: ServiceNow, notes: int) -> None:
    end = time.monotonic() + ENOUGH
    while len(there.note_lines()) < notes:
        assert time.monotonic() < end, there.asked
        kim.pushed.value += 5.0
        await kim.revive()
