"""The served product over TLS, beside a real OpenID provider; and a browser that is no browser, which follows every redirect."""

import asyncio
import html
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp import ClientResponse
from aiohttp.test_utils import TestServer

from adapters.clock import SystemClock
from adapters.demo import computers as demo_computers
from adapters.demo.computers import Computers
from adapters.demo.people import settle_in
from adapters.identity.authenticator import Authenticator
from adapters.identity.totp import counter_at, totp_code
from adapters.sources.vault.sealing import Seal
from bot.domain.devices import Device
from bot.domain.people import Network, PersonId
from bot.ports.clock import Clock
from bot.ports.notices import Notice
from bot.ports.policy import Decision
from bot.settings import Settings
from bot.wiring import House, open_vault
from bot.wiring.keeping import derived, installation_key
from bot.wiring.served import Outside, served_house
from tests.app.visitor import PATIENCE, link_of, number_of
from tests.ports import free_port
from tests.sign_in.providers import provider
from tests.teams.authority import Authority, authority

SECRET = "a-secret-of-the-tests-0123456789abcdef"
PASSWORDS = {
    "alex": "correct horse", "kim": "battery staple", "stranger": "nobody here", "morgan": "slate lantern", "noor": "green anchor",
    "dana": "helpdesk one", "lee": "helpdesk two",
}  # fmt: skip
SEEDS = {
    "alex": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "kim": "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU", "morgan": "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK",
    "noor": "NBSWY3DPO5XXE3DENBSWY3DPO5XXE3DE", "dana": "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK",
    "lee": "NRUW4ZJANRUW4ZJANRUW4ZJANRUW4ZJA",
}  # fmt: skip


@dataclass
class Told:
    """Notices of the served product, for tests that are not about mail."""

    shown: list[tuple[str, str]] = field(default_factory=list)
    changed: list[tuple[str, str, str]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    words_of_asking: list[str] = field(default_factory=list)
    """Everything that an approver may be told, but for the moment."""
    widely: list[tuple[str, str, str]] = field(default_factory=list)

    async def tell(self, notice: Notice) -> None:
        person, device_name = notice.person.object_id, notice.device_name or ""
        if notice.widely:
            self.widely.append((person, notice.about, notice.link))
        elif notice.about == "approval_asked":
            self.words_of_asking.append(f"{notice.id} {notice.person} {notice.approver} {device_name} {notice.link}")
            self.asked.append((notice.approver.object_id if notice.approver else "security", notice.link))
        elif notice.about == "enrolment_changed":
            self.changed.append((person, notice.change or "", notice.link))
        else:
            self.shown.append((person, device_name))


@dataclass
class Sets:
    sets: tuple[tuple[str, ...], ...] = (("sign_in",),)

    async def decide(self, person: PersonId, device: Device, network: Network) -> Decision:
        del person, device, network
        return Decision(self.sets)


@dataclass
class Served:
    house: House
    base: str
    issuer: str
    trust: Authority
    notices: Told
    policy: Sets
    folder: Path
    browsers: list["Browser"] = field(default_factory=list)
    silence: Callable[[], None] = lambda: None
    """The provider is gone from now on."""
    restart: Callable[[], Awaitable[None]] | None = None
    """The product begins anew, as after a crash or an update."""

    def browser(self) -> "Browser":
        connector = aiohttp.TCPConnector(ssl=self.trust.client)
        http = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.CookieJar(quote_cookie=False))
        one = Browser(self, http)
        self.browsers.append(one)
        return one


@asynccontextmanager
async def served(
    folder: Path,
    *,
    clock: Clock | None = None,
    step_up: str | None = "mfa",
    step_up_claim: Literal["acr", "acrs"] = "acr",
    sets: tuple[tuple[str, ...], ...] = (("sign_in",),),
    authenticator: bool = False,
    agents_group: str | None = None,
    policy_file: Path | None = None,
    forms_elsewhere: bool = False,
    security: bool = True,
    inside_networks: tuple[str, ...] = (),
) -> AsyncIterator[Served]:
    """`forms_elsewhere`: people sign in at another host than the one that the issuer names."""
    trust = authority(folder)
    port, own = free_port(), free_port()
    base = f"https://localhost:{own}"
    (folder / "secret").write_text(SECRET)
    (folder / "data").mkdir(exist_ok=True)
    elsewhere = f"https://127.0.0.1:{port}" if forms_elsewhere else ""
    with provider(folder, port, f"{base}/auth/callback", f"{base}/signed-out", elsewhere) as (issuer, silence):
        settings = Settings(
            oidc_issuer=issuer, oidc_client_id="sparekey", oidc_secret_file=folder / "secret", oidc_tenant="demo",
            oidc_step_up=step_up, oidc_step_up_claim=step_up_claim, requests_at_once=100_000, messages_at_once=1_000,
            authenticator=authenticator, security_group="security" if security else None,
            mail_security_mailbox="security@example.org",
            agents_group=agents_group, policy_file=policy_file, inside_networks=inside_networks,
        )  # fmt: skip
        await _move_in(settings, folder / "data")
        notices, policy = Told(), Sets(sets)
        outside = Outside(trust.client, trust.file)

        @asynccontextmanager
        async def running() -> AsyncIterator[House]:
            async with served_house(
                settings, folder / "data", base, policy=policy, notices=notices, clock=clock, outside=outside
            ) as house:
                server = TestServer(house.app, host="127.0.0.1", port=own, scheme="https")
                await server.start_server(ssl=trust.server)
                try:
                    yield house
                finally:
                    await server.close()

        async def restart() -> None:
            await run.aclose()
            one.house = await run.enter_async_context(running())

        async with AsyncExitStack() as run:
            house = await run.enter_async_context(running())
            one = Served(house, base, issuer, trust, notices, policy, folder / "data", [], silence, restart)
            try:
                yield one
            finally:
                for browser in one.browsers:
                    await browser.http.close()


