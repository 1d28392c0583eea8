"""The provider that people sign in at, as the settings name it, and what Entra says of the risk of an account."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import requests

from adapters.clock import SystemClock
from adapters.identity import entra_risk
from adapters.identity.application import Provider
from adapters.identity.entra_risk import EntraRisk
from adapters.identity.signing_keys import SigningKeys, UntrustworthyIssuer
from adapters.identity.their_clock import seconds_ahead
from adapters.no_risk import NoRiskSource
from adapters.pages.provider import CALLBACK
from adapters.teams import credential
from adapters.teams.cloud import CLOUDS
from adapters.teams.credential import MsalCredential, patient_session
from bot.ports.clock import Clock
from bot.ports.risk import RiskSource
from bot.settings import Settings
from bot.wiring.secret_files import CannotServe, content_of, secret_in


def provider_of(settings: Settings, address: str) -> Provider:
    """Raises CannotServe: half of a sign-in is refused by the settings already."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None or settings.oidc_tenant is None:
        raise CannotServe("people cannot sign in: set SPAREKEY_OIDC_ISSUER and what belongs to it")
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        _credential(settings),
        settings.oidc_tenant,
        f"{address}{CALLBACK}",
        settings.oidc_step_up,
        settings.oidc_step_up_claim,
    )


def _credential(settings: Settings) -> object:
    if settings.oidc_certificate_file is not None:
        pem = content_of(settings.oidc_certificate_file, "SPAREKEY_OIDC_CERTIFICATE_FILE")
        try:
            return credential.certificate_of(pem)
        except ValueError as error:
            raise CannotServe(f"SPAREKEY_OIDC_CERTIFICATE_FILE: {error}") from error
    if settings.oidc_secret_file is not None:
        return secret_in(settings.oidc_secret_file, "SPAREKEY_OIDC_SECRET_FILE")
    raise CannotServe("the sign-in has no credential")


def metadata_of(provider: Provider) -> str:
    return f"{provider.issuer}/.well-known/openid-configuration"


async def provider_ahead(provider: Provider, clock: Clock) -> float | None:
    """For `doctor`: by how many seconds our clock is ahead of its provider's; None when it does not say."""
    async with aiohttp.ClientSession(trust_env=True) as http:
        return await seconds_ahead(http, metadata_of(provider), clock)


async def provider_silent(provider: Provider) -> str:
    """For `doctor`: why its provider does not answer as one; empty when it does."""
    async with aiohttp.ClientSession(trust_env=True) as http:
        try:
            await SigningKeys(http, metadata_of(provider), provider.issuer, SystemClock(), endorsed=False).refresh()
        except (aiohttp.ClientError, TimeoutError, UntrustworthyIssuer) as error:
            return f"{type(error).__name__}: {error}"
    return ""


def graph_token_of(provider: Provider, blocking: requests.Session) -> Callable[[], Mapping[str, object]]:
    """For Graph, by the registration of the sign-in."""
    cloud = replace(CLOUDS["public"], scope=entra_risk.SCOPE)
    return credential.by_registration(cloud, provider.tenant, provider.client_id, provider.credential, blocking)


@asynccontextmanager
async def risk_of(
    settings: Settings, provider: Provider, http: aiohttp.ClientSession, clock: Clock, trust: Path | None = None
) -> AsyncIterator[RiskSource]:
    """`http` outlives it: what is under way when it ends is given up."""
    if not settings.risk_from_entra:
        yield NoRiskSource()
        return
    with patient_session(trust) as blocking:
        risk = EntraRisk(
            http, MsalCredential(graph_token_of(provider, blocking), clock, "Graph"), provider.tenant, clock
        )
        try:
            yield risk
        finally:
            await risk.close()
