"""A file with replies is taken whole, or refused with a sentence for each mistake."""

from pathlib import Path

import pytest

from adapters.replies_file import SHIPPED, UnreadableReplies, parse_replies, read_replies
from bot.domain.key_mask import mask_recovery_keys

LANGUAGES = ("en", "de")
WHOLE = """\
[[replies]]
title.en = "Come by"
title.de = "Vorbeikommen"
words.en = "{name}, please come by."
words.de = "{name}, bitte kommen Sie vorbei."
"""


def test_a_reply_is_read_in_every_language_and_names_whom_it_is_for() -> None:
    (reply,) = parse_replies(WHOLE, "replies.toml", LANGUAGES)

    assert reply.title == {"en": "Come by", "de": "Vorbeikommen"}
    assert reply.to("Kim {name} {x}", "de") == "Kim {name} {x}, bitte kommen Sie vorbei."


def test_the_shipped_replies_can_be_used_as_they_are() -> None:
    replies = read_replies(SHIPPED, LANGUAGES)

    assert len(replies) == 5
    for reply in replies:
        for language in LANGUAGES:
            assert mask_recovery_keys(reply.to("Kim", language)).text == reply.to("Kim", language)


def test_a_file_may_hold_no_replies_at_all() -> None:
    assert parse_replies("", "replies.toml", LANGUAGES) == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[[replies]]", "[[reply]]", "`reply`: there is no such field"),
        ("[[replies]]", "[replies]", "`replies`: write each reply under [[replies]]"),
        ("[[replies]]\n", "[[replies]]\ntext = 1\n", "reply 1: `text`: there is no such field"),
        ('title.de = "Vorbeikommen"\n', "", "reply 1: `title.de`: is missing"),
        ("words.de", "words.fr", "`words.fr`: there is no such language"),
        ("words.de", "words.fr", "`words.de`: is missing"),
        ('"{name}, please come by."', "7", "`words.en`: 7 is no text: put it in quotation marks"),
        ('"{name}, please come by."', '" "', "`words.en`: is blank"),
        ("please", "please" * 300, "`words.en`: is longer than 1500 characters"),
        ("{name}, please", "{agent}, please", "`words.en`: has “{agent}”: {name} is the only blank"),
        ("{name}, please", "{name, please", "`words.en`: has “{”"),
        ("Come by", "Come by, {name}", "`title.en`: has “{name}”: a title has no blanks"),
        (
            'title.en = "Come by"\ntitle.de = "Vorbeikommen"',
            'title = "Come by"',
            "`title`: needs its languages: write title.en",
        ),
        (WHOLE, WHOLE * 101, "more than 100 are too many"),
        ("title.en", "title.en =", "is not TOML"),
    ],
)
def test_what_is_wrong_is_said_in_words(old: str, new: str, words: str) -> None:
    assert old in WHOLE

    with pytest.raises(UnreadableReplies) as refused:
        parse_replies(WHOLE.replace(old, new, 1), "replies.toml", LANGUAGES)

    assert words in str(refused.value)
    assert str(refused.value).startswith("replies.toml: ")


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "replies.toml").write_bytes(b"\xff\xfe")

    for name, words in (("nowhere.toml", "cannot be read"), ("replies.toml", "is not text in UTF-8")):
        with pytest.raises(UnreadableReplies, match=words):
            read_replies(tmp_path / name, LANGUAGES)
