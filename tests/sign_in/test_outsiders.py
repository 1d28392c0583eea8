"""What somebody without an account can do at the door: knock at their own pace, and leave little behind."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer, unused_port
from yarl import URL

from adapters.pages.web_sessions import local_path
from bot.settings import Settings
from bot.wiring.served import served_house
from tests.fakes.clock import FakeClock
from tests.sign_in.served import Told

AT_ONCE = 3
ALMOST_NEVER = 0.001
"""A second: nobody gets a second chance while a test runs."""


@dataclass
class Door:
    http: aiohttp.ClientSession
    base: str

    async def knock(self, path: str, *, method: str = "GET", caller: str = "198.51.100.1") -> aiohttp.ClientResponse:
        headers = {"X-Forwarded-For": caller}
        url = URL(f"{self.base}{path}", encoded=True)  # as it stands: nothing is tidied up
        async with self.http.request(
            method, url, headers=headers, data={} if method == "POST" else None, allow_redirects=False
        ) as answer:
            await answer.read()
            return answer

    async def statuses(self, path: str, count: int, *, method: str = "GET") -> list[int]:
        return [(await self.knock(path, method=method)).status for _ in range(count)]


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    """The served product; its provider is down."""
    (tmp_path / "secret").write_text("x")
    settings = Settings(
        oidc_issuer=f"https://localhost:{unused_port()}/oidc", oidc_client_id="x", oidc_tenant="x", oidc_step_up="x",
        oidc_secret_file=tmp_path / "secret", requests_at_once=AT_ONCE, requests_per_second=ALMOST_NEVER,
        trusted_proxies=("127.0.0.1/32",),
    )  # fmt: skip
    address = "https://helpdesk.example.org"
    async with served_house(settings, tmp_path, address, notices=Told(), clock=FakeClock()) as house:
        server = TestServer(house.app, host="127.0.0.1")
        await server.start_server()
        async with aiohttp.ClientSession() as http:
            yield Door(http, f"http://127.0.0.1:{server.port}")
        await server.close()


@pytest.mark.parametrize(
    ("path", "answered"),
    [("/sign-in", 503), ("/sign-in?private=1&next=/chat", 503), ("/auth/callback?state=x&code=x", 403)],
)
async def test_whoever_knocks_too_often_is_asked_to_wait(door: Door, path: str, answered: int) -> None:
    statuses = await door.statuses(path, AT_ONCE + 2)
    refused = await door.knock(path)

    assert statuses == [answered] * AT_ONCE + [429] * 2
    assert 990 <= int(refused.headers["Retry-After"]) <= 1_000
    assert refused.headers["X-Content-Type-Options"] == "nosniff"


async def test_going_and_coming_back_count_together(door: Door) -> None:
    await door.statuses("/sign-in", AT_ONCE)

    assert (await door.knock("/auth/callback?state=x&code=x")).status == 429


async def test_another_caller_does_not_wait_for_the_first(door: Door) -> None:
    await door.statuses("/sign-in", AT_ONCE + 1)

    assert (await door.knock("/sign-in", caller="198.51.100.2")).status == 503


async def test_another_spelling_of_the_address_counts_as_well(door: Door) -> None:
    statuses = await door.statuses("/sign%2Din", AT_ONCE)

    assert statuses == [503] * AT_ONCE
    assert (await door.knock("/%73ign-in")).status == 429


async def test_whoever_signs_in_too_often_takes_no_form_from_their_neighbours(door: Door) -> None:
    await door.statuses("/sign-in", AT_ONCE + 1)

    assert (await door.knock("/sign-out", method="POST")).status != 429


async def test_whoever_sends_too_many_forms_takes_no_sign_in_from_their_neighbours(door: Door) -> None:
    await door.statuses("/sign-out", AT_ONCE + 1, method="POST")

    assert (await door.knock("/sign-in")).status == 503


async def test_pages_that_cost_nothing_are_not_counted(door: Door) -> None:
    assert 429 not in await door.statuses("/signed-out", AT_ONCE * 3)


@pytest.mark.parametrize(("length", "found"), [(200, "/" + "x" * 199), (201, "/chat"), (100_000, "/chat")])
def test_a_way_back_that_is_longer_than_any_of_ours_is_not_remembered(length: int, found: str) -> None:
    assert local_path("/" + "x" * (length - 1)) == found
