"""Signing in at an OpenID provider: code flow with PKCE by msal, off the loop; every answer checked again by us."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol
from urllib.parse import urlencode

import orjson
import requests
import structlog

from adapters.identity.application import Application, Provider
from adapters.identity.id_token import Expected, SignedIn, hinted, read_id_token
from adapters.identity.signing_keys import SigningKeys
from bot.domain.errors import SignInRefused
from bot.ports.clock import Clock

FLOW_LIVES = timedelta(minutes=10)
SECONDS_ROUNDED = timedelta(seconds=5)
Purpose = Literal["session", "private", "step_up", "enrol", "approve", "vouch"]
STRONG: frozenset[Purpose] = frozenset({"step_up", "enrol", "approve", "vouch"})
"""Before a key, before an authenticator app changes, before somebody approves or vouches: with user verification."""

log = structlog.get_logger()


class TooWeak(SignInRefused):
    """The person signed in, but the provider does not say that it asked for more than a password."""


class NotFresh(SignInRefused):
    """The person was signed in already, or the provider's clock and ours differ."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and the secret by which it is known when it returns with this `state`."""

    address: str
    state: str
    browser: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A sign-in that has returned. `about`: what was said when it began."""

    purpose: Purpose
    about: str
    begun_at: datetime
    flow: Mapping[str, object]


class SignIns(Protocol):
    async def keep(self, state: str, body: str, at: datetime, until: datetime) -> None: ...

    async def take(self, state: str, at: datetime) -> str | None: ...


class OpenIdConnect:
    def __init__(
        self, provider: Provider, keys: SigningKeys, sign_ins: SignIns, clock: Clock, http: requests.Session
    ) -> None:
        self._provider, self._keys, self._sign_ins, self._clock = provider, keys, sign_ins, clock
        self._ourselves = Application(provider, keys, clock, http)

    async def begin(self, purpose: Purpose, about: str, *, anew: bool = False) -> Begun:
        """A session may be had silently unless it is wanted `anew`; everything else asks for a fresh sign-in."""
        app = await self._ourselves.client()
        fresh = purpose != "session"
        strong = purpose in STRONG
        flow = app.initiate_auth_code_flow(
            scopes=[],
            redirect_uri=self._provider.redirect_uri,
            prompt="login" if fresh or anew else None,
            max_age=0 if fresh else None,
            state=f"{purpose}.{secrets.token_urlsafe(24)}",
            claims_challenge=self._claims() if strong else None,
        )
        flow.pop("max_age", None)  # msal allows two minutes at the provider; how fresh it is, we see ourselves
        browser, state = secrets.token_urlsafe(32), str(flow["state"])
        now = self._clock.now()
        body = orjson.dumps({"flow": flow, "purpose": purpose, "about": about, "begun_at": now}).decode()
        await self._sign_ins.keep(_name(state, browser), body, now, now + FLOW_LIVES)
        return Begun(str(flow["auth_uri"]), state, browser)

    async def recall(self, answer: Mapping[str, str], browser: str) -> Kept:
        """The sign-in that the provider sent the browser back from. Raises SignInRefused."""
        # 1. A sign-in that we began, not too long ago, and that has not returned before.
        # 2. In the browser in which it began: whoever else comes with its state neither has it nor spoils it.
        text = await self._sign_ins.take(_name(answer.get("state", ""), browser), self._clock.now())
        if text is None:
            raise SignInRefused("unknown state, or another browser")
        kept = orjson.loads(text)
        return Kept(kept["purpose"], kept["about"], datetime.fromisoformat(kept["begun_at"]), kept["flow"])

    async def finish(self, kept: Kept, answer: Mapping[str, str]) -> SignedIn:
        """Raises SignInRefused, ProviderSilent."""
        # 3. The code is exchanged by us, with the verifier that only we have.
        token = await self._exchange(kept.flow, answer)
        # 4. The token is checked by us, whatever msal thinks of it.
        nonce = hashlib.sha256(str(kept.flow["nonce"]).encode()).hexdigest()
        provider = self._provider
        expected = Expected(provider.issuer, provider.client_id, provider.tenant, nonce, provider.step_up_claim)
        who = await read_id_token(token, self._keys, expected, self._clock)
        # 5. Where it had to be fresh it is, whatever became of our wish on its way through the browser.
        if kept.purpose != "session" and (who.at is None or who.at < kept.begun_at - SECONDS_ROUNDED):
            raise NotFresh("not fresh")
        # 6. Where it had to be strong, the provider says that it was.
        if kept.purpose in STRONG and provider.step_up and provider.step_up not in who.contexts:
            raise TooWeak("not strong enough")
        # 7. Only a private session keeps its token, to end at the provider without a question.
        return replace(who, token=token) if kept.purpose == "private" else who

    async def ready(self) -> None:
        """For the start and for `doctor`. Raises ProviderSilent."""
        await self._ourselves.client()

    def address_to_leave(self, home: str, hint: str) -> str | None:
        """Where the provider signs people out, if it says so. `hint`: their ID token; without it, providers ask first."""
        address = self._keys.metadata.get("end_session_endpoint")
        if not isinstance(address, str) or not address.startswith("https://"):
            return None
        asked = {"client_id": self._provider.client_id, "post_logout_redirect_uri": home} | hinted(hint)
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    async def close(self) -> None:
        await self._ourselves.close()

    async def _exchange(self, flow: Mapping[str, object], answer: Mapping[str, str]) -> str:
        result = await self._ourselves.exchange(flow, answer)
        token = result.get("id_token")
        if not isinstance(token, str):
            log.info("sign-in refused by the provider", error=str(result.get("error"))[:80])
            raise SignInRefused("no ID token")
        return token

    def _claims(self) -> str:
        wanted: dict[str, object] = {"auth_time": {"essential": True}}
        if self._provider.step_up:
            wanted[self._provider.step_up_claim] = {"essential": True, "value": self._provider.step_up}
        return orjson.dumps({"id_token": wanted}).decode()


def _name(state: str, browser: str) -> str:
    """Under which a sign-in is kept: only somebody with both can name it."""
    return hashlib.sha256(f"{state}\n{browser}".encode("utf-8", "replace")).hexdigest()
