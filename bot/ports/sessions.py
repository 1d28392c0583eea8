"""Who is signed in to the web: server-side sessions that can be ended from here at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.people import PersonId, Principal


@dataclass(frozen=True, slots=True)
class Session:
    """`id` is the hash of the cookie. `chat` is the conversation that this session speaks in, if it has begun one."""

    id: str
    principal: Principal
    csrf: str
    chat: str | None
    ends_at: datetime


class Sessions(Protocol):
    async def begin(self, session: Session, at: datetime) -> None: ...

    async def find(self, session_id: str, at: datetime) -> Session | None:
        """None when unknown, ended, idle too long, or too old."""

    async def speaks_in(self, session_id: str, chat: str) -> None: ...

    async def end(self, session_id: str) -> None: ...

    async def end_all(self, person: PersonId) -> None: ...
