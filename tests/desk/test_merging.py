"""Two cases become one at the desk: by whoever has one, for one person, once, and live for whoever looks on."""

import asyncio
import json

from bot import queue
from bot.case_file import Filed, case_of
from bot.case_merging import MergeAsked
from bot.case_wish import PersonWished
from bot.domain.cases import Closed
from tests.app.living import Living
from tests.app.visitor import Visitor, spoken
from tests.desk.agent import AtDesk, at_desk
from tests.desk.test_relay import stream, talking, waiting


async def case(house: Living, number: int) -> Filed:
    found = await house.house.conductor.state(case_of(number))
    assert isinstance(found, Filed)
    return found


async def two_cases(house: Living) -> tuple[Visitor, AtDesk]:
    """Kim's: 1001 waits in the chat, 1002 was opened by Dana, who has it."""
    kim, dana = await waiting(house), await at_desk(house, "dana")
    await dana.open("kim")
    return kim, dana


async def test_a_case_that_waits_in_the_chat_goes_on_in_that_of_the_caller(house: Living) -> None:
    kim, dana = await two_cases(house)

    status = await dana.do(1002, "merge", other="1001")
    await dana.do(1002, "say", words="On the phone and here", form="a-form")

    assert status == 200
    await kim.until("Your cases 1001 and 1002 belong together, so they go on as case 1002")
    await kim.until("Dana Fischer: On the phone and here")
    merged = await case(house, 1001)
    assert isinstance(merged.stage, Closed)
    assert (merged.stage.outcome, merged.stage.into) == ("merged", 1002)
    found = await house.house.conductor.state(queue.OPEN)
    assert isinstance(found, queue.Queue)
    assert found.numbers == (1002,)
    facts = [json.loads(record.line) async for record in house.house.store.audit()]
    assert [fact["about"] for fact in facts if fact["what"] == "case.merged"] == [{"case": "1001", "into": "1002"}]


async def test_a_case_of_another_person_never_comes_along(house: Living) -> None:
    _, dana = await two_cases(house)
    await dana.open("alex")
    before = [await case(house, number) for number in (1001, 1002, 1003)]

    statuses = [await dana.do(1003, "merge", other=other) for other in ("1001", "1002", "1003", "9999")]
    wrong = [await dana.do(1003, "merge", other=other) for other in ("", "x", "-1", "1" * 30, "²")]

    assert [status for status in statuses if status in (404, 409)] == statuses
    assert wrong == [400] * 5
    assert [await case(house, number) for number in (1001, 1002, 1003)] == before


async def test_a_form_of_another_persons_case_is_refused_by_the_case_itself(house: Living) -> None:
    """Whatever the pages ask, the case that is asked compares the person."""
    _, dana = await two_cases(house)
    await dana.open("alex")
    holder = (await case(house, 1003)).holder
    assert holder
    await house.house.conductor.handle(case_of(1003), MergeAsked(1001, holder, house.clock.now()), "forged")
    await house.settle()

    assert (await case(house, 1001)).is_open
    alex = await case(house, 1003)
    assert (alex.joining, alex.merged, alex.case.chat) == ((), (), "")


async def test_of_two_agents_who_want_one_case_at_once_one_gets_it(house: Living) -> None:
    for round_, login in enumerate(("kim", "sam", "robin")):
        await waiting(house, login)
        dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
        await dana.open(login)
        await lee.open(login)
        first = 1001 + 3 * round_

        await asyncio.gather(
            dana.do(first + 1, "merge", other=str(first)), lee.do(first + 2, "merge", other=str(first))
        )

        with_it = [n for n in (first + 1, first + 2) if (await case(house, n)).merged]
        stage = (await case(house, first)).stage
        assert isinstance(stage, Closed)
        assert with_it == [stage.into]
        assert [(await case(house, n)).joining for n in (first + 1, first + 2)] == [(), ()]
        assert sorted((dana.status, lee.status)) == [200, 409]


async def test_of_taking_and_merging_at_once_one_happens(house: Living) -> None:
    _, dana = await two_cases(house)
    lee = await at_desk(house, "lee")

    await asyncio.gather(dana.do(1002, "merge", other="1001"), lee.take(1001))

    other, mine = await case(house, 1001), await case(house, 1002)
    taken, merged = other.holder is not None, isinstance(other.stage, Closed)
    assert taken is not merged
    assert mine.merged == ((1001,) if merged else ())
    assert sorted((dana.status, lee.status)) == [200, 409]


