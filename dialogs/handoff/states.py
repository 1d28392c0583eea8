"""With a human, or on the way to one."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.cases import Reason, Urgency


@dataclass(frozen=True, slots=True)
class OpeningCase:
    """`unsaid`: words that came before the case had its number. `opening` tells it from one that was given up."""

    reason: Reason
    urgency: Urgency = "normal"
    unsaid: tuple[str, ...] = ()
    opening: int = 0


@dataclass(frozen=True, slots=True)
class HandedOff:
    reason: Reason
    number: int
    answered: bool = False


State: TypeAlias = OpeningCase | HandedOff
