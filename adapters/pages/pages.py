"""Draws our own pages, each with the headers that keep it to itself: no cache, no referrer, no frame, no foreign script."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from urllib.parse import parse_qsl

import jinja2
from aiohttp import hdrs, web

from bot.ports.words import Words

LARGEST_FORM = 16 * 1024
HEADERS = {
    hdrs.CACHE_CONTROL: "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def environment() -> jinja2.Environment:
    loaders = [
        jinja2.FileSystemLoader(str(files(package) / "templates"))
        for package in ("adapters.pages", "adapters.demo", "adapters.webchat")
    ]
    return jinja2.Environment(loader=jinja2.ChoiceLoader(loaders), autoescape=True, undefined=jinja2.StrictUndefined)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page may load, and who may frame it: by itself, nothing and nobody."""

    ancestors: str = "'none'"
    connect: str = "'self'"
    images: str = "'self' data:"
    workers: str = "'none'"
    frames: str = "'none'"
    forms: str = "'self'"

    def policy(self, nonce: str) -> str:
        return (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src {self.images}; "
            f"connect-src {self.connect}; font-src 'self' data:; worker-src {self.workers}; frame-src {self.frames}; "
            f"base-uri 'none'; form-action {self.forms}; frame-ancestors {self.ancestors}"
        )


@dataclass(frozen=True, slots=True)
class Pages:
    words: Words
    templates: jinja2.Environment

    def draw(
        self,
        request: web.Request,
        template: str,
        facts: Mapping[str, object] | None = None,
        *,
        status: int = 200,
        frame: Frame | None = None,
    ) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        language = language_of(request, self.words)
        body = self.templates.get_template(template).render(
            t=partial(self._phrase, language), language=language, nonce=nonce, **(facts or {})
        )
        headers = {**HEADERS, "Content-Security-Policy": (frame or Frame()).policy(nonce)}
        return web.Response(text=body, status=status, content_type="text/html", headers=headers)

    def _phrase(self, language: str, text: str, **facts: object) -> str:
        return self.words.phrase(language, text, {name: str(value) for name, value in facts.items()})


def language_of(request: web.Request, words: Words) -> str:
    """The first of the browser's languages that we speak."""
    for asked in request.headers.get(hdrs.ACCEPT_LANGUAGE, "").split(","):
        language = asked.partition(";")[0].strip()[:2].lower()
        if language in words.languages:
            return language
    return "en"


async def form_of(request: web.Request, *fields: str) -> Mapping[str, str]:
    """The named fields of a small form, missing ones empty. Raises 400 and 413."""
    if (request.content_length or 0) > LARGEST_FORM:
        raise web.HTTPRequestEntityTooLarge(LARGEST_FORM, request.content_length or 0)
    body = b""
    while len(body) <= LARGEST_FORM and (more := await request.content.read(LARGEST_FORM + 1 - len(body))):
        body += more  # a form may come in many packets
    if len(body) > LARGEST_FORM:
        raise web.HTTPRequestEntityTooLarge(LARGEST_FORM, len(body))
    return _parsed(request, body, fields)


def _parsed(request: web.Request, body: bytes, fields: tuple[str, ...]) -> Mapping[str, str]:
    if body and request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPBadRequest
    try:
        given = parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=20)
    except ValueError as error:
        raise web.HTTPBadRequest from error
    names = [name for name, _ in given]
    if len(names) != len(set(names)) or not set(names) <= set(fields):
        raise web.HTTPBadRequest
    found = dict(given)
    return {field: found.get(field, "") for field in fields}


def require_same_origin(request: web.Request) -> None:
    """A form of another site is refused. Scripts do not tell where they come from, and carry nobody's cookies.

    Our pages send no referrer, so browsers call their origin "null": `Sec-Fetch-Site` is then what tells.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise web.HTTPForbidden
        return
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and origin.partition("://")[2] != request.host:
        raise web.HTTPForbidden
