"""Pictures on their way to the agent who has the case: in the memory of this process and nowhere else, for minutes.

What stands in a picture cannot be masked, so none is ever written down. Each belongs to one agent's time with one case.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.case_file import Filed
from bot.domain.cases import Taken
from bot.domain.people import PersonId
from bot.domain.picture import LARGEST, Picture
from bot.ports.clock import Clock

LIVES = timedelta(minutes=15)
MOST_OF_CASE = 3
MOST_BYTES = 12 * LARGEST
"""Of all cases together."""


@dataclass(frozen=True, slots=True)
class Holding:
    """An agent has a case since a moment. Whoever puts it back and takes it again holds it anew."""

    number: int
    agent: PersonId
    since: datetime


def holding_of(state: object) -> Holding | None:
    if isinstance(state, Filed) and isinstance(state.stage, Taken):
        return Holding(state.case.number, state.stage.by.id, state.stage.at)
    return None


@dataclass(frozen=True, slots=True)
class _Kept:
    picture: Picture
    holding: Holding
    until: datetime


class Pictures:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def add(self, holding: Holding, picture: Picture) -> str | None:
        """Its name, which nobody guesses; None where there is no room for one more."""
        self.sweep()
        of_case = [one for one in self._kept.values() if one.holding.number == holding.number]
        size = sum(len(one.picture.body) for one in self._kept.values())
        if len(of_case) >= MOST_OF_CASE or size + len(picture.body) > MOST_BYTES:
            return None
        name = secrets.token_urlsafe(12)
        self._kept[name] = _Kept(picture, holding, self._clock.now() + LIVES)
        return name

    def until(self, name: str, holding: Holding | None) -> datetime | None:
        """None: it is not here, or no longer, or not for them."""
        self.sweep()
        kept = self._kept.get(name)
        return kept.until if kept and kept.holding == holding else None

    def seconds_left(self, name: str, holding: Holding | None) -> int:
        until = self.until(name, holding)
        return max(0, int((until - self._clock.now()).total_seconds())) if until else 0

    def of(self, name: str, holding: Holding | None) -> Picture | None:
        return self._kept[name].picture if self.until(name, holding) else None

    def drop(self, *names: str) -> None:
        for name in names:
            self._kept.pop(name, None)

    def has_of(self, number: int) -> bool:
        return any(one.holding.number == number for one in self._kept.values())

    def leave(self, number: int, holding: Holding | None) -> None:
        """Of that case, those alone that belong to whoever holds it now."""
        self._drop_where(lambda one: one.holding.number == number and one.holding != holding)

    def sweep(self) -> None:
        now = self._clock.now()
        self._drop_where(lambda one: one.until <= now)

    def _drop_where(self, is_over: Callable[[_Kept], bool]) -> None:
        self.drop(*[name for name, one in self._kept.items() if is_over(one)])
