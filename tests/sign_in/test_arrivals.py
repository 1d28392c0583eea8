"""The provider's answer loaded again, by the back button or a double tap: led on where it held, and nobody is let in by it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from yarl import URL

from bot.challenge import Granted
from tests.sign_in.served import Browser, Served, served
from tests.sign_in.test_attacks import authorisation, callback_of, is_refused, standing, step_up, with_

pytestmark = [pytest.mark.needs("provider"), pytest.mark.timeout(120)]


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as one:
        yield one


def session_of(browser: Browser) -> str:
    return {one.key: one.value for one in browser.http.cookie_jar}["__Host-sparekey"]


async def test_where_it_held_it_leads_on_and_begins_nothing(product: Served) -> None:
    alex = product.browser()
    answer = await callback_of(alex, await authorisation(alex, "/sign-in?next=/sign-out-everywhere"))
    await alex.go(answer)
    before = session_of(alex)

    again = await alex.go(answer)

    assert again.way == [answer, f"{product.base}/sign-out-everywhere"]
    assert session_of(alex) == before


async def test_before_a_key_as_well_and_the_link_is_granted_once(product: Served) -> None:
    alex = product.browser()
    link, asked = await step_up(alex)
    answer = await callback_of(alex, asked)
    await alex.go(answer)
    granted = await standing(product, link)

    again = await alex.go(answer)

    assert isinstance(granted, Granted)
    assert await standing(product, link) == granted
    assert again.way == [answer, f"{product.base}{link}"]


@pytest.mark.parametrize("held", ["session", "link"])
async def test_what_a_browser_remembers_of_it_leads_no_other_browser_on(product: Served, held: str) -> None:
    alex, thief = product.browser(), product.browser()
    asked = await authorisation(alex) if held == "session" else (await step_up(alex))[1]
    answer = await callback_of(alex, asked)
    await alex.go(answer)
    await thief.enter("kim")

    copied = {one.key: one.value for one in alex.http.cookie_jar if "sparekey-arrived" in one.key}
    thief.http.cookie_jar.update_cookies(copied, URL(product.base))

    assert copied
    assert is_refused(await thief.go(answer))


async def test_it_leads_on_only_in_the_session_that_it_made(product: Served) -> None:
    alex = product.browser()
    answer = await callback_of(alex, await authorisation(alex))
    await alex.go(answer)
    before = session_of(alex)
    await alex.sign_in_at_provider(await alex.go("/sign-in?next=/chat&private=1"), "alex")

    assert session_of(alex) != before
    assert is_refused(await alex.go(answer))


async def test_what_did_not_hold_leads_nowhere_when_it_is_loaded_again(product: Served) -> None:
    alex = product.browser()
    await alex.enter()
    answer = await callback_of(alex, await authorisation(alex, "/sign-in?next=/chat&anew=1"))

    assert is_refused(await alex.go(with_(answer, code="another")))
    assert is_refused(await alex.go(answer))


async def test_it_leads_on_no_more_when_the_session_was_ended_elsewhere(product: Served) -> None:
    alex, elsewhere = product.browser(), product.browser()
    answer = await callback_of(alex, await authorisation(alex))
    await alex.go(answer)
    await elsewhere.enter()
    await elsewhere.go("/sign-out-everywhere", {})

    assert is_refused(await alex.go(answer))
