"""To a human, with everything learnt. From here on the bot only carries words to the case, until the person begins anew."""

from dataclasses import replace
from typing import TypeAlias

from bot.case_file import OpenCase, PersonAdded, case_of
from bot.case_wish import NoteWish
from bot.domain.speech import Heard
from bot.effects import Choice, GivenUp, Say, Tell, Wake, Woken
from bot.flow import Step
from bot.news import CaseOpened, PlaceFound, Waiting
from bot.queue import FindPlace
from dialogs.handoff import instead, relay
from dialogs.handoff.states import HandedOff, OpeningCase, State
from dialogs.listen import asks_when

TRY_AGAIN = 60.0
QUIET_AFTER = 4 * 3600.0
"""Seconds of silence after which the next words are answered again, so that nobody writes into the dark."""
UNSAID_KEPT = 20
Effect: TypeAlias = Say | Tell | Wake | OpenCase | FindPlace | NoteWish


def opening(state: OpeningCase, event: object, again: OpenCase) -> Step[State, Effect]:
    match event:
        case CaseOpened(number, _, waiting):
            told = tuple(Tell(case_of(number), PersonAdded(words)) for words in state.unsaid)
            facts = {"case": str(number)}
            offer = (Say("handoff.instead.offer"),) if instead.offered(waiting) else ()
            number_is = Say("handoff.case", facts, instead.choices(None, waiting))
            team = (Say("handoff.team", {"team": waiting.team}),) if waiting.team else ()
            says = (Say(f"handoff.{state.reason}", facts), *team, *in_words(waiting), *offer, number_is)
            return Step(HandedOff(state.reason, number), (*told, *says))
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


def handed_off(
    state: HandedOff, event: object, *, is_problem: bool = False, is_taken: bool = False
) -> Step[State, Effect]:
    """Whatever the person writes goes to the case; they are told so once, then after a silence, and when it sounds like a new problem.

    Whoever asks how long it takes is always answered: with their place, never with a guess.
    """
    facts = {"case": str(state.number)}
    place = () if is_taken else (FindPlace(state.number),)
    stands = Say(_stands(state, is_taken=is_taken), facts, instead.choices(None if is_taken else state.wish))
    match event:
        case Heard(photo=True):
            words = replace(event, photo=False)
            step = handed_off(state, words, is_problem=is_problem, is_taken=is_taken) if event.text else Step(state)
            return replace(step, effects=(*step.effects, *relay.pictures(event)))
        case Heard() if not is_taken and (chosen := instead.chosen(event, state.wish)):
            return Step(*instead.noted(state, event, chosen))
        case Heard(text) if text:
            added, quiet = Tell(case_of(state.number), PersonAdded(text)), Wake("quiet", QUIET_AFTER)
            if is_problem or asks_when(text):
                return Step(replace(state, answered=True), (added, stands, *place, quiet))
            if state.answered:
                return Step(state, (added, quiet))
            noted = Say("handoff.noted", facts, stands.choices)
            return Step(replace(state, answered=True), (added, noted, *place, quiet))
        case Woken("quiet"):
            return Step(replace(state, answered=False))
        case Heard():
            return Step(state, (stands, *place))
        case PlaceFound(number, waiting) if number == state.number and not is_taken:
            return Step(state, in_words(waiting, instead.choices(state.wish, waiting)))
        case _:
            return Step(state)


def _stands(state: HandedOff, *, is_taken: bool) -> str:
    if is_taken:
        return "handoff.with_human"
    return f"handoff.instead.{state.wish}_stands" if state.wish else "handoff.waits"


def in_words(waiting: Waiting, choices: tuple[Choice, ...] = ()) -> tuple[Say, ...]:
    """Where they stand, and when somebody is there. What nobody knows is not said. The last one has the buttons."""
    says: tuple[Say, ...] = ()
    if waiting.opens is not None:
        opens = waiting.opens
        facts = {"date": opens.date, "time": opens.time, "zone": opens.zone}
        says = (Say(f"handoff.opens.{opens.day}", facts),)
    elif waiting.desk == "closed":
        says = (Say("handoff.opens.unknown"),)
    if waiting.place is not None:
        which = "next" if waiting.place == 1 else "number"
        when = "_then" if says else "_open" if waiting.desk == "open" else ""
        says = (*says, Say(f"handoff.place.{which}{when}", {"place": str(waiting.place)}))
    return (*says[:-1], replace(says[-1], choices=choices)) if says else ()
