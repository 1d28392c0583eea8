"""Whether an agent may speak for somebody now: only just after a fresh sign-in of their own, for this case, in this browser.

It says nothing of their rights. Those are asked by every deed itself.
"""

import secrets
from datetime import timedelta
from math import ceil

from bot import agent_sign_in
from bot.agent_sign_in import Permitted
from bot.conductor import Conductor
from bot.domain.errors import ProofRefused, SparekeyError
from bot.domain.people import PersonId
from bot.ports.clock import Clock
from bot.ports.sessions import Session


class SignInFirst(SparekeyError):
    """No fresh sign-in, too late, for another case, or in another browser."""


class Vouching:
    def __init__(self, conductor: Conductor, clock: Clock) -> None:
        self._conductor, self._clock = conductor, clock

    async def permit(self, session: Session, signed_in: PersonId, case: int) -> None:
        """A fresh sign-in that the provider vouches for. Raises ProofRefused."""
        agent, token = session.principal.id, secrets.token_hex(8)
        if signed_in != agent:
            refused = agent_sign_in.StepUpRefused(agent, case)
            await self._conductor.handle(agent_sign_in.of_agent(agent), refused, f"refused/{token}")
            raise ProofRefused
        event = agent_sign_in.SteppedUp(agent, case, session.id, self._clock.now())
        await self._conductor.handle(agent_sign_in.of_agent(agent), event, f"stepped_up/{token}")

    async def left(self, session: Session, case: int) -> timedelta:
        """How long this browser may still speak for this agent in this case. No side effect."""
        found, now = await self._conductor.state(agent_sign_in.of_agent(session.principal.id)), self._clock.now()
        if not isinstance(found, Permitted) or not found.covers(case, session.id, now):
            return timedelta(0)
        return found.until - now

    async def minutes_left(self, session: Session, case: int) -> int:
        return ceil((await self.left(session, case)).total_seconds() / 60)

    async def require(self, session: Session, case: int) -> None:
        """Raises SignInFirst."""
        if await self.left(session, case) <= timedelta(0):
            raise SignInFirst
