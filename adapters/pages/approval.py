"""The approver's page. The link to it holds no right: whoever opens it signs in, and only the approver sees what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from aiohttp import web

from adapters.pages.pages import Pages, form_given, to_page
from adapters.pages.signed_in import SignedIn
from adapters.pages.web_sessions import WebSessions
from bot.approval import Approved, Denied
from bot.approving import ApprovalGone, Approvals, NotPermitted
from bot.domain.errors import ProofRefused, SourceUnavailable, SparekeyError
from bot.ports.sessions import Session

BASE = "/approve/{approval}"


class FreshSignIn(Protocol):
    """Sends the browser to a fresh sign-in; it comes back to this page by itself."""

    async def approve(self, request: web.Request, approval_id: str) -> web.StreamResponse: ...


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    approvals: Approvals
    pages: Pages
    web_sessions: WebSessions
    fresh: FreshSignIn

    def routes(self) -> list[web.AbstractRouteDef]:
        signed_in = SignedIn(self.web_sessions, self.refusal, lambda request: quote(_here(request), safe="/"))
        return [
            signed_in.get(BASE, self.look),
            signed_in.post(f"{BASE}/sign-in", self.sign_in),
            signed_in.post(f"{BASE}/approve", self.approve),
            signed_in.post(f"{BASE}/deny", self.deny),
        ]

    async def refusal(self, request: web.Request, session: Session, why: SparekeyError) -> web.StreamResponse:
        """What is unknown, over, or another's has the same page."""
        match why:
            case ApprovalGone():
                return await self.over(request, session)
            case SourceUnavailable():
                return self.draw(request, session, "silent.html", status=503)
            case NotPermitted():
                return to_page(_here(request))
            case _:
                raise why

    async def look(self, request: web.Request, session: Session) -> web.StreamResponse:
        """No side effect, whoever looks."""
        return await self.asked(request, session)

    async def sign_in(self, request: web.Request, session: Session) -> web.StreamResponse:
        await form_given(request, session.csrf)
        await self.approvals.look(_id(request), session)
        return await self.fresh.approve(request, _id(request))

    async def approve(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await form_given(request, session.csrf, "number")
        try:
            await self.approvals.approve(session, _id(request), form["number"])
        except ProofRefused:
            return await self.asked(request, session, wrong=True)
        return self.draw(request, session, "approved.html")

    async def deny(self, request: web.Request, session: Session) -> web.StreamResponse:
        await form_given(request, session.csrf)
        await self.approvals.deny(session, _id(request))
        return self.draw(request, session, "denied.html")

    # drawing

    async def asked(self, request: web.Request, session: Session, *, wrong: bool = False) -> web.Response:
        seen = await self.approvals.look(_id(request), session)
        facts = {
            "about": seen.asked.request,
            "minutes_ago": seen.minutes_ago,
            "permitted": seen.permitted,
            "tries_left": seen.asked.tries_left,
            "wrong": wrong,
        }
        return self.draw(request, session, "asked.html", facts, status=422 if wrong else 200)

    async def over(self, request: web.Request, session: Session) -> web.Response:
        """Whoever gave the answer sees it again; for everybody else there is nothing here."""
        match await self.approvals.answered(_id(request), session):
            case Approved():
                return self.draw(request, session, "approved.html")
            case Denied():
                return self.draw(request, session, "denied.html")
            case None:
                how = "private" if session.principal.on_shared_computer else "anew"
                anew = {"anew": f"/sign-in?{how}=1&next={quote(_here(request), safe='/')}"}
                return self.draw(request, session, "gone.html", anew, status=404)

    def draw(
        self,
        request: web.Request,
        session: Session,
        template: str,
        facts: Mapping[str, object] | None = None,
        *,
        status: int = 200,
    ) -> web.Response:
        about = {"base": _here(request), "csrf": session.csrf, "name": session.principal.name, **(facts or {})}
        return self.pages.draw(request, f"approval/{template}", about, status=status)


def _id(request: web.Request) -> str:
    return request.match_info["approval"]


def _here(request: web.Request) -> str:
    return f"/approve/{_id(request)}"
