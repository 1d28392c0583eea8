"""Which cases one person has had: the numbers alone, so that whoever has a case sees the others without reading all there are."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from bot.domain.people import PersonId
from bot.effects import Wake, Woken
from bot.flow import Step
from bot.ports.store import PAST

AT_MOST = 20
KEPT = timedelta(days=180)
FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Past:
    """In the order in which they were opened."""

    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseCame:
    number: int


Event: TypeAlias = CaseCame | Woken


def of_person(person: PersonId) -> str:
    return f"{PAST}:{person}"


def step(state: Past, event: Event) -> Step[Past, object]:
    """When no case was added for so long, each is as old: the list is empty again."""
    match event:
        case CaseCame(number):
            numbers = tuple(sorted({*state.numbers, number}))[-AT_MOST:]
            return Step(Past(numbers), (Wake(FORGET, KEPT.total_seconds()),))
        case Woken():
            return Step(Past())
