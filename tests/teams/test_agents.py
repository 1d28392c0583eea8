"""Agents in Teams under attack: who presses is who the channel says, what a button says is only which deed is meant."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from adapters.desk.transcript import Transcript, mark_of
from adapters.no_desk import NoDesk
from bot import standing
from bot.agent_chat import AtDesk, CaseGot, DoDeed, NotDone, TakeCase, of_agent
from bot.case_file import Filed, case_of
from bot.case_office import CaseOffice, Staffing
from bot.conductor import Task
from bot.desk_in_chat import FIRST_LINES, DeskInChat
from bot.domain.cases import Taken, Waits
from bot.domain.people import PersonId
from bot.helpdesk import Helpdesk
from bot.pictures import Pictures
from bot.wiring.desk import chats_of, helpdesk_of
from bot.wiring.flows import codec
from dialogs.texts.catalogue import read_catalogue
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.app.visitor import Visitor, spoken
from tests.desk.agent import at_desk
from tests.teams.microsoft import TENANT
from tests.teams.teammate import CHANNEL, Teammate, activity

PLACE = {"conversationType": "channel", "tenantId": TENANT, "id": CHANNEL, "isGroup": True}
NOTE = "application/vnd.microsoft.activity.message"
DEEDS = ("take:1001", "talk:1001", "back:1001", "keep:1001", "close:1001", "close:1001:solved", "pause", "next")


async def waits(house: Living, login: str = "kim") -> Visitor:
    """Somebody with a case, in the web chat."""
    visitor = house.visitor()
    await visitor.sign_in(login)
    await visitor.enter()
    await visitor.say("human")
    await visitor.until("Your case number is")
    await house.settle()
    return visitor


async def agent(house: Living, login: str) -> Teammate:
    one = house.teammate(login)
    await one.install()
    await house.settle()
    return one


async def press(house: Living, who: Teammate, choice: str, **more: Any) -> tuple[int, Any]:
    answer = await who.press_with({"choice": f"desk:{choice}", "title": "Button"}, **more)
    await house.settle()
    return answer


async def case(house: Living, number: int = 1001) -> Filed:
    filed = await house.house.conductor.state(case_of(number))
    assert isinstance(filed, Filed)
    return filed


async def heard(who: Visitor) -> str:
    await who.poll()
    return " | ".join(spoken(one) for one in who.heard)


async def talking(house: Living) -> tuple[Visitor, Teammate]:
    kim, dana = await waits(house), await agent(house, "dana")
    await press(house, dana, "take:1001", conversation=PLACE)
    assert isinstance((await case(house)).stage, Taken)
    return kim, dana


# who presses


@pytest.mark.parametrize("who", ["robin", "morgan", "lee"])
@pytest.mark.parametrize("place", [PLACE, None], ids=["channel", "own chat"])
async def test_nobody_but_an_agent_does_anything_whatever_their_button_says(
    house: Living, place: dict[str, Any] | None, who: str
) -> None:
    """An employee, a supervisor, and an agent of a minute ago."""
    kim, _ = await talking(house)
    await house.house.vault.file.execute("DELETE FROM membership WHERE object_id = 'lee' AND name = 'helpdesk'")
    before, presser = await case(house), await agent(house, who)
    more = {"conversation": place} if place else {}

    answers = [await press(house, presser, deed, **more) for deed in DEEDS]

    assert [status for status, _ in answers] == [200] * len(DEEDS)
    assert {body["type"] for _, body in answers} == {NOTE}
    assert all("You are not in their group." in body["value"] for _, body in answers)
    assert "Kim" not in str(answers)
    assert await case(house) == before
    assert not isinstance(await house.house.conductor.state(of_agent(PersonId("demo", who))), AtDesk)
    assert who.title() not in await heard(kim)


async def test_a_submitted_value_that_was_made_up_is_nothing_either(house: Living) -> None:
    await talking(house)
    before, robin = await case(house), await agent(house, "robin")
    said = len(house.there.connector.sent)

    answers = [await robin.message(text=None, value={"choice": f"desk:{deed}"}) for deed in DEEDS]
    await house.settle()

    assert answers == [(200, None)] * len(DEEDS)
    assert await case(house) == before
    assert len(house.there.connector.sent) == said


async def test_an_agent_does_nothing_with_a_case_that_a_colleague_has(house: Living) -> None:
    kim, _ = await talking(house)
    before, lee = await case(house), await agent(house, "lee")
    deeds = [deed for deed in DEEDS if "1001" in deed and not deed.startswith("take")]

    for deed in deeds:
        await press(house, lee, deed)
    await lee.say("hello from the other one")
    await house.settle()

    assert await case(house) == before
    assert (await heard(lee)).count("You do not talk with case 1001 in this chat.") == len(deeds)
    assert "hello from the other one" not in await heard(kim)


@pytest.mark.parametrize(
    "data",
    [
        {"choice": "desk:take:1001", "who": "lee", "agent": {"id": "lee", "tenant": "demo"}},
        {"choice": "desk:take:1001", "from": {"aadObjectId": "lee"}, "title": "Take as Lee"},
    ],
)
async def test_who_takes_it_is_whom_the_channel_names_and_not_whom_the_button_names(
    house: Living, data: dict[str, Any]
) -> None:
    await waits(house)
    dana = await agent(house, "dana")

    await dana.press_with(data, conversation=PLACE)
    await house.settle()

    holder = (await case(house)).holder
    assert holder
    assert holder.id == PersonId("demo", "dana")


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"conversation": {**PLACE, "tenantId": "other"}}, 401),
        ({"channelData": {"tenant": {"id": "other"}}}, 401),
        ({"from": {"id": "29:dana", "name": "Dana"}}, 200),
        ({"from": {"id": "28:bot", "name": "Bot", "aadObjectId": ""}}, 200),
        ({"channelId": "directline"}, 401),
        ({"serviceUrl": "https://evil.org/"}, 401),
    ],
    ids=str,
)
async def test_a_press_from_elsewhere_or_by_nobody_takes_nothing(
    house: Living, more: dict[str, Any], status: int
) -> None:
    await waits(house)
    dana = await agent(house, "dana")

    answer = await press(house, dana, "take:1001", **({"conversation": PLACE} | more))

    assert answer[0] == status
    assert isinstance((await case(house)).stage, Waits)


async def test_a_button_that_there_is_not_does_nothing(house: Living) -> None:
    _, dana = await talking(house)
    before = await case(house)
    made_up = ("release:1001", "thaw:1001", "take:x", "take:-1", "take:0", "close:1001:won", "take:9999999999")

    answers = [await press(house, dana, choice) for choice in made_up]

    assert answers == [(200, None)] * len(made_up)
    assert await case(house) == before


async def test_a_frozen_agent_takes_nothing(house: Living) -> None:
    await waits(house)
    dana, id_ = await agent(house, "dana"), PersonId("demo", "dana")
    event = standing.Frozen("not_me", id_, f"person {id_}")
    await house.house.conductor.handle(standing.of_person(id_), event, "frozen")

    _, body = await press(house, dana, "take:1001", conversation=PLACE)

    assert "Your own account is blocked here" in body["value"]
    assert isinstance((await case(house)).stage, Waits)


async def test_rights_that_cannot_be_looked_up_are_none(house: Living) -> None:
    await waits(house)
    dana = await agent(house, "dana")
    await house.house.vault.file.execute("DELETE FROM groups_known", ())

    _, body = await press(house, dana, "take:1001", conversation=PLACE)

    assert "The directory does not answer" in body["value"]
    assert isinstance((await case(house)).stage, Waits)


async def test_an_agent_who_is_out_of_the_group_reads_nothing_more_and_says_nothing_more(house: Living) -> None:
    kim, dana = await talking(house)
    await house.house.vault.file.execute("DELETE FROM membership WHERE object_id = 'dana'", ())
    house.clock.advance(61)

    await kim.say("my room is 4711")
    await house.settle()
    await dana.say("tell me more")
    await house.settle()

    assert "4711" not in await heard(dana)
    assert "You are not in their group." in await heard(dana)
    assert "tell me more" not in await heard(kim)


# once


async def test_a_press_that_was_here_before_is_refused_and_does_nothing_again(house: Living) -> None:
    await waits(house)
    dana = await agent(house, "dana")
    taken = {"id": "1770000000001", "conversation": PLACE}
    first = await press(house, dana, "take:1001", **taken)
    await press(house, dana, "back:1001")

    again = await press(house, dana, "take:1001", **taken)

    assert (first[0], again[0]) == (200, 401)
    assert isinstance((await case(house)).stage, Waits)


async def test_a_hundred_of_one_press_at_once_are_one(house: Living) -> None:
    await waits(house)
    dana = await agent(house, "dana")
    value = {"action": {"verb": "choose", "data": {"choice": "desk:take:1001"}}}
    content = activity(
        house.there.service_url,
        "dana",
        type="invoke",
        name="adaptiveCard/action",
        text=None,
        value=value,
        conversation=PLACE,
    )

    answers = await asyncio.gather(*(dana.send(content) for _ in range(100)))
    await house.settle()

    assert sorted(status for status, _ in answers) == [200] + [401] * 99
    assert (await heard(dana)).count("Case 1001: Kim Novak") == 1


async def test_what_the_bot_has_heard_does_not_reach_a_person_when_the_channel_brings_it_again(house: Living) -> None:
    kim, dana = await waits(house), await agent(house, "dana")
    await press(house, dana, "take:1001", conversation=PLACE)
    await press(house, dana, "pause")
    said = activity(house.there.service_url, "dana", text="my own pin does not work")
    first = await dana.send(said)
    await house.settle()
    await press(house, dana, "talk:1001")

    again = await dana.send(said)
    await house.settle()

    assert (first[0], again[0]) == (200, 401)
    assert "my own pin" not in await heard(kim)


async def test_what_was_said_before_the_first_case_does_not_reach_a_person_either(house: Living) -> None:
    kim, dana = await waits(house), await agent(house, "dana")
    said = activity(house.there.service_url, "dana", text="my own pin does not work")
    await dana.send(said)
    await press(house, dana, "take:1001", conversation=PLACE)

    again = await dana.send(said)
    await house.settle()

    assert again[0] == 401
    assert "my own pin" not in await heard(kim)


async def test_what_a_person_has_heard_the_bot_does_not_hear_as_well(house: Living) -> None:
    kim, dana = await talking(house)
    said = activity(house.there.service_url, "dana", text="is your laptop stolen?")
    first = await dana.send(said)
    await house.settle()
    await press(house, dana, "pause")

    again = await dana.send(said)
    await house.settle()

    assert (first[0], again[0]) == (200, 401)
    assert (await heard(kim)).count("Dana Fischer: is your laptop stolen?") == 1
    assert "I have blocked it" not in await heard(dana)


async def test_of_agents_who_press_at_once_one_has_each_case_and_the_others_read_who(house: Living) -> None:
    numbers = range(1001, 1007)
    for login in ("kim", "alex", "sam", "robin", "jo", "noor"):
        await waits(house, login)
    dana, lee = await agent(house, "dana"), await agent(house, "lee")

    presses = [(who, number) for number in numbers for who in (dana, lee)]
    answers = await asyncio.gather(
        *(who.press_with({"choice": f"desk:take:{number}"}, conversation=PLACE) for who, number in presses)
    )
    await house.settle()

    for (who, number), (_, body) in zip(presses, answers, strict=True):
        holder = (await case(house, number)).holder
        assert holder
        expected = "You have case" if holder.id.object_id == who.person else f"{holder.name} has case"
        assert f"{expected} {number}" in body["value"]
    for who in (dana, lee):
        state = await house.house.conductor.state(of_agent(PersonId("demo", who.person)))
        assert isinstance(state, AtDesk)
        theirs = [number for number in numbers if (await case(house, number)).holder.id == state.who]  # type: ignore[union-attr]
        assert sorted(one.number for one in state.cases) == theirs


def desk_in(house: Living) -> tuple[Helpdesk, DeskInChat]:
    there = house.house
    office = CaseOffice(there.conductor, there.store, house.clock, NoDesk(), Staffing())
    desk = helpdesk_of("helpdesk", there.conductor, office, house.source, there.vault, there.authenticator, house.clock)
    chats = chats_of(
        desk,
        there.conductor,
        Transcript(there.store, codec(), read_catalogue({"home": house.base}), Pictures(house.clock)),
    )
    assert desk
    assert chats
    return desk, chats


async def test_a_taking_that_is_tried_again_after_a_crash_does_not_take_what_was_put_back_meanwhile(
    house: Living,
) -> None:
    await waits(house)
    await agent(house, "dana")
    dana = PersonId("demo", "dana")
    desk, chats = desk_in(house)
    task = Task("agent_chat:teams:demo/dana/1.0", of_agent(dana), TakeCase(dana, 1001))

    first = await chats.take(task)
    twice = await chats.take(task)
    await desk.put_back(dana, 1001)
    house.clock.advance(1)
    again = await chats.take(task)

    assert (first, twice) == (CaseGot(1001), CaseGot(1001))
    assert again == NotDone("take", 1001, "not_yours")
    assert isinstance((await case(house)).stage, Waits)


async def test_a_closing_that_is_tried_again_after_a_crash_does_not_close_what_was_opened_again(house: Living) -> None:
    await waits(house)
    dana, at_the_desk = PersonId("demo", "dana"), await at_desk(house, "dana")
    await at_the_desk.take(1001)
    _, chats = desk_in(house)
    task = Task("agent_chat:teams:demo/dana/1.0", of_agent(dana), DoDeed(dana, 1001, "close", "solved"))

    first = await chats.do(task)
    await house.settle()
    await at_the_desk.do(1001, "reopen")
    again = await chats.do(task)

    assert (first, again) == (None, NotDone("do", 1001, "gone"))
    assert isinstance((await case(house)).stage, Taken)


# order, and a channel that does not answer


async def test_lines_that_come_quickly_keep_their_order_on_both_ways(house: Living) -> None:
    kim, dana = await talking(house)
    count = 8

    for number in range(count):
        await asyncio.gather(dana.say(f"answer {number}."), kim.say(f"question {number}."))
    await house.settle()

    to_kim, to_dana = await heard(kim), await heard(dana)
    assert [to_kim.find(f"Dana Fischer: answer {number}.") for number in range(count)] == sorted(
        to_kim.find(f"Dana Fischer: answer {number}.") for number in range(count)
    )
    for number in range(count):
        assert to_kim.count(f"Dana Fischer: answer {number}.") == 1
        assert to_dana.count(f"Kim Novak (1001): question {number}.") == 1
    places = [to_dana.find(f"question {number}.") for number in range(count)]
    assert places == sorted(places)


async def test_a_press_is_answered_though_the_channel_takes_nothing(house: Living) -> None:
    await waits(house)
    dana, never = await agent(house, "dana"), asyncio.Event()

    async def slowly(_request: web.Request) -> web.Response:
        await never.wait()
        return web.Response(status=503)

    house.there.connector.moods = [slowly] * 50
    value = {"action": {"verb": "choose", "data": {"choice": "desk:take:1001"}}}
    pressing = dana.message(type="invoke", name="adaptiveCard/action", text=None, value=value, conversation=PLACE)
    async with asyncio.timeout(10):  # of the connector's own patience it would be fifteen
        status, body = await pressing
    never.set()
    house.there.connector.moods = []

    assert status == 200
    assert "You have case 1001." in body["value"]


async def test_nothing_of_the_talk_stands_in_the_agents_own_history_or_flow(house: Living) -> None:
    _, dana = await talking(house)

    await dana.say("the words of the desk")
    await house.settle()

    own = f"chat:teams:{dana.conversation_id}"
    lines = [line.body for line in await house.house.store.history(own)]
    assert not [line for line in lines if "the words of the desk" in line]
    assert not await house.house.store.history(of_agent(PersonId("demo", "dana")))
    saved = await house.house.store.load(of_agent(PersonId("demo", "dana")))
    assert saved
    assert "the words of the desk" not in saved.state


# two cases become one


async def two_chats(house: Living, lines: int, *, read: bool) -> tuple[Visitor, Teammate]:
    """Kim's web chat with so many lines is 1001, which Dana has read or not; in 1002, from Teams, Dana talks with them."""
    kim, phone, dana = await waits(house), await agent(house, "kim"), await agent(house, "dana")
    await phone.say("human")
    await house.settle()
    if read:
        await press(house, dana, "take:1001")
    for n in range(lines):
        await kim.say(f"web word {n}.")
        await house.settle()
    await press(house, dana, "take:1002")
    await press(house, dana, "talk:1002")
    await phone.say("phone words")
    await house.settle()
    return kim, dana


