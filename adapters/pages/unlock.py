"""The unlock page: prove, then show. It draws what `bot.unlocking` allows; the key is in one response and nowhere else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from aiohttp import hdrs, web

from adapters.pages.asking import LOOK_AGAIN, POLL, AskingPage
from adapters.pages.browser_secrets import BrowserSecrets
from adapters.pages.pages import YES_OR_NO, Pages, form_of, one_of, require_same_origin
from adapters.pages.web_sessions import WebSessions, hashed
from bot.challenge import Claimed, Granted, Over, Waiting
from bot.challenging import seen_from
from bot.domain.errors import ProofRefused
from bot.domain.policy import METHODS
from bot.ports.clock import Clock
from bot.tries import NO_NETWORK, TooSoon
from bot.unlocking import KeyUnavailable, LinkGone, NotYet, OtherBrowser, Shown, Unlocking

BASE = "/unlock/{link}"
BY_CODE = web.RequestKey("by_code", bool)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class StepUp(Protocol):
    """Sends the browser to a fresh sign-in; it comes back to the link by itself."""

    async def begin(self, request: web.Request, link: str, browser: str) -> web.StreamResponse: ...


@dataclass(frozen=True, slots=True)
class UnlockPage:
    unlocking: Unlocking
    pages: Pages
    clock: Clock
    web_sessions: WebSessions
    asking: AskingPage
    step_up: StepUp | None = None
    network_of: Callable[[web.Request], str] = lambda _: NO_NETWORK
    leave_provider: Callable[[str], str | None] = lambda _hint: None
    """Where the provider itself signs people out: whoever sits here next would otherwise be let in silently."""

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get(BASE, self.safely(self.look), allow_head=False),
            web.post(f"{BASE}/claim", self.safely(self.claim)),
            web.post(f"{BASE}/prove", self.safely(self.prove)),
            web.post(f"{BASE}/sign-in", self.safely(self.sign_in)),
            web.post(f"{BASE}/other", self.safely(self.other)),
            web.post(f"{BASE}/approval", self.safely(self.approval)),
            web.post(f"{BASE}/answer", self.safely(self.answer)),
            web.post(f"{BASE}/show", self.safely(self.show)),
            web.post(f"{BASE}/outcome", self.safely(self.outcome)),
            web.post(f"{BASE}/finish", self.safely(self.finish)),
        ]

    @property
    def browsers(self) -> BrowserSecrets:
        return browsers_of_links(self.web_sessions)

    def safely(self, handler: Handler) -> Handler:
        """Every refusal has one page; unknown, expired, replaced and frozen links have the same."""

        async def handle(request: web.Request) -> web.StreamResponse:
            if request.method == hdrs.METH_POST:
                require_same_origin(request)
            if POLL not in request.headers:
                await self.web_sessions.of(request)  # whoever is here is not idle in the chat
            request[BY_CODE] = await self.unlocking.came_by_code(request.match_info["link"])
            try:
                return await handler(request)
            except LinkGone:
                return self.draw(request, "gone.html", status=404)
            except OtherBrowser:
                return await self.returned(request) or self.draw(request, "elsewhere.html", status=409)
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
                if not self.browsers.of(request, link):
                    self.browsers.give(answer, link)  # before it claims: an answer lost then would cost the link
                return answer
            case Claimed() | Granted() if state.browser != browser:
                raise OtherBrowser
            case Claimed() if self.asking.has_the_turn(state):
                return await self.asking.draw(request, state)
            case Claimed():
                return self.proving(request, state)
            case Granted(unobserved=False):
                return self.draw(request, "ask.html", known=known_to(state))
            case Granted(outcome=False):
                return self.draw(request, "no_more.html")
            case Granted():
                return self.ready(request, state, unavailable=False)
            case _:
                raise LinkGone

    async def returned(self, request: web.Request) -> web.Response | None:
        """The browser that signed in, whose answer was lost on the way: it has its secret all the same."""
        link = request.match_info["link"]
        state = await self.unlocking.look(link)
        for secret in browsers_at_provider(self.web_sessions).all(request):
            if isinstance(state, Claimed | Granted) and hashed(secret) == state.browser:
                answer = self.back(request)
                self.browsers.give(answer, link, secret)
                return answer
        return None

    async def claim(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        await form_of(request)
        answer = self.back(request)
        if not self.browsers.of(request, link):
            browser = hashed(self.browsers.give(answer, link))
        await self.unlocking.claim(link, browser, on_shared_computer=self.web_sessions.is_private(request))
        return answer

    async def prove(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        form = await form_of(request, "number", "code")
        try:
            code = {"authenticator": form["code"]}
            await self.unlocking.prove(link, browser, form["number"], code, self.network_of(request))
        except ProofRefused as refused:
            return await self.refused(request, link, refused)
        return self.back(request)

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """The number first: whoever does not have the chat is not even sent to the provider."""
        link, browser = self.where(request)
        form = await form_of(request, "number")
        if self.step_up is None:
            raise web.HTTPNotFound
        try:
            state = await self.unlocking.prove(link, browser, form["number"], {}, self.network_of(request))
        except ProofRefused as refused:
            return await self.refused(request, link, refused)
        if isinstance(state, Granted) or "sign_in" not in state.missing:
            return self.back(request)
        return await self.step_up.begin(request, link, browser)

    async def other(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        form = await form_of(request, "method")
        state = await self.unlocking.other_way(link, browser, one_of(form["method"], METHODS))
        return self.draw(request, "no_tries.html") if isinstance(state, Over) else self.back(request)

    async def approval(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        try:
            return await self.asking.ask(request, link, browser, self.network_of(request))
        except ProofRefused as why:
            return await self.refused(request, link, why)

    async def refused(self, request: web.Request, link: str, why: ProofRefused) -> web.Response:
        state = await self.unlocking.look(link)
        if not isinstance(state, Claimed):
            return self.draw(request, "no_tries.html", status=403)
        seconds = ceil(why.wait.total_seconds()) if isinstance(why, TooSoon) else 0
        status = 429 if seconds else 422
        if self.asking.has_the_turn(state):
            answer = await self.asking.draw(request, state, wrong=not seconds, wait=seconds, status=status)
        else:
            answer = self.proving(request, state, wrong=not seconds, wait=seconds, status=status)
        if seconds:
            answer.headers[hdrs.RETRY_AFTER] = str(seconds)
        return answer

    async def answer(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        form = await form_of(request, "somebody")
        insists = one_of(form["somebody"], YES_OR_NO) == "yes"
        await self.unlocking.answer(link, browser, somebody_insists=insists)
        return self.draw(request, "insisted.html") if insists else self.back(request)

    async def show(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        form = await form_of(request, "nth")
        nth = int(one_of(form["nth"], ("1", "2", "3")))
        try:
            shared = self.web_sessions.is_private(request)
            shown = await self.unlocking.show(link, browser, nth, on_shared_computer=shared)
        except KeyUnavailable:
            state = await self.unlocking.look(link)
            if not isinstance(state, Granted):
                raise LinkGone from None
            return self.ready(request, state, unavailable=True)
        return self.key(request, shown, nth)

    async def outcome(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        form = await form_of(request, "worked")
        worked = one_of(form["worked"], YES_OR_NO) == "yes"
        await self.unlocking.outcome(link, browser, worked=worked)
        if worked:
            return await self.leave(request, "worked.html")
        return self.back(request)

    async def finish(self, request: web.Request) -> web.StreamResponse:
        link, browser = self.where(request)
        await self.unlocking.finish(link, browser)
        return await self.leave(request, "finished.html")

    # drawing

    def proving(
        self, request: web.Request, state: Claimed, *, wrong: bool = False, wait: int = 0, status: int = 200
    ) -> web.Response:
        facts = {
            "tries_left": state.tries_left,
            "wrong": wrong,
            "wait": wait,
            "method": state.missing[0],
            "number_held": state.number_held,
            "held": state.number_held and not wrong and not wait,
        }
        return self.draw(request, "prove.html", status=status, **facts)

    async def leave(self, request: web.Request, template: str) -> web.Response:
        """On a shared computer the session ends here and at the provider, and nothing of it stays in the browser."""
        is_private = self.web_sessions.is_private(request)
        away = self.leave_provider(self.web_sessions.hint(request)) if is_private else None
        answer = self.pages.lead(request, away) if away else self.draw(request, template)
        if is_private:
            await self.web_sessions.end(request, answer)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"' if is_private else '"cache"'
        self.browsers.forget(answer, request.match_info["link"])
        return answer

    def ready(self, request: web.Request, state: Granted, *, unavailable: bool) -> web.Response:
        card = next(card for card in state.offer.device.keys if card.key_ref == state.offer.key_ref)
        offer = seen_from(state.offer, on_shared_computer=self.web_sessions.is_private(request))
        left = max(0, offer.views_allowed - state.views)
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
        return self.draw(request, "key.html", shown=shown, seconds=seconds, nth=nth, poll=POLL, look_again=LOOK_AGAIN)

    def draw(self, request: web.Request, template: str, *, status: int = 200, **facts: object) -> web.Response:
        base = f"/unlock/{request.match_info['link']}"
        to_human = "_by_code" if request[BY_CODE] else ""
        return self.pages.draw(
            request, f"unlock/{template}", {"base": base, "to_human": to_human, **facts}, status=status
        )

    @staticmethod
    def back(request: web.Request) -> web.Response:
        return web.Response(status=303, headers={hdrs.LOCATION: f"/unlock/{request.match_info['link']}"})

    def where(self, request: web.Request) -> tuple[str, str]:
        link = request.match_info["link"]
        return link, hashed(self.browsers.of(request, link))


def known_to(state: Granted) -> str:
    """Who speaks with the person because we asked for it: whoever says so honestly is in nobody's hands."""
    if state.offer.case is not None:
        return "_helpdesk"
    return "_approval" if "approval" in state.methods else ""


def browsers_of_links(web_sessions: WebSessions) -> BrowserSecrets:
    """By which a browser is known that claimed a link; the challenge holds its hash."""
    return BrowserSecrets("link", 3600, web_sessions.is_https)


def browsers_at_provider(web_sessions: WebSessions) -> BrowserSecrets:
    """By which a browser is known again that was sent away to sign in. When it holds, it is the link's secret from then on."""
    return BrowserSecrets("sign-in", 600, web_sessions.is_https)
