"""What agents vouched for: that this person, at this computer, is who they say, how they made sure, and what is still asked.

An agent's word is a method of proof (`vouching`), a second agent's another (`second_agent`). Neither ever suffices alone:
beside one stands what the person proves themselves, and where they can prove nothing, two agents have to be sure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.domain.cases import Agent
from bot.domain.devices import Device
from bot.domain.people import PersonId

HowSure = Literal["in_person", "video_with_document"]
WhyAloud = Literal["no_device", "no_network", "cannot_use"]
"""Why the person cannot have a page of their own: no other screen, none that reaches us, none that they can use."""
RELEASE_LIVES = timedelta(hours=1)
"""From the last agent's word: links and codes are given within it."""
WAIT = timedelta(minutes=10)
"""Between the notices and the code, where the person proves nothing themselves: time for the owner to object."""
CODES_AT_MOST = 5
ALOUD_LIVES = timedelta(minutes=10)
"""From the end of the wait: whoever is to read the key stands beside the person already."""


@dataclass(frozen=True, slots=True)
class Word:
    """An agent's word. `note` is masked."""

    by: Agent
    how: HowSure
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """`own`: what the person proves themselves besides; nothing where they cannot, with the phone gone.

    `agents`: how many have to be sure. `decided`: why, for the audit. `aloud`: an agent reads the key to them, and why.
    `id`: no other proposal has it, so that nobody's yes counts for one that they have not seen.
    """

    id: str
    device: Device
    key_ref: str
    own: tuple[str, ...]
    agents: int
    decided: Mapping[str, str] = field(default_factory=dict)
    wait: float = WAIT.total_seconds()
    aloud: WhyAloud | None = None

    @property
    def methods(self) -> tuple[str, ...]:
        return (*self.own, *held_by(self.agents))


@dataclass(frozen=True, slots=True)
class Proposed:
    """One agent is sure; the plan asks for another's word."""

    plan: Plan
    first: Word


@dataclass(frozen=True, slots=True)
class Reading:
    """The one that there is. `id`: of the page that has it. `worked`: what became of it, once somebody said so."""

    id: str
    at: datetime
    worked: bool | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """`told_at`: when the notices had gone out. `challenge_id`: of the last code, under which it is known to nobody.

    `spent`: it worked, or somebody told the person what to do; or the key was seen, where agents alone stood for them.
    `reading`: where it was an agent who saw the key.
    """

    plan: Plan
    words: tuple[Word, ...]
    at: datetime
    told_at: datetime | None = None
    codes: int = 0
    challenge_id: str | None = None
    spent: bool = False
    reading: Reading | None = None

    @property
    def until(self) -> datetime:
        end, opens = self.at + RELEASE_LIVES, self.opens_at
        return min(end, opens + ALOUD_LIVES) if self.plan.aloud and opens else end

    @property
    def by_agents_alone(self) -> bool:
        return not self.plan.own

    @property
    def opens_at(self) -> datetime | None:
        """None: the notices have not gone out yet."""
        if not self.by_agents_alone:
            return self.at
        return self.told_at + timedelta(seconds=self.plan.wait) if self.told_at else None


Release: TypeAlias = Proposed | Agreed


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a conversation is told: agents are sure of this person at this device, so these methods are enough.

    `word_at`: when the first of them said so. A no that came after it they cannot have cleared up.
    """

    case: int
    person: PersonId
    device_id: str
    methods: tuple[str, ...]
    held: tuple[str, ...]
    until: datetime
    decided: Mapping[str, str] = field(default_factory=dict)
    word_at: datetime | None = None

    def holds(self, person: PersonId, device_id: str, at: datetime) -> bool:
        return (self.person, self.device_id) == (person, device_id) and at < self.until


def held_by(agents: int) -> tuple[str, ...]:
    return ("vouching", "second_agent")[:agents]
