"""What we say, drawn for Teams: Adaptive Cards 1.4 that every client can show, small, and never with a key in them."""

from collections.abc import Mapping
from datetime import datetime

from botbuilder.schema import ActivityTypes, Attachment

from adapters.botframework.utterance import CARD, AddressOf, Saying, card_of_link, no_links
from adapters.notices.letters import Sentences
from bot.agent_chat import choice_of
from bot.domain.cases import Case, Closed, Stage, Taken, Waits
from bot.domain.tidy import kept
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
        card, said = card_of([text_block(text)]), no_links(text)
    else:
        card, said = card_of_link(say, text, words, address_of(say.link)), ""
    buttons = [button(choice, words.phrase(say.language, choice.text, choice.facts), said) for choice in say.choices]
    add_actions(card, buttons)
    activity.attachments = [Attachment(content_type=CARD, content=card)]
    activity.summary = text
    return activity


def chosen(data: Mapping[str, object], words: Words, language: str) -> JsonObject:
    """The answer to a pressed button: its card, without buttons and with what was chosen; or a short note.

    What a button says of its card came back from the client: it is shown to that person alone, as plain words.
    """
    title, said = _plain(data.get("title"), 80), _plain(data.get("said"), 2_000)
    told = words.phrase(language, "teams.chosen", {"choice": title})
    if not said:
        return note(told)
    return {"statusCode": 200, "type": CARD, "value": card_of([text_block(said), text_block(told, isSubtle=True)])}


def pressed(value: object) -> Mapping[str, object] | None:
    """The data of a button of ours, as an invoke brings it."""
    action = value.get("action") if isinstance(value, dict) else None
    data = action.get("data") if isinstance(action, dict) and action.get("verb") == VERB else None
    return data if isinstance(data, dict) and isinstance(data.get("choice"), str) else None


def note(text: str) -> JsonObject:
    """A short answer to whoever pressed, and to nobody else."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text}


def case_card(
    case: Case, since: datetime, stage: Stage, words: Words, language: str, desk: str | None = None
) -> Saying:
    """For agents: who waits and why, and the way to it at the desk, if there is one.

    No words of the person, no Key ID: a channel keeps what is posted there.
    """

    def phrase(text: str, **facts: str) -> str:
        return words.phrase(language, f"case.{text}", facts)

    waits_urgently = isinstance(stage, Waits) and (case.urgency == "urgent" or stage.late)
    agent = "" if isinstance(stage, Waits) else stage.by.name
    into = str(stage.into) if isinstance(stage, Closed) else ""
    title = phrase(_title(case, stage), case=str(case.number), agent=agent, into=into)
    facts = {
        "who": case.name,
        "reason": phrase(f"reasons.{case.reason}"),
        "device": case.learnt.device_name or phrase("unknown"),
        "language": phrase(f"languages.{case.language if case.language in words.languages else 'en'}"),
        "channel": phrase(f"channels.{case.channel}"),
        "since": f"{{{{DATE({since:%Y-%m-%dT%H:%M:%SZ}, SHORT)}}}} {{{{TIME({since:%Y-%m-%dT%H:%M:%SZ})}}}}",
        "messages": str(len(case.learnt.words)),
    }
    if case.team:
        facts["team"] = case.team
    if case.wish and not isinstance(stage, Closed):
        facts["wish"] = phrase(f"wishes.{case.wish.what}")
    rows = [{"title": phrase(name), "value": no_links(value)} for name, value in facts.items()]
    colour = "Attention" if waits_urgently else "Default"
    heading = text_block(title, weight="Bolder", size="Medium", color=colour)
    card = card_of([heading, {"type": "FactSet", "facts": rows}])
    if desk is not None:
        url = f"{desk}/cases/{case.number}"
        actions: list[JsonObject] = [{"type": "Action.OpenUrl", "title": phrase("open_desk"), "url": url}]
        card["actions"] = [_take(case.number, phrase("take")), *actions] if isinstance(stage, Waits) else actions
    return Saying(
        type=ActivityTypes.message,
        summary=no_links(title),
        locale=language,
        attachments=[Attachment(content_type=CARD, content=card)],
    )


def _take(number: int, title: str) -> JsonObject:
    """Execute alone: only it can answer whoever pressed so that nobody else in the channel reads it. A Submit would have to post.

    A client that does not know it has the way to the desk.
    """
    data = {"choice": choice_of("take", number), "title": title}
    return {"type": "Action.Execute", "title": title, "verb": VERB, "data": data, "fallback": "drop"}


def notice(said: Sentences) -> Saying:
    """For the owner: what was done under their name, and the one button that stops it."""
    title = said.of_role("subject")
    rows: list[JsonObject] = [{"title": name, "value": no_links(value)} for name, value in said.rows]
    card = card_of(
        [
            text_block(title, weight="Bolder", size="Medium"),
            text_block(said.of_role("what")),
            {"type": "FactSet", "facts": rows},
            text_block(said.of_role("fine")),
            text_block(said.of_role("otherwise")),
        ]
    )
    card["actions"] = [{"type": "Action.OpenUrl", "title": said.button, "url": said.link}]
    return Saying(
        type=ActivityTypes.message,
        summary=title,
        locale=said.language,
        attachments=[Attachment(content_type=CARD, content=card)],
    )


def _title(case: Case, stage: Stage) -> str:
    match stage:
        case Waits(late):
            return ("title_urgent" if case.urgency == "urgent" else "title") + ("_late" if late else "")
        case Taken(silent=silent):
            return "title_silent" if silent else "title_taken"
        case Closed(into=int()):
            return "title_merged"
        case Closed():
            return "title_closed"


def in_public(say: Say, words: Words, app_id: str) -> Saying:
    """In a group or a channel: how to find our own chat, and nothing about anybody."""
    text = words.phrase(say.language, say.text, say.facts)
    card = card_of([text_block(text)])
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


def button(choice: Choice, title: str, said: str) -> JsonObject:
    """Execute answers in place; a client that does not know it falls back to Submit."""
    data = {"choice": choice.id, "title": title}
    submit = {"type": "Action.Submit", "title": title, "data": data}
    more = {"said": said} if said else {}
    return {"type": "Action.Execute", "title": title, "verb": VERB, "data": {**data, **more}, "fallback": submit}


def add_actions(card: JsonObject, buttons: list[JsonObject]) -> None:
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


def card_of(body: list[JsonObject]) -> JsonObject:
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": body,
    }


def text_block(text: str, **more: object) -> JsonObject:
    return {"type": "TextBlock", "text": no_links(text), "wrap": True, **more}


def _plain(value: object, longest: int) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(letter for letter in kept(value, longest).text if letter.isprintable())
