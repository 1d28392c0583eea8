import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.key_id import (
    Misread,
    TypedKeyId,
    _found_in,
    canonical_key_id,
    extended,
    find_key_id,
    spaced,
)
from bot.domain.key_mask import mask_recovery_keys
from bot.domain.key_match import beginnings, match_key_ids

MANGLED = "7FE7A5BB-8D70-4720-8D5D-B8F6-7CB5903A"
FULL = "7FE7A5BB-8D70-4720-8D5D-B8F67CB5903A"
BARE = FULL.replace("-", "")
full_ids = st.text("0123456789ABCDEF", min_size=32, max_size=32).filter(lambda digits: not re.search(r"\d{24}", digits))
"""One in some millions looks like a good part of a recovery key, and is masked as one: that is the safe side."""


def digits_in(text: str, *, asked: bool = False) -> str | None:
    found = find_key_id(text, asked=asked)
    return found.digits if found else None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("my laptop wants a bitlocker key 4A7C2E1F", "4A7C2E1F"),
        ("Key ID: 4a7c 2e1f", "4A7C2E1F"),
        ("{" + FULL + "}", BARE),
        (MANGLED, BARE),
        ("it says " + FULL.lower() + " on the screen", BARE),
        ("the screen says 4A7C2E1F 8D70 4720", "4A7C2E1F8D704720"),
        ("４Ａ７Ｃ２Ｅ１Ｆ", "4A7C2E1F"),
        ("4A7C–2E1F", "4A7C2E1F"),
        ("Schlüssel-ID: O1S5 7C2E", "01557C2E"),
        ("my key id is DEADBEEF please", "DEADBEEF"),
        ("windows 72874788", "72874788"),
        ("a blue screen with FADEDBED on it", "FADEDBED"),
    ],
)
def test_a_key_id_is_found_however_it_is_typed(text: str, digits: str) -> None:
    assert digits_in(text) == digits


@pytest.mark.parametrize(
    "text",
    [
        "my laptop is dead", "a bad cafe", "the facade faded", "since 2024 i use windows 11", "LAPTOP-ALEX",
        "i have 2 laptops and 10 minutes", "call me on 040 123456", "at 10:30", "error 0x80070005", "what is old", "", "???",
    ],
)  # fmt: skip
def test_words_and_numbers_of_everyday_are_no_key_id(text: str) -> None:
    assert digits_in(text) is None


@pytest.mark.parametrize(
    ("text", "digits"), [("DEADBEEF", "DEADBEEF"), ("face", "FACE"), ("1234", "1234"), ("4A7C", "4A7C")]
)
def test_a_lone_word_counts_when_a_key_id_was_asked_for(text: str, digits: str) -> None:
    assert digits_in(text, asked=True) == digits


@pytest.mark.parametrize("text", ["hello", "no idea", "isolde", "human", "windows"])
def test_a_lone_word_that_is_not_hex_never_counts(text: str) -> None:
    assert digits_in(text, asked=True) is None


def test_a_recovery_key_is_not_a_key_id() -> None:
    assert digits_in("-".join(["000011"] * 8), asked=True) is None


def test_letters_that_resemble_digits_are_read_as_them_and_remembered() -> None:
    found = find_key_id("4A7C2EIO", asked=True)

    assert found == TypedKeyId("4A7C2E10", "4A7C2EIO", (Misread(7, "I", "1"), Misread(8, "O", "0")))


def test_an_exact_match_beats_a_near_one() -> None:
    typed = TypedKeyId("7FE7A5BB", "")

    found = match_key_ids(typed, [FULL, "7FE7A5B8" + FULL[8:]])

    assert (found.exact, found.near) == ((FULL,), ())


def test_a_near_match_names_the_misread_character() -> None:
    found = match_key_ids(TypedKeyId("7FE7A588", ""), [FULL])

    assert found.exact == ()
    assert found.near[0].key_id == FULL
    assert found.near[0].misread == (Misread(7, "8", "B"), Misread(8, "8", "B"))


@pytest.mark.parametrize("slip", ["7FE7A5B8D704720", "7FE77A5BB8D70472", "7FEA75BB8D704720"])
def test_a_dropped_a_doubled_and_a_swapped_character_are_near(slip: str) -> None:
    found = match_key_ids(TypedKeyId(slip, ""), [FULL])

    assert [near.key_id for near in found.near] == [FULL]


@pytest.mark.parametrize(
    ("typed", "is_looked_for"),
    [("7FE7A5BB", True), ("7FE7A5B8", True), ("F7E7A5BB", True), ("7FE7A588", False), ("7FE7A500", False)],
)
def test_a_search_looks_for_what_was_typed_and_for_one_slip_of_it(typed: str, *, is_looked_for: bool) -> None:
    assert (FULL[:8] in beginnings(TypedKeyId(typed, ""))) is is_looked_for
    assert beginnings(TypedKeyId(typed, ""))[0] == typed
    assert beginnings(TypedKeyId(typed + "0123", "")) == beginnings(TypedKeyId(typed, ""))


def test_three_wrong_characters_are_not_near() -> None:
    assert match_key_ids(TypedKeyId("7FE7A000", ""), [FULL]).near == ()


def test_a_short_beginning_may_have_one_look_alike_only() -> None:
    assert match_key_ids(TypedKeyId("7EE7", ""), [FULL]).near
    assert not match_key_ids(TypedKeyId("1EE7", ""), [FULL]).near


def test_the_next_digits_continue_the_first_ones() -> None:
    before = find_key_id("7FE7A5BB")
    assert before

    longer = extended(before, "8D7O")

    assert longer
    assert longer.digits == "7FE7A5BB8D70"
    assert longer.repaired == (Misread(12, "O", "0"),)


