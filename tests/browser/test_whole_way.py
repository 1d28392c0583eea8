"""A real Chromium with the unmodified official web chat: from the blue screen to the opened computer, wide, on a phone, in the dark."""

import re
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.app.test_unlock_page import with_link
from tests.browser.chromium import LOOKS, Look, a_browser, overflow, picture, violations, window

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("node"), pytest.mark.browser, pytest.mark.timeout(180)]
SEND_BOX = "[data-id=webchat-sendbox-input]"
NOBODY_ELSE = re.compile("No, (it is only me|nobody else)")


async def looked_at(page: Page, name: str, look: Look) -> None:
    """Once the client has stopped saying that it connects: that line is its own, and fades."""
    await expect(page.locator("text=/^Connecting/ >> visible=true")).to_have_count(0, timeout=60_000)
    await picture(page, name, look)
    assert await violations(page) == [], name
    assert not await overflow(page), name


async def chat_in(context: BrowserContext, house: Living, person: str = "Alex Rivera") -> Page:
    page = await context.new_page()
    await page.goto(f"{house.base}/sign-in?next=/chat")
    await page.get_by_role("button", name=person).click()
    await page.wait_for_selector(SEND_BOX)
    return page


async def say(chat: Page, words: str) -> None:
    await chat.fill(SEND_BOX, words)
    await chat.keyboard.press("Enter")


@pytest.mark.parametrize("look", LOOKS)
async def test_a_stranger_unlocks_the_laptop(house: Living, look: Look, logged: list[str]) -> None:
    async with a_browser() as browser:
        context = await window(browser, look)
        computer = await context.new_page()
        await computer.goto(f"{house.base}/")
        await looked_at(computer, "home", look)
        await computer.goto(f"{house.base}/demo/pc/LAPTOP-ALEX")
        await looked_at(computer, "computer-locked", look)
        key_id = await computer.get_attribute("[data-key-id]", "data-key-id")
        assert key_id

        chat = await chat_in(context, house)
        await expect(chat.get_by_text("Hello Alex").first).to_be_visible()
        await looked_at(chat, "chat-greeting", look)
        await chat.get_by_role("toolbar").get_by_role("button", name="Windows: blue screen").click()
        await expect(chat.get_by_text("first eight characters").first).to_be_visible()
        await say(chat, f"it says {key_id[:8]}")
        await expect(chat.get_by_text("I have found the key").first).to_be_visible()
        await looked_at(chat, "chat-link", look)
        number = (await chat.locator(".ac-textBlock").nth(2).inner_text()).strip()

        async with context.expect_page() as opened:
            await chat.locator(".ac-pushButton").click()
        page = await opened.value
        key = await prove_and_see(house, page, number, look)

        await computer.fill("#key", key)
        await computer.keyboard.press("Enter")
        await expect(computer.get_by_text("Unlocked")).to_be_visible()
        await looked_at(computer, "computer-unlocked", look)
        await page.get_by_role("button", name="It worked").click()
        await expect(page.get_by_role("heading", name="You are back in")).to_be_visible()
        await looked_at(page, "unlock-worked", look)
        await house.house.computers.go_online()
        await house.pass_time(10)
        await expect(chat.get_by_text("has made itself a new recovery key").first).to_be_visible()
        await expect(computer.get_by_text("The one you saw no longer opens it")).to_be_visible()
        await looked_at(chat, "chat-solved", look)
        phone = await context.new_page()
        await phone.goto(f"{house.base}/demo/phone/alex")
        await looked_at(phone, "phone", look)
        await phone.goto(
            str(await phone.get_by_role("link", name="This was not me").get_attribute("href")).replace(
                "http://localhost:3978", house.base
            )
        )
        await looked_at(phone, "not-me", look)
        await assert_no_key_is_left(house, "\n".join(logged), expected=(key,))


async def test_a_key_goes_dark_when_its_person_signs_out_everywhere(house: Living) -> None:
    visitor, card, path = await with_link(house)
    await visitor.prove(card, "alex")
    async with a_browser() as browser:
        context = await browser.new_context()
        await context.add_cookies(
            [{"name": one.key, "value": one.value, "url": house.base} for one in visitor.http.cookie_jar]
        )
        page = await context.new_page()
        await page.goto(f"{house.base}{path}")
        await page.get_by_role("button", name="Show key").click()
        await expect(page.locator(".digits").first).to_be_visible()

        await visitor.page("/sign-out-everywhere", {})

        await expect(page.locator(".digits")).to_have_count(0, timeout=60_000)
        await expect(page.locator("#over")).to_be_visible()


