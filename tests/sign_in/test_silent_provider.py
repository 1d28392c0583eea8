"""A provider that is silent holds up those who sign in, for a moment and together, and nobody else."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event

import aiohttp
import pytest

from adapters.identity.application import ASK_AGAIN_AFTER, AT_ONCE, Provider, ProviderSilent
from adapters.identity.oidc import Begun, OpenIdConnect
from adapters.identity.threads import NoThreadFree, Threads
from bot.domain.errors import SignInRefused
from bot.domain.secret import Secret
from tests.fakes.clock import FakeClock
from tests.fakes.moody_provider import ISSUER, KeysAtHand, MoodyProvider

AGAIN = ASK_AGAIN_AFTER.total_seconds()


class Drawer:
    """Sign-ins that are under way, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def keep(self, state: str, body: str, at: datetime, until: datetime) -> None:
        self.kept[state] = body

    async def take(self, state: str, at: datetime) -> str | None:
        return self.kept.pop(state, None)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def there() -> MoodyProvider:
    return MoodyProvider()


@pytest.fixture
async def oidc(there: MoodyProvider, clock: FakeClock) -> AsyncIterator[OpenIdConnect]:
    provider = Provider(ISSUER, "sparekey", Secret("x"), "demo", "https://helpdesk.example.org/auth/callback", "mfa")
    async with aiohttp.ClientSession() as http:
        one = OpenIdConnect(provider, KeysAtHand(http, clock), Drawer(), clock, there)
        yield one
        there.lets_go.set()
        await one.close()


def begin(oidc: OpenIdConnect) -> asyncio.Task[object]:
    async def begun() -> object:
        try:
            return await oidc.begin("session", "/chat")
        except ProviderSilent as silent:
            return silent

    return asyncio.create_task(begun())


async def started() -> None:
    """Every task has come as far as it comes by itself."""
    for _ in range(5):
        await asyncio.sleep(0)


async def junk(oidc: OpenIdConnect, begun: Begun) -> object:
    """An answer to that sign-in, in its own browser, with a code that nobody gave out."""
    answer = {"state": begun.state, "code": "junk"}
    try:
        return await oidc.finish(await oidc.recall(answer, begun.browser), answer)
    except (ProviderSilent, SignInRefused) as refused:
        return refused


# from the start


async def test_all_who_wait_for_a_provider_that_is_silent_from_the_start_wait_for_one_attempt(
    oidc: OpenIdConnect, there: MoodyProvider
) -> None:
    there.lets_go.clear()
    there.is_down = True
    waiting = [begin(oidc) for _ in range(20)]
    await started()

    there.lets_go.set()
    answers = await asyncio.gather(*waiting)

    assert all(isinstance(answer, ProviderSilent) for answer in answers)
    assert there.asked == 1


async def test_after_a_silence_everybody_is_told_at_once_for_some_seconds(
    oidc: OpenIdConnect, there: MoodyProvider, clock: FakeClock
) -> None:
    there.is_down = True
    await begin(oidc)
    clock.advance(AGAIN - 0.001)
    there.lets_go.clear()  # whoever asks it now waits

    answer = await begin(oidc)

    assert isinstance(answer, ProviderSilent)
    assert there.asked == 1


async def test_after_those_seconds_it_is_asked_again_and_people_sign_in(
    oidc: OpenIdConnect, there: MoodyProvider, clock: FakeClock
) -> None:
    there.is_down = True
    await begin(oidc)
    clock.advance(AGAIN)
    there.is_down = False

    begun = await oidc.begin("session", "/chat")

    assert begun.address.startswith(f"{ISSUER}/auth?")
    assert there.asked == 2


async def test_the_seconds_count_from_the_end_of_an_attempt_however_long_it_took(
    oidc: OpenIdConnect, there: MoodyProvider, clock: FakeClock
) -> None:
    there.lets_go.clear()
    there.is_down = True
    first = begin(oidc)
    await started()
    clock.advance(AGAIN * 3)
    there.lets_go.set()
    await first

    await begin(oidc)

    assert there.asked == 1


async def test_a_clock_that_is_put_back_does_not_silence_the_provider(
    oidc: OpenIdConnect, there: MoodyProvider, clock: FakeClock
) -> None:
    there.is_down = True
    await begin(oidc)
    clock.advance(-3600)

    await begin(oidc)

    assert there.asked == 2


async def test_somebody_who_goes_away_does_not_take_the_attempt_from_the_others(
    oidc: OpenIdConnect, there: MoodyProvider
) -> None:
    there.lets_go.clear()
    impatient, patient = begin(oidc), begin(oidc)
    await started()

    impatient.cancel()
    await started()
    there.lets_go.set()

    assert not isinstance(await patient, ProviderSilent)
    assert there.asked == 1


# exchanges


async def test_junk_codes_take_no_thread_from_the_rest_of_the_process(
    oidc: OpenIdConnect, there: MoodyProvider
) -> None:
    """The pool that all share has one thread here; one exchange would take it."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    begun = await oidc.begin("session", "/chat")
    there.lets_go.clear()
    under_way = asyncio.create_task(junk(oidc, begun))
    await started()

    async with asyncio.timeout(60):
        answer = await asyncio.to_thread(lambda: "here")

    assert answer == "here"
    assert not under_way.done()
    there.lets_go.set()
    assert isinstance(await under_way, SignInRefused)


async def test_beyond_the_exchanges_that_may_be_under_way_nobody_waits(
    oidc: OpenIdConnect, there: MoodyProvider
) -> None:
    *first, last = [await oidc.begin("session", "/chat") for _ in range(AT_ONCE + 1)]
    there.lets_go.clear()
    under_way = [asyncio.create_task(junk(oidc, begun)) for begun in first]
    await started()

    async with asyncio.timeout(60):
        answer = await junk(oidc, last)

    assert isinstance(answer, ProviderSilent)
    there.lets_go.set()
    assert [type(one) for one in await asyncio.gather(*under_way)] == [SignInRefused] * AT_ONCE
    assert there.exchanges == AT_ONCE


async def test_after_the_end_nobody_signs_in_and_nothing_is_asked(oidc: OpenIdConnect, there: MoodyProvider) -> None:
    begun = await oidc.begin("session", "/chat")

    await oidc.close()

    assert isinstance(await junk(oidc, begun), ProviderSilent)
    assert there.exchanges == 0


# threads


async def test_a_call_that_nobody_waits_for_any_more_keeps_its_place_until_it_has_ended() -> None:
    threads, ends, has_ended = Threads("test", 1, 0.01), Event(), Event()

    def slow() -> None:
        ends.wait(30)
        has_ended.set()

    with pytest.raises(TimeoutError):
        await threads.run(slow)
    with pytest.raises(NoThreadFree):
        await threads.run(lambda: None)

    ends.set()
    await asyncio.to_thread(has_ended.wait, 30)
    await until_free(threads)
    threads.close()


async def test_a_call_that_fails_gives_its_place_back() -> None:
    threads = Threads("test", 1, 5)

    def wrong() -> None:
        raise LookupError

    for _ in range(3):
        with pytest.raises(LookupError):
            await threads.run(wrong)
    threads.close()


async def until_free(threads: Threads) -> None:
    """A place is free a moment after its call has ended."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await threads.run(lambda: None)
            except NoThreadFree:
                await asyncio.sleep(0)
