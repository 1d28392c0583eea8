"""Where a person with a private computer can be while they look for their own key."""

from dataclasses import dataclass
from typing import TypeAlias

PLACES = ("account", "other_account", "work_account", "usb", "paper", "file")


@dataclass(frozen=True, slots=True)
class Searching:
    """`place` is an index into PLACES: the likeliest first."""

    place: int = 0


@dataclass(frozen=True, slots=True)
class SearchedAll: ...


@dataclass(frozen=True, slots=True)
class FoundByThemselves: ...


State: TypeAlias = Searching | SearchedAll | FoundByThemselves
