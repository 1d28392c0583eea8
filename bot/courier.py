"""Performs what is owed and due: timers, second attempts, and whatever a crash left behind."""

import asyncio
from datetime import timedelta

import structlog

from bot.conductor import LEASE, Conductor
from bot.ports.clock import Clock
from bot.ports.store import Store

REST = 1.0
"""Seconds between two looks. The hot path never waits for this: a turn performs its own effects at once."""
FORGET_EVERY = timedelta(hours=1)

log = structlog.get_logger()


class Courier:
    def __init__(
        self, conductor: Conductor, store: Store, clock: Clock, *, history_lives: timedelta, seen_lives: timedelta
    ) -> None:
        self._conductor, self._store, self._clock = conductor, store, clock
        self._history_lives, self._seen_lives = history_lives, seen_lives
        self._forgot_at = clock.now() - FORGET_EVERY

    async def run(self) -> None:
        """Go round until cancelled. A failing store is met with patience, not with an end."""
        while True:
            try:
                await self.round()
                await self.forget()
            except Exception as error:  # noqa: BLE001 - the edge: the next round is the remedy
                log.error("round failed", error=type(error).__name__)  # noqa: TRY400 - its text may hold what a log must not
            await asyncio.sleep(REST)

    async def round(self) -> int:
        """Perform all that is due now; says how many effects there were."""
        done = 0
        while owed := await self._store.claim(self._clock.now(), LEASE):
            await asyncio.gather(*(self._conductor.act((one,)) for one in owed))
            done += len(owed)
        return done

    async def forget(self) -> None:
        """Let history and event ids expire."""
        now = self._clock.now()
        if now - self._forgot_at < FORGET_EVERY:
            return
        await self._store.forget(now, now - self._history_lives, now - self._seen_lives)
        self._forgot_at = now
