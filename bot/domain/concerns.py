"""Why a case that waits is somebody's concern beside the agents'."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.cases import Reason, Urgency

Why = Literal["late", "returned", "untaken"]
"""The time for a first answer is over · an agent went silent · nobody has taken it for long."""


@dataclass(frozen=True, slots=True)
class Concern:
    number: int
    why: Why


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """What supervisors are told: nobody's name, no computer and no word of the person."""

    number: int
    whys: tuple[Why, ...]
    reason: Reason
    urgency: Urgency
    since: datetime
