"""A ticket system that takes its time holds up nobody: neither the agent's page nor the person's chat."""

import asyncio

from tests.app.living import Living
from tests.desk.agent import at_desk
from tests.desk.test_relay import waiting


async def test_no_page_waits_for_the_ticket_system(house: Living) -> None:
    kim, dana = await waiting(house), await at_desk(house, "dana")
    house.tickets.holds = asyncio.Event()

    status, page = await dana.visitor.page("/desk/cases/1001/take", {"csrf": dana.csrf})
    await kim.until("Dana Fischer from the helpdesk has your case 1001 now")
    written_before = house.tickets.note_lines()
    house.tickets.holds.set()
    await house.settle()  # no time passes on our clock: whoever had given the first attempt up would now be waiting

    assert status == 200
    assert "You have it." in page
    assert len(written_before) == 1
    assert len(house.tickets.note_lines()) == 2
