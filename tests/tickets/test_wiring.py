"""The ticket system as the settings want it: nothing half-configured, nobody trusted without a certificate, and told by the doctor."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import ValidationError

from bot.domain.errors import ChannelBusy
from bot.settings import Settings
from bot.wiring.tickets import tickets_in_words, tickets_of
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.fakes.clock import FakeClock
from tests.teams.authority import Authority, authority
from tests.tickets.receiver import SECRET
from tests.tickets.servicenow import PASSWORD, USER, ServiceNow, servicenow
from tests.tickets.test_servicenow import OPENED, TICKET, WORDS

WHOLE: dict[str, Any] = {
    "tickets": "servicenow", "tickets_url": "https://acme.service-now.com", "tickets_user": "sparekey", "tickets_secret_file": "/run/secrets/t",
}  # fmt: skip
HALF: list[dict[str, Any]] = [
    {"tickets": None},
    {"tickets_url": None},
    {"tickets_secret_file": None},
    {"tickets_user": None},
    {"tickets": "webhook"},
    {"tickets": "jira"},
    {"tickets_url": "http://acme.service-now.com"},
    {"tickets_table": "incident?sysparm_limit=1"},
    {"tickets_table": "../../sys_user"},
    {"tickets_person": "everything"},
]


@pytest.fixture
async def there() -> AsyncIterator[ServiceNow]:
    async with servicenow() as one:
        yield one


def settings(folder: Path, url: str, secret: str = PASSWORD, **changed: Any) -> Settings:
    file = folder / "secret"
    file.write_text(secret)
    at = {"tickets": "servicenow", "tickets_url": url, "tickets_user": USER, "tickets_secret_file": file}
    return Settings().model_copy(update=at | changed)


@pytest.mark.parametrize("changed", HALF, ids=str)
def test_what_is_half_configured_does_not_start(changed: dict[str, Any]) -> None:
    Settings(**WHOLE)

    with pytest.raises(ValidationError):
        Settings(**{**WHOLE, **changed})


@pytest.mark.parametrize("secret", ["", "short"])
async def test_a_secret_that_is_none_is_found_out_at_the_start(tmp_path: Path, secret: str) -> None:
    webhook = settings(tmp_path, "https://hooks.example.org/sparekey", secret, tickets="webhook")

    with pytest.raises(ValueError, match="SPAREKEY_TICKETS_SECRET_FILE"):
        async with tickets_of(webhook, WORDS, FakeClock()):
            pass


async def test_without_a_ticket_system_nothing_is_written_anywhere() -> None:
    async with tickets_of(Settings(), WORDS, FakeClock()) as tickets:
        assert await tickets.write(TICKET, (OPENED,), None) is None
        assert await tickets.trouble() == ""


async def test_a_ticket_system_without_a_certificate_that_we_trust_hears_nothing(tmp_path: Path) -> None:
    trust, heard = authority(tmp_path), list[str]()
    async with over_tls(trust, heard) as url:
        async with tickets_of(settings(tmp_path, url), WORDS, FakeClock()) as doubtful:
            with pytest.raises(ChannelBusy, match="Certificate"):
                await doubtful.write(TICKET, (OPENED,), None)
        heard_by_doubtful = list(heard)

        async with tickets_of(settings(tmp_path, url), WORDS, FakeClock(), trust.client) as trusted:
            with pytest.raises(ChannelBusy):
                await trusted.write(TICKET, (OPENED,), None)

    assert heard_by_doubtful == []
    assert len(heard) == 1


@asynccontextmanager
async def over_tls(trust: Authority, heard: list[str]) -> AsyncIterator[str]:
    async def take(request: web.Request) -> web.Response:
        heard.append(request.headers.get("Authorization", ""))
        return web.Response(status=503)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", take)
    server = TestServer(app, host="127.0.0.1", scheme="https")
    await server.start_server(ssl=trust.server)
    yield f"https://localhost:{server.port}"
    await server.close()


async def test_the_doctor_says_whether_tickets_can_be_written(tmp_path: Path, there: ServiceNow) -> None:
    clock = FakeClock()

    well = await tickets_in_words(settings(tmp_path, there.base), WORDS, clock)
    locked_out = await tickets_in_words(settings(tmp_path, there.base, "wrong"), WORDS, clock)
    no_table = await tickets_in_words(settings(tmp_path, there.base, tickets_table="tickets"), WORDS, clock)
    missing = await tickets_in_words(settings(tmp_path, there.base, tickets_secret_file=tmp_path / "no"), WORDS, clock)
    webhook = settings(tmp_path, "https://hooks.example.org/sparekey", SECRET, tickets="webhook")
    signed = await tickets_in_words(webhook, WORDS, clock)

    assert well == (True, "127.0.0.1 lets us read incident")
    assert locked_out == (False, "127.0.0.1: it does not know us (401): SPAREKEY_TICKETS_USER or the secret is wrong")
    assert no_table == (False, "127.0.0.1: it does not take what we send (400)")
    assert (missing[0], "No such file" in missing[1]) == (False, True)
    assert signed == (True, "every change of a case goes to hooks.example.org, signed; nothing was sent to try it")


async def test_a_key_in_a_ticket_would_be_found_by_the_search_after_every_story(house: Living) -> None:
    await assert_no_key_is_left(house)

    house.tickets.asked.append(("POST /api/now/table/incident", f'{{"description": "{(await house.keys())[0]}"}}'))

    with pytest.raises(AssertionError, match="ServiceNow"):
        await assert_no_key_is_left(house)
