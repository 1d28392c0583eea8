"""Where a locked-out person can be. Stored as JSON between turns; names keys, holds none."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.domain.cases import Reason
from bot.domain.devices import Device, Platform
from bot.domain.key_id import TypedKeyId
from bot.domain.release import Vouched

MISSES_ALLOWED = 3


@dataclass(frozen=True, slots=True)
class AskingPlatform:
    """Windows or Mac?"""


@dataclass(frozen=True, slots=True)
class AskingKeyId:
    misses: int = 0
    hinted: bool = False


@dataclass(frozen=True, slots=True)
class Looking:
    """`confirmed`: the person has typed the digits behind a doubtful character."""

    platform: Platform
    key_id: TypedKeyId | None = None
    misses: int = 0
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class AskingMoreDigits:
    """One near match, or several exact ones: the next digits on the screen decide."""

    key_id: TypedKeyId
    misses: int


@dataclass(frozen=True, slots=True)
class PickingDevice:
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """The computer in front of the person, the key offered now, and those that did not open it.

    `vouched`: agents made sure that it is this person at this computer.
    """

    device: Device
    key_ref: str
    tried: tuple[str, ...] = ()
    vouched: Vouched | None = None


@dataclass(frozen=True, slots=True)
class MakingLink:
    target: Target
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Proving:
    """The link is out. `live` until it expires. `approval`: the person waits for somebody who approves."""

    target: Target
    challenge_id: str
    live: bool = True
    approval: bool = False


@dataclass(frozen=True, slots=True)
class AskingOutcome:
    """A key was shown: did it work? `shown` is false while the next candidate waits on the page to be looked at."""

    target: Target
    challenge_id: str
    views: int = 1
    spent: bool = False
    live: bool = True
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Solved:
    device_name: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """Nothing is left that the bot can do; whoever reads this hands over to a human."""

    reason: Reason
    because: Literal["person", "bot"] = "bot"


State: TypeAlias = (
    AskingPlatform | AskingKeyId | Looking | AskingMoreDigits | PickingDevice
    | MakingLink | Proving | AskingOutcome | Solved | Stuck
)  # fmt: skip
