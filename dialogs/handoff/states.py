"""With a human, or on the way to one."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.cases import Instead, Reason, Urgency


@dataclass(frozen=True, slots=True)
class OpeningCase:
    """`unsaid`: words that came before the case had its number. `opening` tells it from one that was given up."""

    reason: Reason
    urgency: Urgency = "normal"
    unsaid: tuple[str, ...] = ()
    opening: int = 0


@dataclass(frozen=True, slots=True)
class HandedOff:
    """`wish`: what they want instead of waiting here."""

    reason: Reason
    number: int
    answered: bool = False
    wish: Instead | None = None


@dataclass(frozen=True, slots=True)
class WithHuman:
    """An agent has the conversation, whatever the bot was about: what is typed is theirs, the bot hears buttons only."""

    number: int
    agent: str


State: TypeAlias = OpeningCase | HandedOff
