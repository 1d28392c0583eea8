"""Three dots: whoever talks with somebody sees that they are writing, wherever either of them sits, and nobody else does."""

import json

from bot.dots import EVERY
from tests.app.living import Living
from tests.app.visitor import Visitor
from tests.desk.agent import at_desk
from tests.desk.test_relay import PATIENCE, stream, stream_of
from tests.desk.test_rights import in_group
from tests.teams.teammate import Teammate
from tests.teams.test_agents import agent, press, talking


def dots(who: Teammate) -> int:
    """How often they were shown in that person's own chat."""
    sent = who.there.connector.sent
    return sum(one.body.get("type") == "typing" and who.person in one.path for one in sent if one.body)


async def types(house: Living, who: Visitor) -> None:
    await who.post({"type": "typing"})
    await house.settle()


async def test_an_agent_in_teams_sees_that_the_person_is_writing_once_while_the_dots_stand(house: Living) -> None:
    kim, dana = await talking(house)
    before = dots(dana)

    for _ in range(5):
        await types(house, kim)
    at_once = dots(dana) - before
    await house.pass_time(EVERY.total_seconds())
    await types(house, kim)

    assert (at_once, dots(dana) - before) == (1, 2)


async def test_only_whoever_talks_with_the_person_sees_it(house: Living) -> None:
    kim, dana = await talking(house)
    lee = await agent(house, "lee")
    before = dots(dana), dots(lee)

    await press(house, dana, "pause")
    await types(house, kim)
    paused = dots(dana)
    await press(house, dana, "back:1001")
    await types(house, kim)

    assert (paused, dots(dana), dots(lee)) == (before[0], *before)


async def test_whoever_is_no_agent_any_more_sees_nothing(house: Living) -> None:
    kim, dana = await talking(house)
    await in_group(house, "dana", is_in=False)
    house.clock.advance(61)
    before = dots(dana)

    await types(house, kim)

    assert dots(dana) == before


async def test_the_person_sees_that_an_agent_in_teams_is_writing_to_them_and_nothing_is_kept(house: Living) -> None:
    kim, dana = await talking(house)
    history = await house.house.store.history(f"chat:{kim.conversation}")
    async with kim.http.ws_connect(await stream_of(kim)) as socket:
        while "has your case 1001 now" not in (await socket.receive_str(timeout=PATIENCE)):
            pass
        status, _ = await dana.message(type="typing", text=None)
        typing = json.loads(await socket.receive_str(timeout=PATIENCE))

    assert status == 200
    assert [one["type"] for one in typing["activities"]] == ["typing"]
    assert await house.house.store.history(f"chat:{kim.conversation}") == history


async def test_the_desks_page_sees_that_somebody_in_teams_is_writing(house: Living) -> None:
    kim, dana = house.teammate("kim"), await at_desk(house, "dana")
    await kim.install("en-US")
    await kim.say("human")
    await kim.until("Your case number is 1001")
    await dana.take(1001)
    async with stream(dana, "/desk/cases/1001/live") as page:
        await page.until("clocks")
        await kim.message(type="typing", text=None)

        assert await page.until("typing") is None


async def test_what_an_agent_types_to_the_bot_no_person_sees(house: Living) -> None:
    kim, dana = await talking(house)
    async with kim.http.ws_connect(await stream_of(kim)) as socket:
        while "has your case 1001 now" not in (await socket.receive_str(timeout=PATIENCE)):
            pass
        await press(house, dana, "pause")
        await dana.message(type="typing", text=None)
        await house.settle()
        await press(house, dana, "talk:1001")
        await dana.say("here I am")

        assert "here I am" in await socket.receive_str(timeout=PATIENCE)
