"""For private computers, whose key the organisation does not hold: calmly through the places where it may be."""

from bot.effects import Choice, Say
from bot.flow import Step
from dialogs import said
from dialogs.guidance.states import PLACES, FoundByThemselves, SearchedAll, Searching, State
from dialogs.recovery.choices import HUMAN, RESTART

FOUND = Choice("found_it", "choice.found_it")
NOT_THERE = Choice("not_there", "choice.not_there")
ABOUT_PLACE = (FOUND, NOT_THERE, HUMAN)
ABOUT_END = (RESTART, HUMAN)


def begin() -> Step[State, Say]:
    return Step(Searching(), (Say("guidance.begin"), _place(0)))


def step(state: State, event: object) -> Step[State, Say]:
    match state, event:
        case Searching(), said.FoundIt() | said.Worked():
            return Step(FoundByThemselves(), (Say("guidance.found", choices=ABOUT_END),))
        case Searching(place), said.NotThere() | said.DidNotWork() if place + 1 < len(PLACES):
            return Step(Searching(place + 1), (_place(place + 1),))
        case Searching(), said.NotThere() | said.DidNotWork():
            return Step(SearchedAll(), (Say("guidance.nowhere", choices=ABOUT_END),))
        case Searching(place), _:
            return Step(state, (_place(place),))
        case ((SearchedAll() | FoundByThemselves()), said.Thanked() | said.Worked()):
            return Step(state, (Say("recovery.you_are_welcome"),))
        case SearchedAll(), _:
            return Step(state, (Say("guidance.nowhere", choices=ABOUT_END),))
        case _:
            return Step(state, (Say("guidance.found", choices=ABOUT_END),))


def _place(place: int) -> Say:
    return Say(f"guidance.place.{PLACES[place]}", choices=ABOUT_PLACE)
