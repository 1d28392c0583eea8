"""Keeps the seeds of authenticator apps: one that counts for each person, and those that wait for their first code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.people import PersonId
from bot.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The seed that counts. `since` None: nobody noted it. `usable_from` None: at once."""

    seed_id: str
    since: datetime | None
    usable_from: datetime | None

    def is_usable(self, at: datetime) -> bool:
        return self.usable_from is None or at >= self.usable_from


class Seeds(Protocol):
    async def enrolled(self, person: PersonId) -> Enrolled | None: ...

    async def prepare(self, person: PersonId, seed_id: str) -> Secret:
        """A new seed that proves nothing yet. It is handed out here and never again."""

    async def try_first_code(self, person: PersonId, seed_id: str, code: str, at: datetime) -> int:
        """The counter that the code is of. Raises ProofRefused."""

    async def activate(
        self, person: PersonId, seed_id: str, counter: int, since: datetime, usable_from: datetime
    ) -> None:
        """From now on the seed counts, and no other. Asked again, it changes nothing."""

    async def remove(self, person: PersonId, seed_id: str) -> None:
        """Only this seed, not one that came after it."""

    async def forget(self, person: PersonId, seed_id: str) -> None:
        """One that nobody confirmed."""
