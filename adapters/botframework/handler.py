"""From an activity to what the core hears: text masked at the door, a choice checked, everything else let pass."""

from collections.abc import Awaitable, Callable

from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.schema import Activity, ActivityTypes

from bot.domain.speech import Heard
from bot.domain.tidy import kept

LONGEST_CHOICE = 80
_FILES = ("image/", "application/vnd.microsoft.teams.file.download.info")


class HearingHandler(ActivityHandler):
    """Calls back with what was heard. Edits, deletions, reactions and unknown kinds say nothing."""

    def __init__(self, hear: Callable[[TurnContext, Heard], Awaitable[None]]) -> None:
        self._hear = hear

    async def on_turn(self, turn_context: TurnContext) -> None:
        """Messages are heard; the stock handling of invokes and events has nothing to do here."""
        if turn_context.activity.type == ActivityTypes.message:
            await super().on_turn(turn_context)

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        heard = heard_in(turn_context.activity)
        if heard.text or heard.choice or heard.photo:
            await self._hear(turn_context, heard)


def heard_in(activity: Activity) -> Heard:
    masked = kept(activity.text or "")
    return Heard(masked.text, _choice(activity.value), _has_photo(activity), masked.found)


def _choice(value: object) -> str | None:
    choice = value.get("choice") if isinstance(value, dict) else None
    return choice if isinstance(choice, str) and 0 < len(choice) <= LONGEST_CHOICE and choice.isprintable() else None


def _has_photo(activity: Activity) -> bool:
    """A picture, or a file that was picked in Teams. Nothing is fetched."""
    return any((attachment.content_type or "").startswith(_FILES) for attachment in activity.attachments or ())
