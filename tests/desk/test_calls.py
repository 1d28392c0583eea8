"""What calls an agent on every page of the desk: their own cases and how much was said there, and what is new to them."""

from tests.app.living import Living
from tests.desk.agent import at_desk
from tests.desk.test_relay import stream, talking, waiting


async def test_an_agent_hears_how_much_was_said_in_their_own_cases_and_no_others(house: Living) -> None:
    kim, dana = await talking(house)
    lee = await at_desk(house, "lee")
    async with stream(dana, "/desk/calls") as calls, stream(lee, "/desk/calls") as others:
        before, theirs = await calls.until("calls"), await others.until("calls")
        await kim.say("are you there?")
        after = await calls.until("calls")

    (was,), (now,) = before["mine"], after["mine"]
    assert (now["number"], now["name"], now["said"]) == (1001, "Kim Novak", was["said"] + 1)
    assert theirs == {"mine": [], "calls": []}


async def test_more_than_are_kept_are_counted(house: Living) -> None:
    kim, dana = await talking(house)
    async with stream(dana, "/desk/calls") as calls:
        (was,) = (await calls.until("calls"))["mine"]
    for n in range(55):
        await kim.say(f"word {n}")
        house.clock.advance(1)
    await house.settle()

    async with stream(dana, "/desk/calls") as calls:
        (now,) = (await calls.until("calls"))["mine"]
    assert now["said"] - was["said"] == 55


async def test_a_new_case_and_one_that_was_handed_over_call(house: Living) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    async with stream(lee, "/desk/calls") as calls:
        assert await calls.until("calls") == {"mine": [], "calls": []}
        await waiting(house)
        new = await calls.until("calls")
        await dana.take(1001)
        taken = await calls.until("calls")
        await dana.do(1001, "hand-over", to="lee", words="a Mac", form="a")
        handed = await calls.until("calls")

    assert (new["calls"], taken["calls"], handed["calls"]) == (["new 1001"], [], ["handed 1001"])
    assert [one["number"] for one in handed["mine"]] == [1001]
