"""Around every request: limits by address, headers on everything, and no stack trace to the outside."""

import secrets
from collections.abc import Awaitable, Callable
from math import ceil

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from adapters.caller import Callers
from adapters.limits import Buckets
from adapters.pages.pages import HEADERS, Pages
from bot.ports.store import StoreUnavailable

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = structlog.get_logger()
_COUNTED_ELSEWHERE = ("/v3/", "/api/messages")
"""The chat is limited by conversation. All of Teams comes from a few addresses; its gate refuses before it works."""
_NO_BROWSER = "/api/messages"
_SIGN_IN = ("/sign-in", "/auth/callback")
"""They change nothing that a person would notice, but cost a place in the store and a call to the provider."""
_CALM = {400, 403, 404, 405, 413, 429}


def guard(pages: Pages, buckets: Buckets, sign_ins: Buckets, callers: Callers) -> Middleware:
    """`sign_ins` are counted apart, so that nobody's neighbour can take the key page from them by signing in and in."""

    def wait_of(request: web.Request) -> float:
        if _route_of(request) in _SIGN_IN:
            return sign_ins.wait(callers.of(request))
        if request.method == hdrs.METH_POST and not request.path.startswith(_COUNTED_ELSEWHERE):
            return buckets.wait(callers.of(request))
        return 0.0

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        if wait := wait_of(request):
            answer: web.StreamResponse = _page(pages, request, 429)
            answer.headers[hdrs.RETRY_AFTER] = str(ceil(wait))
            _harden(answer)
            return answer
        try:
            answer = await handler(request)
        except web.HTTPException as refusal:
            if refusal.status not in _CALM or refusal.content_type == "application/json":
                _harden(refusal)
                raise
            return _page(pages, request, refusal.status)
        except StoreUnavailable:
            log.error("store unavailable", path=_route_of(request))  # noqa: TRY400 - the name says it all
            return _page(pages, request, 503)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("request failed", path=_route_of(request), reference=reference)
            return _page(pages, request, 500, reference)
        if request.path != _NO_BROWSER:
            _harden(answer)
        return answer

    return around


def _harden(answer: web.StreamResponse) -> None:
    if not answer.prepared:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)


def _page(pages: Pages, request: web.Request, status: int, reference: str = "") -> web.Response:
    if "text/html" in request.headers.get(hdrs.ACCEPT, "text/html"):
        return pages.draw(request, "trouble.html", {"reference": reference}, status=status)
    return web.json_response(
        {"error": {"code": str(status), "message": "refused", "reference": reference}}, status=status
    )


def _route_of(request: web.Request) -> str:
    """The route, never the address: addresses hold links."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"
