"""Finding a computer by its Key ID in a real Chromium, and what supervisors see of it afterwards."""

import pytest
from playwright.async_api import Page, expect

from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.browser.chromium import LOOKS, Look, a_browser, window
from tests.browser.test_desk import agent
from tests.browser.test_whole_way import looked_at
from tests.desk.agent import at_desk

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(180)]


async def search(page: Page, key_id: str) -> None:
    await page.get_by_label("Key ID").fill(key_id)
    await page.get_by_label("Somebody is on the phone").check()
    await page.get_by_label("In a few words").fill("Alex rings from meeting room 4, the badge is in the car")
    await page.get_by_role("button", name="Search").click()


@pytest.mark.parametrize("look", LOOKS)
async def test_an_agent_finds_a_computer_and_a_supervisor_sees_that(
    house: Living, look: Look, logged: list[str]
) -> None:
    typed = (await (await at_desk(house, "lee")).key_id_of("LAPTOP-ALEX"))[:8]
    async with a_browser() as browser:
        dana = await agent(await window(browser, look), house, "Dana Fischer")
        await dana.get_by_role("link", name="Find a computer").click()
        await expect(dana.get_by_role("heading", name="What stands on the screen?")).to_be_visible()
        await looked_at(dana, "search", look)
        await search(dana, typed[:6])
        await expect(dana.get_by_role("alert")).to_contain_text("at least its first eight characters")
        await expect(dana.get_by_label("In a few words")).to_have_value(
            "Alex rings from meeting room 4, the badge is in the car"
        )
        await looked_at(dana, "search-too-short", look)
        await search(dana, typed)
        await expect(dana.get_by_role("heading", name="LAPTOP-ALEX")).to_be_visible()
        await looked_at(dana, "search-found", look)

        await dana.get_by_role("button", name="Open a case for Alex Rivera").click()
        await expect(dana.get_by_role("heading", name="Case 1001")).to_be_visible()
        await dana.get_by_role("link", name="Find a computer").click()
        await search(dana, "00000000")
        await expect(dana.get_by_text("Nothing was found.")).to_be_visible()
        await looked_at(dana, "search-nothing", look)

        morgan = await (await window(browser, look)).new_page()
        await morgan.goto(f"{house.base}/sign-in?next=/desk/searches")
        await morgan.get_by_role("button", name="Morgan Patel").click()
        await expect(morgan.get_by_role("heading", name="Searches and releases")).to_be_visible()
        await expect(morgan.get_by_role("heading", name="Dana Fischer")).to_have_count(2)
        await looked_at(morgan, "searches", look)
        await assert_no_key_is_left(house, "\n".join(logged))
