"""The desk and the short address in a real Chromium: a lost phone, two agents, a code, and the key on somebody's borrowed phone."""

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.app.canary import assert_no_code_is_left, assert_no_key_is_left
from tests.app.living import Living
from tests.browser.chromium import LOOKS, Look, a_browser, window
from tests.browser.test_whole_way import looked_at
from tests.desk.agent import at_desk, chatted

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(180)]


async def agent(context: BrowserContext, house: Living, name: str) -> Page:
    page = await context.new_page()
    await page.goto(f"{house.base}/sign-in?next=/desk")
    await page.get_by_role("button", name=name).click()
    await expect(page.locator("#cases")).to_be_attached()
    return page


async def signs_in_again(page: Page) -> None:
    await page.get_by_role("button", name="Sign in again").click()
    await expect(page.get_by_role("status").filter(has_text="You have signed in again for this case.")).to_be_visible()


async def sure(page: Page, how: str, note: str) -> None:
    """Where two forms ask for it, in the one that is unfolded."""
    await page.get_by_role("radio", name=how).check()
    await page.get_by_role("textbox", name="What you saw").fill(note)


@pytest.mark.parametrize("look", LOOKS)
async def test_somebody_without_phone_and_computer_gets_back_in(house: Living, look: Look, logged: list[str]) -> None:
    async with a_browser() as browser:
        kim = house.visitor()
        await kim.sign_in("kim")
        await kim.enter()
        await kim.say("my laptop was stolen, it is urgent")
        await house.settle()
        dana = await agent(await window(browser, look), house, "Dana Fischer")
        await looked_at(dana, "desk-queue", look)
        await dana.get_by_label("Their sign-in name").fill("alex")
        await dana.get_by_role("button", name="Open a case").click()
        await expect(dana.get_by_role("heading", name="Case 1002")).to_be_visible()
        await looked_at(dana, "desk-case", look)

        await expect(dana.get_by_role("radio")).to_have_count(4)  # how the case may end, and nothing to release yet
        await signs_in_again(dana)
        await dana.get_by_role("radio", name="LAPTOP-ALEX").first.check()
        await sure(dana, "in person", "Badge, and the photo of the directory")
        await dana.get_by_label("Nothing: their phone is gone as well").check()
        await looked_at(dana, "desk-release", look)
        await house.pass_time(300)
        await dana.get_by_role("button", name="I am sure that it is them").click()
        await looked_at(dana, "desk-again", look)
        await sent_after_signing_in_again(dana)
        await expect(dana.get_by_text("A second agent has to see the person too.")).to_be_visible()
        await looked_at(dana, "desk-needs-second", look)

        lee = await agent(await window(browser, look), house, "Lee Tanaka")
        await lee.get_by_role("link", name="Case 1002").click()
        await looked_at(lee, "desk-second-before", look)
        await signs_in_again(lee)
        await looked_at(lee, "desk-second", look)
        await sure(lee, "by video, with a document", "Passport")
        await lee.get_by_role("button", name="I am sure as well").click()
        await expect(lee.get_by_text("All their addresses have been told")).to_be_visible()
        await looked_at(lee, "desk-waiting", look)

        await house.pass_time(61)
        await dana.reload()
        await expect(dana.get_by_role("button", name="Make the code")).to_be_visible()
        await dana.get_by_role("button", name="Make the code").click()
        code = await dana.locator(".desk-code").inner_text()
        await looked_at(dana, "desk-code", look)

        key = await on_a_borrowed_phone(house, await window(browser, look), code, look)
        await house.settle()
        await afterwards(house, dana, lee, look)
        await assert_no_key_is_left(house, "\n".join(logged), expected=(key,))
        await assert_no_code_is_left(house, "\n".join(logged), [code])


async def sent_after_signing_in_again(page: Page) -> None:
    """What was filled in is still on the page; the sign-in is in a tab of its own."""
    async with page.context.expect_page() as opened:
        await page.get_by_role("button", name="Sign in again in a new tab").click()
    tab = await opened.value
    await expect(tab.get_by_text("You have signed in again for this case.")).to_be_visible()
    await tab.close()
    await page.get_by_role("button", name="Send it").click()


async def on_a_borrowed_phone(house: Living, context: BrowserContext, code: str, look: Look) -> str:
    """The key, as it is seen there."""
    borrowed = await context.new_page()
    await borrowed.goto(f"{house.base}/k")
    await looked_at(borrowed, "short", look)
    await borrowed.get_by_label("Code").fill("ABC DEF GH2")
    await borrowed.keyboard.press("Enter")
    await expect(borrowed.get_by_role("alert")).to_be_visible()
    await looked_at(borrowed, "short-wrong", look)
    await borrowed.get_by_label("Code").fill(code.lower())
    await borrowed.keyboard.press("Enter")
    await borrowed.get_by_role("button", name="No, nobody else").click()
    await borrowed.get_by_role("button", name="Show key").click()
    await borrowed.wait_for_selector(".digits")
    await looked_at(borrowed, "short-key", look)
    key = "-".join(await borrowed.locator(".digits").all_inner_texts())
    await says_it_worked(borrowed)
    return key


async def says_it_worked(page: Page) -> None:
    """And hears that they are back in: a page that is closed while a form of it is on its way can keep a browser waiting for ever."""
    await page.get_by_role("button", name="It worked").click()
    await expect(page.get_by_role("heading", name="You are back in")).to_be_visible()


