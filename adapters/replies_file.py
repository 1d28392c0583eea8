"""Reads the agents' ready replies from a TOML file. It is taken whole, or refused with a sentence for each mistake."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from adapters.toml_file import Listed, Table, text_of, wrong_texts
from bot.domain.replies import NAME, Reply

SHIPPED = Path(__file__).parent / "desk" / "replies.toml"
AT_MOST = 256 * 1024
LONGEST_TITLE, LONGEST_WORDS = 80, 1_500
_REPLIES = Listed("replies", "reply", most=100, fields=("title", "words"))


class UnreadableReplies(ValueError):
    """What is wrong with the file: one sentence a line."""


def read_replies(path: Path, languages: Sequence[str]) -> tuple[Reply, ...]:
    """Raises UnreadableReplies. Each reply has to be there in all `languages`: nobody is answered in another one."""
    return parse_replies(text_of(path, AT_MOST, "replies", UnreadableReplies), path.name, languages)


def parse_replies(text: str, name: str, languages: Sequence[str]) -> tuple[Reply, ...]:
    def wrong_with(table: Table) -> Iterator[str]:
        yield from wrong_texts(table, "title", LONGEST_TITLE, languages)
        yield from wrong_texts(table, "words", LONGEST_WORDS, languages, NAME)

    tables = _REPLIES.tables(text, name, UnreadableReplies, wrong_with)
    return tuple(Reply(table["title"], table["words"]) for table in tables)