async def test_two_cases_of_one_agent_that_are_merged_into_each_other_at_once_do_not_both_vanish(house: Living) -> None:
    _, dana = await two_cases(house)
    await dana.take(1001)

    await asyncio.gather(dana.do(1002, "merge", other="1001"), dana.do(1001, "merge", other="1002"))

    cases = [await case(house, number) for number in (1001, 1002)]
    assert any(one.is_open for one in cases)
    assert [one.joining for one in cases] == [(), ()]


async def test_whoever_looks_at_the_case_sees_the_other_chat_come_and_each_line_once(house: Living) -> None:
    kim, dana = await two_cases(house)
    on_phone = house.teammate("kim")
    await on_phone.install()
    await on_phone.say("human")
    await house.settle()
    await dana.do(1002, "merge", other="1001")
    async with stream(dana, "/desk/cases/1002/live") as live:
        lines = [(await live.until("line"))["html"]]
        while "Dana Fischer from the helpdesk has" not in lines[-1]:
            lines.append((await live.until("line"))["html"])

        await dana.do(1002, "merge", other="1003")
        await on_phone.say("from the phone")
        while "from the phone" not in lines[-1]:
            lines.append((await live.until("line"))["html"])
        await kim.say("from the browser")
        lines.append((await live.until("line"))["html"])
        mark = live.id

    assert "from the browser" in lines[-1]
    assert "intranet chat" in lines[-1]
    assert "Teams" in lines[-2]
    assert len(set(lines)) == len(lines)
    async with stream(dana, "/desk/cases/1002/live", **{"Last-Event-ID": mark}) as live:
        await kim.say("and again")
        assert "and again" in (await live.until("line"))["html"]


async def test_on_the_page_the_lines_of_both_chats_stand_in_the_order_in_which_they_were_said(house: Living) -> None:
    kim, dana = await two_cases(house)
    on_phone = house.teammate("kim")
    await on_phone.install()
    await on_phone.say("human")
    await house.settle()
    await dana.do(1002, "merge", other="1001")
    await dana.do(1002, "merge", other="1003")

    for n, speaker in enumerate((kim, on_phone, kim, on_phone)):
        house.clock.advance(1)
        await speaker.say(f"line {n}.")
    await dana.look("/desk/cases/1002")

    places = [dana.page.index(f"line {n}.") for n in range(4)]
    assert places == sorted(places)
    assert dana.page.count("line 0.") == 1


async def test_another_case_of_the_person_is_news_on_the_page_of_the_first(house: Living) -> None:
    _, dana = await two_cases(house)
    async with stream(dana, "/desk/cases/1002/live") as live:
        on_phone = house.teammate("kim")
        await on_phone.install()
        await on_phone.say("human")

        assert await live.until("changed") is None


async def test_after_a_merge_a_new_sign_in_finds_the_chat_again(house: Living) -> None:
    kim, dana = await two_cases(house)
    on_phone = house.teammate("kim")
    await on_phone.install()
    await on_phone.say("human")
    await house.settle()
    await dana.do(1002, "merge", other="1001")
    await dana.do(1002, "merge", other="1003")
    again = house.visitor()
    await again.sign_in("kim")
    await again.enter()

    await again.until("You are back, after signing in again: your case 1002 is open")
    assert again.conversation == kim.conversation
    assert json.dumps([spoken(one) for one in again.heard]).count("belong together") == 1


async def test_of_a_long_chat_a_case_page_reads_what_belongs_to_the_case_and_no_more(house: Living) -> None:
    on_phone = house.teammate("kim")
    await on_phone.install()
    for n in range(3):
        await on_phone.say(f"long ago {n}")
    await house.pass_time(2 * 3600)
    await on_phone.say("human")
    await house.settle()
    dana = await at_desk(house, "dana")
    chat = (await case(house, 1001)).case.chat
    asked: list[int] = []
    kept, history = house.house.store, house.house.store.history

    async def counted(*args: object, **kwargs: object) -> object:
        lines = await history(*args, **kwargs)  # type: ignore[arg-type]
        asked.append(len(lines))
        return lines

    object.__setattr__(kept, "history", counted)
    await dana.look("/desk/cases/1001")

    whole = await history(chat)
    assert "long ago" not in dana.text
    assert "human" in dana.text
    assert 0 < asked[0] < len(whole) - 3


