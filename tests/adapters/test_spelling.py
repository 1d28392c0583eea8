"""How a key is spelled for somebody who only hears it: each sign by a word of its own, in their language."""

from datetime import UTC, datetime
from string import ascii_uppercase, digits

import pytest

from adapters.desk.reading import spelled
from bot.domain.devices import KeyCard
from bot.domain.recovery_key import RecoveryKeyKind
from bot.reading_aloud import ToRead
from dialogs.texts.catalogue import LANGUAGES, read_catalogue

WORDS = read_catalogue({})
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SIGNS = ascii_uppercase + digits


def said(language: str, kind: RecoveryKeyKind, *groups: str) -> list[list[str]]:
    to_read = ToRead(kind, groups, KeyCard("vault:k", "system", AT), "MAC-SAM", "Sam Okafor", language, AT)
    return [[sign.said for sign in group] for group in spelled(to_read, WORDS)]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["O as in Oscar", "the digit zero", "B as in Bravo", "the digit eight"]),
        ("de", ["O wie Offenbach", "Ziffer null", "B wie Berlin", "Ziffer acht"]),
        ("tlh", ["O as in Oscar", "the digit zero", "B as in Bravo", "the digit eight"]),
    ],
)
def test_letters_and_digits_that_look_alike_are_said_apart(language: str, words: list[str]) -> None:
    assert said(language, "filevault", "O0B8") == [words]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["two", "three", "five", "nine"]), ("de", ["zwo", "drei", "fünf", "neun"])],
)
def test_where_there_are_digits_only_they_are_just_said(language: str, words: list[str]) -> None:
    assert said(language, "bitlocker", "23", "59") == [words[:2], words[2:]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sign_has_a_word_of_its_own_that_begins_with_it(language: str) -> None:
    (heard,) = said(language, "filevault", SIGNS)

    assert len(set(heard)) == len(SIGNS)
    for sign, words in zip(ascii_uppercase, heard, strict=False):
        assert words.split()[-1][0] == sign == words[0]
