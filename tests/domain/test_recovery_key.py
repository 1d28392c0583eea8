import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import DamagedKey
from bot.domain.recovery_key import (
    MASK,
    check_recovery_key,
    groups_of,
    mask_recovery_keys,
    mint_bitlocker_key,
    mint_filevault_key,
    parse_recovery_key,
)
from bot.domain.secret import Secret

seeds = st.integers(min_value=0)
separators = st.sampled_from(["-", " ", "", " - ", "–", ". ", "\n"])


def bitlocker(seed: int) -> str:
    return mint_bitlocker_key(random.Random(seed).randrange).open_to("check")


def filevault(seed: int) -> str:
    return mint_filevault_key(random.Random(seed).randrange).open_to("check")


@given(seeds)
def test_a_minted_key_passes_its_check(seed: int) -> None:
    check_recovery_key(Secret(bitlocker(seed)), "bitlocker")
    check_recovery_key(Secret(filevault(seed)), "filevault")


@given(seeds, st.integers(0, 7), st.integers(0, 5), st.integers(1, 9))
def test_one_wrong_digit_is_always_found_and_its_group_named(seed: int, group: int, place: int, shift: int) -> None:
    groups = bitlocker(seed).split("-")
    digit = str((int(groups[group][place]) + shift) % 10)
    groups[group] = groups[group][:place] + digit + groups[group][place + 1 :]

    with pytest.raises(DamagedKey) as damaged:
        check_recovery_key(Secret("-".join(groups)), "bitlocker")

    assert damaged.value.group == group + 1


def test_a_group_that_is_too_large_is_damaged() -> None:
    with pytest.raises(DamagedKey) as damaged:
        groups_of(Secret("-".join(["720896"] + ["000011"] * 7)), "bitlocker")

    assert damaged.value.group == 1


@pytest.mark.parametrize("text", ["", "123", "1" * 47, "a" * 23, "ÄÖÜß" * 6, "١" * 48])
def test_what_has_not_the_shape_of_a_key_is_refused(text: str) -> None:
    with pytest.raises(DamagedKey):
        parse_recovery_key(text)


@given(seeds, separators)
def test_a_key_is_read_with_whatever_between_its_groups(seed: int, separator: str) -> None:
    kind, key = parse_recovery_key(separator.join(bitlocker(seed).split("-")))

    assert (kind, key.open_to("check")) == ("bitlocker", bitlocker(seed))


@given(seeds, separators)
def test_a_pasted_bitlocker_key_is_masked_whatever_stands_between_its_groups(seed: int, separator: str) -> None:
    groups = bitlocker(seed).split("-")

    masked = mask_recovery_keys(f"it is {separator.join(groups)} I think")

    assert masked.found
    assert MASK in masked.text
    assert not any(group in masked.text for group in groups)


@given(seeds, st.sampled_from(["-", "–"]), st.booleans())
def test_a_pasted_filevault_key_is_masked_in_either_case(seed: int, dash: str, lower: bool) -> None:  # noqa: FBT001
    groups = filevault(seed).split("-")
    text = dash.join(groups)

    masked = mask_recovery_keys(f"key {text.lower() if lower else text} ok")

    is_all_hex = all(letter in "0123456789ABCDEF" for letter in "".join(groups))
    assert masked.found or is_all_hex
    assert masked.text == f"key {MASK} ok" or is_all_hex


@pytest.mark.parametrize("count", [4, 5, 6, 7])
def test_a_good_part_of_a_key_is_masked_too(count: int) -> None:
    groups = bitlocker(1).split("-")[:count]

    assert mask_recovery_keys(" ".join(groups)).text == MASK


@pytest.mark.parametrize(
    "text",
    [
        "7FE7A5BB-8D70-4720-8D5D-B8F6-7CB5903A",
        "8D70-4720-8D5D-B8F6-7CB5-903A",
        "this that with what when they know",
        "call 040 123456 or 089 654321",
        "the order numbers are 123456 and 654321",
    ],
)
def test_key_ids_prose_and_phone_numbers_are_left_alone(text: str) -> None:
    assert mask_recovery_keys(text).text == text


def test_full_width_digits_do_not_slip_through() -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() else letter for letter in bitlocker(2))

    assert mask_recovery_keys(wide).found


@pytest.mark.parametrize("text", ["1 " * 100_000, "123456-" * 30_000, "ABCD-" * 40_000, "a" * 250_000, "ab1c " * 40_000])
def test_a_hostile_text_takes_no_longer_than_a_long_one(text: str) -> None:
    begun = time.perf_counter()

    mask_recovery_keys(text)

    assert time.perf_counter() - begun < 2
