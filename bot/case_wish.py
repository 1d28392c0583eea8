"""Whether the person of a case waits in the chat: they may want to be called back, or to leave it as a ticket and go."""

from dataclasses import dataclass, replace
from typing import TypeAlias

from bot import case_merging, casework
from bot.case_file import Filed, State, case_of
from bot.domain.audit import Fact
from bot.domain.cases import Closed, Instead, Wish
from bot.effects import Tell
from bot.flow import Step


@dataclass(frozen=True, slots=True)
class NoteWish:
    """Owed by the conversation, which knows no time. `what`: None where they wait after all."""

    number: int
    what: Instead | None


@dataclass(frozen=True, slots=True)
class PersonWished:
    wish: Wish | None


Event: TypeAlias = PersonWished | case_merging.Event


def step(state: State, event: Event) -> Step[State, object]:
    match state, event:
        case Filed(), PersonWished(wish) if state.is_open:
            return casework.mirrored(state, _wished(state, wish))
        case Filed(stage=Closed(into=int(into))), PersonWished():
            return Step(state, (Tell(case_of(into), event),))
        case _, PersonWished():
            return Step(state)
        case _:
            return case_merging.step(state, event)


def _wished(state: Filed, wish: Wish | None) -> Step[State, object]:
    case = state.case
    about = {"case": str(case.number), "wish": wish.what if wish else "waiting"}
    shown = casework.shown_anew(replace(state, case=replace(case, wish=wish)))
    return replace(shown, facts=(Fact("case.wish", case.person, about),))
