"""Ourselves as the provider knows us, by msal: made when it answers, and asked for by one attempt that all share."""

import asyncio
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msal
import requests
import structlog

from adapters.identity.signing_keys import SigningKeys
from adapters.identity.threads import NoThreadFree, Threads
from bot.domain.errors import SignInRefused
from bot.domain.secret import Secret
from bot.ports.clock import Clock

PATIENCE = 15.0
AT_ONCE = 8
"""Exchanges and attempts under way. Each takes a fraction of a second where the provider is well."""
ASK_AGAIN_AFTER = timedelta(seconds=5)

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


class _NothingKept(msal.TokenCache):  # type: ignore[misc]  # msal has no types
    """We look at an ID token once; nobody's tokens stay in our memory."""

    def add(self, event: object, now: object = None) -> None: ...


class Application:
    """After an attempt that failed everybody is told so at once for some seconds; whoever comes after them tries again."""

    def __init__(self, provider: Provider, keys: SigningKeys, clock: Clock, http: requests.Session) -> None:
        self._provider, self._keys, self._clock, self._http = provider, keys, clock, http
        self._threads = Threads("provider", AT_ONCE, PATIENCE)
        self._client: msal.ConfidentialClientApplication | None = None
        self._making: asyncio.Task[None] | None = None
        self._failed_at: datetime | None = None

    async def client(self) -> msal.ConfidentialClientApplication:
        """Made when it is first needed: the provider may be silent when we start. Raises ProviderSilent."""
        if self._client is None:
            await asyncio.shield(self._attempt())
        if self._client is None:
            raise ProviderSilent
        return self._client

    async def exchange(self, flow: Mapping[str, object], answer: Mapping[str, str]) -> Mapping[str, object]:
        """The provider's own words for a code. Raises SignInRefused, ProviderSilent."""
        client = await self.client()
        try:
            result: Mapping[str, object] = await self._threads.run(
                lambda: client.acquire_token_by_auth_code_flow(dict(flow), dict(answer))
            )
        except (ValueError, RuntimeError) as error:
            raise SignInRefused(type(error).__name__) from None
        except (requests.RequestException, TimeoutError, NoThreadFree) as error:
            log.warning("the provider does not answer", error=type(error).__name__)
            raise ProviderSilent(type(error).__name__) from None
        return result

    async def close(self) -> None:
        if self._making is not None:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)
        self._threads.close()

    def _attempt(self) -> asyncio.Task[None]:
        """The attempt that is under way, or a new one. Raises ProviderSilent while the last failure is fresh."""
        if self._making is not None and not self._making.done():
            return self._making
        now = self._clock.now()
        if self._failed_at is not None and timedelta(0) <= now - self._failed_at < ASK_AGAIN_AFTER:
            raise ProviderSilent("a moment ago")
        self._making = asyncio.create_task(self._try())
        return self._making

    async def _try(self) -> None:
        warnings.filterwarnings(
            "ignore", "response_mode='form_post'"
        )  # a cross-site form needs a cookie that goes everywhere
        try:
            client = await self._threads.run(self._made)
            await self._keys.refresh()
        except Exception as error:  # noqa: BLE001 - msal and requests raise whatever they like when a provider is not there
            log.warning("the provider does not answer", error=type(error).__name__)
            self._failed_at = self._clock.now()
            return
        self._client = client

    def _made(self) -> msal.ConfidentialClientApplication:
        credential = self._provider.credential
        return msal.ConfidentialClientApplication(
            self._provider.client_id,
            client_credential=credential.open_to("channel") if isinstance(credential, Secret) else credential,
            oidc_authority=self._provider.issuer,
            http_client=self._http,
            exclude_scopes=["offline_access"],
            token_cache=_NothingKept(),
        )
