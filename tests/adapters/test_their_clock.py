"""Our clock beside the one of a server: what whole seconds and the way there and back explain is no difference."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer, unused_port

from adapters.identity.their_clock import seconds_ahead
from tests.fakes.clock import FakeClock

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Theirs:
    """A server that says a time of its own, while ours goes on as long as it answers."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.clock, self.takes = FakeClock(NOW), 0.0

    async def answer(self, _request: web.Request) -> web.Response:
        self.clock.advance(self.takes)
        return web.json_response({}, headers=self.headers)

    def say(self, moment: datetime) -> None:
        self.headers["Date"] = format_datetime(moment, usegmt=True)


@pytest.fixture
async def theirs() -> Theirs:
    return Theirs()


@pytest.fixture
async def server(theirs: Theirs) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_get("/", theirs.answer)
    one = TestServer(app)
    async with one:
        yield one


async def ahead(theirs: Theirs, url: str) -> float | None:
    async with ClientSession() as http:
        return await seconds_ahead(http, url, theirs.clock)


@pytest.mark.parametrize(
    ("theirs_is", "ours_is_ahead"), [(0, 0), (-1, 0), (-8, 7), (-3601, 3600), (7, -7), (3600, -3600)]
)
async def test_the_difference_is_told_with_its_direction(
    theirs: Theirs, server: TestServer, theirs_is: int, ours_is_ahead: float
) -> None:
    theirs.say(NOW + timedelta(seconds=theirs_is))

    assert await ahead(theirs, str(server.make_url("/"))) == ours_is_ahead


async def test_a_slow_answer_is_no_difference(theirs: Theirs, server: TestServer) -> None:
    theirs.say(NOW + timedelta(seconds=4))
    theirs.takes = 9

    assert await ahead(theirs, str(server.make_url("/"))) == 0


async def test_an_answer_from_a_cache_says_how_old_it_is(theirs: Theirs, server: TestServer) -> None:
    theirs.say(NOW - timedelta(seconds=300))
    theirs.headers["Age"] = "300"

    assert await ahead(theirs, str(server.make_url("/"))) == 0


async def test_whoever_says_no_time_is_not_compared(theirs: Theirs, server: TestServer) -> None:
    theirs.headers["Date"] = "soon"

    assert await ahead(theirs, str(server.make_url("/"))) is None


async def test_whoever_does_not_answer_is_not_compared(theirs: Theirs) -> None:
    assert await ahead(theirs, f"http://127.0.0.1:{unused_port()}/") is None
