"""The numbers of some months in a real Chromium: pictures, the tables that say the same, and the file."""

import csv

import pytest
from playwright.async_api import expect

from tests.app.living import Living
from tests.browser.chromium import LOOKS, Look, a_browser, window
from tests.browser.test_desk import agent
from tests.browser.test_whole_way import looked_at
from tests.desk.months import fill

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.mark.parametrize("look", LOOKS)
async def test_an_agent_sees_how_it_goes(house: Living, look: Look) -> None:
    await fill(house.house.store, house.clock.now(), 150)
    async with a_browser() as browser:
        dana = await agent(await window(browser, look, "de-DE" if look == "phone" else "en-US"), house, "Dana Fischer")
        await dana.goto(f"{house.base}/desk/numbers")

        await expect(dana.locator("svg.chart")).to_have_count(9)
        await looked_at(dana, "desk-numbers", look)
        for table in await dana.locator("summary").all():
            await table.click()
        await looked_at(dana, "desk-numbers-tables", look)
        texts = await dana.locator("svg.chart text").evaluate_all(
            "all => all.map(one => { const at = one.getBoundingClientRect(); return [at.left, at.right, at.height]; })"
        )
        assert all(left >= 0 and right <= (320 if look == "phone" else 1280) for left, right, _ in texts)
        assert all(height >= 11 for *_, height in texts), "somebody has to be able to read it"

        async with dana.expect_download() as loading:
            await dana.locator("a[download]").click()
        path = await (await loading.value).path()
        rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
        total = sum(int(row["value"]) for row in rows if row["measure"] == "endings")
        assert total == sum(int(row["value"]) for row in rows if row["per"] == "day") > 100


async def test_where_nothing_has_happened_the_page_says_so(house: Living) -> None:
    async with a_browser() as browser:
        dana = await agent(await window(browser, "phone"), house, "Dana Fischer")
        await dana.get_by_role("link", name="Numbers").click()

        await expect(dana.get_by_text("Nothing in these weeks.")).to_have_count(11)
        await looked_at(dana, "desk-numbers-empty", "phone")
