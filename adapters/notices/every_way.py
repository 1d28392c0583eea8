"""Notices by every way there is: each is tried, whatever becomes of the others."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from bot.domain.people import PersonId
from bot.ports.notices import Alarm, Notices

log = structlog.get_logger()


class EveryWay:
    """`first` has to reach the person, and is asked again until it does. `more` comes on top: a way that is shut is logged."""

    def __init__(self, first: Notices, *more: Notices) -> None:
        self._ways = (first, *more)

    async def key_shown(self, notice_id: str, person: PersonId, device_name: str, at: datetime, link: str) -> None:
        await self._tell(lambda way: way.key_shown(notice_id, person, device_name, at, link))

    async def enrolment_changed(self, notice_id: str, person: PersonId, what: str, at: datetime, link: str) -> None:
        await self._tell(lambda way: way.enrolment_changed(notice_id, person, what, at, link))

    async def approval_asked(
        self, notice_id: str, person: PersonId, approver: PersonId | None, device_name: str, at: datetime, link: str
    ) -> None:
        await self._tell(lambda way: way.approval_asked(notice_id, person, approver, device_name, at, link))

    async def at_every_address(
        self, notice_id: str, person: PersonId, what: Alarm, device_name: str, at: datetime, link: str
    ) -> None:
        await self._tell(lambda way: way.at_every_address(notice_id, person, what, device_name, at, link))

    async def _tell(self, tell: Callable[[Notices], Awaitable[None]]) -> None:
        """Nobody is told twice for another way's sake: each remembers whom it has told."""
        first, *more = await asyncio.gather(*(tell(way) for way in self._ways), return_exceptions=True)
        for failure in more:
            if failure is not None:
                log.warning("notice not told by another way", why=type(failure).__name__)
        if first is not None:
            raise first
