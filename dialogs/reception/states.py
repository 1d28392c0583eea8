"""Before anything is known, and after the conversation has been left."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Unopened:
    """Nobody has come in yet."""


@dataclass(frozen=True, slots=True)
class Receiving:
    """Greeted; the person has not yet said what is wrong."""


@dataclass(frozen=True, slots=True)
class Left:
    """The session is not the person's own: nothing more is said about its owner."""


State: TypeAlias = Receiving | Left
