"""The served product: people sign in at their organisation's provider, and once more before a key."""

import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import requests
from aiohttp import hdrs, web

from adapters.clock import SystemClock
from adapters.desk.pages import FreshSignIn as AgentsSignIn
from adapters.desk.searching import SEARCHES
from adapters.identity import entra_risk
from adapters.identity.application import Provider
from adapters.identity.authenticator import Authenticator
from adapters.identity.entra_risk import EntraRisk
from adapters.identity.oidc import OpenIdConnect
from adapters.identity.signing_keys import SigningKeys, UntrustworthyIssuer
from adapters.identity.their_clock import seconds_ahead
from adapters.no_risk import NoRiskSource
from adapters.notices.mail import MailNotices
from adapters.notices.server import MailServer, UnsafeMailServer
from adapters.notices.supervisors import MailSupervisors
from adapters.pages.approval import ApprovalPage
from adapters.pages.enrolment import EnrolmentPage, FreshSignIn
from adapters.pages.provider import AUTHENTICATOR, CALLBACK, ProviderPages
from adapters.pages.unlock import StepUp
from adapters.policy_file import UnreadablePolicy, read_policy
from adapters.replies_file import UnreadableReplies
from adapters.roster_file import UnreadableHours
from adapters.sources.vault.sealing import Seal
from adapters.store import sqlite
from adapters.store.sqlite_sign_ins import SqliteSignIns
from adapters.tags_file import UnreadableTags
from adapters.teams import credential
from adapters.teams.cloud import CLOUDS
from adapters.teams.credential import MsalCredential, patient_session
from bot.approvers import Approvers
from bot.conductor import Conductor
from bot.domain.policy import RISKS, Policy, Risk
from bot.domain.policy_default import DEFAULT
from bot.domain.policy_review import weaknesses
from bot.domain.replies import Reply
from bot.domain.roster import Roster
from bot.domain.tags import Tag
from bot.ports.clock import Clock
from bot.ports.notices import Notices
from bot.ports.policy import ProofPolicy
from bot.ports.proof import Proof
from bot.ports.risk import RiskSource
from bot.ports.seeds import Seeds
from bot.ports.sources import Directory
from bot.ports.supervisors import NobodyTold, Supervisors
from bot.ports.words import Words
from bot.proving import Has, PolicyOfProof, has_app
from bot.settings import Settings
from bot.wiring.desk import replies_of, roster_of, tags_of
from bot.wiring.house import House, assemble
from bot.wiring.keeping import derived, installation_key, open_vault
from bot.wiring.rooms import Around, Commons, Rooms
from bot.wiring.secret_files import CannotServe, content_of, secret_in
from bot.wiring.teams import notices_of, teams_of
from bot.wiring.tickets import tickets_of
from dialogs.texts.catalogue import read_catalogue


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
        pem = content_of(settings.oidc_certificate_file, "SPAREKEY_OIDC_CERTIFICATE_FILE")
        try:
            return credential.certificate_of(pem)
        except ValueError as error:
            raise CannotServe(f"SPAREKEY_OIDC_CERTIFICATE_FILE: {error}") from error
    if settings.oidc_secret_file is not None:
        return secret_in(settings.oidc_secret_file, "SPAREKEY_OIDC_SECRET_FILE")
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
            password=secret_in(password, "SPAREKEY_MAIL_PASSWORD_FILE") if password else None,
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


def supervisors_of(settings: Settings, address: str, words: Words) -> Supervisors:
    """Raises CannotServe."""
    if settings.mail_supervisors_mailbox is None:
        return NobodyTold()
    server, page = mail_server_of(settings), f"{address}{SEARCHES}"
    try:
        return MailSupervisors(server, words, settings.mail_supervisors_mailbox, settings.desk_language, page)
    except UnsafeMailServer as error:
        raise CannotServe(str(error)) from error


def _metadata_of(provider: Provider) -> str:
    return f"{provider.issuer}/.well-known/openid-configuration"


async def provider_ahead(provider: Provider, clock: Clock) -> float | None:
    """For `doctor`: by how many seconds our clock is ahead of its provider's; None when it does not say."""
    async with aiohttp.ClientSession(trust_env=True) as http:
        return await seconds_ahead(http, _metadata_of(provider), clock)


async def provider_silent(provider: Provider) -> str:
    """For `doctor`: why its provider does not answer as one; empty when it does."""
    async with aiohttp.ClientSession(trust_env=True) as http:
        try:
            await SigningKeys(http, _metadata_of(provider), provider.issuer, SystemClock(), endorsed=False).refresh()
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


def methods_of(settings: Settings) -> tuple[str, ...]:
    """What people can prove themselves with in this installation; a set with anything else is out of everybody's reach."""
    return ("sign_in", "approval", *((Authenticator.name,) if settings.authenticator else ()))


