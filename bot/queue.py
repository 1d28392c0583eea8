"""The cases that are not closed: one short list, so that whoever looks at the queue need not read all that ever was."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bot.flow import Step

OPEN = "queue:open"


@dataclass(frozen=True, slots=True)
class Queue:
    """`urgent` come first; those that are `held` by an agent wait no more. `teams`: by number, where there are several."""

    numbers: tuple[int, ...] = ()
    urgent: tuple[int, ...] = ()
    held: tuple[int, ...] = ()
    teams: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseBegan:
    number: int
    urgent: bool = False
    team: str = ""


@dataclass(frozen=True, slots=True)
class CaseHeld:
    number: int


@dataclass(frozen=True, slots=True)
class CaseFreed:
    number: int


@dataclass(frozen=True, slots=True)
class CaseMoved:
    """It waits for another team now."""

    number: int
    team: str


@dataclass(frozen=True, slots=True)
class CaseEnded:
    number: int


@dataclass(frozen=True, slots=True)
class FindPlace:
    """Owed to a person who waits: where their case stands now, and when somebody is there."""

    number: int


Event: TypeAlias = CaseBegan | CaseHeld | CaseFreed | CaseMoved | CaseEnded


def step(state: Queue, event: Event) -> Step[Queue, object]:
    match event:
        case CaseBegan(number, urgent, team) if number not in state.numbers:
            first = (*state.urgent, number) if urgent else state.urgent
            return Step(_of_team(replace(state, numbers=(*state.numbers, number), urgent=first), number, team))
        case CaseBegan(number, urgent=True) if number not in state.urgent:
            return Step(replace(state, urgent=(*state.urgent, number)))
        case CaseHeld(number) if number not in state.held:
            return Step(replace(state, held=(*state.held, number)))
        case CaseFreed(number):
            return Step(replace(state, held=_without(state.held, number)))
        case CaseMoved(number, team) if number in state.numbers:
            return Step(_of_team(replace(state, held=_without(state.held, number)), number, team))
        case CaseEnded(number):
            numbers, first = _without(state.numbers, number), _without(state.urgent, number)
            return Step(Queue(numbers, first, _without(state.held, number), _of_team(state, number, "").teams))
        case _:
            return Step(state)


def place_of(state: Queue, number: int) -> int | None:
    """Counted from 1, in the order in which its team sees those that wait; None for a case that does not wait."""
    team = state.teams.get(str(number))
    found = [one for one in waiting(state) if state.teams.get(str(one)) == team]
    return found.index(number) + 1 if number in found else None


def _of_team(state: Queue, number: int, team: str) -> Queue:
    others = {known: name for known, name in state.teams.items() if known != str(number)}
    return replace(state, teams={**others, str(number): team} if team else others)


def waiting(state: Queue) -> tuple[int, ...]:
    """In the order in which agents see them."""
    urgent, held = set(state.urgent), set(state.held)
    return tuple(sorted(set(state.numbers) - held, key=lambda number: (number not in urgent, number)))


def _without(numbers: tuple[int, ...], gone: int) -> tuple[int, ...]:
    return tuple(number for number in numbers if number != gone)