async def _move_in(settings: Settings, folder: Path) -> None:
    """The demo's people as employees: they have devices and keys already."""
    clock = SystemClock()
    stage = demo_computers.open_file(folder / "demo.db")
    async with open_vault(settings, folder, clock) as vault:
        seal = Seal(derived(installation_key(settings, folder), "seeds"))
        await settle_in(vault, Computers(stage, vault, clock), Authenticator(vault.file, seal), clock.now())
    await stage.close()


@dataclass
class Page:
    """Where a walk ended."""

    status: int
    url: str
    text: str
    way: list[str]


@dataclass
class Browser:
    """Follows redirects by itself, remembering each; keeps cookies as browsers do."""

    served: Served
    http: aiohttp.ClientSession
    token: str = ""
    conversation: str = ""
    captured: list[str] = field(default_factory=list)

    async def go(self, url: str, form: dict[str, str] | None = None, *, stop_at: str = "") -> Page:
        """`stop_at`: a redirect whose address holds this is not followed."""
        url, method, way = urljoin(self.served.base, url), "GET" if form is None else "POST", list[str]()
        for _ in range(20):
            async with self.http.request(method, url, data=form, allow_redirects=False) as answer:
                text = await answer.text()
                self.captured.append(text)
                way.append(url)
                location = answer.headers.get("Location")
                led = re.search(r'<meta http-equiv="refresh" content="0; url=([^"]*)">', text)
                location = html.unescape(led[1]) if led else location
                if (answer.status not in (301, 302, 303) and not led) or location is None:
                    return Page(answer.status, url, text, way)
                url, method, form = urljoin(url, location), "GET", None
                if stop_at and stop_at in url:
                    return Page(answer.status, url, text, way)
        raise AssertionError(way)

    async def sign_in_at_provider(
        self, page: Page, person: str, *, code: str | None = None, stop_at: str = "", ago: int = 0
    ) -> Page:
        """From the provider's form to wherever it leads. `ago`: as if it had been so many seconds before."""
        assert "/oidc/interaction/" in page.url, page
        form = {"user": person, "password": PASSWORDS[person], "ago": str(ago)}
        if 'name="code"' in page.text:
            form["code"] = code or code_of(person)
        return await self.go(page.url, form, stop_at=stop_at)

    async def enter(self, person: str = "alex", *, ago: int = 0) -> Page:
        page = await self.sign_in_at_provider(await self.go("/sign-in?next=/chat"), person, ago=ago)
        assert page.url.endswith("/chat"), page
        return page

    # the chat

    async def json(self, method: str, path: str, content: object = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if path.startswith("/v3") else {}
        async with self.http.request(method, f"{self.served.base}{path}", json=content, headers=headers) as answer:
            self.captured.append(await answer.text())
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def found_key(self, device: str = "LAPTOP-ALEX") -> dict[str, Any]:
        """Chat until the card with the link is there."""
        content = await self.json("POST", "/chat/token")
        self.token, self.conversation = content["token"], content["conversationId"]
        await self.json("POST", "/v3/directline/conversations", {"locale": "en"})
        key_id = await key_id_of(self.served, device)
        await self.say(f"windows {key_id}")
        return await self.card()

    async def say(self, text: str) -> None:
        await self.json(
            "POST", f"/v3/directline/conversations/{self.conversation}/activities", {"type": "message", "text": text}
        )

    async def heard(self) -> list[dict[str, Any]]:
        found = await self.json("GET", f"/v3/directline/conversations/{self.conversation}/activities")
        activities: list[dict[str, Any]] = found["activities"]
        return activities

    async def card(self) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            cards = [one for one in await self.heard() if one.get("attachments")]
            if cards:
                return cards[-1]
            await asyncio.sleep(0.02)
        raise AssertionError(await self.heard())

    # the page

    async def claimed(self, device: str = "LAPTOP-ALEX") -> tuple[str, str]:
        """From the chat to the page: the link, claimed here, and the number that goes with it."""
        card = await self.found_key(device)
        link = link_of(card)
        await self.go(link)
        await self.go(f"{link}/claim", {})
        return link, number_of(card)

    async def to_the_provider(self, card: dict[str, Any], number: str | None = None) -> Page:
        """Claim the link, type the number, and stand before the provider's form."""
        link = link_of(card)
        await self.go(link)
        await self.go(f"{link}/claim", {})
        return await self.go(f"{link}/sign-in", {"number": number or number_of(card)})


def code_of(person: str) -> str:
    import base64  # noqa: PLC0415

    return totp_code(base64.b32decode(SEEDS[person]), counter_at(datetime.now(UTC)))


async def key_id_of(served: Served, device_name: str) -> str:
    for person in ("alex", "kim", "sam"):
        for device in (await served.house.vault.devices_of(PersonId("demo", person))).devices:
            for card in device.keys:
                if device.name == device_name and card.drive == "system" and card.current and card.key_id:
                    return card.key_id
    raise AssertionError(device_name)


def query_of(url: str) -> dict[str, str]:
    return dict(re.findall(r"([^?&=]+)=([^&]*)", urlsplit(url).query))


__all__ = ["Browser", "ClientResponse", "Page", "Served", "code_of", "query_of", "served"]
