"""People and agents talk: in order, once, masked, live, and only with whoever may."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot import handing_on, releasing, searching
from bot.case_file import Filed, case_of
from bot.domain.cases import Case, Learnt, Taken
from bot.domain.people import PersonId
from bot.domain.tidy import LONGEST_TEXT
from bot.memory import LEASE
from bot.ports.store import Turn
from bot.wiring import codec
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.app.visitor import Visitor, number_of, spoken
from tests.desk.agent import AtDesk, at_desk
from tests.desk.aloud import in_vault
from tests.desk.test_rights import in_group

PATIENCE = 60.0


async def waiting(house: Living, login: str = "kim") -> Visitor:
    """Somebody who has asked for a human: case 1001."""
    visitor = house.visitor()
    await visitor.sign_in(login)
    await visitor.enter()
    await visitor.say("human")
    await visitor.until("Your case number is")
    return visitor


async def talking(house: Living, login: str = "kim") -> tuple[Visitor, AtDesk]:
    visitor, dana = await waiting(house, login), await at_desk(house, "dana")
    await dana.take(1001)
    await visitor.until("Dana Fischer from the helpdesk has your case 1001 now")
    return visitor, dana


class Stream:
    """Server-sent events as they come."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer, self.id = answer, ""

    async def event(self) -> tuple[str, Any]:
        name = ""
        async with asyncio.timeout(PATIENCE):
            while line := (await self.answer.content.readline()).decode():
                field, _, value = line.strip().partition(": ")
                self.id = value if field == "id" else self.id
                name = value if field == "event" else name
                if field == "data":
                    return name, json.loads(value)
        return "end", None

    async def until(self, wanted: str) -> Any:
        while True:
            name, content = await self.event()
            assert wanted == "end" or name != "end"
            if name == wanted:
                return content


@asynccontextmanager
async def stream(agent: AtDesk, path: str, **headers: str) -> AsyncIterator[Stream]:
    async with agent.visitor.http.get(f"{agent.house.base}{path}", headers=headers, allow_redirects=False) as answer:
        yield Stream(answer)


async def test_the_page_of_a_case_that_has_no_chat_is_told_of_what_a_colleague_does(house: Living) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await lee.open("alex")
    await lee.release(1001, "alex", lost_phone=True)
    live = re.search(r'data-live="([^"]+)"', lee.page)
    assert live
    async with stream(lee, live[1]) as page:
        await page.answer.content.readuntil(b"\n\n")

        await dana.agree(1001)

        assert await page.until("changed") is None
    await lee.look("/desk/cases/1001")
    assert "Dana Fischer is sure" in lee.text


async def test_what_the_agent_writes_the_person_reads_once_however_often_the_form_is_sent(house: Living) -> None:
    kim, dana = await talking(house)

    for _ in range(3):
        await dana.do(1001, "say", words="What do you see?", form="one-form")
    await dana.do(1001, "say", words="What do you see?", form="another-form")

    await kim.until("Dana Fischer: What do you see?", count=2)
    assert sum("What do you see?" in spoken(one) for one in kim.heard) == 2


async def test_many_words_at_once_keep_their_order_on_both_sides(house: Living) -> None:
    kim, dana = await talking(house)

    async def agent() -> None:
        for n in range(40):
            await dana.do(1001, "say", words=f"agent {n}.", form=f"form {n}")

    async def person() -> None:
        for n in range(40):
            await kim.say(f"person {n}.")

    await asyncio.gather(agent(), person())
    await house.settle()
    await dana.look("/desk/cases/1001")
    await kim.poll()

    for text in (dana.text, " ".join(spoken(one) for one in kim.heard)):
        for who in ("agent", "person"):
            places = [text.find(f"{who} {n}.") for n in range(40)]
            assert -1 not in places
            assert places == sorted(places)


async def test_a_recovery_key_goes_neither_way(house: Living, logged: list[str]) -> None:
    kim, dana = await talking(house)
    key = (await house.keys())[0]

    await dana.do(1001, "say", words=f"try {key}", form="a")
    told = '"masked">There was a recovery key in what you wrote. Kim Novak sees dots' in dana.page
    await dana.do(1001, "say", words="no key at all", form="b")
    await kim.until("Dana Fischer: try [••••]")

    assert told
    assert '"masked" hidden>' in dana.page
    await kim.say(f"I have {key}")
    await kim.until("That looked like a recovery key")
    await dana.look("/desk/cases/1001")

    assert "I have [••••]" in dana.text
    await assert_no_key_is_left(house, "\n".join(logged))