async def test_nothing_scrolls_sideways_in_german_on_a_small_phone(house: Living) -> None:
    """Its words are longer than the card is wide, unless they are broken."""
    visitor, card, path = await with_link(house)
    async with a_browser() as browser:
        page = await (await window(browser, "phone", "de-DE")).new_page()
        await page.goto(f"{house.base}/")
        await expect(page.locator("html[lang=de]")).to_have_count(1)
        await looked_at(page, "german-home", "phone")
        await page.goto(f"{house.base}{path}")
        await expect(page.get_by_role("heading", name="Ihr Wiederherstellungsschlüssel")).to_be_visible()
        await looked_at(page, "german-1-open", "phone")

        await visitor.prove(card, "alex")
        await page.context.add_cookies(
            [{"name": one.key, "value": one.value, "url": house.base} for one in visitor.http.cookie_jar]
        )
        await page.goto(f"{house.base}{path}")
        await expect(page.get_by_role("button", name="Schlüssel zeigen")).to_be_visible()
        await looked_at(page, "german-4-ready", "phone")


async def prove_and_see(house: Living, page: Page, number: str, look: Look) -> str:
    await page.wait_for_load_state()
    await looked_at(page, "unlock-1-open", look)
    await page.get_by_role("button", name="Continue").click()
    await looked_at(page, "unlock-2-prove", look)
    visitor = house.visitor()
    await page.fill("#number", number)
    await page.fill("#code", await visitor.code("alex"))
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name=NOBODY_ELSE).wait_for()
    await looked_at(page, "unlock-3-ask", look)
    await page.get_by_role("button", name=NOBODY_ELSE).click()
    await page.wait_for_selector("text=Show key")
    await looked_at(page, "unlock-4-ready", look)
    await page.get_by_role("button", name="Show key").click()
    await page.wait_for_selector(".digits")
    await looked_at(page, "unlock-5-key", look)
    groups: list[str] = await page.locator(".digits").all_inner_texts()
    assert re.fullmatch(r"\d:\d\d", await page.locator("#left").inner_text())
    return "-".join(groups)


async def test_the_key_is_covered_when_the_page_is_left_and_gone_when_its_time_is_up(house: Living) -> None:
    async with a_browser() as browser:
        context = await window(browser, "wide")
        await context.clock.install()
        visitor, path = await _ready(house)
        cookies = [
            {"name": cookie.key, "value": cookie.value, "url": f"{house.base}/unlock"}
            for cookie in visitor.http.cookie_jar
        ]
        await context.add_cookies(cookies)  # type: ignore[arg-type]  # playwright's own dict type
        page = await context.new_page()
        await page.goto(f"{house.base}{path}")
        await page.get_by_role("button", name="Show key").click()
        await page.wait_for_selector(".digits")

        await page.evaluate(
            "Object.defineProperty(document, 'hidden', {value: true}); document.dispatchEvent(new Event('visibilitychange'))"
        )
        await expect(page.locator(".digits").first).to_be_hidden()
        await page.get_by_role("button", name="Show it again").click()
        await expect(page.locator(".digits").first).to_be_visible()
        await context.clock.fast_forward(301_000)
        await expect(page.get_by_text("The key is hidden now.")).to_be_visible()
        assert await page.locator(".digits").count() == 0


async def _ready(house: Living) -> Any:
    from tests.app.test_unlock_page import ready  # noqa: PLC0415 - its helper, not its tests

    return await ready(house)


async def test_a_reload_goes_on_without_a_second_greeting_in_german_too(house: Living) -> None:
    async with a_browser() as browser:
        context = await window(browser, "wide", "de-DE")
        chat = await chat_in(context, house)
        await expect(chat.get_by_text("Hallo Alex").first).to_be_visible()
        await say(chat, "windows")
        await expect(chat.get_by_text("die ersten acht Zeichen").first).to_be_visible()
        await chat.reload()
        await expect(chat.get_by_text("die ersten acht Zeichen").first).to_be_visible()
        await chat.wait_for_timeout(500)

        assert await chat.locator(".webchat__basic-transcript__activity", has_text="Hallo Alex").count() == 1
        await looked_at(chat, "chat-german", "wide")


