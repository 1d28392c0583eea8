"""What a human needs to know to go on where the bot could not. It names keys and never holds one."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bot.domain.devices import Platform
from bot.domain.people import PersonId

Reason = Literal[
    "asked", "no_match", "no_key", "source_silent", "not_proved", "limit", "frozen", "still_locked", "damaged_key",
    "insisted", "lost_or_stolen", "not_me", "pasted_key", "broken", "unknown_person", "policy",
    "denied", "called", "changed_hands", "disowned", "insisted_today",
]  # fmt: skip
Urgency = Literal["normal", "urgent"]
Outcome = Literal["solved", "not_solved", "not_proved", "not_needed"]
"""`not_proved`: the agent could not make sure that it is them; what was released for them is void."""
Ending = Literal[Outcome, "merged"]
"""What no agent chooses: the case goes on in another of the same person."""


Instead = Literal["call_back", "not_waiting"]
"""What people may want instead of waiting in the chat. Called is the number on record alone, and a call proves nothing."""


@dataclass(frozen=True, slots=True)
class Wish:
    what: Instead
    at: datetime


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
class Chat:
    """A conversation of the person with us. `left`: somebody else sits there now."""

    id: str
    channel: str
    left: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """`chat` and `channel`: where the person last wrote, and hears the agent. `others`: where they wrote as well.

    `wish`: None while the person waits in the chat. `team`: for whom it waits, where there are several.
    """

    number: int
    chat: str
    person: PersonId
    name: str
    reason: Reason
    urgency: Urgency
    language: str
    channel: str
    learnt: Learnt
    wish: Wish | None = None
    team: str = ""
    others: tuple[Chat, ...] = ()

    @property
    def chats(self) -> tuple[str, ...]:
        """All of them, the one where they last wrote first."""
        return (*((self.chat,) if self.chat else ()), *(other.id for other in self.others))


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody of the helpdesk, by the name that people read: it may change, and they are the same."""

    id: PersonId
    name: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Note:
    """What agents tell each other about a case. Masked at the desk, and never for the person."""

    by: Agent
    at: datetime
    text: str


# Where a case stands with the agents


@dataclass(frozen=True, slots=True)
class Waits:
    """`late`: for longer than it should."""

    late: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """`silent`: the person waits for an answer, and the agent has been reminded of it. `handed_by`: who had it before."""

    by: Agent
    at: datetime
    silent: bool = False
    handed_by: Agent | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """`into`: the case in which it goes on, where it was merged. `tags`: what it was about, by their ids."""

    by: Agent
    at: datetime
    outcome: Ending
    into: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """From when a case was closed to when it was opened again. What was said meanwhile is none of its agents' business."""

    begun: datetime
    ended: datetime


Stage: TypeAlias = Waits | Taken | Closed
WAITS = Waits()
