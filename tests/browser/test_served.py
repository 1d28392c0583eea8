"""The served product in a real Chromium on a phone: through the provider's own login to the key."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, Request, expect

from tests.browser.chromium import a_browser, overflow, picture, violations
from tests.browser.test_whole_way import SEND_BOX
from tests.sign_in.served import PASSWORDS, Served, code_of, key_id_of, served

pytestmark = [
    pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.needs("provider"), pytest.mark.browser,
    pytest.mark.timeout(180),
]  # fmt: skip


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as one:
        yield one


async def sign_in(page: Page, person: str) -> None:
    await page.get_by_label("Name").fill(person)
    await page.get_by_label("Password").fill(PASSWORDS[person])
    if await page.get_by_label("Code").count():
        await page.get_by_label("Code").fill(code_of(person))
    await page.get_by_role("button", name="Sign in").click()


async def looked_at(page: Page, name: str) -> None:
    await picture(page, f"served-{name}", "phone")
    assert await violations(page) == [], name
    assert not await overflow(page), name


async def to_the_providers_form(chat: Page, product: Served) -> tuple[Page, str]:
    """From nothing to a page of our own, and from its form to the one of the provider; and the number of the chat."""
    page, number = await to_our_page(chat, product)
    await page.fill("#number", number)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_label("Password")).to_be_visible()
    return page, number


async def to_our_page(chat: Page, product: Served) -> tuple[Page, str]:
    """The page that the chat leads to, where the chat's number is asked, and that number."""
    await chat.goto(f"{product.base}/")
    await sign_in(chat, "alex")
    await chat.wait_for_selector(SEND_BOX)
    await chat.fill(SEND_BOX, f"windows {await key_id_of(product, 'LAPTOP-ALEX')}")
    await chat.keyboard.press("Enter")
    await expect(chat.get_by_text("I have found the key").first).to_be_visible()
    number = (await chat.locator(".ac-textBlock").nth(2).inner_text()).strip()
    async with chat.context.expect_page() as opened:
        await chat.locator(".ac-pushButton", has_text="Open my page").click()
    page = await opened.value
    await page.get_by_role("button", name="Continue").click()
    await page.wait_for_selector("#number")
    return page, number


async def test_somebody_on_a_phone_gets_to_the_key(product: Served) -> None:
    async with a_browser() as browser:
        context = await browser.new_context(
            viewport={"width": 320, "height": 700}, ignore_https_errors=True, has_touch=True, locale="en-US"
        )
        chat = await context.new_page()
        page, number = await to_our_page(chat, product)
        await looked_at(page, "prove")
        await page.fill("#number", "00")
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_text("That did not match")).to_be_visible()
        await looked_at(page, "prove-wrong")
        await page.fill("#number", number)
        await page.get_by_role("button", name="Sign in").click()
        await sign_in(page, "alex")
        await page.get_by_role("button", name="No, it is only me").click()
        await page.get_by_role("button", name="Show key").click()
        await page.wait_for_selector(".digits")
        await looked_at(page, "key")
        assert await page.locator(".digits").count() == 8

        await page.get_by_role("button", name="It worked").click()
        await expect(page.get_by_role("heading", name="You are back in")).to_be_visible()
        await chat.get_by_role("button", name="Sign out").click()
        await expect(chat.get_by_role("heading", name="You are signed out")).to_be_visible()
        await looked_at(chat, "signed-out")
        assert [device for _, device in product.notices.shown] == ["LAPTOP-ALEX"]


async def test_the_form_leads_to_a_provider_whose_forms_are_on_another_host_than_its_issuer(tmp_path: Path) -> None:
    async with served(tmp_path, forms_elsewhere=True) as product, a_browser() as browser:
        context = await browser.new_context(ignore_https_errors=True, locale="en-US")

        page, _ = await to_the_providers_form(await context.new_page(), product)

        assert page.url.startswith("https://127.0.0.1:")


async def test_a_private_session_ends_at_the_provider_as_well_and_without_a_question(product: Served) -> None:
    """Both begin with a form of ours, whose policy allows our own host alone."""
    async with a_browser() as browser:
        context = await browser.new_context(ignore_https_errors=True, locale="en-US")
        page = await context.new_page()
        await page.goto(f"{product.base}/private")
        await page.locator("form button").first.click()
        await sign_in(page, "alex")
        await expect(page.get_by_text("Signed in as")).to_be_visible()

        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()

        await context.clear_cookies(
            name="__Host-sparekey"
        )  # as if no shared computer: the provider may let in silently
        await page.goto(f"{product.base}/sign-in?next=/chat")
        await expect(page.get_by_label("Password")).to_be_visible()


async def test_our_forms_name_our_origin_and_the_provider_never_hears_of_a_link(product: Served) -> None:
    async with a_browser() as browser:
        context = await browser.new_context(ignore_https_errors=True, locale="en-US")
        forms: list[Request] = []
        context.on(
            "request", lambda one: forms.append(one) if one.method == "POST" and one.is_navigation_request() else None
        )

        page, _ = await to_the_providers_form(await context.new_page(), product)
        ours = [await one.all_headers() for one in forms if one.url.startswith(f"{product.base}/unlock/")]
        await sign_in(page, "alex")
        await expect(page.get_by_role("button", name="No, it is only me")).to_be_visible()

    assert [headers["origin"] for headers in ours] == [product.base] * 2
    asked = [line for line in (product.folder.parent / "provider.log").read_text().splitlines() if "asked GET" in line]
    assert [line for line in asked if "/oidc/auth referer" in line]
    assert [line for line in asked if product.base in line] == []
