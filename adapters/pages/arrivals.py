"""A sign-in that held, remembered by its browser: whoever loads its callback once more, by the back button or a double tap, is led on.

It lets nobody in and proves nothing. It names a page of ours, and counts only beside the very secret that the browser
went on with: its session's, or its link's. Without that the answer is the refusal that everybody else gets.
"""

import hmac
from dataclasses import dataclass
from urllib.parse import quote, unquote

from aiohttp import hdrs, web

from adapters.pages.browser_secrets import BrowserSecrets
from adapters.pages.unlock import browsers_of_links
from adapters.pages.web_sessions import WebSessions, hashed, local_path

LIVES = 600
UNLOCK = "/unlock/"


@dataclass(frozen=True, slots=True)
class Arrivals:
    web_sessions: WebSessions

    @property
    def browsers(self) -> BrowserSecrets:
        return BrowserSecrets("arrived", LIVES, self.web_sessions.is_https)

    def note(self, request: web.Request, answer: web.StreamResponse, state: str, link_secret: str) -> None:
        """`link_secret`: by which this browser's link knows it from now on, if it was a link that it signed in for."""
        next_ = answer.headers.get(hdrs.LOCATION, "")
        begun = answer.cookies.get(self.web_sessions.cookie)
        session = begun.value if begun else request.cookies.get(self.web_sessions.cookie, "")
        secret = link_secret if _link_of(next_) else session
        if next_ and secret:
            self.browsers.forget_many(request, answer)
            self.browsers.give(answer, state, f"{_mark(state, secret)}.{quote(next_, safe='')}")

    async def led_on(self, request: web.Request, state: str) -> str | None:
        """Where the sign-in of this `state` led, if it held in this browser and still does."""
        mark, _, quoted = self.browsers.of(request, state).partition(".")
        next_ = local_path(unquote(quoted))
        link = _link_of(next_)
        if not link and await self.web_sessions.of(request) is None:
            return None
        secret = (
            browsers_of_links(self.web_sessions).of(request, link)
            if link
            else request.cookies.get(self.web_sessions.cookie, "")
        )
        return next_ if secret and hmac.compare_digest(mark.encode(), _mark(state, secret).encode()) else None


def _link_of(path: str) -> str:
    return path.removeprefix(UNLOCK) if path.startswith(UNLOCK) else ""


def _mark(state: str, secret: str) -> str:
    return hashed(f"arrived\n{state}\n{secret}")
