"""Which proof suffices for whom, decided before a link is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.devices import Device
from bot.domain.people import PersonId


@dataclass(frozen=True, slots=True)
class Decision:
    """`sets`: each of them suffices, the preferred one first; none: a human. `about`: why, for the audit."""

    sets: tuple[tuple[str, ...], ...]
    about: Mapping[str, str] = field(default_factory=dict)


class ProofPolicy(Protocol):
    async def decide(self, person: PersonId, device: Device) -> Decision: ...
