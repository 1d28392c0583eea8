"""What a challenge, a key change or a case tells the conversation it belongs to."""

from dataclasses import dataclass
from typing import Literal

RefusedBecause = Literal["limit", "frozen", "policy"]


@dataclass(frozen=True, slots=True)
class ChallengeReady:
    challenge_id: str
    number: str


@dataclass(frozen=True, slots=True)
class ChallengeRefused:
    """No link is given: too many of them, or somebody froze the person or the device. The person hears one sentence for both."""

    because: RefusedBecause


@dataclass(frozen=True, slots=True)
class LinkExpired:
    challenge_id: str


@dataclass(frozen=True, slots=True)
class Proved:
    challenge_id: str
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotProved:
    """The tries ran out."""

    challenge_id: str


@dataclass(frozen=True, slots=True)
class SomebodyInsists:
    """Asked before the key, the person said that somebody is telling them what to do."""

    challenge_id: str


@dataclass(frozen=True, slots=True)
class KeyShown:
    challenge_id: str
    key_ref: str


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
class CaseOpened:
    """`opening`: which asking for a case this answers."""

    number: int
    opening: int = 0
