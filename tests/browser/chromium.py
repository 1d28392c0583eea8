"""A headless Chromium that talks to nobody but the test's own server, with axe at hand and a place for its pictures."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.components import NODE_MODULES, chromium

ARTEFACTS = Path(__file__).parent.parent / "artefacts"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
Look = Literal["wide", "phone", "dark"]
LOOKS: tuple[Look, ...] = ("wide", "phone", "dark")

expect.set_options(
    timeout=20_000
)  # a busy machine is no bug; what only comes with the next look after half a minute is one


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        yield browser
        await browser.close()


async def window(browser: Browser, look: Look, locale: str = "en-US") -> BrowserContext:
    width = 320 if look == "phone" else 1280
    scheme: Literal["dark", "light"] = "dark" if look == "dark" else "light"
    return await browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme, locale=locale)


async def picture(page: Page, name: str, look: Look) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    await page.screenshot(path=ARTEFACTS / f"{name}-{look}.png", full_page=True)


async def violations(page: Page) -> list[str]:
    """What axe finds wrong, in words. It runs in a world of its own, so the page's policy stays as it is."""
    source = (NODE_MODULES / "axe-core" / "axe.min.js").read_text("utf-8")
    session = await page.context.new_cdp_session(page)
    frame = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
    world = await session.send("Page.createIsolatedWorld", {"frameId": frame})
    options = {"contextId": world["executionContextId"], "awaitPromise": True, "returnByValue": True}
    await session.send("Runtime.evaluate", {"expression": source, **options})
    run = "axe.run(document).then(found => found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.html).join(' | ')}`))"
    answer = await session.send("Runtime.evaluate", {"expression": run, **options})
    found: list[str] = answer["result"]["value"]
    return found


async def overflow(page: Page) -> bool:
    """Does the page scroll sideways?"""
    wide: bool = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wide
