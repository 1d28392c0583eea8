"""Somebody has said that the account is not theirs: from then on they are somebody else, whatever name their case is under."""

from adapters.desk import addresses
from tests.app.living import Living
from tests.app.visitor import Visitor, spoken
from tests.desk.agent import at_desk
from tests.desk.test_relay import waiting

FOR_KIM = "Kim, your manager is Alex"


async def disowning(house: Living) -> Visitor:
    stranger = house.visitor()
    await stranger.sign_in("kim")
    await stranger.enter()
    await stranger.say("this is not my account")
    await stranger.until("I will not go on under this name")
    return stranger


async def test_their_case_becomes_none_of_the_owners_and_the_agents_words_to_the_owner_go_to_the_owner(
    house: Living,
) -> None:
    stranger = await disowning(house)
    kim, dana = house.visitor(), await at_desk(house, "dana")
    await kim.sign_in("kim")
    await kim.enter()
    await kim.say("human")
    await kim.until("Your case number is 1001")
    await stranger.say("human")
    await stranger.until("Your case number is 1002")
    await dana.take(1001)
    await dana.take(1002)
    for mine, theirs in ((1001, 1002), (1002, 1001)):
        await dana.look(f"{addresses.BASE}/cases/{mine}")
        assert "/merge" not in dana.page
        await dana.do(mine, "merge", other=str(theirs))
        await house.settle()

    await dana.do(1001, "say", words=FOR_KIM, form="a-form")
    await house.settle()
    await kim.until(FOR_KIM)
    await stranger.poll()

    assert not any(FOR_KIM in spoken(one) for one in stranger.heard)


async def test_the_owner_is_not_led_into_their_chat_by_an_older_case(house: Living) -> None:
    stranger = await waiting(house)
    await stranger.say("start again")
    await stranger.until("Hello", 1)
    await stranger.say("this is not my account")
    await stranger.until("I will not go on under this name")
    await house.settle()
    owner = house.visitor()

    await owner.sign_in("kim")
    await owner.enter()

    assert owner.conversation != stranger.conversation
