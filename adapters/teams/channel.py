"""The whole of Teams, put together: one session to the outside, one gate, one adapter."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.request import getproxies

import aiohttp

from adapters.botframework.utterance import AddressOf
from adapters.identity.signing_keys import SigningKeys
from adapters.teams.adapter import TeamsAdapter
from adapters.teams.agents import AgentsInTeams
from adapters.teams.cloud import Cloud, ServiceHosts
from adapters.teams.connector import CONNECTIONS, Connector
from adapters.teams.credential import Credential, NoCredential
from adapters.teams.desk import ChannelDesk
from adapters.teams.gate import Gate
from adapters.teams.notices import ChatNotices
from adapters.teams.pace import Pace
from adapters.teams.people import Callers
from adapters.teams.playground import LOOPBACK_ALONE, OpenEntrance
from adapters.teams.routes import Entrance, TeamsRoutes
from adapters.teams.turns import Turns
from adapters.teams.voice import TeamsVoice
from bot.codec import Codec
from bot.conductor import Conductor
from bot.desk_in_chat import DeskInChat
from bot.domain.people import PersonId
from bot.dots import Dots
from bot.ports.clock import Clock
from bot.ports.sources import Directory
from bot.ports.words import Words


@dataclass(frozen=True, slots=True)
class Registration:
    """How Teams knows us, and what we believe."""

    app_id: str
    tenant: str
    cloud: Cloud
    hosts: ServiceHosts


@dataclass(frozen=True, slots=True)
class Teams:
    """What of it is there before a conductor is: the way out, and the lock of the door."""

    adapter: TeamsAdapter
    entrance: Entrance
    app_id: str
    tenant: str
    hosts: ServiceHosts

    def voice(
        self, codec: Codec, words: Words, link_of: AddressOf, conductor: Callable[[], Conductor], desk: str | None
    ) -> TeamsVoice:
        async def recall(flow_id: str) -> object:
            return await conductor().recall(flow_id)

        return TeamsVoice(self.adapter, codec, words, link_of, self.app_id, recall, desk)

    def routes(
        self,
        conductor: Conductor,
        directory: Directory,
        words: Words,
        clock: Clock,
        desk: DeskInChat | None,
        dots: Dots | None,
    ) -> TeamsRoutes:
        """`desk`: what agents do with cases from here, where there are agents."""
        agents = AgentsInTeams(desk, conductor, words) if desk else None
        callers = Callers(directory, clock)
        return TeamsRoutes(self.entrance, Turns(self.adapter, conductor, callers, words, agents, dots))

    def notices(self, words: Words, directory: Directory, service_url: str) -> ChatNotices:
        return ChatNotices(self.adapter, words, directory, service_url, self.app_id, self.tenant)

    def desk(self, words: Words, service_url: str, channel: str, language: str, address: str | None) -> ChannelDesk:
        return ChannelDesk(self.adapter, words, service_url, channel, self.app_id, self.tenant, language, address)


@asynccontextmanager
async def open_teams(
    registration: Registration, credential: Credential, clock: Clock, trust: ssl.SSLContext | None = None
) -> AsyncIterator[Teams]:
    """`trust`: whom to believe instead of the system's authorities; for tests."""
    async with outside(registration, trust) as http:
        cloud = registration.cloud
        keys = SigningKeys(http, cloud.metadata_url, cloud.issuer, clock)
        gate = Gate(
            keys,
            clock,
            issuer=cloud.issuer,
            app_id=registration.app_id,
            tenant=registration.tenant,
            hosts=registration.hosts,
        )
        connector = Connector(http, credential, registration.hosts, Pace(), clock)
        try:
            yield Teams(TeamsAdapter(connector), gate, registration.app_id, registration.tenant, registration.hosts)
        finally:
            await keys.close()


@asynccontextmanager
async def open_playground(person: PersonId, clock: Clock) -> AsyncIterator[Teams]:
    async with _session(None, None) as http:
        connector = Connector(http, NoCredential(), LOOPBACK_ALONE, Pace(), clock)
        yield Teams(TeamsAdapter(connector), OpenEntrance(person), "playground", person.tenant, LOOPBACK_ALONE)


def outside(registration: Registration, trust: ssl.SSLContext | None) -> aiohttp.ClientSession:
    return _session(trust, None if registration.hosts.on_loopback else getproxies().get("https"))


def _session(trust: ssl.SSLContext | None, proxy: str | None) -> aiohttp.ClientSession:
    """One for everything that goes out: connections are kept, cookies are not.

    `proxy` is read once: aiohttp's own `trust_env` looks for it, and for a netrc file, in a thread at every request.
    """
    connector = aiohttp.TCPConnector(limit=CONNECTIONS, ssl=trust if trust is not None else True)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=True,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
        proxy=proxy,
    )
