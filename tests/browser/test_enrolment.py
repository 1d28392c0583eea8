"""Adding an authenticator app in a real Chromium on a phone: the picture is seen, every page is readable, nothing is loaded from elsewhere."""

import base64
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import expect

from adapters.identity.totp import counter_at, totp_code
from tests.browser.chromium import a_browser
from tests.browser.test_served import looked_at, sign_in
from tests.sign_in.served import Served, served

pytestmark = [
    pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.needs("provider"), pytest.mark.browser,
    pytest.mark.timeout(180),
]  # fmt: skip


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path, authenticator=True) as one:
        await one.house.vault.file.execute("DELETE FROM seed")
        yield one


async def test_somebody_on_a_phone_adds_an_app_and_removes_it(product: Served) -> None:
    async with a_browser() as browser:
        context = await browser.new_context(
            viewport={"width": 320, "height": 700}, ignore_https_errors=True, has_touch=True, locale="en-US"
        )
        page = await context.new_page()
        noise: list[str] = []
        page.on("console", lambda message: noise.append(message.text))
        await page.goto(f"{product.base}/authenticator")
        await sign_in(page, "alex")
        await expect(page.get_by_text("No authenticator app is set up")).to_be_visible()
        await looked_at(page, "authenticator-none")

        await page.get_by_role("button", name="Add an app").click()
        await sign_in(page, "alex")
        await expect(page.get_by_role("heading", name="Did somebody tell you to do this?")).to_be_visible()
        await looked_at(page, "authenticator-question")

        await page.get_by_role("button", name="it is for my own phone").click()
        await expect(page.get_by_role("heading", name="Scan this with your own phone")).to_be_visible()
        assert await page.locator("img.qr").evaluate("image => image.complete && image.naturalWidth > 100")
        await page.get_by_text("You cannot scan it?").click()
        seed = re.sub(r"\s", "", await page.locator(".seed").inner_text())
        await looked_at(page, "authenticator-seed")

        now = datetime.now(UTC)
        right = totp_code(base64.b32decode(seed), counter_at(now))
        await page.get_by_label("The code from your app").fill("000000" if right != "000000" else "111111")
        await page.get_by_role("button", name="Confirm").click()
        await expect(page.get_by_role("alert")).to_contain_text("Tries left: 4.")
        await looked_at(page, "authenticator-confirm")
        await page.get_by_label("The code from your app").fill(f"{right[:3]} {right[3:]}")
        await page.get_by_role("button", name="Confirm").click()
        await expect(page.get_by_text("do not unlock anything until")).to_be_visible()
        await looked_at(page, "authenticator-added")

        await page.get_by_role("button", name="Remove it").click()
        await sign_in(page, "alex")
        await page.get_by_role("button", name="No, remove it").click()
        await expect(page.get_by_text("No authenticator app is set up")).to_be_visible()
        await product.house.conductor.rest()
        assert [what for _, what, _ in product.notices.changed] == ["authenticator_added", "authenticator_removed"]
        assert [line for line in noise if "Content Security Policy" in line] == []
