"""Two cases of one person become one, as a table: the one that is asked decides, and what must never come together does not."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from bot import case_merging, challenge, news, queue
from bot.agent_chat import PersonGone
from bot.case_clocks import REMINDED_AFTER
from bot.case_clocks import step as clocked
from bot.case_file import CaseClosed, CaseTaken, Filed, PersonAdded, PersonLeft, PersonLookedBack, Span, Unfiled
from bot.case_following import step as followed_step
from bot.case_handing import CaseReopened, NoteAdded
from bot.case_merging import CaseJoined, JoinAsked, JoinRefused, MergeAsked
from bot.case_wish import PersonWished
from bot.case_wish import step as wished_step
from bot.domain.cases import WAITS, Case, Chat, Closed, Learnt, Note, Pause, Taken, Wish
from bot.domain.people import PersonId
from bot.domain.release import Agreed
from bot.domain.tickets import Entry
from bot.effects import Tell, Wake
from bot.flow import Step
from tests.dialogs import people as p
from tests.dialogs.table import assert_golden, transitions
from tests.dialogs.test_case_table import (
    BY_DANA,
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
    TOLD,
    mirrored,
    told,
)  # fmt: skip

STEP, SAM = case_merging.step, PersonId("demo", "sam")
OTHER = replace(
    CASE, number=1002, chat="teams:2", channel="teams", learnt=Learnt("windows", "4A7C2E1F", words=("hello",))
)
WAITING = Filed(OTHER, LATER, "post|2", showing=False)
ASKED = JoinAsked(1002, 1001, p.ALEX, DANA, LATER)
JOINING = replace(HELD, joining=(1002,))
GONE = replace(WAITING, stage=Closed(DANA, LATER, "merged", into=1001))
JOINED = CaseJoined(DANA, WAITING)
SEEN = replace(TOLD, codes=1, challenge_id="c8")
MERGED = STEP(JOINING, JOINED).state
STATES: list[Any] = [*CASES, WAITING, JOINING, GONE, MERGED, replace(WAITING, stage=Taken(DANA, p.NOW), release=SEEN)]
HAPPENINGS: list[Any] = [
    *EVENTS, MergeAsked(1002, DANA, LATER), MergeAsked(1002, LEE, LATER), MergeAsked(1001, DANA, LATER), ASKED,
    replace(ASKED, by=LEE), replace(ASKED, person=SAM), JOINED, JoinRefused(1002), PersonAdded("here", "teams:2"),
    PersonLeft("teams:2"), PersonLeft("chat:1"),
]  # fmt: skip


def name(state: Any) -> str:
    if isinstance(state, Unfiled):
        return "Unfiled"
    stage = "Merged" if getattr(state.stage, "into", None) else type(state.stage).__name__
    return f"{stage}{' joining' if state.joining else ''}{' of two' if state.merged else ''}"


def to(step: Any, flow_id: str) -> list[Any]:
    return [one.event for one in step.effects if isinstance(one, Tell) and one.flow_id == flow_id]


def facts_of(steps: Iterable[Any]) -> list[tuple[str, Any, Any]]:
    return [(fact.what, fact.person, fact.about) for step in steps for fact in step.facts]


@pytest.mark.parametrize(("state", "event"), list(product(STATES, HAPPENINGS)), ids=str)
def test_no_case_is_lost_taken_away_or_mixed_with_anothers(state: Any, event: Any) -> None:
    taken = STEP(state, event)

    assert CODEC.decode(CODEC.encode(taken.state), object) == taken.state
    for effect in taken.effects:
        assert CODEC.decode(CODEC.encode(effect), object) == effect
    if not isinstance(taken.state, Filed):
        return
    after = taken.state
    gone = isinstance(after.stage, Closed) and after.stage.into
    if gone and state != after and not (isinstance(state.stage, Closed) and state.stage.into):
        assert event.person == state.case.person
        assert state.stage == WAITS or state.holder == event.by
        assert [one.filed.case for one in to(taken, "case:1001")] == [state.case]
        assert after.release is None
    if isinstance(state, Filed) and state.joining and not isinstance(event, CaseJoined | JoinRefused):
        assert after.is_open


def test_cases_are_merged_in_the_ways_that_are_drawn() -> None:
    assert_golden("case_merging.txt", transitions(STEP, STATES, HAPPENINGS, name))


def test_what_waits_comes_with_all_that_is_known_and_the_person_is_told_where_they_wrote() -> None:
    note = Note(LEE, p.NOW, "has a badge")
    mine = replace(HELD, notes=(Note(DANA, LATER, "calls back"),), said=2)

    asked = STEP(mine, MergeAsked(1002, DANA, LATER))
    answered = STEP(replace(WAITING, notes=(note,), late=True, said=3), *to(asked, "case:1002"))
    joined = STEP(asked.state, *to(answered, "case:1001"))

    after = joined.state
    assert isinstance(after, Filed)
    assert (after.joining, after.merged, after.late, after.said) == ((), (1002,), True, 5)
    assert (after.case.chat, after.case.channel, after.case.others) == (
        "teams:2",
        "teams",
        (Chat("chat:1", "webchat"),),
    )
    assert after.case.learnt == replace(OTHER.learnt, words=("hello",))
    assert [one.text for one in after.notes] == ["has a badge", "calls back"]
    assert to(joined, "teams:2") == [news.CaseMerged(1002, 1001, "Dana Fischer")]
    assert to(joined, "chat:1") == []
    assert to(answered, queue.OPEN) == [queue.CaseEnded(1002)]
    assert [one.entry for one in mirrored(answered)] == [Entry(1, "closed", "merged", LATER, 1001)]
    assert facts_of((asked, answered, joined)) == [("case.merged", DANA.id, {"case": "1002", "into": "1001"})]


@pytest.mark.parametrize(
    ("other", "asked"),
    [
        (WAITING, replace(ASKED, person=SAM)),
        (replace(WAITING, stage=Taken(LEE, p.NOW)), ASKED),
        (replace(WAITING, stage=Closed(DANA, p.NOW, "solved")), ASKED),
        (GONE, ASKED),
        (replace(WAITING, joining=(1003,)), ASKED),
        (Unfiled(), ASKED),
        (HELD, replace(ASKED, number=1001)),
    ],
    ids=["another person's", "another agent's", "closed", "merged already", "itself waits for one", "none", "itself"],
)
def test_what_may_not_come_says_so_and_stays_as_it_is(other: Any, asked: JoinAsked) -> None:
    answered = STEP(other, asked)
    after = STEP(JOINING, JoinRefused(1002))

    assert answered == Step(other, (Tell("case:1001", JoinRefused(asked.number)),))
    assert after == Step(HELD)


@pytest.mark.parametrize("event", [MergeAsked(1002, LEE, LATER), MergeAsked(1001, DANA, LATER)], ids=str)
def test_only_whoever_has_a_case_asks_another_into_it(event: MergeAsked) -> None:
    assert STEP(HELD, event) == Step(HELD)
    assert STEP(replace(HELD, stage=WAITS), event) == Step(replace(HELD, stage=WAITS))


def test_a_case_that_nobody_asked_does_not_come() -> None:
    assert STEP(HELD, JOINED) == Step(HELD)


def test_until_the_other_has_answered_the_case_is_not_closed_and_goes_into_no_third() -> None:
    assert STEP(JOINING, CaseClosed(DANA, LATER, "solved")) == Step(JOINING)
    assert to(STEP(JOINING, replace(ASKED, number=1001, into=1003)), "case:1003") == [JoinRefused(1001)]


def test_what_was_released_in_the_one_that_goes_is_void() -> None:
    coded, in_chat = replace(WAITING, release=SEEN), replace(WAITING, release=Agreed(SIGNED_IN, (BY_DANA,), p.NOW))

    assert challenge.Voided("replaced") in told(STEP(coded, ASKED))
    assert news.ReleaseEnded(1002) in told(STEP(in_chat, ASKED))
    for one in (coded, in_chat):
        (joined,) = to(STEP(one, ASKED), "case:1001")
        assert joined.filed.release is None


def test_a_release_by_code_is_void_when_a_chat_comes_to_a_case_that_had_none() -> None:
    caller = replace(JOINING, case=CALLER, release=SEEN)

    joined = STEP(caller, JOINED)

    assert isinstance(joined.state, Filed)
    assert (joined.state.release, joined.state.case.chat) == (None, "teams:2")
    assert challenge.Voided("replaced") in told(joined)


def test_a_release_that_is_out_in_one_of_two_chats_ends_in_both() -> None:
    assert isinstance(MERGED, Filed)
    released = replace(MERGED, release=Agreed(SIGNED_IN, (BY_DANA,), p.NOW))

    closed = STEP(released, CaseClosed(DANA, LATER, "not_proved"))

    for chat in ("chat:1", "teams:2"):
        assert news.ReleaseEnded(1001) in to(closed, chat)


def test_the_agent_is_heard_where_the_person_last_wrote() -> None:
    there = STEP(MERGED, PersonAdded("here I am", "chat:1"))
    back = STEP(there.state, PersonAdded("and here", "teams:2"))
    elsewhere = STEP(back.state, PersonAdded("who am I", "chat:somebody-elses"))

    chats = [one.state.case.chat for one in (there, back, elsewhere) if isinstance(one.state, Filed)]
    assert chats == ["chat:1", "teams:2", "teams:2"]


def test_whoever_leaves_one_of_two_chats_is_still_in_the_other() -> None:
    left = STEP(MERGED, PersonLeft("teams:2"))
    gone = STEP(left.state, PersonLeft("chat:1"))
    beside = STEP(MERGED, PersonLeft("chat:1"))

    assert isinstance(left.state, Filed)
    assert (left.state.case.chat, left.state.left) == ("chat:1", False)
    assert isinstance(gone.state, Filed)
    assert gone.state.left
    assert isinstance(beside.state, Filed)
    assert (beside.state.case.chat, beside.state.case.others) == ("teams:2", (Chat("chat:1", "webchat", left=True),))


def test_a_case_that_is_gone_is_never_open_again() -> None:
    assert STEP(GONE, CaseReopened(LEE, LATER)) == Step(GONE)
    assert STEP(GONE, CaseTaken(LEE, LATER)) == Step(GONE)


@pytest.mark.parametrize(
    "event",
    [
        PersonAdded("one more", "teams:2"),
        PersonLeft("teams:2"),
        PersonLookedBack("it took an hour"),
        PersonWished(Wish("call_back", LATER)),
        PersonWished(None),
        NoteAdded(Note(LEE, LATER, "the passport is at reception")),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_still_comes_to_the_case_that_is_gone_goes_on(event: Any) -> None:
    assert wished_step(GONE, event) == Step(GONE, (Tell("case:1001", event),))


def test_both_chats_hear_of_the_end_and_the_last_one_is_asked_how_it_was() -> None:
    closed = STEP(MERGED, CaseClosed(DANA, LATER, "solved"))

    assert to(closed, "chat:1") == to(closed, "teams:2") == [news.CaseClosed(1001, solved=True, chat="teams:2")]


def test_what_is_urgent_stays_urgent_and_stands_so_in_the_queue() -> None:
    joined = STEP(JOINING, CaseJoined(DANA, replace(WAITING, case=replace(OTHER, urgency="urgent"))))

    assert isinstance(joined.state, Filed)
    assert joined.state.case.urgency == "urgent"
    (began,) = to(joined, queue.OPEN)
    assert queue.step(queue.Queue((1001,), held=(1001,)), began).state == queue.Queue((1001,), (1001,), (1001,))


def test_the_earlier_case_speaks_first_whichever_remains() -> None:
    later: Case = replace(CASE, number=1003, learnt=Learnt(words=("third",)))
    earlier = replace(WAITING, case=replace(OTHER, learnt=Learnt(words=("second",))), heard=("expired",))

    joined = STEP(replace(HELD, case=later, joining=(1002,), heard=("shown",)), CaseJoined(DANA, earlier))

    assert isinstance(joined.state, Filed)
    assert joined.state.case.learnt.words == ("second", "third")
    assert joined.state.heard == ("expired", "shown")
    assert joined.state.case.chat == "chat:1"


def test_whoever_came_along_waits_for_an_answer_and_the_agent_has_their_time_anew() -> None:
    assert Wake("silent", REMINDED_AFTER) in clocked(JOINING, JOINED).effects


@pytest.mark.parametrize("which", [0, 1])
def test_whoever_asked_to_be_called_in_either_case_is_still_to_be_called(which: int) -> None:
    wish = Wish("call_back", p.NOW)
    mine, theirs = (wish, None) if which == 0 else (None, wish)

    joined = STEP(
        replace(JOINING, case=replace(JOINING.case, wish=mine)),
        CaseJoined(DANA, replace(WAITING, case=replace(WAITING.case, wish=theirs))),
    )

    assert isinstance(joined.state, Filed)
    assert joined.state.case.wish == wish


def test_an_agent_in_teams_hears_that_somebody_has_gone_only_when_no_chat_of_theirs_is_left() -> None:
    assert isinstance(MERGED, Filed)
    followed = replace(MERGED, followed=True)

    one = followed_step(followed, PersonLeft("teams:2"))
    both = followed_step(one.state, PersonLeft("chat:1"))

    assert PersonGone(1001) not in told(one)
    assert PersonGone(1001) in told(both)


def test_what_was_said_in_one_chat_of_two_cases_belongs_to_whichever_was_open() -> None:
    def minute(n: int) -> datetime:
        return p.NOW + timedelta(minutes=n)

    first = Filed(CASE, minute(0), spans=(Span("chat:1", minute(0)),)).paused(Pause(minute(10), minute(200)))
    again = Span("chat:1", minute(120))
    both = replace(first, spans=(*first.spans, again))

    assert [n for n in (-90, -30, 5, 30, 90, 210) if both.covers(minute(n), "chat:1")] == [-30, 5, 90, 210]
    assert not both.covers(minute(5), "chat:2")
