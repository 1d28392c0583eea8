"""The served product: people sign in at their organisation's provider, and once more before a key."""

import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import hdrs, web

from adapters.clock import SystemClock
from adapters.identity.oidc import OpenIdConnect, Provider
from adapters.identity.signing_keys import SigningKeys
from adapters.pages.provider import CALLBACK, ProviderPages
from adapters.pages.unlock import StepUp
from adapters.store import sqlite
from adapters.store.sqlite_sign_ins import SqliteSignIns
from adapters.teams import credential
from adapters.teams.credential import patient_session
from bot.domain.secret import Secret
from bot.ports.clock import Clock
from bot.ports.notices import Notices
from bot.ports.policy import ProofPolicy
from bot.settings import Settings
from bot.wiring.house import Around, Commons, House, Rooms, assemble, installation_key, open_vault
from bot.wiring.teams import teams_of


class CannotServe(Exception):
    """Something without which nobody may be served is missing."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What the served product trusts on its way out; tests bring an authority of their own."""

    tls: ssl.SSLContext | None = None
    file: Path | None = None


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
        return credential.certificate_of(settings.oidc_certificate_file.read_bytes())
    if settings.oidc_secret_file is not None:
        return Secret(settings.oidc_secret_file.read_text("utf-8").strip())
    raise CannotServe("the sign-in has no credential")


@asynccontextmanager
async def served_house(
    settings: Settings,
    folder: Path,
    address: str,
    policy: ProofPolicy,
    notices: Notices,
    *,
    clock: Clock | None = None,
    around: Around | None = None,
    outside: Outside | None = None,
) -> AsyncIterator[House]:
    clock, around, outside = clock or SystemClock(), around or Around(), outside or Outside()
    provider = provider_of(settings, address)
    key = installation_key(settings, folder)
    file = sqlite.open_file(folder / "sparekey.db")
    tls = outside.tls if outside.tls is not None else True
    async with (
        open_vault(settings, folder, clock) as vault,
        (around.teams or teams_of)(settings, clock) as teams,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls), trust_env=outside.tls is None) as http,
    ):
        with patient_session(outside.file) as blocking:
            keys = SigningKeys(
                http, f"{provider.issuer}/.well-known/openid-configuration", provider.issuer, clock, endorsed=False
            )
            oidc = OpenIdConnect(provider, keys, SqliteSignIns(file), clock, blocking)

            def routes(commons: Commons) -> tuple[Iterable[web.AbstractRouteDef], StepUp]:
                pages = ProviderPages(
                    oidc,
                    provider.issuer,
                    vault,
                    commons.unlocking,
                    commons.pages,
                    commons.web_sessions,
                    commons.clock,
                )
                return (*pages.routes(), web.get("/", _to_the_chat)), pages

            rooms = Rooms({}, policy, notices, routes, lambda: oidc.address_to_leave(f"{address}/signed-out"))
            house = assemble(settings, address, key, clock, around, file, vault, rooms, teams)
            await house.store.inherit()
            try:
                yield house
            finally:
                await house.conductor.rest()
                await house.store.close()
                await keys.close()


async def _to_the_chat(_request: web.Request) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: "/chat"})
