"""The demo's sign-in: whoever is at the keyboard says who they are. Only ever on loopback."""

from dataclasses import dataclass

from aiohttp import hdrs, web

from adapters.demo.people import PERSONAS
from adapters.pages.pages import Pages, form_of, require_same_origin
from adapters.pages.web_sessions import WebSessions, local_path
from bot.domain.errors import SignInRefused
from bot.domain.people import Principal
from bot.ports.clock import Clock
from bot.ports.sources import Directory


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
class SignInPage:
    sign_in: DemoSignIn
    pages: Pages
    web_sessions: WebSessions

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.get("/sign-in", self.ask, allow_head=False), web.post("/demo/sign-in", self.answer)]

    async def ask(self, request: web.Request) -> web.Response:
        is_private = request.query.get("private") == "1"
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
        answer = web.Response(status=303, headers={hdrs.LOCATION: local_path(form["next"] or "/")})
        await self.web_sessions.begin(request, answer, principal)
        return answer
