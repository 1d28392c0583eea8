"""Files that administrators write: read whole and bounded, or refused with a sentence for each mistake by whoever wants them."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Refusal = Callable[[str], Exception]
"""Makes the error of whoever reads, out of a sentence, or several lines of them."""
Table = Mapping[str, Any]
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


def text_of(path: Path, at_most: int, what: str, refusal: Refusal) -> str:
    """`what` it is too large to be. Raises what `refusal` makes."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise refusal(f"{path}: cannot be read ({error.strerror})") from None
    if len(raw) > at_most:
        raise refusal(f"{path.name}: is too large to be {what}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal(f"{path.name}: is not text in UTF-8") from None


def content_of(text: str, name: str, refusal: Refusal) -> dict[str, object]:
    """Raises what `refusal` makes."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise refusal(f"{name}: is not TOML: {error}") from None


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that is a list of tables, each of them one choice: [[replies]], at most so many, and what each may hold."""

    many: str
    one: str
    most: int
    fields: tuple[str, ...]

    def tables(
        self, text: str, name: str, refusal: Refusal, wrong_with: Callable[[Table], Iterator[str]]
    ) -> Sequence[Table]:
        """Raises what `refusal` makes, with all that `wrong_with` says of each table. An `id` is there once."""
        content = content_of(text, name, refusal)
        tables = content.get(self.many, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise refusal(f"{name}: `{self.many}`: write each {self.one} under [[{self.many}]]")
        problems = [*_strangers(content, (self.many,))]
        if len(tables) > self.most:
            problems.append(f"`{self.many}`: more than {self.most} are too many to choose from")
        for place, table in enumerate(tables, 1):
            found = (*_strangers(table, self.fields), *wrong_with(table))
            problems += (f"{self.one} {place}: {problem}" for problem in found)
        ids = [str(table.get("id")) for table in tables if "id" in self.fields]
        problems += (f"`id`: “{one}” is there more than once" for one in sorted(set(ids)) if ids.count(one) > 1)
        if problems:
            raise refusal("\n".join(f"{name}: {problem}" for problem in problems))
        return tables


def wrong_texts(table: Table, field: str, longest: int, languages: Sequence[str], blank: str = "") -> Iterator[str]:
    """Of a field that is there in every language. `blank`: the one that its words may hold."""
    texts = table.get(field, {})
    if not isinstance(texts, dict):
        yield f'`{field}`: needs its languages: write {field}.{languages[0]} = "…"'
        return
    yield from (f"`{field}.{language}`: there is no such language" for language in texts if language not in languages)
    for language in languages:
        if problem := _wrong_text(texts.get(language), longest, blank):
            yield f"`{field}.{language}`: {problem}"


def _strangers(content: Table, fields: Sequence[str]) -> Iterator[str]:
    return (f"`{field}`: there is no such field" for field in content if field not in fields)


def _wrong_text(text: object, longest: int, blank: str) -> str | None:
    if text is None:
        return "is missing"
    if not isinstance(text, str):
        return f"{text!r} is no text: put it in quotation marks"
    if not text.strip():
        return "is blank"
    if len(text) > longest:
        return f"is longer than {longest} characters"
    odd = next((one for one in _BRACES.findall(text) if one != blank), None)
    if odd is None:
        return None
    return f"has “{odd}”: {blank} is the only blank" if blank else f"has “{odd}”: a title has no blanks"
