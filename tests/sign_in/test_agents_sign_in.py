"""An agent's fresh sign-in at a real provider: what it permits, to whom, and what somebody makes of it on the way."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from yarl import URL

from bot.agent_sign_in import PERMISSION_LIVES
from tests.app.visitor import GROUPS
from tests.sign_in.served import Browser, Page, Served, served
from tests.sign_in.test_approval import (
    MADE_EASIER,
    approved,
    approver,
    asking,
    assert_not_approved,
    csrf_of,
    stepped_up,
)
from tests.sign_in.test_attacks import MovableClock, callback_of, is_refused, without
from tests.sign_in.test_desk import ALEX, EXAMPLE, Desk, desk, facts, said

pytestmark = [pytest.mark.needs("provider"), pytest.mark.timeout(60)]
CASE = "/desk/cases/1001"
FIRST = "Sign in again first"


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def product(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Served]:
    text = EXAMPLE.read_text("utf-8").replace('when_risk_unknown = "closed"', 'when_risk_unknown = "open"')
    (tmp_path / "policy.toml").write_text(text, "utf-8")
    async with served(
        tmp_path,
        clock=clock,
        agents_group="helpdesk",
        policy_file=tmp_path / "policy.toml",
        sets=(("sign_in", "approval"),),
    ) as one:
        yield one


async def with_case(product: Served, person: str = "dana") -> Desk:
    """An agent who has Alex's case, and has not signed in again."""
    agent = await desk(product, person)
    await agent.open("alex")
    await agent.look(CASE)
    return agent


async def to_provider(agent: Desk) -> str:
    """The address at the provider that the agent is sent to, not yet followed."""
    page = await agent.browser.go(f"{CASE}/sign-in", {"csrf": agent.csrf}, stop_at="/oidc/auth")
    assert "/oidc/auth" in page.url, page
    return page.url


async def release(agent: Desk) -> Page:
    """A form made by hand, whatever the page offers."""
    keys = (await agent.product.house.vault.devices_of(ALEX)).devices[0].keys
    form = {"key": keys[0].key_ref, "how": "in_person", "note": "badge", "proof": "own"}
    return await agent.post(f"{CASE}/release", **form)


async def is_silent(agent: Desk) -> bool:
    """The form is refused with the words that say what to do, and nobody has vouched."""
    page = await release(agent)
    return page.status == 409 and FIRST in said(page) and await facts(agent.product, "case.vouched") == []


def as_in(browser: Browser) -> dict[str, str]:
    return {one.key: one.value for one in browser.http.cookie_jar}


async def test_an_agent_is_asked_again_with_a_second_factor_and_comes_back_to_the_case(product: Served) -> None:
    dana = await with_case(product)
    assert await is_silent(dana)
    asked = await dana.post(f"{CASE}/sign-in")
    assert 'name="code"' in asked.text

    page = await dana.browser.sign_in_at_provider(asked, "dana")

    assert page.url == f"{product.base}{CASE}"
    assert "You have signed in again for this case. That holds for 5 min." in said(page)
    assert (await release(dana)).status == 200
    assert [about["case"] for about in await facts(product, "agent.signed_in_again")] == ["1001"]


async def test_a_copy_of_the_session_speaks_for_nobody_when_the_agent_has_signed_in_again(product: Served) -> None:
    dana = await with_case(product)
    thief = Desk(product, product.browser(), "dana")
    thief.browser.http.cookie_jar.update_cookies(as_in(dana.browser))
    await dana.sign_in_again()
    thief.csrf = dana.csrf

    assert await is_silent(thief)
    assert "Sign in again" in said(await thief.look(CASE))
    assert (await release(dana)).status == 200


async def test_after_five_minutes_the_agent_signs_in_once_more(product: Served, clock: MovableClock) -> None:
    dana = await with_case(product)
    await dana.sign_in_again()
    clock.ahead += PERMISSION_LIVES

    assert await is_silent(dana)


@MADE_EASIER
async def test_a_sign_in_that_was_made_easier_on_the_way_permits_nothing(
    product: Served, clock: MovableClock, names: tuple[str, ...], since: int, why: str
) -> None:
    dana = await with_case(product)
    clock.ahead += timedelta(seconds=since)

    page = await dana.browser.go(await callback_of(dana.browser, without(await to_provider(dana), *names), "dana"))

    assert page.status == 403
    assert why in page.text
    assert await is_silent(dana)


async def test_somebody_else_who_signs_in_for_the_agent_permits_nothing(product: Served) -> None:
    dana = await with_case(product)
    asked = await to_provider(dana)
    dana.browser.http.cookie_jar.clear(lambda cookie: "session" in cookie.key)  # the provider has forgotten Dana

    page = await dana.browser.go(await callback_of(dana.browser, asked, "lee"))

    assert "That was another account" in page.text
    assert await is_silent(dana)
    assert [about["why"] for about in await facts(product, "agent.sign_in_failed")] == ["another person"]


async def test_a_sign_in_counts_in_the_session_that_asked_for_it_alone(product: Served) -> None:
    dana = await with_case(product)
    elsewhere = await desk(product, "dana")
    answer = await callback_of(dana.browser, await to_provider(dana), "dana")
    everything_else = {name: value for name, value in as_in(dana.browser).items() if name != "__Host-sparekey"}
    elsewhere.browser.http.cookie_jar.update_cookies(everything_else, URL(product.base))  # only the session is another

    assert is_refused(await elsewhere.browser.go(answer))
    assert await is_silent(dana)
    assert await is_silent(elsewhere)


async def test_an_employee_is_not_even_sent_to_the_provider(product: Served) -> None:
    await with_case(product)
    kim = await desk(product, "kim")
    kim.csrf = await csrf_of(product, "kim")

    page = await kim.post(f"{CASE}/sign-in")

    assert (page.status, page.url) == (403, f"{product.base}{CASE}/sign-in")
    assert (await release(kim)).status == 403


async def test_a_sign_in_to_approve_is_none_to_vouch_and_the_other_way_round(product: Served) -> None:
    """Morgan is Alex's approver, and made an agent whom nothing keeps from vouching for Alex but the sign-in."""
    await product.house.vault.file.execute("INSERT INTO membership VALUES ('morgan', 'helpdesk')", ())
    asked = await asking(product)
    browser, page = await approver(product, asked)
    morgan = Desk(product, browser, "morgan")
    await morgan.open("kim")
    await morgan.look(CASE)
    permitted = await stepped_up(browser, asked, page)
    assert 'name="number"' in permitted.text
    assert await is_silent(morgan)

    await approved(browser, asked, permitted, "00")  # spends it
    await morgan.sign_in_again()
    await approved(browser, asked, permitted)

    await assert_not_approved(product, asked)
    assert not GROUPS.search((await asked.alex.go(asked.link)).text)
