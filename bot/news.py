"""What a challenge, a key change or a case tells the conversation it belongs to."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.domain.devices import Device
from bot.domain.hours import When
from bot.domain.release import Vouched

VoidedBecause = Literal["signed_out", "denied", "insisted"]
RefusedBecause = Literal["limit", "frozen", "policy", "denied", "insisted_today"]


@dataclass(frozen=True, slots=True)
class ChallengeReady:
    challenge_id: str
    number: str


@dataclass(frozen=True, slots=True)
class ChallengeRefused:
    """No link is given: too many, a freeze, the policy, or an approver or the person said something for which only a human helps today."""

    because: RefusedBecause


@dataclass(frozen=True, slots=True)
class LinkExpired:
    challenge_id: str


@dataclass(frozen=True, slots=True)
class LinkVoided:
    """Ended from elsewhere, with every other link and grant of this person: they signed out everywhere, or somebody said no."""

    challenge_id: str
    why: VoidedBecause


@dataclass(frozen=True, slots=True)
class Proved:
    challenge_id: str
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotProved:
    """The tries ran out."""

    challenge_id: str


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """The person's page waits for somebody who approves: the conversation is not closed meanwhile."""

    challenge_id: str


@dataclass(frozen=True, slots=True)
class ApprovalDenied:
    """Somebody who was asked says that this is not right."""

    challenge_id: str


@dataclass(frozen=True, slots=True)
class SomebodyInsists:
    """Asked before the key, the person said that somebody is telling them what to do."""

    challenge_id: str


@dataclass(frozen=True, slots=True)
class KeyShown:
    """`is_last`: the grant has no more views."""

    challenge_id: str
    key_ref: str
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class KeyDamaged:
    challenge_id: str
    key_ref: str


@dataclass(frozen=True, slots=True)
class KeyOutOfReach:
    """The source that holds the key did not answer when the page asked."""

    challenge_id: str
    source: str


@dataclass(frozen=True, slots=True)
class ComputerChangedHands:
    """When the page asked for the key the computer was no longer this person's: their link has ended."""

    challenge_id: str


@dataclass(frozen=True, slots=True)
class OutcomeGiven:
    """Pressed on the page: it worked, or it did not."""

    challenge_id: str
    worked: bool


@dataclass(frozen=True, slots=True)
class GrantEnded:
    challenge_id: str


@dataclass(frozen=True, slots=True)
class KeyChanged:
    device_name: str


@dataclass(frozen=True, slots=True)
class KeyChangeImpossible:
    device_name: str


@dataclass(frozen=True, slots=True)
class Opening:
    """The next one, by the clock of the desk."""

    day: When
    date: str
    time: str
    zone: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """`place`: None where nobody takes cases one after the other. `desk`: unknown where no hours are promised.

    `team`: whose place and hours these are, where there are several.
    """

    place: int | None = None
    desk: Literal["open", "closed", "unknown"] = "unknown"
    opens: Opening | None = None
    team: str = ""


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """`opening`: which asking for a case this answers."""

    number: int
    opening: int = 0
    waiting: Waiting = Waiting()


@dataclass(frozen=True, slots=True)
class PlaceFound:
    number: int
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class CaseLate:
    """Nobody has taken it in the time that was meant for that."""

    number: int


@dataclass(frozen=True, slots=True)
class CaseTaken:
    number: int
    agent: str


@dataclass(frozen=True, slots=True)
class CaseHandedOver:
    """`agent`: who has it from now on."""

    number: int
    agent: str


@dataclass(frozen=True, slots=True)
class CaseToTeam:
    """`team`: for whom it waits from now on."""

    number: int
    team: str


@dataclass(frozen=True, slots=True)
class CaseReopened:
    number: int
    agent: str


@dataclass(frozen=True, slots=True)
class CasePutBack:
    number: int


@dataclass(frozen=True, slots=True)
class AgentSaid:
    """Words of whoever has the case, masked at the desk."""

    number: int
    agent: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseReturned:
    """The agent went silent, so the case waits for another."""

    number: int
    agent: str


@dataclass(frozen=True, slots=True)
class CaseMerged:
    """`into`: the case of theirs in which this one goes on. `agent`: who has that, if somebody does."""

    number: int
    into: int
    agent: str = ""


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """`chat`: where they last wrote, and are asked how it was. Empty: wherever they hear this."""

    number: int
    solved: bool
    chat: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseEnded:
    """The agents have taken their word back."""

    number: int


@dataclass(frozen=True, slots=True)
class ReleaseFrozen:
    """The person, or the device, was frozen, or one of the agents, or the person gets no link today for what was said.

    No word and no code from before counts any more.
    """

    what: Literal["frozen", "agent_frozen", "insisted_today", "denied"] = "frozen"


@dataclass(frozen=True, slots=True)
class Released:
    """Agents are sure that it is this person: with what they still prove themselves the key may be shown."""

    vouched: Vouched
    device: Device
    key_ref: str


OfCase: TypeAlias = (
    AgentSaid
    | CaseLate
    | CaseTaken
    | CaseHandedOver
    | CaseToTeam
    | CaseReopened
    | CasePutBack
    | CaseReturned
    | CaseMerged
    | CaseClosed
)
"""Of whom the person hears from now on."""
