"""Authenticator codes against the vectors of RFC 4226 and RFC 6238, and each code good once."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.identity.totp import counter_at, matching_counter, provisioning_uri, totp_code

SEED = b"12345678901234567890"
NOW = datetime(2026, 11, 21, 9, 0, 10, tzinfo=UTC)
STEP = counter_at(NOW)
NEVER = -1

RFC_4226 = [
    "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
]  # fmt: skip
RFC_6238 = (  # the last six of the published eight digits
    (59, 0x1, "287082"),
    (1_111_111_109, 0x23523EC, "081804"),
    (1_111_111_111, 0x23523ED, "050471"),
    (1_234_567_890, 0x273EF07, "005924"),
    (2_000_000_000, 0x3F940AA, "279037"),
    (20_000_000_000, 0x27BC86AA, "353130"),
)


@pytest.mark.parametrize(("counter", "code"), list(enumerate(RFC_4226)))
def test_codes_are_those_of_rfc_4226(counter: int, code: str) -> None:
    assert totp_code(SEED, counter) == code


@pytest.mark.parametrize(("seconds", "counter", "code"), RFC_6238)
def test_steps_and_codes_are_those_of_rfc_6238(seconds: int, counter: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)

    assert counter_at(moment) == counter
    assert totp_code(SEED, counter_at(moment)) == code


def test_the_present_code_is_accepted() -> None:
    assert matching_counter(SEED, totp_code(SEED, STEP), NOW, newer_than=NEVER) == STEP


def test_the_code_before_is_accepted_for_slow_fingers() -> None:
    assert matching_counter(SEED, totp_code(SEED, STEP - 1), NOW, newer_than=NEVER) == STEP - 1


@pytest.mark.parametrize("skew", [-3, -2, 1, 2])
def test_a_code_of_any_other_step_is_refused(skew: int) -> None:
    assert matching_counter(SEED, totp_code(SEED, STEP + skew), NOW, newer_than=NEVER) is None


@pytest.mark.parametrize(
    ("seconds", "found"), [(-10, STEP), (19, STEP), (20, STEP), (49, STEP), (50, None), (-11, None)]
)
def test_a_code_is_good_from_its_step_until_the_end_of_the_next(seconds: int, found: int | None) -> None:
    code = totp_code(SEED, STEP)

    assert matching_counter(SEED, code, NOW + timedelta(seconds=seconds), newer_than=NEVER) == found


def test_a_code_is_good_once() -> None:
    code = totp_code(SEED, STEP)
    used = matching_counter(SEED, code, NOW, newer_than=NEVER)

    assert used == STEP
    assert matching_counter(SEED, code, NOW, newer_than=used) is None
    assert matching_counter(SEED, code, NOW + timedelta(seconds=30), newer_than=used) is None


def test_the_code_before_the_last_used_one_is_refused() -> None:
    assert matching_counter(SEED, totp_code(SEED, STEP - 1), NOW, newer_than=STEP) is None


def test_the_present_code_is_accepted_after_the_one_before_was_used() -> None:
    assert matching_counter(SEED, totp_code(SEED, STEP), NOW, newer_than=STEP - 1) == STEP


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "１２３４５６", "٠٠٠٠٠٠", "abcdef", "\ud800\udfff", "\0\0\0\0\0\0", "🔑" * 6]
)
def test_what_is_no_code_is_refused(code: str) -> None:
    assert matching_counter(SEED, code, NOW, newer_than=NEVER) is None


@given(st.text(), st.binary(min_size=1, max_size=64))
def test_any_text_is_an_answer_and_never_an_error(code: str, seed: bytes) -> None:
    expected = {totp_code(seed, step): step for step in (STEP - 1, STEP)}.get(code)

    assert matching_counter(seed, code, NOW, newer_than=NEVER) == expected


@given(st.binary(max_size=64), st.integers(0, 2**63))
def test_a_code_always_has_six_digits(seed: bytes, counter: int) -> None:
    code = totp_code(seed, counter)

    assert len(code) == 6
    assert code.isdecimal()
    assert code.isascii()


def test_the_enrolment_address_is_what_an_authenticator_app_expects() -> None:
    address = provisioning_uri(base64.b32encode(SEED).decode(), "alex@corp.example", "Sparekey")

    assert address == (
        "otpauth://totp/Sparekey:alex%40corp.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sparekey"
    )


def test_names_with_odd_characters_cannot_bend_the_enrolment_address() -> None:
    parts = urlsplit(provisioning_uri("AE======", "a/b?secret=x&y:z", "Größe & Söhne: IT"))

    assert parts.netloc == "totp"
    assert parts.path.count("/") == 1
    assert parts.path.count(":") == 1
    assert parse_qs(parts.query) == {"secret": ["AE"], "issuer": ["Größe & Söhne: IT"]}
