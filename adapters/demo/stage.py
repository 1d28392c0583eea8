"""The demo's stage: the locked computer, the phone, and the page that shows them beside the chat."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import hdrs, web

from adapters.demo.computers import Computer, Computers
from adapters.demo.notices import DemoNotices
from adapters.demo.people import MACHINES, PERSONAS, Persona
from adapters.identity.authenticator import Authenticator
from adapters.identity.totp import PERIOD, counter_at, totp_code
from adapters.pages.pages import Frame, Pages, form_of, require_same_origin
from bot.domain.errors import DamagedKey
from bot.ports.clock import Clock
from bot.ports.sessions import Session

SELF = "'self'"
FRAMED = Frame(ancestors=SELF)


@dataclass(frozen=True, slots=True)
class Stage:
    pages: Pages
    computers: Computers
    notices: DemoNotices
    authenticator: Authenticator
    clock: Clock
    session_of: Callable[[web.Request], Awaitable[Session | None]]

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/", self.home, allow_head=False),
            web.get("/demo/pc/{name}", self.computer, allow_head=False),
            web.get("/demo/pc/{name}/state", self.state, allow_head=False),
            web.post("/demo/pc/{name}", self.type_key),
            web.post("/demo/pc/{name}/lock", self.lock),
            web.get("/demo/phone/{login}", self.phone, allow_head=False),
        ]

    async def home(self, request: web.Request) -> web.Response:
        session = await self.session_of(request)
        persona = _persona(session.principal.id.object_id) if session else None
        machines = [machine for machine in MACHINES if persona and machine.owner == persona.login]
        facts = {"personas": PERSONAS, "persona": persona, "machines": machines}
        return self.pages.draw(request, "demo/home.html", facts, frame=Frame(frames=SELF))

    # the computer

    async def computer(self, request: web.Request) -> web.Response:
        return self.screen(request, await self.find(request), problem="", group=0)

    async def type_key(self, request: web.Request) -> web.Response:
        require_same_origin(request)
        computer = await self.find(request)
        form = await form_of(request, "key")
        try:
            is_right = await self.computers.try_key(computer, form["key"])
        except DamagedKey as damaged:
            return self.screen(
                request, computer, problem="group" if damaged.group else "shape", group=damaged.group or 0
            )
        if not is_right:
            return self.screen(request, computer, problem="wrong", group=0)
        return _back(request)

    async def lock(self, request: web.Request) -> web.Response:
        require_same_origin(request)
        await form_of(request)
        await self.computers.lock(await self.find(request))
        return _back(request)

    async def state(self, request: web.Request) -> web.Response:
        computer = await self.find(request)
        changed = computer.changed_at.isoformat() if computer.changed_at else None
        return web.json_response({"locked": computer.is_locked, "keyId": computer.key_id, "changed": changed})

    def screen(self, request: web.Request, computer: Computer, *, problem: str, group: int) -> web.Response:
        template = "demo/locked.html" if computer.is_locked else "demo/unlocked.html"
        status = 422 if problem else 200
        facts = {"computer": computer, "problem": problem, "group": group}
        return self.pages.draw(request, template, facts, status=status, frame=FRAMED)

    async def find(self, request: web.Request) -> Computer:
        computer = await self.computers.named(request.match_info["name"])
        if computer is None:
            raise web.HTTPNotFound
        return computer

    # the phone

    async def phone(self, request: web.Request) -> web.Response:
        """A page for browsers; `{"code"}` for scripts, empty once the helpdesk has removed the app."""
        persona = _persona(request.match_info["login"])
        if persona is None:
            raise web.HTTPNotFound
        seed, now = await self.authenticator.seed_of(persona.id), self.clock.now()
        code = totp_code(base64.b32decode(seed.open_to("show")), counter_at(now)) if seed is not None else ""
        left = PERIOD - int(now.timestamp()) % PERIOD
        notices = await self.notices.of(persona.id)
        if "text/html" not in request.headers.get(hdrs.ACCEPT, ""):
            content = {"code": code, "left": left, "notices": len(notices)}
            return web.json_response(content, headers={hdrs.CACHE_CONTROL: "no-store"})
        facts = {"persona": persona, "code": code, "left": left, "notices": notices}
        return self.pages.draw(request, "demo/phone.html", facts, frame=FRAMED)


def _persona(login: str) -> Persona | None:
    return next((persona for persona in PERSONAS if persona.login == login), None)


def _back(request: web.Request) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: f"/demo/pc/{request.match_info['name']}"})
