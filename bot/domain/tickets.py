"""What a ticket system may know of a case. There is no field for a key, a Key ID, the person's words or a link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.cases import Ending, Reason, Urgency
from bot.domain.people import PersonId

TicketStage = Literal["waiting", "call_back", "not_waiting", "taken", "released", "closed"]
"""The first three wait for an agent."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What stays the same. `id` is ours, and no other case has it or ever had it, also not before the numbers began anew."""

    id: str
    number: int
    person: PersonId
    name: str
    reason: Reason
    urgency: Urgency
    device_name: str | None
    language: str
    channel: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of the case, counted from 1 without gaps: the last one is how it stands.

    `into`: where it goes on, if merged. `team`: that has it at that moment, where there are several.
    """

    nth: int
    stage: TicketStage
    outcome: Ending | None = None
    at: datetime | None = None
    into: int | None = None
    tags: tuple[str, ...] = ()
    team: str = ""

    def id_in(self, ticket: Ticket) -> str:
        return f"{ticket.id}-{self.nth}"


@dataclass(frozen=True, slots=True)
class Written:
    """Where the ticket is: the other system's own id, and the name by which people find it there."""

    id: str
    name: str
