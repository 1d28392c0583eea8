import asyncio
import base64
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.identity.authenticator import Authenticator
from adapters.identity.totp import counter_at, matching_counter, provisioning_uri, totp_code
from adapters.sources.vault import vault as vault_source
from adapters.sources.vault.sealing import Seal
from bot.domain.errors import ProofRefused
from bot.domain.people import PersonId
from bot.domain.secret import Secret
from bot.enrolment import REST

RFC = b"12345678901234567890"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ALEX, SAM = PersonId("t", "alex"), PersonId("t", "sam")


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert totp_code(RFC, counter_at(datetime.fromtimestamp(seconds, UTC))) == code


@pytest.mark.parametrize(
    ("counter", "code"),
    list(
        enumerate(["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"])
    ),
)
def test_the_codes_are_those_of_rfc_4226(counter: int, code: str) -> None:
    assert totp_code(RFC, counter) == code


@pytest.mark.parametrize(("age", "holds"), [(0, True), (30, True), (60, False), (-30, False)])
def test_the_present_code_and_the_one_before_hold(age: int, holds: bool) -> None:  # noqa: FBT001
    code = totp_code(RFC, counter_at(NOW - timedelta(seconds=age)))

    assert (matching_counter(RFC, code, NOW, newer_than=0) is not None) is holds


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "é" * 6, "\x00" * 6, "9" * 5000])
def test_what_is_no_code_proves_nothing_and_breaks_nothing(code: str) -> None:
    assert matching_counter(RFC, code, NOW, newer_than=0) is None


def test_the_odds_of_guessing_stay_below_one_in_ten_thousand_a_day() -> None:
    from bot.limits import FAILURES_A_DAY  # noqa: PLC0415

    codes_alive, numbers = 2, 90
    assert FAILURES_A_DAY * codes_alive / 10**6 / numbers < 1e-4
    assert FAILURES_A_DAY * codes_alive / 10**6 < 1e-4


@pytest.fixture
async def authenticator(tmp_path: Path) -> AsyncIterator[Authenticator]:
    file = vault_source.open_file(tmp_path / "vault.db")
    one = Authenticator(file, Seal(secrets.token_bytes(32)))
    await one.enrol(ALEX, Secret(base64.b32encode(RFC).decode()))
    yield one
    await file.close()


def code_at(moment: datetime) -> str:
    return totp_code(RFC, counter_at(moment))


async def test_a_code_proves_its_owner_once(authenticator: Authenticator) -> None:
    await authenticator.prove(ALEX, f" {code_at(NOW)[:3]} {code_at(NOW)[3:]} ", NOW)

    with pytest.raises(ProofRefused):
        await authenticator.prove(ALEX, code_at(NOW), NOW)
    with pytest.raises(ProofRefused):
        await authenticator.prove(ALEX, code_at(NOW - timedelta(seconds=30)), NOW)
    await authenticator.prove(ALEX, code_at(NOW + timedelta(seconds=30)), NOW + timedelta(seconds=30))


async def test_of_many_proofs_with_one_code_at_once_one_succeeds(authenticator: Authenticator) -> None:
    results = await asyncio.gather(
        *(authenticator.prove(ALEX, code_at(NOW), NOW) for _ in range(50)), return_exceptions=True
    )

    assert results.count(None) == 1
    assert all(isinstance(one, ProofRefused) for one in results if one is not None)


async def test_somebody_without_a_seed_is_refused_like_anybody(authenticator: Authenticator) -> None:
    with pytest.raises(ProofRefused):
        await authenticator.prove(SAM, code_at(NOW), NOW)
    with pytest.raises(ProofRefused):
        await authenticator.prove(SAM, totp_code(b"\0" * 20, counter_at(NOW)), NOW)


