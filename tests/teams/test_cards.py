"""Everything that can be said, drawn for Teams in every language: valid cards, small, with a way for old clients."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft6Validator

from adapters.botframework.codec import write_activity
from adapters.teams import cards
from bot.domain.cases import Case, Learnt, Reason
from bot.domain.people import PersonId
from bot.effects import Choice, Say
from dialogs.recovery.choices import ABOUT_LINK, ABOUT_PLATFORM
from dialogs.texts.catalogue import LANGUAGES, read_catalogue
from tests.dialogs.people import NOW

SCHEMA = json.loads((Path(__file__).parents[1] / "schemas" / "adaptive-card-1.5.0.json").read_text("utf-8"))
WORDS = read_catalogue({"home": "https://sparekey.example.org"})
LATER_THAN_1_4 = {"targetWidth", "labelFor", "Table", "rtl", "TargetElement", "Input.Rating"}
MANY = tuple(Choice(f"device:{number}", "choice.device", {"device": f"LAPTOP-{number}"}) for number in range(12))
FACTS = {
    "name": "Alexandra-Maria von und zu Hohenstein", "device": "LAPTOP-ALEX", "key_id": "4A7C 2E1F", "case": "1001",
    "number": "42", "position": "5", "typed": "8", "likely": "B", "choice": "Windows",
}  # fmt: skip


def address_of(challenge_id: str) -> str:
    return f"https://sparekey.example.org/unlock/{challenge_id}.{'x' * 43}"


def drawn(say: Say) -> dict[str, Any]:
    return write_activity(cards.message(say, WORDS, address_of))


def card_in(activity: dict[str, Any]) -> dict[str, Any]:
    card: dict[str, Any] = activity["attachments"][0]["content"]
    return card


def check(card: dict[str, Any]) -> None:
    """Valid as a card of 1.5, of which it claims the older 1.4 and uses nothing newer."""
    Draft6Validator(SCHEMA).validate(card)
    assert card["version"] == "1.4"
    assert not {name for name in LATER_THAN_1_4 if f'"{name}"' in json.dumps(card)}


def actions(card: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [block["actions"] for block in card["body"] if block["type"] == "ActionSet"]
    return [action for row in [card.get("actions", []), *rows] for action in row]


TEXTS = [text for text in WORDS._sentences["en"] if not text.startswith(("choice.", "card.", "case.", "page."))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("choices", [(), ABOUT_PLATFORM, MANY], ids=["no choice", "a few", "many"])
def test_every_sentence_is_a_small_message(language: str, choices: tuple[Choice, ...]) -> None:
    for text in TEXTS:
        activity = drawn(Say(text, FACTS, choices, language=language))

        assert len(json.dumps(activity).encode("utf-16-le")) < cards.LARGEST, text
        if choices:
            check(card_in(activity))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_with_the_link_opens_the_browser_and_is_small(language: str) -> None:
    activity = drawn(Say("recovery.prove.windows", FACTS, ABOUT_LINK, link="challenge", number="42", language=language))

    card = card_in(activity)
    check(card)
    assert actions(card)[0]["type"] == "Action.OpenUrl"
    assert actions(card)[0]["url"].startswith("https://sparekey.example.org/unlock/")
    assert len(json.dumps(activity).encode("utf-16-le")) < cards.LARGEST
    assert "text" not in activity


def test_every_button_has_a_fallback_for_clients_that_do_not_know_it() -> None:
    for button in actions(card_in(drawn(Say("reception.greeting", FACTS, ABOUT_PLATFORM)))):
        assert button["type"] == "Action.Execute"
        assert button["fallback"]["type"] == "Action.Submit"
        assert button["fallback"]["data"]["choice"] == button["data"]["choice"]


def test_no_row_has_more_buttons_than_a_client_shows() -> None:
    card = card_in(drawn(Say("recovery.pick_device", FACTS, MANY)))

    assert [len(block["actions"]) for block in card["body"] if block["type"] == "ActionSet"] == [5, 5, 2]
    assert len(actions(card)) == len(MANY)


def test_a_name_cannot_become_a_link() -> None:
    say = Say("reception.greeting", {"name": "[you](https://evil.org)"}, ABOUT_PLATFORM)

    assert "](" not in json.dumps(card_in(drawn(say)))


CASE = Case(
    1001,
    "chat:1",
    PersonId("t", "alex"),
    "Alex [x](https://evil.org)",
    "asked",
    "normal",
    "en",
    "teams",
    Learnt(words=("secret words",)),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", get_args(Reason))
def test_agents_get_a_card_for_every_reason(language: str, reason: Reason) -> None:
    activity = write_activity(cards.case_card(replace(CASE, reason=reason), NOW, WORDS, language))

    check(card_in(activity))
    assert "secret words" not in json.dumps(activity)
    assert "](" not in json.dumps(activity)


def test_the_agents_card_says_the_time_in_the_readers_own_zone() -> None:
    facts = card_in(write_activity(cards.case_card(CASE, NOW, WORDS, "en")))["body"][1]["facts"]

    assert facts[5]["value"] == "{{DATE(2026-11-21T09:00:00Z, SHORT)}} {{TIME(2026-11-21T09:00:00Z)}}"


def test_the_answer_to_a_button_is_a_card_or_a_note() -> None:
    whole = cards.chosen({"choice": "windows", "title": "Windows", "said": "Which computer?"}, WORDS, "de")
    note = cards.chosen({"choice": "human", "title": "Mensch"}, WORDS, "de")

    assert isinstance(whole["value"], dict)
    check(whole["value"])
    assert note["value"] == "✓ Mensch"


@pytest.mark.parametrize(
    "data", [{}, {"title": 3, "said": ["x"]}, {"title": "x" * 10_000, "said": "y" * 100_000}, {"title": "\x00\n"}]
)
def test_the_answer_to_a_button_stays_small_whatever_the_client_says(data: dict[str, object]) -> None:
    assert len(json.dumps(cards.chosen(data, WORDS, "en"))) < 4_000
