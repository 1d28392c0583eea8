"""A picture in a real Chromium: chosen in the official web chat, looked at by the agent at the desk, gone when the case is."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living, living, unhurried
from tests.browser.chromium import LOOKS, Look, a_browser, window
from tests.browser.test_desk import agent
from tests.browser.test_whole_way import chat_in, looked_at, say
from tests.domain.images import part, png

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(180)]
FILE, CHOSEN = ".webchat__upload-button--file-input", ".webchat__attachment-icon--checked"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Living]:
    async with living(tmp_path, unhurried().model_copy(update={"relay_images": True})) as one:
        yield one


async def send_picture(chat: Page, body: bytes, name: str = "photo.png") -> None:
    await chat.set_input_files(FILE, FilePayload(name=name, mimeType="image/png", buffer=body))
    await expect(chat.locator(CHOSEN)).to_be_visible()
    await chat.get_by_role("button", name=re.compile("^Send")).click()


async def size_of(desk: Page) -> list[int]:
    found: list[int] = await desk.locator(".picture img").evaluate("one => [one.naturalWidth, one.naturalHeight]")
    return found


@pytest.mark.parametrize("look", LOOKS)
async def test_the_agent_sees_what_the_person_sends_until_the_case_is_put_back(
    house: Living, look: Look, logged: list[str]
) -> None:
    async with a_browser() as browser:
        dana = await agent(await window(browser, look), house, "Dana Fischer")
        kim = await chat_in(await window(browser, look), house, "Kim Novak")
        await expect(kim.get_by_text("Hello Kim").first).to_be_visible()
        await say(kim, "I need a colleague")
        await dana.get_by_role("button", name="Take it").click()
        await expect(kim.get_by_text("You can also send Dana Fischer a picture here").first).to_be_visible()

        await send_picture(kim, png(part(b"tEXt", b"Munich"), width=640, height=420))
        await expect(kim.get_by_text("Dana Fischer can look at your picture now").first).to_be_visible()
        await expect(kim.get_by_text("(a picture, not kept)").first).to_be_visible()
        await looked_at(kim, "chat-picture", look)
        seen = dana.locator(".picture")
        await expect(seen).to_be_visible()
        assert await size_of(dana) == [0, 0]  # nothing is fetched before somebody opens it
        await seen.get_by_text("Look at the picture (until").click()
        await expect(dana.get_by_role("img", name="The picture that Kim Novak has sent")).to_be_visible()
        await dana.wait_for_function("document.querySelector('.picture img').naturalWidth > 0")
        assert await size_of(dana) == [640, 420]
        await looked_at(dana, "desk-picture", look)

        async with dana.context.expect_page() as opened:
            await dana.locator(".picture a").click()
        alone = await opened.value
        assert await alone.evaluate("[document.contentType, document.images[0].naturalWidth]") == ["image/png", 640]
        await alone.close()

        await dana.get_by_role("button", name="Put it back").click()
        await expect(kim.get_by_text("waits for the next colleague").first).to_be_visible()
        await dana.get_by_role("link", name="Case 1001").click()
        await expect(dana.get_by_text("(a picture, no longer here)")).to_be_visible()
        await assert_no_key_is_left(house, "\n".join(logged))


@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
async def test_a_photo_that_is_too_large_is_made_smaller_before_it_is_sent(house: Living, locale: str) -> None:
    async with a_browser() as browser:
        dana = await agent(await window(browser, "wide"), house, "Dana Fischer")
        kim = await chat_in(await window(browser, "phone", locale), house, "Kim Novak")
        await expect(kim.get_by_text("Kim").first).to_be_visible()
        await say(kim, "human" if locale == "en-US" else "mensch")
        await dana.get_by_role("button", name="Take it").click()
        await expect(kim.get_by_text("PNG", exact=False).first).to_be_visible()

        await send_picture(kim, png(part(b"tEXt", b"Munich" * 1_000_000), width=4800, height=3000))

        await dana.get_by_text("Look at the picture (until").click()
        await dana.wait_for_function("document.querySelector('.picture img')?.naturalWidth > 0")
        assert await size_of(dana) == [2400, 1500]


async def test_on_a_page_that_stays_open_a_picture_goes_when_the_case_does(house: Living) -> None:
    """In another tab of the agent, and after its time."""
    async with a_browser() as browser:
        context = await window(browser, "wide")
        dana = await agent(context, house, "Dana Fischer")
        kim = await chat_in(await window(browser, "wide"), house, "Kim Novak")
        await expect(kim.get_by_text("Hello Kim").first).to_be_visible()
        await say(kim, "I need a colleague")
        await dana.get_by_role("button", name="Take it").click()
        await expect(kim.get_by_text("You can also send Dana Fischer a picture here").first).to_be_visible()
        await send_picture(kim, png(width=64, height=48))
        await dana.get_by_text("Look at the picture (until").click()
        await dana.wait_for_function("document.querySelector('.picture img').naturalWidth > 0")
        other = await context.new_page()
        await other.goto(dana.url)
        await expect(other.locator(".picture")).to_be_visible()

        await other.get_by_role("button", name="Put it back").click()

        await expect(dana.get_by_text("(a picture, no longer here)")).to_be_visible()
        await expect(dana.locator(".picture")).to_have_count(0)
