"""The served product: people sign in at their organisation's provider, and once more before a key."""

import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
from aiohttp import hdrs, web

from adapters.clock import SystemClock
from adapters.identity import entra_risk
from adapters.identity.authenticator import Authenticator
from adapters.identity.entra_risk import EntraRisk
from adapters.identity.oidc import OpenIdConnect, Provider
from adapters.identity.signing_keys import SigningKeys, UntrustworthyIssuer
from adapters.no_risk import NoRiskSource
from adapters.notices.mail import MailNotices
from adapters.notices.server import MailServer, UnsafeMailServer
from adapters.pages.enrolment import EnrolmentPage, FreshSignIn
from adapters.pages.provider import CALLBACK, ProviderPages
from adapters.pages.unlock import StepUp
from adapters.policy_file import UnreadablePolicy, read_policy
from adapters.sources.vault.sealing import Seal
from adapters.store import sqlite
from adapters.store.sqlite_sign_ins import SqliteSignIns
from adapters.teams import credential
from adapters.teams.cloud import CLOUDS
from adapters.teams.credential import MsalCredential, patient_session
from bot.conductor import Conductor
from bot.domain.policy import Policy
from bot.domain.policy_default import DEFAULT
from bot.domain.policy_review import weaknesses
from bot.domain.secret import Secret
from bot.ports.clock import Clock
from bot.ports.notices import Notices
from bot.ports.policy import ProofPolicy
from bot.ports.proof import Proof
from bot.ports.risk import RiskSource
from bot.ports.sources import Directory
from bot.proving import PolicyOfProof
from bot.settings import Settings
from bot.wiring.house import Around, Commons, House, Rooms, assemble, derived, installation_key, open_vault
from bot.wiring.teams import teams_of
from dialogs.texts.catalogue import read_catalogue


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


def mail_server_of(settings: Settings) -> MailServer:
    """Raises CannotServe: whoever's key is shown has to hear of it by another way."""
    if settings.mail_host is None or settings.mail_sender is None:
        raise CannotServe("owners cannot be told when a key is shown: set SPAREKEY_MAIL_HOST and SPAREKEY_MAIL_SENDER")
    password = settings.mail_password_file
    try:
        return MailServer(
            settings.mail_host,
            settings.mail_port,
            settings.mail_sender,
            security=settings.mail_security,
            user=settings.mail_user,
            password=Secret(password.read_text("utf-8").strip()) if password else None,
            timeout=settings.mail_timeout,
            trust=settings.mail_ca_file,
        )
    except UnsafeMailServer as error:
        raise CannotServe(str(error)) from error


def mail_of(settings: Settings, address: str, directory: Directory) -> MailNotices:
    """Raises CannotServe."""
    words, mailbox = read_catalogue({"home": address}), settings.mail_security_mailbox
    try:
        return MailNotices(mail_server_of(settings), words, directory, mailbox, settings.desk_language)
    except UnsafeMailServer as error:
        raise CannotServe(str(error)) from error


async def provider_silent(provider: Provider) -> str:
    """For `doctor`: why its provider does not answer as one; empty when it does."""
    async with aiohttp.ClientSession(trust_env=True) as http:
        metadata = f"{provider.issuer}/.well-known/openid-configuration"
        try:
            await SigningKeys(http, metadata, provider.issuer, SystemClock(), endorsed=False).refresh()
        except (aiohttp.ClientError, TimeoutError, UntrustworthyIssuer) as error:
            return f"{type(error).__name__}: {error}"
    return ""


@asynccontextmanager
async def risk_of(
    settings: Settings, provider: Provider, http: aiohttp.ClientSession, clock: Clock, trust: Path | None = None
) -> AsyncIterator[RiskSource]:
    """`http` outlives it: what is under way when it ends is given up."""
    if not settings.risk_from_entra:
        yield NoRiskSource()
        return
    cloud = replace(CLOUDS["public"], scope=entra_risk.SCOPE)
    with patient_session(trust) as blocking:
        ask = credential.by_registration(cloud, provider.tenant, provider.client_id, provider.credential, blocking)
        risk = EntraRisk(http, MsalCredential(ask, clock, "Graph"), provider.tenant, clock)
        try:
            yield risk
        finally:
            await risk.close()


def policy_of(settings: Settings) -> Policy:
    """Raises CannotServe for a policy that lets a phone alone suffice, or that cannot be read."""
    try:
        policy = read_policy(settings.policy_file) if settings.policy_file else DEFAULT
    except UnreadablePolicy as error:
        raise CannotServe(str(error)) from error
    if weak := weaknesses(policy):
        raise CannotServe(f"the policy of proof is too weak: {'; '.join(weak)}")
    return policy


@asynccontextmanager
async def served_house(
    settings: Settings,
    folder: Path,
    address: str,
    *,
    policy: ProofPolicy | None = None,
    notices: Notices | None = None,
    clock: Clock | None = None,
    around: Around | None = None,
    outside: Outside | None = None,
) -> AsyncIterator[House]:
    clock, around, outside = clock or SystemClock(), around or Around(), outside or Outside()
    provider = provider_of(settings, address)
    if provider.step_up is None:
        raise CannotServe("SPAREKEY_OIDC_STEP_UP is not set: a password alone would be enough to see a key")
    shipped = policy_of(settings)
    key = installation_key(settings, folder)
    file = sqlite.open_file(folder / "sparekey.db")
    tls = outside.tls if outside.tls is not None else True
    async with (
        open_vault(settings, folder, clock) as vault,
        (around.teams or teams_of)(settings, clock) as teams,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls), trust_env=outside.tls is None) as http,
        risk_of(settings, provider, http, clock, outside.file) as risk,
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
                    commons.enrolments,
                )
                own = (*pages.routes(), web.get("/", _to_the_chat))
                return (*own, *enrolment_of(commons, pages).routes()) if settings.authenticator else own, pages

            authenticator = Authenticator(vault.file, Seal(derived(key, "seeds")))
            proofs: dict[str, Proof] = {authenticator.name: authenticator} if settings.authenticator else {}
            told = notices or mail_of(settings, address, vault)

            def policy_by(conductor: Conductor) -> ProofPolicy:
                return policy or PolicyOfProof(shipped, ("sign_in", *proofs), vault, risk, conductor.state, clock)

            rooms = Rooms(
                proofs, policy_by, told, authenticator, routes, lambda: oidc.address_to_leave(f"{address}/signed-out")
            )
            house = assemble(settings, address, key, clock, around, file, vault, rooms, teams)
            await house.store.inherit()
            try:
                yield house
            finally:
                await house.conductor.rest()
                await house.store.close()
                await keys.close()


def enrolment_of(commons: Commons, fresh: FreshSignIn) -> EnrolmentPage:
    return EnrolmentPage(commons.enrolments, commons.pages, commons.web_sessions, commons.clock, fresh)


async def _to_the_chat(_request: web.Request) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: "/chat"})
