"""A case that somebody has and nothing happens in: they are asked, and later it waits for somebody else.

It goes by where nobody waits for an answer, and `bot.case_clocks` has nothing to count: also with a caller, and after the
agent had the last word. Hours, because whoever has an answer may be trying it.
"""

from dataclasses import replace
from typing import TypeAlias

from bot import case_clocks
from bot.case_file import AgentHeard, CasePutBack, Filed, OfKey, State
from bot.domain.cases import Agent
from bot.effects import LetSleep, Wake, Woken
from bot.flow import Step

TIMER = "idle"
ASKED_AFTER = 4 * 3600.0
"""Seconds in which nobody does anything in a case before whoever has it is asked."""
RETURNED_AFTER = 1800.0
"""Seconds that they have after that."""
Next: TypeAlias = Step[State, object]


def step(state: State, event: case_clocks.Event) -> Next:
    if isinstance(state, Filed) and event == Woken(TIMER):
        return _idle(state)
    return _timed(state, case_clocks.step(state, event), event)


def _idle(state: Filed) -> Next:
    if not _may_idle(state) or state.holder is None:
        return Step(state)
    if state.idle:
        back = CasePutBack(state.holder, silent=True)
        return _timed(state, case_clocks.step(state, back), back)
    return Step(replace(state, idle=True), (Wake(TIMER, RETURNED_AFTER),))


def _timed(before: State, step: Next, event: object) -> Next:
    after = step.state
    if not isinstance(after, Filed):
        return step
    might = isinstance(before, Filed) and _may_idle(before)
    if not _may_idle(after):
        return _owing(step, LetSleep(TIMER)) if might else step
    is_anothers = isinstance(before, Filed) and before.holder != after.holder
    stirs = not might or is_anothers or (after.holder is not None and _stirs(event, after.holder))
    return _owing(step, Wake(TIMER, ASKED_AFTER)) if stirs else step


def _may_idle(filed: Filed) -> bool:
    return filed.holder is not None and not filed.answer_due


def _stirs(event: object, holder: Agent) -> bool:
    """A deed or a word of whoever has it, or the person who is at their key."""
    if isinstance(event, AgentHeard):
        return event.agent == holder.name
    return isinstance(event, OfKey) or case_clocks.is_by(event, holder)


def _owing(step: Next, effect: Wake | LetSleep) -> Next:
    state = replace(step.state, idle=False) if isinstance(step.state, Filed) else step.state
    return Step(state, (*step.effects, effect), step.facts)
