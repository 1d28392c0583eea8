"""Performs what is owed and due: timers, second attempts, and what a crash left behind. No deed waits for a slow channel."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.conductor import Conductor
from bot.limits import WINDOW
from bot.memory import LEASE
from bot.ports.clock import Clock
from bot.ports.store import Owed, Queue, Store

REST = 1.0
"""Seconds between two looks. The hot path never waits for this: a turn performs its own effects at once."""
AT_ONCE = 50
"""How much of each queue may be under way."""
FORGET_EVERY = timedelta(hours=1)

log = structlog.get_logger()


class Courier:
    def __init__(
        self, conductor: Conductor, store: Store, clock: Clock, *, history_lives: timedelta, seen_lives: timedelta
    ) -> None:
        self._conductor, self._store, self._clock = conductor, store, clock
        self._history_lives, self._seen_lives = history_lives, seen_lives
        self._forgot_at = clock.now() - FORGET_EVERY
        self._under_way: dict[Queue, set[asyncio.Task[None]]] = {"deeds": set(), "speech": set()}
        self._has_room = asyncio.Event()

    async def run(self) -> None:
        """Go on until cancelled; whatever ends makes room at once. A failing store is met with patience, not with an end."""
        try:
            while True:
                self._has_room.clear()
                try:
                    await self._begin()
                    await self.forget()
                except Exception as error:  # noqa: BLE001 - the edge: the next look is the remedy
                    log.error("round failed", error=type(error).__name__)  # noqa: TRY400 - its text may hold what a log must not
                with suppress(TimeoutError):
                    async with asyncio.timeout(REST):
                        await self._has_room.wait()
        finally:
            await self._stop()

    async def round(self) -> int:
        """Perform all that is due now, and what becomes due by it; says how many effects there were."""
        begun: list[asyncio.Task[None]] = []
        while True:
            left = self._left()  # before the look: what ends during it may owe something that the look did not see
            more = await self._begin()
            begun += more
            if not left and not more:
                break
            await asyncio.wait([*left, *more], return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(*begun)
        return len(begun)

    async def _begin(self) -> list[asyncio.Task[None]]:
        """As much of each queue as there is room for."""
        deeds, speech = await asyncio.gather(self._begin_of("deeds"), self._begin_of("speech"))
        return deeds + speech

    async def _begin_of(self, queue: Queue) -> list[asyncio.Task[None]]:
        room = AT_ONCE - len(self._under_way[queue])
        if not room:
            return []
        owed = await self._store.claim(self._clock.now(), LEASE, queue=queue, limit=room)
        return [self._start(queue, one) for one in owed]

    def _start(self, queue: Queue, owed: Owed) -> asyncio.Task[None]:
        perform = self._conductor.do if queue == "deeds" else self._conductor.speak
        task = asyncio.create_task(perform((owed,)))
        self._under_way[queue].add(task)
        task.add_done_callback(lambda ended: self._ended(queue, owed, ended))
        return task

    def _ended(self, queue: Queue, owed: Owed, task: asyncio.Task[None]) -> None:
        self._under_way[queue].discard(task)
        self._has_room.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("effect failed", flow=owed.flow_id, effect=owed.id, error=type(error).__name__)

    def _left(self) -> list[asyncio.Task[None]]:
        return [*self._under_way["deeds"], *self._under_way["speech"]]

    async def _stop(self) -> None:
        left = self._left()
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def forget(self) -> None:
        """Let history and event ids expire."""
        now = self._clock.now()
        if now - self._forgot_at < FORGET_EVERY:
            return
        await self._store.forget(now, now - self._history_lives, now - self._seen_lives, now - WINDOW)
        self._forgot_at = now
