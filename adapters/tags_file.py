"""Reads the tags of cases from a TOML file. It is taken whole, or refused with a sentence for each mistake."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from adapters.toml_file import Listed, Table, text_of, wrong_texts
from bot.domain.tags import Tag

SHIPPED = Path(__file__).parent / "desk" / "tags.toml"
AT_MOST, LONGEST_TITLE = 64 * 1024, 60
_TAGS = Listed("tags", "tag", most=15, fields=("id", "title"))
_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")


class UnreadableTags(ValueError):
    """What is wrong with the file: one sentence a line."""


def read_tags(path: Path, languages: Sequence[str]) -> tuple[Tag, ...]:
    """Raises UnreadableTags. Each tag has a title in all `languages`."""
    return parse_tags(text_of(path, AT_MOST, "tags", UnreadableTags), path.name, languages)


def parse_tags(text: str, name: str, languages: Sequence[str]) -> tuple[Tag, ...]:
    def wrong_with(table: Table) -> Iterator[str]:
        id_ = table.get("id")
        if not isinstance(id_, str) or not _ID.fullmatch(id_):
            yield "`id`: needs small letters, digits and _, such as after_update: it is what is counted"
        yield from wrong_texts(table, "title", LONGEST_TITLE, languages)

    return tuple(Tag(table["id"], table["title"]) for table in _TAGS.tables(text, name, UnreadableTags, wrong_with))
