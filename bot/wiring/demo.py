"""The product with demo people in it."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from adapters.clock import SystemClock
from adapters.demo import computers as demo_computers
from adapters.demo.computers import Computers
from adapters.demo.notices import DemoNotices
from adapters.demo.people import settle_in
from adapters.demo.sign_in import DemoSignIn, SignInPage
from adapters.demo.stage import Stage
from adapters.identity.authenticator import Authenticator
from adapters.sources.vault.sealing import Seal
from adapters.store import sqlite
from bot.domain.devices import Device
from bot.domain.people import PersonId
from bot.ports.clock import Clock
from bot.ports.policy import Decision
from bot.settings import Settings
from bot.wiring.house import Around, Commons, House, Rooms, assemble, derived, installation_key, open_vault
from bot.wiring.teams import teams_of


@dataclass(frozen=True, slots=True)
class DemoHouse(House):
    computers: Computers
    authenticator: Authenticator


class DemoPolicy:
    """On loopback, with people made up for it, an authenticator code is enough."""

    async def decide(self, person: PersonId, device: Device) -> Decision:
        del person, device
        return Decision((("authenticator",),))


@asynccontextmanager
async def demo_house(
    settings: Settings, folder: Path, address: str, *, clock: Clock | None = None, around: Around | None = None
) -> AsyncIterator[DemoHouse]:
    clock, around = clock or SystemClock(), around or Around()
    key = installation_key(settings, folder)
    file = sqlite.open_file(folder / "sparekey.db")
    stage_file = demo_computers.open_file(folder / "demo.db")
    async with open_vault(settings, folder, clock) as vault, (around.teams or teams_of)(settings, clock) as teams:
        computers = Computers(stage_file, vault, clock)
        authenticator = Authenticator(vault.file, Seal(derived(key, "seeds")))
        await settle_in(vault, computers, authenticator, clock.now())
        notices = DemoNotices(stage_file)

        def routes(commons: Commons) -> tuple[Iterable[web.AbstractRouteDef], None]:
            pages, sessions = commons.pages, commons.web_sessions
            sign_in = SignInPage(DemoSignIn(vault, commons.clock), pages, sessions)
            stage = Stage(pages, computers, notices, authenticator, commons.clock, sessions.of)
            return (*sign_in.routes(), *stage.routes()), None

        rooms = Rooms({authenticator.name: authenticator}, lambda _: DemoPolicy(), notices, authenticator, routes)
        house = assemble(settings, address, key, clock, around, file, vault, rooms, teams)
        await house.store.inherit()
        try:
            yield DemoHouse(
                house.app, house.conductor, house.courier, house.store, vault, clock, computers, authenticator
            )
        finally:
            await house.conductor.rest()
            await house.store.close()
            await stage_file.close()
