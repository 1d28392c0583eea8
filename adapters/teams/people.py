"""Who wrote: the gate has checked the id, the directory says who that is. Looked up once a minute at most."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.cases import Reason
from bot.domain.errors import SourceUnavailable
from bot.domain.people import PersonId, Principal
from bot.ports.clock import Clock
from bot.ports.sources import Directory

TRUSTED_FOR = timedelta(minutes=1)
KEPT_FOR = timedelta(minutes=10)
"""While the directory is silent, its last answer about somebody counts so long."""
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Caller:
    """`turned_away`: why this person can only be brought to a human."""

    principal: Principal
    language: str | None = None
    turned_away: Reason | None = None


class Callers:
    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory, self._clock = directory, clock
        self._known: OrderedDict[PersonId, tuple[datetime, Caller]] = OrderedDict()

    async def who(self, person: PersonId, name: str) -> Caller:
        """`name` is what the channel calls them: used for those whom the directory does not know."""
        now = self._clock.now()
        known = self._known.get(person)
        if known is not None and now - known[0] < TRUSTED_FOR:
            return known[1]
        caller = await self._ask(person, name, now)
        if caller.turned_away == "source_silent":
            is_recent = known is not None and now - known[0] < KEPT_FOR
            return known[1] if known is not None and is_recent else caller
        self._known[person] = (now, caller)
        self._known.move_to_end(person)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return caller

    async def _ask(self, person: PersonId, name: str, now: datetime) -> Caller:
        stranger = Principal(person, name, name.partition(" ")[0], "teams", now)
        try:
            found = await self._directory.person(person)
        except SourceUnavailable:
            return Caller(stranger, None, "source_silent")  # not let through: they might be disabled
        if found is None or not found.enabled:
            return Caller(stranger, None, "unknown_person")
        return Caller(Principal(person, found.name, found.given_name, "teams", now), found.language)
