"""What an agent reads in their own chat, drawn for Teams: a case as a card with the way to the desk, and words as words."""

from botbuilder.schema import ActivityTypes, Attachment

from adapters.botframework.utterance import CARD, Saying, no_links
from adapters.teams.cards import JsonObject, add_actions, button, card_of, text_block
from bot.effects import Say
from bot.ports.words import Words

CASE, PICTURE = "agents.case", "agents.picture"


def message(say: Say, words: Words, desk: str | None) -> Saying:
    """Plain words where nothing can be chosen: what a person wrote is never read as a card's Markdown. `desk`: its address."""
    activity = Saying(type=ActivityTypes.message, locale=say.language, input_hint="acceptingInput")
    is_case = say.text == CASE
    text = _title(say, words) if is_case else words.phrase(say.language, say.text, say.facts)
    if not say.choices and not (desk and say.text == PICTURE):
        activity.text, activity.text_format = text, "plain"
        return activity
    body: list[JsonObject] = [text_block(text, weight="Bolder", size="Medium") if is_case else text_block(text)]
    if is_case:
        body += [{"type": "FactSet", "facts": _rows(say, words)}]
        body += [text_block(words.phrase(say.language, f"{CASE}.{say.facts['what']}", say.facts))]
        body += [text_block(words.phrase(say.language, f"{CASE}.keys", {}), isSubtle=True)]
    card = card_of(body)
    buttons = [button(one, words.phrase(say.language, one.text, one.facts), "") for one in say.choices]
    if desk is not None and "case" in say.facts:
        title, url = words.phrase(say.language, "case.open_desk", {}), f"{desk}/cases/{say.facts['case']}"
        buttons.append({"type": "Action.OpenUrl", "title": title, "url": url})
    add_actions(card, buttons)
    activity.attachments = [Attachment(content_type=CARD, content=card)]
    activity.summary = no_links(text)
    return activity


def _title(say: Say, words: Words) -> str:
    urgent = "_urgent" if say.facts["urgency"] == "urgent" else ""
    return words.phrase(say.language, f"{CASE}.title{urgent}", say.facts)


def _rows(say: Say, words: Words) -> list[JsonObject]:
    """What is not known is left out, but for the computer: that it is not known says something."""

    def phrase(text: str) -> str:
        return words.phrase(say.language, f"case.{text}", {})

    def method(name: str) -> str:
        return words.phrase(say.language, f"desk.method.{name}", {})

    facts, since = say.facts, say.facts["since"]
    values = {
        "who": facts["name"],
        "reason": phrase(f"reasons.{facts['reason']}"),
        "device": facts["device"] or phrase("unknown"),
        "key_id": facts["key_id"],
        "proof": ", ".join(method(name) for name in facts["proof"].split()),
        "tried": facts["tried"] if facts["tried"] != "0" else "",
        "silent": facts["silent"],
        "language": phrase(f"languages.{facts['language'] if facts['language'] in words.languages else 'en'}"),
        "channel": phrase(f"channels.{facts['channel']}"),
        "since": f"{{{{DATE({since}, SHORT)}}}} {{{{TIME({since})}}}}",
    }
    return [{"title": phrase(name), "value": no_links(value)} for name, value in values.items() if value]