async def test_a_recovery_key_in_pieces_or_at_the_end_of_much_is_masked_as_well(
    house: Living, logged: list[str]
) -> None:
    kim, dana = await talking(house)
    groups = (await house.keys())[0].split("-")
    assert len(groups) == 8

    for part in (groups[:3], groups[3:6], groups[6:]):
        await kim.say("-".join(part))
    await kim.say("x" * (LONGEST_TEXT - 24) + " " + "-".join(groups))
    await dana.do(1001, "say", words="y" * (LONGEST_TEXT - 24) + " " + "-".join(groups), form="a")
    await dana.do(1001, "note", words="z" * (handing_on.LONGEST_NOTE - 24) + " " + "-".join(groups), form="b")
    await kim.until("yyyy")
    await dana.search("4A7C2E1E", words="w" * (searching.LONGEST_REASON - 24) + " " + "-".join(groups))
    await dana.open("alex")
    note = "v" * (releasing.LONGEST_NOTE - 24) + " " + "-".join(groups)
    await dana.release(1002, "alex", lost_phone=True, note=note)
    await house.settle()
    await dana.look("/desk/cases/1001")

    assert "zzz [••" in dana.text
    dana.visitor.captured.clear()
    await assert_no_key_is_left(house, "\n".join(logged))


async def test_an_agent_who_has_a_new_name_still_has_their_cases(house: Living) -> None:
    _, dana = await talking(house)
    await in_vault(house, "UPDATE person SET name = 'Dana Vogel' WHERE object_id = 'dana'")
    await house.pass_time(61)

    assert await dana.do(1001, "put-back") in (200, 303)
    filed = await house.house.conductor.state(case_of(1001))
    assert isinstance(filed, Filed)
    assert filed.holder is None


@pytest.mark.parametrize("words", ["", "   ", "\n"])
async def test_nothing_is_not_sent(house: Living, words: str) -> None:
    kim, dana = await talking(house)

    assert await dana.do(1001, "say", words=words, form="a") == 409
    await kim.poll()
    assert not [one for one in kim.heard if "Dana Fischer:" in spoken(one)]


