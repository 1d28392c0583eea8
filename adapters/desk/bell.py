"""Who looks at the desk hears at once what has changed: a flow's id rings, and whoever listens for it wakes."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Wanted = Callable[[str], bool]


def typing_in(chat: str) -> str:
    """What rings when the person of a conversation is writing."""
    return f"typing:{chat}"


class Silenced(Exception):
    """Nothing will ring any more: we are being stopped."""


@dataclass(eq=False, slots=True)
class Ear:
    """What has rung since it was last asked. Much that happens at once wakes it once."""

    wanted: Wanted
    _rung: set[str] = field(default_factory=set)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _is_over: bool = False

    def hear(self, flow_id: str) -> None:
        if self.wanted(flow_id):
            self._rung.add(flow_id)
            self._woken.set()

    def end(self) -> None:
        self._is_over = True
        self._woken.set()

    async def wait(self, longest: float) -> frozenset[str]:
        """Empty: nothing has rung for so many seconds. Raises Silenced."""
        try:
            async with asyncio.timeout(longest):
                await self._woken.wait()
        except TimeoutError:
            return frozenset()
        if self._is_over:
            raise Silenced
        rung, self._rung = frozenset(self._rung), set()
        self._woken.clear()
        return rung


class Bell:
    def __init__(self) -> None:
        self._ears: set[Ear] = set()

    def ring(self, flow_id: str) -> None:
        """From where flows are remembered, so it costs next to nothing while nobody listens."""
        for ear in self._ears:
            ear.hear(flow_id)

    def silence(self) -> None:
        for ear in self._ears:
            ear.end()

    @contextmanager
    def listening(self, wanted: Wanted) -> Iterator[Ear]:
        ear = Ear(wanted)
        self._ears.add(ear)
        try:
            yield ear
        finally:
            self._ears.discard(ear)
