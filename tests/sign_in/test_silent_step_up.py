"""Before a key the provider is silent: people read it in words, lose neither their link nor a try, and go on when it is back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.challenge import Claimed
from tests.app.visitor import link_of, number_of
from tests.sign_in.served import Browser, Page, Served, served
from tests.sign_in.test_attacks import standing as challenge_of

pytestmark = [pytest.mark.needs("provider"), pytest.mark.timeout(120)]
WORDS = "The sign-in of your organisation does not answer at the moment. Try again in a minute, or call the helpdesk."


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as one:
        yield one


async def assert_told_and_nothing_lost(product: Served, alex: Browser, page: Page, link: str) -> None:
    assert page.status == 503
    assert WORDS in page.text
    assert f'href="{link}"' in page.text
    state = await challenge_of(product, link)
    assert isinstance(state, Claimed)
    assert state.tries_left == 5
    assert (await alex.go(link)).status == 200


async def test_a_provider_that_is_silent_when_people_are_sent_to_it(product: Served) -> None:
    alex = product.browser()
    await alex.enter()
    card = await alex.found_key()
    link = link_of(card)
    await alex.go(link)
    await alex.go(f"{link}/claim", {})
    product.silence()
    assert product.restart
    await product.restart()  # what was learnt of the provider before is gone as well

    page = await alex.go(f"{link}/sign-in", {"number": number_of(card)})

    await assert_told_and_nothing_lost(product, alex, page, link)


async def test_a_provider_that_is_silent_when_people_return_from_it(product: Served) -> None:
    alex = product.browser()
    await alex.enter()
    card = await alex.found_key()
    returning = await alex.sign_in_at_provider(await alex.to_the_provider(card), "alex", stop_at="/auth/callback")
    product.silence()

    page = await alex.go(returning.url)

    await assert_told_and_nothing_lost(product, alex, page, link_of(card))