async def test_whoever_called_has_no_chat_to_write_to(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("alex")

    assert await dana.do(1001, "say", words="hello", form="a") == 409
    assert "they called or came" in dana.text


async def test_no_number_and_no_link_of_the_person_is_read_at_the_desk(house: Living) -> None:
    alex, dana = await talking(house, "alex")
    await dana.release(1001, "alex")
    card = await alex.until("I have found the key")
    await dana.look("/desk/cases/1001")

    assert "I have found the key" in dana.text
    assert f" {number_of(card)} " not in dana.text.partition("What is said")[2].partition("To Alex")[0]
    assert "/unlock/" not in dana.page


async def test_what_is_said_after_a_case_was_closed_is_nobodys_business_at_the_desk(house: Living) -> None:
    kim, dana = await talking(house)
    await dana.do(1001, "close", outcome="solved")
    await kim.until("Your case 1001 is closed")
    house.clock.advance(1)
    await kim.say("my own computer at home is locked")
    await house.settle()

    await dana.look("/desk/cases/1001")

    assert "Your case 1001 is closed" in dana.text
    assert "computer at home" not in dana.text


# live


async def test_a_case_is_on_every_page_of_the_queue_as_it_goes(house: Living) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    async with stream(lee, "/desk/live") as queue:
        assert await queue.until("all") == []
        await waiting(house)
        row = await queue.until("row")
        await dana.take(1001)
        taken = await queue.until("row")
        await dana.do(1001, "close", outcome="not_needed")
        gone = await queue.until("gone")

    assert (row["number"], row["holder"]) == (1001, "")
    assert "Kim Novak" in row["html"]
    assert taken["holder"] == "demo/dana"
    assert "Dana Fischer has it." in taken["html"]
    assert gone == {"number": 1001}


async def test_a_line_is_on_the_page_as_it_is_said_and_a_stream_that_broke_goes_on_where_it_was(house: Living) -> None:
    kim, dana = await talking(house)
    async with stream(dana, "/desk/cases/1001/live?after=0") as live:
        await kim.say("first <b>words</b>")
        while "first" not in (line := (await live.until("line"))["html"]):
            pass
        last = live.id
    await kim.say("second words")
    async with stream(dana, "/desk/cases/1001/live?after=0", **{"Last-Event-ID": last}) as live:
        again = (await live.until("line"))["html"]

    assert "first &lt;b&gt;words&lt;/b&gt;" in line
    assert "second words" in again


@pytest.mark.parametrize("path", ["/desk/live", "/desk/calls", "/desk/cases/1001/live"])
async def test_the_stream_ends_with_the_rights_of_whoever_listens(house: Living, path: str) -> None:
    kim, lee = await waiting(house), await at_desk(house, "lee")
    async with stream(lee, path) as live:
        await live.event()
        await in_group(house, "lee", is_in=False)
        house.clock.advance(61)
        await kim.say("nobody else may read this")

        assert await live.until("end") is None


@pytest.mark.parametrize("path", ["/desk/live", "/desk/calls", "/desk/cases/1001/live"])
async def test_the_stream_ends_with_the_session(house: Living, path: str) -> None:
    kim, lee = await waiting(house), await at_desk(house, "lee")
    async with stream(lee, path) as live:
        await live.event()
        await lee.visitor.page("/sign-out", {})
        await kim.say("nobody else may read this")

        await live.until("over")
        assert await live.until("end") is None


async def test_a_desk_that_is_stopped_leaves_no_stream_open(house: Living) -> None:
    lee = await at_desk(house, "lee")
    async with stream(lee, "/desk/live") as live:
        await live.until("all")
        async with asyncio.timeout(PATIENCE):
            await house.house.app.shutdown()
        assert await live.until("end") is None


# writing


async def test_the_agent_sees_that_the_person_is_writing(house: Living) -> None:
    kim, dana = await talking(house)
    await house.settle()
    await dana.look("/desk/cases/1001")
    read = re.findall(r'data-mark="([^"]+)"', dana.page)[-1]
    async with stream(dana, f"/desk/cases/1001/live?after={read}") as live:
        await live.until("clocks")  # and from now on it listens
        await kim.post({"type": "typing"})

        assert await live.until("typing") is None


async def test_the_person_sees_that_the_agent_is_writing_and_nothing_of_it_is_kept(house: Living) -> None:
    kim, dana = await talking(house)
    before = await house.house.store.history(f"chat:{kim.conversation}")
    async with kim.http.ws_connect(await stream_of(kim)) as socket:
        while "has your case 1001 now" not in (await socket.receive_str(timeout=PATIENCE)):
            pass
        status = await dana.do(1001, "typing")
        typing = json.loads(await socket.receive_str(timeout=PATIENCE))
        await dana.do(1001, "say", words="here I am", form="a")
        said = json.loads(await socket.receive_str(timeout=PATIENCE))

    assert status == 204
    assert [one["type"] for one in typing["activities"]] == ["typing"]
    assert int(said["watermark"]) == int(typing["watermark"]) + 1, "it takes no place in what is said"
    assert len(await house.house.store.history(f"chat:{kim.conversation}")) == len(before) + 1


async def test_in_teams_the_person_sees_that_the_agent_is_writing(house: Living) -> None:
    kim, dana = house.teammate("kim"), await at_desk(house, "dana")
    await kim.install("en-US")
    await kim.say("human")
    await kim.until("Your case number is 1001")
    await dana.take(1001)

    before = len(house.there.connector.sent)
    await dana.do(1001, "typing")

    assert [sent.body.get("type") for sent in house.there.connector.sent[before:]] == ["typing"]


async def stream_of(person: Visitor) -> str:
    path = f"/v3/directline/conversations/{person.conversation}"
    return str((await person.json("GET", path))["streamUrl"])


# taking


@pytest.mark.timeout(900)
async def test_two_agents_race_for_a_thousand_cases_and_each_is_taken_once(house: Living) -> None:
    cases, dana, lee = 1_000, await at_desk(house, "dana"), await at_desk(house, "lee")
    kim, plain = PersonId("demo", "kim"), codec()

    async def opened(number: int) -> None:
        case = Case(number, "", kim, "Kim Novak", "called", "normal", "en", "desk", Learnt())
        state = plain.encode(Filed(case, house.clock.now(), showing=False))
        await house.house.store.commit(Turn(case_of(number), 0, state, f"filed/{number}", house.clock.now()), LEASE)

    async def race(agent: AtDesk) -> list[int]:
        """Many at once, without the page that follows."""
        gate, won = asyncio.Semaphore(25), []

        async def take(number: int) -> None:
            url, form = f"{house.base}/desk/cases/{number}/take", {"csrf": agent.csrf}
            async with gate, agent.visitor.http.post(url, data=form, allow_redirects=False) as answer:
                assert answer.status in (303, 409)
                won.extend([number] if answer.status == 303 else [])

        await asyncio.gather(*map(take, range(1, cases + 1)))
        return won

    for first in range(1, cases + 1, 100):
        await asyncio.gather(*map(opened, range(first, first + 100)))

    of_dana, of_lee = await asyncio.gather(race(dana), race(lee))

    assert sorted(of_dana + of_lee) == list(range(1, cases + 1))
    for number in range(1, cases + 1):
        filed: Any = await house.house.conductor.state(case_of(number))
        assert isinstance(filed.stage, Taken)
        assert filed.stage.by.id.object_id == ("dana" if number in of_dana else "lee")
