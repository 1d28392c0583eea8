"""The composition root: what the demo and the served product have in common. Only this package chooses between adapters."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from adapters.botframework.voices import Voices
from adapters.caller import Callers as Addresses
from adapters.health import Health
from adapters.limits import Buckets
from adapters.pages.doors import DoorPages
from adapters.pages.guard import guard
from adapters.pages.objection import ObjectionPage
from adapters.pages.pages import Pages, environment
from adapters.pages.unlock import StepUp, UnlockPage
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
from adapters.teams.channel import Teams
from adapters.teams.voice import PREFIX
from adapters.webchat.adapter import WebChatAdapter, WebChatVoice
from adapters.webchat.directline import DirectLine
from adapters.webchat.doors import Door
from adapters.webchat.hub import Hub
from adapters.webchat.lines import Lines
from adapters.webchat.page import ChatPage, default_folder, read_bundle
from adapters.webchat.tokens import Tokens
from bot import address as addresses
from bot import casework, challenge, enrolment, keychange, standing
from bot.casework import CaseOffice, OpenCase, ShowCase
from bot.challenge import MakeChallenge, OfferCandidate, TellOwner
from bot.changing import KeyChanges
from bot.codec import Codec
from bot.conductor import Conductor, Kind, Perform, Voice
from bot.courier import Courier
from bot.domain.link import Links
from bot.enrolling import Enrolments
from bot.enrolment import ActivateSeed, ForgetSeed, RemoveSeed, TellEnrolment
from bot.finding import Finder, FindKeys
from bot.keychange import LookForNewKey, OrderKeyChange
from bot.objection import Objections
from bot.ports.clock import Clock
from bot.ports.notices import Notices
from bot.ports.policy import ProofPolicy
from bot.ports.proof import Proof
from bot.ports.seeds import Seeds
from bot.ports.sources import KeySource
from bot.ports.store import Store
from bot.settings import Settings
from bot.stored import codec_of
from bot.unlocking import Unlocking
from bot.wiring.teams import desk_of
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
    clock: Clock


@dataclass(frozen=True, slots=True)
class Commons:
    """What the rooms are built around."""

    unlocking: Unlocking
    pages: Pages
    web_sessions: WebSessions
    sessions: SqliteSessions
    vault: Vault
    clock: Clock
    enrolments: Enrolments


@dataclass(frozen=True, slots=True)
class Rooms:
    """Where the demo and the served product differ. `leave`: where the sign-in signs people out, if it can."""

    proofs: Mapping[str, Proof]
    policy: Callable[[Conductor], ProofPolicy]
    notices: Notices
    seeds: Seeds
    routes: Callable[[Commons], tuple[Iterable[web.AbstractRouteDef], StepUp | None]]
    """With how a person signs in once more before a key."""
    leave: Callable[[], str | None] = lambda: None


LASTING = frozenset({TellOwner, TellEnrolment, ShowCase})
"""A person hears of a view and of a changed app, and agents of a case, though a mail server or a channel is down for hours."""
REPLAYABLE = timedelta(hours=25)
"""As long as a channel's token may live: until then no event id is forgotten."""


def codec() -> Codec:
    return codec_of(
        conversation, recovery_states, guidance_states, handoff_states, reception_states, in_public, enrolment
    )


def kinds() -> tuple[Kind, ...]:
    talk = Conversation()
    return (
        Kind("chat", reception_states.Unopened(), talk.step),  # type: ignore[arg-type]  # the codec lets nothing else in
        Kind("case", casework.Unfiled(), casework.step),  # type: ignore[arg-type]  # likewise
        Kind("challenge", challenge.Unmade(), challenge.step),  # type: ignore[arg-type]  # likewise
        Kind("rotation", keychange.NothingOwed(), keychange.step),  # type: ignore[arg-type]  # likewise
        Kind("address", addresses.Unknown(), addresses.step),  # type: ignore[arg-type]  # likewise
        Kind("group", in_public.Listening(), in_public.step),  # type: ignore[arg-type]  # likewise
        Kind("enrolment", enrolment.Resting(), enrolment.step),  # type: ignore[arg-type]  # likewise
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


def assemble(
    settings: Settings,
    address: str,
    key: bytes,
    clock: Clock,
    around: Around,
    file: SqliteFile,
    vault: Vault,
    rooms: Rooms,
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
        voice = Voices({PREFIX: teams.voice(shapes, words, link_of, lambda: conductor)}, voice)
    conductor = Conductor(kinds(), store, shapes, clock, voice, perform, LASTING)
    source = Several((around.source(vault),))
    unlocking = Unlocking(conductor, source, rooms.proofs, rooms.policy(conductor), vault, links, clock)
    office = CaseOffice(conductor, store, clock, desk_of(settings, teams, words))
    objections = Objections(conductor, office, vault, rooms.notices, clock, derived(key, "objections"), address)
    enrolments = Enrolments(conductor, rooms.seeds, clock)
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
        TellEnrolment: objections.tell_enrolment,
        ActivateSeed: enrolments.activate,
        RemoveSeed: enrolments.take_away,
        ForgetSeed: enrolments.take_away,
    }
    messages = Buckets(settings.messages_at_once, settings.messages_per_second)
    door = Door(Tokens(derived(key, "tokens")), sessions, clock, address, frozenset(settings.allowed_origins), messages)

    def ended(session_id: str) -> None:
        door.forget(session_id)
        hub.end_session(session_id)

    requests = Buckets(settings.requests_at_once, settings.requests_per_second)
    pages = Pages(words, environment())
    web_sessions = WebSessions(sessions, clock, address.startswith("https://"), ended)
    app = web.Application(
        middlewares=[guard(pages, requests, Addresses(settings.trusted_proxies))], client_max_size=1024 * 1024
    )
    commons = Commons(unlocking, pages, web_sessions, sessions, vault, clock, enrolments)
    own_routes, step_up = rooms.routes(commons)
    for routes in (
        DirectLine(conductor, store, sessions, clock, door, hub, lines, channel, web_sessions.of).routes(),
        ChatPage(pages, read_bundle(default_folder()), web_sessions.of, door.base_of, door.allowed_origins).routes(),
        UnlockPage(unlocking, pages, clock, web_sessions, step_up, rooms.leave).routes(),
        ObjectionPage(objections, pages).routes(),
        DoorPages(pages, web_sessions, rooms.leave).routes(),
        own_routes,
        Health(lambda: _answers(store), lambda: hub.count, lambda: conductor.under_way).routes(),
    ):
        app.add_routes(routes)

    if teams is not None:
        app.add_routes(teams.routes(conductor, vault, words, clock).routes())

    async def stop(_app: web.Application) -> None:
        hub.end_all()

    app.on_shutdown.append(stop)
    seen_lives = max(settings.history_lives, REPLAYABLE)
    courier = Courier(conductor, store, clock, history_lives=settings.history_lives, seen_lives=seen_lives)
    return House(app, conductor, courier, store, vault, clock)


async def _answers(store: Store) -> bool:
    try:
        await store.next_due()
    except Exception:  # noqa: BLE001 - whatever it is, we are not ready
        return False
    return True