async def afterwards(house: Living, dana: Page, lee: Page, look: Look) -> None:
    await dana.goto(f"{house.base}/desk/cases/1002")
    await expect(dana.get_by_text("The key was shown to them.")).to_be_visible()
    await looked_at(dana, "desk-shown", look)
    await dana.get_by_label("They are back in.").check()
    await dana.get_by_role("button", name="Close the case").click()
    await expect(dana.get_by_text("Case 1002 is closed.")).to_be_visible()
    await dana.goto(f"{house.base}/desk/cases/1001")
    await dana.get_by_role("button", name="Take it").click()
    await expect(dana.get_by_role("button", name="Lift the block")).to_have_count(0)
    await signs_in_again(dana)
    await expect(dana.get_by_role("button", name="Lift the block")).to_be_visible()
    await looked_at(dana, "desk-frozen", look)
    await lee.goto(f"{house.base}/desk/cases/1001")
    await looked_at(lee, "desk-others", look)


async def test_what_is_urgent_and_nobody_has_stands_above_ones_own(house: Living) -> None:
    async with a_browser() as browser:
        dana = await agent(await window(browser, "wide"), house, "Dana Fischer")
        for person in ("sam", "alex"):
            await dana.get_by_label("Their sign-in name").fill(person)
            await dana.get_by_role("button", name="Open a case").click()
            await expect(dana.locator("[data-part=release]")).to_contain_text("first press “Sign in again” above")
            await dana.goto(f"{house.base}/desk")
        kim = house.visitor()
        await kim.sign_in("kim")
        await kim.enter()
        await kim.say("my laptop was stolen, it is urgent")
        await house.settle()

        await expect(dana.locator("#cases h2 a")).to_have_text(["Case 1003", "Case 1001", "Case 1002"])
        await dana.reload()
        await expect(dana.locator("#cases h2 a")).to_have_text(["Case 1003", "Case 1001", "Case 1002"])


@pytest.mark.parametrize("look", LOOKS)
async def test_whoever_is_no_agent_is_told_so_kindly(house: Living, look: Look) -> None:
    async with a_browser() as browser:
        context = await window(browser, look, "de-DE")
        page = await context.new_page()
        await page.goto(f"{house.base}/sign-in?next=/desk")
        await page.get_by_role("button", name="Kim Novak").click()

        await expect(page.get_by_role("alert")).to_contain_text("Seite des Helpdesks")
        await looked_at(page, "desk-not-an-agent", look)


@pytest.mark.parametrize("look", LOOKS)
async def test_whoever_takes_a_case_writes_at_once(house: Living, look: Look) -> None:
    await chatted(house, "kim", "human")
    async with a_browser() as browser:
        dana = await agent(await window(browser, look), house, "Dana Fischer")
        assert (await top_of(dana, "#login")) < (await top_of(dana, "#cases"))
        await looked_at(dana, "desk-callers-first", look)
        await dana.get_by_role("button", name="Take it").click()

        await expect(dana.get_by_label("To Kim Novak")).to_be_focused()
        await expect(dana.get_by_label("To Kim Novak")).to_be_in_viewport()
        await expect(dana.get_by_role("button", name="Send")).to_be_in_viewport()
        await looked_at(dana, "desk-taken", look)


async def test_a_case_is_answered_without_scrolling_and_a_link_skips_to_its_conversation(house: Living) -> None:
    await chatted(house, "kim", "human")
    await (await at_desk(house, "dana")).take(1001)
    async with a_browser() as browser:
        dana = await agent(await window(browser, "wide"), house, "Dana Fischer")
        await dana.goto(f"{house.base}/desk/cases/1001")
        await expect(dana.locator("#mine [aria-current]")).to_be_visible()

        await expect(dana.get_by_label("To Kim Novak")).to_be_in_viewport(ratio=1)
        await dana.keyboard.press("Tab")
        await expect(dana.get_by_role("link", name="To the conversation")).to_be_focused()
        await expect(dana.get_by_role("link", name="To the conversation")).to_be_in_viewport(ratio=1)
        await dana.keyboard.press("Enter")
        await expect(dana.get_by_label("To Kim Novak")).to_be_focused()


async def top_of(page: Page, what: str) -> float:
    box = await page.locator(what).bounding_box()
    assert box
    return box["y"]


async def test_what_cannot_be_undone_is_not_one_press_away(house: Living) -> None:
    async with a_browser() as browser:
        dana = await agent(await window(browser, "wide"), house, "Dana Fischer")
        await dana.get_by_label("Their sign-in name").fill("alex")
        await dana.get_by_role("button", name="Open a case").click()
        await signs_in_again(dana)

        await expect(dana.get_by_role("button", name="Remove the app")).to_be_hidden()
        await dana.get_by_text("Take the app’s proof away", exact=True).click()
        await looked_at(dana, "desk-remove-app", "wide")
        await dana.get_by_role("button", name="Remove the app").click()
        await expect(dana.get_by_role("heading", name="Authenticator app")).to_have_count(0)
        await dana.goto(f"{house.base}/desk")
        await expect(dana.get_by_role("button", name="Put them all back")).to_be_hidden()
        await dana.get_by_text("End my shift", exact=True).click()
        await looked_at(dana, "desk-end-shift", "wide")
        await dana.get_by_role("button", name="Put them all back").click()

        await expect(dana.get_by_text("Nobody has it yet.")).to_be_visible()
