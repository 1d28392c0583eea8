"""A key that is read aloud, in a real Chromium: by an agent who has it group by group, by keyboard, and only while they look."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from bot import standing
from bot.domain.people import PersonId
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.browser.chromium import LOOKS, Look, a_browser, window
from tests.browser.test_desk import agent, signs_in_again, sure
from tests.browser.test_whole_way import looked_at

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(180)]


async def ready(house: Living, browser: Browser, look: Look, person: str) -> Page:
    """Two agents are sure of the person and the wait is over: the first one's page, where the key can be opened."""
    dana = await agent(await window(browser, look), house, "Dana Fischer")
    await dana.get_by_label("Their sign-in name").fill(person)
    await dana.get_by_role("button", name="Open a case").click()
    await signs_in_again(dana)
    await dana.get_by_text("Read a key aloud", exact=True).click()
    form = dana.locator("form[action$='read-aloud']")
    await form.locator("input[name=key]").first.check()
    await form.get_by_label("They have no phone and no other screen with them.").check()
    await form.get_by_label("in person").check()
    await form.get_by_label("What you saw").fill("Badge, and the photo of the directory")
    await looked_at(dana, f"aloud-propose-{person}", look)
    await form.get_by_role("button", name="I am sure: ask for reading aloud").click()
    await expect(dana.get_by_text("A second agent has to see the person too.")).to_be_visible()

    lee = await agent(await window(browser, look), house, "Lee Tanaka")
    await lee.get_by_role("link", name="Case 1001").click()
    await signs_in_again(lee)
    await looked_at(lee, f"aloud-second-{person}", look)
    await sure(lee, "by video, with a document", "Passport")
    await lee.get_by_role("button", name="I am sure as well").click()
    await house.settle()
    await expect(dana.locator("[data-part=release]")).to_contain_text("Lee Tanaka is sure: by video")
    await house.pass_time(61)
    await dana.goto(f"{house.base}/desk/cases/1001")
    return dana


async def groups(page: Page) -> list[str]:
    """As they stand in the page, shown or not."""
    found = await page.locator(".signs").all()
    return [re.sub(r"\s", "", "".join(await one.locator(".letter").all_text_contents())) for one in found]


@pytest.mark.parametrize("look", LOOKS)
async def test_an_agent_reads_the_key_group_by_group_and_it_is_gone(
    house: Living, look: Look, logged: list[str]
) -> None:
    async with a_browser() as browser:
        dana = await ready(house, browser, look, "alex")
        await looked_at(dana, "aloud-ready", look)
        await dana.get_by_role("button", name="Show me the key").click()
        await expect(dana.get_by_role("heading", name="Group 1 of 8")).to_be_visible()
        key = "-".join(await groups(dana))
        await looked_at(dana, "aloud-key", look)

        assert key in await house.keys()
        await expect(dana.locator(".signs:visible")).to_have_count(1)
        await dana.keyboard.press("ArrowRight")
        await expect(dana.get_by_role("heading", name="Group 2 of 8")).to_be_visible()
        await dana.keyboard.press("ArrowLeft")
        await expect(dana.get_by_role("heading", name="Group 1 of 8")).to_be_visible()
        await expect(dana.get_by_role("button", name="Previous group")).to_be_disabled()
        for n in range(2, 9):
            await dana.get_by_role("button", name="Next group").press("Enter")
            await expect(dana.get_by_role("heading", name=f"Group {n} of 8")).to_be_visible()
        await expect(dana.get_by_role("button", name="Previous group")).to_be_focused()

        await dana.evaluate("window.dispatchEvent(new Event('blur'))")
        await expect(dana.locator(".signs:visible")).to_have_count(0)
        await looked_at(dana, "aloud-covered", look)
        await dana.get_by_role("button", name="Show it again").press("Enter")
        await expect(dana.get_by_role("heading", name="Group 8 of 8")).to_be_visible()

        await dana.reload()
        await expect(dana.get_by_text("nobody sees it a second time")).to_be_visible()
        assert await groups(dana) == []
        await dana.goto(f"{house.base}/desk/cases/1001")
        await looked_at(dana, "aloud-read", look)
        await dana.get_by_role("button", name="It worked").click()
        await expect(dana.locator("[data-part=stands]")).to_contain_text("It worked.")
        await house.settle()
        await assert_no_key_is_left(house, "\n".join(logged), expected=(key,))


async def test_a_key_of_letters_is_spelled_in_the_persons_language_and_dark_when_they_object(house: Living) -> None:
    await house.house.vault.file.execute("UPDATE person SET language = 'de' WHERE login = 'sam'")
    async with a_browser() as browser:
        dana = await ready(house, browser, "phone", "sam")
        await dana.get_by_role("button", name="Show me the key").click()
        await expect(dana.get_by_role("heading", name="Group 1 of 6")).to_be_visible()
        await looked_at(dana, "aloud-letters", "phone")
        said, key = await dana.locator(".said").all_text_contents(), "-".join(await groups(dana))
        assert key in await house.keys()
        assert all(re.fullmatch(r"Ziffer \w+|[A-Z] wie \w+", words) for words in said)
        assert await dana.locator("#groups").get_attribute("lang") == "de"

        sam = PersonId("demo", "sam")
        frozen = standing.Frozen("not_me", sam, "person")
        await house.house.conductor.handle(standing.of_person(sam), frozen, "frozen")
        await house.settle()

        await expect(dana.get_by_text("The key is hidden now.")).to_be_visible(timeout=15_000)
        assert await groups(dana) == []
        assert key not in await dana.content()


async def test_the_key_is_gone_from_the_page_after_five_minutes_and_nothing_of_it_can_be_copied(house: Living) -> None:
    async with a_browser() as browser:
        dana = await ready(house, browser, "wide", "alex")
        await dana.clock.install()
        await dana.get_by_role("button", name="Show me the key").click()
        await expect(dana.get_by_role("heading", name="Group 1 of 8")).to_be_visible()
        await dana.keyboard.press("Control+a")
        selected = await dana.evaluate("getSelection().toString()")
        copies = await dana.evaluate(
            "document.querySelector('.said').dispatchEvent(new Event('copy', { bubbles: true, cancelable: true }))"
        )

        await dana.clock.fast_forward(299_000)
        await expect(dana.get_by_role("heading", name="Group 1 of 8")).to_be_visible()
        await dana.clock.fast_forward(2_000)

        await expect(dana.get_by_text("The key is hidden now.")).to_be_visible()
        assert await groups(dana) == []
        assert "Read the key aloud" in selected
        assert "Group 1 of 8" not in selected
        assert copies is False
