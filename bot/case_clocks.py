"""The clocks of a case: nobody waits unseen for long, and an agent who has gone silent holds nobody.

Only where a person waits in a conversation; whoever is on the phone hears for themselves whether somebody is there.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot import case_merging, case_pictures, case_wish, casework, news, supervision
from bot.case_file import AgentHeard, CaseFiled, CasePutBack, Filed, OfKey, PersonAdded, State, Unfiled
from bot.case_handing import CaseReopened, CaseToTeam
from bot.domain.cases import Agent, Taken, Waits
from bot.domain.concerns import Concern, Why
from bot.effects import LetSleep, Tell, Wake, Woken
from bot.flow import Step

REMINDED_AFTER = 600.0
"""Seconds for which a person may wait for an answer of the agent who has their case."""
REMINDED_OF_WISH_AFTER = 3600.0
"""The same for whoever does not wait in the chat: a call takes its time, and is seen by nobody here."""
RETURNED_AFTER = 300.0
"""Seconds that the agent has after the reminder."""
Next: TypeAlias = Step[State, object]


@dataclass(frozen=True, slots=True)
class BeginClocks:
    """Owed by a case that waits anew after somebody was answered: it knows no opening hours."""

    number: int


@dataclass(frozen=True, slots=True)
class ClocksBegan:
    """`late_after`, `untaken_after`: as with a case that is new."""

    at: datetime
    late_after: float | None = None
    untaken_after: float | None = None


Event: TypeAlias = ClocksBegan | case_pictures.Event | Woken


def step(state: State, event: Event) -> Next:
    answered = _answered(state, _step(state, event), event)
    return _concerning(state, _waiting_anew(state, answered), event)


def _step(state: State, event: Event) -> Next:
    match state, event:
        case Unfiled(), CaseFiled():
            return _begun(case_merging.step(state, event), event)
        case Filed(), CaseReopened():
            return _again(state, event)
        case Filed(), CaseToTeam():
            return _to_team(state, event)
        case Filed(), ClocksBegan():
            return _begun(Step(state), event) if state.is_open and not state.answered else Step(state)
        case _, ClocksBegan():
            return Step(state)
        case Filed(answered=True), Woken("late"):
            return Step(state)
        case Filed(), Woken("late"):
            return _late(state)
        case Filed(), Woken("silent"):
            return _silent(state)
        case _, Woken():
            return Step(state)
        case _:
            return _clocked(state, case_pictures.step(state, event), event)


def _answered(before: State, step: Next, event: object) -> Next:
    """Whoever has heard from an agent, or has one on the phone, waits for no first answer: nobody is late with it any more."""
    after = step.state
    if not isinstance(before, Filed) or not isinstance(after, Filed) or after.holder is None or after.answered:
        return step
    is_answer = after.holder == before.holder and _is_answer(step, after, event)
    if after.case.chat and not is_answer:
        return step
    still = tuple(why for why in after.concerns if why == "returned")
    return replace(step, state=replace(after, answered=True, late=False, concerns=still))


def _waiting_anew(before: State, step: Next) -> Next:
    """Who was answered and waits for the next agent has a time of their own for that."""
    after = step.state
    if not isinstance(before, Filed) or not isinstance(after, Filed) or not before.answered:
        return step
    if before.holder is None or not isinstance(after.stage, Waits):
        return step
    state = replace(after, answered=False)
    return Step(state, (*step.effects, BeginClocks(after.case.number)), step.facts)


def _begun(step: Next, event: CaseFiled | CaseReopened | ClocksBegan) -> Next:
    """What was owed before it was closed counts no more."""
    step = _due(step, event.at, event.late_after)
    for name, seconds in (("late", event.late_after), ("untaken", event.untaken_after)):
        if seconds is not None:
            step = _owing(step, Wake(name, seconds))
        elif not isinstance(event, CaseFiled):
            step = _owing(step, LetSleep(name))
    return replace(step, state=replace(step.state, answered=False)) if isinstance(step.state, Filed) else step


def _again(state: Filed, event: CaseReopened) -> Next:
    step = _clocked(state, case_wish.step(state, event), event)
    return step if step.state == state else _begun(step, event)


def _concerning(before: State, step: Next, event: object) -> Next:
    """Supervisors hear of whoever waits too long: of each case each thing once, until it is opened again."""
    after = step.state
    if not isinstance(after, Filed) or not isinstance(after.stage, Waits):
        return step
    holds: dict[Why, bool] = {
        "late": after.stage.late,
        "returned": event == Woken("silent") and isinstance(before, Filed) and before.holder is not None,
        "untaken": event == Woken("untaken"),
    }
    new = tuple(why for why, is_so in holds.items() if is_so and why not in after.concerns)
    if not new:
        return step
    number = after.case.number
    told = tuple(Tell(supervision.DESK, supervision.CaseConcerns(Concern(number, why))) for why in new)
    return replace(step, state=replace(after, concerns=(*after.concerns, *new)), effects=(*step.effects, *told))


def patience(filed: Filed) -> float:
    return REMINDED_OF_WISH_AFTER if filed.case.wish else REMINDED_AFTER


def _late(state: Filed) -> Next:
    """Whoever puts a late case back puts it back late. The person is told as well: nobody sits and wonders."""
    late = replace(state, late=True)
    if not isinstance(state.stage, Waits):
        return Step(late)
    shown, case = casework.shown_anew(replace(late, stage=Waits(late=True))), state.case
    told = (Tell(case.chat, news.CaseLate(case.number)),) if case.chat and not state.left else ()
    return replace(shown, effects=(*shown.effects, *told))


def _to_team(state: Filed, event: CaseToTeam) -> Next:
    """Its time to be taken in begins anew, in the hours of that team."""
    step = _clocked(state, case_wish.step(state, event), event)
    if step.state == state:
        return step
    step = _due(step, event.note.at, event.late_after)
    return _owing(step, Wake("late", event.late_after) if event.late_after is not None else LetSleep("late"))


def _due(step: Next, at: datetime, after: float | None) -> Next:
    due = None if after is None else at + timedelta(seconds=after)
    return replace(step, state=replace(step.state, due=due)) if isinstance(step.state, Filed) else step


def _silent(state: Filed) -> Next:
    """First the agent is reminded, then somebody else may go on."""
    stage = state.stage
    if not isinstance(stage, Taken) or not state.answer_due:
        return Step(state)
    if stage.silent:
        return _stopped(case_merging.step(state, CasePutBack(stage.by, silent=True)))
    return _owing(
        casework.shown_anew(replace(state, stage=replace(stage, silent=True))), Wake("silent", RETURNED_AFTER)
    )


def _clocked(before: State, step: Next, event: object) -> Next:
    """It runs from the taking or from the person's words until somebody answers; what the agent does meanwhile restarts it."""
    after = step.state
    if not isinstance(before, Filed) or not isinstance(after, Filed) or not after.case.chat:
        return step
    if after.holder is None or after.left:
        return _stopped(step) if before.answer_due else step
    if after.holder != before.holder:
        return _running(step)
    if _is_answer(step, after, event):
        return _stopped(step) if before.answer_due else step
    if before.answer_due:
        return _running(step) if is_by(event, after.holder) else step
    has_come = isinstance(event, PersonAdded | case_pictures.PictureAdded | case_merging.CaseJoined)
    return _running(step) if has_come else step


