"""Signing in by the organisation's own provider: there, back, and in; once more before a key or a change of proof."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import orjson
import structlog
from aiohttp import hdrs, web

from adapters.identity.id_token import SignedIn
from adapters.identity.oidc import Begun, Kept, OpenIdConnect, ProviderSilent
from adapters.pages.pages import Pages
from adapters.pages.web_sessions import WebSessions, local_path
from bot.domain.errors import ProofRefused, SignInRefused, SourceUnavailable
from bot.domain.people import Principal
from bot.enrolling import Blocked, Enrolments
from bot.enrolment import Change
from bot.ports.clock import Clock
from bot.ports.sessions import Session
from bot.ports.sources import Directory
from bot.unlocking import LinkGone, NotYet, OtherBrowser, Unlocking

CALLBACK = "/auth/callback"
AUTHENTICATOR = "/authenticator"
FLOW_LIVES = 600
_ANSWERS = ("code", "state", "error", "error_description", "session_state", "iss", "client_info")
_LONGEST_ANSWER = 8 * 1024

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ProviderPages:
    oidc: OpenIdConnect
    issuer: str
    directory: Directory
    unlocking: Unlocking
    pages: Pages
    web_sessions: WebSessions
    clock: Clock
    enrolments: Enrolments

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/sign-in", self.sign_in, allow_head=False),
            web.get(CALLBACK, self.callback, allow_head=False),
        ]

    @property
    def origin(self) -> str:
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def cookie(self) -> str:
        return "__Host-sparekey-flow" if self.web_sessions.is_https else "sparekey-flow"

    # there

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        is_private = request.query.get("private") == "1"
        next_ = local_path(request.query.get("next", "/chat"))
        try:
            begun = await self.oidc.begin("private" if is_private else "session", next_)
        except ProviderSilent:
            return self.told(request, "silent", f"/sign-in?next={quote(next_)}", 503)
        return self.sent(begun)

    async def begin(self, link: str, browser: str) -> web.StreamResponse:
        """Before a key: a fresh sign-in, bound to this link and to the browser that claimed it."""
        try:
            begun = await self.oidc.begin("step_up", orjson.dumps({"link": link, "browser": browser}).decode())
        except ProviderSilent:
            return web.Response(status=303, headers={hdrs.LOCATION: f"/unlock/{link}"})
        return self.sent(begun)

    async def enrol(self, request: web.Request, session: Session, change: Change) -> web.StreamResponse:
        """Before an authenticator app changes: a fresh sign-in, bound to this session and this change."""
        try:
            begun = await self.oidc.begin("enrol", orjson.dumps({"session": session.id, "change": change}).decode())
        except ProviderSilent:
            return self.told(request, "silent", AUTHENTICATOR, 503)
        return self.sent(begun)

    def sent(self, begun: Begun) -> web.Response:
        answer = web.Response(status=303, headers={hdrs.LOCATION: begun.address})
        secure = self.web_sessions.is_https
        answer.set_cookie(
            self.cookie, begun.browser, path="/", httponly=True, secure=secure, samesite="Lax", max_age=FLOW_LIVES
        )
        return answer

    # and back

    async def callback(self, request: web.Request) -> web.StreamResponse:
        if len(request.query_string) > _LONGEST_ANSWER:
            raise web.HTTPBadRequest
        answer = {name: request.query[name] for name in _ANSWERS if name in request.query}
        try:
            kept = await self.oidc.recall(answer, request.cookies.get(self.cookie, ""))
        except SignInRefused as refused:
            log.info("sign-in refused", why=str(refused))
            return self.forgotten(self.told(request, "refused", "/chat", 403))
        return self.forgotten(await self.returned(request, kept, answer))

    async def returned(self, request: web.Request, kept: Kept, answer: dict[str, str]) -> web.StreamResponse:
        next_ = self.next_of(kept)
        try:
            who = await self.oidc.finish(kept, answer)
        except SignInRefused as refused:
            log.info("sign-in refused", why=str(refused), purpose=kept.purpose)
            return self.told(request, "refused", next_, 403)
        except ProviderSilent:
            return self.told(request, "silent", next_, 503)
        if kept.purpose == "step_up":
            return await self.proved(request, kept, who)
        if kept.purpose == "enrol":
            return await self.permitted(request, kept, who)
        return await self.entered(request, kept, who)

    async def proved(self, request: web.Request, kept: Kept, who: SignedIn) -> web.StreamResponse:
        about = orjson.loads(kept.about)
        try:
            await self.unlocking.signed_in(about["link"], about["browser"], who.person, who.at)
        except (ProofRefused, NotYet, OtherBrowser):
            return self.told(request, "refused", self.next_of(kept), 403)
        except LinkGone:
            pass  # the page itself says so
        return web.Response(status=303, headers={hdrs.LOCATION: self.next_of(kept)})

    async def permitted(self, request: web.Request, kept: Kept, who: SignedIn) -> web.StreamResponse:
        """Only in the session that asked, and only for its own person."""
        about, session = orjson.loads(kept.about), await self.web_sessions.of(request)
        if session is None or session.id != about["session"]:
            log.info("sign-in refused", why="another session", purpose=kept.purpose)
            return self.told(request, "refused", AUTHENTICATOR, 403)
        try:
            await self.enrolments.permit(session, who.person, about["change"])
        except ProofRefused:
            return self.told(request, "refused", AUTHENTICATOR, 403)
        except Blocked:
            pass  # the page itself says so
        return web.Response(status=303, headers={hdrs.LOCATION: AUTHENTICATOR})

    async def entered(self, request: web.Request, kept: Kept, who: SignedIn) -> web.StreamResponse:
        try:
            person = await self.directory.person(who.person)
        except SourceUnavailable:
            return self.told(request, "silent", self.next_of(kept), 503)
        if person is None or not person.enabled:
            log.info("sign-in refused", why="not in the directory")
            return self.told(request, "unknown", "/sign-in", 403)
        is_private = kept.purpose == "private"
        principal = Principal(person.id, person.name, person.given_name, "oidc", self.clock.now(), is_private)
        answer = web.Response(status=303, headers={hdrs.LOCATION: self.next_of(kept)})
        await self.web_sessions.begin(request, answer, principal)
        return answer

    # drawing

    @staticmethod
    def next_of(kept: Kept) -> str:
        if kept.purpose == "step_up":
            return f"/unlock/{orjson.loads(kept.about)['link']}"
        if kept.purpose == "enrol":
            return AUTHENTICATOR
        return local_path(kept.about)

    def told(self, request: web.Request, what: str, next_: str, status: int) -> web.Response:
        title = "silent_title" if what == "silent" else "refused_title"
        facts = {"title": title, "words": what, "next": next_}
        return self.pages.draw(request, "provider.html", facts, status=status)

    def forgotten(self, answer: web.StreamResponse) -> web.StreamResponse:
        answer.del_cookie(self.cookie, path="/", secure=self.web_sessions.is_https, httponly=True, samesite="Lax")
        return answer
