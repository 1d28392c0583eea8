"""The way out: patience with a busy channel, none with a host that we do not know, and Teams' own limits kept."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime

import aiohttp
import pytest
from aiohttp import web

from adapters.teams.cloud import ServiceHosts
from adapters.teams.connector import Connector, ForbiddenPlace
from adapters.teams.credential import MsalCredential, NoToken
from adapters.teams.pace import WINDOWS, Pace
from adapters.teams.people import Callers
from bot.domain.errors import ChannelBusy, PersonUnreachable, SourceUnavailable
from bot.domain.people import Person, PersonId
from tests.fakes.clock import FakeClock
from tests.teams.microsoft import Microsoft, microsoft

HELLO = b'{"type": "message", "text": "hello"}'
LOOPBACK = ServiceHosts(frozenset({"smba.trafficmanager.net"}), on_loopback=True)


@pytest.fixture
async def there() -> AsyncIterator[Microsoft]:
    async with microsoft() as one:
        yield one


def credential() -> MsalCredential:
    return MsalCredential(lambda: {"access_token": "ours", "expires_in": 3600}, FakeClock())


@pytest.fixture
async def out() -> AsyncIterator[Connector]:
    async with aiohttp.ClientSession() as http:
        yield Connector(http, credential(), LOOPBACK, Pace(), FakeClock(), patience=60.0)


@pytest.fixture
async def hurried() -> AsyncIterator[Connector]:
    """For those who wait until the turn is over."""
    async with aiohttp.ClientSession() as http:
        yield Connector(http, credential(), LOOPBACK, Pace(), FakeClock(), patience=4.0)


async def test_a_message_is_sent_once_and_its_id_comes_back(out: Connector, there: Microsoft) -> None:
    sent = await out.send(there.service_url, "a:1", HELLO)

    assert [one.id for one in there.connector.sent] == [sent]
    assert there.connector.sent[0].authorization == "Bearer ours"


async def test_updates_deletions_and_new_conversations_go_their_ways(out: Connector, there: Microsoft) -> None:
    made = await out.create(there.service_url, b'{"isGroup": true, "tenantId": "t"}')
    await out.reply(there.service_url, "a:1", "17", HELLO)
    await out.update(there.service_url, "a:1", "17", HELLO)
    await out.delete(there.service_url, "a:1", "17")

    assert str(made["id"]).startswith("19:made")
    assert [(one.method, one.path) for one in there.connector.sent] == [
        ("POST", "/v3/conversations"),
        ("POST", "/v3/conversations/a%3A1/activities/17"),
        ("PUT", "/v3/conversations/a%3A1/activities/17"),
        ("DELETE", "/v3/conversations/a%3A1/activities/17"),
    ]


@pytest.mark.parametrize(
    "conversation", ["../../v3/conversations", "a/b?c#d", "a b", "ä", "%2F..", "19:x@thread.tacv2;messageid=1"]
)
async def test_a_conversation_is_one_step_of_the_path(out: Connector, there: Microsoft, conversation: str) -> None:
    await out.send(there.service_url, conversation, HELLO)

    assert there.connector.sent[0].path.count("/") == 4
    assert there.connector.sent[0].conversation == conversation


@pytest.mark.parametrize("conversation", ["..", ".", ""])
async def test_a_conversation_of_dots_is_none(out: Connector, there: Microsoft, conversation: str) -> None:
    with pytest.raises(ForbiddenPlace):
        await out.send(there.service_url, conversation, HELLO)


@pytest.mark.parametrize("status", [408, 412, 429, 500, 502, 503, 504])
async def test_a_busy_channel_is_asked_again(out: Connector, there: Microsoft, status: int) -> None:
    there.connector.moods = [lambda _request: web.Response(status=status)]

    await out.send(there.service_url, "a:1", HELLO)

    assert len(there.connector.sent) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 301, 302])
async def test_a_refusal_for_good_is_not_asked_again(out: Connector, there: Microsoft, status: int) -> None:
    there.connector.moods = [
        lambda _request: web.Response(status=status, headers={"Location": "https://evil.example.org/"})
    ]

    with pytest.raises(PersonUnreachable):
        await out.send(there.service_url, "a:1", HELLO)

    assert there.connector.sent == []


async def test_retry_after_is_waited_for(out: Connector, there: Microsoft) -> None:
    there.connector.moods = [lambda _request: web.Response(status=429, headers={"Retry-After": "1"})]
    begun = time.monotonic()

    await out.send(there.service_url, "a:1", HELLO)

    assert 1.0 <= time.monotonic() - begun < 10


@pytest.mark.parametrize(
    "text",
    ["3600", format_datetime(FakeClock().now() + timedelta(hours=1), usegmt=True)],
    ids=["seconds", "a date"],
)
async def test_what_cannot_leave_within_the_turn_is_owed_with_the_wait_that_was_asked(
    out: Connector, there: Microsoft, text: str
) -> None:
    there.connector.moods = [lambda _request: web.Response(status=429, headers={"Retry-After": text})]
    begun = time.monotonic()

    with pytest.raises(ChannelBusy) as busy:
        await out.send(there.service_url, "a:1", HELLO)

    assert time.monotonic() - begun < 10
    assert busy.value.after == 3600.0


@pytest.mark.parametrize("nonsense", ["soon", "-1", "1e9", "", "١٢"])
async def test_a_retry_after_that_is_nonsense_is_no_answer(out: Connector, there: Microsoft, nonsense: str) -> None:
    there.connector.moods = [lambda _request: web.Response(status=429, headers={"Retry-After": nonsense})]

    await out.send(there.service_url, "a:1", HELLO)

    assert len(there.connector.sent) == 1


async def test_a_channel_that_stays_busy_is_given_its_time_and_no_more(hurried: Connector, there: Microsoft) -> None:
    there.connector.moods = [lambda _request: web.Response(status=502) for _ in range(100)]
    begun = time.monotonic()

    with pytest.raises(ChannelBusy):
        await hurried.send(there.service_url, "a:1", HELLO)

    assert time.monotonic() - begun < 40
    assert 90 < len(there.connector.moods) < 99


async def test_a_lost_answer_is_tried_again(out: Connector, there: Microsoft) -> None:
    def cut(request: web.Request) -> web.Response:
        assert request.transport
        request.transport.abort()
        return web.Response()

    there.connector.moods = [cut]

    await out.send(there.service_url, "a:1", HELLO)

    assert len(there.connector.sent) == 1


async def test_a_channel_that_never_answers_is_not_waited_for_longer_than_the_turn(
    hurried: Connector, there: Microsoft
) -> None:
    there.connector.delay = 120
    begun = time.monotonic()

    with pytest.raises(ChannelBusy):
        await hurried.send(there.service_url, "a:1", HELLO)

    assert time.monotonic() - begun < 60


async def test_an_answer_that_is_no_json_went_through_all_the_same(out: Connector, there: Microsoft) -> None:
    there.connector.moods = [lambda _request: web.Response(status=201, text="<html>")]

    assert await out.send(there.service_url, "a:1", HELLO) == ""


@pytest.mark.parametrize(
    "url", ["https://evil.example.org/", "http://smba.trafficmanager.net/", "https://x.smba.trafficmanager.net/", ""]
)
async def test_no_token_goes_to_a_host_that_we_do_not_know(out: Connector, url: str) -> None:
    with pytest.raises(ForbiddenPlace):
        await out.send(url, "a:1", HELLO)


async def test_a_token_that_is_not_accepted_is_asked_anew(there: Microsoft) -> None:
    given = iter(("old", "new"))
    clock = FakeClock()
    fresh = MsalCredential(lambda: {"access_token": next(given), "expires_in": 3600}, clock)
    await fresh.token()
    clock.advance(30)
    there.connector.moods = [lambda _request: web.Response(status=401)]

    async with aiohttp.ClientSession() as http:
        await Connector(http, fresh, LOOPBACK, Pace(), FakeClock(), patience=3).send(there.service_url, "a:1", HELLO)

    assert there.connector.sent[0].authorization == "Bearer new"


async def test_without_a_token_nothing_leaves(there: Microsoft) -> None:
    none = MsalCredential(lambda: {"error": "invalid_client"}, FakeClock())

    async with aiohttp.ClientSession() as http:
        with pytest.raises(ChannelBusy):
            await Connector(http, none, LOOPBACK, Pace(), FakeClock(), patience=1).send(there.service_url, "a:1", HELLO)

    assert there.connector.sent == []


# pace


def test_the_limits_of_teams_are_kept_whatever_the_rhythm() -> None:
    pace, now, sent = Pace(), 0.0, list[float]()
    for step in range(4_000):
        wait = pace.wait("a:1", now)
        if wait == 0:
            sent.append(now)
        now += wait or (0.01 if step % 3 else 0.4)

    for count, seconds in WINDOWS:
        most = max(sum(1 for other in sent if at <= other < at + seconds) for at in sent)
        assert most <= count
    assert len(sent) > 1_000


def test_one_conversation_does_not_slow_down_another() -> None:
    pace = Pace()
    for _ in range(7):
        assert pace.wait("a:1", 0.0) == 0

    assert pace.wait("a:1", 0.0) == 1.0
    assert pace.wait("a:2", 0.0) == 0


async def test_a_message_too_many_waits_for_its_turn(out: Connector, there: Microsoft) -> None:
    begun = time.monotonic()

    for _ in range(8):
        await out.send(there.service_url, "a:1", HELLO)

    assert 1.0 <= time.monotonic() - begun < 10


async def test_typing_does_not_count(out: Connector, there: Microsoft) -> None:
    begun = time.monotonic()

    for _ in range(100):
        await out.send(there.service_url, "a:1", b'{"type": "typing"}', counts=False)

    assert time.monotonic() - begun < 10


# our own token


async def test_a_hundred_askers_get_one_token_by_one_question() -> None:
    asked = []

    def ask() -> dict[str, object]:
        time.sleep(0.05)
        asked.append(1)
        return {"access_token": "ours", "expires_in": 3600}

    one = MsalCredential(ask, FakeClock())
    tokens = await asyncio.gather(*(one.token() for _ in range(100)))

    assert {token.open_to("channel") for token in tokens} == {"ours"}
    assert len(asked) == 1


async def test_the_loop_goes_on_while_a_token_is_asked_for() -> None:
    turned = threading.Event()

    def ask() -> dict[str, object]:
        assert turned.wait(30), "the loop stood still"
        return {"access_token": "ours", "expires_in": 3600}

    asking = asyncio.create_task(MsalCredential(ask, FakeClock()).token())
    for _ in range(100):
        await asyncio.sleep(0)
    turned.set()

    assert (await asking).open_to("channel") == "ours"


async def test_a_token_is_renewed_early_and_the_old_one_serves_meanwhile() -> None:
    clock, given = FakeClock(), iter(("first", "second"))
    one = MsalCredential(lambda: {"access_token": next(given), "expires_in": 3600}, clock)
    await one.token()

    clock.advance(3600 - 300)
    meanwhile = await one.token()
    assert one._asking is not None
    await one._asking
    afterwards = await one.token()

    assert (meanwhile.open_to("channel"), afterwards.open_to("channel")) == ("first", "second")


async def test_a_renewal_that_fails_is_tried_again_later_and_the_old_token_serves() -> None:
    clock, asked = FakeClock(), []

    def ask() -> dict[str, object]:
        asked.append(1)
        return (
            {"access_token": "first", "expires_in": 3600} if len(asked) == 1 else {"error": "temporarily_unavailable"}
        )

    one = MsalCredential(ask, clock)
    await one.token()
    clock.advance(3600 - 300)
    for _ in range(20):
        assert (await one.token()).open_to("channel") == "first"
        await asyncio.gather(one._asking or asyncio.sleep(0), return_exceptions=True)
    assert len(asked) == 2

    clock.advance(3600)
    with pytest.raises(NoToken, match="temporarily_unavailable"):
        await one.token()


# who wrote


class _Directory:
    def __init__(self) -> None:
        self.asked, self.is_silent = 0, False

    async def person(self, person: PersonId) -> Person | None:
        self.asked += 1
        if self.is_silent:
            raise SourceUnavailable("directory")
        return Person(person, "Alex Rivera", "Alex", "a@example.org")


async def test_a_silent_directory_brings_a_human_and_is_asked_again_a_minute_later() -> None:
    directory, clock = _Directory(), FakeClock()
    callers, alex = Callers(directory, clock), PersonId("t", "alex")
    directory.is_silent = True

    silent = await callers.who(alex, "Alex")
    directory.is_silent = False
    clock.advance(60)
    known = await callers.who(alex, "Alex")
    await callers.who(alex, "Alex")

    assert (silent.turned_away, known.turned_away, directory.asked) == ("source_silent", None, 2)


async def test_a_connector_that_refuses_every_token_is_not_the_providers_burden(there: Microsoft) -> None:
    asked = []

    def ask() -> dict[str, object]:
        asked.append(1)
        return {"access_token": f"ours-{len(asked)}", "expires_in": 3600}

    there.connector.moods = [lambda _request: web.Response(status=401) for _ in range(200)]
    async with aiohttp.ClientSession() as http:
        out = Connector(http, MsalCredential(ask, FakeClock()), LOOPBACK, Pace(), FakeClock(), patience=1.5)
        await asyncio.gather(*(out.send(there.service_url, f"a:{n}", HELLO) for n in range(20)), return_exceptions=True)

    assert len(asked) == 1


async def test_a_late_refusal_of_the_old_token_leaves_the_new_one() -> None:
    clock, given = FakeClock(), iter(("old", "new"))
    one = MsalCredential(lambda: {"access_token": next(given), "expires_in": 3600}, clock)
    old = await one.token()
    clock.advance(60)
    one.forget(old)
    new = await one.token()
    clock.advance(60)

    one.forget(old)

    assert await one.token() is new


async def test_an_answer_in_pieces_is_read_to_its_end_and_the_connection_serves_again(there: Microsoft) -> None:
    connections = set()

    async def in_pieces(request: web.Request) -> web.StreamResponse:
        assert request.transport
        connections.add(request.transport.get_extra_info("peername"))
        answer = web.StreamResponse(status=201)
        await answer.prepare(request)
        await answer.write(b'{"id":')
        await asyncio.sleep(0.01)
        await answer.write(b'"17"}')
        await answer.write_eof()
        return answer

    there.connector.moods = [in_pieces for _ in range(4)]
    async with aiohttp.ClientSession() as http:
        out = Connector(http, credential(), LOOPBACK, Pace(), FakeClock())
        ids = [await out.send(there.service_url, "a:1", HELLO) for _ in range(4)]

    assert ids == ["17"] * 4
    assert len(connections) == 1
