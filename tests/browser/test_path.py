"""Two people and two agents at once, each in a browser of their own: from "no key" to "how was it?", and no word goes astray.

Alex's Key ID is unknown to us, Sam's phone is gone: one proves it as ever on an agent's word, for the other two agents are sure.
"""

import asyncio
import re
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from tests.app.canary import assert_no_code_is_left, assert_no_key_is_left
from tests.app.living import Living
from tests.browser.chromium import LOOKS, Look, a_browser, window
from tests.browser.test_desk import agent, says_it_worked, signs_in_again, sure
from tests.browser.test_whole_way import chat_in, looked_at, prove_and_see, say

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(300)]
ALEX, SAM = "Alex Rivera", "Sam Okafor"
TWO_DIGITS = re.compile(r"^\s*\d\d\s*$")
TO_ALEX = ("I have your case here", "is there an older sticker?", "then I shall vouch for you")
TO_SAM = ("Lee speaking", "and your phone is gone?", "come to my desk, please")
FROM_ALEX = ("it shows me another id every time", "no sticker at all", "thank you so much")
FROM_SAM = ("my mac asks for the key", "left it in the train", "on my way")


@dataclass(frozen=True, slots=True)
class Path:
    house: Living
    look: Look
    alex: Page
    sam: Page
    dana: Page
    lee: Page

    async def shot(self, page: Page, name: str) -> None:
        await looked_at(page, f"path-{name}", self.look)


async def everybody(browser: Browser, house: Living, look: Look) -> Path:
    dana, lee = [await agent(await window(browser, look), house, name) for name in ("Dana Fischer", "Lee Tanaka")]
    alex, sam = [await chat_in(await window(browser, look), house, name) for name in (ALEX, SAM)]
    return Path(house, look, alex, sam, dana, lee)


@pytest.mark.parametrize("look", LOOKS)
async def test_two_people_and_two_agents_go_the_whole_way(house: Living, look: Look, logged: list[str]) -> None:
    async with a_browser() as browser:
        path = await everybody(browser, house, look)

        await both_wait_for_a_human(path)
        await each_is_taken_by_another_agent(path)
        await both_talk_at_once(path)
        keys = await alex_is_vouched_for(path), await sam_is_let_in_by_two(path, logged)
        await both_are_closed_and_say_how_it_was(path)
        await the_numbers_count_it(path)

        await assert_no_key_is_left(house, "\n".join(logged), expected=keys)


async def both_wait_for_a_human(path: Path) -> None:
    await expect(path.alex.get_by_text("Hello Alex").first).to_be_visible()
    for unknown in ("0000 0000", "0000 0001", "0000 0002"):
        await say(path.alex, unknown)
        await expect(path.alex.get_by_text(re.compile(f"^I cannot find (this Key ID|{unknown})")).first).to_be_visible()
    await expect(path.alex.get_by_text("You are next in the queue").first).to_be_visible()

    await expect(path.sam.get_by_text("Hello Sam").first).to_be_visible()
    await say(path.sam, "my macbook is locked")
    await expect(path.sam.get_by_text("I have found the key for MAC-SAM").first).to_be_visible()
    async with path.sam.context.expect_page() as opened:
        await path.sam.locator(".ac-pushButton").click()
    page = await opened.value
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="I cannot do this").click()
    await path.shot(page, "no-other-proof")
    await page.close()
    await expect(path.sam.get_by_text("You are number 2 in the queue").first).to_be_visible()

    for desk in (path.dana, path.lee):
        await expect(desk.locator("#cases h2 a")).to_have_text(["Case 1001", "Case 1002"])
    await path.shot(path.dana, "queue")
    await path.shot(path.alex, "next-in-queue")
    await path.shot(path.sam, "second-in-queue")


