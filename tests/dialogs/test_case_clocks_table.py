"""The clocks of a case as a table: one runs exactly while a person waits for an answer, and each ends in something they hear."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import Any, get_args

import pytest

from bot import news, queue, supervision, ticket
from bot.case_clocks import (
    REMINDED_AFTER,
    REMINDED_OF_WISH_AFTER,
    RETURNED_AFTER,
    BeginClocks,
    ClocksBegan,
    step,
)
from bot.case_file import (
    AgentHeard,
    CaseClosed,
    CaseFiled,
    CaseKept,
    CasePutBack,
    CaseShown,
    CaseTaken,
    Filed,
    PersonAdded,
    PersonLeft,
    ShowCase,
    Unfiled,
)
from bot.case_handing import CaseReopened, CaseToTeam
from bot.case_merging import CaseJoined
from bot.case_pictures import PictureAdded, PictureOpened
from bot.case_release import ReleaseProposed, ReleaseSeconded
from bot.case_wish import PersonWished
from bot.domain.cases import WAITS, Agent, Closed, Instead, Note, Taken, Waits, Wish
from bot.domain.concerns import Concern
from bot.domain.release import Proposed
from bot.effects import LetSleep, Tell, Wake, Woken
from bot.flow import Step, run
from tests.dialogs import people as p
from tests.dialogs.table import assert_golden, transitions
from tests.dialogs.test_case_merging_table import JOINING, WAITING
from tests.dialogs.test_case_table import (
    BY_DANA,
    BY_LEE,
    CALLER,
    CASE,
    CASES,
    CODEC,
    DANA,
    EVENTS,
    HELD,
    LATER,
    LEE,
    SIGNED_IN,
    SIGNED_IN_BY_TWO,
    mirrored,
    told,
)  # fmt: skip

QUIET = replace(HELD, answer_due=False)
ASKED = replace(HELD, answer_due=True)
SILENT = replace(HELD, answer_due=True, stage=Taken(DANA, p.NOW, silent=True))
LATE = replace(HELD, late=True, stage=Waits(late=True), concerns=("late",))
CALLED = replace(HELD, case=replace(CASE, wish=Wish("call_back", p.NOW)))
WISHED = [PersonWished(None), *(PersonWished(Wish(what, p.NOW)) for what in get_args(Instead))]
LATE_AND_TAKEN = replace(HELD, late=True, answer_due=True)
ALL: list[Any] = [
    *CASES,
    QUIET,
    ASKED,
    SILENT,
    LATE,
    LATE_AND_TAKEN,
    CALLED,
    replace(CALLED, stage=WAITS),
    replace(SILENT, release=Proposed(SIGNED_IN_BY_TWO, BY_DANA)),
]
WHAT: list[Any] = [
    *EVENTS, *WISHED, PictureAdded("chat:1"), *(PictureOpened(by, at) for by in (DANA, LEE) for at in (p.NOW, LATER)), PersonLeft(), AgentHeard("Dana Fischer"), AgentHeard("Lee Tanaka"), CaseKept(DANA), CaseKept(LEE), CasePutBack(DANA, silent=True), Woken("late"), Woken("silent"), Woken("other"),
]  # fmt: skip
REMINDER, RETURN, OFF = Wake("silent", REMINDED_AFTER), Wake("silent", RETURNED_AFTER), LetSleep("silent")
YOURS = Note(DANA, p.NOW, "a Mac after all")
CALL_REMINDER = Wake("silent", REMINDED_OF_WISH_AFTER)


@dataclass(frozen=True)
class SomeDeed:
    """Whatever agents may do one day: it says whose it is."""

    by: Agent


def name(state: Any) -> str:
    if isinstance(state, Unfiled):
        return "Unfiled"
    marks = {"late": state.late, "silent": getattr(state.stage, "silent", False), "answer due": state.answer_due}
    return " ".join([type(state.stage).__name__, *(mark for mark, holds in marks.items() if holds)])


def clocks(taken: Any) -> list[Any]:
    return [one for one in taken.effects if isinstance(one, Wake | LetSleep)]


@pytest.mark.parametrize(
    ("state", "event"), list(product(ALL, [one for one in WHAT if isinstance(one, PictureOpened)])), ids=str
)
def test_that_a_picture_was_opened_is_noted_of_whoever_has_the_case_since_then_alone(state: Any, event: Any) -> None:
    facts = step(state, event).facts

    holds = isinstance(state, Filed) and isinstance(state.stage, Taken) and state.stage.by == event.by
    holds = holds and state.stage.at == event.since
    assert [(one.what, one.person) for one in facts] == ([("case.picture_opened", event.by.id)] if holds else [])


@pytest.mark.parametrize(("state", "event"), list(product(ALL, WHAT)), ids=str)
def test_a_clock_runs_exactly_while_somebody_waits_for_an_answer(state: Any, event: Any) -> None:
    taken = step(state, event)

    assert CODEC.decode(CODEC.encode(taken.state), object) == taken.state
    before = isinstance(state, Filed) and state.answer_due
    after = isinstance(taken.state, Filed) and taken.state.answer_due
    if after and not before:
        assert (CALL_REMINDER if state in (CALLED, replace(CALLED, stage=WAITS)) else REMINDER) in taken.effects
    if before and not after:
        assert OFF in taken.effects
    if after:
        assert isinstance(taken.state, Filed)
        assert isinstance(taken.state.stage, Taken)
        assert taken.state.case.chat
    assert len({one.name for one in clocks(taken)}) == len(clocks(taken))
    if isinstance(taken.state, Filed) and getattr(taken.state.stage, "silent", False):
        assert taken.state.answer_due


def test_the_clocks_go_the_ways_that_are_drawn() -> None:
    assert_golden("case_clocks.txt", transitions(step, ALL, WHAT, name))


@pytest.mark.parametrize(
    ("state", "event", "owed"),
    [
        (replace(HELD, stage=WAITS), CaseTaken(DANA, p.NOW), [REMINDER]),
        (replace(HELD, stage=WAITS, case=CALLER), CaseTaken(DANA, p.NOW), []),
        (replace(CALLED, stage=WAITS), CaseTaken(DANA, p.NOW), [CALL_REMINDER]),
        (QUIET, PersonAdded("hello?"), [REMINDER]),
        (ASKED, PersonAdded("hello?"), []),
        (SILENT, PersonAdded("hello?"), []),
        (ASKED, Woken("silent"), [RETURN]),
        (QUIET, Woken("silent"), []),
        (ASKED, CaseKept(DANA), [REMINDER]),
        (SILENT, CaseKept(DANA), [REMINDER]),
        (SILENT, AgentHeard("Dana Fischer"), [OFF]),
        (SILENT, AgentHeard("Lee Tanaka"), []),
        (SILENT, SomeDeed(DANA), [REMINDER]),
        (SILENT, SomeDeed(LEE), []),
        (SILENT, CaseKept(LEE), []),
        (QUIET, CaseKept(DANA), []),
        (ASKED, ReleaseProposed(SIGNED_IN_BY_TWO, BY_DANA), [REMINDER]),
        (ASKED, ReleaseProposed(SIGNED_IN, BY_DANA), [OFF]),
        (replace(SILENT, release=Proposed(SIGNED_IN_BY_TWO, BY_DANA)), ReleaseSeconded("p1", BY_LEE), [OFF]),
        (ASKED, PersonLeft(), [OFF]),
        (replace(QUIET, left=True), PersonAdded("hello?"), []),
        (ASKED, CasePutBack(DANA), [OFF]),
        (ASKED, CaseClosed(DANA, p.NOW, "solved"), [OFF]),
        (ASKED, CaseToTeam(DANA, "Macs", YOURS, 600.0), [OFF, Wake("late", 600.0)]),
        (QUIET, CaseToTeam(DANA, "Macs", YOURS, 600.0), [Wake("late", 600.0)]),
        (QUIET, CaseToTeam(DANA, "Macs", YOURS, None), [LetSleep("late")]),
        (QUIET, CaseToTeam(LEE, "Macs", YOURS, 600.0), []),
        (ASKED, news.KeyChanged("LAPTOP-ALEX"), []),
    ],
    ids=str,
)
def test_what_agents_do_restarts_it_and_what_the_person_hears_of_them_stops_it(
    state: Any, event: Any, owed: list[Any]
) -> None:
    assert clocks(step(state, event)) == owed


def test_a_silent_agent_is_reminded_once_and_then_the_case_goes_back_and_the_person_hears_why() -> None:
    reminded = step(ASKED, Woken("silent"))
    returned = step(reminded.state, Woken("silent"))

    assert isinstance(reminded.state, Filed)
    assert reminded.state.stage == Taken(DANA, p.NOW, silent=True)
    assert [type(one) for one in reminded.effects] == [ShowCase, Wake]
    assert isinstance(returned.state, Filed)
    assert returned.state.stage == WAITS
    assert told(returned) == [
        queue.CaseFreed(1001), news.CaseReturned(1001, "Dana Fischer"), supervision.CaseConcerns(Concern(1001, "returned")),
    ]  # fmt: skip
    assert [(fact.what, fact.person, fact.about) for fact in returned.facts] == [
        ("case.returned", DANA.id, {"case": "1001", "reason": "silent"})
    ]


def test_an_agent_who_stirs_after_the_reminder_is_silent_no_more() -> None:
    stirred = step(replace(SILENT, showing=False), CaseKept(DANA))

    assert isinstance(stirred.state, Filed)
    assert stirred.state.stage == Taken(DANA, p.NOW)
    assert [one.stage for one in stirred.effects if isinstance(one, ShowCase)] == [Taken(DANA, p.NOW)]


def test_a_case_that_nobody_takes_in_time_is_shown_as_late_and_stays_so_when_it_is_put_back() -> None:
    filed = step(Unfiled(), CaseFiled(CASE, p.NOW, 900.0))
    late = step(replace(HELD, stage=WAITS), Woken("late"))
    taken_late = step(HELD, Woken("late")).state
    again = step(taken_late, CasePutBack(DANA)).state

    assert clocks(filed) == [Wake("late", 900.0)]
    assert [one.stage for one in late.effects if isinstance(one, ShowCase)] == [Waits(late=True)]
    assert isinstance(again, Filed)
    assert again.stage == Waits(late=True)


def test_whoever_was_answered_is_not_late_and_waits_for_the_next_agent_with_a_time_of_its_own() -> None:
    answered = step(replace(LATE_AND_TAKEN, concerns=("late", "returned")), AgentHeard("Dana Fischer")).state
    late = step(answered, Woken("late"))
    back = step(answered, CasePutBack(DANA))
    began = step(back.state, ClocksBegan(p.NOW, 900.0))
    never = step(back.state, ClocksBegan(p.NOW))

    assert isinstance(answered, Filed)
    assert (answered.late, answered.answered, answered.concerns) == (False, True, ("returned",))
    assert late == Step(answered)
    assert isinstance(back.state, Filed)
    assert (back.state.stage, back.state.answered) == (WAITS, False)
    assert BeginClocks(1001) in back.effects
    assert isinstance(began.state, Filed)
    assert (clocks(began), began.state.due) == (
        [Wake("late", 900.0), LetSleep("untaken")],
        p.NOW + timedelta(minutes=15),
    )
    assert clocks(never) == [LetSleep("late"), LetSleep("untaken")]


def test_a_caller_has_been_answered_by_whoever_takes_their_case() -> None:
    taken = step(replace(HELD, stage=WAITS, case=CALLER), CaseTaken(DANA, p.NOW)).state

    back = step(step(taken, Woken("late")).state, CasePutBack(DANA))

    assert isinstance(back.state, Filed)
    assert back.state.stage == WAITS
    assert BeginClocks(1001) in back.effects


@pytest.mark.parametrize("event", [AgentHeard("Lee Tanaka"), PersonAdded("hello?"), CaseKept(DANA), CaseToTeam(DANA, "Macs", YOURS, 600.0)], ids=str)  # fmt: skip
def test_what_is_no_answer_leaves_a_case_as_late_as_it_was(event: Any) -> None:
    after = step(LATE_AND_TAKEN, event)

    assert isinstance(after.state, Filed)
    assert (after.state.late, after.state.answered) == (True, False)
    assert not [one for one in after.effects if isinstance(one, BeginClocks)]


def test_clocks_that_begin_when_it_is_answered_or_closed_already_begin_nothing() -> None:
    began = ClocksBegan(p.NOW, 900.0)

    for state in (Unfiled(), replace(HELD, answered=True), replace(HELD, stage=Closed(DANA, p.NOW, "solved"))):
        assert step(state, began) == Step(state)


def test_where_the_desk_never_opens_nothing_is_late() -> None:
    assert clocks(step(Unfiled(), CaseFiled(CASE, p.NOW))) == []


def test_nobody_but_the_conversation_the_queue_the_ticket_and_supervisors_hears_of_a_clock() -> None:
    effects = [effect for state in ALL for name in ("late", "silent") for effect in step(state, Woken(name)).effects]

    assert {effect.flow_id for effect in effects if isinstance(effect, Tell)} == {
        "chat:1",
        supervision.DESK,
        queue.OPEN,
        ticket.of_case(1001),
    }


@pytest.mark.parametrize("stage", [WAITS, Taken(DANA, p.NOW)], ids=str)
def test_a_wish_is_shown_to_agents_at_once_and_stands_in_the_audit(stage: Any) -> None:
    wish = Wish("call_back", p.NOW)

    wished = step(replace(HELD, stage=stage), PersonWished(wish))
    undone = step(replace(CALLED, stage=stage), PersonWished(None))

    assert isinstance(wished.state, Filed)
    assert wished.state.case.wish == wish
    assert [one.case.wish for one in wished.effects if isinstance(one, ShowCase)] == [wish]
    assert [one.case.wish for one in undone.effects if isinstance(one, ShowCase)] == [None]
    assert [fact.about["wish"] for fact in (*wished.facts, *undone.facts)] == ["call_back", "waiting"]


def test_a_wish_that_came_while_a_case_was_being_shown_is_shown_after_that() -> None:
    shown = step(replace(CALLED, stage=WAITS, showing=True), CaseShown("post|1", 0))

    assert [one.case.wish for one in shown.effects if isinstance(one, ShowCase)] == [Wish("call_back", p.NOW)]


def test_a_ticket_says_while_a_case_waits_that_its_person_does_not() -> None:
    wish = Wish("not_waiting", p.NOW)

    events: list[Any] = [PersonWished(wish), CaseTaken(DANA, p.NOW), CasePutBack(DANA), PersonWished(None)]
    told = mirrored(run(step, replace(HELD, stage=WAITS), events))

    assert [one.entry.stage for one in told] == ["not_waiting", "taken", "not_waiting", "waiting"]


def test_nobody_wishes_anything_of_a_case_that_is_closed_and_an_old_wish_does_not_come_back_with_it() -> None:
    closed = replace(CALLED, stage=Closed(DANA, p.NOW, "solved"))

    assert step(closed, PersonWished(None)) == Step(closed)
    again = step(closed, CaseReopened(DANA, p.NOW)).state
    assert isinstance(again, Filed)
    assert again.case.wish is None


def test_whoever_was_answered_is_not_late_because_a_case_that_joins_theirs_was() -> None:
    late = replace(WAITING, late=True, stage=Waits(late=True))

    joined = step(replace(JOINING, answered=True), CaseJoined(DANA, late)).state
    back = step(joined, CasePutBack(DANA))

    assert isinstance(back.state, Filed)
    assert back.state.stage == Waits(late=False)
    assert not [
        one for one in back.effects if isinstance(one, Tell) and isinstance(one.event, supervision.CaseConcerns)
    ]
