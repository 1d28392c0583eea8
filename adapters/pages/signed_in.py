"""The frame around every page for somebody who is signed in: a form of our own, their session, and refusals that are pages."""

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from adapters.pages.pages import require_same_origin, to_page
from adapters.pages.web_sessions import WebSessions
from bot.domain.errors import SparekeyError
from bot.ports.sessions import Session

Handler = Callable[[web.Request, Session], Awaitable[web.StreamResponse]]
Refusal = Callable[[web.Request, Session, SparekeyError], Awaitable[web.StreamResponse]]


def for_signed_in(
    web_sessions: WebSessions, handler: Handler, refusal: Refusal, next_of: Callable[[web.Request], str]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """`handler` is given the session as it is in this browser: with what a fresh sign-in has permitted here.

    `refusal`: the page for what it raises; what it does not know it raises again. `next_of`: where whoever is not signed
    in goes on afterwards.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method == hdrs.METH_POST:
            require_same_origin(request)
        session = await web_sessions.of(request)
        if session is None:
            return to_page(f"/sign-in?next={next_of(request)}")
        here = web_sessions.stepped_up(request, session)
        try:
            return await handler(request, here)
        except SparekeyError as error:
            return await refusal(request, here, error)

    return handle
