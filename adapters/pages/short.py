"""The short address /k: a code from the desk, typed on any phone, leads to the person's own page. Looking does nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import hdrs, web

from adapters.pages.browser_secrets import BrowserSecrets
from adapters.pages.pages import Pages, form_of, require_same_origin
from adapters.pages.unlock import browsers_of_links
from adapters.pages.web_sessions import WebSessions, hashed
from bot.releasing import CodeRefused, Releasing, TooManyCodes

PATH = "/k"


@dataclass(frozen=True, slots=True)
class ShortPage:
    releasing: Releasing
    pages: Pages
    web_sessions: WebSessions
    network_of: Callable[[web.Request], str]

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.get(PATH, self.ask, allow_head=False), web.post(PATH, self.answer)]

    @property
    def browsers(self) -> BrowserSecrets:
        return BrowserSecrets("code", 3600, self.web_sessions.is_https)

    async def ask(self, request: web.Request) -> web.Response:
        """The browser has its secret before it claims: an answer that is lost then costs nobody the code."""
        answer = self.pages.draw(request, "short/ask.html", {"wrong": False, "too_many": False})
        if not self.browsers.of(request, PATH):
            self.browsers.give(answer, PATH)
        return answer

    async def answer(self, request: web.Request) -> web.StreamResponse:
        require_same_origin(request)
        form = await form_of(request, "code")
        secret = self.browsers.of(request, PATH)
        if not secret:
            return web.Response(status=303, headers={hdrs.LOCATION: PATH})
        try:
            shared = self.web_sessions.is_private(request)
            link = await self.releasing.redeem(
                form["code"], hashed(secret), self.network_of(request), on_shared_computer=shared
            )
        except TooManyCodes:
            return self.pages.draw(request, "short/ask.html", {"wrong": False, "too_many": True}, status=429)
        except CodeRefused:
            return self.pages.draw(request, "short/ask.html", {"wrong": True, "too_many": False}, status=422)
        answer = web.Response(status=303, headers={hdrs.LOCATION: f"/unlock/{link}"})
        browsers_of_links(self.web_sessions).give(answer, link, secret)
        return answer
