"""Counts tries to prove who one is, for the person, the network they come from and everybody, before anybody looks at the proof.

Whoever fails again and again has to wait, longer each time; running out of tries leads to a human, never away from one.
Where a network or everybody failed often, only those wait who have failed themselves: nobody waits for a stranger's guesses.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from bot import limits, standing
from bot.conductor import Conductor
from bot.domain.errors import ProofRefused
from bot.domain.people import PersonId
from bot.limits import Moment
from bot.ports.clock import Clock
from bot.standing import ProofHeld, ProofTried, Standing, TryHeld

NO_NETWORK = ""
log = structlog.get_logger()


class TooSoon(ProofRefused):
    """Nothing was compared: it would have been too soon after what failed."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too soon")
        self.wait = wait


class NoTriesToday(ProofRefused):
    """Nothing was compared: the day's tries are used up."""


class Tries:
    def __init__(self, conductor: Conductor, clock: Clock) -> None:
        self._conductor, self._clock = conductor, clock

    async def count(self, person: PersonId, network: str, try_id: str) -> None:
        """Raises TooSoon, NoTriesToday."""
        now = self._clock.now()
        asked = ProofTried(try_id, now)
        own = await self._told(standing.of_person(person), asked, f"try/{try_id}")
        if not limits.was_allowed(own, try_id):
            wait = asked.wait_after(own)
            raise TooSoon(wait) if wait else NoTriesToday
        counted = [standing.of_person(person)]
        for subject, asked in self._with_others(network, try_id, now):
            theirs = await self._told(subject, asked, f"try/{try_id}")
            if asked.alarms and len(theirs) >= asked.free:
                log.error("many failures everywhere", failures=len(theirs))
            if not limits.was_allowed(theirs, try_id) and len(own) > 1:
                for one in counted:
                    await self._told(one, TryHeld(try_id), f"not made/{try_id}")
                raise TooSoon(asked.wait_after(theirs) or limits.LONGEST_WAIT)
            counted.append(subject)

    async def held(self, person: PersonId, network: str, try_id: str, *, whole: bool) -> None:
        """What held was no failure; where the proof is `whole`, what failed before is forgotten as well."""
        about = ProofHeld() if whole else TryHeld(try_id)
        await self._told(standing.of_person(person), about, f"held/{try_id}")
        for subject, _ in self._with_others(network, try_id, self._clock.now()):
            await self._told(subject, TryHeld(try_id), f"held/{try_id}")

    @staticmethod
    def _with_others(network: str, try_id: str, now: datetime) -> Iterator[tuple[str, ProofTried]]:
        if network != NO_NETWORK:
            yield standing.of_network(network), ProofTried(try_id, now, limits.FREE_IN_A_NETWORK, at_most=None)
        yield standing.TRIES_OF_ALL, ProofTried(try_id, now, limits.FREE_EVERYWHERE, at_most=None, alarms=True)

    async def _told(self, flow_id: str, event: object, event_id: str) -> tuple[Moment, ...]:
        state = await self._conductor.handle(flow_id, event, event_id)
        return state.tries if isinstance(state, Standing) else ()
