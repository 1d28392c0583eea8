"""Every sentence that a person reads, in their language."""

from collections.abc import Mapping
from typing import Protocol


class Words(Protocol):
    @property
    def languages(self) -> tuple[str, ...]: ...

    def phrase(self, language: str, text: str, facts: Mapping[str, str]) -> str:
        """The sentence that `text` names, its blanks filled. An unknown language falls back to English."""
