"""Pictures in a case: that the person has sent one, and that an agent has opened it. What it shows never comes here."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot import case_wish, casework
from bot.case_file import Filed, State
from bot.domain.audit import Fact
from bot.domain.cases import Agent, Taken
from bot.flow import Step


@dataclass(frozen=True, slots=True)
class PictureAdded:
    """It waits for whoever has the case. `chat`: where the person sent it."""

    chat: str = ""


@dataclass(frozen=True, slots=True)
class PictureOpened:
    """By whoever has had the case since then, before it is shown to them."""

    by: Agent
    since: datetime


Event: TypeAlias = PictureAdded | PictureOpened | case_wish.Event


def step(state: State, event: Event) -> Step[State, object]:
    match state, event:
        case Filed(case, stage=Taken()), PictureAdded(chat):
            fact = Fact("case.picture_added", case.person, {"case": str(case.number)})
            there = casework.speaking_in(state, chat)
            return Step(replace(there, said=there.said + 1), facts=(fact,))
        case Filed(case, stage=Taken(holder, at)), PictureOpened(by, since) if (holder, at) == (by, since):
            return Step(state, facts=(Fact("case.picture_opened", by.id, {"case": str(case.number)}),))
        case _, PictureAdded() | PictureOpened():
            return Step(state)
        case _:
            return case_wish.step(state, event)
