"""A file with tags is taken whole, or refused with a sentence for each mistake."""

from pathlib import Path

import pytest

from adapters.tags_file import SHIPPED, UnreadableTags, parse_tags, read_tags
from bot.domain.tags import Tag, titles

LANGUAGES = ("en", "de")
WHOLE = """\
[[tags]]
id = "after_update"
title.en = "After an update"
title.de = "Nach einem Update"
"""


def test_a_tag_is_read_in_every_language() -> None:
    tags = parse_tags(WHOLE, "tags.toml", LANGUAGES)

    assert tags == (Tag("after_update", {"en": "After an update", "de": "Nach einem Update"}),)
    assert titles(tags, ("after_update", "long_gone"), "de") == ("Nach einem Update", "long_gone")


def test_the_shipped_tags_can_be_used_as_they_are() -> None:
    assert len(read_tags(SHIPPED, LANGUAGES)) == 7


def test_a_file_may_hold_no_tags_at_all() -> None:
    assert parse_tags("", "tags.toml", LANGUAGES) == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[[tags]]", "[[tag]]", "`tag`: there is no such field"),
        ("[[tags]]", "[tags]", "`tags`: write each tag under [[tags]]"),
        ("[[tags]]\n", "[[tags]]\ncolour = 1\n", "tag 1: `colour`: there is no such field"),
        ('"after_update"', '"After an update"', "tag 1: `id`: needs small letters"),
        ('"after_update"', '"=1+1"', "tag 1: `id`: needs small letters"),
        ('"after_update"', '"two words"', "tag 1: `id`: needs small letters"),
        ('"after_update"', "7", "tag 1: `id`: needs small letters"),
        ('id = "after_update"\n', "", "tag 1: `id`: needs small letters"),
        ('title.de = "Nach einem Update"\n', "", "tag 1: `title.de`: is missing"),
        ("title.de", "title.fr", "`title.fr`: there is no such language"),
        ("After an", "After an" * 10, "`title.en`: is longer than 60 characters"),
        (WHOLE, WHOLE * 2, "`id`: “after_update” is there more than once"),
        (WHOLE, WHOLE * 16, "more than 15 are too many"),
        (WHOLE, "[[tags", "is not TOML"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(old: str, new: str, words: str) -> None:
    with pytest.raises(UnreadableTags) as refused:
        parse_tags(WHOLE.replace(old, new), "tags.toml", LANGUAGES)

    assert words in str(refused.value)
    assert str(refused.value).startswith("tags.toml: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTags, match="cannot be read"):
        read_tags(tmp_path / "tags.toml", LANGUAGES)