def methods_for(settings: Settings, approvers: Approvers, seeds: Seeds, clock: Clock) -> dict[str, Has | None]:
    """With who has them, of those that not everybody has."""
    has: dict[str, Has | None] = {"approval": approvers.within_reach, Authenticator.name: has_app(seeds, clock)}
    return {method: has.get(method) for method in methods_of(settings)}


def risks_of(settings: Settings) -> tuple[Risk, ...]:
    """The levels that can occur: with a source of risk all of them, because it may be silent; without, only one."""
    return RISKS if settings.risk_from_entra else ("unknown",)


def policy_of(settings: Settings) -> Policy:
    """Raises CannotServe for a policy that lets a phone alone suffice, or that cannot be read."""
    try:
        policy = read_policy(settings.policy_file) if settings.policy_file else DEFAULT
    except UnreadablePolicy as error:
        raise CannotServe(str(error)) from error
    if weak := weaknesses(policy):
        raise CannotServe(f"the policy of proof is too weak: {'; '.join(weak)}")
    return policy


def ready_roster_of(settings: Settings) -> Roster:
    """Raises CannotServe: a promise that cannot be read would be broken."""
    try:
        return roster_of(settings)
    except UnreadableHours as error:
        raise CannotServe(f"the opening hours cannot be read: {error}") from error


def ready_replies_of(settings: Settings) -> tuple[Reply, ...]:
    """Raises CannotServe."""
    try:
        return replies_of(settings)
    except UnreadableReplies as error:
        raise CannotServe(f"the replies cannot be read: {error}") from error


def tags_of_cases(settings: Settings) -> tuple[Tag, ...]:
    """Raises CannotServe."""
    try:
        return tags_of(settings)
    except UnreadableTags as error:
        raise CannotServe(f"the tags cannot be read: {error}") from error


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
    shipped, roster, replies = policy_of(settings), ready_roster_of(settings), ready_replies_of(settings)
    tags = tags_of_cases(settings)
    key = installation_key(settings, folder)
    file = sqlite.open_file(folder / "sparekey.db")
    tls, words = outside.tls if outside.tls is not None else True, read_catalogue({"home": address})
    async with (
        open_vault(settings, folder, clock) as vault,
        (around.teams or teams_of)(settings, clock) as teams,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls), trust_env=outside.tls is None) as http,
        risk_of(settings, provider, http, clock, outside.file) as risk,
        tickets_of(settings, words, clock, outside.tls) as tickets,
    ):
        with patient_session(outside.file) as blocking:
            keys = SigningKeys(http, _metadata_of(provider), provider.issuer, clock, endorsed=False)
            oidc = OpenIdConnect(provider, keys, SqliteSignIns(file), clock, blocking)

            def routes(commons: Commons) -> tuple[Iterable[web.AbstractRouteDef], StepUp, AgentsSignIn]:
                pages = ProviderPages(
                    oidc,
                    vault,
                    commons.unlocking,
                    commons.pages,
                    commons.web_sessions,
                    commons.clock,
                    commons.enrolments,
                    commons.approvals,
                    commons.vouching,
                )
                approval = ApprovalPage(commons.approvals, commons.pages, commons.web_sessions, pages)
                own = (*pages.routes(), *approval.routes(), web.get("/", _to_the_chat))
                routes = (*own, *enrolment_of(commons, pages).routes()) if settings.authenticator else own
                return routes, pages, pages

            authenticator = Authenticator(vault.file, Seal(derived(key, "seeds")))
            proofs: dict[str, Proof] = {authenticator.name: authenticator} if settings.authenticator else {}
            told = notices or notices_of(settings, teams, words, vault, mail_of(settings, address, vault))
            approvers = Approvers(vault, vault, settings.security_group)

            def policy_by(conductor: Conductor) -> ProofPolicy:
                return policy or releases_by(conductor)

            def releases_by(conductor: Conductor) -> PolicyOfProof:
                methods = methods_for(settings, approvers, authenticator, clock)
                return PolicyOfProof(shipped, methods, vault, risk, conductor.state, clock)

            def leave(hint: str) -> str | None:
                return oidc.address_to_leave(f"{address}/signed-out", hint)

            app_page = AUTHENTICATOR if settings.authenticator else None
            group = settings.agents_group
            rooms = Rooms(
                proofs,
                policy_by,
                releases_by,
                group,
                told,
                authenticator,
                approvers,
                tickets,
                routes,
                leave,
                app_page,
                roster,
                settings.supervisors_group,
                replies,
                tags,
                supervisors_of(settings, address, words),
            )
            house = assemble(settings, address, key, clock, around, file, vault, rooms, teams)
            await house.store.inherit()
            try:
                yield house
            finally:
                await house.conductor.rest()
                await house.store.close()
                await oidc.close()
                await keys.close()


def enrolment_of(commons: Commons, fresh: FreshSignIn) -> EnrolmentPage:
    return EnrolmentPage(commons.enrolments, commons.pages, commons.web_sessions, commons.clock, fresh)


async def _to_the_chat(_request: web.Request) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: "/chat"})
