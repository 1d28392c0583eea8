"""An approval on two phones in a real Chromium: the number is seen, the person's page goes on by itself, every page is readable."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.chromium import a_browser
from tests.browser.test_served import looked_at, sign_in, to_the_providers_form
from tests.sign_in.served import Served, served

pytestmark = [
    pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.needs("provider"), pytest.mark.browser,
    pytest.mark.timeout(180),
]  # fmt: skip


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path, sets=(("sign_in", "approval"),)) as one:
        yield one


async def phone(browser: Browser) -> BrowserContext:
    return await browser.new_context(
        viewport={"width": 320, "height": 700}, ignore_https_errors=True, has_touch=True, locale="en-US"
    )


async def before_asking(product: Served, alex: BrowserContext) -> tuple[Page, list[str], str]:
    """Alex's page that asks whom to ask, what its console says, and the number from the chat."""
    page, number = await to_the_providers_form(await alex.new_page(), product)
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    await sign_in(page, "alex")
    return page, noise, number


async def test_the_person_reads_a_number_and_the_manager_types_it(product: Served) -> None:
    async with a_browser() as browser:
        alex, morgan = await phone(browser), await phone(browser)
        page, noise, number = await before_asking(product, alex)
        await expect(page.get_by_role("heading", name="Somebody has to approve")).to_be_visible()
        await looked_at(page, "approval-ask")
        await page.get_by_role("button", name="Ask Morgan Patel").click()
        await expect(page.get_by_role("heading", name="Call them. Read them this number.")).to_be_visible()
        await looked_at(page, "approval-waiting")
        heard = (await page.locator(".number").inner_text()).strip()
        assert heard != number

        theirs = await morgan.new_page()
        await theirs.goto(product.notices.asked[-1][1])
        await sign_in(theirs, "morgan")
        await expect(theirs.get_by_role("heading", name="Do you approve this?")).to_be_visible()
        await looked_at(theirs, "approval-asked")
        await theirs.get_by_role("button", name="Sign in to approve").click()
        await sign_in(theirs, "morgan")
        await theirs.get_by_label("The number that Alex Rivera reads to you").fill(heard)
        await looked_at(theirs, "approval-number")
        await theirs.get_by_role("button", name="Approve", exact=True).click()
        await expect(theirs.get_by_role("heading", name="You have approved it")).to_be_visible()
        await looked_at(theirs, "approval-given")

        await expect(page.get_by_role("heading", name="Is somebody telling you")).to_be_visible(timeout=60_000)
        assert [line for line in noise if "Content Security Policy" in line] == []


async def test_a_proxy_that_fails_for_a_moment_does_not_end_the_waiting(product: Served) -> None:
    async def fail(route: Route) -> None:
        await route.fulfill(status=502, content_type="text/html", body="<h1>Bad Gateway</h1>")

    async with a_browser() as browser:
        page, _, _ = await before_asking(product, await phone(browser))
        await page.get_by_role("button", name="Ask Morgan Patel").click()
        heading = page.get_by_role("heading", name="Call them. Read them this number.")
        await expect(heading).to_be_visible()

        await page.route("**/unlock/**", fail)
        for _ in range(2):  # after the first it would be gone, and ask no more
            async with page.expect_response(
                lambda answer: answer.status == 502 and answer.request.resource_type == "fetch", timeout=60_000
            ):
                pass

        await expect(heading).to_be_visible()


async def test_without_scripts_the_waiting_page_still_looks_by_itself(product: Served) -> None:
    """What the browser is told is in the page; a browser that runs scripts does not see it."""
    from tests.sign_in.test_approval import proved  # noqa: PLC0415

    alex, link = await proved(product)

    page = await alex.go(f"{link}/approval", {"whom": "first"})

    assert '<noscript><meta http-equiv="refresh"' in page.text
