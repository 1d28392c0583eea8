"""The ends of web sessions are ends: by age, by idleness, from elsewhere, and because somebody is gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from adapters.known_sessions import ASK_AGAIN, KnownSessions
from adapters.pages.asking import POLL
from adapters.webchat.hub import Hub, Listener
from adapters.webchat.watch import EVERY, Watch
from bot.domain.errors import SourceUnavailable
from bot.domain.people import Person, PersonId, Principal
from bot.ports.sessions import ON_ONES_OWN, Session
from bot.ports.store import StoreUnavailable
from tests.app.living import Living, living
from tests.app.test_unlock_page import link_to_the_key, with_link
from tests.app.visitor import GROUPS, Visitor, number_of
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeSessions

LINE = "/v3/directline"
MINUTE = 60
CLOSED = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING)
ALEX = PersonId("demo", "alex")
RIVERA = Person(ALEX, "Alex Rivera", "Alex", "alex@example.org")


async def entered(house: Living, *, private: bool = False) -> Visitor:
    visitor = house.visitor()
    await visitor.sign_in("alex", private=private)
    await visitor.enter()
    await house.settle()
    return visitor


@asynccontextmanager
async def listening(visitor: Visitor) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A socket that has nothing more to hear."""
    await visitor.poll()
    started = await visitor.json("GET", f"{LINE}/conversations/{visitor.conversation}?watermark={visitor.mark}")
    async with visitor.http.ws_connect(started["streamUrl"]) as socket:
        yield socket


async def is_signed_in(visitor: Visitor) -> bool:
    """Asked as the page asks by itself."""
    async with visitor.http.post(f"{visitor.base}/chat/token") as answer:
        assert answer.status in (200, 401)
        return answer.status == 200


async def refresh(visitor: Visitor) -> None:
    visitor.token = (await visitor.json("POST", f"{LINE}/tokens/refresh"))["token"]


async def set_enabled(house: Living, *, enabled: bool) -> None:
    await house.house.vault.file.execute("UPDATE person SET enabled = ? WHERE object_id = 'alex'", (enabled,))


# from elsewhere


async def test_signing_out_everywhere_closes_the_sockets_of_all_browsers_at_once(house: Living) -> None:
    here, there = await entered(house), await entered(house)

    async with listening(there) as socket:
        await here.page("/sign-out-everywhere", {})
        message = await socket.receive(5)

    assert message.type in CLOSED


