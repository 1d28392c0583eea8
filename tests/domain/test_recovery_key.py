import json
import random
import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.errors import DamagedKey
from bot.domain.key_mask import MASK, mask_recovery_keys
from bot.domain.recovery_key import (
    check_recovery_key,
    groups_of,
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
        "the order numbers are 123456-654321-111111",
    ],
)
def test_key_ids_prose_and_phone_numbers_are_left_alone(text: str) -> None:
    assert mask_recovery_keys(text).text == text


@pytest.mark.parametrize("separator", ["-", " "])
def test_three_groups_that_pass_the_check_are_masked_though_a_key_has_eight(separator: str) -> None:
    groups = bitlocker(3).split("-")

    assert mask_recovery_keys("then " + separator.join(groups[3:6])).text == f"then {MASK}"
    assert mask_recovery_keys(separator.join(groups[6:])).text == separator.join(groups[6:])


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


GAPS = [
    "-", " - ", "  -  ", " \t", "\n", "\r\n\r\n", " " * 30, "\u2014", " \u2013 ", "_", "__", " / ", "|", " | ", ".", " . ",
    " \u2022 ", "\n\u2022 ", "\n- ", "*", "** **", ", ", ";", ":", " \u2192 ", ") (", "\u200b-\u200b", "\u200b", "\u2060 ", "\u00ad",
    "\u3000", "\u00a0\u2011\u00a0", " \U0001f511 ", "\\n", " dash ", " Dash, ", " minus ", " Strich ", " Bindestrich ", " tiret ", " DASH ",
    " then ", " und danach ", ",\n  and the next one is ", "] [", '" "', "' - '",
]  # fmt: skip
SPELLINGS: dict[str, Callable[[list[str]], list[str]]] = {
    "as it is": lambda groups: groups,
    "in full width": lambda groups: [
        "".join(chr(ord(letter) + 0xFEE0) for letter in group) for group in groups
    ],
    "in bold": lambda groups: [
        "".join(chr(ord(letter) + (0x1D400 - 65 if letter.isalpha() else 0x1D7CE - 48)) for letter in group) for group in groups
    ],
    "with letters of no width": lambda groups: ["\u200b".join(group) for group in groups],
    "underlined": lambda groups: ["".join(letter + "\u0332" for letter in group) for group in groups],
}  # fmt: skip
SPELLED_GAPS = [" - ", "  -  ", "   ", " \u2013 ", "\n", " dash ", " minus ", " / ", "\t", "_", " . ", "  \u2022  "]
BEFORE = [
    "",
    "my key is ",
    "Hier ist er:\n",
    "(",
    "MY KEY: ",
    "I typed 3 times ",
    "\u201e",
    "it does not work with that key here ",
]
AFTER = ["", " thanks", ".", "\nIst das richtig?", ")", " I", " and the PC is still locked", "\u201c"]
dressings = st.tuples(
    st.sampled_from(["bitlocker", "filevault"]),
    st.integers(0, 10**9),
    st.sampled_from(BEFORE),
    st.sampled_from(AFTER),
)


def of_kind(kind: str, seed: int) -> list[str]:
    return (bitlocker(seed) if kind == "bitlocker" else filevault(seed)).split("-")


def is_left(groups: list[str], text: str) -> bool:
    """Three neighbours still stand there, whatever stands between them."""
    folded = unicodedata.normalize("NFKC", text).upper()
    bare = "".join(letter for letter in folded if letter.isascii() and letter.isalnum())
    together = any("".join(groups[first : first + 3]) in bare for first in range(len(groups) - 2))
    alone = [all(group in bare for group in groups[first : first + 3]) for first in range(len(groups) - 2)]
    return together or any(alone)


@given(dressings, st.sampled_from(GAPS), st.sampled_from(sorted(SPELLINGS)))
@settings(max_examples=1500)
def test_a_key_is_masked_in_any_dress(dressing: tuple[str, int, str, str], gap: str, spelling: str) -> None:
    kind, seed, before, after = dressing
    groups = of_kind(kind, seed)
    assume(kind == "bitlocker" or sum(not group.isalpha() and not group.isdigit() for group in groups) > 1)

    masked = mask_recovery_keys(before + gap.join(SPELLINGS[spelling](groups)) + after)

    assert masked.found
    assert not is_left(groups, masked.text)


@given(dressings, st.sampled_from(SPELLED_GAPS), st.sampled_from([" ", "-", ".", ", ", "  ", "_"]), st.booleans())
@settings(max_examples=500)
def test_a_key_that_is_spelled_letter_by_letter_is_masked(
    dressing: tuple[str, int, str, str], gap: str, between: str, lower: bool  # noqa: FBT001
) -> None:  # fmt: skip
    kind, seed, before, after = dressing
    groups = of_kind(kind, seed)
    assume(not "".join(groups).isalpha())

    spelled = gap.join(between.join(group) for group in groups)
    masked = mask_recovery_keys(before + (spelled.lower() if lower else spelled) + after)

    assert not is_left(groups, masked.text)


