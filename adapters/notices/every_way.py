"""Notices by every way there is: each is tried, whatever becomes of the others."""

import asyncio

import structlog

from bot.ports.notices import Notice, Notices

log = structlog.get_logger()


class EveryWay:
    """`first` has to reach the person, and is asked again until it does. `more` comes on top: a way that is shut is logged."""

    def __init__(self, first: Notices, *more: Notices) -> None:
        self._ways = (first, *more)

    async def tell(self, notice: Notice) -> None:
        """Nobody is told twice for another way's sake: each remembers whom it has told."""
        first, *more = await asyncio.gather(*(way.tell(notice) for way in self._ways), return_exceptions=True)
        for failure in more:
            if failure is not None:
                log.warning("notice not told by another way", why=type(failure).__name__)
        if first is not None:
            raise first
