"""A page of the desk that nobody loads anew: what time alone changes, and what an agent has half-written on it."""

import pytest
from playwright.async_api import expect

from tests.app.living import Living
from tests.browser.chromium import a_browser, window
from tests.browser.test_desk import agent, signs_in_again, sure
from tests.desk.agent import at_desk

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(180)]


async def test_when_the_wait_is_over_the_page_says_so_and_what_is_half_written_stays(house: Living) -> None:
    async with a_browser() as browser:
        dana = await agent(await window(browser, "wide"), house, "Dana Fischer")
        await dana.get_by_label("Their sign-in name").fill("alex")
        await dana.get_by_role("button", name="Open a case").click()
        await signs_in_again(dana)
        await dana.get_by_role("radio", name="LAPTOP-ALEX").first.check()
        await sure(dana, "in person", "Badge, and the photo of the directory")
        await dana.get_by_label("Nothing: their phone is gone as well").check()
        await dana.get_by_role("button", name="I am sure that it is them").click()
        await expect(dana.get_by_text("A second agent has to see the person too.")).to_be_visible()
        lee = await at_desk(house, "lee")
        await lee.agree(1001)
        await house.pass_time(59.8)
        await dana.reload()
        await expect(dana.get_by_role("timer")).to_contain_text("the code can be made in 1 min")
        await dana.get_by_text("Write a note").click()
        await dana.get_by_label("For your colleagues").fill("they wait beside me")

        house.clock.advance(1)

        await expect(dana.get_by_role("button", name="Make the code")).to_be_visible()
        await expect(dana.get_by_label("For your colleagues")).to_have_value("they wait beside me")
        await expect(dana.get_by_text("The case has changed")).to_be_hidden()
