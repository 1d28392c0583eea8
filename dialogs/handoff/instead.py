"""Instead of waiting: whoever would wait long may be called back, or leave a ticket and go; and may change their mind."""

from dataclasses import replace
from typing import Literal, TypeAlias, get_args

from bot.case_file import PersonAdded, case_of
from bot.case_wish import NoteWish
from bot.domain.cases import Instead
from bot.domain.speech import Heard
from bot.effects import Choice, Say, Tell
from bot.news import Waiting
from dialogs.handoff.states import HandedOff
from dialogs.listen import instead_of_waiting
from dialogs.recovery.choices import RESTART

CALL_BACK = Choice("call_back", "choice.call_back")
NOT_WAITING = Choice("not_waiting", "choice.not_waiting")
WAITING = Choice("waiting", "choice.waiting")
LONG_WAIT = (CALL_BACK, NOT_WAITING)
LONG = 5
"""The place in the queue from which on nobody need sit and wait."""
Chosen: TypeAlias = Instead | Literal["waiting"]
Effect: TypeAlias = NoteWish | Tell | Say


def offered(waiting: Waiting) -> tuple[Choice, ...]:
    is_long = waiting.desk == "closed" or (waiting.place or 0) >= LONG
    return LONG_WAIT if is_long else ()


def choices(wish: Instead | None, waiting: Waiting | None = None) -> tuple[Choice, ...]:
    """Beside what is said to somebody who waits, or does not."""
    if wish:
        return (WAITING, RESTART)
    return (*offered(waiting), RESTART) if waiting else (RESTART,)


def chosen(heard: Heard, wish: Instead | None) -> Chosen | None:
    """By button, or in words; that they wait means something in words only to those who said they do not."""
    if heard.choice is not None:
        return next((one for one in (*get_args(Instead), "waiting") if one == heard.choice), None)
    meant = instead_of_waiting(heard.text)
    return None if meant == "waiting" and wish is None else meant


def noted(state: HandedOff, heard: Heard, what: Chosen) -> tuple[HandedOff, tuple[Effect, ...]]:
    wish = None if what == "waiting" else what
    words = (Tell(case_of(state.number), PersonAdded(heard.text)),) if heard.text else ()
    owed = (NoteWish(state.number, wish),) if wish != state.wish else ()
    says = Say(f"handoff.instead.{what}", {"case": str(state.number)}, choices(wish))
    return replace(state, wish=wish), (*words, *owed, says)
