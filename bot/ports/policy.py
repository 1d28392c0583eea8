"""Which proof suffices for whom, decided before a link is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bot.domain.devices import Device
from bot.domain.people import Network, PersonId
from bot.domain.release import WAIT


@dataclass(frozen=True, slots=True)
class Decision:
    """`sets`: each of them suffices, the preferred one first; none: a human. `about`: why, for the audit."""

    sets: tuple[tuple[str, ...], ...]
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReleaseDecision:
    """`agents`: how many have to make sure who it is, 0: none may. `own`: what the person proves themselves, where they can.

    `wait`: between the notices and a code, where they cannot. `aloud`: whether an agent may read it to them.
    """

    agents: int
    own: tuple[str, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    wait: timedelta = WAIT
    aloud: bool = False


class ReleasePolicy(Protocol):
    """Whether agents may release a key of this device to this person, and how many it takes."""

    async def release(self, person: PersonId, device: Device) -> ReleaseDecision: ...


class ProofPolicy(Protocol):
    async def decide(self, person: PersonId, device: Device, network: Network) -> Decision: ...
