"""The unlock page: prove, then show. It draws what `bot.unlocking` allows; the key is in one response and nowhere else."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import hdrs, web

from adapters.pages.pages import Frame, Pages, form_of, require_same_origin
from adapters.pages.web_sessions import WebSessions, hashed
from bot.challenge import Claimed, Granted, Over, Waiting
from bot.domain.errors import ProofRefused
from bot.ports.clock import Clock
from bot.unlocking import KeyUnavailable, LinkGone, NotYet, OtherBrowser, Shown, Unlocking

BASE = "/unlock/{link}"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class StepUp(Protocol):
    """Sends the browser to a fresh sign-in; it comes back to the link by itself."""

    @property
    def origin(self) -> str: ...

    async def begin(self, link: str, browser: str) -> web.StreamResponse: ...


@dataclass(frozen=True, slots=True)
class UnlockPage:
    unlocking: Unlocking
    pages: Pages
    clock: Clock
    web_sessions: WebSessions
    step_up: StepUp | None = None
    leave_provider: Callable[[], str | None] = lambda: None
    """Where the provider itself signs people out: whoever sits here next would otherwise be let in silently."""

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get(BASE, self.safely(self.look), allow_head=False),
            web.post(f"{BASE}/claim", self.safely(self.claim)),
            web.post(f"{BASE}/prove", self.safely(self.prove)),
            web.post(f"{BASE}/sign-in", self.safely(self.sign_in)),
            web.post(f"{BASE}/other", self.safely(self.other)),
            web.post(f"{BASE}/answer", self.safely(self.answer)),
            web.post(f"{BASE}/show", self.safely(self.show)),
            web.post(f"{BASE}/outcome", self.safely(self.outcome)),
            web.post(f"{BASE}/finish", self.safely(self.finish)),
        ]

    @property
    def cookie(self) -> str:
        return "__Host-sparekey-browser" if self.web_sessions.is_https else "sparekey-browser"

    def safely(self, handler: Handler) -> Handler:
        """Every refusal has one page; unknown, expired, replaced and frozen links have the same."""

        async def handle(request: web.Request) -> web.StreamResponse:
            if request.method == hdrs.METH_POST:
                require_same_origin(request)
            try:
                return await handler(request)
            except LinkGone:
                return self.draw(request, "gone.html", status=404)
            except OtherBrowser:
                return self.draw(request, "elsewhere.html", status=409)
            except NotYet:
                return self.back(request)

        return handle

    async def look(self, request: web.Request) -> web.Response:
        """No side effect, whoever looks: a preview robot sees what the person sees."""
        link, browser = self.where(request)
        state = await self.unlocking.look(link)
        match state:
            case Waiting():
                answer = self.draw(request, "open.html")
                self.mark(request, answer)
                return answer
            case Claimed() | Granted() if state.browser != browser:
                raise OtherBrowser
            case Claimed():
                return self.proving(request, state)
            case Granted(unobserved=False):
                return self.draw(request, "ask.html")
            case Granted(outcome=False):
                return self.draw(request, "no_more.html")
            case Granted():
                return self.ready(request, state, unavailable=False)
            case _:
                raise LinkGone

    async def claim(self, request: web.Request) -> web.StreamResponse:
        link = request.match_info["link"]
        secret = request.cookies.get(self.cookie) or secrets.token_urlsafe(32)
        await form_of(request)
        await self.unlocking.claim(link, hashed(secret))
        answer = self.back(request)
        self.keep(answer, secret)
        return answer

    async def prove(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        form = await form_of(request, "number", "code")
        try:
            await self.unlocking.prove(link, browser, form["number"], {"authenticator": form["code"]})
        except ProofRefused:
            return await self.refused(request, link)
        return self.back(request)

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """The number first: whoever does not have the chat is not even sent to the provider."""
        link, browser = self.where(request)
        form = await form_of(request, "number")
        if self.step_up is None:
            raise web.HTTPNotFound
        try:
            state = await self.unlocking.prove(link, browser, form["number"], {})
        except ProofRefused:
            return await self.refused(request, link)
        if isinstance(state, Granted) or "sign_in" not in state.missing:
            return self.back(request)
        return await self.step_up.begin(link, browser)

    async def other(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        await form_of(request)
        state = await self.unlocking.other_way(link, browser)
        return self.draw(request, "no_tries.html") if isinstance(state, Over) else self.back(request)

    async def refused(self, request: web.Request, link: str) -> web.Response:
        state = await self.unlocking.look(link)
        if not isinstance(state, Claimed):
            return self.draw(request, "no_tries.html", status=403)
        return self.proving(request, state, wrong=True)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        form = await form_of(request, "somebody")
        if form["somebody"] not in ("yes", "no"):
            raise web.HTTPBadRequest
        await self.unlocking.answer(link, browser, somebody_insists=form["somebody"] == "yes")
        return self.draw(request, "insisted.html") if form["somebody"] == "yes" else self.back(request)

    async def show(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        form = await form_of(request, "nth")
        if form["nth"] not in {"1", "2", "3"}:
            raise web.HTTPBadRequest
        try:
            shown = await self.unlocking.show(link, browser, int(form["nth"]))
        except KeyUnavailable:
            state = await self.unlocking.look(link)
            if not isinstance(state, Granted):
                raise LinkGone from None
            return self.ready(request, state, unavailable=True)
        return self.key(request, shown, int(form["nth"]))

    async def outcome(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        form = await form_of(request, "worked")
        if form["worked"] not in ("yes", "no"):
            raise web.HTTPBadRequest
        await self.unlocking.outcome(link, browser, worked=form["worked"] == "yes")
        if form["worked"] == "yes":
            return await self.leave(request, "worked.html")
        return self.back(request)

    async def finish(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        await self.unlocking.finish(link, browser)
        return await self.leave(request, "finished.html")

    def mark(self, request: web.Request, answer: web.Response) -> None:
        """The browser is given its secret before it claims: an answer lost on the way then costs nobody the link."""
        if self.cookie not in request.cookies:
            self.keep(answer, secrets.token_urlsafe(32))

    def keep(self, answer: web.Response, secret: str) -> None:
        secure = self.web_sessions.is_https
        answer.set_cookie(self.cookie, secret, path="/", httponly=True, secure=secure, samesite="Lax", max_age=3600)

    # drawing

    def proving(self, request: web.Request, state: Claimed, *, wrong: bool = False) -> web.Response:
        facts = {
            "tries_left": state.tries_left,
            "wrong": wrong,
            "method": state.missing[0],
            "number_held": state.number_held,
            "held": state.number_held and not wrong,
        }
        frame = Frame(forms=f"'self' {self.step_up.origin}") if self.step_up else None
        return self.draw(request, "prove.html", status=422 if wrong else 200, frame=frame, **facts)

    async def leave(self, request: web.Request, template: str) -> web.Response:
        """On a shared computer the session ends here too, and nothing of it stays in the browser."""
        session = await self.web_sessions.of(request)
        is_private = session is not None and session.principal.on_shared_computer
        answer = self.draw(request, template, leave=self.leave_provider() if is_private else None)
        kept = '"cache"'
        if is_private:
            await self.web_sessions.end(request, answer)
            kept = '"cache", "cookies", "storage"'
        answer.headers["Clear-Site-Data"] = kept
        answer.del_cookie(self.cookie, path="/unlock", secure=self.web_sessions.is_https)
        return answer

    def ready(self, request: web.Request, state: Granted, *, unavailable: bool) -> web.Response:
        card = next(card for card in state.offer.device.keys if card.key_ref == state.offer.key_ref)
        left = state.offer.views_allowed - state.views
        lit = state.view_until is not None and self.clock.now() < state.view_until and state.viewed_ref == card.key_ref
        nth = state.views if lit else state.views + 1
        return self.draw(
            request,
            "ready.html",
            device=state.offer.device,
            card=card,
            nth=nth,
            left=left,
            lit=lit,
            unavailable=unavailable,
        )

    def key(self, request: web.Request, shown: Shown, nth: int) -> web.Response:
        seconds = max(0, int((shown.goes_dark_at - self.clock.now()).total_seconds()))
        return self.draw(request, "key.html", shown=shown, seconds=seconds, nth=nth)

    def draw(
        self, request: web.Request, template: str, *, status: int = 200, frame: Frame | None = None, **facts: object
    ) -> web.Response:
        base = f"/unlock/{request.match_info['link']}"
        return self.pages.draw(request, f"unlock/{template}", {"base": base, **facts}, status=status, frame=frame)

    @staticmethod
    def back(request: web.Request) -> web.Response:
        return web.Response(status=303, headers={hdrs.LOCATION: f"/unlock/{request.match_info['link']}"})

    def where(self, request: web.Request) -> tuple[str, str]:
        return request.match_info["link"], hashed(request.cookies.get(self.cookie, ""))
