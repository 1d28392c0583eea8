"""The frame around every page for somebody who is signed in: a form of our own, their session, and refusals that are pages."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import hdrs, web

from adapters.pages.pages import require_same_origin, to_page
from adapters.pages.web_sessions import WebSessions
from bot.domain.errors import SparekeyError
from bot.ports.sessions import Session

Handler = Callable[[web.Request, Session], Awaitable[web.StreamResponse]]
Refusal = Callable[[web.Request, Session, SparekeyError], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Handlers are given the session as it is in this browser: with what a fresh sign-in has permitted here.

    `refusal`: the page for what they raise; what it does not know it raises again. `next_of`: where whoever is not signed
    in goes on afterwards.
    """

    web_sessions: WebSessions
    refusal: Refusal
    next_of: Callable[[web.Request], str]

    def get(self, path: str, handler: Handler) -> web.AbstractRouteDef:
        return web.get(path, self._safely(handler), allow_head=False)

    def post(self, path: str, handler: Handler) -> web.AbstractRouteDef:
        return web.post(path, self._safely(handler))

    def _safely(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            if request.method == hdrs.METH_POST:
                require_same_origin(request)
            session = await self.web_sessions.of(request)
            if session is None:
                return to_page(f"/sign-in?next={self.next_of(request)}")
            here = self.web_sessions.stepped_up(request, session)
            try:
                return await handler(request, here)
            except SparekeyError as error:
                return await self.refusal(request, here, error)

        return handle
