"""An agent's session alone speaks for nobody: each deed that leads to a key takes a fresh sign-in, for its case, in its browser."""

from http.cookies import SimpleCookie

import pytest
from yarl import URL

from bot.agent_sign_in import PERMISSION_LIVES
from bot.case_file import case_of
from bot.domain.people import PersonId
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.app.test_unlock_page import audited
from tests.desk.agent import AtDesk, at_desk
from tests.desk.test_rights import ready_for, tried

DEEDS = {
    "release": "dana", "agree": "lee", "code": "dana", "thaw": "dana", "remove-app": "dana",
    "read-aloud": "dana", "agree-aloud": "lee", "read": "dana",
}  # fmt: skip
FIRST = "Sign in again first"
ALEX = PersonId("demo", "alex")


async def everything(house: Living) -> tuple[object, object, object]:
    """What the deeds could have changed."""
    standing = await house.house.conductor.state(f"standing:person/{ALEX}")
    return await house.house.conductor.state(case_of(1001)), standing, await house.house.authenticator.enrolled(ALEX)


async def ready(house: Living, deed: str) -> AtDesk:
    """Whoever may do the deed by their rights, and signs in again when they are told to."""
    await ready_for(house, deed)
    agent = await at_desk(house, DEEDS[deed])
    agent.signs_in_again = False
    return agent


async def copy_of(agent: AtDesk) -> AtDesk:
    """A thief's browser with the agent's session and the agent's forms, and nothing else."""
    thief = AtDesk(agent.house, agent.house.visitor())
    session = SimpleCookie(
        {"sparekey": agent.visitor.http.cookie_jar.filter_cookies(URL(agent.house.base))["sparekey"]}
    )
    thief.visitor.http.cookie_jar.update_cookies(session, URL(agent.house.base))
    thief.csrf, thief.signs_in_again = agent.csrf, False
    return thief


async def is_refused(agent: AtDesk, deed: str) -> bool:
    """With the words that say what to do, and without any trace in what the deed is about."""
    before = await everything(agent.house)
    await tried(agent.house, agent, deed)
    return agent.status == 409 and FIRST in agent.text and await everything(agent.house) == before


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_form_made_by_hand_does_nothing_without_a_fresh_sign_in_and_everything_with_one(
    house: Living, deed: str
) -> None:
    agent = await ready(house, deed)

    without = await is_refused(agent, deed)
    await agent.do(1001, "sign-in")
    with_one = await tried(house, agent, deed)

    assert without
    assert with_one == "done", agent.text


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_stolen_session_cannot_even_right_after_the_agent_signed_in_again(house: Living, deed: str) -> None:
    agent = await ready(house, deed)
    thief = await copy_of(agent)
    await agent.do(1001, "sign-in")

    await thief.look("/desk/cases/1001")

    assert "Sign in again" in thief.text
    assert await is_refused(thief, deed)
    assert await tried(house, agent, deed) == "done"


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_fresh_sign_in_is_good_for_five_minutes(house: Living, deed: str) -> None:
    agent = await ready(house, deed)
    await agent.do(1001, "sign-in")
    house.clock.advance(PERMISSION_LIVES.total_seconds())

    assert await is_refused(agent, deed)


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_fresh_sign_in_for_another_case_is_none_for_this(house: Living, deed: str) -> None:
    agent = await ready(house, deed)
    await agent.look()
    await agent.open("kim")
    number = int(agent.text.split("Case ")[1].split()[0])
    assert number != 1001
    await agent.do(number, "sign-in")

    assert await is_refused(agent, deed)


@pytest.mark.parametrize("deed", DEEDS)
async def test_another_agents_fresh_sign_in_helps_nobody(house: Living, deed: str) -> None:
    agent = await ready(house, deed)
    sam = await at_desk(house, "sam")
    await sam.do(1001, "sign-in")
    jar = agent.visitor.http.cookie_jar
    others = sam.visitor.http.cookie_jar.filter_cookies(URL(house.base))
    jar.update_cookies({name: morsel for name, morsel in others.items() if name != "sparekey"}, URL(house.base))

    assert await is_refused(agent, deed)


async def test_a_fresh_sign_in_ends_with_the_session(house: Living) -> None:
    agent = await ready(house, "release")
    await agent.do(1001, "sign-in")
    await agent.visitor.sign_in("dana")
    await agent.look()

    assert await is_refused(agent, "release")


async def test_what_was_filled_in_too_late_is_on_the_page_and_nowhere_else_and_can_be_sent_again(house: Living) -> None:
    agent = await ready(house, "release")
    key = (await house.keys())[0]
    note = f"badge <b>4711</b>, and they read out {key}"

    await agent.release(1001, "alex", note=note)
    page = agent.page
    database = (house.folder / "sparekey.db").read_bytes() + (house.folder / "sparekey.db-wal").read_bytes()
    await agent.do(1001, "sign-in")
    await agent.release(1001, "alex", note=note)

    assert "badge &lt;b&gt;4711&lt;/b&gt;" in page
    assert b"4711" not in database
    assert await audited(house, "case.vouched") == 1
    await assert_no_key_is_left(house)


async def test_whoever_is_not_sure_stops_a_release_without_signing_in_again(house: Living) -> None:
    agent = await ready(house, "agree")

    assert await agent.do(1001, "withdraw") == 200
    assert await audited(house, "case.released") == 0


async def test_who_signed_in_again_for_which_case_stands_in_the_audit(house: Living) -> None:
    agent = await ready(house, "release")
    await agent.do(1001, "sign-in")

    told = [record.line async for record in house.house.store.audit() if "agent.signed_in_again" in record.line]
    assert ['"case":"1001"' in line for line in told] == [True]