async def each_is_taken_by_another_agent(path: Path) -> None:
    await path.house.pass_time(180)
    await take(path.dana, 1001)
    await expect(path.lee.get_by_text("Dana Fischer has it.")).to_be_visible()
    await expect(path.lee.get_by_role("button", name="Take it")).to_have_count(1)
    await path.shot(path.lee, "one-is-taken")
    await take(path.lee, 1002)
    for chat, name, number in ((path.alex, "Dana Fischer", 1001), (path.sam, "Lee Tanaka", 1002)):
        await expect(chat.get_by_text(f"{name} from the helpdesk has your case {number} now").first).to_be_visible()


async def take(desk: Page, number: int) -> None:
    await desk.locator(f"[data-number='{number}']").get_by_role("button", name="Take it").click()
    await expect(desk.get_by_role("heading", name=f"Case {number}")).to_be_visible()


async def both_talk_at_once(path: Path) -> None:
    """Every line is written while the other conversation is going on, and stands where it belongs, once and in its order."""
    for to_alex, to_sam, from_alex, from_sam in zip(TO_ALEX, TO_SAM, FROM_ALEX, FROM_SAM, strict=True):
        await asyncio.gather(write(path.dana, ALEX, to_alex), write(path.lee, SAM, to_sam))
        await expect(path.alex.get_by_text(f"Dana Fischer: {to_alex}").first).to_be_visible()
        await expect(path.sam.get_by_text(f"Lee Tanaka: {to_sam}").first).to_be_visible()
        await asyncio.gather(say(path.alex, from_alex), say(path.sam, from_sam))
        await expect(path.dana.locator("#talk").get_by_text(from_alex)).to_be_visible()
        await expect(path.lee.locator("#talk").get_by_text(from_sam)).to_be_visible()
    assert await talk_since(path.dana, TO_ALEX[0]) == woven(TO_ALEX, FROM_ALEX)
    assert await talk_since(path.lee, TO_SAM[0]) == woven(TO_SAM, FROM_SAM)
    for chat, others in ((path.alex, (*TO_SAM, *FROM_SAM)), (path.sam, (*TO_ALEX, *FROM_ALEX))):
        shown = await chat.locator("body").inner_text()
        assert not [line for line in others if line in shown]
    await path.shot(path.dana, "talk")
    await path.shot(path.alex, "talk-chat")


async def write(desk: Page, name: str, words: str) -> None:
    await desk.get_by_label(f"To {name}").fill(words)
    await desk.keyboard.press("Control+Enter")
    await expect(desk.get_by_label(f"To {name}")).to_have_value("")


async def talk_since(desk: Page, first: str) -> list[str]:
    lines = await desk.locator("#talk li p:last-child").all_inner_texts()
    return lines[lines.index(first) :]


def woven(to_them: tuple[str, ...], from_them: tuple[str, ...]) -> list[str]:
    return [line for pair in zip(to_them, from_them, strict=True) for line in pair]


async def alex_is_vouched_for(path: Path) -> str:
    """On Dana's word, and a proof of their own: what the demo's policy asks for."""
    await signs_in_again(path.dana)
    await path.dana.get_by_role("radio", name="LAPTOP-ALEX, The drive with the system").first.check()
    await sure(path.dana, "by video, with a document", "Passport, and the same face")
    await path.dana.get_by_label("They sign in themselves").check()
    await path.shot(path.dana, "vouching")
    await path.dana.get_by_role("button", name="I am sure that it is them").click()
    await expect(path.dana.get_by_text("Their link is in their own chat.")).to_be_visible()
    await path.shot(path.dana, "vouched")
    await expect(path.alex.get_by_text("I have found the key").first).to_be_visible()
    await path.shot(path.alex, "link")
    number = (await path.alex.locator(".ac-textBlock", has_text=TWO_DIGITS).last.inner_text()).strip()
    async with path.alex.context.expect_page() as opened:
        await path.alex.locator(".ac-pushButton").last.click()
    page = await opened.value
    key = await prove_and_see(path.house, page, number, path.look)
    await says_it_worked(page)
    await page.close()
    await expect(path.dana.get_by_text("It worked.", exact=True)).to_be_visible()
    await path.shot(path.dana, "it-worked")
    return key


