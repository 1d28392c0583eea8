"""The door of the chat: tokens, living sessions, origins, sizes and rates, checked before anything else is read."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson
from aiohttp import hdrs, web

from adapters.bounded import read_at_most
from adapters.limits import Buckets
from adapters.webchat.tokens import BadToken, Pass, Tokens
from bot.ports.clock import Clock
from bot.ports.sessions import Session, Sessions

LARGEST_BODY = 256 * 1024
TRUSTED_FOR = timedelta(seconds=2)
"""A session that was alive so recently is not looked up again; signing out here ends its sockets at once."""
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(slots=True)
class Door:
    tokens: Tokens
    sessions: Sessions
    clock: Clock
    public_url: str
    allowed_origins: frozenset[str]
    buckets: Buckets
    _alive: OrderedDict[str, tuple[datetime, Session]] = field(default_factory=OrderedDict)

    async def admit(self, request: web.Request) -> Pass:
        """Raises the HTTP refusal: 401 without a token, 403 for one that does not hold."""
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        if scheme != "Bearer" or not token:
            raise refused(401, "MissingToken", "A token is needed.")
        try:
            known = self.tokens.read(token, "token", self.clock.now())
        except BadToken:
            raise refused(403, "TokenExpired", "This token is not valid.") from None
        await self.session(known)
        if request.match_info.get("conversation", known.conversation) != known.conversation:
            raise refused(403, "BadArgument", "This token is not valid.")
        return known

    async def admit_stream(self, request: web.Request) -> Pass:
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None and not self._is_welcome(request, origin):
            raise refused(403, "ForeignOrigin", "This page may not listen.")
        try:
            known = self.tokens.read(request.query.get("t", ""), "stream", self.clock.now())
        except BadToken:
            raise refused(403, "TokenExpired", "This token is not valid.") from None
        await self.session(known)
        if request.match_info["conversation"] != known.conversation:
            raise refused(403, "BadArgument", "This token is not valid.")
        return known

    async def session(self, known: Pass) -> Session:
        now = self.clock.now()
        checked = self._alive.get(known.session)
        if checked is not None and now - checked[0] < TRUSTED_FOR:
            return checked[1]
        session = await self.sessions.find(known.session, now)
        if session is None:
            self._alive.pop(known.session, None)
            raise refused(403, "TokenExpired", "This token is not valid.")
        self._alive[known.session] = (now, session)
        if len(self._alive) > 20_000:  # noqa: PLR2004
            self._alive.popitem(last=False)
        return session

    async def note_use(self, session: Session) -> None:
        """The person said something; what the client does by itself is not noted."""
        now = self.clock.now()
        if session.has_rested(now):
            await self.sessions.touch(session.id, now)
            self.forget(session.id)

    def forget(self, session_id: str) -> None:
        self._alive.pop(session_id, None)

    async def body(self, request: web.Request) -> bytes:
        if (request.content_length or 0) > LARGEST_BODY:
            raise refused(413, "MessageSizeTooBig", "This is too large.")
        body = await read_at_most(request.content, LARGEST_BODY)
        if len(body) > LARGEST_BODY:
            raise refused(413, "MessageSizeTooBig", "This is too large.")
        return body

    def wait(self, caller: str) -> float:
        return self.buckets.wait(caller)

    # origins

    def base_of(self, request: web.Request) -> str:
        """The address that the caller used, if it is ours; on loopback any name of it."""
        own = self.public_url.partition("://")
        if own[2].partition(":")[0] in LOOPBACK and request.host.rpartition(":")[0] in LOOPBACK:
            return f"{own[0]}://{request.host}"
        return self.public_url

    def is_own_page(self, request: web.Request) -> bool:
        """A browser says where a request comes from; scripts do not, and have the cookie or they have nothing."""
        origin = request.headers.get(hdrs.ORIGIN)
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        return (origin is None or origin == self.base_of(request)) and site in ("same-origin", "none")

    def cross_origin(self, request: web.Request) -> dict[str, str]:
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is None or not self._is_welcome(request, origin):
            return {hdrs.VARY: "Origin"}
        return {
            hdrs.VARY: "Origin",
            hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST, OPTIONS",
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "accept, authorization, content-type, x-ms-bot-agent, x-requested-with",
            hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS: "true",
            hdrs.ACCESS_CONTROL_MAX_AGE: "7200",
        }

    def _is_welcome(self, request: web.Request, origin: str) -> bool:
        return origin == self.base_of(request) or origin in self.allowed_origins


def refusal(status: int, code: str, message: str) -> web.Response:
    body = orjson.dumps({"error": {"code": code, "message": message}})
    return web.Response(status=status, body=body, content_type="application/json")


def refused(status: int, code: str, message: str) -> web.HTTPException:
    kinds = {401: web.HTTPUnauthorized, 403: web.HTTPForbidden}
    body = orjson.dumps({"error": {"code": code, "message": message}}).decode()
    if status == 413:  # noqa: PLR2004
        return web.HTTPRequestEntityTooLarge(LARGEST_BODY, 0, text=body, content_type="application/json")
    return kinds[status](text=body, content_type="application/json")
