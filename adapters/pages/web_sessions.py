"""The cookie and the session behind it: a random secret in the browser, its hash in the store, ended from here at once."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from adapters.pages.browser_secrets import BrowserSecrets
from adapters.pages.leaving import SealedHints
from bot.domain.people import PersonId, Principal
from bot.ports.clock import Clock
from bot.ports.sessions import Session, Sessions, lives_of

PRIVATE = "private."
"""What the cookie of a private session begins with, so that its browser is known when the session is over."""
LONGEST_PATH = 200
"""No page of ours has a longer one, and it is stored for whoever asks."""


@dataclass(frozen=True, slots=True)
class WebSessions:
    sessions: Sessions
    clock: Clock
    is_https: bool
    ended: Callable[[str], None]
    """Called with the id of a session that was ended here, so that its sockets close."""
    begun: Callable[[Principal], Awaitable[None]]
    """Called before somebody is let in: whoever cannot be audited is not."""
    hints: SealedHints

    @property
    def cookie(self) -> str:
        return "__Host-sparekey" if self.is_https else "sparekey"

    async def of(self, request: web.Request) -> Session | None:
        """For a page that somebody opened or a form that they posted: the session does not idle."""
        session, now = await self.glance(request), self.clock.now()
        if session is not None and session.has_rested(now):
            await self.sessions.touch(session.id, now)
        return session

    async def glance(self, request: web.Request) -> Session | None:
        """For what a tab asks by itself: perhaps nobody sits there, so the session goes on idling."""
        secret = request.cookies.get(self.cookie)
        return await self.sessions.find(hashed(secret), self.clock.now()) if secret else None

    async def begun_in(self, request: web.Request) -> Session:
        """The session in which something begins that has to come back to it. Raises 403 where it has just ended."""
        session = await self.glance(request)
        if session is None:
            raise web.HTTPForbidden
        return session

    @property
    def fresh(self) -> BrowserSecrets:
        return BrowserSecrets("fresh", 900, self.is_https)

    def step_up(self, answer: web.StreamResponse, session: Session) -> Session:
        """After a fresh sign-in: the browser that returned from it is given a secret that no copy of its session has."""
        return session.stepped_up(hashed(self.fresh.give(answer, session.id)))

    def stepped_up(self, request: web.Request, session: Session) -> Session:
        return session.stepped_up(hashed(self.fresh.of(request, session.id)))

    def is_private(self, request: web.Request) -> bool:
        """Is this a shared computer's browser, even if the session has ended? Good for more caution and nothing else."""
        return request.cookies.get(self.cookie, "").startswith(PRIVATE)

    def hint(self, request: web.Request) -> str:
        """By which the provider knows whose session to end, also when ours is over already."""
        return self.hints.of(request, hashed(request.cookies.get(self.cookie, "")))

    async def begin(
        self, request: web.Request, answer: web.StreamResponse, principal: Principal, hint: str = ""
    ) -> None:
        """A new secret at every sign-in: what was in the browser before is worth nothing afterwards."""
        await self._end(request)
        await self.begun(principal)
        is_private, longest, now = principal.on_shared_computer, lives_of(principal).longest, self.clock.now()
        secret = f"{PRIVATE if is_private else ''}{secrets.token_urlsafe(32)}"
        await self.sessions.begin(
            Session(hashed(secret), principal, secrets.token_urlsafe(16), None, now, now + longest)
        )
        answer.set_cookie(
            self.cookie,
            secret,
            httponly=True,
            secure=self.is_https,
            samesite="Lax",
            path="/",
            max_age=None if is_private else int(longest.total_seconds()),
        )
        if is_private:
            self.hints.give(answer, hashed(secret), hint)

    async def end(self, request: web.Request, answer: web.StreamResponse) -> None:
        """Signing in anew costs nobody the page of a key that they are on; signing out does."""
        await self._end(request)
        self.clear(request, answer)

    async def _end(self, request: web.Request) -> None:
        secret = request.cookies.get(self.cookie)
        if secret:
            await self.sessions.end(hashed(secret))
            self.ended(hashed(secret))

    def clear(self, request: web.Request, answer: web.StreamResponse) -> None:
        """Every cookie of ours goes. A shared computer stays known as one: the provider may still let the last person in."""
        for name in request.cookies:
            if name.removeprefix("__Host-").startswith("sparekey"):
                answer.del_cookie(name, path="/", secure=self.is_https, httponly=True, samesite="Lax")
        if self.is_private(request):
            answer.set_cookie(self.cookie, PRIVATE, path="/", httponly=True, secure=self.is_https, samesite="Lax")

    async def end_everywhere(self, person: PersonId) -> None:
        for session_id in await self.sessions.end_all(person):
            self.ended(session_id)


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def local_path(wanted: str) -> str:
    """Where to go after signing in: only to a path of ours, and a short one."""
    is_local = (
        len(wanted) <= LONGEST_PATH
        and wanted.startswith("/")
        and not wanted.startswith(("//", "/\\"))
        and wanted.isprintable()
        and "\\" not in wanted
    )
    return wanted if is_local else "/chat"
