"""A person in the web chat and two agents at the desk, all at once and live: nobody reloads a page."""

import pytest
from playwright.async_api import Page, expect

from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.browser.chromium import LOOKS, Look, a_browser, window
from tests.browser.test_desk import agent
from tests.browser.test_whole_way import chat_in, looked_at, say

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(180)]


async def write(desk: Page, words: str) -> None:
    await desk.get_by_label("To Kim Novak").fill(words)
    await desk.keyboard.press("Control+Enter")
    await expect(desk.get_by_label("To Kim Novak")).to_have_value("")


@pytest.mark.parametrize("look", LOOKS)
async def test_a_person_and_an_agent_talk_and_the_bot_is_silent(house: Living, look: Look, logged: list[str]) -> None:
    async with a_browser() as browser:
        dana, lee = [await agent(await window(browser, look), house, name) for name in ("Dana Fischer", "Lee Tanaka")]
        kim = await chat_in(await window(browser, look), house, "Kim Novak")
        await expect(kim.get_by_text("Hello Kim").first).to_be_visible()
        await say(kim, "I need a colleague")

        await expect(lee.get_by_role("link", name="Case 1001")).to_be_visible()
        await expect(lee.get_by_role("status")).to_have_text("Case 1001 is new.")
        assert (await lee.title()).startswith("(1) ")
        await looked_at(lee, "desk-live-new", look)
        await dana.get_by_role("button", name="Take it").click()
        await expect(lee.get_by_text("Dana Fischer has it.")).to_be_visible()
        await expect(lee.get_by_role("button", name="Take it")).to_have_count(0)
        await expect(kim.get_by_text("Dana Fischer from the helpdesk has your case 1001 now").first).to_be_visible()

        await say(kim, "it says it worked, but I start again and again <b>and</b> nothing")
        await expect(dana.get_by_text("<b>and</b> nothing")).to_be_visible()
        await write(dana, "Hello Kim, what do you see?\nAny letters?")
        await expect(kim.get_by_text("Dana Fischer: Hello Kim, what do you see?").first).to_be_visible()
        await write(dana, f"is it {(await house.keys())[0]}")
        await expect(kim.get_by_text("Dana Fischer: is it [••••]").first).to_be_visible()
        await say(kim, "no letters")
        await expect(dana.get_by_text("no letters")).to_be_visible()
        assert await kim.get_by_text("Sparekey said: I").count() == 0
        await looked_at(dana, "desk-talk", look)
        await looked_at(kim, "chat-with-agent", look)

        await lee.get_by_role("link", name="Case 1001").click()
        await expect(lee.get_by_text("no letters")).to_be_visible()
        await expect(lee.get_by_label("To Kim Novak")).to_have_count(0)
        await dana.get_by_role("button", name="Put it back").click()
        await lee.get_by_role("button", name="Take it").click()
        await expect(lee.get_by_label("To Kim Novak")).to_be_visible()
        await write(lee, "Lee here, I go on")
        await expect(kim.get_by_text("Lee Tanaka: Lee here, I go on").first).to_be_visible()
        await lee.get_by_label("They are back in.").check()
        await lee.get_by_role("button", name="Close the case").click()
        await expect(kim.get_by_text("I am here again if you need me").first).to_be_visible()
        await expect(dana.get_by_text("Nobody is waiting.")).to_be_visible()
        await assert_no_key_is_left(house, "\n".join(logged))
