"""Signing in at an OpenID provider: code flow with PKCE by msal, off the loop; every answer checked again by us."""

import asyncio
import hashlib
import secrets
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol
from urllib.parse import urlencode

import msal
import orjson
import requests
import structlog

from adapters.identity.id_token import Expected, SignedIn, read_id_token
from adapters.identity.signing_keys import SigningKeys
from bot.domain.errors import SignInRefused
from bot.domain.secret import Secret
from bot.ports.clock import Clock

FLOW_LIVES = timedelta(minutes=10)
SECONDS_ROUNDED = timedelta(seconds=5)
PATIENCE = 15.0
Purpose = Literal["session", "private", "step_up", "enrol"]
STRONG: frozenset[Purpose] = frozenset({"step_up", "enrol"})
"""Before a key, and before an authenticator app changes: with user verification."""

log = structlog.get_logger()


class ProviderSilent(Exception):
    """The provider does not answer, or answers nonsense: nobody can sign in now."""


@dataclass(frozen=True, slots=True)
class Provider:
    """`step_up`: what its tokens must say after a fresh sign-in with user verification: an `acr`, or `acrs` with Entra."""

    issuer: str
    client_id: str
    credential: object
    tenant: str
    redirect_uri: str
    step_up: str | None
    step_up_claim: Literal["acr", "acrs"] = "acr"


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and the secret by which it is known when it returns."""

    address: str
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


class _NothingKept(msal.TokenCache):  # type: ignore[misc]  # msal has no types
    """We look at an ID token once; nobody's tokens stay in our memory."""

    def add(self, event: object, now: object = None) -> None: ...


class OpenIdConnect:
    def __init__(
        self, provider: Provider, keys: SigningKeys, sign_ins: SignIns, clock: Clock, http: requests.Session
    ) -> None:
        self._provider, self._keys, self._sign_ins, self._clock, self._http = provider, keys, sign_ins, clock, http
        self._app: msal.ConfidentialClientApplication | None = None
        self._making = asyncio.Lock()

    async def begin(self, purpose: Purpose, about: str, *, login_hint: str | None = None) -> Begun:
        """A session may be had silently; everything else asks for a fresh sign-in."""
        app = await self._application()
        fresh = purpose != "session"
        strong = purpose in STRONG
        flow = app.initiate_auth_code_flow(
            scopes=[],
            redirect_uri=self._provider.redirect_uri,
            prompt="login" if fresh else None,
            max_age=0 if fresh else None,
            login_hint=login_hint,
            claims_challenge=self._claims() if strong else None,
        )
        browser = secrets.token_urlsafe(32)
        now = self._clock.now()
        kept = {"flow": flow, "purpose": purpose, "about": about, "begun_at": now, "browser": _hashed(browser)}
        body = orjson.dumps(kept).decode()
        await self._sign_ins.keep(_hashed(flow["state"]), body, now, now + FLOW_LIVES)
        return Begun(str(flow["auth_uri"]), browser)

    async def recall(self, answer: Mapping[str, str], browser: str) -> Kept:
        """The sign-in that the provider sent the browser back from. Raises SignInRefused."""
        # 1. A sign-in that we began, not too long ago, and that has not returned before.
        text = await self._sign_ins.take(_hashed(answer.get("state", "")), self._clock.now())
        if text is None:
            raise SignInRefused("unknown state")
        kept = orjson.loads(text)
        # 2. In the browser in which it began.
        if not secrets.compare_digest(_hashed(browser), kept["browser"]):
            raise SignInRefused("another browser")
        return Kept(kept["purpose"], kept["about"], datetime.fromisoformat(kept["begun_at"]), kept["flow"])

    async def finish(self, kept: Kept, answer: Mapping[str, str]) -> SignedIn:
        """Raises SignInRefused, ProviderSilent."""
        # 3. The code is exchanged by us, with the verifier that only we have.
        token = await self._exchange(kept.flow, answer)
        # 4. The token is checked by us, whatever msal thinks of it.
        nonce = hashlib.sha256(str(kept.flow["nonce"]).encode()).hexdigest()
        provider = self._provider
        expected = Expected(provider.issuer, provider.client_id, provider.tenant, nonce)
        who = await read_id_token(token, self._keys, expected, self._clock)
        # 5. Where it had to be fresh it is, whatever became of our wish on its way through the browser.
        if kept.purpose != "session" and (who.at is None or who.at < kept.begun_at - SECONDS_ROUNDED):
            raise SignInRefused("not fresh")
        # 6. Where it had to be strong, the provider says that it was.
        if kept.purpose in STRONG and provider.step_up and provider.step_up not in who.contexts:
            raise SignInRefused("not strong enough")
        return who

    async def ready(self) -> None:
        """For the start and for `doctor`. Raises ProviderSilent."""
        await self._application()

    def address_to_leave(self, home: str) -> str | None:
        """Where the provider signs people out, if it says so."""
        address = self._keys.metadata.get("end_session_endpoint")
        if not isinstance(address, str) or not address.startswith("https://"):
            return None
        asked = urlencode({"client_id": self._provider.client_id, "post_logout_redirect_uri": home})
        return f"{address}{'&' if '?' in address else '?'}{asked}"

    async def _exchange(self, flow: Mapping[str, object], answer: Mapping[str, str]) -> str:
        app = await self._application()
        try:
            async with asyncio.timeout(PATIENCE):
                result = await asyncio.to_thread(app.acquire_token_by_auth_code_flow, dict(flow), dict(answer))
        except (ValueError, RuntimeError) as error:
            raise SignInRefused(type(error).__name__) from None
        except (requests.RequestException, TimeoutError) as error:
            raise ProviderSilent(type(error).__name__) from None
        token = result.get("id_token")
        if not isinstance(token, str):
            log.info("sign-in refused by the provider", error=str(result.get("error"))[:80])
            raise SignInRefused("no ID token")
        return token

    async def _application(self) -> msal.ConfidentialClientApplication:
        """Made when it is first needed: the provider may be silent when we start."""
        async with self._making:
            if self._app is None:
                self._app = await self._made()
            return self._app

    async def _made(self) -> msal.ConfidentialClientApplication:
        def make() -> msal.ConfidentialClientApplication:
            credential = self._provider.credential
            return msal.ConfidentialClientApplication(
                self._provider.client_id,
                client_credential=credential.open_to("channel") if isinstance(credential, Secret) else credential,
                oidc_authority=self._provider.issuer,
                http_client=self._http,
                exclude_scopes=["offline_access"],
                token_cache=_NothingKept(),
            )

        warnings.filterwarnings(
            "ignore", "response_mode='form_post'"
        )  # a cross-site form needs a cookie that goes everywhere
        try:
            async with asyncio.timeout(PATIENCE):
                app = await asyncio.to_thread(make)
            await self._keys.refresh()
        except Exception as error:  # noqa: BLE001 - msal and requests raise whatever they like when a provider is not there
            log.warning("the provider does not answer", error=type(error).__name__)
            raise ProviderSilent(type(error).__name__) from None
        return app

    def _claims(self) -> str:
        wanted: dict[str, object] = {"auth_time": {"essential": True}}
        if self._provider.step_up:
            wanted[self._provider.step_up_claim] = {"essential": True, "value": self._provider.step_up}
        return orjson.dumps({"id_token": wanted}).decode()


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
