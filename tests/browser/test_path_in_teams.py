"""The same path for somebody who writes in Teams, through the connector: the two agents sit at the desk, the key is on a page."""

import pytest
from playwright.async_api import Page, expect

from tests.app.canary import assert_no_code_is_left, assert_no_key_is_left
from tests.app.living import Living
from tests.app.visitor import spoken
from tests.browser.chromium import a_browser, window
from tests.browser.test_desk import agent, says_it_worked, signs_in_again, sure
from tests.browser.test_path import SAM, take, talk_since, write
from tests.browser.test_whole_way import looked_at
from tests.teams.teammate import Teammate

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(300)]


async def heard(house: Living, sam: Teammate, words: str) -> None:
    await house.settle()
    await sam.poll()
    assert words in "\n".join(map(spoken, sam.heard)), [spoken(one) for one in sam.heard]


async def test_somebody_in_teams_goes_the_whole_way_with_two_agents_at_the_desk(
    house: Living, logged: list[str]
) -> None:
    sam = house.teammate("sam")
    async with a_browser() as browser:
        dana, lee = [await agent(await window(browser, "wide"), house, name) for name in ("Dana Fischer", "Lee Tanaka")]
        await sam.install()
        await sam.say("my macbook is locked and I have no phone with me, I need a colleague")
        await heard(house, sam, "You are next in the queue")
        await expect(lee.locator("#cases").get_by_text("Teams")).to_be_visible()
        await take(lee, 1001)
        await expect(dana.get_by_text("Lee Tanaka has it.")).to_be_visible()
        await heard(house, sam, "Lee Tanaka from the helpdesk has your case 1001 now")

        await they_talk(house, sam, lee)
        await two_agents_are_sure(house, lee, dana)
        code, key = await sam_types_the_code(house, lee, await (await window(browser, "wide")).new_page())
        await expect(lee.get_by_text("It worked.", exact=True)).to_be_visible()
        await it_is_closed_and_counted(house, sam, lee)

    await assert_no_key_is_left(house, "\n".join(logged), expected=(key,))
    await assert_no_code_is_left(house, "\n".join(logged), [code])


async def they_talk(house: Living, sam: Teammate, lee: Page) -> None:
    await write(lee, SAM, "Where are you now?")
    await heard(house, sam, "Lee Tanaka: Where are you now?")
    await sam.say(f"at a colleague's desk, it wants {(await house.keys())[0]}")
    await heard(house, sam, "That looked like a recovery key")
    await sam.say("shall I come?")
    await write(lee, SAM, "Yes, please")
    await heard(house, sam, "Lee Tanaka: Yes, please")
    await expect(lee.locator("#talk li").last).to_contain_text("Yes, please")
    said = await talk_since(lee, "Where are you now?")
    assert said[1] == "at a colleague's desk, it wants [••••]"
    assert said[2].startswith("That looked like a recovery key")
    assert said[3:] == ["shall I come?", "Yes, please"]
    await looked_at(lee, "path-teams-talk", "wide")


async def two_agents_are_sure(house: Living, lee: Page, dana: Page) -> None:
    await signs_in_again(lee)
    await lee.get_by_role("radio", name="MAC-SAM").first.check()
    await sure(lee, "in person", "Badge, and the photo of the directory")
    await lee.get_by_label("Nothing: their phone is gone as well").check()
    await lee.get_by_role("button", name="I am sure that it is them").click()
    await expect(lee.get_by_text("A second agent has to see the person too.")).to_be_visible()
    await dana.get_by_role("link", name="Case 1001").click()
    await signs_in_again(dana)
    await sure(dana, "in person", "Sat beside Lee")
    await dana.get_by_role("button", name="I am sure as well").click()
    await expect(dana.get_by_text("All their addresses have been told")).to_be_visible()
    await house.pass_time(61)


async def sam_types_the_code(house: Living, lee: Page, phone: Page) -> tuple[str, str]:
    await lee.reload()
    await lee.get_by_role("button", name="Make the code").click()
    code = await lee.locator(".desk-code").inner_text()
    await lee.get_by_role("link", name="Back").click()
    await phone.goto(f"{house.base}/k")
    await phone.get_by_label("Code").fill(code)
    await phone.keyboard.press("Enter")
    await phone.get_by_role("button", name="No, nobody else").click()
    await phone.get_by_role("button", name="Show key").click()
    await phone.wait_for_selector(".digits")
    key = "-".join(await phone.locator(".digits").all_inner_texts())
    await says_it_worked(phone)
    return code, key


async def it_is_closed_and_counted(house: Living, sam: Teammate, lee: Page) -> None:
    await lee.get_by_label("They are back in.").check()
    await lee.get_by_role("button", name="Close the case").click()
    await expect(lee.get_by_text("Nobody is waiting.")).to_be_visible()
    await heard(house, sam, "Your case 1001 is closed")
    await heard(house, sam, "How was it?")
    await sam.press("rate_good")
    await heard(house, sam, "Thank you")
    await lee.get_by_role("link", name="Numbers").click()
    figure = lee.locator(".figures section").filter(has=lee.get_by_role("heading", name="How it was"))
    await expect(figure.locator("svg")).to_contain_text("with the helpdesk: good1")
