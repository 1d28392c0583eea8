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
    normal_form,
    parse_recovery_key,
)
from bot.domain.secret import Secret

seeds = st.integers(min_value=0)
GROUPS = mint_bitlocker_key(random.Random(7).randrange).open_to("check").split("-")
SEPARATORS = ["\u2011", "\u2014", "\u2212", "\u00a0", "\u200b", ", ", " / ", "\r\n", "_", " \u2022 ", " - \n"]
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


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_bitlocker_key_is_masked_whatever_stands_between(separator: str) -> None:
    assert mask_recovery_keys(f"so: {separator.join(GROUPS)} ok").text == f"so: {MASK} ok"


@pytest.mark.parametrize(
    "text",
    [
        "first {} then {} and {} and {} and {} then {} and {} last {}",
        "1) {}\n2) {}\n3) {}\n4) {}\n5) {}\n6) {}\n7) {}\n8) {}",
        "{}\\n{}\\n{}\\n{}\\n{}\\n{}\\n{}\\n{}",
    ],
)
def test_a_bitlocker_key_told_in_a_list_is_masked(text: str) -> None:
    masked = mask_recovery_keys(text.format(*GROUPS)).text

    assert not any(group in masked for group in GROUPS)


def test_a_digit_too_few_does_not_save_a_key_from_the_mask() -> None:
    assert mask_recovery_keys("-".join([*GROUPS[:3], GROUPS[3][:5], *GROUPS[4:]])).text == MASK


@pytest.mark.parametrize("text", ["this ABCD-EFGH-1JKL-MNOP-QRST-UV1X", "ABCD-EFGH-1JKL-MNOP-QRST-UV1X here"])
def test_a_word_of_four_letters_beside_a_key_leaves_no_group_standing(text: str) -> None:
    masked = mask_recovery_keys(text).text

    assert "UV1X" not in masked
    assert "ABCD" not in masked


def test_five_groups_of_a_filevault_key_are_too_many() -> None:
    assert mask_recovery_keys("ABCD-EFGH-1JKL-MNOP-QRST").text == MASK


@pytest.mark.parametrize("text", ["abcdefghijklmnopqrstuv1x", "Abcdefghijklmnopqrstuv1x", "ABCDEFGHIJKLMNOPQRSTUVWX"])
def test_a_filevault_key_in_one_piece_is_masked(text: str) -> None:
    assert mask_recovery_keys(text).text == MASK


@pytest.mark.parametrize("text", ["abcd efgh ijkl mnop qrst uvwx", "abcdefghijklmnopqrstuvwx"])
def test_words_are_masked_only_when_a_key_is_expected(text: str) -> None:
    assert not mask_recovery_keys(text).found
    assert mask_recovery_keys(text, expecting_key=True).text == MASK


@pytest.mark.parametrize(
    "text",
    [
        "that work with your file here", "Will this work with that file", "this file from 2024 does still open here",
        "4a7c2e1f8d7047208d5db8f6", "7FE7A5BB8D7047208D5DB8F67CB5903A", "7FE7 A5BB 8D70 4720 8D5D B8F6 7CB5 903A",
    ],
)  # fmt: skip
def test_prose_and_key_ids_stay(text: str) -> None:
    assert mask_recovery_keys(text).text == text


@given(
    seeds,
    st.sampled_from(["-", " ", "", " - ", "\u2013", "\n"]),
    st.booleans(),
    st.text(max_size=40),
    st.text(max_size=40),
)
def test_no_group_of_a_filevault_key_survives(seed: int, separator: str, lower: bool, left: str, right: str) -> None:  # noqa: FBT001
    key = separator.join(filevault(seed).split("-"))
    text = key.lower() if lower else key

    masked = mask_recovery_keys(f"{left} | {text} | {right}", expecting_key=True)

    assert text not in masked.text


@given(st.text(), st.booleans())
def test_no_text_whatever_breaks_the_mask(text: str, expecting: bool) -> None:  # noqa: FBT001
    masked = mask_recovery_keys(text, expecting_key=expecting)

    assert masked.found or masked.text == text


def test_the_normal_form_is_groups_with_dashes() -> None:
    assert normal_form(" ".join(GROUPS), "bitlocker") == "-".join(GROUPS)
    assert normal_form("abcd efgh 1jkl mnop qrst uv1x", "filevault") == "ABCD-EFGH-1JKL-MNOP-QRST-UV1X"


def test_a_damaged_key_is_not_named_by_its_digits() -> None:
    with pytest.raises(DamagedKey) as damaged:
        normal_form("-".join(["000012", *GROUPS[1:]]), "bitlocker")

    assert "000012" not in str(damaged.value)


HOSTILE = [
    "1 " * 128_000, ("1 " * 38 + "x ") * 3282, ("111111 " * 3 + "x ") * 11_130, "000011xxx" * 28_444, "4A7C " * 51_200,
    ("AB1D-" * 5 + "x ") * 9_481, "123456-" * 36_000, "ABCD-" * 51_200, "a" * 256_000, "\u0301\u0323" * 60_000,
    "-" * 256_000, " " * 256_000, "\ufdfa" * 85_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_searched_in_no_time(text: str) -> None:
    begun = time.perf_counter()

    mask_recovery_keys(text)

    assert time.perf_counter() - begun < 1
