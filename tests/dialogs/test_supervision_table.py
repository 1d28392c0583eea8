"""What supervisors hear of cases that wait too long: each thing once, together, and not too often."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from bot import supervision
from bot.case_clocks import step as clocked
from bot.case_file import CaseFiled, CasePutBack, CaseTaken, Filed, Unfiled
from bot.case_handing import CaseReopened
from bot.domain.cases import WAITS, Closed, Taken, Waits
from bot.domain.concerns import Concern
from bot.effects import GivenUp, LetSleep, Tell, Wake, Woken
from bot.flow import Step, run
from bot.supervision import DESK, GATHER, PAUSE, CaseConcerns, TellSupervisors, Watch
from tests.dialogs import people as p
from tests.dialogs.test_case_table import CASE, CODEC, DANA, HELD, LATER

LATE, RETURNED = Concern(1001, "late"), Concern(1001, "returned")
WATCHES: list[Any] = [
    Watch(),
    Watch((LATE,), counting=True),
    Watch(counting=True),
    Watch((LATE, RETURNED), counting=True),
]
EVENTS: list[Any] = [CaseConcerns(LATE), CaseConcerns(RETURNED), Woken("tell"), GivenUp("TellSupervisors")]
SILENT = replace(HELD, answer_due=True, stage=Taken(DANA, p.NOW, silent=True))
WAITING = replace(HELD, stage=WAITS)


def concerns(step: Step[Any, Any]) -> list[str]:
    told = [one.event for one in step.effects if isinstance(one, Tell) and one.flow_id == DESK]
    return [one.concern.why for one in told if isinstance(one, CaseConcerns)]


@pytest.mark.parametrize(("state", "event"), list(product(WATCHES, EVENTS)), ids=str)
def test_whoever_was_told_is_told_again_only_after_a_while_and_nothing_is_forgotten(state: Watch, event: Any) -> None:
    taken = supervision.step(state, event)

    assert CODEC.decode(CODEC.encode(taken.state), object) == taken.state
    told = [one for one in taken.effects if isinstance(one, TellSupervisors)]
    assert CODEC.decode(CODEC.encode(tuple(told)), object) == tuple(told) if told else True
    if told:
        assert event == Woken("tell")
        assert Wake("tell", PAUSE) in taken.effects
    if taken.state.untold:
        assert taken.state.counting
    assert set(state.untold) <= {*taken.state.untold, *(one for tell in told for one in tell.concerns)}


def test_ten_cases_that_are_late_at_once_are_one_notice() -> None:
    late = [CaseConcerns(Concern(number, "late")) for number in range(1001, 1011)]

    came = run(supervision.step, Watch(), [*late, *late])
    told = supervision.step(came.state, Woken("tell"))
    more = supervision.step(told.state, CaseConcerns(RETURNED))
    again = supervision.step(more.state, Woken("tell"))
    quiet = supervision.step(again.state, Woken("tell"))

    assert came.effects == (Wake("tell", GATHER),)
    assert [one.concerns for one in told.effects if isinstance(one, TellSupervisors)] == [
        tuple(one.concern for one in late)
    ]
    assert [(fact.what, fact.about["cases"].split()[0]) for fact in told.facts] == [("supervisors.told", "1001")]
    assert more.effects == ()
    assert [one.concerns for one in again.effects if isinstance(one, TellSupervisors)] == [(RETURNED,)]
    assert quiet == Step(Watch())


@pytest.mark.parametrize(
    ("state", "event", "whys"),
    [
        (WAITING, Woken("late"), ["late"]),
        (WAITING, Woken("untaken"), ["untaken"]),
        (WAITING, Woken("silent"), []),
        (replace(WAITING, concerns=("late",)), Woken("late"), []),
        (replace(WAITING, stage=Waits(late=True), concerns=("late",)), Woken("untaken"), ["untaken"]),
        (HELD, Woken("late"), []),
        (HELD, Woken("untaken"), []),
        (SILENT, Woken("silent"), ["returned"]),
        (replace(SILENT, late=True), Woken("silent"), ["late", "returned"]),
        (replace(SILENT, concerns=("returned",)), Woken("silent"), []),
        (replace(HELD, answer_due=True), Woken("silent"), []),
        (replace(HELD, late=True), CasePutBack(DANA), ["late"]),
        (HELD, CasePutBack(DANA), []),
        (replace(HELD, stage=Closed(DANA, p.NOW, "solved")), Woken("untaken"), []),
        (WAITING, CaseTaken(DANA, p.NOW), []),
    ],
    ids=str,
)
def test_a_case_is_a_concern_while_it_waits_and_says_each_thing_once(state: Any, event: Any, whys: list[str]) -> None:
    taken = clocked(state, event)

    assert concerns(taken) == whys
    assert isinstance(taken.state, Filed)
    assert set(taken.state.concerns) == {*state.concerns, *whys}


def test_a_case_that_is_opened_again_can_be_a_concern_again() -> None:
    closed = replace(HELD, stage=Closed(DANA, p.NOW, "solved"), concerns=("late", "returned"))

    again = clocked(closed, CaseReopened(DANA, LATER))

    assert isinstance(again.state, Filed)
    assert again.state.concerns == ()


def test_both_clocks_run_from_the_beginning_where_agents_take_cases() -> None:
    filed = clocked(Unfiled(), CaseFiled(CASE, p.NOW, 900.0, 3600.0))

    assert [one for one in filed.effects if isinstance(one, Wake)] == [Wake("late", 900.0), Wake("untaken", 3600.0)]


def test_both_clocks_begin_anew_when_a_case_is_opened_again() -> None:
    closed = replace(HELD, stage=Closed(DANA, p.NOW, "solved"), late=True, concerns=("late", "untaken"))

    again = clocked(closed, CaseReopened(DANA, LATER, 900.0, 3600.0))
    never = clocked(closed, CaseReopened(DANA, LATER))
    no_more = clocked(HELD, CaseReopened(DANA, LATER, 900.0, 3600.0))
    events: list[Any] = [CasePutBack(DANA), Woken("late"), Woken("untaken")]
    back = run(clocked, again.state, events)

    assert [one for one in again.effects if isinstance(one, Wake) and one.name != "silent"] == [
        Wake("late", 900.0),
        Wake("untaken", 3600.0),
    ]
    assert {LetSleep("late"), LetSleep("untaken")} <= set(never.effects), "what was owed before it was closed"
    assert no_more == Step(HELD)
    assert concerns(back) == ["late", "untaken"]
