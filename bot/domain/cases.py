"""What a human needs to know to go on where the bot could not. It names keys and never holds one."""

from dataclasses import dataclass, field
from typing import Literal

from bot.domain.devices import Platform
from bot.domain.people import PersonId

Reason = Literal[
    "asked", "no_match", "no_key", "source_silent", "not_proved", "limit", "frozen", "still_locked", "damaged_key",
    "insisted", "lost_or_stolen", "not_me", "pasted_key", "broken", "unknown_person", "policy",
]  # fmt: skip
Urgency = Literal["normal", "urgent"]


@dataclass(frozen=True, slots=True)
class Learnt:
    """Everything that the person told us and that we found out, so that nobody asks it again."""

    platform: Platform | None = None
    key_id_typed: str | None = None
    device_id: str | None = None
    device_name: str | None = None
    silent_sources: tuple[str, ...] = ()
    keys_tried: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    words: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Case:
    number: int
    chat: str
    person: PersonId
    name: str
    reason: Reason
    urgency: Urgency
    language: str
    channel: str
    learnt: Learnt
