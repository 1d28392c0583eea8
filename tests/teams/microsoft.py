"""Microsoft's side, as far as a bot sees it: an issuer of signing keys and a connector, on one loopback port.

Every call of the connector is checked against Microsoft's own description of its REST interface, and so is every answer.
"""

import asyncio
import json
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa
from jsonschema import Draft4Validator
from jwt.algorithms import RSAAlgorithm

from adapters.teams.cloud import Cloud

APP_ID = "11111111-2222-3333-4444-555555555555"
TENANT = "demo"
METADATA = "/v1/.well-known/openidconfiguration"
ISSUER = "https://api.botframework.com"
SCHEMAS = Path(__file__).parents[1] / "schemas"
Claims = dict[str, Any]


@dataclass
class Key:
    id: str
    private: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    endorsements: list[str] = field(default_factory=lambda: ["msteams"])

    def public(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        return content | {"kid": self.id, "use": "sig", "endorsements": self.endorsements}


@dataclass
class Issuer:
    """`mood`: what it does instead of answering. `asked`: how often its keys were fetched."""

    keys: list[Key]
    mood: Callable[[web.Request], Any] | None = None
    asked: int = 0
    base: str = ""

    @property
    def metadata_url(self) -> str:
        return f"{self.base}{METADATA}"

    async def metadata(self, request: web.Request) -> web.StreamResponse:
        if self.mood is not None:
            answer = self.mood(request)
            return await answer if asyncio.iscoroutine(answer) else answer  # type: ignore[no-any-return]
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.base}/v1/.well-known/keys"})

    async def jwks(self, _request: web.Request) -> web.Response:
        self.asked += 1
        return web.json_response({"keys": [key.public() for key in self.keys]})

    def token(self, service_url: str, *, key: Key | None = None, now: float, **claims: Any) -> str:
        """A genuine one; `claims` overrides, and None takes a claim away."""
        content: Claims = {
            "iss": ISSUER, "aud": APP_ID, "serviceurl": service_url, "nbf": int(now) - 10, "exp": int(now) + 3600,
        }  # fmt: skip
        content |= claims
        key = key or self.keys[0]
        kept = {name: value for name, value in content.items() if value is not None}
        return jwt.encode(kept, key.private, "RS256", headers={"kid": key.id})


@dataclass
class Sent:
    """One thing that the bot asked of the connector."""

    method: str
    path: str
    authorization: str | None
    body: Any
    at: float
    id: str = ""

    @property
    def conversation(self) -> str:
        return unquote(self.path.split("/")[3]) if self.path.count("/") > 2 else ""


@dataclass
class Connector:
    """`moods`: taken one a call, before the genuine answer; each answers instead of it, or returns None."""

    base: str = ""
    sent: list[Sent] = field(default_factory=list)
    moods: list[Callable[[web.Request], Any]] = field(default_factory=list)
    delay: float = 0.0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.StreamResponse:
        text = await request.text()
        body = json.loads(text) if text else None
        sent = Sent(request.method, request.raw_path, request.headers.get("Authorization"), body, time.monotonic())
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.moods:
            answer = self.moods.pop(0)(request)
            answer = await answer if asyncio.iscoroutine(answer) else answer
            if answer is not None:
                return answer  # type: ignore[no-any-return]
        operation = check_call(request.method, request.raw_path, body)
        sent.id = f"17{secrets.randbelow(10**11):011}"
        self.sent.append(sent)
        self.arrived.set()
        answer = {"id": sent.id}
        if operation == "Conversations_CreateConversation":
            answer = {
                "id": f"19:made{sent.id}@thread.tacv2;messageid={sent.id}",
                "activityId": sent.id,
                "serviceUrl": self.base,
            }
        elif operation == "Conversations_DeleteActivity":
            return web.Response(status=200)
        check_answer(operation, "201" if request.method == "POST" else "200", answer)
        return web.json_response(answer, status=201 if request.method == "POST" else 200)

    def messages(self, conversation: str | None = None) -> list[Sent]:
        return [
            one
            for one in self.sent
            if one.method == "POST"
            and isinstance(one.body, dict)
            and one.body.get("type") == "message"
            and conversation in (None, one.conversation)
        ]

    def posts(self) -> list[dict[str, Any]]:
        """The posts in channels as they look now: each with the last update of it."""
        looks: dict[str, dict[str, Any]] = {}
        for one in self.sent:
            if one.method == "POST" and one.path == "/v3/conversations":
                looks[one.id] = one.body["activity"]
            elif one.method == "PUT":
                looks[one.path.rpartition("/")[2]] = one.body
        return list(looks.values())


_SPEC: dict[str, Any] = json.loads((SCHEMAS / "botframework-channel.json").read_text("utf-8"))
_PATHS = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), operations) for path, operations in _SPEC["paths"].items()]


def check_call(method: str, path: str, body: Any) -> str:
    for pattern, operations in _PATHS:
        if pattern.fullmatch(path) and method.lower() in operations:
            operation = operations[method.lower()]
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "body":
                    _check(parameter["schema"], body)
            return str(operation["operationId"])
    raise AssertionError(f"the connector has no {method} {path}")


def check_answer(operation_id: str, status: str, body: Any) -> None:
    for operations in _SPEC["paths"].values():
        for operation in operations.values():
            if operation["operationId"] == operation_id and "schema" in operation["responses"][status]:
                _check(operation["responses"][status]["schema"], body)


def _check(schema: dict[str, Any], content: Any) -> None:
    Draft4Validator({**schema, "definitions": _SPEC["definitions"]}).validate(content)


@dataclass
class Microsoft:
    """`now` is what its clock says."""

    issuer: Issuer
    connector: Connector
    now: Callable[[], float]

    @property
    def service_url(self) -> str:
        return f"{self.connector.base}/"

    def token(self, **claims: Any) -> str:
        return self.issuer.token(self.service_url, now=self.now(), **claims)

    def cloud(self) -> Cloud:
        return Cloud(ISSUER, self.issuer.metadata_url, "https://login.invalid", "scope", ())


@asynccontextmanager
async def microsoft(now: Callable[[], float] = time.time) -> AsyncIterator[Microsoft]:
    issuer, connector = Issuer([_FIRST_KEY]), Connector()
    app = web.Application(client_max_size=1024 * 1024)
    app.router.add_get(METADATA, issuer.metadata)
    app.router.add_get("/v1/.well-known/keys", issuer.jwks)
    app.router.add_route("*", "/v3/{rest:.*}", connector.take)
    async with TestServer(app, host="127.0.0.1") as server:
        issuer.base = connector.base = f"http://127.0.0.1:{server.port}"
        yield Microsoft(issuer, connector, now)


_FIRST_KEY = Key("key-1")
"""Making a key takes longer than most tests."""
