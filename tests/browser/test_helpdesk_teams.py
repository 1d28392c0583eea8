"""Two teams of the helpdesk on a Saturday: whoever waits need not, and a case changes teams on every page that shows it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.app.living import Living, living, unhurried
from tests.browser.chromium import LOOKS, Look, a_browser, window
from tests.browser.test_desk import agent
from tests.browser.test_whole_way import chat_in, looked_at, say
from tests.desk.agent import chatted

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(180)]
TEAMS = """\
[[team]]
name = "Mac helpdesk"
group = "macs"
platforms = ["mac"]
time_zone = "America/New_York"
open.monday = ["09:00-15:00"]
[[team]]
name = "Front desk"
time_zone = "Europe/Berlin"
open.monday = ["08:00-17:00"]
"""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Living]:
    (tmp_path / "hours.toml").write_text(TEAMS, "utf-8")
    async with living(tmp_path, unhurried().model_copy(update={"hours_file": tmp_path / "hours.toml"})) as one:
        await one.house.vault.file.execute("INSERT INTO membership VALUES ('lee', 'macs')", ())
        yield one


@pytest.mark.parametrize("look", LOOKS)
async def test_nobody_sits_and_waits_and_a_case_goes_to_the_team_that_can_help(house: Living, look: Look) -> None:
    async with a_browser() as browser:
        kim = await chat_in(await window(browser, look), house, "Kim Novak")
        await say(kim, "human")
        await kim.get_by_role("button", name="Call me back").last.click()
        await expect(kim.get_by_text("on the number that your company has of you").first).to_be_visible()
        await expect(kim.get_by_role("button", name="I will wait after all").last).to_be_visible()
        await looked_at(kim, "chat-call-back", look)

        dana = await agent(await window(browser, look), house, "Dana Fischer")
        lee = await agent(await window(browser, look), house, "Lee Tanaka")
        await expect(lee.get_by_text("wants to be called back")).to_be_visible()
        await dana.get_by_role("button", name="Take it").click()
        await expect(dana.get_by_text("Call the number that your company")).to_be_visible()
        await dana.get_by_text("Hand it to another team").click()
        await dana.get_by_label("Team", exact=True).select_option("Mac helpdesk")
        await (
            dana.get_by_role("group")
            .filter(has_text="Hand it to the team")
            .get_by_label("What they should know")
            .fill("It is a Mac after all")
        )
        await looked_at(dana, "desk-to-team", look)
        await dana.get_by_role("button", name="Hand it to the team").click()

        await expect(lee.get_by_text("Case 1001 is new.")).to_be_visible()
        await lee.get_by_role("link", name="Mac helpdesk (yours)").click()
        await expect(lee.get_by_role("link", name="Case 1001")).to_be_visible()
        await looked_at(lee, "desk-own-team", look)
        await expect(kim.get_by_text("goes on with the team Mac helpdesk").first).to_be_visible()
        await dana.get_by_role("link", name="Front desk").click()
        await expect(dana.get_by_text("Nobody is waiting.")).to_be_visible()
        await lee.get_by_role("button", name="Take it").click()
        await expect(lee.get_by_text("It is a Mac after all")).to_be_visible()
        await house.settle()
        await chatted(house, "alex", "human")
        await expect(dana.get_by_role("link", name="Case 1002")).to_be_visible()
        await expect(dana.get_by_role("link", name="Case 1001")).to_have_count(0)
