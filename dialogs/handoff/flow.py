"""To a human, with everything learnt. From here on the bot only carries words to the case, until the person begins anew."""

from dataclasses import replace
from typing import TypeAlias

from bot.casework import OpenCase, PersonAdded, case_of
from bot.domain.speech import Heard
from bot.effects import GivenUp, Say, Tell, Wake, Woken
from bot.flow import Step
from bot.news import CaseOpened
from dialogs.handoff.states import HandedOff, OpeningCase, State
from dialogs.recovery.choices import RESTART

TRY_AGAIN = 60.0
Effect: TypeAlias = Say | Tell | Wake | OpenCase


def opening(state: OpeningCase, event: object, again: OpenCase) -> Step[State, Effect]:
    match event:
        case CaseOpened(number):
            text = f"handoff.{state.reason}"
            told = tuple(Tell(case_of(number), PersonAdded(words)) for words in state.unsaid)
            facts = {"case": str(number)}
            return Step(
                HandedOff(state.reason, number), (*told, Say(text, facts), Say("handoff.case", facts, (RESTART,)))
            )
        case Heard(text) if text:
            return Step(replace(state, unsaid=(*state.unsaid, text)), (Say("handoff.one_moment"),))
        case Heard():
            return Step(state, (Say("handoff.one_moment"),))
        case GivenUp("OpenCase"):
            return Step(state, (Say("handoff.delayed"), Wake("open_case", TRY_AGAIN)))
        case Woken("open_case"):
            return Step(state, (again,))
        case _:
            return Step(state)


def handed_off(state: HandedOff, event: object) -> Step[State, Effect]:
    """Whatever the person writes goes to the case; once they are told so."""
    match event:
        case Heard(text) if text:
            added = Tell(case_of(state.number), PersonAdded(text))
            if state.answered:
                return Step(state, (added,))
            noted = Say("handoff.noted", {"case": str(state.number)}, (RESTART,))
            return Step(replace(state, answered=True), (added, noted))
        case Heard():
            return Step(state, (Say("handoff.with_human", {"case": str(state.number)}, (RESTART,)),))
        case _:
            return Step(state)
