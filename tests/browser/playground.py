"""The whole recovery in Microsoft's Agents Playground, by a real browser. Runs in a network of its own: the playground listens everywhere.

`python -m tests.browser.playground FOLDER` prints nothing when all went well.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
from playwright.async_api import Page, expect

from tests.app.visitor import Visitor
from tests.browser.chromium import a_browser, picture, violations, window
from tests.components import NODE_MODULES

DEMO, PLAYGROUND = "http://localhost:3978", "http://localhost:56150"
WAIT = 60_000


@contextmanager
def running(folder: Path, name: str, command: list[str], **settings: str) -> Iterator[None]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SPAREKEY_")} | settings
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


async def until_answers(url: str) -> None:
    async with aiohttp.ClientSession() as http:
        end = time.monotonic() + WAIT / 1000
        while time.monotonic() < end:
            try:
                async with http.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)
    raise TimeoutError(url)


async def say(chat: Page, words: str) -> None:
    box = chat.locator("[contenteditable=true]").first
    await box.click()
    await box.press_sequentially(words)
    await chat.keyboard.press("Enter")


async def recover() -> None:
    async with a_browser() as browser, aiohttp.ClientSession() as http:
        context = await window(browser, "wide")
        computer = await context.new_page()
        await computer.goto(f"{DEMO}/demo/pc/LAPTOP-ALEX")
        key_id = await computer.get_attribute("[data-key-id]", "data-key-id")
        assert key_id

        chat = await context.new_page()
        await chat.goto(PLAYGROUND)
        await expect(chat.get_by_text("Hello Alex").first).to_be_visible(timeout=WAIT)
        await picture(chat, "teams-greeting", "wide")
        await chat.get_by_role("button", name="Windows: blue screen").click()
        await expect(chat.get_by_text("✓ Windows: blue screen").first).to_be_visible(timeout=WAIT)
        await expect(chat.get_by_role("button", name="Windows: blue screen")).to_have_count(0)
        await expect(chat.get_by_text("Type its first eight characters").first).to_be_visible(timeout=WAIT)
        await say(chat, f"it says {key_id[:8].lower()}")
        await expect(chat.get_by_text("I have found the key for LAPTOP-ALEX").first).to_be_visible(timeout=WAIT)
        await picture(chat, "teams-link", "wide")
        number = (
            await chat.locator(".ac-textBlock", has_text="Your number")
            .locator("xpath=following::*[contains(@class,'ac-textBlock')][1]")
            .inner_text()
        )

        async with context.expect_page() as opened:
            await chat.get_by_text("Open my page").last.click()
        page = await opened.value
        key = await prove_and_see(Visitor(DEMO, http), page, number.strip())

        await computer.fill("#key", key)
        await computer.keyboard.press("Enter")
        await expect(computer.get_by_text("Unlocked")).to_be_visible()
        await chat.bring_to_front()
        await chat.get_by_role("button", name="It worked").last.click()
        await expect(chat.get_by_text("Good, you are in").first).to_be_visible(timeout=WAIT)
        await expect(chat.get_by_text("has made itself a new recovery key").first).to_be_visible(timeout=WAIT)
        await picture(chat, "teams-solved", "wide")
        assert key not in await chat.content()


async def prove_and_see(phone: Visitor, page: Page, number: str) -> str:
    await page.get_by_role("button", name="Continue").click()
    await page.fill("#number", number)
    await page.fill("#code", await phone.code("alex"))
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="No, it is only me").click()
    await page.get_by_role("button", name="Show key").click()
    await page.wait_for_selector(".digits")
    assert await violations(page) == []
    return "-".join(await page.locator(".digits").all_inner_texts())


async def main(folder: Path) -> None:
    demo = [sys.executable, "-m", "bot", "demo"]
    playground = [
        str(NODE_MODULES / ".bin" / "agentsplayground"), "-e", f"{DEMO}/api/messages", "-c", "msteams", "--dt", "-p", "56150",
    ]  # fmt: skip
    root = str(Path(__file__).parents[2])
    with (
        running(folder, "demo", demo, SPAREKEY_TEAMS_PLAYGROUND="alex", PYTHONPATH=root),
        running(folder, "playground", playground, TEAMSAPPTESTER_BROWSER="none"),
    ):
        await until_answers(f"{DEMO}/health")
        await until_answers(PLAYGROUND)
        await recover()


if __name__ == "__main__":
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    asyncio.run(main(Path(sys.argv[1])))
