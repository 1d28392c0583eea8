"""What people read in German on a narrow phone, with names as long as people have: nothing scrolls sideways, every page is readable."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.chromium import a_browser
from tests.browser.test_served import looked_at, sign_in
from tests.browser.test_whole_way import SEND_BOX
from tests.sign_in.served import Served, key_id_of, served

pytestmark = [
    pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.needs("provider"), pytest.mark.browser,
    pytest.mark.timeout(180),
]  # fmt: skip
LONG = "Bartholomäus-Maximilian Schwarzenberger-Leutheusser"


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path, sets=(("sign_in", "approval"),), authenticator=True) as one:
        await one.house.vault.file.execute("UPDATE person SET name = ? WHERE object_id IN ('morgan', 'alex')", (LONG,))
        yield one


async def to_the_number(chat: Page, product: Served) -> tuple[Page, str]:
    """From nothing to our page that asks for the number of the chat, and that number."""
    await chat.goto(f"{product.base}/")
    await sign_in(chat, "alex")
    await chat.wait_for_selector(SEND_BOX)
    await chat.fill(SEND_BOX, f"windows {await key_id_of(product, 'LAPTOP-ALEX')}")
    await chat.keyboard.press("Enter")
    await expect(chat.get_by_text("Ich habe den Schlüssel").first).to_be_visible()
    number = (await chat.locator(".ac-textBlock").nth(2).inner_text()).strip()
    async with chat.context.expect_page() as opened:
        await chat.locator(".ac-pushButton", has_text="Meine Seite").click()
    page = await opened.value
    await page.get_by_role("button", name="Weiter").click()
    await page.wait_for_selector("#number")
    return page, number


async def test_an_approval_and_a_change_of_the_app_fit_a_narrow_phone_in_german(product: Served) -> None:
    async with a_browser() as browser:
        of_phone = {
            "viewport": {"width": 320, "height": 700}, "ignore_https_errors": True, "has_touch": True, "locale": "de-DE",
        }  # fmt: skip
        alex, morgan = await browser.new_context(**of_phone), await browser.new_context(**of_phone)  # type: ignore[arg-type]  # of one dict
        page, number = await to_the_number(await alex.new_page(), product)
        await looked_at(page, "de-prove")
        await page.fill("#number", number)
        await page.locator("form[action$='/sign-in'] button").click()
        await sign_in(page, "alex")
        await expect(page.get_by_role("heading", name="Jemand muss das freigeben")).to_be_visible()
        await looked_at(page, "de-ask")
        await page.get_by_role("button", name=f"{LONG} fragen").click()
        await expect(page.get_by_role("heading", name="Rufen Sie an. Lesen Sie diese Zahl vor.")).to_be_visible()
        await looked_at(page, "de-wait")
        heard = (await page.locator(".number").inner_text()).strip()

        theirs = await morgan.new_page()
        await theirs.goto(product.notices.asked[-1][1])
        await sign_in(theirs, "morgan")
        await expect(theirs.get_by_role("button", name="Anmelden und freigeben")).to_be_visible()
        await looked_at(theirs, "de-asked")
        await theirs.get_by_role("button", name="Anmelden und freigeben").click()
        await sign_in(theirs, "morgan")
        await expect(theirs.locator("#number")).to_be_visible()
        await looked_at(theirs, "de-number")
        await theirs.locator("#number").fill(heard)
        await theirs.get_by_role("button", name="Freigeben", exact=True).click()
        await expect(theirs.locator("#number")).to_have_count(0)
        await looked_at(theirs, "de-approved")

        for path in ("/authenticator", "/sign-out-everywhere", "/private", "/signed-out", "/k"):
            await page.goto(f"{product.base}{path}")
            await looked_at(page, "de" + path.replace("/", "-"))
        await page.goto(f"{product.base}/authenticator")
        await page.get_by_role("button", name="Ersetzen").click()
        await sign_in(page, "alex")
        own_phone = page.get_by_role("button", name="Nein, es ist für mein eigenes Telefon")
        await expect(own_phone).to_be_visible()
        await looked_at(page, "de-question")
        await own_phone.click()
        await expect(own_phone).to_have_count(0)
        await looked_at(page, "de-seed")
