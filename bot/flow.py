"""The shape every flow shares: a pure step from (state, event) to (state, effects, facts)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bot.domain.audit import Fact

S = TypeVar("S")
F = TypeVar("F")
S_inout = TypeVar("S_inout")
E_in = TypeVar("E_in", contravariant=True)
F_out = TypeVar("F_out", covariant=True)


@dataclass(frozen=True, slots=True)
class Step(Generic[S, F]):
    """Where the flow goes next, what the world must do about it, and what an auditor will ask about."""

    state: S
    effects: tuple[F, ...] = ()
    facts: tuple[Fact, ...] = ()


class Flow(Protocol[S_inout, E_in, F_out]):
    """A conversation, a case, a challenge or a key change as a pure function. It never awaits, logs, or reads a clock."""

    def __call__(self, state: S_inout, event: E_in, /) -> Step[S_inout, F_out]: ...


def run(flow: Flow[S, E_in, F], state: S, events: Iterable[E_in]) -> Step[S, F]:
    """Fold `events` through `flow`, keeping every effect and fact: a transcript in one call."""
    told: Step[S, F] = Step(state)
    for event in events:
        step = flow(told.state, event)
        told = Step(step.state, told.effects + step.effects, told.facts + step.facts)
    return told
