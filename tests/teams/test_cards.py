"""Everything that can be said, drawn for Teams in every language: valid cards, small, with a way for old clients."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft6Validator

from adapters.botframework.codec import write_activity
from adapters.teams import agent_cards, cards
from bot.agent_chat import CaseHere
from bot.domain.cases import WAITS, Agent, Case, Closed, Learnt, Reason, Taken
from bot.domain.people import PersonId
from bot.effects import Choice, Say
from dialogs.agents.words import PAUSE, deeds, facts_of
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


ELSEWHERE = (
    "choice.", "card.", "case.", "page.", "desk.", "mail.", "unlock.", "short.", "demo.", "enrol.", "approval.", "ticket.", "chat.",
)  # fmt: skip
"""On pages, in mails, in tickets: never said in a chat."""
TEXTS = [text for text in WORDS._sentences["en"] if not text.startswith(ELSEWHERE) or text.startswith("desk.refused.")]


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
    activity = write_activity(cards.case_card(replace(CASE, reason=reason), NOW, WAITS, WORDS, language))

    check(card_in(activity))
    assert "secret words" not in json.dumps(activity)
    assert "](" not in json.dumps(activity)


def test_the_agents_card_says_the_time_in_the_readers_own_zone() -> None:
    facts = card_in(write_activity(cards.case_card(CASE, NOW, WAITS, WORDS, "en")))["body"][1]["facts"]

    assert facts[5]["value"] == "{{DATE(2026-11-21T09:00:00Z, SHORT)}} {{TIME(2026-11-21T09:00:00Z)}}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_agents_card_says_who_has_the_case_and_that_it_is_closed(language: str) -> None:
    dana = Agent(PersonId("t", "dana"), "Dana [x](https://evil.org)")

    taken = json.dumps(write_activity(cards.case_card(CASE, NOW, Taken(dana, NOW), WORDS, language)))
    closed = json.dumps(write_activity(cards.case_card(CASE, NOW, Closed(dana, NOW, "solved"), WORDS, language)))

    assert "Dana" in taken
    assert "Dana" in closed
    assert taken != closed
    assert "](" not in taken


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


def test_the_agents_card_leads_to_the_case_at_the_desk_where_there_is_one() -> None:
    there = card_in(write_activity(cards.case_card(CASE, NOW, WAITS, WORDS, "en", "https://x/desk")))
    nowhere = card_in(write_activity(cards.case_card(CASE, NOW, WAITS, WORDS, "en")))

    check(there)
    assert [action["url"] for action in there["actions"] if "url" in action] == [f"https://x/desk/cases/{CASE.number}"]
    assert "actions" not in nowhere


def test_a_waiting_case_can_be_taken_where_there_is_a_desk_and_no_answer_is_posted_by_old_clients() -> None:
    dana = Agent(PersonId("t", "dana"), "Dana")

    waiting = card_in(write_activity(cards.case_card(CASE, NOW, WAITS, WORDS, "de", "https://x/desk")))
    taken = card_in(write_activity(cards.case_card(CASE, NOW, Taken(dana, NOW), WORDS, "de", "https://x/desk")))

    take = waiting["actions"][0]
    assert (take["type"], take["title"], take["fallback"]) == ("Action.Execute", "Übernehmen", "drop")
    assert take["data"]["choice"] == f"desk:take:{CASE.number}"
    assert [action["type"] for action in taken["actions"]] == ["Action.OpenUrl"]


# an agent's own chat

HERE = CaseHere(
    replace(CASE, urgency="urgent", learnt=Learnt("windows", "4A7C2E1F", "L", "LAPTOP [x](y)", ("vault",), ("k",), ("sign_in",), ("secret",))),
    NOW,
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["now", "waits", "called"])
def test_an_agent_gets_a_card_with_all_that_was_learnt_and_none_of_the_persons_words(language: str, what: str) -> None:
    say = Say("agents.case", {**facts_of(HERE), "what": what}, (*deeds(1001), PAUSE), language=language)

    activity = write_activity(agent_cards.message(say, WORDS, "https://x/desk"))

    card = card_in(activity)
    check(card)
    assert len(json.dumps(activity).encode("utf-16-le")) < cards.LARGEST
    assert actions(card)[-1]["url"] == "https://x/desk/cases/1001"
    shown = json.dumps(card, ensure_ascii=False)
    assert "](" not in shown
    assert "secret" not in shown
    assert {"4A7C2E1F", "vault"} <= {row["value"] for row in card["body"][1]["facts"]}
    assert all(row["value"] for row in card["body"][1]["facts"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_an_agents_chat_is_drawn_and_leads_to_the_case(language: str) -> None:
    facts = {**FACTS, "agent": "Dana [x](y)", "text": "**Sparekey**: [here](https://evil.org)"}
    for text in (text for text in TEXTS if text.startswith("agents.") and not text.startswith("agents.case")):
        plain = write_activity(agent_cards.message(Say(text, facts, language=language), WORDS, None))
        card = card_in(
            write_activity(
                agent_cards.message(Say(text, facts, deeds(1001), language=language), WORDS, "https://x/desk")
            )
        )

        check(card)
        assert actions(card)[-1]["url"] == "https://x/desk/cases/1001"
        assert plain["textFormat"] == "plain"


def test_that_there_is_a_picture_is_told_with_the_way_to_the_desk_and_without_the_picture() -> None:
    say = Say("agents.picture", {"name": "Kim [x](https://evil.org)", "case": "1001"})

    card = card_in(write_activity(agent_cards.message(say, WORDS, "https://x/desk")))

    check(card)
    assert [one["url"] for one in actions(card)] == ["https://x/desk/cases/1001"]
    assert "](" not in json.dumps(card)
    assert "Image" not in json.dumps(card)


def test_what_a_person_wrote_is_never_read_as_a_card() -> None:
    say = Say("agents.person_said", {"name": "Kim", "case": "1001", "text": "**bold** [here](https://evil.org)"})

    activity = write_activity(agent_cards.message(say, WORDS, "https://x/desk"))

    assert activity["text"] == "Kim (1001): **bold** [here](https://evil.org)"
    assert activity["textFormat"] == "plain"
    assert "attachments" not in activity
