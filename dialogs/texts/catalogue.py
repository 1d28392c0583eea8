"""Every sentence in every language: the same ids with the same blanks, checked when it is read."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "de")
_BLANK = re.compile(r"\{(\w+)\}")


class UnevenCatalogue(Exception):
    """A sentence is missing in one language, or has other blanks there."""


class Catalogue:
    """`given` fills blanks that are the same for everybody, such as the address of this server."""

    def __init__(self, sentences: Mapping[str, Mapping[str, str]], given: Mapping[str, str]) -> None:
        self._sentences, self._given = sentences, given
        _check(sentences)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._sentences)

    def phrase(self, language: str, text: str, facts: Mapping[str, str]) -> str:
        sentence = self._sentences.get(language, self._sentences["en"])[text]
        return _BLANK.sub(lambda blank: facts.get(blank[1]) or self._given.get(blank[1], ""), sentence)

    def blanks(self, text: str) -> frozenset[str]:
        return frozenset(_BLANK.findall(self._sentences["en"][text]))


def read_catalogue(given: Mapping[str, str]) -> Catalogue:
    return Catalogue({language: _read(language) for language in LANGUAGES}, given)


@cache
def _read(language: str) -> Mapping[str, str]:
    """Once a process: the notices and the chat read the same files."""
    content = tomllib.loads((files("dialogs.texts") / f"{language}.toml").read_text("utf-8"))
    return dict(_flat(content, ""))


def _flat(table: Mapping[str, object], above: str) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, Mapping):
            flat += _flat(value, f"{above}{name}.")
        else:
            flat.append((f"{above}{name}", str(value).strip()))
    return flat


def _check(sentences: Mapping[str, Mapping[str, str]]) -> None:
    english = sentences["en"]
    for language, theirs in sentences.items():
        if odd := english.keys() ^ theirs.keys():
            raise UnevenCatalogue(f"{language}: {', '.join(sorted(odd))}")
        for text, sentence in theirs.items():
            if set(_BLANK.findall(sentence)) != set(_BLANK.findall(english[text])):
                raise UnevenCatalogue(f"{language}: the blanks of {text}")
