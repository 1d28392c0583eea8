"""`POST /api/messages`: the one address that Teams knows. Whoever is not let in learns nothing but that."""

import asyncio
from typing import Protocol

import orjson
import structlog
from aiohttp import hdrs, web
from botbuilder.schema import Activity

from adapters.botframework.codec import BadActivity
from adapters.bounded import read_at_most
from adapters.teams.gate import LARGEST_BODY, Refused
from adapters.teams.turns import Turns

PATH = "/api/messages"
PATIENCE = 10.0
log = structlog.get_logger()


class Entrance(Protocol):
    def glance(self, authorization: str) -> None:
        """Raises Refused where it is clear already."""

    async def admit(self, authorization: str, body: bytes) -> Activity:
        """Raises Refused; BadActivity where whoever asks may know what was wrong."""


class TeamsRoutes:
    def __init__(self, entrance: Entrance, turns: Turns) -> None:
        self._entrance, self._turns = entrance, turns

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self.receive)]

    async def receive(self, request: web.Request) -> web.Response:
        try:
            authorization = request.headers.get(hdrs.AUTHORIZATION, "")
            self._entrance.glance(authorization)
            _require_no_browser(request)
            activity = await self._entrance.admit(authorization, await _body(request))
            answer = await self._turns.take(activity)
        except Refused as refused:
            log.info("activity refused", why=refused.why)
            return web.Response(status=401)
        except BadActivity:
            return web.Response(status=400)
        if not answer.body:
            return web.Response(status=answer.status)
        return web.Response(status=answer.status, body=orjson.dumps(answer.body), content_type="application/json")


def _require_no_browser(request: web.Request) -> None:
    """No page of anybody's may speak here: Teams calls from its servers."""
    if hdrs.ORIGIN in request.headers or "Sec-Fetch-Site" in request.headers:
        raise Refused("header")


async def _body(request: web.Request) -> bytes:
    """One byte more than allowed is read at most; the gate refuses it then."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await _read(request)
    except TimeoutError:
        raise Refused("body") from None


async def _read(request: web.Request) -> bytes:
    length = request.content_length
    if length is not None and length <= LARGEST_BODY:
        return await request.read()
    if length is not None:
        raise Refused("body")
    return await read_at_most(request.content, LARGEST_BODY)
