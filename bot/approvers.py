"""Who approves for a person: the directory names their manager; where there is none who can, security does. Never the person."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot import standing
from bot.domain.people import Person, PersonId
from bot.ports.sources import Directory, Groups

LEVELS = 20
"""So far up a chain of managers is looked for the person themselves."""


@dataclass(frozen=True, slots=True)
class Approvers:
    """`security_group`: as the directory names it; None where nobody of security approves. `recall`: a flow as it stands."""

    directory: Directory
    groups: Groups
    recall: Callable[[str], Awaitable[object]]
    security_group: str | None = None

    @property
    def has_security(self) -> bool:
        return self.security_group is not None

    async def within_reach(self, person: PersonId) -> bool:
        """Raises SourceUnavailable."""
        return self.has_security or await self.manager_of(person) is not None

    async def manager_of(self, person: PersonId) -> Person | None:
        """None for one who is missing, unknown, disabled, without an address, led by the person, or frozen. Raises SourceUnavailable."""
        found = await self.directory.person(person)
        if found is None or found.manager is None or found.manager == person:
            return None
        manager = await self.directory.person(found.manager)
        if manager is None or not manager.enabled or not manager.mail:
            return None
        if await self.is_frozen(manager.id) or await self._leads_back(manager, person):
            return None
        return manager

    async def is_frozen(self, approver: PersonId) -> bool:
        """They would find nothing to approve, and the person would wait for them in vain."""
        found = await self.recall(standing.of_person(approver))
        return isinstance(found, standing.Standing) and found.frozen is not None

    async def is_security(self, approver: PersonId, person: PersonId) -> bool:
        """May they approve for this person as one of security? Not for themselves, and not for their own manager."""
        if self.security_group is None or approver == person:
            return False
        found = await self.directory.person(approver)
        if found is None or not found.enabled or found.manager == person:
            return False
        named = await self.groups.groups_of(approver)
        return self.security_group.casefold() in {group.casefold() for group in named or ()}

    async def _leads_back(self, manager: Person, person: PersonId) -> bool:
        """Two who lead each other could each let the other in. A chain without an end counts as one that leads back."""
        above: Person | None = manager
        for _ in range(LEVELS):
            if above is None or above.manager is None:
                return False
            if above.manager == person:
                return True
            above = await self.directory.person(above.manager)
        return True
