"""An agent with several people at once: on whatever page they are, hidden or not, they see and hear who has written."""

import pytest
from playwright.async_api import Page, Route, expect

from tests.app.living import Living
from tests.app.visitor import Visitor
from tests.browser.chromium import LOOKS, Look, a_browser, window
from tests.browser.test_desk import agent
from tests.browser.test_whole_way import looked_at
from tests.desk.agent import at_desk
from tests.desk.test_relay import waiting

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(180)]

RINGS = """
localStorage.setItem("sparekey.sound", "on");
let rings = 0;
const { start } = OscillatorNode.prototype;
OscillatorNode.prototype.start = function () { document.documentElement.dataset.rings = rings += 1; start.call(this); };
"""
HIDE = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true}); document.dispatchEvent(new Event('visibilitychange'))"


async def two_people(house: Living) -> tuple[Visitor, Visitor]:
    """Kim has case 1001 and Sam 1002; Dana has both."""
    kim, sam = await waiting(house, "kim"), await waiting(house, "sam")
    dana = await at_desk(house, "dana")
    await dana.take(1001)
    await dana.take(1002)
    return kim, sam


async def rings(page: Page, n: int) -> None:
    await expect(page.locator("html")).to_have_attribute("data-rings", str(n))


@pytest.mark.parametrize("look", LOOKS)
async def test_who_has_written_stands_on_every_page_until_their_case_was_looked_at(house: Living, look: Look) -> None:
    kim, sam = await two_people(house)
    async with a_browser() as browser:
        context = await window(browser, look)
        dana = await agent(context, house, "Dana Fischer")
        for number in (1001, 1002):
            await dana.goto(f"{house.base}/desk/cases/{number}")
            await expect(dana.locator("#mine [aria-current]")).to_contain_text(str(number))
        await expect(dana.locator("#mine .tag")).to_have_count(0)

        await kim.say("are you there?")
        await kim.say("hello?")

        theirs = dana.locator("#mine").get_by_role("link", name="Kim Novak 1001")
        await expect(theirs).to_have_text("Kim Novak 1001 2 new")
        await expect(dana).to_have_title("(2) Case 1002 · Sparekey")
        await expect(dana.locator("#mine [aria-live]")).to_contain_text("Kim Novak has written, case 1001.")
        await looked_at(dana, "desk-calls-case", look)
        await dana.goto(f"{house.base}/desk/search")
        await expect(theirs).to_have_text("Kim Novak 1001 2 new")
        await dana.goto(f"{house.base}/desk")
        await expect(dana.locator("[data-number='1001'] .fresh")).to_have_text("2 new")
        await expect(dana.locator("[data-number='1002'] .fresh")).to_be_hidden()
        await sam.say("me too")
        await expect(dana.locator("[data-number='1002'] .fresh")).to_have_text("1 new")
        await looked_at(dana, "desk-calls-queue", look)
        await theirs.click()
        await expect(dana.get_by_text("hello?")).to_be_visible()
        await expect(theirs).to_have_text("Kim Novak 1001")
        await expect(dana).to_have_title("(1) Case 1001 · Sparekey")


async def test_a_case_that_nobody_looks_at_goes_on_counting_and_rings(house: Living) -> None:
    kim, _ = await two_people(house)
    async with a_browser() as browser:
        context = await window(browser, "wide")
        dana = await agent(context, house, "Dana Fischer")
        await context.add_init_script(RINGS)
        await dana.clock.install()
        await dana.goto(f"{house.base}/desk/cases/1001")
        await expect(dana.locator("#mine [aria-current]")).to_contain_text("1001")
        await dana.get_by_role("heading", name="Case 1001").click()
        await kim.say("are you there?")
        await expect(dana.get_by_text("are you there?")).to_be_visible()
        await dana.clock.fast_forward(1_000)

        await dana.evaluate(HIDE % "true")
        await dana.clock.fast_forward(40_000)
        await kim.say("hello?")
        await expect(dana).to_have_title("(1) Case 1001 · Sparekey")
        await dana.clock.fast_forward(1_000)
        await rings(dana, 1)

        await dana.evaluate(HIDE % "false")
        await expect(dana.get_by_text("hello?")).to_be_visible()
        await expect(dana).to_have_title("Case 1001 · Sparekey")


async def test_of_several_pages_one_rings_and_another_goes_on_when_it_is_closed(house: Living) -> None:
    await two_people(house)
    async with a_browser() as browser:
        context = await window(browser, "wide")
        dana = await agent(context, house, "Dana Fischer")
        await context.add_init_script(RINGS)
        await dana.goto(f"{house.base}/desk/search")
        await expect(dana.locator("#mine li")).to_have_count(2)
        second = await context.new_page()
        await second.goto(f"{house.base}/desk/numbers")
        await expect(second.locator("#mine li")).to_have_count(2)

        await waiting(house, "alex")
        await rings(dana, 1)
        await expect(second.locator("html:not([data-rings])")).to_be_attached()
        async with second.expect_response("**/desk/calls"):
            await dana.close()
        await (await at_desk(house, "lee")).take(1003)
        await (await at_desk(house, "lee")).do(1003, "hand-over", to="dana", words="a Mac", form="a")
        await expect(second.locator("#mine li")).to_have_count(3)

        await rings(second, 1)


async def test_calls_go_on_after_an_answer_that_was_no_stream(house: Living) -> None:
    """As of a proxy while the server begins anew."""
    await two_people(house)
    async with a_browser() as browser:
        context = await window(browser, "wide")
        dana = await agent(context, house, "Dana Fischer")
        is_down = True

        async def proxy(route: Route) -> None:
            await (route.fulfill(status=502, body="502") if is_down else route.continue_())

        await context.route("**/desk/calls", proxy)
        await dana.clock.install()
        async with dana.expect_response("**/desk/calls"):
            await dana.goto(f"{house.base}/desk/search")
        is_down = False
        async with dana.expect_response("**/desk/calls"):
            await dana.clock.fast_forward(46_000)

        await expect(dana.locator("#mine li")).to_have_count(2)
