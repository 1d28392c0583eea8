"""The demo's sign-in: whoever is at the keyboard says who they are. Only ever on loopback."""

from dataclasses import dataclass

from aiohttp import web

from adapters.demo.people import PERSONAS
from adapters.pages.pages import Pages, form_of, require_same_origin, to_page
from adapters.pages.web_sessions import WebSessions, local_path
from bot.approving import Approvals
from bot.domain.errors import SignInRefused
from bot.domain.people import Principal
from bot.ports.clock import Clock
from bot.ports.sources import Directory
from bot.vouching import Vouching


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    directory: Directory
    clock: Clock

    async def principal(self, answer: str, *, is_private: bool = False) -> Principal:
        persona = next((one for one in PERSONAS if one.login == answer), None)
        person = await self.directory.person(persona.id) if persona else None
        if person is None or not person.enabled:
            raise SignInRefused
        return Principal(person.id, person.name, person.given_name, "demo", self.clock.now(), is_private)


@dataclass(frozen=True, slots=True)
class DemoFreshSignIn:
    """Choosing a person is all there is to a sign-in here, so it counts as fresh; the served product asks its provider."""

    approvals: Approvals
    vouching: Vouching
    web_sessions: WebSessions

    async def approve(self, request: web.Request, approval_id: str) -> web.StreamResponse:
        session, answer = await self.web_sessions.begun_in(request), to_page(f"/approve/{approval_id}")
        await self.approvals.permit(self.web_sessions.step_up(answer, session), session.principal.id, approval_id)
        return answer

    async def vouch(self, request: web.Request, case: int) -> web.StreamResponse:
        session, answer = await self.web_sessions.begun_in(request), to_page(f"/desk/cases/{case}")
        await self.vouching.permit(self.web_sessions.step_up(answer, session), session.principal.id, case)
        return answer


@dataclass(frozen=True, slots=True)
class SignInPage:
    sign_in: DemoSignIn
    pages: Pages
    web_sessions: WebSessions

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.get("/sign-in", self.ask, allow_head=False), web.post("/demo/sign-in", self.answer)]

    async def ask(self, request: web.Request) -> web.Response:
        is_private = request.query.get("private") == "1" or self.web_sessions.is_private(request)
        next_ = local_path(request.query.get("next", "/"))
        facts = {"personas": PERSONAS, "is_private": is_private, "next": next_}
        return self.pages.draw(request, "demo/sign_in.html", facts)

    async def answer(self, request: web.Request) -> web.Response:
        require_same_origin(request)
        form = await form_of(request, "person", "next", "private")
        try:
            principal = await self.sign_in.principal(form["person"], is_private=form["private"] == "1")
        except SignInRefused:
            raise web.HTTPForbidden from None
        answer = to_page(local_path(form["next"] or "/"))
        await self.web_sessions.begin(request, answer, principal)
        return answer
