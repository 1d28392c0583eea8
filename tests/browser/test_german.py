"""In German, at 320 px, with names as long as people have: nothing scrolls sideways, and everybody can read it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import a_browser
from tests.browser.test_served import looked_at, sign_in
from tests.browser.test_whole_way import SEND_BOX
from tests.sign_in.served import Served, key_id_of, served

pytestmark = [
    pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.needs("provider"), pytest.mark.browser,
    pytest.mark.timeout(180),
]  # fmt: skip
LONG = "Bartholomäus-Maximilian Schwarzenberger-Leutheusser"


WITHOUT_PERMISSION = """one => {
  one.name = "somebody"; one.value = "no"; one.form.action = "/authenticator/remove"; one.form.submit();
}"""
"""As the second of two taps: the step is over when it comes."""


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path, sets=(("sign_in", "approval"),), authenticator=True) as one:
        await one.house.vault.file.execute("UPDATE person SET name = ? WHERE object_id IN ('morgan', 'alex')", (LONG,))
        yield one


async def phone(browser: Browser) -> BrowserContext:
    return await browser.new_context(
        viewport={"width": 320, "height": 700}, ignore_https_errors=True, has_touch=True, locale="de-DE"
    )


async def read(page: Page, heading: str, name: str) -> None:
    await expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    await looked_at(page, f"de-{name}")


async def test_an_approval_is_readable_in_german_on_both_phones(product: Served) -> None:
    async with a_browser() as browser:
        alex, morgan = await phone(browser), await phone(browser)
        chat = await alex.new_page()
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
        await read(page, "Zeigen Sie, dass Sie es sind", "prove")
        await page.fill("#number", number)
        await page.locator("form[action$='/sign-in'] button").click()
        await sign_in(page, "alex")
        await read(page, "Jemand muss das freigeben", "ask")
        await page.get_by_role("button", name=f"{LONG} fragen").click()
        await read(page, "Rufen Sie an. Lesen Sie diese Zahl vor.", "wait")
        heard = (await page.locator(".number").inner_text()).strip()

        theirs = await morgan.new_page()
        await theirs.goto(product.notices.asked[-1][1])
        await sign_in(theirs, "morgan")
        await read(theirs, "Geben Sie das frei?", "asked")
        await theirs.get_by_role("button", name="Anmelden und freigeben").click()
        await sign_in(theirs, "alex")
        await read(theirs, "Das war ein anderes Konto", "somebody-else")
        await theirs.goto(product.notices.asked[-1][1])
        await theirs.get_by_role("button", name="Anmelden und freigeben").click()
        await sign_in(theirs, "morgan")
        await expect(theirs.locator("#number")).to_be_visible()
        await looked_at(theirs, "de-number")
        await theirs.locator("#number").fill(heard)
        await theirs.get_by_role("button", name="Freigeben", exact=True).click()
        await read(theirs, "Sie haben es freigegeben", "approved")


async def test_an_app_and_the_pages_that_end_something_are_readable_in_german(product: Served) -> None:
    async with a_browser() as browser:
        page = await (await phone(browser)).new_page()
        await page.goto(f"{product.base}/")
        await sign_in(page, "alex")
        await page.wait_for_selector(SEND_BOX)
        for path in ("sign-out-everywhere", "private", "signed-out", "k", "auth/callback?state=session.x"):
            await page.goto(f"{product.base}/{path}")
            await looked_at(page, f"de-{path.replace('/', '-').partition('?')[0]}")
        await page.goto(f"{product.base}/authenticator")
        await read(page, "Ihre Authenticator-App", "app")
        await page.locator("input[name=change]").first.evaluate(WITHOUT_PERMISSION)
        await expect(page.get_by_text("Dieser Schritt ist vorbei")).to_be_visible()
        await read(page, "Ihre Authenticator-App", "ended")
        await page.get_by_role("button", name="Ersetzen").click()
        await sign_in(page, "alex")
        await read(page, "Hat Ihnen das jemand gesagt?", "question")
        await page.get_by_role("button", name="Nein, es ist für mein eigenes Telefon").click()
        await read(page, "Scannen Sie das mit Ihrem eigenen Telefon", "seed")
        await page.goto(f"{product.base}/authenticator")
        await read(page, "Bestätigen Sie Ihre App", "confirm")
