"""Where no source of risk is configured, it is unknown; the policy says what that means."""

from bot.domain.people import PersonId
from bot.domain.policy import Risk


class NoRiskSource:
    async def risk_of(self, person: PersonId) -> Risk:
        del person
        return "unknown"
