"""A case goes from one agent's browser to another's: both pages follow, and the colleague is told that it is theirs."""

import re

import pytest
from playwright.async_api import expect

from tests.app.living import Living
from tests.browser.chromium import LOOKS, Look, a_browser, window
from tests.browser.test_desk import agent
from tests.browser.test_whole_way import looked_at

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.mark.parametrize("look", LOOKS)
async def test_a_case_that_is_handed_over_is_marked_on_the_colleagues_page_alone(house: Living, look: Look) -> None:
    async with a_browser() as browser:
        kim = house.visitor()
        await kim.sign_in("kim")
        await kim.enter()
        await kim.say("human")
        await house.settle()
        dana = await agent(await window(browser, look), house, "Dana Fischer")
        lee = await agent(await window(browser, look), house, "Lee Tanaka")
        await dana.get_by_role("button", name="Take it").click()
        await dana.get_by_label("To Kim").fill("Hello")
        await dana.get_by_label("A ready reply").select_option("Did it work?")
        await dana.get_by_role("button", name="Insert").click()
        await expect(dana.get_by_label("To Kim")).to_have_value(re.compile("^Hello\nKim, are you back in"))
        await expect(dana.get_by_label("To Kim")).to_be_focused()

        await dana.get_by_text("Hand it to a colleague").click()
        await dana.get_by_label("Their sign-in name").fill("lee")
        await dana.get_by_label("What they should know").fill("Speaks for a whole class room")
        await looked_at(dana, "desk-hand-over", look)
        await dana.get_by_role("button", name="Hand it over").click()
        await expect(dana.get_by_text("Press once more to go on without it.")).to_be_visible()
        await dana.get_by_role("button", name="Hand it over").click()

        await expect(lee.get_by_text("Case 1001 was handed to you.")).to_be_visible()
        await expect(lee.get_by_text("handed to you", exact=True)).to_be_visible()
        await looked_at(lee, "desk-handed", look)
        await expect(dana.get_by_text("Dana Fischer handed it to Lee Tanaka.")).to_be_visible()
        await expect(dana.get_by_text("handed to you", exact=True)).to_be_hidden()
        await lee.get_by_role("link", name="Case 1001").click()
        await expect(lee.get_by_text("Speaks for a whole class room")).to_be_visible()
        await looked_at(lee, "desk-notes", look)


async def test_what_was_half_written_when_the_case_went_can_be_copied_and_is_there_again_with_it(house: Living) -> None:
    async with a_browser() as browser:
        kim = house.visitor()
        await kim.sign_in("kim")
        await kim.enter()
        await kim.say("human")
        await house.settle()
        context = await window(browser, "phone")
        dana = await agent(context, house, "Dana Fischer")
        await dana.get_by_role("button", name="Take it").click()
        await dana.get_by_label("To Kim").fill("Hold the power button until")
        elsewhere = await context.new_page()
        await elsewhere.goto(f"{house.base}/desk/cases/1001")

        await elsewhere.get_by_role("button", name="Put it back").click()

        kept = dana.get_by_label("This was not sent; you do not have the case any more.")
        await expect(kept).to_have_value("Hold the power button until")
        await expect(kept).not_to_be_editable()
        await expect(dana.get_by_label("To Kim")).to_have_count(0)
        await looked_at(dana, "desk-kept-words", "phone")
        await elsewhere.goto(f"{house.base}/desk/cases/1001")
        house.clock.advance(1)
        await elsewhere.get_by_role("button", name="Take it").click()
        await expect(dana.get_by_label("To Kim")).to_have_value("Hold the power button until")
        await expect(kept).to_be_hidden()
