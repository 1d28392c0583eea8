"""The issuer of the channel's keys: rotating, slow, dead or lying, it holds nobody up and gets nobody in."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.identity.signing_keys import SigningKeys, UntrustworthyIssuer, read_keys
from tests.fakes.clock import FakeClock
from tests.teams.microsoft import ISSUER, Key, Microsoft, microsoft

SECOND = Key("key-2")


@pytest.fixture
async def there() -> AsyncIterator[Microsoft]:
    async with microsoft() as one:
        yield one


@pytest.fixture
async def keys(there: Microsoft) -> AsyncIterator[SigningKeys]:
    async with aiohttp.ClientSession() as http:
        one = SigningKeys(http, there.issuer.metadata_url, ISSUER, FakeClock())
        yield one
        await one.close()


def clock_of(keys: SigningKeys) -> FakeClock:
    assert isinstance(keys._clock, FakeClock)
    return keys._clock


async def test_the_first_question_fetches_and_everybody_waits_for_the_same_answer(
    keys: SigningKeys, there: Microsoft
) -> None:
    found = await asyncio.gather(*(keys.find("key-1") for _ in range(50)))

    assert all(found)
    assert there.issuer.asked == 1


async def test_a_new_key_is_known_within_a_minute_of_its_first_use(keys: SigningKeys, there: Microsoft) -> None:
    await keys.find("key-1")
    there.issuer.keys.append(SECOND)

    too_early = await keys.find("key-2")
    clock_of(keys).advance(60)
    in_time = await keys.find("key-2")

    assert (too_early, in_time is not None) == (None, True)


async def test_unknown_key_ids_ask_the_issuer_once_a_minute_at_most(keys: SigningKeys, there: Microsoft) -> None:
    for _ in range(200):
        assert await keys.find("forged") is None

    assert there.issuer.asked == 1


async def test_keys_are_renewed_daily_beside_those_who_use_them(keys: SigningKeys, there: Microsoft) -> None:
    await keys.find("key-1")
    there.issuer.keys[:] = [SECOND, *there.issuer.keys]
    clock_of(keys).advance(24 * 3600)

    at_once = await keys.find("key-1")
    assert keys._asking is not None
    await keys._asking

    assert at_once is not None
    assert keys.at_hand("key-2") is not None
    assert there.issuer.asked == 2


async def test_a_key_that_was_withdrawn_is_gone_after_the_renewal(keys: SigningKeys, there: Microsoft) -> None:
    await keys.find("key-1")
    there.issuer.keys[:] = [SECOND]
    clock_of(keys).advance(24 * 3600)

    await keys.find("key-1")
    assert keys._asking is not None
    await keys._asking

    assert keys.at_hand("key-1") is None


async def test_a_slow_issuer_keeps_nobody_waiting_who_has_a_known_key(keys: SigningKeys, there: Microsoft) -> None:
    await keys.find("key-1")
    never = asyncio.Event()

    async def slowly(_request: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    there.issuer.mood = slowly
    clock_of(keys).advance(24 * 3600)
    begun = time.monotonic()
    for _ in range(100):
        assert await keys.find("key-1")

    assert time.monotonic() - begun < 5
    never.set()


def _answers(content: object, status: int = 200) -> Callable[[web.Request], web.Response]:
    return lambda _request: web.json_response(content, status=status)


def _redirect(_request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "/v1/.well-known/keys"})


def _hangs_up(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.abort()
    return web.Response()


LIES: dict[str, Callable[[web.Request], Any]] = {
    "dead": _hangs_up,
    "500": _answers({}, 500),
    "another issuer": _answers({"issuer": "https://evil.example.org", "jwks_uri": "/keys"}),
    "keys at another host": _answers({"issuer": ISSUER, "jwks_uri": "https://evil.example.org/keys"}),
    "keys at another port": _answers({"issuer": ISSUER, "jwks_uri": "http://127.0.0.1:1/keys"}),
    "keys in a file": _answers({"issuer": ISSUER, "jwks_uri": "file:///etc/passwd"}),
    "keys at no address": _answers({"issuer": ISSUER, "jwks_uri": "http://[127"}),
    "no keys named": _answers({"issuer": ISSUER}),
    "a list": _answers([]),
    "no JSON": lambda _request: web.Response(text="<html>"),
    "a redirect": _redirect,
    "endless": lambda _request: web.Response(text=f'{{"issuer": "{"x" * 600_000}"}}'),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
async def test_the_last_good_keys_are_kept_whatever_the_issuer_says(
    keys: SigningKeys, there: Microsoft, lie: Callable[[web.Request], Any]
) -> None:
    await keys.find("key-1")
    there.issuer.mood = lie
    clock_of(keys).advance(24 * 3600)

    await keys.find("key-1")
    assert keys._asking is not None
    await keys._asking

    assert await keys.find("key-1") is not None
    assert await keys.find("forged") is None


async def test_without_any_keys_the_issuer_is_asked_again_soon(keys: SigningKeys, there: Microsoft) -> None:
    there.issuer.mood = _answers({}, 503)
    assert await keys.find("key-1") is None

    there.issuer.mood = None
    clock_of(keys).advance(5)

    assert await keys.find("key-1") is not None


def _jwk(**changes: Any) -> dict[str, Any]:
    content = SECOND.public() | changes
    return {name: value for name, value in content.items() if value is not None}


def _weak() -> dict[str, Any]:
    return Key("weak", rsa.generate_private_key(65537, 1024)).public()  # noqa: S505 - it is there to be refused


NO_KEYS: dict[str, object] = {
    "nothing": None,
    "words": "key",
    "without a name": _jwk(kid=None),
    "with a number for a name": _jwk(kid=1),
    "of another kind": _jwk(kty="EC"),
    "symmetric": {"kty": "oct", "kid": "key-2", "k": "AAAA", "endorsements": ["msteams"]},
    "with its private half": _jwk(d="AAAA"),
    "for encryption": _jwk(use="enc"),
    "without endorsements": _jwk(endorsements=None),
    "with words for endorsements": _jwk(endorsements="msteams"),
    "without a modulus": _jwk(n=None),
    "with a modulus that is none": _jwk(n="%%%"),
    "weak": _weak(),
}


@pytest.mark.parametrize("entry", NO_KEYS.values(), ids=NO_KEYS.keys())
def test_a_key_that_cannot_be_meant_is_left_out_and_the_others_stay(entry: object) -> None:
    assert read_keys({"keys": [entry, KEY_1]}).keys() == {"key-1"}

    with pytest.raises(UntrustworthyIssuer):
        read_keys({"keys": [entry]})


@pytest.mark.parametrize(
    "content", [{}, {"keys": {}}, {"keys": []}, {"keys": [SECOND.public()] * 2}, {"keys": [1] * 101}]
)
def test_a_list_of_keys_that_is_none_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(UntrustworthyIssuer):
        read_keys(content)


KEY_1 = Key("key-1", SECOND.private).public()
