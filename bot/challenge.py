"""One challenge: a link, the browser that claimed it, the proof, the views. What it can be, and what can happen to it; never a key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.domain.devices import Device
from bot.domain.people import Network, PersonId
from bot.domain.release import Vouched
from bot.effects import GivenUp, Tell, Wake, Woken
from bot.flow import Step
from bot.news import VoidedBecause

LINK_LIVES = timedelta(minutes=5)
LINK_LIVES_AT_MOST = timedelta(minutes=15)
"""Whoever has begun to prove themselves may take their time at the provider, but not for ever."""
GRANT_LIVES = timedelta(minutes=15)
VIEW_LIVES = timedelta(minutes=5)
TRIES = 5
VIEWS, VIEWS_ON_A_SHARED_COMPUTER = 3, 1

Ending = Literal[
    "expired", "replaced", "not_proved", "insisted", "finished", "frozen", "denied", "signed_out", "changed_hands"
]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the challenge is about: one person, one device, the first key to be shown, and the conversation it came from.

    `sets`: each set of methods suffices as proof; the preferred one comes first. `decided`: by what, for the audit.
    `held`: what others have given already; `case`: in which agents did. Without a `number` none is asked: there is no
    chat that could show it.
    """

    challenge_id: str
    chat: str
    person: PersonId
    device: Device
    key_ref: str
    number: str
    sets: tuple[tuple[str, ...], ...]
    views_allowed: int = VIEWS
    decided: Mapping[str, str] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    case: int | None = None


@dataclass(frozen=True, slots=True)
class MakeChallenge:
    """Owed by a conversation that has found a key: give its person a link. `replaces` is voided; its tries are not given back.

    `vouched`: agents have made sure who it is. `session_since`: which of the sessions that speak in the conversation this
    is; None where the channel has one alone.
    """

    person: PersonId
    device: Device
    key_ref: str
    replaces: str | None = None
    on_shared_computer: bool = False
    vouched: Vouched | None = None
    network: Network = "unknown"
    session_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class OfferCandidate:
    """Owed by a conversation whose key did not work: let the page show another of the same device."""

    challenge_id: str
    key_ref: str


# Where a challenge can be


@dataclass(frozen=True, slots=True)
class Unmade:
    """`ended`: it was counted, and ended with the person's other links before it was made; so it never will be."""

    ended: Ending | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    offer: Offer
    until: datetime
    tries_left: int
    lives: float = LINK_LIVES.total_seconds()


@dataclass(frozen=True, slots=True)
class Claimed:
    """`browser` is the hash of the cookie of the browser that opened the link first.

    `proved`: the methods that held already. `chosen`: which of the offered sets the person is on. They
    declined those before it; any that is whole suffices all the same.
    `approval`: the one that is waited for.
    """

    offer: Offer
    made_at: datetime
    until: datetime
    tries_left: int
    browser: str
    last_try: str = ""
    number_held: bool = False
    proved: tuple[str, ...] = ()
    chosen: int = 0
    approval: str | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Somebody else's approval comes last: nobody is bothered for a person who has not proved themselves."""
        missing = (method for method in self.offer.sets[self.chosen] if method not in self.proved)
        return tuple(sorted(missing, key=lambda method: method == "approval"))


@dataclass(frozen=True, slots=True)
class Granted:
    """`unobserved`: the person said that nobody is telling them what to do. `view_until`: when the last view goes dark."""

    offer: Offer
    until: datetime
    browser: str
    methods: tuple[str, ...]
    views: int = 0
    view_until: datetime | None = None
    viewed_ref: str | None = None
    unobserved: bool = False
    outcome: bool | None = None


@dataclass(frozen=True, slots=True)
class Over:
    offer: Offer
    why: Ending
    tries_left: int = TRIES
    outcome: bool | None = None


State: TypeAlias = Unmade | Waiting | Claimed | Granted | Over


# What can happen to it


@dataclass(frozen=True, slots=True)
class Made:
    offer: Offer
    at: datetime
    tries_left: int = TRIES
    lives: float = LINK_LIVES.total_seconds()


@dataclass(frozen=True, slots=True)
class LinkClaimed:
    """`on_shared_computer`: as the browser says that claims it, whatever the conversation knows of its own."""

    browser: str
    at: datetime
    on_shared_computer: bool = False


@dataclass(frozen=True, slots=True)
class TryMade:
    """Counted before anything is compared."""

    browser: str
    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProofFailed:
    browser: str


@dataclass(frozen=True, slots=True)
class ProofGiven:
    """The number from the chat held, and so did these methods; there may be more to come.

    `renewed`: the browser has another secret from now on, and the one it came with is worth nothing.
    """

    browser: str
    methods: tuple[str, ...]
    at: datetime
    renewed: str | None = None


@dataclass(frozen=True, slots=True)
class DayUsedUp:
    """The person has tried too often today: nothing that is tried here will be looked at."""

    browser: str


@dataclass(frozen=True, slots=True)
class OtherSetAsked:
    """The person cannot prove themselves by this method, which their page asked for."""

    browser: str
    method: str


@dataclass(frozen=True, slots=True)
class ApprovalAwaited:
    """Somebody was asked to approve: the link lives as long as they may take."""

    approval_id: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ApprovalGiven:
    approval_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalFailed:
    """Nobody can give it any more."""

    approval_id: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Is someone on the phone or in a chat telling you what to do?"""

    browser: str
    somebody_insists: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Viewed:
    """The `nth` view of this grant is about to be shown."""

    browser: str
    nth: int
    at: datetime
    on_shared_computer: bool = False


@dataclass(frozen=True, slots=True)
class FoundDamaged: ...


@dataclass(frozen=True, slots=True)
class FoundOutOfReach:
    source: str


@dataclass(frozen=True, slots=True)
class FoundChangedHands:
    """The computer is no longer this person's: what they have proved is worth nothing there."""


@dataclass(frozen=True, slots=True)
class CandidateOffered:
    """The conversation offers another key of the same device; a live grant covers it."""

    key_ref: str


@dataclass(frozen=True, slots=True)
class OutcomePressed:
    browser: str
    worked: bool


@dataclass(frozen=True, slots=True)
class Finished:
    browser: str


@dataclass(frozen=True, slots=True)
class Voided:
    """Ended by somebody who tells the conversation themselves."""

    why: Ending


@dataclass(frozen=True, slots=True)
class LinksEnded:
    """All that are open for this person, from elsewhere: each conversation hears of it."""

    why: VoidedBecause


Event: TypeAlias = (
    Made | LinkClaimed | TryMade | ProofFailed | ProofGiven | DayUsedUp | OtherSetAsked | Asked | Viewed | FoundDamaged | FoundOutOfReach
    | FoundChangedHands | CandidateOffered | OutcomePressed | Finished | Voided | LinksEnded
    | ApprovalAwaited | ApprovalGiven | ApprovalFailed | Woken | GivenUp
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TellOwner:
    """Let the owner know, by another way than this, that the key was shown."""

    person: PersonId
    device_id: str
    device_name: str
    chat: str
    at: datetime
    widely: bool = False
    """At every address on record: the person proved nothing themselves."""
    aloud: bool = False
    """An agent saw it, and read it to them."""


Effect: TypeAlias = Tell | Wake | TellOwner
Next: TypeAlias = Step[State, Effect]


def flow_id(challenge_id: str) -> str:
    return f"challenge:{challenge_id}"
