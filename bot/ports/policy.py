"""Which proof suffices for whom, decided before a link is made."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.devices import Device
from bot.domain.people import PersonId


@dataclass(frozen=True, slots=True)
class Decision:
    """`sets`: each of them suffices, the preferred one first; none: a human. `why` is for the audit."""

    sets: tuple[tuple[str, ...], ...]
    why: str


class ProofPolicy(Protocol):
    async def decide(self, person: PersonId, device: Device) -> Decision: ...
