"""Whether somebody's account may be in other hands, as far as anybody can tell."""

from typing import Protocol

from bot.domain.people import PersonId
from bot.domain.policy import Risk


class RiskSource(Protocol):
    async def risk_of(self, person: PersonId) -> Risk:
        """`unknown` where it cannot be told; the policy says what that means."""
