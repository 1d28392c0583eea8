"""What we say, drawn for Teams: Adaptive Cards 1.4 that every client can show, small, and never with a key in them."""

from collections.abc import Mapping
from datetime import datetime

from botbuilder.schema import ActivityTypes, Attachment

from adapters.botframework.utterance import CARD, AddressOf, Saying, card_of_link, no_links
from bot.domain.cases import Case
from bot.domain.key_mask import mask_recovery_keys
from bot.effects import Choice, Say
from bot.ports.words import Words

VERB = "choose"
LARGEST = 25 * 1024
"""Bytes of one activity; Teams' own limit is higher, and differs from page to page of its documentation."""
IN_A_ROW = 5
JsonObject = dict[str, object]


def message(say: Say, words: Words, address_of: AddressOf) -> Saying:
    """Plain words where nothing can be chosen, a card where something can."""
    text = words.phrase(say.language, say.text, say.facts)
    activity = Saying(type=ActivityTypes.message, locale=say.language, input_hint="acceptingInput")
    if say.link is None and not say.choices:
        activity.text, activity.text_format = text, "plain"
        return activity
    if say.link is None:
        card, said = _card([_text(text)]), no_links(text)
    else:
        card, said = card_of_link(say, text, words, address_of(say.link)), ""
    buttons = [_button(choice, words.phrase(say.language, choice.text, choice.facts), said) for choice in say.choices]
    _add_actions(card, buttons)
    activity.attachments = [Attachment(content_type=CARD, content=card)]
    activity.summary = text
    return activity


def chosen(data: Mapping[str, object], words: Words, language: str) -> JsonObject:
    """The answer to a pressed button: its card, without buttons and with what was chosen; or a short note.

    What a button says of its card came back from the client: it is shown to that person alone, as plain words.
    """
    title, said = _plain(data.get("title"), 80), _plain(data.get("said"), 2_000)
    note = words.phrase(language, "teams.chosen", {"choice": title})
    if not said:
        return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": note}
    return {"statusCode": 200, "type": CARD, "value": _card([_text(said), _text(note, isSubtle=True)])}


def case_card(case: Case, since: datetime, words: Words, language: str) -> Saying:
    """For agents: who waits and why. No words of the person, no Key ID: a channel keeps what is posted there."""

    def phrase(text: str, **facts: str) -> str:
        return words.phrase(language, f"case.{text}", facts)

    title = phrase("title_urgent" if case.urgency == "urgent" else "title", case=str(case.number))
    facts = {
        "who": case.name,
        "reason": phrase(f"reasons.{case.reason}"),
        "device": case.learnt.device_name or phrase("unknown"),
        "language": phrase(f"languages.{case.language}"),
        "channel": phrase(f"channels.{case.channel}"),
        "since": f"{{{{DATE({since:%Y-%m-%dT%H:%M:%SZ}, SHORT)}}}} {{{{TIME({since:%Y-%m-%dT%H:%M:%SZ})}}}}",
        "messages": str(len(case.learnt.words)),
    }
    rows = [{"title": phrase(name), "value": no_links(value)} for name, value in facts.items()]
    colour = "Attention" if case.urgency == "urgent" else "Default"
    heading = _text(title, weight="Bolder", size="Medium", color=colour)
    card = _card([heading, {"type": "FactSet", "facts": rows}])
    return Saying(
        type=ActivityTypes.message,
        summary=title,
        locale=language,
        attachments=[Attachment(content_type=CARD, content=card)],
    )


def in_public(say: Say, words: Words, app_id: str) -> Saying:
    """In a group or a channel: how to find our own chat, and nothing about anybody."""
    text = words.phrase(say.language, say.text, say.facts)
    card = _card([_text(text)])
    title = words.phrase(say.language, "teams.open_chat", {})
    card["actions"] = [
        {"type": "Action.OpenUrl", "title": title, "url": f"https://teams.microsoft.com/l/chat/0/0?users=28:{app_id}"}
    ]
    return Saying(
        type=ActivityTypes.message,
        summary=text,
        locale=say.language,
        attachments=[Attachment(content_type=CARD, content=card)],
    )


def _button(choice: Choice, title: str, said: str) -> JsonObject:
    """Execute answers in place; a client that does not know it falls back to Submit."""
    data = {"choice": choice.id, "title": title}
    submit = {"type": "Action.Submit", "title": title, "data": data}
    more = {"said": said} if said else {}
    return {"type": "Action.Execute", "title": title, "verb": VERB, "data": {**data, **more}, "fallback": submit}


def _add_actions(card: JsonObject, buttons: list[JsonObject]) -> None:
    """Clients hide what does not fit into one row of actions, so a longer list stands in rows of its own."""
    first = card.get("actions")
    actions = [*(first if isinstance(first, list) else []), *buttons]
    if len(actions) <= IN_A_ROW:
        card["actions"] = actions
        return
    body = card["body"]
    if isinstance(body, list):
        rows = [actions[at : at + IN_A_ROW] for at in range(0, len(actions), IN_A_ROW)]
        body += [{"type": "ActionSet", "actions": row} for row in rows]
    card.pop("actions", None)


def _card(body: list[JsonObject]) -> JsonObject:
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": body,
    }


def _text(text: str, **more: object) -> JsonObject:
    return {"type": "TextBlock", "text": no_links(text), "wrap": True, **more}


def _plain(value: object, longest: int) -> str:
    if not isinstance(value, str):
        return ""
    return mask_recovery_keys("".join(letter for letter in value[:longest] if letter.isprintable())).text
