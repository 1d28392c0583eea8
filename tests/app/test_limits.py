"""Limits end the automatic path of whoever used them up, and lock nobody else out. Each test is one promise of SECURITY.md."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import standing
from tests.app.living import Living, living, unhurried
from tests.app.test_unlock_page import audited, link_to_the_key
from tests.app.visitor import Visitor
from tests.desk.agent import at_desk

LINKS_A_DAY = 100
AT_FOUR_FIFTHS = 80
REFUSED = "I cannot go on by myself here"


@pytest.fixture
async def small_house(tmp_path: Path) -> AsyncIterator[Living]:
    """Where few links a day are given to everybody together."""
    async with living(tmp_path, unhurried().model_copy(update={"links_a_day": LINKS_A_DAY})) as one:
        yield one


async def given_away(house: Living, subject: str, count: int) -> None:
    """So many links have been given of that day's."""
    for n in range(count):
        asked = standing.LinkAsked(f"before{n}", house.clock.now(), count, vouched=True)
        await house.house.conductor.handle(subject, asked, f"before/{n}")


async def in_chat(house: Living, person: str = "alex") -> Visitor:
    visitor = house.visitor()
    await visitor.sign_in(person)
    await visitor.enter()
    return visitor


async def test_when_everybodys_links_of_the_day_are_used_up_a_human_goes_on(small_house: Living) -> None:
    await given_away(small_house, standing.OF_ALL, LINKS_A_DAY)
    alex = await in_chat(small_house)

    await alex.say(f"windows {await key_id(small_house)}")

    await alex.until(REFUSED)
    await alex.until("Your case number is")
    assert await audited(small_house, "link.given") == 0


async def test_agents_release_to_the_persons_page_when_everybodys_links_of_the_day_are_used_up(
    small_house: Living,
) -> None:
    await given_away(small_house, standing.OF_ALL, LINKS_A_DAY)
    alex = await in_chat(small_house)
    await alex.say("human")
    await alex.until("Your case number is 1001")
    dana = await at_desk(small_house, "dana")
    await dana.take(1001)

    await dana.release(1001, "alex")

    path = await alex.prove(await alex.until("I have found the key"), "alex")
    assert await alex.show(path)


async def test_before_everybodys_links_of_the_day_are_used_up_there_is_an_alarm_once(
    small_house: Living, logged: list[str]
) -> None:
    await given_away(small_house, standing.OF_ALL, AT_FOUR_FIFTHS - 2)
    alex = await in_chat(small_house)
    await link_to_the_key(small_house, alex)
    before = await audited(small_house, "link.many"), "many links today" in "".join(logged)

    for n in range(2):
        await alex.press("new_link")
        await alex.until("I have found the key", n + 2)

    assert before == (0, False)
    assert await audited(small_house, "link.many") == 1
    assert "".join(logged).count("many links today") == 2


async def key_id(house: Living) -> str:
    computer = await house.house.computers.named("LAPTOP-ALEX")
    assert computer
    assert computer.key_id
    return computer.key_id[:8]
