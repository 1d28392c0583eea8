"""A case goes on between agents: nobody loses it, nobody gets what they may not have, and notes stay among agents."""

import asyncio
import html
import json
from urllib.parse import urlencode

import pytest

from bot import queue
from bot.case_file import Filed, case_of
from bot.case_handing import NOTES_KEPT
from bot.domain.cases import Agent, Closed
from bot.domain.people import PersonId
from tests.app.living import Living
from tests.app.visitor import spoken
from tests.desk.agent import at_desk
from tests.desk.test_relay import talking
from tests.desk.test_rights import in_group


async def case(house: Living, number: int = 1001) -> Filed:
    found = await house.house.conductor.state(case_of(number))
    assert isinstance(found, Filed)
    return found


async def audited(house: Living, what: str) -> list[str]:
    """The cases that it was noted of."""
    facts = [json.loads(record.line) async for record in house.house.store.audit()]
    return [fact["about"]["case"] for fact in facts if fact["what"] == what]


async def test_a_note_sent_twice_is_one_note_and_the_audit_does_not_hold_its_words(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("kim")

    for _ in range(2):
        await dana.do(1001, "note", words="Speaks for Morgan", form="one-form")

    assert [note.text for note in (await case(house)).notes] == ["Speaks for Morgan"]
    assert await audited(house, "case.noted") == ["1001"]
    assert "Morgan" not in "".join([record.line async for record in house.house.store.audit()])


async def test_a_case_keeps_fifty_notes_and_says_that_it_keeps_no_more(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("kim")
    for n in range(NOTES_KEPT):
        await dana.do(1001, "note", words=f"note {n}", form=f"form {n}")

    status = await dana.do(1001, "note", words="one more", form="the last form")

    assert status == 409
    assert "fifty notes" in dana.text
    assert [note.text for note in (await case(house)).notes] == [f"note {n}" for n in range(NOTES_KEPT)]


async def test_an_empty_note_is_none(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("kim")

    status = await dana.do(1001, "note", words="  \n ", form="a-form")

    assert status == 409
    assert (await case(house)).notes == ()


async def test_whoever_left_the_group_this_minute_is_handed_nothing(house: Living) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("kim")
    await lee.look("/desk/cases/1001")
    await in_group(house, "lee", is_in=False)

    status = await dana.do(1001, "hand-over", to="lee", words="yours", form="a-form")

    assert status == 409
    assert (await case(house)).holder == Agent(PersonId("demo", "dana"), "Dana Fischer")
    assert (await case(house)).notes == ()


async def test_while_the_directory_is_silent_nobody_is_handed_anything(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("kim")
    await house.house.vault.file.execute("DELETE FROM groups_known", ())

    status = await dana.do(1001, "hand-over", to="lee", words="yours", form="a-form")

    assert status == 503
    assert (await case(house)).notes == ()


async def test_of_two_colleagues_to_whom_a_case_is_handed_at_once_one_has_it(house: Living) -> None:
    await in_group(house, "robin")
    dana = await at_desk(house, "dana")
    await dana.open("kim")

    await asyncio.gather(
        *(dana.do(1001, "hand-over", to=to, words=f"for {to}", form=f"for {to}") for to in ("lee", "robin"))
    )

    held = await case(house)
    assert held.holder is not None
    assert [note.text for note in held.notes] == [f"for {held.holder.id.object_id}"]
    assert await audited(house, "case.handed_over") == await audited(house, "case.received") == ["1001"]


async def test_a_case_that_is_still_on_its_way_out_of_the_queue_is_not_opened_again(house: Living) -> None:
    """It would leave the queue when it is open, and nobody would see it."""
    dana = await at_desk(house, "dana")
    await dana.open("kim")
    await dana.do(1001, "close", outcome="solved")
    await house.house.conductor.handle(queue.OPEN, queue.CaseBegan(1001), "as if it had not left")

    status = await dana.do(1001, "reopen")

    assert status == 409
    assert isinstance((await case(house)).stage, Closed)


async def test_ready_replies_are_in_the_persons_language_with_titles_in_the_agents(house: Living) -> None:
    kim = house.visitor()
    await kim.sign_in("kim")
    await kim.enter("de-DE")
    await kim.say("Mensch")
    await kim.until("1001")
    dana = await at_desk(house, "dana")
    await dana.take(1001)

    await dana.look("/desk/cases/1001")

    assert "Come by" in dana.text
    assert "Vorbeikommen" not in dana.text
    assert "Kim, bitte kommen Sie mit einem Ausweis zum Helpdesk." in html.unescape(dana.page)
    assert "Kim, please come" not in dana.page


async def test_a_case_is_not_opened_again_while_another_is_open_in_the_same_chat(house: Living) -> None:
    """Two agents would speak there, and neither would know of the other."""
    kim, dana = await talking(house)
    await dana.do(1001, "close", outcome="not_solved")
    await kim.say("human")
    await kim.until("Your case number is 1002")
    lee = await at_desk(house, "lee")
    await lee.take(1002)

    status = await dana.do(1001, "reopen")

    assert status == 409
    assert "case 1002 open now" in dana.text
    assert isinstance((await case(house)).stage, Closed)
    await lee.do(1002, "close", outcome="not_solved")
    assert await dana.do(1001, "reopen") == 200


async def test_of_two_cases_in_one_chat_the_older_says_nothing_there_and_its_agent_is_told(house: Living) -> None:
    """Opened again while the person was busy with the bot, who then wanted a human once more."""
    kim, dana = await talking(house)
    await dana.do(1001, "close", outcome="not_solved")
    await kim.until("Your case 1001 is closed")
    await kim.say("windows")
    await kim.until("first eight characters")
    await dana.do(1001, "reopen")
    await kim.say("human")
    await kim.until("Your case number is 1002")
    lee = await at_desk(house, "lee")
    await lee.take(1002)
    await kim.until("Lee Tanaka from the helpdesk has your case 1002 now")

    status = await dana.do(1001, "say", words="Who is it that speaks?", form="a-form")
    told = dana.text
    await dana.do(1001, "close", outcome="not_solved")
    heard = len(kim.heard)
    await kim.say("Lee, are you there?")
    await house.settle()
    await kim.poll()

    assert (status, "case 1002 open now" in told) == (409, True)
    assert [spoken(one) for one in kim.heard[heard:]] == ["Lee, are you there?"], "the bot is silent"
    assert (await case(house, 1002)).case.learnt.words[-1:] == ("Lee, are you there?",)


async def test_a_case_that_was_closed_is_one_step_away_and_found_by_its_number(house: Living) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    await lee.look("/desk?closed=1001")
    claimed = "is closed" in lee.text

    await dana.do(1001, "close", outcome="solved")

    assert not claimed
    assert "Case 1001 is closed." in dana.text
    assert 'href="/desk/cases/1001"' in dana.page
    assert 'action="/desk/cases"' in dana.page
    assert await lee.find(" #1001 ") == 200
    assert "Closed by Dana Fischer: They are back in." in lee.text


@pytest.mark.parametrize("typed", ["1999", "", "0", "Kim", "-1", "²", "1" * 40, "1001/close"])
async def test_a_number_that_no_case_has_is_answered_with_words(house: Living, typed: str) -> None:
    dana = await at_desk(house, "dana")

    assert await dana.find(typed) == 404
    assert "There is no such case." in dana.text
    assert await dana.look(f"/desk?{urlencode({'closed': typed})}") == 200
    assert "is closed" not in dana.text
