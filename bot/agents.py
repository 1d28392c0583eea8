"""Who is an agent: a member of the agents' group, as the directory says now. What it does not say is no."""

from datetime import datetime, timedelta

from bot import standing
from bot.conductor import Conductor
from bot.domain.cases import Agent
from bot.domain.errors import SourceUnavailable, SparekeyError
from bot.domain.people import PersonId
from bot.ports.clock import Clock
from bot.ports.sources import Directory, Groups

REMEMBERED = timedelta(seconds=60)
MOST_REMEMBERED = 1_000


class NotAnAgent(SparekeyError):
    """Nothing of the desk is for this person."""


class RightsUnknown(NotAnAgent):
    """The directory did not answer, so nobody is an agent now."""


class Blocked(NotAnAgent):
    """They are frozen themselves: whoever acts in their name may be somebody else."""


class TooClose(SparekeyError):
    """Nobody vouches for themselves, their manager, or those who report to them."""


class Agents:
    """A yes is remembered for a minute at most; a no never is, and a freeze counts at once."""

    def __init__(self, groups: Groups, directory: Directory, group: str, conductor: Conductor, clock: Clock) -> None:
        self._groups, self._directory, self._group = groups, directory, group.casefold()
        self._conductor, self._clock = conductor, clock
        self._known: dict[PersonId, tuple[Agent, datetime, tuple[str, ...]]] = {}

    async def require(self, person: PersonId, *, as_of_now: bool = False) -> Agent:
        """Raises NotAnAgent. `as_of_now`: nothing remembered counts, where keys are released."""
        await self._require_unfrozen(person)
        known, now = self._known.get(person), self._clock.now()
        if known and not as_of_now and timedelta(0) <= now - known[1] < REMEMBERED:
            return known[0]
        self._known.pop(person, None)
        agent, groups = await self._looked_up(person)
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[person] = agent, now, groups
        return agent

    async def includes(self, person: PersonId) -> bool:
        """Good for what is shown, never for what is done. No, where it cannot be looked up."""
        try:
            await self.require(person)
        except NotAnAgent:
            return False
        return True

    async def groups(self, person: PersonId) -> tuple[str, ...]:
        """What the directory said when they last were asked for. Raises NotAnAgent."""
        await self.require(person)
        return self._known[person][2]

    async def require_stranger(self, agent: Agent, to: PersonId) -> None:
        """Raises TooClose, also where the directory does not know one of the two. Raises RightsUnknown."""
        try:
            own, theirs = await self._directory.person(agent.id), await self._directory.person(to)
        except SourceUnavailable as error:
            raise RightsUnknown from error
        if own is None or theirs is None or agent.id == to:
            raise TooClose
        if own.manager == to or theirs.manager == agent.id:
            raise TooClose

    async def _require_unfrozen(self, person: PersonId) -> None:
        found = await self._conductor.state(standing.of_person(person))
        if not isinstance(found, standing.Standing) or found.frozen is not None:
            raise Blocked

    async def _looked_up(self, person: PersonId) -> tuple[Agent, tuple[str, ...]]:
        try:
            found, groups = await self._directory.person(person), await self._groups.groups_of(person)
        except SourceUnavailable as error:
            raise RightsUnknown from error
        if groups is None:
            raise RightsUnknown
        if found is None or not found.enabled or self._group not in {group.casefold() for group in groups}:
            raise NotAnAgent
        return Agent(found.id, found.name), groups