async def test_a_young_seed_is_refused_like_a_wrong_code_until_its_time(authenticator: Authenticator) -> None:
    usable_from = NOW + REST
    await authenticator.enrol(SAM, Secret(base64.b32encode(RFC).decode()), usable_from)

    with pytest.raises(ProofRefused) as young:
        await authenticator.prove(SAM, code_at(NOW), NOW)
    with pytest.raises(ProofRefused) as wrong:
        await authenticator.prove(SAM, "000000", usable_from)
    with pytest.raises(ProofRefused):
        await authenticator.prove(
            SAM, code_at(usable_from - timedelta(seconds=1)), usable_from - timedelta(microseconds=1)
        )
    await authenticator.prove(SAM, code_at(usable_from), usable_from)
    assert str(young.value) == str(wrong.value)


async def test_a_pending_seed_proves_nothing_until_it_is_activated(authenticator: Authenticator) -> None:
    seed = await prepared(authenticator, "s1")

    with pytest.raises(ProofRefused):
        await authenticator.prove(SAM, totp_code(seed, counter_at(NOW)), NOW)
    counter = await authenticator.try_first_code(SAM, "s1", totp_code(seed, counter_at(NOW)), NOW)
    await authenticator.activate(SAM, "s1", counter, NOW, NOW)
    with pytest.raises(ProofRefused):  # its first code is used up
        await authenticator.prove(SAM, totp_code(seed, counter_at(NOW)), NOW)
    later = NOW + timedelta(seconds=30)
    await authenticator.prove(SAM, totp_code(seed, counter_at(later)), later)


async def test_activating_twice_does_not_give_the_counter_back(authenticator: Authenticator) -> None:
    seed = await prepared(authenticator, "s1")
    await authenticator.activate(SAM, "s1", 0, NOW, NOW)
    await authenticator.prove(SAM, totp_code(seed, counter_at(NOW)), NOW)

    await authenticator.activate(SAM, "s1", 0, NOW, NOW)

    with pytest.raises(ProofRefused):
        await authenticator.prove(SAM, totp_code(seed, counter_at(NOW)), NOW)


async def test_what_comes_late_touches_no_newer_seed(authenticator: Authenticator) -> None:
    for seed_id in ("old", "new"):
        await prepared(authenticator, seed_id)
    await authenticator.activate(SAM, "new", 0, NOW + timedelta(seconds=1), NOW)

    await authenticator.activate(SAM, "old", 0, NOW, NOW)
    await authenticator.remove(SAM, "old")

    left = await authenticator.enrolled(SAM)
    assert left
    assert left.seed_id == "new"


async def test_a_pending_seed_is_its_persons_alone(authenticator: Authenticator) -> None:
    seed = await prepared(authenticator, "s1")
    code = totp_code(seed, counter_at(NOW))

    for person, seed_id in ((ALEX, "s1"), (SAM, "s2")):
        with pytest.raises(ProofRefused):
            await authenticator.try_first_code(person, seed_id, code, NOW)
    await authenticator.forget(ALEX, "s1")
    assert await authenticator.try_first_code(SAM, "s1", code, NOW) == counter_at(NOW)
    await authenticator.forget(SAM, "s1")
    with pytest.raises(ProofRefused):
        await authenticator.try_first_code(SAM, "s1", code, NOW)


async def test_a_removed_seed_proves_nothing(authenticator: Authenticator) -> None:
    enrolled = await authenticator.enrolled(ALEX)
    assert enrolled

    await authenticator.remove(ALEX, enrolled.seed_id)

    assert await authenticator.enrolled(ALEX) is None
    with pytest.raises(ProofRefused):
        await authenticator.prove(ALEX, code_at(NOW), NOW)


async def prepared(authenticator: Authenticator, seed_id: str) -> bytes:
    return base64.b32decode((await authenticator.prepare(SAM, seed_id)).open_to("check"))


def test_the_enrolment_address_is_what_apps_read() -> None:
    assert provisioning_uri("ABC", "a b", "Sparekey") == "otpauth://totp/Sparekey:a%20b?secret=ABC&issuer=Sparekey"
