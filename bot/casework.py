"""A case for a human: opened once for each time it is owed, never lost, everything learnt kept with it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot.conductor import Conductor, Task
from bot.domain.audit import Fact
from bot.domain.cases import Case, Learnt, Reason, Urgency
from bot.domain.people import PersonId
from bot.flow import Step
from bot.news import CaseOpened
from bot.ports.clock import Clock
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


# Where a case can be


@dataclass(frozen=True, slots=True)
class Unfiled: ...


@dataclass(frozen=True, slots=True)
class Filed:
    case: Case
    since: datetime


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


Event: TypeAlias = CaseFiled | PersonAdded
WORDS_KEPT = 50


def case_of(number: int) -> str:
    return f"case:{number}"


def step(state: State, event: Event) -> Step[State, object]:
    match state, event:
        case Unfiled(), CaseFiled(case, at):
            about = {"case": str(case.number), "reason": case.reason, "urgency": case.urgency}
            return Step(Filed(case, at), facts=(Fact("case.opened", case.person, about),))
        case Filed(case), PersonAdded(text):
            words = (*case.learnt.words, text)[-WORDS_KEPT:]
            return Step(replace(state, case=replace(case, learnt=replace(case.learnt, words=words))))
        case _:
            return Step(state)


class CaseOffice:
    def __init__(self, conductor: Conductor, store: Store, clock: Clock) -> None:
        self._conductor, self._store, self._clock = conductor, store, clock

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
        return CaseOpened(number)
