"""Looks each minute whether the sessions of open sockets still live, and closes what is left of those that do not."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from adapters.webchat.hub import Hub
from bot.ports.clock import Clock
from bot.ports.sessions import Sessions

EVERY = 60.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Watch:
    """A look is no activity: a tab that only listens idles out."""

    hub: Hub
    sessions: Sessions
    clock: Clock
    ended: Callable[[str], None]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            await self.pause(EVERY)
            try:
                await self.round()
            except Exception as error:  # noqa: BLE001 - fails open: while the store is gone the sockets stay; the next look is the remedy
                log.error("watch failed", error=type(error).__name__)  # noqa: TRY400 - its text may hold what a log must not

    async def round(self) -> None:
        for session_id in self.hub.sessions():
            if await self.sessions.find(session_id, self.clock.now()) is None:
                self.ended(session_id)
