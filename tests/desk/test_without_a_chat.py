"""Whoever came by a code of the desk has no chat and an agent before them: no page sends them into a chat, or takes the agent for a thief."""

import re

import pytest

from dialogs.texts.catalogue import LANGUAGES, read_catalogue
from tests.app.living import Living
from tests.app.visitor import Visitor, link_of, number_of
from tests.desk.agent import at_desk
from tests.desk.test_attacks import phone, typed, with_code


async def by_code_and_sign_in(house: Living) -> tuple[Visitor, str]:
    """One agent is sure, and Alex proves the rest: where the code led."""
    dana = await at_desk(house, "dana")
    await dana.open("alex")
    await dana.release(1001, "alex")
    await house.pass_time(61)
    alex = await phone(house)
    _, path = await typed(alex, await dana.code(1001) or "")
    return alex, path


def words(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page.partition("<main")[2])


async def test_a_page_that_has_ended_leads_a_caller_to_the_helpdesk(house: Living) -> None:
    _, code = await with_code(house)
    alex = await phone(house)
    _, path = await typed(alex, code)
    await house.pass_time(16 * 60)

    _, page = await alex.page(path)

    assert "This link no longer works" in page
    assert "chat" not in words(page)
    assert "helpdesk" in words(page)


async def test_a_second_browser_of_a_caller_is_not_told_of_a_button_in_a_chat(house: Living) -> None:
    _, code = await with_code(house)
    alex = await phone(house)
    _, path = await typed(alex, code)

    _, page = await house.visitor().page(path)

    assert "open in another browser" in page
    assert "chat" not in words(page)
    assert "helpdesk" in words(page)


async def test_a_caller_who_cannot_prove_themselves_is_led_to_the_agent(house: Living) -> None:
    alex, path = await by_code_and_sign_in(house)

    _, first = await alex.page(path)
    _, over = await alex.page(f"{path}/other", {"method": "authenticator"})

    assert "Prove that it is you" in first
    assert "We could not confirm" in over
    for page in (first, over):
        assert "chat" not in words(page)
        assert "helpdesk" in words(page)


async def test_whoever_sits_before_an_agent_is_not_asked_as_if_that_were_a_fraud(house: Living) -> None:
    _, code = await with_code(house)
    alex = await phone(house)
    _, path = await typed(alex, code)

    _, page = await alex.page(path)

    assert "Is someone on the phone" in page
    assert "We do not mean the colleague from the helpdesk" in page
    assert "No, nobody else" in page


async def test_whoever_talks_with_an_agent_in_the_chat_is_asked_about_everybody_else(house: Living) -> None:
    alex = house.visitor()
    await alex.sign_in("alex")
    await alex.enter()
    await alex.say("human")
    await alex.until("Your case number is 1001")
    dana = await at_desk(house, "dana")
    await dana.take(1001)
    await dana.release(1001, "alex")
    link = await alex.until("I have found the key")

    path = link_of(link)
    await alex.page(f"{path}/claim", {})
    _, page = await alex.page(f"{path}/prove", {"number": number_of(link), "code": await alex.code("alex")})

    assert "We do not mean the colleague from the helpdesk" in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    ["gone.words", "elsewhere.words", "no_tries.words", "no_more.words", "prove.cannot", "prove.cannot_sign_in", "prove.too_soon_minutes",
     "ready.none_left", "ready.unavailable"],
)  # fmt: skip
def test_every_sentence_that_names_the_chat_has_one_for_whoever_has_none(language: str, text: str) -> None:
    said = read_catalogue({"home": "https://x"}).phrase(language, f"unlock.{text}_by_code", {"n": "2"})

    assert "Chat" not in said.title()
    assert "Helpdesk" in said.title()
