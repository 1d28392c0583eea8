"""What an activity of Teams says to us: a person came, a person said something, or nothing that concerns us."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ActivityTypes

from adapters.botframework.handler import HearingHandler, heard_in
from adapters.teams import cards
from bot.domain.speech import Heard
from bot.domain.tidy import kept

CARD_PRESSED = "adaptiveCard/action"
_MENTION = re.compile(r"<at\b[^>]{0,200}>[^<]{0,200}</at>", re.IGNORECASE)
_INLINE = re.compile(
    r"</?(?:a|b|big|code|del|em|font|i|ins|kbd|mark|s|samp|small|span|strike|strong|sub|sup|tt|u|var|wbr)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
_MARK = re.compile(r"<[a-z/!][^<>]*>", re.IGNORECASE)
_NOTED = "sparekey.heard"


@dataclass(frozen=True, slots=True)
class Came:
    """The person installed us, or opened our chat for the first time."""


@dataclass(frozen=True, slots=True)
class Went:
    """The person removed us from their own chat."""


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """An invoke that we do not know; it wants to be told so."""


@dataclass(frozen=True, slots=True)
class Writes:
    """The person is writing; what, is not known yet."""


Heed: TypeAlias = Came | Went | Writes | Heard | Unanswerable | None


class TeamsHandler(HearingHandler):
    """Edits, deletions, reactions, and members that come and go say nothing to us."""

    def __init__(self) -> None:
        super().__init__(note)

    async def on_turn(self, turn_context: TurnContext) -> None:
        activity = turn_context.activity
        match activity.type:
            case ActivityTypes.message:
                activity.text = words_of(activity)
                await super().on_turn(turn_context)
            case ActivityTypes.typing:
                turn_context.turn_state[_NOTED] = Writes()
            case ActivityTypes.invoke if activity.name == CARD_PRESSED:
                data = pressed(activity)
                turn_context.turn_state[_NOTED] = heard_in(Activity(value=data)) if data else Unanswerable()
            case ActivityTypes.invoke:
                turn_context.turn_state[_NOTED] = Unanswerable()
            case ActivityTypes.installation_update if activity.action in ("add", "add-upgrade"):
                turn_context.turn_state[_NOTED] = Came()
            case ActivityTypes.installation_update if activity.action == "remove":
                turn_context.turn_state[_NOTED] = Went()
            case ActivityTypes.conversation_update if _added_us(activity):
                turn_context.turn_state[_NOTED] = Came()
            case _:
                pass


async def note(context: TurnContext, heard: Heard) -> None:
    context.turn_state[_NOTED] = heard


def noted(context: TurnContext) -> Heed:
    found = context.turn_state.get(_NOTED)
    return found if isinstance(found, Came | Went | Writes | Heard | Unanswerable) else None


def words_of(activity: Activity) -> str:
    """Teams mixes marks of its editor into what was typed. They go before anything looks for a key in it."""
    text = _MENTION.sub(" ", (activity.text or "")[:20_000])
    if activity.text_format == "xml":
        text = " ".join(_MARK.sub(" ", _INLINE.sub("", text)).split())
    return html.unescape(text).replace("\xa0", " ").replace("\u200b", "")


def pressed(activity: Activity) -> Mapping[str, object] | None:
    """The data of a button of ours."""
    return cards.pressed(activity.value)


def title_of(activity: Activity) -> str:
    """What stood on the button that was pressed, masked: it came from the client."""
    data = pressed(activity) or (activity.value if isinstance(activity.value, dict) else {})
    title = data.get("title")
    return kept(title, 80).text if isinstance(title, str) else ""


def _added_us(activity: Activity) -> bool:
    us = activity.recipient.id if activity.recipient else None
    return any(member.id == us for member in activity.members_added or ())
