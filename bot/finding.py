"""Looks for a person's keys, among their own devices only, and says which source did not answer."""

import asyncio
from dataclasses import dataclass

from bot import limits, standing
from bot.conductor import Conductor, Task
from bot.domain.devices import Findings, Platform
from bot.domain.errors import SourceUnavailable
from bot.domain.people import PersonId
from bot.ports.clock import Clock
from bot.ports.sources import KeySource


@dataclass(frozen=True, slots=True)
class FindKeys:
    """Owed by a conversation: what does this person own? `digits`: the Key ID as typed, for the audit's sake."""

    person: PersonId
    platform: Platform
    digits: str | None = None


@dataclass(frozen=True, slots=True)
class KeysFound:
    """`elsewhere`: the digits begin somebody's Key ID. Nobody but the auditor learns whether it was another's."""

    findings: Findings
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class TooManyLookUps: ...


class Finder:
    def __init__(self, conductor: Conductor, source: KeySource, clock: Clock) -> None:
        self._conductor, self._source, self._clock = conductor, source, clock

    async def find(self, task: Task) -> KeysFound | TooManyLookUps:
        wanted = task.effect
        if not isinstance(wanted, FindKeys):
            raise TypeError
        if not await self._within_limit(wanted.person, task.id):
            return TooManyLookUps()
        try:
            findings, elsewhere = await asyncio.gather(
                self._source.devices_of(wanted.person), self._source.knows_key_id(wanted.digits or "-")
            )
        except SourceUnavailable as error:
            return KeysFound(Findings(silent=(error.source,)))
        own = tuple(device for device in findings.devices if device.platform == wanted.platform)
        return KeysFound(Findings(own, findings.silent), elsewhere)

    async def _within_limit(self, person: PersonId, id_: str) -> bool:
        asked = standing.LookUpAsked(id_, self._clock.now())
        after = await self._conductor.handle(standing.of_person(person), asked, f"look/{id_}")
        return isinstance(after, standing.Standing) and limits.was_allowed(after.look_ups, id_)
