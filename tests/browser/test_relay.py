"""A person in the web chat and two agents at the desk, all at once and live: nobody reloads a page."""

import pytest
from playwright.async_api import Page, expect

from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.browser.chromium import LOOKS, Look, a_browser, window
from tests.browser.test_desk import agent
from tests.browser.test_whole_way import chat_in, looked_at, say
from tests.desk.agent import at_desk

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
        told = dana.get_by_role("alert").filter(has_text="There was a recovery key in what you wrote")
        await expect(told).to_be_visible()
        await say(kim, "no letters")
        await expect(dana.get_by_text("no letters")).to_be_visible()
        assert await kim.get_by_text("Sparekey said: I").count() == 0
        await looked_at(dana, "desk-talk", look)
        await write(dana, "Then turn it off and on")
        await expect(told).to_be_hidden()
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


@pytest.mark.parametrize(
    ("locale", "you", "greets"), [("en-US", "You said: human", "Hello Kim"), ("de-DE", "Sie sagten: human", "Hallo")]
)
async def test_a_screen_reader_says_who_speaks(house: Living, locale: str, you: str, greets: str) -> None:
    """As it comes, and later line by line."""
    async with a_browser() as browser:
        kim = await chat_in(await window(browser, "wide", locale), house, "Kim Novak")
        heard, lines = kim.get_by_role("log").get_by_role("article"), kim.get_by_role("feed").get_by_role("article")
        await expect(heard.filter(has_text=f"Sparekey: {greets}")).to_be_attached()
        await say(kim, "human")
        await expect(heard.filter(has_text="1001")).to_be_attached()
        dana = await at_desk(house, "dana")
        await dana.take(1001)
        await dana.do(1001, "say", words="What do you see?", form="a")
        await expect(heard.filter(has_text="What do you see?")).to_be_attached()

        said = [" ".join(one.split()) for one in await heard.all_inner_texts()]
        assert said[-1] == "Dana Fischer: What do you see?"
        assert {one for one in said if not one.startswith(("Sparekey: ", "Dana Fischer: "))} == {you}
        await expect(
            kim.get_by_role("feed").get_by_role("article", name="Dana Fischer: What do you see?")
        ).to_have_count(1)
        await expect(lines.and_(kim.get_by_role("article", name=f"Sparekey: {greets}"))).to_have_count(1)
        assert "Bot" not in await kim.locator("#chat").aria_snapshot()


async def test_a_card_says_its_number_and_who_gave_it(house: Living) -> None:
    async with a_browser() as browser:
        alex = await chat_in(await window(browser, "wide"), house)
        await expect(alex.get_by_text("Hello Alex").first).to_be_visible()
        key_id = await (await at_desk(house, "lee")).key_id_of("LAPTOP-ALEX")
        await say(alex, f"windows {key_id[:8]}")
        number = (await alex.locator(".ac-textBlock").nth(2).inner_text()).strip()

        heard = alex.get_by_role("log").get_by_role("article").last
        await expect(heard).to_contain_text("Sparekey: I have found the key")
        await expect(heard).to_contain_text(
            f"Your number: {number}. The link works once and for five minutes. Open my page."
        )
