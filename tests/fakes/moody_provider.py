import json
from threading import Event
from typing import Any

import aiohttp
import requests

from adapters.identity.signing_keys import SigningKeys
from bot.ports.clock import Clock

ISSUER = "https://id.example.org/oidc"
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks",
}


class MoodyProvider(requests.Session):
    """Answers msal when it is well; keeps callers waiting for as long as `lets_go` is not set; cuts the line while it is down."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down = False
        self.lets_go = Event()
        self.lets_go.set()
        self.asked = 0
        """For its metadata: attempts to reach it at all."""
        self.exchanges = 0

    def get(self, url: str | bytes, **_options: Any) -> requests.Response:  # type: ignore[override]  # msal asks plainly
        assert url == f"{ISSUER}/.well-known/openid-configuration"
        self.asked += 1
        return self._answer(200, METADATA)

    def post(self, url: str | bytes, *_given: Any, **_options: Any) -> requests.Response:
        assert url == f"{ISSUER}/token"
        self.exchanges += 1
        return self._answer(400, {"error": "invalid_grant"})

    def _answer(self, status: int, content: object) -> requests.Response:
        assert self.lets_go.wait(30)
        if self.is_down:
            raise requests.ConnectionError
        answer = requests.Response()
        answer.status_code, answer._content = status, json.dumps(content).encode()
        return answer


class KeysAtHand(SigningKeys):
    """No keys are asked for: what signs a token is another test's business."""

    def __init__(self, http: aiohttp.ClientSession, clock: Clock) -> None:
        super().__init__(http, f"{ISSUER}/.well-known/openid-configuration", ISSUER, clock, endorsed=False)

    async def refresh(self) -> None: ...
