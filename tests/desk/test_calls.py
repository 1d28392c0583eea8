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


async def test_whoever_could_be_the_second_agent_is_called_and_the_first_is_not(house: Living) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    async with stream(lee, "/desk/calls") as others, stream(dana, "/desk/calls") as own:
        assert (await own.until("calls"))["calls"] == (await others.until("calls"))["calls"] == []
        await dana.release(1001, "alex", lost_phone=True)
        called, hers = await others.until("calls"), await at_desk(house, "dana")
        async with stream(hers, "/desk/calls") as again:
            assert (await again.until("calls"))["calls"] == []
        await dana.look("/desk/cases/1001")
        await dana.do(1001, "withdraw")
        over = await others.until("calls")

    assert (called["calls"], over["calls"]) == (["second 1001"], [])


async def test_the_queue_marks_what_needs_a_second_agent_for_as_long_as_one_can_agree(house: Living) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    await lee.look()
    assert "needs a second agent" not in lee.text
    await dana.release(1001, "alex", lost_phone=True)

    await lee.look()
    assert "Case 1001 needs a second agent" in lee.text
    house.clock.advance(3600)
    lee = await at_desk(house, "lee")
    await lee.look()
    assert "needs a second agent" not in lee.text
