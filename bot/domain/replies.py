"""Sentences that agents need often, ready in the language of whoever is to read them."""

from collections.abc import Mapping
from dataclasses import dataclass

NAME = "{name}"
"""The one blank that there is: whom the agent writes to."""


@dataclass(frozen=True, slots=True)
class Reply:
    """By language. `title`: what agents choose it by."""

    title: Mapping[str, str]
    words: Mapping[str, str]

    def to(self, name: str, language: str) -> str:
        return self.words[language].replace(NAME, name)
