"""Limits end the automatic path of whoever used them up, and lock nobody else out. Each test is one promise of SECURITY.md."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import limits, standing
from bot.domain.people import PersonId
from tests.app.living import Living, living, unhurried
from tests.app.test_unlock_page import audited, link_to_the_key
from tests.app.visitor import Visitor
from tests.desk.agent import at_desk

ALEX = PersonId("demo", "alex")
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
        asked = standing.LinkAsked(f"before{n}", house.clock.now(), count)
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


async def test_a_copied_session_cannot_use_up_the_links_of_its_owner(house: Living) -> None:
    thief, alex = await in_chat(house), await in_chat(house)
    await link_to_the_key(house, thief)
    for n in range(limits.LINKS_A_DAY - 1):
        await thief.press("new_link")
        await thief.until("I have found the key", n + 2)
    await thief.press("new_link")
    await thief.until(REFUSED)
    await thief.press("not_me")  # or their human would be waiting for Alex too
    await house.settle()

    card, _ = await link_to_the_key(house, alex)

    assert await alex.show(await alex.prove(card, "alex"))


async def test_whoever_signs_in_again_has_links_though_the_session_before_used_up_its_own(house: Living) -> None:
    """Their human is waiting in that chat, so they are led back to it."""
    alex = await in_chat(house)
    await link_to_the_key(house, alex)
    for _ in range(limits.LINKS_A_DAY):
        await alex.press("new_link")
        await house.settle()
    await alex.until("Your case number is")
    house.clock.advance(60)

    again = await in_chat(house)
    await again.press("restart")
    card, _ = await link_to_the_key(house, again)

    assert again.conversation == alex.conversation
    assert await again.show(await again.prove(card, "alex"))


async def test_a_copied_session_cannot_use_up_the_look_ups_of_its_owner(house: Living) -> None:
    thief = await in_chat(house)
    await used_up(house, standing.of_person(ALEX), limits.LOOK_UPS_A_DAY)
    await used_up(house, standing.of_session(f"chat:{thief.conversation}", house.clock.now()), limits.LOOK_UPS_A_DAY)
    await thief.say(f"windows {await key_id(house)}")
    await thief.until(REFUSED)
    await thief.press("not_me")
    await house.settle()
    alex = await in_chat(house)

    _, path = await link_to_the_key(house, alex)

    assert path


@pytest.mark.parametrize("subject", [standing.of_person(ALEX), "standing:device/{device}"])
async def test_links_are_counted_by_person_and_by_device_as_well(house: Living, subject: str) -> None:
    """Whatever the session: a computer that goes from hand to hand, or somebody who signs in again and again."""
    devices = (await house.house.vault.devices_of(ALEX)).devices
    device = next(one.id for one in devices if one.name == "LAPTOP-ALEX")
    await given_away(house, subject.format(device=device), limits.LINKS_OF_ONE_A_DAY)
    alex = await in_chat(house)

    await alex.say(f"windows {await key_id(house)}")

    await alex.until(REFUSED)
    assert await audited(house, "link.given") == 0


@pytest.mark.parametrize("subject", [standing.of_person(ALEX), "standing:device/{device}"])
async def test_an_agent_who_is_sure_gives_a_link_when_those_of_person_or_device_are_used_up(
    house: Living, subject: str
) -> None:
    devices = (await house.house.vault.devices_of(ALEX)).devices
    device = next(one.id for one in devices if one.name == "LAPTOP-ALEX")
    await given_away(house, subject.format(device=device), limits.LINKS_OF_ONE_A_DAY)
    alex = await in_chat(house)
    await alex.say("human")
    await alex.until("Your case number is 1001")
    dana = await at_desk(house, "dana")
    await dana.take(1001)

    await dana.release(1001, "alex")

    assert await alex.until("I have found the key")


async def used_up(house: Living, subject: str, look_ups: int) -> None:
    for n in range(look_ups):
        asked = standing.LookUpAsked(f"before{n}", house.clock.now(), look_ups)
        await house.house.conductor.handle(subject, asked, f"look before/{n}")


async def key_id(house: Living) -> str:
    computer = await house.house.computers.named("LAPTOP-ALEX")
    assert computer
    assert computer.key_id
    return computer.key_id[:8]