@pytest.mark.parametrize("text", ["", "7FE7A5BB", "X" * 32, BARE + "0"])
def test_only_a_full_key_id_is_canonical(text: str) -> None:
    with pytest.raises(ValueError, match="32"):
        canonical_key_id(text)


@given(full_ids, st.sampled_from(["", "-", " ", "–"]), st.booleans(), st.booleans())
def test_any_full_id_survives_grouping_case_and_braces(digits: str, separator: str, lower: bool, braces: bool) -> None:  # noqa: FBT001
    text = separator.join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    text = text.lower() if lower else text
    text = f"{{{text}}}" if braces else text

    assert digits_in(f"key id: {text}") == digits
    assert canonical_key_id(text).replace("-", "") == digits


@given(full_ids, st.integers(min_value=4, max_value=32))
def test_every_beginning_of_an_id_matches_it_exactly(digits: str, length: int) -> None:
    full = canonical_key_id(digits)

    assert match_key_ids(TypedKeyId(digits[:length], ""), [full]).exact == (full,)


@given(st.text(max_size=300), st.booleans())
def test_no_text_whatever_breaks_the_search(text: str, asked: bool) -> None:  # noqa: FBT001
    found = find_key_id(text, asked=asked)

    assert found is None or 4 <= len(found.digits) <= 32
    assert found is None or set(found.digits) <= set("0123456789ABCDEF")


def test_digits_are_shown_in_fours() -> None:
    assert spaced("4A7C2E1F8") == "4A7C 2E1F 8"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("4A7C2E1F!", "4A7C2E1F"),
        ("it is 4A7C2E1F, thanks", "4A7C2E1F"),
        ("ID-4A7C2E1F", "4A7C2E1F"),
        ("Schlüssel-ID-4A7C2E1F", "4A7C2E1F"),
        ("Recovery key ID (to identify your key): 4A7C2E1F", "4A7C2E1F"),
        ("ID de clé de récupération : 4A7C2E1F", "4A7C2E1F"),
        ("my serial is 5CD1234ABC and the key id 4A7C2E1F", "4A7C2E1F"),
        ("4a7c dead 2e1f 8d70", "4A7CDEAD2E1F8D70"),
        ("4A7C2E1F-8D70-4720-\n8D5D-B8F67CB5903A", "4A7C2E1F8D7047208D5DB8F67CB5903A"),
        ("first 4A7C2E1F then 9B3D77A0-8D70", "9B3D77A08D70"),
    ],
)
def test_a_key_id_is_found_in_a_sentence(text: str, digits: str) -> None:
    assert digits_in(text) == digits


@pytest.mark.parametrize(
    "text",
    [
        "I use Office365", "it has 16GB and 512GB", "Latitude E5470", "wifi is 802.11ac", "on 2024-11-21", "on 21.11.2024",
        "20241121", "+49 170 1234567", "call me on 5551234567", "0170 1234567", "(030) 12345678", "555-123-4567",
        "error code 80070057", "ticket 12345678", "user id 1234", "mail a1b2c3d4@contoso.com", "10.0.19045.2006",
    ],
)  # fmt: skip
@pytest.mark.parametrize("asked", [False, True])
def test_numbers_of_an_office_are_no_key_id(text: str, asked: bool) -> None:  # noqa: FBT001
    assert digits_in(f"well, {text} I think", asked=asked) is None


def test_typing_the_whole_key_id_again_replaces_its_beginning() -> None:
    longer = extended(TypedKeyId("7FE7", "7FE7"), "7FE7A5BB")

    assert longer
    assert longer.digits == "7FE7A5BB"


def test_more_than_a_whole_key_id_is_refused() -> None:
    assert extended(TypedKeyId("4A7C2E1F" * 3, ""), "8D70 4720 8D5D") is None


@pytest.mark.parametrize("typed", ["7FE7A5B1", "7FE7A5BBF", "17FE7A5BB"])
def test_a_wrong_character_that_resembles_nothing_is_not_a_slip(typed: str) -> None:
    assert match_key_ids(TypedKeyId(typed, ""), [FULL]).near == ()


@given(full_ids.filter(lambda digits: not digits.isdigit() and not digits.isalpha()), st.booleans())
def test_a_key_id_in_groups_is_never_masked_as_a_filevault_key(digits: str, lower: bool) -> None:  # noqa: FBT001
    fours = " ".join(digits[start : start + 4] for start in range(0, 32, 4))
    text = fours.lower() if lower else fours

    assert digits_in(text, asked=True) == digits
    assert not mask_recovery_keys(text).found


def test_misread_letters_in_fours_are_still_a_key_id() -> None:
    assert digits_in("7FE7 A5BB 8D7O 472O 8D5D B8F6 7CB5 9O3A") == BARE


@pytest.mark.parametrize(
    "text", ["4A7C " * 50_000, "abc1 " * 50_000, " " * 1000 + "aaaa " * 200, ("id " + " " * 70 + "x ") * 27]
)
def test_a_hostile_text_is_searched_in_no_time(text: str) -> None:
    begun = time.thread_time()

    find_key_id(text)

    assert time.thread_time() - begun < 5


@given(
    st.text("ABCDEFabcdefGOIlxyz01|!- {}():#", max_size=60),
    st.sampled_from(["", "key id ", "Key ID: ", "it begins with "]),
)
def test_a_sentence_without_a_trace_of_a_key_id_is_not_searched_and_loses_none(text: str, before: str) -> None:
    assert find_key_id(before + text) == _found_in(before + text, asked=False)
