"""The page by which a key is read aloud: once, to one agent, for five minutes; and what it leaves behind, which is no key."""

import asyncio
import json

import pytest

from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.app.test_unlock_page import audited
from tests.app.visitor import GROUPS
from tests.desk.agent import AtDesk
from tests.desk.aloud import (
    Between,
    agreed,
    closed,
    computer_frozen,
    first_no_agent_any_more,
    person_frozen,
    put_back,
    release,
    stopped_by_the_second,
)

# once


async def test_of_ten_forms_at_once_one_has_the_key_and_the_owner_is_told_once(house: Living) -> None:
    dana, _ = await agreed(house)
    await dana.sign_in_again(1001)

    answers = await asyncio.gather(
        *(dana.visitor.page("/desk/cases/1001/read", {"csrf": dana.csrf}) for _ in range(10))
    )
    await house.settle()

    assert sorted(status for status, _ in answers) == [200] + [409] * 9
    assert sum('class="signs ' in page for _, page in answers) == 1
    assert await audited(house, "key.read_aloud") == 1
    assert (await house.visitor().json("GET", "/demo/phone/alex"))["notices"] == 2
    await dana.look("/desk/cases/1001")
    assert dana.text.count("The key was read to them") == 1


async def test_whoever_loads_the_page_again_is_back_at_the_case_and_sees_nothing(house: Living) -> None:
    dana, _ = await agreed(house)
    key = await dana.read(1001)

    again = await dana.read(1001)
    refused = dana.text
    await dana.look("/desk/cases/1001/read")

    assert (bool(key), again) == (True, "")
    assert "nobody sees it a second time" in refused
    assert 'class="signs ' not in dana.page
    assert "Case 1001" in dana.text


# the page, and what it leaves behind


async def lit(agent: AtDesk) -> int:
    """Asked as the page asks that has the key."""
    return await agent.look("/desk/cases/1001/read", by_itself=True)


async def test_the_page_may_show_the_key_for_five_minutes_and_asks_for_nobody_else(house: Living) -> None:
    dana, lee = await agreed(house)
    before = await lit(dana)
    await dana.read(1001)

    now, of_another = await lit(dana), await lit(lee)
    await house.pass_time(299)
    still = await lit(dana)
    await house.pass_time(1)

    assert (before, now, of_another, still, await lit(dana)) == (409, 204, 409, 204, 409)


@pytest.mark.parametrize(
    "what",
    [put_back, closed, stopped_by_the_second, person_frozen, computer_frozen, first_no_agent_any_more],
    ids=lambda one: one.__name__,
)
async def test_the_page_goes_dark_when_its_ground_is_gone(house: Living, what: Between) -> None:
    dana, lee = await agreed(house)
    await dana.read(1001)
    await what(house, dana, lee)
    house.clock.advance(61)

    assert await lit(dana) in (403, 409)


async def test_the_page_is_kept_nowhere_and_framed_by_nobody(house: Living) -> None:
    dana, _ = await agreed(house)
    await dana.sign_in_again(1001)
    address, form = f"{house.base}/desk/cases/1001/read", {"csrf": dana.csrf}
    async with dana.visitor.http.post(address, data=form) as answer:
        page, headers = await answer.text(), answer.headers

    assert 'class="signs ' in page
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert 'translate="no"' in page
    assert not GROUPS.search(page)
    assert "://" not in page


async def test_the_key_stands_in_one_response_and_nowhere_else_whatever_agents_do_afterwards(
    house: Living, logged: list[str]
) -> None:
    dana, lee = await agreed(house)
    key = await dana.read(1001)

    await dana.do(1001, "note", words=f"I read {key} to them", form="a note")
    await dana.do(1001, "read-ended", worked="no")
    await dana.do(1001, "hand-over", to="lee", words=f"it was {key}", form="over")
    for path in ("/desk", "/desk/cases/1001", "/desk/numbers", "/desk/search"):
        await lee.look(path)

    assert key
    assert "It did not work." in (await at_case(lee)).text
    await house.settle()
    await assert_no_key_is_left(house, "\n".join(logged), expected=(key,))


async def at_case(agent: AtDesk) -> AtDesk:
    await agent.look("/desk/cases/1001")
    return agent


async def test_who_read_and_why_and_who_agreed_stand_in_the_audit_and_no_note_does(house: Living) -> None:
    dana, _ = await agreed(house)
    await dana.read(1001)

    records = [json.loads(record.line) async for record in house.house.store.audit()]
    told = {record["what"]: record for record in records}
    assert told["key.read_aloud"]["about"]["why"] == "no_device"
    assert told["case.read_aloud"]["about"]["case"] == told["case.reading_agreed"]["about"]["case"] == "1001"
    who = [told[what]["who"] for what in ("key.read_aloud", "case.read_aloud", "case.reading_agreed")]
    assert len(set(who)) == 3
    assert who[1:] == [record["who"] for record in records if record["what"] == "case.vouched"]
    assert "badge and photo" not in str(records)


async def test_the_owner_objects_to_a_reading_and_everything_is_blocked(house: Living) -> None:
    dana, _ = await agreed(house)
    await dana.read(1001)
    await house.settle()
    async with house.visitor().http.get(f"{house.base}/demo/phone/alex", headers={"Accept": "text/html"}) as answer:
        phone = await answer.text()
    link = phone.partition("/not-me/")[2].partition('"')[0]
    alex = house.visitor()

    _, asked = await alex.page(f"/not-me/{link}")
    await alex.page(f"/not-me/{link}", {})
    await house.settle()

    assert "read a recovery key for LAPTOP-ALEX aloud" in phone
    assert "An agent of the helpdesk read a recovery key" in asked
    assert await lit(dana) == 409
    assert await release(house) is None
    assert await audited(house, "self_service.frozen") == 2
