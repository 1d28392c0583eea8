"""The cookie and the session behind it: a random secret in the browser, its hash in the store, ended from here at once."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.domain.people import PersonId, Principal
from bot.ports.clock import Clock
from bot.ports.sessions import Session, Sessions

LONGEST = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class WebSessions:
    sessions: Sessions
    clock: Clock
    is_https: bool
    ended: Callable[[str], None]
    """Called with the id of a session that was ended here, so that its sockets close."""

    @property
    def cookie(self) -> str:
        return "__Host-sparekey" if self.is_https else "sparekey"

    async def of(self, request: web.Request) -> Session | None:
        secret = request.cookies.get(self.cookie)
        return await self.sessions.find(hashed(secret), self.clock.now()) if secret else None

    async def begin(self, request: web.Request, answer: web.StreamResponse, principal: Principal) -> None:
        """A new secret at every sign-in: what was in the browser before is worth nothing afterwards."""
        await self.end(request, answer)
        secret = secrets.token_urlsafe(32)
        now = self.clock.now()
        session = Session(hashed(secret), principal, secrets.token_urlsafe(16), None, now + LONGEST)
        await self.sessions.begin(session, now)
        answer.set_cookie(
            self.cookie,
            secret,
            httponly=True,
            secure=self.is_https,
            samesite="Lax",
            path="/",
            max_age=int(LONGEST.total_seconds()),
        )

    async def end(self, request: web.Request, answer: web.StreamResponse) -> None:
        secret = request.cookies.get(self.cookie)
        if secret:
            await self.sessions.end(hashed(secret))
            self.ended(hashed(secret))
        answer.del_cookie(self.cookie, path="/", secure=self.is_https, httponly=True, samesite="Lax")

    async def end_everywhere(self, person: PersonId) -> None:
        await self.sessions.end_all(person)


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def local_path(wanted: str) -> str:
    """Where to go after signing in: only to a path of ours."""
    is_local = (
        wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable() and "\\" not in wanted
    )
    return wanted if is_local else "/chat"
