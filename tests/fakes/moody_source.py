import asyncio

from bot.domain.devices import Findings
from bot.domain.errors import DamagedKey, SourceUnavailable
from bot.domain.people import PersonId
from bot.domain.recovery_key import RecoveryKeyKind
from bot.domain.secret import Secret
from bot.ports.sources import KeySource


class MoodySource:
    """The real source behind it, as long as it is in the mood."""

    def __init__(self, real: KeySource) -> None:
        self.real, self.name = real, real.name
        self.is_silent = False
        self.delay = 0.0
        self.damaged: set[str] = set()

    async def devices_of(self, person: PersonId) -> Findings:
        self._speak()
        await asyncio.sleep(self.delay)
        return await self.real.devices_of(person)

    async def knows_key_id(self, digits: str) -> bool:
        self._speak()
        return await self.real.knows_key_id(digits)

    async def by_key_id(self, beginnings: tuple[str, ...]) -> Findings:
        self._speak()
        return await self.real.by_key_id(beginnings)

    async def fetch(self, key_ref: str) -> tuple[RecoveryKeyKind, Secret]:
        self._speak()
        if key_ref in self.damaged:
            raise DamagedKey
        return await self.real.fetch(key_ref)

    def _speak(self) -> None:
        if self.is_silent:
            raise SourceUnavailable(self.name)