async def sam_is_let_in_by_two(path: Path, logged: list[str]) -> str:
    """Who can prove nothing: two agents, notices, a wait, and a code."""
    await signs_in_again(path.lee)
    await path.lee.get_by_role("radio", name="MAC-SAM").first.check()
    await sure(path.lee, "in person", "Badge, and the photo of the directory")
    await path.lee.get_by_label("Nothing: their phone is gone as well").check()
    await path.lee.get_by_role("button", name="I am sure that it is them").click()
    await expect(path.lee.get_by_text("A second agent has to see the person too.")).to_be_visible()
    await path.shot(path.lee, "needs-second")

    second = await path.dana.context.new_page()
    await second.goto(f"{path.house.base}/desk")
    await second.get_by_role("link", name="Case 1002").click()
    await expect(second.get_by_label(f"To {SAM}")).to_have_count(0)
    await signs_in_again(second)
    await sure(second, "in person", "Came along to my desk")
    await path.shot(second, "second-agent")
    await second.get_by_role("button", name="I am sure as well").click()
    await expect(second.get_by_text("All their addresses have been told")).to_be_visible()
    await second.close()
    await path.house.pass_time(61)
    await path.lee.reload()
    await path.lee.get_by_role("button", name="Make the code").click()
    code = await path.lee.locator(".desk-code").inner_text()
    await path.shot(path.lee, "code")
    await path.lee.get_by_role("link", name="Back").click()

    page = await path.sam.context.new_page()
    await page.goto(f"{path.house.base}/k")
    await page.get_by_label("Code").fill(code)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="No, nobody else").click()
    await page.get_by_role("button", name="Show key").click()
    await page.wait_for_selector(".digits")
    key = "-".join(await page.locator(".digits").all_inner_texts())
    await path.shot(page, "mac-key")
    await says_it_worked(page)
    await page.close()
    await expect(path.lee.get_by_text("It worked.", exact=True)).to_be_visible()
    await assert_no_code_is_left(path.house, "\n".join(logged), [code])
    return key


async def both_are_closed_and_say_how_it_was(path: Path) -> None:
    for desk, chat, mark in ((path.dana, path.alex, "Good"), (path.lee, path.sam, "Not good")):
        await desk.get_by_label("They are back in.").check()
        await desk.get_by_role("button", name="Close the case").click()
        await expect(chat.get_by_text("How was it?").first).to_be_visible()
        await path.shot(chat, f"how-was-it-{mark.partition(' ')[0].lower()}")
        await chat.get_by_role("toolbar").get_by_role("button", name=mark, exact=True).click()
    await expect(path.alex.get_by_text("Thank you").first).to_be_visible()
    await expect(path.sam.get_by_text("what should have gone better").first).to_be_visible()
    await say(path.sam, "the colleague was kind but the wait was long")
    await expect(path.sam.get_by_text("Thank you").first).to_be_visible()
    await expect(path.lee.get_by_text("Nobody is waiting.")).to_be_visible()
    await path.lee.goto(f"{path.house.base}/desk/cases/1002")
    await expect(path.lee.locator("[data-part=stands]").get_by_text("the wait was long")).to_be_visible()
    await path.shot(path.lee, "closed")


async def the_numbers_count_it(path: Path) -> None:
    await path.dana.get_by_role("link", name="Numbers").click()
    for title, counted in (
        ("Lock-outs a day", "2"),
        ("How cases ended", "They are back in.2"),
        ("How it was", "with the helpdesk: good1"),
        ("How it was", "with the helpdesk: not good1"),
    ):
        figure = path.dana.locator(".figures section").filter(has=path.dana.get_by_role("heading", name=title))
        await expect(figure.locator("svg")).to_contain_text(counted)
    await path.shot(path.dana, "numbers")
