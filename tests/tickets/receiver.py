"""Whoever receives the webhook: checks what Standard Webhooks asks a receiver to check, and trusts nothing else."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

KEY = b"thirty-two bytes of a secret key"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
TOLERANCE = 300


@dataclass
class Receiver:
    """`loses`: so many events are taken and their answers never come. `sent`: every request, taken or not."""

    now: Callable[[], datetime]
    base: str = ""
    taken: dict[str, Any] = field(default_factory=dict)
    sent: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    moods: list[web.Response] = field(default_factory=list)
    loses: int = 0

    async def take(self, request: web.Request) -> web.StreamResponse:
        headers, body = {name.lower(): value for name, value in request.headers.items()}, await request.read()
        self.sent.append((headers, body))
        if self.moods:
            return self.moods.pop(0)
        if not self.is_genuine(headers, body):
            return web.Response(status=401)
        if headers["webhook-id"] not in self.taken:
            self.taken[headers["webhook-id"]] = json.loads(body)
        if self.loses:
            self.loses -= 1
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=204)

    def is_genuine(self, headers: dict[str, str], body: bytes) -> bool:
        at = headers["webhook-timestamp"]
        if abs(self.now().timestamp() - int(at)) > TOLERANCE:
            return False
        signed = hmac.digest(KEY, f"{headers['webhook-id']}.{at}.".encode() + body, hashlib.sha256)
        return hmac.compare_digest(headers["webhook-signature"], f"v1,{base64.b64encode(signed).decode()}")


@asynccontextmanager
async def receiver(now: Callable[[], datetime]) -> AsyncIterator[Receiver]:
    there = Receiver(now)
    app = web.Application()
    app.router.add_post("/hook", there.take)
    async with TestServer(app, host="127.0.0.1") as server:
        there.base = f"http://127.0.0.1:{server.port}/hook"
        yield there
