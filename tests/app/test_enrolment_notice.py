"""What the owner of a changed authenticator app hears of it, and what follows when they object: in the demo, with its phone."""

import json
import re

import pytest

from bot import enrolment, standing
from tests.app.living import Living
from tests.app.test_session_ends import CLOSED, is_signed_in, listening

ALEX = "alex"


@pytest.fixture
async def link(house: Living) -> str:
    """To "This was not me", as it stands on the simulated phone."""
    person = (await house.house.vault.by_login(ALEX)).id  # type: ignore[union-attr]  # the demo has an Alex
    now, flow = house.clock.now(), enrolment.of_person(person)
    conductor = house.house.conductor
    await conductor.handle(flow, enrolment.SteppedUp(person, "s", "remove", now), "e1")
    await conductor.handle(flow, enrolment.RemovalAsked("s", "none of these", now), "e2")
    await house.settle()
    async with house.visitor().http.get(f"{house.base}/demo/phone/{ALEX}", headers={"Accept": "text/html"}) as answer:
        page = await answer.text()
    assert "the authenticator app was removed" in page
    found = re.search(r'href="[^"]*(/not-me/[^"]+)"', page)
    assert found
    return found[1]


async def test_the_page_behind_the_notice_speaks_of_the_app(house: Living, link: str) -> None:
    status, page = await house.visitor().page(link)

    assert status == 200
    assert "The authenticator app that proves that it is you was changed." in page


async def test_an_objection_signs_the_person_out_everywhere_at_once_and_nobody_else(house: Living, link: str) -> None:
    here, there, sam = house.visitor(), house.visitor(), house.visitor()
    for visitor, name in ((here, ALEX), (there, ALEX), (sam, "sam")):
        await visitor.sign_in(name)
        await visitor.enter()
    await house.settle()

    async with listening(there) as socket:
        await house.visitor().page(link, {})
        message = await socket.receive(5)

    assert message.type in CLOSED
    assert [await is_signed_in(one) for one in (here, there, sam)] == [False, False, True]


async def test_looking_at_the_page_signs_nobody_out(house: Living, link: str) -> None:
    here = house.visitor()
    await here.sign_in(ALEX)

    await house.visitor().page(link)

    assert await is_signed_in(here)


@pytest.mark.parametrize(("days", "status", "words"), [(29, 200, "block it now"), (30, 410, "call the helpdesk")])
async def test_the_link_of_a_notice_ends_after_thirty_days(
    house: Living, link: str, days: int, status: int, words: str
) -> None:
    house.clock.advance(days * 24 * 3600)

    looked, page = await house.visitor().page(link)
    pressed, _ = await house.visitor().page(link, {})

    state = await house.house.conductor.state(standing.of_person((await house.house.vault.by_login(ALEX)).id))  # type: ignore[union-attr]
    assert (looked, pressed) == (status, status)
    assert words in page
    assert bool(state and state.frozen) is (status == 200)  # type: ignore[attr-defined]


async def test_agents_see_an_objection_in_their_channel(house: Living, link: str) -> None:
    await house.visitor().page(link, {})
    await house.settle()

    posts = [json.dumps(sent.body) for sent in house.there.connector.sent]
    assert any("the owner says: that was not me" in post and "a notice" in post for post in posts)


async def test_agents_see_that_somebody_was_told_to_do_it(house: Living) -> None:
    person = (await house.house.vault.by_login(ALEX)).id  # type: ignore[union-attr]  # likewise
    flow, conductor = enrolment.of_person(person), house.house.conductor
    await conductor.handle(flow, enrolment.SteppedUp(person, "s", "enrol", house.clock.now()), "e1")

    await conductor.handle(flow, enrolment.SomebodyInsisted("s", "Alex Rivera", "en", house.clock.now()), "e2")
    await house.settle()

    posts = [json.dumps(sent.body) for sent in house.there.connector.sent]
    assert any("somebody is telling them what to do" in post for post in posts)


async def test_the_notice_still_freezes_after_the_desk_was_talked_into_lifting_the_freeze(
    house: Living, link: str
) -> None:
    person = (await house.house.vault.by_login(ALEX)).id  # type: ignore[union-attr]  # likewise
    flow, conductor = standing.of_person(person), house.house.conductor

    await house.visitor().page(link, {})
    await house.visitor().page(link, {})
    once = await conductor.state(flow)
    await conductor.handle(flow, standing.Thawed(person, "x"), "thaw/1")
    await house.visitor().page(link, {})
    again = await conductor.state(flow)
    await house.settle()

    assert isinstance(once, standing.Standing)
    assert isinstance(again, standing.Standing)
    assert once.frozen == again.frozen == "not_me"
    facts = [record.line async for record in house.house.store.audit() if "self_service.frozen" in record.line]
    assert len(facts) == 2, "pressing twice in a row is one objection"