async def test_what_was_said_while_a_case_was_closed_stays_with_the_bot_when_the_case_comes_into_another(
    house: Living,
) -> None:
    kim, dana = await talking(house)
    await dana.do(1001, "close", outcome="not_solved")
    await house.pass_time(30)
    await kim.say("for the bot alone")
    await house.pass_time(30)
    await dana.do(1001, "reopen")
    await kim.say("for Dana")
    await dana.open("kim")

    await dana.do(1002, "merge", other="1001")
    await kim.say("for Dana as well")
    await dana.look("/desk/cases/1002")

    assert "for Dana as well" in dana.page
    assert dana.page.count("for Dana") == 2
    assert "for the bot alone" not in dana.page


async def test_what_was_said_to_agents_is_read_though_the_other_case_was_closed_then(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("kim")
    await house.pass_time(30)
    await dana.do(1001, "close", outcome="not_solved")
    await house.pass_time(30)
    kim = await waiting(house)
    await kim.say("for whoever takes 1002")
    await house.pass_time(30)
    await dana.do(1001, "reopen")

    await dana.do(1001, "merge", other="1002")
    await dana.look("/desk/cases/1001")
    assert "for whoever takes 1002" in dana.page

    await dana.do(1001, "close", outcome="not_solved")
    await house.pass_time(30)
    await kim.say("after the end of both")
    await house.pass_time(30)
    await dana.do(1001, "reopen")
    await dana.look("/desk/cases/1001")
    assert "for whoever takes 1002" in dana.page
    assert "after the end of both" not in dana.page


async def test_a_call_back_asked_for_just_before_the_merge_is_asked_for_in_the_case_that_goes_on(house: Living) -> None:
    """The chat has answered the person; the case hears of it when it is part of another already."""
    kim, dana = await two_cases(house)
    conductor = house.house.conductor
    handle = conductor.handle

    async def merged_first(flow_id: str, event: object, event_id: str) -> object:
        if isinstance(event, PersonWished):
            await dana.visitor.page("/desk/cases/1002/merge", {"csrf": dana.csrf, "other": "1001"})
        return await handle(flow_id, event, event_id)

    object.__setattr__(conductor, "handle", merged_first)
    await kim.say("please call me back")
    await house.settle()

    after = await case(house, 1002)
    assert after.merged == (1001,)
    assert after.case.wish
    assert after.case.wish.what == "call_back"


async def test_a_note_from_a_page_that_was_open_before_the_merge_stands_on_the_case_that_goes_on(house: Living) -> None:
    _, dana = await two_cases(house)
    lee = await at_desk(house, "lee")
    await lee.look("/desk/cases/1001")
    await dana.do(1002, "merge", other="1001")

    status = await lee.do(1001, "note", words="The passport is at reception", form="a-form")
    await dana.look("/desk/cases/1002")

    assert status == 200
    assert "The passport is at reception" in dana.page


async def test_closing_that_was_refused_while_another_case_came_is_done_when_it_has_come(house: Living) -> None:
    _, dana = await two_cases(house)
    conductor, mine = house.house.conductor, await case(house, 1002)
    assert mine.holder
    asked = await conductor.remember(case_of(1002), MergeAsked(1001, mine.holder, house.clock.now()), "asked")
    refused = await dana.visitor.page("/desk/cases/1002/close", {"csrf": dana.csrf, "outcome": "solved"})
    await conductor.act(asked.owed)
    await house.settle()
    assert (await case(house, 1002)).joining == ()

    status = await dana.do(1002, "close", outcome="solved")

    assert (refused[0], status) == (409, 200)
    assert not (await case(house, 1002)).is_open


async def test_merging_that_was_refused_once_can_be_asked_again_though_nothing_else_has_changed(house: Living) -> None:
    """The other case waited for a third itself."""
    _, dana = await two_cases(house)
    await dana.open("kim")
    await dana.take(1001)
    conductor, other = house.house.conductor, await case(house, 1001)
    assert other.holder
    asked = await conductor.remember(case_of(1001), MergeAsked(1003, other.holder, house.clock.now()), "asked")
    refused = await dana.do(1002, "merge", other="1001")
    await conductor.act(asked.owed)
    await house.settle()
    assert (await case(house, 1001)).merged == (1003,)

    status = await dana.do(1002, "merge", other="1001")

    assert (refused, status) == (409, 200)
    assert (await case(house, 1002)).merged == (1003, 1001)
