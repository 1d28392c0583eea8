"""A case for a human: opened once for each time it is owed, never lost, everything learnt kept with it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot.conductor import Conductor, Task
from bot.domain.audit import Fact
from bot.domain.cases import Case, Learnt, Reason, Urgency
from bot.domain.people import PersonId
from bot.effects import GivenUp
from bot.flow import Step
from bot.news import CaseOpened
from bot.ports.clock import Clock
from bot.ports.desk import Desk
from bot.ports.store import Store


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Owed by whatever cannot go on without a human."""

    chat: str
    person: PersonId
    name: str
    reason: Reason
    urgency: Urgency
    language: str
    channel: str
    learnt: Learnt
    opening: int = 0


# Where a case can be


@dataclass(frozen=True, slots=True)
class Unfiled: ...


@dataclass(frozen=True, slots=True)
class Filed:
    """`shown_as`: where agents see it. `showing`: it is being shown there now; what changes meanwhile is shown after that."""

    case: Case
    since: datetime
    shown_as: str | None = None
    showing: bool = True


State: TypeAlias = Unfiled | Filed


# What can happen to it


@dataclass(frozen=True, slots=True)
class CaseFiled:
    case: Case
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonAdded:
    """Words of the person, masked at the door."""

    text: str


@dataclass(frozen=True, slots=True)
class CaseShown:
    """Agents see it now, with that many of the person's messages."""

    shown_as: str
    messages: int


Event: TypeAlias = CaseFiled | PersonAdded | CaseShown | GivenUp
WORDS_KEPT = 50


# What it owes


@dataclass(frozen=True, slots=True)
class ShowCase:
    case: Case
    since: datetime
    shown_as: str | None


def case_of(number: int) -> str:
    return f"case:{number}"


def step(state: State, event: Event) -> Step[State, object]:
    match state, event:
        case Unfiled(), CaseFiled(case, at):
            about = {"case": str(case.number), "reason": case.reason, "urgency": case.urgency}
            return Step(Filed(case, at), (ShowCase(case, at, None),), (Fact("case.opened", case.person, about),))
        case Filed(case), PersonAdded(text):
            words = (*case.learnt.words, text)[-WORDS_KEPT:]
            return _shown(replace(state, case=replace(case, learnt=replace(case.learnt, words=words))))
        case Filed(case), CaseShown(shown_as, messages):
            shown = replace(state, shown_as=shown_as, showing=False)
            return Step(shown) if messages == len(case.learnt.words) else _shown(shown)
        case Filed(), GivenUp("ShowCase"):
            return Step(replace(state, showing=False))
        case _:
            return Step(state)


def _shown(state: Filed) -> Step[State, object]:
    """One after the other: the place must be known before it can be shown there anew."""
    if state.showing:
        return Step(state)
    return Step(replace(state, showing=True), (ShowCase(state.case, state.since, state.shown_as),))


class CaseOffice:
    def __init__(self, conductor: Conductor, store: Store, clock: Clock, desk: Desk) -> None:
        self._conductor, self._store, self._clock, self._desk = conductor, store, clock, desk

    async def open(self, task: Task) -> CaseOpened:
        """Asked twice for the same task, it opens one case."""
        wanted = task.effect
        if not isinstance(wanted, OpenCase):
            raise TypeError
        number = await self._store.number("case", task.id)
        case = Case(
            number, wanted.chat, wanted.person, wanted.name, wanted.reason, wanted.urgency,
            wanted.language, wanted.channel, wanted.learnt,
        )  # fmt: skip
        await self._conductor.handle(case_of(number), CaseFiled(case, self._clock.now()), task.id)
        return CaseOpened(number, wanted.opening)

    async def show(self, task: Task) -> CaseShown | None:
        """At least once: no channel can be asked whether it has shown something already."""
        wanted = task.effect
        if not isinstance(wanted, ShowCase):
            raise TypeError
        shown_as = await self._desk.show(wanted.case, wanted.since, wanted.shown_as)
        return CaseShown(shown_as, len(wanted.case.learnt.words)) if shown_as else None
