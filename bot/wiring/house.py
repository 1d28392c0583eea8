"""The composition root: what the demo and the served product have in common. Only this package chooses between adapters."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network

from aiohttp import web

from adapters.caller import Callers as Addresses
from adapters.health import Health
from adapters.known_sessions import KnownSessions
from adapters.limits import Buckets
from adapters.pages.asking import AskingPage
from adapters.pages.doors import DoorPages, nothing_left_behind
from adapters.pages.guard import guard
from adapters.pages.leaving import SealedHints
from adapters.pages.objection import ObjectionPage
from adapters.pages.pages import SCHEME, Pages, environment
from adapters.pages.unlock import UnlockPage
from adapters.pages.web_sessions import WebSessions
from adapters.sources.vault.sealing import Seal
from adapters.sources.vault.vault import Vault
from adapters.store.sqlite_file import SqliteFile
from adapters.store.sqlite_sessions import SqliteSessions
from adapters.teams.channel import Teams
from adapters.webchat.directline import DirectLine
from adapters.webchat.doors import Door
from adapters.webchat.lines import conversation_of
from adapters.webchat.page import ChatPage, default_folder, read_bundle
from adapters.webchat.tokens import Tokens
from adapters.webchat.upload import Uploads
from adapters.webchat.watch import Watch
from bot import queue, standing, ticket
from bot.case_office import CaseOffice
from bot.conductor import Conductor
from bot.courier import Courier
from bot.domain.people import Network, PersonId, Principal
from bot.pictures import Pictures
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.settings import Settings
from bot.shifts import Shifts
from bot.vouching import Vouching
from bot.wiring.desk_pages import desk_routes
from bot.wiring.engine import Engine, engine_of
from bot.wiring.keeping import derived
from bot.wiring.pictures import holding_in, sweeping
from bot.wiring.rooms import Around, Commons, Rooms
from dialogs.talk import Talk

REPLAYABLE = timedelta(hours=25)
"""As long as a channel's token may live: until then no event id is forgotten."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything, wired."""

    app: web.Application
    conductor: Conductor
    courier: Courier
    store: Store
    vault: Vault
    clock: Clock
    watch: Watch
    pictures: Pictures


@dataclass(frozen=True, slots=True)
class Front:
    """Where people come in: who they are, where they come from, and what they are shown."""

    app: web.Application
    pages: Pages
    web_sessions: WebSessions
    sessions: KnownSessions
    door: Door
    watch: Watch
    network_of: Callable[[web.Request], str]
    inside_of: Callable[[web.Request], Network]


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
    engine = engine_of(settings, address, key, clock, around, file, vault, rooms, teams)
    front = front_of(settings, address, key, clock, file, vault, engine)
    app, conductor = front.app, engine.conductor
    for routes in routes_of(settings, front, engine, vault, clock, rooms):
        app.add_routes(routes)
    if teams is not None:
        app.add_routes(teams.routes(conductor, vault, engine.words, clock, engine.chats, engine.dots).routes())

    async def stop(_app: web.Application) -> None:
        engine.hub.end_all()
        engine.bell.silence()

    async def watching(_app: web.Application) -> AsyncIterator[None]:
        looking = asyncio.create_task(front.watch.run(), name="watch of sockets")
        yield
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)

    app.on_shutdown.append(stop)
    app.cleanup_ctx.append(watching)
    app.cleanup_ctx.append(sweeping(engine.pictures))
    seen_lives = max(settings.history_lives, REPLAYABLE)
    courier = Courier(conductor, engine.store, clock, history_lives=settings.history_lives, seen_lives=seen_lives)
    return House(app, conductor, courier, engine.store, vault, clock, front.watch, engine.pictures)


def front_of(
    settings: Settings, address: str, key: bytes, clock: Clock, file: SqliteFile, vault: Vault, engine: Engine
) -> Front:
    def ended(session_id: str) -> None:
        door.forget(session_id)
        engine.hub.end_session(session_id)

    callers, networks = Addresses(settings.trusted_proxies), derived(key, "networks")

    def network_of(request: web.Request) -> str:
        """A pseudonym: where people come from is nobody's business, only whether it is the same place again."""
        return hmac.digest(networks, callers.of(request).encode(), hashlib.sha256).hex()[:32]

    sessions = KnownSessions(SqliteSessions(file), vault, ended)
    watch = Watch(engine.hub, sessions, clock, ended)
    messages = Buckets(settings.messages_at_once, settings.messages_per_second)
    door = Door(Tokens(derived(key, "tokens")), sessions, clock, address, frozenset(settings.allowed_origins), messages)
    requests, sign_ins = (Buckets(settings.requests_at_once, settings.requests_per_second) for _ in range(2))
    pages = Pages(engine.words, environment())
    begun = audited(engine.conductor)
    is_https = address.startswith("https://")
    web_sessions = WebSessions(
        sessions, clock, is_https, ended, begun, SealedHints(Seal(derived(key, "leaving")), is_https)
    )
    app = web.Application(middlewares=[guard(pages, requests, sign_ins, callers)], client_max_size=1024 * 1024)
    app[SCHEME] = address.partition("://")[0]
    return Front(app, pages, web_sessions, sessions, door, watch, network_of, inside_of(callers, settings))


