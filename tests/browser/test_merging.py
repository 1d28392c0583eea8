"""Two cases of one person become one in a real Chromium, are closed with tags, and supervisors see who waits too long."""

import pytest
from playwright.async_api import expect

from tests.app.living import Living
from tests.browser.chromium import LOOKS, Look, a_browser, window
from tests.browser.test_desk import agent
from tests.browser.test_whole_way import looked_at

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.mark.parametrize("look", LOOKS)
async def test_two_cases_of_one_person_are_merged_and_closed_with_a_tag(house: Living, look: Look) -> None:
    kim, on_phone = house.visitor(), house.teammate("kim")
    await kim.sign_in("kim")
    await kim.enter()
    await kim.say("human")
    await on_phone.install()
    await on_phone.say("human")
    await on_phone.say("the one with the red sticker")
    await house.settle()
    async with a_browser() as browser:
        dana = await agent(await window(browser, look), house, "Dana Fischer")
        await dana.goto(f"{house.base}/desk/cases/1001")
        await dana.get_by_role("button", name="Take it").first.click()
        await expect(dana.get_by_role("heading", name="Their other cases")).to_be_visible()
        await looked_at(dana, "desk-merge", look)

        await dana.get_by_role("button", name="Merge case 1002 into this one").click()
        await expect(dana.get_by_text("Merged into case 1001 by Dana Fischer.")).to_be_visible()
        await expect(dana.locator("#talk")).to_contain_text("the one with the red sticker")
        await expect(dana.get_by_text("Your words go to where they last wrote: Teams.")).to_be_visible()
        await kim.say("I am back at the browser")
        await expect(dana.locator("#talk li").last).to_contain_text("I am back at the browser")
        await expect(dana.get_by_text("Your words go to where they last wrote: intranet chat.")).to_be_visible()
        house.clock.advance(60)
        await on_phone.say("and on the phone")
        await expect(dana.locator("#talk li").last).to_contain_text("and on the phone")
        await dana.reload()
        await expect(dana.locator("#talk li", has_text="I am back at the browser")).to_have_count(1)
        await looked_at(dana, "desk-merged", look)

        await dana.get_by_label("After an update").check()
        await dana.get_by_label("It was no longer needed.").check()
        await on_phone.say("never mind")
        await expect(dana.locator("#talk li").last).to_contain_text("never mind")
        await expect(dana.get_by_label("After an update")).to_be_checked()
        await looked_at(dana, "desk-tags", look)
        await dana.get_by_role("button", name="Close the case").click()
        await expect(dana.locator("#empty")).to_be_visible()
        await dana.goto(f"{house.base}/desk/cases/1001")
        await expect(dana.locator("[data-part=stands]")).to_contain_text("After an update")
        await looked_at(dana, "desk-tagged", look)
        await dana.goto(f"{house.base}/desk/cases/1002")
        await dana.locator("[data-part=stands]").get_by_role("link", name="Case 1001").click()
        await expect(dana.get_by_role("heading", name="Case 1001", exact=True)).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
async def test_supervisors_see_which_cases_wait_too_long(house: Living, look: Look) -> None:
    for login, words in (("kim", "my laptop was stolen"), ("sam", "human")):
        visitor = house.visitor()
        await visitor.sign_in(login)
        await visitor.enter()
        await visitor.say(words)
        await house.settle()
    await house.pass_time(16 * 60)
    async with a_browser() as browser:
        page = await (await window(browser, look)).new_page()
        await page.goto(f"{house.base}/sign-in?next=/desk/searches")
        await page.get_by_role("button", name="Morgan Patel").click()

        await expect(page.get_by_role("heading", name="Case 1001")).to_be_visible()
        await expect(page.get_by_text("the time to take it in is over")).to_have_count(2)
        await looked_at(page, "desk-waiting-too-long", look)
