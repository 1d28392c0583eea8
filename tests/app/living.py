"""A whole house for a test: the demo's wiring, a clock that is moved by hand, and a real socket."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import aiohttp
from aiohttp.test_utils import TestServer

from adapters.demo.people import PERSONAS
from adapters.sources.vault.vault import Vault
from adapters.teams.channel import Registration, Teams, open_teams
from adapters.teams.cloud import ServiceHosts
from adapters.teams.credential import MsalCredential
from bot.ports.clock import Clock
from bot.settings import Settings
from bot.wiring import Around, DemoHouse, demo_house
from tests.app.visitor import Visitor
from tests.fakes.clock import FakeClock
from tests.fakes.moody_source import MoodySource
from tests.ports import free_port
from tests.teams.microsoft import APP_ID, TENANT, Microsoft, microsoft
from tests.teams.teammate import Teammate, teammate
from tests.tickets.servicenow import PASSWORD, USER, ServiceNow, servicenow

AGENTS = "19:agents@thread.tacv2"


@dataclass
class Living:
    house: DemoHouse
    clock: FakeClock
    base: str
    folder: Path
    sources: list[MoodySource]
    visitors: list[Visitor]
    there: Microsoft
    tickets: ServiceNow

    @property
    def source(self) -> MoodySource:
        return self.sources[0]

    def visitor(self) -> Visitor:
        """A browser of its own."""
        http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        visitor = Visitor(self.base, http)
        self.visitors.append(visitor)
        return visitor

    def teammate(self, person: str) -> Teammate:
        """Somebody with Teams on their phone."""
        one = teammate(self.base, self.there, person)
        self.visitors.append(one)
        return one

    async def pass_time(self, seconds: float) -> None:
        """Time goes by, and whatever has become due is done."""
        self.clock.advance(seconds)
        await self.settle()

    async def settle(self) -> None:
        await self.house.conductor.rest()
        await self.house.courier.round()
        await self.house.conductor.rest()

    async def keys(self) -> list[str]:
        return await keys_in(self.house.vault)


async def keys_in(vault: Vault) -> list[str]:
    """Every recovery key there is, as text: what must be found nowhere."""
    found = []
    for persona in PERSONAS:
        for device in (await vault.devices_of(persona.id)).devices:
            for card in device.keys:
                _, key = await vault.fetch(card.key_ref)
                found.append(key.open_to("check"))
    return found


def teams_at(there: Microsoft, at: Clock) -> AbstractAsyncContextManager[Teams]:
    hosts = ServiceHosts(frozenset(), on_loopback=True)
    credential = MsalCredential(lambda: {"access_token": "ours", "expires_in": 3600}, at)
    return open_teams(Registration(APP_ID, TENANT, there.cloud(), hosts), credential, at)


@cache
def unhurried() -> Settings:
    return Settings(messages_at_once=1000, messages_per_second=1000, requests_at_once=100_000)


def with_agents(settings: Settings, there: Microsoft) -> Settings:
    """Their channel lives at a loopback address, which no administrator could set."""
    return settings.model_copy(update={"teams_agents_channel": AGENTS, "teams_agents_service_url": there.service_url})


def with_tickets(settings: Settings, folder: Path, there: ServiceNow) -> Settings:
    """Likewise."""
    secret = folder / "tickets.secret"
    secret.write_text(PASSWORD)
    at = {"tickets": "servicenow", "tickets_url": there.base, "tickets_user": USER, "tickets_secret_file": secret}
    return settings.model_copy(update=at)


@asynccontextmanager
async def living(folder: Path, settings: Settings | None = None) -> AsyncIterator[Living]:
    clock, sources, visitors = FakeClock(), list[MoodySource](), list[Visitor]()

    def moody(source: object) -> MoodySource:
        sources.append(MoodySource(source))  # type: ignore[arg-type]  # the wiring hands in a KeySource
        return sources[-1]

    def teams_of(_settings: Settings, at: Clock) -> AbstractAsyncContextManager[Teams | None]:
        return teams_at(there, at)

    settings = settings or unhurried()
    around = Around(source=moody, teams=teams_of)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    async with (
        microsoft(lambda: clock.now().timestamp()) as there,
        servicenow() as tickets,
        demo_house(
            with_tickets(with_agents(settings, there), folder, tickets), folder, base, clock=clock, around=around
        ) as house,
        TestServer(house.app, host="127.0.0.1", port=port),
    ):
        yield Living(house, clock, base, folder, sources, visitors, there, tickets)
        for visitor in visitors:
            await visitor.http.close()
