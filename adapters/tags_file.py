"""Reads the tags of cases from a TOML file. It is taken whole, or refused with a sentence for each mistake."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from adapters.replies_file import wrong_texts
from adapters.toml_file import content_of, text_of
from bot.domain.tags import Tag

SHIPPED = Path(__file__).parent / "desk" / "tags.toml"
AT_MOST, MOST_TAGS, LONGEST_TITLE = 64 * 1024, 15, 60
_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")


class UnreadableTags(ValueError):
    """What is wrong with the file: one sentence a line."""


def read_tags(path: Path, languages: Sequence[str]) -> tuple[Tag, ...]:
    """Raises UnreadableTags. Each tag has a title in all `languages`."""
    return parse_tags(text_of(path, AT_MOST, "tags", UnreadableTags), path.name, languages)


def parse_tags(text: str, name: str, languages: Sequence[str]) -> tuple[Tag, ...]:
    content = content_of(text, name, UnreadableTags)
    tables = content.get("tags", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UnreadableTags(f"{name}: `tags`: write each tag under [[tags]]")
    problems = [f"`{field}`: there is no such field" for field in content if field != "tags"]
    if len(tables) > MOST_TAGS:
        problems.append(f"`tags`: more than {MOST_TAGS} are too many to choose from")
    for place, table in enumerate(tables, 1):
        problems += (f"tag {place}: {problem}" for problem in _wrong_with(table, languages))
    ids = [str(table.get("id")) for table in tables]
    problems += (f"`id`: “{one}” is there more than once" for one in sorted(set(ids)) if ids.count(one) > 1)
    if problems:
        raise UnreadableTags("\n".join(f"{name}: {problem}" for problem in problems))
    return tuple(Tag(table["id"], table["title"]) for table in tables)


def _wrong_with(table: Mapping[str, object], languages: Sequence[str]) -> Iterator[str]:
    yield from (f"`{field}`: there is no such field" for field in table if field not in ("id", "title"))
    id_ = table.get("id")
    if not isinstance(id_, str) or not _ID.fullmatch(id_):
        yield "`id`: needs small letters, digits and _, such as after_update: it is what is counted"
    yield from wrong_texts(table, "title", LONGEST_TITLE, languages)
