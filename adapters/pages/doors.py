"""Signing out, and the private session for somebody who sits at a computer that is not their own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from adapters.pages.pages import Pages, form_of, require_same_origin, to_page
from adapters.pages.web_sessions import WebSessions
from bot.domain.people import PersonId


async def nothing_left_behind(_person: PersonId) -> None: ...


@dataclass(frozen=True, slots=True)
class DoorPages:
    """`leave`: where the sign-in itself signs people out, given its hint of whom; None where it cannot."""

    pages: Pages
    web_sessions: WebSessions
    end_links: Callable[[PersonId], Awaitable[None]]
    """Called before somebody's sessions end everywhere: every link and every grant of theirs ends as well."""
    leave: Callable[[str], str | None] = lambda _hint: None
    leaving: Callable[[PersonId], Awaitable[None]] = nothing_left_behind
    """Called when somebody signs out by themselves, before their session ends."""

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/private", self.private, allow_head=False),
            web.post("/private", self.begin_private),
            web.get("/signed-out", self.signed_out, allow_head=False),
            web.post("/sign-out", self.sign_out),
            web.get("/sign-out-everywhere", self.everywhere, allow_head=False),
            web.post("/sign-out-everywhere", self.sign_out_everywhere),
        ]

    async def private(self, request: web.Request) -> web.Response:
        session = await self.web_sessions.of(request)
        name = session.principal.name if session else ""
        return self.pages.draw(request, "private.html", {"name": name})

    async def begin_private(self, request: web.Request) -> web.Response:
        """Whoever was signed in here is signed out; what follows is a fresh sign-in with one view."""
        require_same_origin(request)
        await form_of(request)
        answer = to_page(f"/sign-in?private=1&next={quote('/chat')}")
        await self.web_sessions.end(request, answer)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    async def sign_out(self, request: web.Request) -> web.Response:
        require_same_origin(request)
        await form_of(request)
        if session := await self.web_sessions.of(request):
            await self.leaving(session.principal.id)
        leave = self.leave(self.web_sessions.hint(request)) if self.web_sessions.is_private(request) else None
        answer = self.pages.lead(request, leave) if leave else to_page("/signed-out")
        await self.web_sessions.end(request, answer)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    async def signed_out(self, request: web.Request) -> web.Response:
        """A page of its own: whoever was led on to the chat would be signed in again without being asked."""
        return self.pages.draw(request, "signed_out.html")

    async def everywhere(self, request: web.Request) -> web.Response:
        session = await self.web_sessions.of(request)
        if session is None:
            return to_page(f"/sign-in?next={quote('/sign-out-everywhere')}")
        return self.pages.draw(request, "everywhere.html", {"name": session.principal.name})

    async def sign_out_everywhere(self, request: web.Request) -> web.Response:
        require_same_origin(request)
        await form_of(request)
        session = await self.web_sessions.of(request)
        if session is not None:
            await self.end_links(session.principal.id)
            await self.leaving(session.principal.id)
            await self.web_sessions.end_everywhere(session.principal.id)
        return await self.sign_out(request)