@given(dressings, st.sampled_from(["-", " - ", "  ", "\n", " / ", "|", "\t", ". ", " dash ", " \u2022 "]))
@settings(max_examples=500)
def test_a_key_in_small_letters_is_masked(dressing: tuple[str, int, str, str], gap: str) -> None:
    kind, seed, before, after = dressing
    groups = of_kind(kind, seed)
    assume(kind == "bitlocker" or sum(not group.isalpha() and not group.isdigit() for group in groups) > 1)

    masked = mask_recovery_keys(before + gap.join(groups).lower() + after)

    assert not is_left(groups, masked.text)


@given(dressings, st.sampled_from(["{0}. {1}", "{0}) {1}", "Group {0}: {1}", "{0} - {1}", "Block {0} ist {1},"]))
@settings(max_examples=300)
def test_a_key_in_a_numbered_list_is_masked(dressing: tuple[str, int, str, str], line: str) -> None:
    kind, seed, before, after = dressing
    groups = of_kind(kind, seed)
    assume(kind == "bitlocker" or sum(not group.isalpha() and not group.isdigit() for group in groups) > 1)
    assume(all(kind == "bitlocker" or not group.isdigit() for group in groups))

    told = "\n".join(line.format(number, group) for number, group in enumerate(groups, start=1))
    masked = mask_recovery_keys(before + told + after)

    assert not is_left(groups, masked.text)


@pytest.mark.parametrize(
    "text",
    [
        "OK 3V M2 VG 7R TX AB 1D QW Z9 UV 1X", "OK3 VM2 VG7 RTX AB1 DQW Z9U V1X", "OK3VM2VG 7RTXAB1D QWZ9UV1X",
        "OK3VM2-VG7RTX-AB1DQW-Z9UV1X", "OK3VM2VG7RTX AB1DQWZ9UV1X", "O K3 V - M2 VG - 7RT X - AB1D - QW Z9 - UV1X",
        "ok3v then m2vg then 7rtx then ab1d then qwz9 then uv1x", "ok 3v m2 vg 7r tx ab 1d qw z9 uv 1x",
    ],
)  # fmt: skip
def test_a_filevault_key_in_chunks_of_another_size_is_masked(text: str) -> None:
    assert mask_recovery_keys(f"found {text} maybe").text == f"found {MASK} maybe"


def test_only_the_stretch_of_the_key_is_masked() -> None:
    text = "first\u200b  entry,  OK3V  -  M2VG  -  7RTX  -  AB1D  -  QWZ9  -  UV1X  ,  final\u200b  entry"

    assert mask_recovery_keys(text).text == f"first\u200b  entry,  {MASK}  ,  final\u200b  entry"


@pytest.mark.parametrize("key", [GROUPS, ["OK3V", "M2VG", "7RTX", "AB1D", "QWZ9", "UV1X"]])
def test_json_that_is_masked_stays_json(key: list[str]) -> None:
    story = {
        "key": key,
        "note": "nothing but words, and some more of them",
        "told": "\n".join(key),
        "name": "M\u00fcller",
    }

    masked = mask_recovery_keys(json.dumps(story))

    hidden = [MASK] * len(key)
    assert json.loads(masked.text) == story | {"key": hidden, "told": "\n".join(hidden)}


def test_wrong_digits_do_not_save_a_bitlocker_key_in_a_list() -> None:
    wrong = [GROUPS[0], GROUPS[1][:5], GROUPS[2] + "7", GROUPS[3], "999999", *GROUPS[5:]]

    masked = mask_recovery_keys("\n".join(f"{number}. {group}" for number, group in enumerate(wrong, start=1)))

    assert not [group for group in wrong if group in masked.text]


@pytest.mark.parametrize(
    "text",
    [
        "MY KEY ID IS 7FE7 A5BB 8D70 4720 8D5D B8F6 7CB5 903A", "code 7FE7 A5BB 8D70 4720 8D5D B8F6 7CB5 903A here",
        "ID 7FE7 A5BB 8D7O 472O 8D5D B8F6 7CB5 9O3A", "7 F E 7 A 5 B B 8 D 7 0 4 7 2 0 8 D 5 D B 8 F 6",
        "7FE7A5BB\u20138D70\u20134720\u20138D5D\u2013B8F67CB5903A", "7FE7A5BB - 8D70 - 4720 - 8D5D - B8F67CB5903A and 4A7C2E1F",
        "7fe7a5bb-8d70-4720-8d5d-b8f67cb5903a", "{7FE7A5BB-8D70-4720-8D5D-B8F67CB5903A}", "ID: 4A7C 2E1F 8D70",
        "2024-11-21T10:15:30.123456Z", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "00:1B:44:11:3A:B7 and 00:1B:44:11:3A:B8",
    ],
)  # fmt: skip
def test_key_ids_times_and_addresses_stay(text: str) -> None:
    assert mask_recovery_keys(text).text == text