async def test_blocked_sockets_fall_back_to_polling(house: Living) -> None:
    async with a_browser() as browser:
        context = await window(browser, "wide")
        await context.add_init_script(
            "window.WebSocket = class extends EventTarget { constructor() { super(); this.readyState = 0; } send() {} close() {} };"
        )
        chat = await chat_in(context, house)

        await expect(chat.get_by_text("Hello Alex").first).to_be_visible(timeout=60_000)
        await say(chat, "windows")
        await expect(chat.get_by_text("first eight characters").first).to_be_visible(timeout=60_000)


async def test_the_widget_opens_the_chat_on_an_intranet_page_by_keyboard(house: Living) -> None:
    async with a_browser() as browser:
        context = await window(browser, "wide")
        await chat_in(context, house)
        page = await context.new_page()
        await page.route("**/intranet", lambda route: route.fulfill(
            content_type="text/html", body=f'<!doctype html><html lang="en"><title>Intranet</title><h1>Intranet</h1><script src="{house.base}/widget.js"></script>'
        ))  # fmt: skip
        await page.goto(f"{house.base}/intranet")

        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        frame = page.frame_locator("iframe")
        await expect(frame.get_by_text("Hello Alex").first).to_be_visible()
        await picture(page, "widget", "wide")
        await frame.locator(SEND_BOX).press("Escape")
        await expect(page.locator("iframe")).to_be_hidden()


async def test_signing_out_ends_the_chat_kindly(house: Living) -> None:
    async with a_browser() as browser:
        context = await window(browser, "wide")
        chat = await chat_in(context, house)
        other = await context.new_page()
        await other.goto(f"{house.base}/chat")
        await other.get_by_role("button", name="Sign out").click()

        await expect(chat.get_by_text("You are signed out.")).to_be_visible(
            timeout=90_000
        )  # the client takes up to 15 s to look again
        await looked_at(chat, "chat-signed-out", "wide")


@pytest.mark.parametrize("look", LOOKS)
async def test_the_chat_leads_to_signing_out_everywhere(house: Living, look: Look) -> None:
    elsewhere = house.visitor()
    await elsewhere.sign_in("alex")
    async with a_browser() as browser:
        chat = await chat_in(await window(browser, look), house)

        await chat.get_by_role("link", name="Sign out everywhere").click()
        await expect(chat.get_by_role("button", name="Only in this browser")).to_be_visible()
        await looked_at(chat, "sign-out-everywhere", look)
        await chat.get_by_role("button", name="Sign out everywhere").click()
        await expect(chat.get_by_role("heading", name="You are signed out")).to_be_visible()

    assert "Who are you?" in (await elsewhere.page("/chat"))[1]


async def test_a_tab_left_alone_leads_to_the_sign_in_and_shows_nothing_of_the_chat(house: Living) -> None:
    async with a_browser() as browser:
        context = await window(browser, "wide")
        chat = await chat_in(context, house)
        await expect(chat.get_by_text("Hello Alex").first).to_be_visible()

        house.clock.advance(30 * 60)
        await house.house.watch.round()

        await expect(chat.get_by_text("You are signed out.")).to_be_visible(timeout=90_000)
        assert "Hello Alex" not in await chat.content()
        assert "Signed in as" not in await chat.content()
        await chat.get_by_role("link", name="Sign in").click()
        await expect(chat.get_by_role("button", name="Alex Rivera")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
async def test_the_other_pages_are_in_order(house: Living, look: Look) -> None:
    async with a_browser() as browser:
        context = await window(browser, look)
        await chat_in(context, house)
        page = await context.new_page()
        for name, path in (
            ("stage", "/"),
            ("private", "/private"),
            ("sign-in", "/sign-in"),
            ("mac-locked", "/demo/pc/MAC-SAM"),
            ("gone", "/unlock/x"),
            ("missing", "/nothing"),
        ):
            await page.goto(f"{house.base}{path}")
            await page.wait_for_timeout(300)
            await looked_at(page, name, look)
