"""Two processes over one store: whichever of them an activity comes to, an agent and a person talk as if there were one."""

from pathlib import Path

from aiohttp.test_utils import TestServer

from bot.wiring import Around, DemoHouse, demo_house
from tests.app.living import Living, teams_at, unhurried, with_agents
from tests.app.visitor import spoken
from tests.ports import free_port
from tests.teams.teammate import Teammate
from tests.teams.test_agents import PLACE, agent, case, press


async def test_an_agent_and_a_person_talk_over_two_processes_that_remember_differently(
    house: Living, tmp_path: Path
) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    settings, around = (
        with_agents(unhurried(), house.there),
        Around(teams=lambda _settings, at: teams_at(house.there, at)),
    )
    async with (
        demo_house(settings, tmp_path, base, clock=house.clock, around=around) as other,
        TestServer(other.app, host="127.0.0.1", port=port),
    ):
        kim, dana = house.teammate("kim"), await agent(house, "dana")

        async def settle() -> None:
            for one in (house.house, other):
                await rest(one)

        async def says(who: Teammate, text: str, at: str) -> None:
            who.base = at
            await who.say(text)
            await settle()

        await says(kim, "human", house.base)
        dana.base = base
        await press(house, dana, "take:1001", conversation=PLACE)
        await settle()
        for number in range(4):
            here, there = (house.base, base) if number % 2 else (base, house.base)
            await says(kim, f"question {number}.", here)
            await says(dana, f"answer {number}.", there)
        dana.base = house.base
        await press(house, dana, "close:1001:solved")
        await settle()
        await says(dana, "windows", base)

        to_kim, to_dana = await heard(kim), await heard(dana)
        assert [one for one in to_kim if "answer" in one] == [f"Dana Fischer: answer {n}." for n in range(4)]
        assert [one for one in to_dana if "question" in one] == [f"Kim Novak (1001): question {n}." for n in range(4)]
        assert not [one for one in to_kim if "windows" in one]
        assert "first eight characters" in to_dana[-1]
        assert (await case(house)).holder is None


async def rest(one: DemoHouse) -> None:
    await one.conductor.rest()
    await one.courier.round()
    await one.conductor.rest()


async def heard(who: Teammate) -> list[str]:
    await who.poll()
    return [spoken(one) for one in who.heard]
