"""A way for a person to prove who they are, now."""

from datetime import datetime
from typing import Protocol

from bot.domain.people import PersonId


class Proof(Protocol):
    name: str

    async def prove(self, person: PersonId, answer: str, at: datetime) -> None:
        """Raises ProofRefused. What proved once never proves again."""
