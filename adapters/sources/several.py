"""Many key sources as one: asks all at once, says who did not answer, and never takes silence for "no key"."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from bot.domain.devices import Device, Findings
from bot.domain.errors import SourceUnavailable
from bot.domain.people import PersonId
from bot.domain.recovery_key import RecoveryKeyKind
from bot.domain.secret import Secret
from bot.ports.sources import KeySource

T = TypeVar("T")
PATIENCE = 8.0
"""Seconds for one source: with what comes after it, the person has an answer within ten."""


class Several:
    """Every source begins its keys' references with its own name, so a reference says whom to ask."""

    name = "several"

    def __init__(self, sources: Iterable[KeySource], patience: float = PATIENCE) -> None:
        self._sources = {source.name: source for source in sources}
        self._patience = patience

    async def devices_of(self, person: PersonId) -> Findings:
        return await self._together(lambda source: source.devices_of(person))

    async def by_key_id(self, beginnings: tuple[str, ...]) -> Findings:
        return await self._together(lambda source: source.by_key_id(beginnings))

    async def _together(self, ask: Callable[[KeySource], Awaitable[Findings]]) -> Findings:
        asked = (self._ask(source, partial(ask, source)) for source in self._sources.values())
        answers = await asyncio.gather(*asked, return_exceptions=True)
        devices: dict[str, Device] = {}
        silent: list[str] = []
        for name, answer in zip(self._sources, answers, strict=True):
            match answer:
                case Findings():
                    silent += answer.silent
                    for device in answer.devices:
                        _merge(devices, device)
                case SourceUnavailable():
                    silent.append(name)
                case _:
                    raise answer
        return Findings(tuple(devices.values()), tuple(silent))

    async def knows_key_id(self, digits: str) -> bool:
        asked = (self._ask(source, partial(source.knows_key_id, digits)) for source in self._sources.values())
        answers = await asyncio.gather(*asked, return_exceptions=True)
        return any(answer is True for answer in answers)

    async def fetch(self, key_ref: str) -> tuple[RecoveryKeyKind, Secret]:
        source = self._sources[key_ref.partition(":")[0]]
        return await self._ask(source, partial(source.fetch, key_ref))

    async def _ask(self, source: KeySource, question: Callable[[], Awaitable[T]]) -> T:
        """The question is put here and not before: a caller who goes at that very moment leaves nothing half asked."""
        try:
            async with asyncio.timeout(self._patience):
                return await question()
        except TimeoutError as error:
            raise SourceUnavailable(source.name) from error


def _merge(devices: dict[str, Device], device: Device) -> None:
    known = devices.get(device.id)
    devices[device.id] = replace(known, keys=known.keys + device.keys) if known else device
