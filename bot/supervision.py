"""What supervisors hear of cases that wait too long: together, after a moment, and then not again for a while.

Each case says each of its concerns once; ten that are late at once are one notice.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.domain.audit import Fact
from bot.domain.concerns import Concern
from bot.effects import GivenUp, Wake, Woken
from bot.flow import Step

KIND = "supervision"
DESK = f"{KIND}:desk"
TIMER = "tell"
GATHER, PAUSE = 60.0, 900.0
"""Seconds: what comes together is told together, and whoever was told is left alone for so long."""
AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Watch:
    """`untold`: what has come since. `counting`: a moment, or a pause, is under way."""

    untold: tuple[Concern, ...] = ()
    counting: bool = False


@dataclass(frozen=True, slots=True)
class CaseConcerns:
    concern: Concern


@dataclass(frozen=True, slots=True)
class TellSupervisors:
    concerns: tuple[Concern, ...]


Event: TypeAlias = CaseConcerns | Woken | GivenUp


def step(state: Watch, event: Event) -> Step[Watch, object]:
    match event:
        case CaseConcerns(concern) if concern not in state.untold:
            more = Watch((*state.untold, concern)[-AT_MOST:], counting=True)
            return Step(more, () if state.counting else (Wake(TIMER, GATHER),))
        case Woken() if state.untold:
            numbers = " ".join(str(number) for number in sorted({one.number for one in state.untold}))
            told = TellSupervisors(state.untold)
            return Step(
                Watch(counting=True), (told, Wake(TIMER, PAUSE)), (Fact("supervisors.told", about={"cases": numbers}),)
            )
        case Woken():
            return Step(replace(state, counting=False))
        case _:
            return Step(state)
