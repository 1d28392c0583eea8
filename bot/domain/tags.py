"""What a case was about, in the words of the organisation: chosen by whoever closes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """`id` is what is kept and counted. `title`: by language, what agents read."""

    id: str
    title: Mapping[str, str]


def titles(tags: Iterable[Tag], ids: Iterable[str], language: str) -> tuple[str, ...]:
    """A tag that is no longer in the file is still what it was called."""
    known = {tag.id: tag.title[language] for tag in tags}
    return tuple(known.get(one, one) for one in ids)
