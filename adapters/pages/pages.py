"""Draws our own pages, each with the headers that keep it to itself: no cache, no referrer to others, no frame, no foreign script."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import TypeVar
from urllib.parse import parse_qsl

import jinja2
from aiohttp import hdrs, web

from adapters.bounded import read_at_most
from bot.ports.words import Words

T = TypeVar("T", bound=str)
YES_OR_NO = ("yes", "no")
LARGEST_FORM = 16 * 1024
SCHEME = web.AppKey("scheme", str)
"""By which browsers reach us; behind a proxy it is another than the one that we are asked by."""
HEADERS = {
    hdrs.CACHE_CONTROL: "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


@cache
def environment() -> jinja2.Environment:
    """One a process: a template is compiled when it is first drawn, and for good."""
    loaders = [
        jinja2.FileSystemLoader(str(files(package) / "templates"))
        for package in ("adapters.pages", "adapters.demo", "adapters.desk", "adapters.webchat")
    ]
    return jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders), autoescape=True, undefined=jinja2.StrictUndefined, auto_reload=False
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page may load, and who may frame it: by itself, nothing and nobody."""

    ancestors: str = "'none'"
    connect: str = "'self'"
    images: str = "'self' data:"
    workers: str = "'none'"
    frames: str = "'none'"

    def policy(self, nonce: str) -> str:
        return (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src {self.images}; "
            f"connect-src {self.connect}; font-src 'self' data:; worker-src {self.workers}; frame-src {self.frames}; "
            f"base-uri 'none'; form-action 'self'; frame-ancestors {self.ancestors}"
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

    def part(self, language: str, template: str, facts: Mapping[str, object]) -> str:
        """Of a page that is open already."""
        return self.templates.get_template(template).render(
            t=partial(self._phrase, language), language=language, **facts
        )

    def lead(self, request: web.Request, address: str) -> web.Response:
        """From a form of ours to somebody else's page. Browsers hold `form-action` against every redirect of a form,
        also those that a provider makes on its own; a page that leads on ends the form here.
        """
        if not address.startswith("https://"):
            raise ValueError(address.partition(":")[0])
        return self.draw(request, "leading.html", {"address": address})

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
    body = await read_at_most(request.content, LARGEST_FORM)
    if len(body) > LARGEST_FORM:
        raise web.HTTPRequestEntityTooLarge(LARGEST_FORM, len(body))
    return _parsed(request, body, fields)


async def form_given(request: web.Request, csrf: str, *fields: str) -> Mapping[str, str]:
    """A form that this session was given: raises 403 for any other."""
    form = await form_of(request, "csrf", *fields)
    if not hmac.compare_digest(form["csrf"].encode("utf-8", "replace"), csrf.encode()):
        raise web.HTTPForbidden
    return form


def one_of(text: str, allowed: tuple[T, ...]) -> T:
    """What a field may say. Raises 400 for anything else."""
    found = next((one for one in allowed if one == text), None)
    if found is None:
        raise web.HTTPBadRequest
    return found


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

    `Sec-Fetch-Site` decides where a browser says it. Older ones name their origin, and name ours because our pages
    tell it to ourselves; one that is "null" is not ours.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise web.HTTPForbidden
        return
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and origin != f"{request.app[SCHEME]}://{request.host}":
        raise web.HTTPForbidden


def to_page(path: str) -> web.Response:
    """See there: what was posted is not posted again by looking."""
    return web.Response(status=303, headers={hdrs.LOCATION: path})