async def test_what_an_agent_has_read_they_are_not_told_again_after_a_merge(house: Living) -> None:
    kim, dana = await two_chats(house, 15, read=True)
    desk = await at_desk(house, "dana")

    status = await desk.do(1002, "merge", other="1001")
    await house.settle()
    await kim.say("web word after it.")
    await house.settle()

    words = await heard(dana)
    assert status == 200
    assert [words.count(f"web word {n}.") for n in range(15)] == [1] * 15
    assert words.count("phone words") == 1
    assert words.count("web word after it.") == 1


def test_of_one_chat_that_stands_twice_in_a_mark_the_farthest_counts() -> None:
    assert mark_of("ab:12,cd:3,ab:9") == mark_of("ab:9,cd:3,ab:12") == {"ab": 12, "cd": 3}


async def test_of_a_chat_that_a_merge_brings_along_unread_the_last_words_are_told(house: Living) -> None:
    _, dana = await two_chats(house, 15, read=False)
    desk = await at_desk(house, "dana")

    await desk.do(1002, "merge", other="1001")
    await house.settle()

    words = await heard(dana)
    assert [words.count(f"web word {n}.") for n in range(15)] == [0] * (15 - FIRST_LINES) + [1] * FIRST_LINES
    assert words.count("phone words") == 1


async def test_an_agent_whose_words_held_a_key_is_told_so(house: Living, logged: list[str]) -> None:
    kim, dana = await talking(house)

    await dana.say(f"try {(await house.keys())[0]}")
    await house.settle()

    assert "Dana Fischer: try [••••]" in await heard(kim)
    assert "There was a recovery key in what you wrote" in await heard(dana)
    await assert_no_key_is_left(house, "\n".join(logged))
