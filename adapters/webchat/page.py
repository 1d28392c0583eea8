"""The chat page around the official client, the widget that puts it on other pages, and the files they need."""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from aiohttp import hdrs, web

from adapters.pages.pages import Frame, Pages, language_of
from bot.ports.sessions import Session

LOCALES = {"en": "en-US", "de": "de-DE"}
KINDS = {".css": "text/css", ".js": "text/javascript"}
BUNDLE = "webchat.js"


class NoBundle(Exception):
    """The official client was not installed: `npm ci` in adapters/webchat/assets, then copy its bundle (see the Makefile)."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The official client, compressed beforehand; its address changes with its content, so it may be kept for ever."""

    plain: bytes
    gzipped: bytes
    path: str
    integrity: str


@cache
def read_bundle(folder: Path) -> Bundle:
    """Once a process."""
    try:
        plain, gzipped = (folder / BUNDLE).read_bytes(), (folder / f"{BUNDLE}.gz").read_bytes()
    except FileNotFoundError as error:
        raise NoBundle(str(folder)) from error
    digest = hashlib.sha384(plain).digest()
    return Bundle(plain, gzipped, f"/assets/{digest[:8].hex()}/{BUNDLE}", f"sha384-{base64.b64encode(digest).decode()}")


def default_folder() -> Path:
    return Path(str(files("adapters.webchat"))) / "assets" / "dist"


@dataclass(frozen=True, slots=True)
class ChatPage:
    pages: Pages
    bundle: Bundle
    session_of: Callable[[web.Request], Awaitable[Session | None]]
    base_of: Callable[[web.Request], str]
    allowed_origins: frozenset[str]
    app_page: str | None = None
    """Where people add an authenticator app, if they may."""
    pictures: bool = False
    """People may send some."""

    def routes(self) -> list[web.AbstractRouteDef]:
        statics = {name: _read(package, name) for package, name in _STATICS}
        return [
            web.get("/chat", self.chat, allow_head=False),
            web.get(self.bundle.path, self.serve_bundle),
            web.get("/static/{name}", _serving(statics)),
            web.get("/widget.js", _serving({"": _read("adapters.webchat", "widget.js")})),
        ]

    async def chat(self, request: web.Request) -> web.Response:
        session = await self.session_of(request)
        if session is None:
            return web.Response(status=303, headers={hdrs.LOCATION: "/sign-in?next=/chat"})
        language = language_of(request, self.pages.words)
        sockets = f"ws{self.base_of(request)[4:]}"
        frame = Frame(
            ancestors=" ".join(("'self'", *sorted(self.allowed_origins))),
            connect=f"'self' blob: {sockets}",
            images="'self' data: blob:",
            workers="blob:",
        )
        facts = {
            "name": session.principal.name,
            "app_page": self.app_page,
            "pictures": self.pictures,
            "embedded": request.query.get("embedded") == "1",
            "bundle": self.bundle.path,
            "integrity": self.bundle.integrity,
            "locale": LOCALES.get(language, "en-US"),
        }
        return self.pages.draw(request, "chat.html", facts, frame=frame)

    async def serve_bundle(self, request: web.Request) -> web.Response:
        headers = {hdrs.CACHE_CONTROL: "public, max-age=31536000, immutable", hdrs.VARY: "Accept-Encoding"}
        body = self.bundle.plain
        if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
            headers[hdrs.CONTENT_ENCODING] = "gzip"
            body = self.bundle.gzipped
        return web.Response(body=body, content_type="text/javascript", headers=headers)


_STATICS = (
    ("adapters.pages", "sparekey.css"),
    ("adapters.pages", "demo.css"),
    ("adapters.desk", "desk.css"),
    ("adapters.desk", "times.js"),
    ("adapters.desk", "calls.js"),
    ("adapters.desk", "desk.js"),
    ("adapters.webchat", "chat.css"),
    ("adapters.webchat", "chat.js"),
)


def _read(package: str, name: str) -> tuple[bytes, str]:
    return (files(package) / "static" / name).read_bytes(), KINDS[Path(name).suffix]


def _serving(statics: Mapping[str, tuple[bytes, str]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        found = statics.get(request.match_info.get("name", ""))
        if found is None:
            raise web.HTTPNotFound
        body, kind = found
        mark = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {hdrs.CACHE_CONTROL: "no-cache", hdrs.ETAG: mark, "Cross-Origin-Resource-Policy": "cross-origin"}
        if request.headers.get(hdrs.IF_NONE_MATCH) == mark:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)

    return serve
