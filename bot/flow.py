"""The shape every flow shares: a pure step from (state, event) to (state, effects, facts)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bot.domain.audit import Fact

S = TypeVar("S")
F = TypeVar("F")
E = TypeVar("E", contravariant=True)  # noqa: PLC0105 - events only ever go in


@dataclass(frozen=True, slots=True)
class Step(Generic[S, F]):
    """Where the flow goes next, what the world must do about it, and what an auditor will ask about."""

    state: S
    effects: tuple[F, ...] = ()
    facts: tuple[Fact, ...] = ()


class Flow(Protocol[S, E, F]):
    """A conversation, a case, a challenge or a key change as a pure function. It never awaits, logs, or reads a clock."""

    def __call__(self, state: S, event: E, /) -> Step[S, F]: ...


def run(flow: Flow[S, E, F], state: S, events: Iterable[E]) -> Step[S, F]:
    """Fold `events` through `flow`, keeping every effect and fact: a transcript in one call."""
    told: Step[S, F] = Step(state)
    for event in events:
        step = flow(told.state, event)
        told = Step(step.state, told.effects + step.effects, told.facts + step.facts)
    return told