ORDINARY = """
My laptop asks for a recovery key and I do not know where to find it.
Call Mary from room 4711 next week, she will know what to do.
I will be here from 10th June till 20th July, then from 1st Sept till 15th.
The blue screen came back after the update on 21.11.2024 at 10:30.
Can you help me? I am in a meeting at 2 pm and my PC is still locked.
My phone is +49 170 1234567 or 040 123456, room A101, ext. 4711.
This is what it said: error 0x80070057, then 0xC000021A, then nothing.
It is a Dell XPS 13 9310 with 16GB RAM, 1TB SSD and Windows 11 24H2.
LENOVO THINKPAD T14 G3 I5 16GB 512GB WIN11 24H2
PLEASE HELP ME NOW I HAVE A CALL AT 10 AND MY LAPTOP IS LOCKED SINCE 9
We use WLAN, SAML, LDAP and DHCP; the BIOS and UEFI are up to date.
The years 2019, 2020, 2021, 2022, 2023 and 2024 were fine.
Tickets 123456, 234567 and 345678 are still open.
Do you want this one? Yes / no / maybe - I do not mind - you pick.
- open\n- edit\n- view\n- save\n- quit
1. turn it on\n2. wait a bit\n3. press F2\n4. pick BIOS\n5. done
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
a b c d e f g h i j k l m n o p q r s t u v w x y z
That file from 2024 does open, but this file from 2023 does not.
Well, that came with some more work than they said last time.
It's been up and on for 3 or 4 h, so I do it as we go, ok?
https://contoso.sharepoint.com/sites/it/SitePages/Help-Desk-2024.aspx?web=1
C:\\\\new\\\\temp\\\\readme.txt and D:\\\\data\\\\2024\\\\plan.xlsx
The invoice 4711-0815-2024 was paid on 2024-11-21, IBAN DE89 3704 0044 0532 0130 00.
Mein Notebook zeigt einen blauen Bildschirm und fragt nach dem Schlüssel.
Ich habe am 21.11.2024 um 10:30 Uhr ein Update gemacht, seitdem geht nichts mehr.
Kann mir bitte wer auf die 0170 1234567 oder die 040 123456 anrufen?
Das ist mein PC im Büro, Raum 1204, 2. OG, Haus B, Tel. 4711.
Ruf doch mal Herr Kuhn vom Team 4711 beim Haus B an.
BITTE HELFT MIR, ICH BIN SEIT 9 UHR AUSGESPERRT UND HABE UM 10 UHR EINEN TERMIN!
Wenn sich dort noch mehr tut, dann gebt mir bitte kurz Rede und Antwort.
Die Jahre 2019, 2020, 2021, 2022, 2023 und 2024 waren gut.
Er kam um 9 und ging um 10, da war es so wie es ist: aus und vorbei.
Im WLAN ging es, per VPN nicht; SAML, LDAP, DHCP und UEFI sagen mir nichts.
Das kann doch nur eine neue Mail sein, oder nicht?
Schritt 1: F12 drücken. Schritt 2: USB wählen. Schritt 3: 5 Min. warten.
Ich fahre ein MacBook Pro M3 mit 16 GB und macOS 14.5 (23F79).
""".strip().splitlines()


@pytest.mark.parametrize("sentence", ORDINARY)
def test_ordinary_sentences_are_left_alone(sentence: str) -> None:
    text = sentence.replace("\\n", "\n")

    assert mask_recovery_keys(text).text == text


WORDS = " ".join(ORDINARY[:1] + ORDINARY[-8:]).split()


@given(
    st.lists(st.sampled_from([word for word in WORDS if word.isalpha()]), max_size=60),
    st.sampled_from([" ", ", ", "\n", " - "]),
)
def test_words_in_any_order_are_left_alone(words: list[str], between: str) -> None:
    text = between.join(word for word in words if len(word) != 4)

    assert mask_recovery_keys(text).text == text


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
    "-" * 256_000, " " * 256_000, "\ufdfa" * 85_000, "O K 3 V - " * 25_600, "12345678-" * 28_000, "\u200bA1" * 85_000, "\\n" * 128_000,
    "4A7C2E1F-8D70-" * 18_000, "A" * 256_000 + "a", "ab1 " * 64_000, "dash " * 51_200, ("A" + " " * 79) * 3_200, '"AB1D", ' * 32_000,
    ("ab1d " * 4 + "abcde fghijk ") * 7_000, "2024-11-21T10:" * 18_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_searched_in_no_time(text: str) -> None:
    """In work, not by the clock on the wall. Whatever grew with the square of these lengths would take minutes."""
    begun = time.thread_time()

    mask_recovery_keys(text)

    assert time.thread_time() - begun < 10


def test_no_property_fails_because_the_machine_was_busy() -> None:
    assert settings().deadline is None
