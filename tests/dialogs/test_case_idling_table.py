"""Nothing happens in a case as a table: whoever has it is asked exactly where no shorter clock runs, and nobody has one for ever."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from bot import news, queue
from bot.agent_chat import CaseLeft, CaseReminded
from bot.case_file import AgentHeard, CaseClosed, CaseKept, CasePutBack, CaseShown, CaseTaken, Filed, PersonAdded
from bot.case_following import step as followed
from bot.case_handing import CaseHandedOver, NoteAdded
from bot.case_idling import ASKED_AFTER, RETURNED_AFTER, TIMER, step
from bot.domain.cases import WAITS, Note
from bot.effects import LetSleep, Wake, Woken
from tests.dialogs import people as p
from tests.dialogs.table import assert_golden, transitions
from tests.dialogs.test_case_clocks_table import ALL, ASKED, QUIET, WHAT
from tests.dialogs.test_case_clocks_table import name as clocked_name
from tests.dialogs.test_case_table import CALLER, DANA, HELD, LEE, told

IDLE = replace(QUIET, idle=True)
CALLED = replace(HELD, case=CALLER)
NOTE, LEES = Note(DANA, p.NOW, "a Mac after all"), Note(LEE, p.NOW, "I know them")
STATES: list[Any] = [*ALL, IDLE, CALLED, replace(CALLED, idle=True)]
EVENTS: list[Any] = [*WHAT, Woken(TIMER), NoteAdded(NOTE)]
RUNS, ENDS, OFF = Wake(TIMER, ASKED_AFTER), Wake(TIMER, RETURNED_AFTER), LetSleep(TIMER)


def name(state: Any) -> str:
    return f"{clocked_name(state)}{' idle' if getattr(state, 'idle', False) else ''}"


def of_idling(taken: Any) -> list[Any]:
    return [one for one in taken.effects if isinstance(one, Wake | LetSleep) and one.name == TIMER]


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)), ids=str)
def test_it_runs_exactly_while_somebody_has_the_case_and_nobody_waits_for_an_answer(state: Any, event: Any) -> None:
    taken = step(state, event)

    before, after = (
        isinstance(one, Filed) and one.holder is not None and not one.answer_due for one in (state, taken.state)
    )
    if after and not before:
        assert of_idling(taken) == [RUNS]
    if before and not after:
        assert of_idling(taken) == [OFF]
    if not after:
        assert not getattr(taken.state, "idle", False)


def test_a_case_in_which_nothing_happens_goes_the_ways_that_are_drawn() -> None:
    assert_golden("case_idling.txt", transitions(step, STATES, EVENTS, name))


@pytest.mark.parametrize(
    ("state", "event", "owed"),
    [
        (replace(CALLED, stage=WAITS), CaseTaken(DANA, p.NOW), [RUNS]),
        (ASKED, AgentHeard("Dana Fischer"), [RUNS]),
        (IDLE, AgentHeard("Dana Fischer"), [RUNS]),
        (IDLE, AgentHeard("Lee Tanaka"), []),
        (IDLE, CaseKept(DANA), [RUNS]),
        (IDLE, CaseKept(LEE), []),
        (IDLE, NoteAdded(NOTE), [RUNS]),
        (IDLE, NoteAdded(LEES), []),
        (IDLE, CaseShown("post|1", 0), []),
        (IDLE, news.KeyShown("c1", "k1"), [RUNS]),
        (IDLE, CaseHandedOver(DANA, LEE, p.NOW, NOTE), [OFF]),
        (replace(CALLED, idle=True), CaseHandedOver(DANA, LEE, p.NOW, NOTE), [RUNS]),
        (IDLE, PersonAdded("hello?"), [OFF]),
        (IDLE, CaseClosed(DANA, p.NOW, "solved"), [OFF]),
        (IDLE, CasePutBack(DANA), [OFF]),
        (QUIET, Woken(TIMER), [ENDS]),
        (ASKED, Woken(TIMER), []),
        (replace(HELD, stage=WAITS), Woken(TIMER), []),
    ],
    ids=str,
)
def test_what_its_agent_does_and_what_becomes_of_the_key_begins_it_anew(
    state: Any, event: Any, owed: list[Any]
) -> None:
    assert of_idling(step(state, event)) == owed


@pytest.mark.parametrize("held", [QUIET, CALLED], ids=["somebody who was answered", "a caller"])
def test_whoever_has_it_is_asked_once_and_then_it_waits_for_somebody_else(held: Filed) -> None:
    asked = step(held, Woken(TIMER))
    returned = step(asked.state, Woken(TIMER))

    assert isinstance(asked.state, Filed)
    assert (asked.state.idle, asked.state.holder, told(asked)) == (True, DANA, [])
    assert isinstance(returned.state, Filed)
    assert (returned.state.idle, returned.state.stage) == (False, WAITS)
    to_chat = [news.CaseReturned(1001, "Dana Fischer")] if held.case.chat else []
    assert told(returned) == [queue.CaseFreed(1001), *to_chat]
    assert [fact.what for fact in returned.facts] == ["case.returned"]


def test_an_agent_in_teams_hears_it_in_their_own_chat() -> None:
    asked = followed(replace(QUIET, followed=True), Woken(TIMER))
    returned = followed(asked.state, Woken(TIMER))

    assert told(asked) == [CaseReminded(1001, idle=True)]
    assert CaseLeft(1001, "idle") in told(returned)
