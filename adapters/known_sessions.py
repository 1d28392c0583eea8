"""Sessions of people whom the directory still knows: asked again while one is used, it ends all of somebody who is gone."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import SourceUnavailable
from bot.domain.people import PersonId
from bot.ports.sessions import Session, Sessions
from bot.ports.sources import Directory

ASK_AGAIN = timedelta(minutes=3)
REMEMBERED = 20_000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class KnownSessions:
    """In front of the store's, for pages and chat alike. `ended`: called with each id, so that its sockets close."""

    sessions: Sessions
    directory: Directory
    ended: Callable[[str], None]
    _asked: OrderedDict[PersonId, datetime] = field(default_factory=OrderedDict)

    async def begin(self, session: Session) -> None:
        await self.sessions.begin(session)

    async def find(self, session_id: str, at: datetime) -> Session | None:
        session = await self.sessions.find(session_id, at)
        if session is None or await self._is_known(session.principal.id, at):
            return session
        log.info("session ended", why="not in the directory")
        for ended in await self.sessions.end_all(session.principal.id):
            self.ended(ended)
        return None

    async def touch(self, session_id: str, at: datetime) -> None:
        await self.sessions.touch(session_id, at)

    async def speaks_in(self, session_id: str, chat: str) -> None:
        await self.sessions.speaks_in(session_id, chat)

    async def end(self, session_id: str) -> None:
        await self.sessions.end(session_id)

    async def end_all(self, person: PersonId) -> tuple[str, ...]:
        return await self.sessions.end_all(person)

    async def _is_known(self, person: PersonId, at: datetime) -> bool:
        asked_at = self._asked.get(person)
        if asked_at is not None and at - asked_at < ASK_AGAIN:
            return True
        try:
            found = await self.directory.person(person)
            is_known = found is not None and found.enabled
        except SourceUnavailable:
            log.warning("directory silent", kept="session")
            is_known = True  # fails open: a directory that is silent throws nobody out of a chat, which shows no key
        if is_known:
            self._remember(person, at)
        else:
            self._asked.pop(person, None)
        return is_known

    def _remember(self, person: PersonId, at: datetime) -> None:
        self._asked[person] = at
        self._asked.move_to_end(person)
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
