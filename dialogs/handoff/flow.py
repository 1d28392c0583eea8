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
QUIET_AFTER = 4 * 3600.0
"""Seconds of silence after which the next words are answered again, so that nobody writes into the dark."""
UNSAID_KEPT = 20
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
            return Step(replace(state, unsaid=(*state.unsaid, text)[-UNSAID_KEPT:]), (Say("handoff.one_moment"),))
        case Heard():
            return Step(state, (Say("handoff.one_moment"),))
        case GivenUp("OpenCase"):
            return Step(state, (Say("handoff.delayed"), Wake("open_case", TRY_AGAIN)))
        case Woken("open_case"):
            return Step(state, (again,))
        case _:
            return Step(state)


def handed_off(state: HandedOff, event: object, *, is_problem: bool = False) -> Step[State, Effect]:
    """Whatever the person writes goes to the case; they are told so once, then after a silence, and when it sounds like a new problem."""
    facts = {"case": str(state.number)}
    match event:
        case Heard(text) if text:
            added, quiet = Tell(case_of(state.number), PersonAdded(text)), Wake("quiet", QUIET_AFTER)
            if is_problem:
                return Step(replace(state, answered=True), (added, Say("handoff.with_human", facts, (RESTART,)), quiet))
            if state.answered:
                return Step(state, (added, quiet))
            return Step(replace(state, answered=True), (added, Say("handoff.noted", facts, (RESTART,)), quiet))
        case Woken("quiet"):
            return Step(replace(state, answered=False))
        case Heard():
            return Step(state, (Say("handoff.with_human", facts, (RESTART,)),))
        case _:
            return Step(state)
