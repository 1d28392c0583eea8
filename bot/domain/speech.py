"""What comes in from a channel, in our own words: a conversation begins, a person says something."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.cases import Reason
from bot.domain.people import Principal

Channel = Literal["webchat", "teams"]
Unfit = Literal["kind", "large", "many"]
"""Why a picture is not passed on: it is none that we know, too large, or one too many."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the person said. `text` has been masked at the door: `had_key` tells that a recovery key stood in it.

    `choice` is the id of the button that was pressed, if one was. `shown`: so many of their pictures wait for the agent
    who has their case. `unfit`: why another does not.
    """

    text: str = ""
    choice: str | None = None
    photo: bool = False
    had_key: bool = False
    shown: int = 0
    unfit: Unfit | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A person came into the conversation. The greeting is said once a conversation, not once a connection.

    `chat` is the id of the conversation itself. Where every message says anew who speaks (Teams), what was said comes
    along as `first`. `turned_away`: why this person can only be brought to a human.
    """

    chat: str
    principal: Principal
    channel: Channel
    language: str
    first: Heard | None = None
    turned_away: Reason | None = None


@dataclass(frozen=True, slots=True)
class SpokenTo:
    """Somebody wrote to us where others read along."""

    language: str
