"""A page of the desk that nobody loads anew: what time alone changes, and what an agent has half-written on it."""

from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Dialog, Page, expect

from tests.app.living import Living
from tests.app.visitor import Visitor
from tests.browser.chromium import a_browser, window
from tests.browser.test_desk import agent, signs_in_again, sure
from tests.browser.test_whole_way import looked_at
from tests.desk.agent import at_desk, chatted
from tests.desk.test_relay import waiting

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


HALF = "Something that you wrote on this page has not been sent."


async def writing(house: Living, browser: Browser) -> Page:
    """Dana has Kim's case and is in the middle of an answer."""
    await chatted(house, "kim", "human")
    dana = await agent(await window(browser, "wide"), house, "Dana Fischer")
    await dana.get_by_role("button", name="Take it").click()
    await dana.get_by_label("To Kim Novak").fill("Hold the power button until")
    return dana


async def test_a_half_written_answer_goes_only_when_the_button_is_pressed_once_more(house: Living) -> None:
    async with a_browser() as browser:
        dana = await writing(house, browser)

        await dana.get_by_role("button", name="Put it back").click()
        await expect(dana.get_by_role("alert").filter(has_text=HALF)).to_be_visible()
        await looked_at(dana, "desk-half-written", "wide")
        await dana.get_by_label("They are back in.").check()
        await dana.get_by_role("button", name="Close the case").click()
        await expect(dana.locator("form[action$=close] + #half")).to_be_visible()
        await expect(dana.get_by_label("To Kim Novak")).to_have_value("Hold the power button until")
        await dana.get_by_label("To Kim Novak").fill("Hold the power button until it is dark")
        await dana.get_by_role("button", name="Put it back").click()
        await expect(dana.locator("[data-part=onward] #half")).to_be_visible()
        await dana.get_by_role("button", name="Put it back").click()

        await expect(dana.get_by_role("heading", name="Cases", exact=True)).to_be_visible()


async def test_what_was_sent_is_asked_of_nobody(house: Living) -> None:
    async with a_browser() as browser:
        dana = await writing(house, browser)
        await dana.keyboard.press("Control+Enter")
        await expect(dana.get_by_label("To Kim Novak")).to_have_value("")
        await dana.get_by_text("Write a note").click()
        await dana.get_by_label("For your colleagues").fill("they use a Mac")
        await dana.get_by_role("button", name="Keep the note").click()
        await expect(dana.locator(".noted")).to_have_text("they use a Mac")

        await dana.get_by_role("button", name="Put it back").click()

        await expect(dana.get_by_role("heading", name="Cases", exact=True)).to_be_visible()


async def test_by_a_link_nobody_leaves_a_half_written_answer_unasked(house: Living) -> None:
    async with a_browser() as browser:
        dana = await writing(house, browser)
        asked: list[str] = []

        async def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            await dialog.dismiss()

        dana.on("dialog", stay)
        async with dana.expect_event("dialog"):
            await dana.get_by_role("link", name="Cases", exact=True).click(no_wait_after=True)

        await expect(dana.get_by_label("To Kim Novak")).to_have_value("Hold the power button until")
        assert asked == ["beforeunload"]


async def test_a_stream_that_was_cut_without_a_word_is_begun_anew(house: Living) -> None:
    async with a_browser() as browser:
        await chatted(house, "kim", "human")
        dana = await agent(await window(browser, "wide"), house, "Dana Fischer")
        await dana.clock.install()
        await dana.goto(f"{house.base}/desk/cases/1001")
        streams: list[str] = []
        dana.on("request", lambda request: streams.append(request.url) if "/1001/live" in request.url else None)
        await (await at_desk(house, "lee")).take(1001)
        await expect(dana.get_by_text("Lee Tanaka has it.")).to_be_visible()

        streams.clear()

        await dana.clock.fast_forward(10_000)
        assert streams == []
        async with dana.expect_request("**/1001/live*"):
            await dana.clock.fast_forward(46_000)
        await (await at_desk(house, "lee")).do(1001, "put-back")

        await expect(dana.get_by_text("Nobody has it yet.")).to_be_visible()


async def noted(house: Living) -> Visitor:
    """On Kim's case, which Dana has."""
    kim, dana = await waiting(house), await at_desk(house, "dana")
    await dana.take(1001)
    await dana.do(1001, "note", words="has a Mac", form="a")
    return kim


async def test_times_are_the_readers_own(house: Living) -> None:
    kim, now = await noted(house), house.clock.now()
    local = now.astimezone(ZoneInfo("Asia/Vladivostok"))
    date, time = f"{local:%Y-%m-%d %H:%M}", f"{local:%H:%M}"
    async with a_browser() as browser:
        context = await browser.new_context(timezone_id="Asia/Vladivostok")
        await context.clock.set_fixed_time(now)
        dana = await agent(context, house, "Dana Fischer")
        await dana.goto(f"{house.base}/desk/cases/1001")
        await expect(dana.locator("[data-part=notes] time")).to_have_text(date)
        await expect(dana.locator("#talk time").last).to_have_text(time)

        await kim.say("are you there?")
        await expect(dana.locator("#talk li", has_text="are you there?").locator("time")).to_have_text(time)
        await (await at_desk(house, "lee")).do(1001, "note", words="calls back", form="b")
        await expect(dana.locator("[data-part=notes] time")).to_have_text([date, date])


async def test_without_scripts_times_say_whose_they_are(house: Living) -> None:
    await noted(house)
    async with a_browser() as browser:
        context = await browser.new_context(timezone_id="Asia/Vladivostok", java_script_enabled=False)
        dana = await agent(context, house, "Dana Fischer")
        await dana.goto(f"{house.base}/desk/cases/1001")

        await expect(dana.locator("[data-part=notes] time")).to_have_text(f"{house.clock.now():%Y-%m-%d %H:%M} UTC")
        await expect(dana.locator("#talk time").last).to_have_text(f"{house.clock.now():%H:%M} UTC")
