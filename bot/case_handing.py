"""A case between agents: what they note for each other, who has it next, and that it is open again.

Whatever else happens to a case is told in `bot.casework`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot import case_file, case_release, casework, news, queue
from bot.case_file import Filed, State
from bot.domain.audit import Fact
from bot.domain.cases import Agent, Closed, Note, Pause, Taken, Waits
from bot.effects import Tell
from bot.flow import Step

NOTES_KEPT = 50


@dataclass(frozen=True, slots=True)
class NoteAdded:
    note: Note


@dataclass(frozen=True, slots=True)
class CaseHandedOver:
    by: Agent
    to: Agent
    at: datetime
    note: Note


@dataclass(frozen=True, slots=True)
class CaseToTeam:
    """`late_after`: seconds, of which only those of the team's hours were counted."""

    by: Agent
    team: str
    note: Note
    late_after: float | None


@dataclass(frozen=True, slots=True)
class CaseReopened:
    """`late_after`, `untaken_after`: as with a case that is new; it may be put back."""

    by: Agent
    at: datetime
    late_after: float | None = None
    untaken_after: float | None = None


Event: TypeAlias = NoteAdded | CaseReopened | CaseHandedOver | CaseToTeam | case_file.Event


def step(state: State, event: Event) -> Step[State, object]:
    match state, event:
        case Filed(), NoteAdded(note):
            return _noted(state, note)
        case Filed(), CaseHandedOver():
            return casework.mirrored(state, _handed_over(state, event))
        case Filed(), CaseToTeam():
            return casework.mirrored(state, _to_team(state, event))
        case Filed(stage=Closed() as closed), CaseReopened(by, at):
            return casework.mirrored(state, _reopened(state.paused(Pause(closed.at, at)), by, at))
        case _, NoteAdded() | CaseHandedOver() | CaseToTeam() | CaseReopened():
            return Step(state)
        case _:
            return casework.step(state, event)


def _noted(state: Filed, note: Note) -> Step[State, object]:
    """The audit says that there is a note; it may name people, and stays on the case."""
    if len(state.notes) >= NOTES_KEPT:
        return Step(state)
    fact = Fact("case.noted", note.by.id, {"case": str(state.case.number)})
    return Step(replace(state, notes=(*state.notes, note)), facts=(fact,))


def _handed_over(state: Filed, event: CaseHandedOver) -> Step[State, object]:
    """Only whoever has it hands it on, and not to its own person. Where the notes are full the oldest makes room."""
    by, to, number = event.by, event.to, state.case.number
    if state.holder is None or state.holder.id != by.id or to.id in (by.id, state.case.person):
        return Step(state)
    noted = _with_word(state, event.note)
    about, told = {"case": str(number)}, news.CaseHandedOver(number, to.name)
    fact, taken = Fact("case.handed_over", by.id, about), Taken(to, event.at, handed_by=by)
    step = casework.moved(noted, taken, told, fact, queue.CaseHeld(number))
    return replace(step, facts=(*step.facts, Fact("case.received", to.id, about)))


def _to_team(state: Filed, event: CaseToTeam) -> Step[State, object]:
    """Into that team's queue, from whoever has it. One that was late stays late."""
    number, team = state.case.number, event.team
    if state.holder is None or state.holder.id != event.by.id or team == state.case.team:
        return Step(state)
    noted = _with_word(replace(state, case=replace(state.case, team=team)), event.note)
    fact = Fact("case.to_team", event.by.id, {"case": str(number), "team": team})
    told = news.CaseToTeam(number, team)
    return casework.moved(noted, Waits(state.late), told, fact, queue.CaseMoved(number, team))


def _with_word(state: Filed, note: Note) -> Filed:
    return replace(casework.without_unfinished_release(state), notes=(*state.notes, note)[-NOTES_KEPT:])


def _reopened(state: Filed, by: Agent, at: datetime) -> Step[State, object]:
    """It is theirs who opened it. What was released in it before is worth nothing any more."""
    case, number = state.case, state.case.number
    fact, told = Fact("case.reopened", by.id, {"case": str(number)}), news.CaseReopened(number, by.name)
    afresh = replace(state, case=replace(case, wish=None), release=None, late=False, concerns=())
    step = casework.moved(afresh, Taken(by, at), told, fact, queue.CaseHeld(number))
    began = Tell(queue.OPEN, queue.CaseBegan(number, case.urgency == "urgent", case.team))
    return replace(step, effects=(*case_release.void(case, state.release), began, *step.effects))
