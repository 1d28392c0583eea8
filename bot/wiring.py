"""The composition root: settings in, application out. The only file that chooses between adapters."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aiohttp import web

from adapters.botframework.voices import Voices
from adapters.clock import SystemClock
from adapters.demo import computers as demo_computers
from adapters.demo.computers import Computers
from adapters.demo.notices import DemoNotices
from adapters.demo.people import TENANT as DEMO_TENANT
from adapters.demo.people import settle_in
from adapters.demo.sign_in import DemoSignIn, SignInPage
from adapters.demo.stage import Stage
from adapters.health import Health
from adapters.identity.authenticator import Authenticator
from adapters.limits import Buckets
from adapters.no_desk import NoDesk
from adapters.pages.doors import DoorPages
from adapters.pages.guard import guard
from adapters.pages.objection import ObjectionPage
from adapters.pages.pages import Pages, environment
from adapters.pages.unlock import UnlockPage
from adapters.pages.web_sessions import WebSessions
from adapters.sources.several import Several
from adapters.sources.vault import vault as vault_source
from adapters.sources.vault import wrapping_key
from adapters.sources.vault.sealing import Seal
from adapters.sources.vault.vault import Vault
from adapters.store import sqlite
from adapters.store.sqlite import SqliteStore
from adapters.store.sqlite_file import SqliteFile
from adapters.store.sqlite_sessions import SqliteSessions
from adapters.teams import credential as teams_credential
from adapters.teams import voice as teams_voice
from adapters.teams.channel import Registration, Teams, open_playground, open_teams
from adapters.teams.cloud import CLOUDS, ServiceHosts
from adapters.teams.credential import Credential, MsalCredential
from adapters.webchat.adapter import WebChatAdapter, WebChatVoice
from adapters.webchat.directline import DirectLine
from adapters.webchat.doors import Door
from adapters.webchat.hub import Hub
from adapters.webchat.lines import Lines
from adapters.webchat.page import ChatPage, default_folder, read_bundle
from adapters.webchat.tokens import Tokens
from bot import address as addresses
from bot import casework, challenge, keychange, standing
from bot.casework import CaseOffice, OpenCase, ShowCase
from bot.challenge import MakeChallenge, OfferCandidate, TellOwner
from bot.changing import KeyChanges
from bot.codec import Codec
from bot.conductor import Conductor, Kind, Perform, Voice
from bot.courier import Courier
from bot.domain.link import Links
from bot.domain.people import PersonId
from bot.domain.secret import Secret
from bot.finding import Finder, FindKeys
from bot.keychange import LookForNewKey, OrderKeyChange
from bot.objection import Objections
from bot.ports.clock import Clock
from bot.ports.desk import Desk
from bot.ports.sources import KeySource
from bot.ports.store import Store
from bot.ports.words import Words
from bot.settings import Settings
from bot.stored import codec_of
from bot.unlocking import Unlocking
from dialogs import conversation
from dialogs.conversation import Conversation
from dialogs.guidance import states as guidance_states
from dialogs.handoff import states as handoff_states
from dialogs.reception import in_public
from dialogs.reception import states as reception_states
from dialogs.recovery import states as recovery_states
from dialogs.texts.catalogue import read_catalogue


@dataclass(frozen=True, slots=True)
class Around:
    """Where a test may put something around what is real."""

    store: Callable[[Store], Store] = lambda store: store
    source: Callable[[KeySource], KeySource] = lambda source: source
    teams: Callable[[Settings, Clock], AbstractAsyncContextManager[Teams | None]] | None = None


@dataclass(frozen=True, slots=True)
class House:
    """Everything, wired."""

    app: web.Application
    conductor: Conductor
    courier: Courier
    store: Store
    vault: Vault
    computers: Computers
    authenticator: Authenticator
    clock: Clock


def codec() -> Codec:
    return codec_of(conversation, recovery_states, guidance_states, handoff_states, reception_states, in_public)


def kinds() -> tuple[Kind, ...]:
    talk = Conversation()
    return (
        Kind("chat", reception_states.Unopened(), talk.step),  # type: ignore[arg-type]  # the codec lets nothing else in
        Kind("case", casework.Unfiled(), casework.step),  # type: ignore[arg-type]  # likewise
        Kind("challenge", challenge.Unmade(), challenge.step),  # type: ignore[arg-type]  # likewise
        Kind("rotation", keychange.NothingOwed(), keychange.step),  # type: ignore[arg-type]  # likewise
        Kind("address", addresses.Unknown(), addresses.step),  # type: ignore[arg-type]  # likewise
        Kind("group", in_public.Listening(), in_public.step),  # type: ignore[arg-type]  # likewise
        Kind("standing", standing.Standing(), standing.step),  # type: ignore[arg-type]  # likewise
    )


def derived(key: bytes, purpose: str) -> bytes:
    """One key a purpose, so that none of them helps against another."""
    return hmac.digest(key, f"sparekey {purpose}".encode(), hashlib.sha256)


@asynccontextmanager
async def open_vault(settings: Settings, folder: Path, clock: Clock) -> AsyncIterator[Vault]:
    seal = Seal(derived(installation_key(settings, folder), "vault"))
    vault = Vault(vault_source.open_file(folder / "vault.db"), seal, clock)
    try:
        yield vault
    finally:
        await vault.close()


@asynccontextmanager
async def open_store(folder: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(sqlite.open_file(folder / "sparekey.db"))
    try:
        yield store
    finally:
        await store.close()


def installation_key(settings: Settings, folder: Path) -> bytes:
    return wrapping_key.load_or_make(settings.wrapping_key_file or folder / "wrapping.key")


@asynccontextmanager
async def demo_house(
    settings: Settings, folder: Path, address: str, *, clock: Clock | None = None, around: Around | None = None
) -> AsyncIterator[House]:
    """The product with demo people in it."""
    clock, around = clock or SystemClock(), around or Around()
    key = installation_key(settings, folder)
    file = sqlite.open_file(folder / "sparekey.db")
    stage_file = demo_computers.open_file(folder / "demo.db")
    async with open_vault(settings, folder, clock) as vault, (around.teams or teams_of)(settings, clock) as teams:
        computers = Computers(stage_file, vault, clock)
        authenticator = Authenticator(vault.file, Seal(derived(key, "seeds")))
        await settle_in(vault, computers, authenticator, clock.now())
        house = _assemble(
            settings, address, key, clock, around, file, vault, computers, authenticator, DemoNotices(stage_file), teams
        )
        await house.store.inherit()
        try:
            yield house
        finally:
            await house.conductor.rest()
            await house.store.close()
            await stage_file.close()


def _assemble(
    settings: Settings,
    address: str,
    key: bytes,
    clock: Clock,
    around: Around,
    file: SqliteFile,
    vault: Vault,
    computers: Computers,
    authenticator: Authenticator,
    notices: DemoNotices,
    teams: Teams | None,
) -> House:
    words = read_catalogue({"home": address})
    store = around.store(SqliteStore(file))
    sessions = SqliteSessions(file)
    links = Links(derived(key, "links"))
    hub, shapes = Hub(), codec()

    def link_of(challenge_id: str) -> str:
        return f"{address}/unlock/{links.link(challenge_id)}"

    lines = Lines(shapes, words, link_of)
    channel = WebChatAdapter(hub)
    perform: dict[type, Perform] = {}
    voice: Voice = WebChatVoice(channel, hub, lines, clock)
    if teams is not None:
        voice = Voices({teams_voice.PREFIX: teams.voice(shapes, words, link_of, lambda: conductor)}, voice)
    conductor = Conductor(kinds(), store, shapes, clock, voice, perform)
    source = Several((around.source(vault),))
    unlocking = Unlocking(conductor, source, {authenticator.name: authenticator}, links, clock)
    office = CaseOffice(conductor, store, clock, _desk(settings, teams, words))
    objections = Objections(conductor, office, vault, notices, clock, derived(key, "objections"), address)
    changes = KeyChanges(vault)
    perform |= {
        FindKeys: Finder(conductor, source, clock).find,
        MakeChallenge: unlocking.make,
        OfferCandidate: unlocking.offer,
        OpenCase: office.open,
        ShowCase: office.show,
        OrderKeyChange: changes.order,
        LookForNewKey: changes.look,
        TellOwner: objections.tell_owner,
    }
    messages = Buckets(settings.messages_at_once, settings.messages_per_second)
    door = Door(Tokens(derived(key, "tokens")), sessions, clock, address, frozenset(settings.allowed_origins), messages)

    def ended(session_id: str) -> None:
        door.forget(session_id)
        hub.end_session(session_id)

    requests = Buckets(settings.requests_at_once, settings.requests_per_second)
    pages = Pages(words, environment())
    web_sessions = WebSessions(sessions, clock, address.startswith("https://"), ended)
    app = web.Application(middlewares=[guard(pages, requests)], client_max_size=1024 * 1024)
    for routes in (
        DirectLine(conductor, store, sessions, clock, door, hub, lines, channel, web_sessions.of).routes(),
        ChatPage(pages, read_bundle(default_folder()), web_sessions.of, door.base_of, door.allowed_origins).routes(),
        UnlockPage(unlocking, pages, clock, web_sessions).routes(),
        ObjectionPage(objections, pages).routes(),
        DoorPages(pages, web_sessions).routes(),
        SignInPage(DemoSignIn(vault, clock), pages, web_sessions).routes(),
        Stage(pages, computers, notices, authenticator, clock, web_sessions.of).routes(),
        Health(lambda: _answers(store), lambda: hub.count, lambda: conductor.under_way).routes(),
    ):
        app.add_routes(routes)

    if teams is not None:
        app.add_routes(teams.routes(conductor, vault, words, clock).routes())

    async def stop(_app: web.Application) -> None:
        hub.end_all()

    app.on_shutdown.append(stop)
    courier = Courier(conductor, store, clock, history_lives=settings.history_lives, seen_lives=settings.history_lives)
    return House(app, conductor, courier, store, vault, computers, authenticator, clock)


def _desk(settings: Settings, teams: Teams | None, words: Words) -> Desk:
    if teams is None or settings.teams_agents_channel is None:
        return NoDesk()
    url, channel = settings.teams_agents_service_url, settings.teams_agents_channel
    return teams.desk(words, url, channel, settings.desk_language)


@asynccontextmanager
async def teams_of(settings: Settings, clock: Clock) -> AsyncIterator[Teams | None]:
    """None where Teams is not configured."""
    if settings.teams_playground is not None:
        async with open_playground(PersonId(DEMO_TENANT, settings.teams_playground)) as playground:
            yield playground
    elif registration := registration_of(settings):
        async with open_teams(registration, credential_of(settings, registration, clock), clock) as teams:
            yield teams
    else:
        yield None


def registration_of(settings: Settings) -> Registration | None:
    if settings.teams_app_id is None or settings.teams_tenant_id is None:
        return None
    cloud = CLOUDS[settings.teams_cloud]
    if settings.teams_metadata_url:
        cloud = replace(cloud, metadata_url=settings.teams_metadata_url)
    hosts = ServiceHosts(frozenset(settings.teams_service_hosts or cloud.service_hosts))
    return Registration(settings.teams_app_id, settings.teams_tenant_id, cloud, hosts)


def credential_of(settings: Settings, registration: Registration, clock: Clock) -> Credential:
    """Read once, at the start: a file that is missing is found out now."""
    cloud, tenant, app_id = registration.cloud, registration.tenant, registration.app_id
    http = teams_credential.patient_session()
    if settings.teams_certificate_file:
        pem = settings.teams_certificate_file.read_bytes()
        return MsalCredential(teams_credential.by_certificate(cloud, tenant, app_id, pem, http), clock)
    if settings.teams_secret_file:
        secret = Secret(settings.teams_secret_file.read_text("utf-8").strip())
        return MsalCredential(teams_credential.by_secret(cloud, tenant, app_id, secret, http), clock)
    return MsalCredential(teams_credential.by_managed_identity(cloud, app_id, http), clock)


async def _answers(store: Store) -> bool:
    try:
        await store.next_due()
    except Exception:  # noqa: BLE001 - whatever it is, we are not ready
        return False
    return True