def _is_answer(step: Next, after: Filed, event: object) -> bool:
    """Words of the agent who has the case, or something that agents did of which the conversation hears."""
    if isinstance(event, AgentHeard):
        return after.holder is not None and after.holder.name == event.agent
    is_told = any(isinstance(effect, Tell) and effect.flow_id == after.case.chat for effect in step.effects)
    return is_told and not isinstance(event, OfKey | news.ReleaseFrozen | case_merging.CaseJoined)


def is_by(event: object, agent: Agent) -> bool:
    """Every deed of an agent says whose it is, or whose word or note it brings."""
    words = (getattr(event, name, None) for name in ("word", "note"))
    return agent in (getattr(event, "by", None), *(getattr(one, "by", None) for one in words))


def _running(step: Next) -> Next:
    after = patience(step.state) if isinstance(step.state, Filed) else REMINDED_AFTER
    return _owing(_heard_from(step, answer_due=True), Wake("silent", after))


def _stopped(step: Next) -> Next:
    return _owing(_heard_from(step, answer_due=False), LetSleep("silent"))


def _heard_from(step: Next, *, answer_due: bool) -> Next:
    state = step.state
    if not isinstance(state, Filed):
        return step
    state = replace(state, answer_due=answer_due)
    if not (isinstance(state.stage, Taken) and state.stage.silent):
        return replace(step, state=state)
    shown = casework.shown_anew(replace(state, stage=replace(state.stage, silent=False)))
    return Step(shown.state, (*step.effects, *shown.effects), step.facts)


def _owing(step: Next, effect: Wake | LetSleep) -> Next:
    return replace(step, effects=(*step.effects, effect))
