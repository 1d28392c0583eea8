"""Reads the agents' ready replies from a TOML file. It is taken whole, or refused with a sentence for each mistake."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from adapters.toml_file import content_of, text_of
from bot.domain.replies import NAME, Reply

SHIPPED = Path(__file__).parent / "desk" / "replies.toml"
AT_MOST, MOST_REPLIES = 256 * 1024, 100
LONGEST = {"title": 80, "words": 1_500}
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


class UnreadableReplies(ValueError):
    """What is wrong with the file: one sentence a line."""


def read_replies(path: Path, languages: Sequence[str]) -> tuple[Reply, ...]:
    """Raises UnreadableReplies. Each reply has to be there in all `languages`: nobody is answered in another one."""
    return parse_replies(text_of(path, AT_MOST, "replies", UnreadableReplies), path.name, languages)


def parse_replies(text: str, name: str, languages: Sequence[str]) -> tuple[Reply, ...]:
    content = content_of(text, name, UnreadableReplies)
    tables = content.get("replies", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UnreadableReplies(f"{name}: `replies`: write each reply under [[replies]]")
    problems = [f"`{field}`: there is no such field" for field in content if field != "replies"]
    if len(tables) > MOST_REPLIES:
        problems.append(f"`replies`: more than {MOST_REPLIES} are too many to choose from")
    for place, table in enumerate(tables, 1):
        problems += (f"reply {place}: {problem}" for problem in _wrong_with(table, languages))
    if problems:
        raise UnreadableReplies("\n".join(f"{name}: {problem}" for problem in problems))
    return tuple(Reply(table["title"], table["words"]) for table in tables)


def _wrong_with(table: Mapping[str, object], languages: Sequence[str]) -> Iterator[str]:
    yield from (f"`{field}`: there is no such field" for field in table if field not in LONGEST)
    for field, longest in LONGEST.items():
        yield from wrong_texts(table, field, longest, languages, blanks=field == "words")


def wrong_texts(
    table: Mapping[str, object], field: str, longest: int, languages: Sequence[str], *, blanks: bool = False
) -> Iterator[str]:
    """Of a field that is there in every language."""
    texts = table.get(field, {})
    if not isinstance(texts, dict):
        yield f'`{field}`: needs its languages: write {field}.{languages[0]} = "…"'
        return
    yield from (f"`{field}.{language}`: there is no such language" for language in texts if language not in languages)
    for language in languages:
        if problem := _wrong_text(texts.get(language), longest, blanks=blanks):
            yield f"`{field}.{language}`: {problem}"


def _wrong_text(text: object, longest: int, *, blanks: bool) -> str | None:
    if text is None:
        return "is missing"
    if not isinstance(text, str):
        return f"{text!r} is no text: put it in quotation marks"
    if not text.strip():
        return "is blank"
    if len(text) > longest:
        return f"is longer than {longest} characters"
    odd = next((one for one in _BRACES.findall(text) if not (blanks and one == NAME)), None)
    if odd is None:
        return None
    return f"has “{odd}”: {NAME} is the only blank" if blanks else f"has “{odd}”: a title has no blanks"
