"""The served product: people sign in at their organisation's provider, and once more before a key."""

import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import hdrs, web

from adapters.clock import SystemClock
from adapters.desk.pages import FreshSignIn as AgentsSignIn
from adapters.identity.authenticator import Authenticator
from adapters.identity.oidc import OpenIdConnect
from adapters.identity.signing_keys import SigningKeys
from adapters.pages.approval import ApprovalPage
from adapters.pages.enrolment import EnrolmentPage, FreshSignIn
from adapters.pages.provider import AUTHENTICATOR, ProviderPages
from adapters.pages.unlock import StepUp
from adapters.sources.vault.sealing import Seal
from adapters.store import sqlite
from adapters.store.sqlite_sign_ins import SqliteSignIns
from adapters.teams.credential import patient_session
from bot.approvers import Approvers
from bot.conductor import Conductor
from bot.ports.clock import Clock
from bot.ports.notices import Notices
from bot.ports.policy import ProofPolicy
from bot.ports.proof import Proof
from bot.proving import PolicyOfProof
from bot.settings import Settings
from bot.wiring.desk import replies_of, roster_of, tags_of
from bot.wiring.house import House, assemble
from bot.wiring.keeping import derived, installation_key, open_vault
from bot.wiring.mail import mail_of, supervisors_of
from bot.wiring.proof import methods_for, policy_of
from bot.wiring.rooms import Around, Commons, Rooms
from bot.wiring.secret_files import CannotServe
from bot.wiring.sign_in import metadata_of, provider_of, risk_of
from bot.wiring.teams import notices_of, teams_of
from bot.wiring.tickets import tickets_of
from dialogs.texts.catalogue import read_catalogue


@dataclass(frozen=True, slots=True)
class Outside:
    """What the served product trusts on its way out; tests bring an authority of their own."""

    tls: ssl.SSLContext | None = None
    file: Path | None = None


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
    shipped, roster, replies = policy_of(settings), roster_of(settings), replies_of(settings)
    tags = tags_of(settings)
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
            keys = SigningKeys(http, metadata_of(provider), provider.issuer, clock, endorsed=False)
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

            def approvers(conductor: Conductor) -> Approvers:
                return Approvers(vault, vault, conductor.state, settings.security_group)

            def policy_by(conductor: Conductor) -> ProofPolicy:
                return policy or releases_by(conductor)

            def releases_by(conductor: Conductor) -> PolicyOfProof:
                methods = methods_for(settings, approvers(conductor), authenticator, clock)
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