def inside_of(callers: Addresses, settings: Settings) -> Callable[[web.Request], Network]:
    networks = [ip_network(one) for one in settings.inside_networks]

    def known(request: web.Request) -> Network:
        if not networks:
            return "unknown"
        return "inside" if callers.is_in(request, networks) else "outside"

    return known


def audited(conductor: Conductor) -> Callable[[Principal], Awaitable[None]]:
    async def begun(who: Principal) -> None:
        event = standing.SessionBegun(who.id, who.how, who.on_shared_computer)
        await conductor.handle(standing.of_person(who.id), event, f"begun/{secrets.token_hex(8)}")

    return begun


def ending_links(conductor: Conductor) -> Callable[[PersonId], Awaitable[None]]:
    async def end(person: PersonId) -> None:
        event = standing.SignedOutEverywhere(person)
        await conductor.handle(standing.of_person(person), event, f"everywhere/{secrets.token_hex(8)}")

    return end


def routes_of(
    settings: Settings, front: Front, engine: Engine, vault: Vault, clock: Clock, rooms: Rooms
) -> Iterable[Iterable[web.AbstractRouteDef]]:
    pages, web_sessions, door = front.pages, front.web_sessions, front.door
    conductor, unlocking, hub = engine.conductor, engine.unlocking, engine.hub
    vouching = Vouching(conductor, clock)
    commons = Commons(unlocking, pages, web_sessions, vault, clock, engine.enrolments, engine.approvals, vouching)
    own_routes, step_up, fresh = rooms.routes(commons)
    asking = AskingPage(engine.approvals, unlocking, pages)
    chat = DirectLine(
        conductor,
        engine.store,
        front.sessions,
        clock,
        door,
        hub,
        engine.lines,
        engine.channel,
        web_sessions.glance,
        unfinished(engine.office, conductor),
        Uploads(engine.pictures, holding_in(settings, conductor)),
        front.inside_of,
        lambda chat: conductor.beside(engine.dots.person_writes(chat)) if engine.dots else None,
    )
    bundle = read_bundle(default_folder())
    return (
        chat.routes(),
        ChatPage(
            pages, bundle, web_sessions.of, door.base_of, door.allowed_origins, rooms.app_page, settings.relay_images
        ).routes(),
        UnlockPage(unlocking, pages, clock, web_sessions, asking, step_up, front.network_of, rooms.leave).routes(),
        ObjectionPage(engine.objections, pages, web_sessions.end_everywhere).routes(),
        DoorPages(
            pages,
            web_sessions,
            ending_links(conductor),
            rooms.leave,
            Shifts(engine.helpdesk, conductor).signed_out if engine.helpdesk else nothing_left_behind,
        ).routes(),
        own_routes,
        desk_routes(engine, rooms, vault, fresh, pages, web_sessions, front.network_of, clock),
        Health(
            lambda: _answers(engine.store), lambda: hub.count, lambda: conductor.under_way, lambda: _tickets_owed(conductor)
        ).routes(),
    )  # fmt: skip


def unfinished(office: CaseOffice, conductor: Conductor) -> Callable[[PersonId], Awaitable[str | None]]:
    async def conversation(person: PersonId) -> str | None:
        """Not one of which somebody has said that it is under a name that is not theirs."""
        chat = await office.chat_of(person, "webchat")
        talk = await conductor.state(chat) if chat else None
        return conversation_of(chat) if chat and not (isinstance(talk, Talk) and talk.disowned) else None

    return conversation


async def _tickets_owed(conductor: Conductor) -> int:
    owed = await conductor.state(ticket.OWED)
    return len(owed.numbers) if isinstance(owed, queue.Queue) else 0


async def _answers(store: Store) -> bool:
    try:
        await store.next_due()
    except Exception:  # noqa: BLE001 - whatever it is, we are not ready
        return False
    return True
