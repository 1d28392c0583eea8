"""Looks for a person's keys, among their own devices only, and says which source did not answer."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot import limits, standing
from bot.conductor import Conductor, Task
from bot.domain.devices import Findings, Platform
from bot.domain.errors import SourceUnavailable
from bot.domain.people import PersonId
from bot.ports.clock import Clock
from bot.ports.sources import KeySource


@dataclass(frozen=True, slots=True)
class FindKeys:
    """Owed by a conversation: what does this person own? `digits`: the Key ID as typed, for the audit's sake.

    `session_since`: as of `MakeChallenge`.
    """

    person: PersonId
    platform: Platform
    digits: str | None = None
    session_since: datetime | None = None


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
        if not await self._within_limits(wanted, task):
            return TooManyLookUps()
        try:
            findings, elsewhere = await asyncio.gather(
                self._source.devices_of(wanted.person), self._source.knows_key_id(wanted.digits or "-")
            )
        except SourceUnavailable as error:
            return KeysFound(Findings(silent=(error.source,)))
        own = tuple(device for device in findings.devices if device.platform == wanted.platform)
        return KeysFound(Findings(own, findings.silent), elsewhere)

    async def _within_limits(self, wanted: FindKeys, task: Task) -> bool:
        for subject, at_most in (
            (standing.of_session(task.flow_id, wanted.session_since), limits.LOOK_UPS_A_DAY),
            (standing.of_person(wanted.person), limits.LOOK_UPS_OF_ONE_A_DAY),
        ):
            asked = standing.LookUpAsked(task.id, self._clock.now(), at_most)
            after = await self._conductor.handle(subject, asked, f"look/{task.id}")
            if not isinstance(after, standing.Standing) or not limits.was_allowed(after.look_ups, task.id):
                return False
        return True