async def test_whoever_is_signed_out_is_asked_to_sign_in_before_they_sign_out_everywhere(house: Living) -> None:
    async with house.visitor().http.get(f"{house.base}/sign-out-everywhere", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/sign-in?next=/sign-out-everywhere")


async def test_signing_out_everywhere_ends_every_link_and_every_grant_of_the_person_and_nobody_elses(
    house: Living,
) -> None:
    sam, card, path_of_sam = await with_link(house, "sam")
    alex, first, seen = await with_link(house)
    await alex.prove(first, "alex")
    await alex.show(seen)
    other, second, opened = await with_link(house)
    await other.page(f"{opened}/claim", {})
    third, _, unopened = await with_link(house)

    await third.page("/sign-out-everywhere", {})
    await house.settle()

    assert [(await one.page(path))[0] for one, path in ((alex, seen), (other, opened), (third, unopened))] == [404] * 3
    for nth in ("1", "2"):
        status, text = await alex.page(f"{seen}/show", {"nth": nth})
        assert status == 404
        assert not GROUPS.findall(text)
    assert (await other.page(f"{opened}/prove", {"number": number_of(second), "code": "000000"}))[0] == 404
    await sam.prove(card, "sam")
    assert await sam.show(path_of_sam)


# by age


async def test_a_socket_closes_by_itself_when_its_session_is_too_old(house: Living) -> None:
    visitor = await entered(house, private=True)
    for _ in range(3):
        house.clock.advance(9 * MINUTE)
        await visitor.page("/chat")
    house.clock.advance(3 * MINUTE - 0.1)
    await visitor.enter()

    async with listening(visitor) as socket:
        message = await socket.receive(5)

    assert message.type in CLOSED


@pytest.mark.parametrize(("private", "longest"), [(True, timedelta(minutes=30)), (False, timedelta(hours=8))])
async def test_a_session_ends_by_age_however_busy_it_is(house: Living, *, private: bool, longest: timedelta) -> None:
    visitor = await entered(house, private=private)
    for _ in range(int(longest / timedelta(minutes=9))):
        house.clock.advance(9 * MINUTE)
        await visitor.page("/chat")
    before = await is_signed_in(visitor)

    house.clock.advance(longest.total_seconds() % (9 * MINUTE))

    assert (before, await is_signed_in(visitor)) == (True, False)


# by idleness


async def test_a_tab_that_only_keeps_itself_going_idles_out(house: Living) -> None:
    visitor = await entered(house)

    for minutes in (10, 10, 9):
        house.clock.advance(minutes * MINUTE)
        await refresh(visitor)
        await visitor.poll()
        await visitor.json("GET", f"{LINE}/conversations/{visitor.conversation}?watermark=0")
        await visitor.enter()
        await visitor.json("POST", f"{LINE}/conversations/{visitor.conversation}/activities", {"type": "typing"})
    house.clock.advance(MINUTE)

    assert not await is_signed_in(visitor)


async def test_a_socket_that_only_listens_is_closed_when_its_session_has_idled(house: Living) -> None:
    visitor = await entered(house)

    async with listening(visitor) as socket:
        for _ in range(30):
            house.clock.advance(MINUTE)
            await house.house.watch.round()
        message = await socket.receive(5)

    assert message.type in CLOSED
    assert not await is_signed_in(visitor)


async def test_a_house_looks_after_its_sockets_from_the_start_to_the_end(tmp_path: Path) -> None:
    async with living(tmp_path):
        during = {task.get_name() for task in asyncio.all_tasks()}

    after = {task.get_name() for task in asyncio.all_tasks()}

    assert "watch of sockets" in during - after


async def test_somebody_who_chats_stays_in(house: Living) -> None:
    visitor = await entered(house)

    for _ in range(3):
        house.clock.advance(20 * MINUTE)
        await refresh(visitor)
        await visitor.say("windows")

    assert await is_signed_in(visitor)


async def test_somebody_who_reads_pages_stays_in(house: Living) -> None:
    visitor = await entered(house)

    for path in ("/chat", "/private", "/", "/chat"):
        house.clock.advance(20 * MINUTE)
        await visitor.page(path)

    assert await is_signed_in(visitor)


async def test_somebody_on_the_page_of_their_key_stays_in_the_chat(house: Living) -> None:
    visitor, _, path = await with_link(house)

    for _ in range(2):
        house.clock.advance(20 * MINUTE)
        await visitor.page(path)

    assert await is_signed_in(visitor)


async def test_a_page_that_only_looks_by_itself_keeps_nobody_in(house: Living) -> None:
    visitor, _, path = await with_link(house)

    for _ in range(2):
        house.clock.advance(15 * MINUTE)
        async with visitor.http.get(f"{visitor.base}{path}", headers={POLL: "1"}) as answer:
            await answer.read()  # the page, or that the link is over

    assert not await is_signed_in(visitor)


async def test_a_private_session_idles_out_after_ten_minutes(house: Living) -> None:
    private, own = await entered(house, private=True), await entered(house)

    house.clock.advance(10 * MINUTE)

    assert (await is_signed_in(private), await is_signed_in(own)) == (False, True)


# the cookie


async def cookie_of(house: Living, form: dict[str, str]) -> str:
    visitor = house.visitor()
    async with visitor.http.post(f"{visitor.base}/demo/sign-in", data=form, allow_redirects=False) as answer:
        return answer.headers["Set-Cookie"].casefold()


async def test_the_cookie_of_a_private_session_goes_with_the_browser(house: Living) -> None:
    private = await cookie_of(house, {"person": "alex", "private": "1"})
    own = await cookie_of(house, {"person": "alex"})

    assert "max-age" not in private
    assert "expires" not in private
    assert "max-age=28800" in own


async def test_after_a_private_session_the_next_sign_in_is_private_until_the_browser_is_closed(house: Living) -> None:
    visitor = await entered(house, private=True)
    house.clock.advance(10 * MINUTE)

    _, after_its_end = await visitor.page("/chat")
    await visitor.page("/sign-out", {})
    _, after_sign_out = await visitor.page("/chat")

    assert 'name="private" value="1"' in after_its_end
    assert 'name="private" value="1"' in after_sign_out


async def test_whoever_finishes_after_their_private_session_leaves_nothing_in_the_browser(house: Living) -> None:
    visitor = await entered(house, private=True)
    for _ in range(3):
        house.clock.advance(9 * MINUTE)
        await visitor.page("/chat")
    card, path = await link_to_the_key(house, visitor)
    await visitor.prove(card, "alex")
    house.clock.advance(3 * MINUTE)

    await visitor.page(f"{path}/finish", {})

    assert not await is_signed_in(visitor)
    assert {one.key: one.value for one in visitor.http.cookie_jar} == {"sparekey": "private."}


# what the browser is told to forget


async def told_to_forget(visitor: Visitor, path: str, **form: str) -> str:
    async with visitor.http.post(f"{visitor.base}{path}", data=form, allow_redirects=False) as answer:
        assert answer.status < 400, answer.status
        return answer.headers.get("Clear-Site-Data", "")


@pytest.mark.parametrize(("private", "told"), [(False, '"cache"'), (True, '"cache", "storage"')], ids=["own", "shared"])
@pytest.mark.parametrize(("deed", "form"), [("finish", {}), ("outcome", {"worked": "yes"})])
async def test_whoever_is_done_with_the_key_leaves_no_page_of_it_in_the_browser(
    house: Living, deed: str, form: dict[str, str], private: object, told: str
) -> None:
    """On a shared computer nothing of us at all; on one's own the chat in the next tab goes on."""
    visitor = await entered(house, private=bool(private))
    card, _ = await link_to_the_key(house, visitor)
    path = await visitor.prove(card, "alex")
    await visitor.show(path)

    assert await told_to_forget(visitor, f"{path}/{deed}", **form) == told


@pytest.mark.parametrize("path", ["/sign-out", "/private"])
async def test_whoever_leaves_a_session_leaves_nothing_of_it_in_the_browser(house: Living, path: str) -> None:
    visitor = await entered(house)

    assert await told_to_forget(visitor, path) == '"cache", "storage"'


# because somebody is gone


async def test_somebody_disabled_is_out_of_pages_and_chat_within_minutes(house: Living) -> None:
    here, there = await entered(house), await entered(house)
    await set_enabled(house, enabled=False)
    house.clock.advance(ASK_AGAIN.total_seconds())

    async with there.http.get(f"{there.base}/chat", allow_redirects=False) as answer:
        led_to = answer.headers.get("Location")

    assert led_to == "/sign-in?next=/chat"
    with pytest.raises(AssertionError, match="TokenExpired"):
        await here.say("windows")


async def test_the_sockets_of_somebody_disabled_are_closed_by_the_next_look(house: Living) -> None:
    visitor = await entered(house)

    async with listening(visitor) as socket:
        await set_enabled(house, enabled=False)
        house.clock.advance(ASK_AGAIN.total_seconds())
        await house.house.watch.round()
        message = await socket.receive(5)

    assert message.type in CLOSED


# the directory


@dataclass
class People:
    """A directory of one."""

    known: Person | None = RIVERA
    is_silent: bool = False
    asked: int = 0

    async def person(self, person: PersonId) -> Person | None:
        self.asked += 1
        if self.is_silent:
            raise SourceUnavailable("people")
        return self.known if person == ALEX else None


def session(name: str, clock: FakeClock) -> Session:
    principal = Principal(ALEX, "Alex Rivera", "Alex", "demo", clock.now())
    return Session(name, principal, "csrf", None, clock.now(), clock.now() + ON_ONES_OWN.longest)


@dataclass
class Known:
    """KnownSessions with two sessions of Alex, and what was ended."""

    clock: FakeClock
    people: People
    ended: list[str]
    sessions: KnownSessions

    async def find(self, name: str, after: timedelta = timedelta(0)) -> Session | None:
        self.clock.advance(after.total_seconds())
        return await self.sessions.find(name, self.clock.now())


@pytest.fixture
async def known() -> Known:
    clock, people, ended = FakeClock(), People(), list[str]()
    sessions = KnownSessions(FakeSessions(), people, ended.append)
    for name in ("a", "b"):
        await sessions.begin(session(name, clock))
    return Known(clock, people, ended, sessions)


async def test_the_directory_is_asked_every_few_minutes_and_not_at_every_use(known: Known) -> None:
    for seconds in (0, 1, 60, 60):
        await known.find("a", timedelta(seconds=seconds))
    before = known.people.asked

    await known.find("b", ASK_AGAIN)

    assert (before, known.people.asked) == (1, 2)


@pytest.mark.parametrize("gone", [None, replace(RIVERA, enabled=False)])
async def test_all_sessions_of_somebody_who_is_gone_end_at_the_first_look(known: Known, gone: Person | None) -> None:
    known.people.known = gone

    found = await known.find("a")

    assert found is None
    assert sorted(known.ended) == ["a", "b"]
    assert await known.find("b") is None


async def test_a_silent_directory_throws_nobody_out_and_is_asked_again(known: Known) -> None:
    known.people.is_silent = True
    during = await known.find("a")
    known.people.is_silent, known.people.known = False, None

    after = await known.find("a", ASK_AGAIN)

    assert (during is not None, after) == (True, None)


async def test_somebody_who_is_back_is_not_taken_for_gone(known: Known) -> None:
    known.people.known = None
    await known.find("a")
    known.people.known = RIVERA
    await known.sessions.begin(session("c", known.clock))

    assert await known.find("c") is not None


# the look of each minute


@dataclass
class Pauses:
    """Time that passes only when the loop rests; after the last one it is stopped."""

    clock: FakeClock
    left: int

    async def __call__(self, seconds: float) -> None:
        if not self.left:
            raise asyncio.CancelledError
        self.left -= 1
        self.clock.advance(seconds)


class MoodySessions(FakeSessions):
    """The store is gone at the first look."""

    looks = 0

    async def find(self, session_id: str, at: datetime) -> Session | None:
        self.looks += 1
        if self.looks == 1:
            raise StoreUnavailable
        return await super().find(session_id, at)


async def test_the_watch_looks_each_minute_and_outlives_a_store_that_is_gone() -> None:
    clock, sessions, hub, ended = FakeClock(), MoodySessions(), Hub(), list[str]()
    await sessions.begin(session("a", clock))
    hub.join("chat", Listener("a", "token"))
    minutes = int(ON_ONES_OWN.idle.total_seconds() / EVERY)

    with suppress(asyncio.CancelledError):
        await Watch(hub, sessions, clock, ended.append, Pauses(clock, minutes - 1)).run()
    before = list(ended)
    with suppress(asyncio.CancelledError):
        await Watch(hub, sessions, clock, ended.append, Pauses(clock, 1)).run()

    assert (sessions.looks, before, ended) == (minutes, [], ["a"])
