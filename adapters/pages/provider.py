"""Signing in by the organisation's own provider: there, back, and in; once more before a key and whatever else weighs as much."""

from dataclasses import dataclass
from urllib.parse import quote

import orjson
import structlog
from aiohttp import web

from adapters.identity.application import ProviderSilent
from adapters.identity.id_token import SignedIn
from adapters.identity.oidc import Begun, Kept, NotFresh, OpenIdConnect, Purpose, TooWeak
from adapters.pages.arrivals import Arrivals
from adapters.pages.browser_secrets import BrowserSecrets
from adapters.pages.pages import Pages, to_page
from adapters.pages.unlock import browsers_at_provider, browsers_of_links
from adapters.pages.web_sessions import WebSessions, hashed, local_path
from bot.approving import ApprovalGone, Approvals
from bot.domain.errors import ProofRefused, SignInRefused, SourceUnavailable
from bot.domain.people import Principal
from bot.enrolling import Blocked, Enrolments
from bot.enrolment import Change
from bot.ports.clock import Clock
from bot.ports.sources import Directory
from bot.unlocking import LinkGone, NotYet, OtherBrowser, SomebodyElse, Unlocking
from bot.vouching import Vouching

CALLBACK = "/auth/callback"
AUTHENTICATOR, CASES = "/authenticator", "/desk/cases"
_ANSWERS = ("code", "state", "error", "error_description", "session_state", "iss", "client_info")
_LONGEST_ANSWER = 6 * 1024

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ProviderPages:
    oidc: OpenIdConnect
    directory: Directory
    unlocking: Unlocking
    pages: Pages
    web_sessions: WebSessions
    clock: Clock
    enrolments: Enrolments
    approvals: Approvals
    vouching: Vouching

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/sign-in", self.sign_in, allow_head=False),
            web.get(CALLBACK, self.callback, allow_head=False),
        ]

    @property
    def browsers(self) -> BrowserSecrets:
        """One for each sign-in under way: two tabs do not spoil each other's."""
        return browsers_at_provider(self.web_sessions)

    @property
    def arrivals(self) -> Arrivals:
        return Arrivals(self.web_sessions)

    # there

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """Whoever is signed in already is not signed in again, which would end their chat, unless they ask for it."""
        is_private, anew = request.query.get("private") == "1", request.query.get("anew") == "1"
        next_ = local_path(request.query.get("next", "/chat"))
        if not is_private and not anew and await self.web_sessions.of(request) is not None:
            return to_page(next_)
        purpose: Purpose = "private" if is_private or self.web_sessions.is_private(request) else "session"
        try:
            begun = await self.oidc.begin(purpose, next_, anew=anew)
        except ProviderSilent:
            return self.told(request, "silent", _door(next_, purpose), 503)
        if is_private:
            return self.sent(request, begun)
        return self.known_again(request, begun, to_page(begun.address))

    async def begin(self, request: web.Request, link: str, browser: str) -> web.StreamResponse:
        """Before a key: a fresh sign-in, bound to this link and to the browser that claimed it."""
        about = orjson.dumps({"challenge": self.unlocking.name_of(link), "browser": browser}).decode()
        try:
            begun = await self.oidc.begin("step_up", about)
        except ProviderSilent:
            return self.told(request, "silent", f"/unlock/{link}", 503)
        return self.sent(request, begun)

    async def enrol(self, request: web.Request, change: Change) -> web.StreamResponse:
        """Before an authenticator app changes: a fresh sign-in, bound to this session and this change."""
        return await self.once_more(request, "enrol", AUTHENTICATOR, change=change)

    async def approve(self, request: web.Request, approval_id: str) -> web.StreamResponse:
        """Before an approval: the approver's fresh sign-in, bound to this session and this approval."""
        return await self.once_more(request, "approve", f"/approve/{approval_id}", approval=approval_id)

    async def vouch(self, request: web.Request, case: int) -> web.StreamResponse:
        """Before an agent's word: their fresh sign-in, bound to this session and this case."""
        return await self.once_more(request, "vouch", f"{CASES}/{case}", case=str(case))

    async def once_more(self, request: web.Request, purpose: Purpose, back: str, **about: str) -> web.StreamResponse:
        session = await self.web_sessions.begun_in(request)
        try:
            begun = await self.oidc.begin(purpose, orjson.dumps({"session": session.id, **about}).decode())
        except ProviderSilent:
            return self.told(request, "silent", back, 503)
        return self.sent(request, begun)

    def sent(self, request: web.Request, begun: Begun) -> web.Response:
        return self.known_again(request, begun, self.pages.lead(request, begun.address))

    def known_again(self, request: web.Request, begun: Begun, answer: web.Response) -> web.Response:
        self.browsers.forget_many(request, answer)
        self.browsers.give(answer, begun.state, begun.browser)
        return answer

    # and back

    async def callback(self, request: web.Request) -> web.StreamResponse:
        if len(request.query_string) > _LONGEST_ANSWER:
            raise web.HTTPBadRequest
        answer = {name: request.query[name] for name in _ANSWERS if name in request.query}
        state = answer.get("state", "")
        try:
            kept = await self.oidc.recall(answer, self.browsers.of(request, state))
        except SignInRefused as refused:
            if next_ := await self.arrivals.led_on(request, state):
                return to_page(next_)
            log.info("sign-in refused", why=str(refused))
            return self.told(request, "refused", _door("/chat", state.partition(".")[0]), 403)
        page = await self.returned(request, kept, answer)
        self.arrivals.note(request, page, state, self.browsers.of(request, state))
        self.browsers.forget(page, state)
        return page

    async def returned(self, request: web.Request, kept: Kept, answer: dict[str, str]) -> web.StreamResponse:
        try:
            who = await self.oidc.finish(kept, answer)
        except SignInRefused as refused:
            log.info("sign-in refused", why=str(refused), purpose=kept.purpose)
            return self.told(request, _words_for(refused), self.again(kept), 403)
        except ProviderSilent:
            return self.told(request, "silent", self.again(kept, kept.purpose), 503)
        if kept.purpose == "step_up":
            return await self.proved(request, kept, who)
        if kept.purpose in ("enrol", "approve", "vouch"):
            return await self.permitted(request, kept, who)
        return await self.entered(request, kept, who)

    async def proved(self, request: web.Request, kept: Kept, who: SignedIn) -> web.StreamResponse:
        about, next_ = orjson.loads(kept.about), self.next_of(kept)
        answer = to_page(next_)
        renewed = self.browsers.of(
            request, request.query.get("state", "")
        )  # the browser has it, even if this answer is lost
        browsers_of_links(self.web_sessions).give(answer, next_.removeprefix("/unlock/"), renewed)
        try:
            await self.unlocking.signed_in(about["challenge"], about["browser"], who.person, who.at, hashed(renewed))
        except SomebodyElse:
            return self.told(request, "somebody_else", next_, 403)
        except ProofRefused:
            return self.told(request, "refused", next_, 403)
        except (LinkGone, NotYet, OtherBrowser):
            return to_page(next_)  # the page itself says so
        return answer

    async def permitted(self, request: web.Request, kept: Kept, who: SignedIn) -> web.StreamResponse:
        """Only in the session that asked, only for its own person, and only for what it was asked for."""
        about, session, next_ = orjson.loads(kept.about), await self.web_sessions.of(request), self.next_of(kept)
        if session is None or session.id != about["session"]:
            log.info("sign-in refused", why="another session", purpose=kept.purpose)
            return self.told(request, "refused", next_, 403)
        answer = to_page(next_)
        here = self.web_sessions.step_up(answer, session)
        try:
            match kept.purpose:
                case "enrol":
                    await self.enrolments.permit(here, who.person, about["change"])
                case "approve":
                    await self.approvals.permit(here, who.person, about["approval"])
                case "vouch":
                    await self.vouching.permit(here, who.person, int(about["case"]))
        except ProofRefused:
            return self.told(request, "somebody_else", next_, 403)
        except SourceUnavailable:
            return self.told(request, "silent", next_, 503)
        except (ApprovalGone, Blocked):
            pass  # the page itself says so
        return answer

    async def entered(self, request: web.Request, kept: Kept, who: SignedIn) -> web.StreamResponse:
        try:
            person = await self.directory.person(who.person)
        except SourceUnavailable:
            return self.told(request, "silent", self.again(kept, kept.purpose), 503)
        if person is None or not person.enabled:
            log.info("sign-in refused", why="not in the directory")
            return self.told(request, "unknown", self.again(kept), 403)
        is_private = kept.purpose == "private"
        principal = Principal(person.id, person.name, person.given_name, "oidc", self.clock.now(), is_private)
        answer = to_page(self.next_of(kept))
        await self.web_sessions.begin(request, answer, principal, who.token)
        return answer

    # drawing

    def next_of(self, kept: Kept) -> str:
        if kept.purpose == "step_up":
            return f"/unlock/{self.unlocking.link_of(orjson.loads(kept.about)['challenge'])}"
        if kept.purpose == "enrol":
            return AUTHENTICATOR
        if kept.purpose == "approve":
            return f"/approve/{orjson.loads(kept.about)['approval']}"
        if kept.purpose == "vouch":
            return f"{CASES}/{orjson.loads(kept.about)['case']}"
        return local_path(kept.about)

    def again(self, kept: Kept, how: str = "anew") -> str:
        """Where another try begins: a shared computer stays one, and nobody is led silently to the same account again."""
        next_ = self.next_of(kept)
        if kept.purpose not in ("session", "private"):
            return next_
        return _door(next_, "private" if kept.purpose == "private" else how)

    def told(self, request: web.Request, what: str, next_: str, status: int) -> web.Response:
        facts = {"words": what, "next": next_}
        return self.pages.draw(request, "provider.html", facts, status=status)


def _door(next_: str, how: str) -> str:
    """`how`: on a "private" computer, "anew" for whoever may want another account, or as the browser is known."""
    return f"/sign-in?{f'{how}=1&' if how in ('private', 'anew') else ''}next={quote(next_)}"


def _words_for(refused: SignInRefused) -> str:
    if isinstance(refused, TooWeak):
        return "too_weak"
    return "not_fresh" if isinstance(refused, NotFresh) else "refused"
