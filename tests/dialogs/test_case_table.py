"""The flow of a case with its release: every stage meets every event, and what must never be is looked for in each."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot import (
    case_file,
    case_handing,
    case_release,
    casework,
    challenge,
    keychange,
    news,
    oversight,
    queue,
    standing,
    ticket,
)
from bot.case_aloud import KeyRead, KeyUnreadable, ReadingEnded
from bot.case_file import (
    CaseClosed,
    CaseFiled,
    CasePutBack,
    CaseShown,
    CaseTaken,
    Filed,
    PersonAdded,
    PersonLookedBack,
    Unfiled,
)
from bot.case_handing import CaseHandedOver, CaseReopened, CaseToTeam, NoteAdded
from bot.case_release import CodeMade, NoticesSent, ReleaseProposed, ReleaseSeconded, ReleaseWithdrawn
from bot.challenge import Offer
from bot.domain.cases import WAITS, Agent, Case, Closed, Learnt, Note, Taken, Waits
from bot.domain.people import PersonId
from bot.domain.release import Agreed, Plan, Proposed, Reading, Word
from bot.domain.tickets import Entry
from bot.effects import GivenUp, Tell
from bot.flow import Step, run
from bot.wiring import codec
from tests.dialogs import people as p
from tests.dialogs.table import assert_golden, transitions

CODEC = codec()
DANA, LEE = Agent(PersonId("demo", "dana"), "Dana Fischer"), Agent(PersonId("demo", "lee"), "Lee Tanaka")
ALEX = Agent(p.ALEX, "Alex Rivera")
CASE = Case(1001, "chat:1", p.ALEX, "Alex Rivera", "not_proved", "normal", "en", "webchat", Learnt())
CALLER = replace(CASE, chat="", reason="called", channel="desk")
BY_DANA, BY_LEE = Word(DANA, "in_person", "badge seen", p.NOW), Word(LEE, "video_with_document", "passport", p.NOW)
SIGNED_IN = Plan("p1", p.LAPTOP, p.CURRENT.key_ref, ("sign_in",), 1)
SIGNED_IN_BY_TWO = replace(SIGNED_IN, agents=2)
LOST_PHONE = Plan("p1", p.LAPTOP, p.CURRENT.key_ref, (), 2)
LOST_PHONE_BY_ONE = replace(LOST_PHONE, agents=1)
ALOUD = replace(LOST_PHONE, aloud="no_device")
ALOUD_MADE_EASY = replace(SIGNED_IN, aloud="no_device")
OFFER = Offer(
    "c9", "case:1001", p.ALEX, p.LAPTOP, p.CURRENT.key_ref, "", (("vouching", "second_agent"),),
    1, {}, ("vouching", "second_agent"),
)  # fmt: skip
LATER, LATE = p.NOW + timedelta(minutes=11), p.NOW + timedelta(hours=2)
BY_BOTH = Agreed(LOST_PHONE, (BY_DANA, BY_LEE), p.NOW)
TOLD = replace(BY_BOTH, told_at=p.NOW)
TO_READ = replace(TOLD, plan=ALOUD)
READ = replace(TO_READ, spent=True, reading=Reading("r1", LATER))
HELD = Filed(CASE, p.NOW, "post|1", showing=False, stage=Taken(DANA, p.NOW))

CASES: list[Any] = [
    Unfiled(), Filed(CASE, p.NOW), replace(HELD, stage=WAITS), HELD, replace(HELD, case=CALLER),
    replace(HELD, release=Proposed(SIGNED_IN_BY_TWO, BY_DANA)), replace(HELD, release=Proposed(LOST_PHONE, BY_DANA)),
    replace(HELD, release=Agreed(SIGNED_IN, (BY_DANA,), p.NOW)), replace(HELD, release=BY_BOTH), replace(HELD, release=TOLD),
    replace(HELD, release=replace(TOLD, codes=1, challenge_id="c8")), replace(HELD, release=replace(TOLD, codes=5, challenge_id="c8")), replace(HELD, release=replace(TOLD, spent=True)),
    replace(HELD, case=CALLER, release=Agreed(SIGNED_IN, (BY_DANA,), p.NOW)),
    replace(HELD, stage=Closed(DANA, p.NOW, "solved"), release=TOLD), replace(HELD, stage=WAITS, release=TOLD),
    replace(HELD, release=Proposed(ALOUD, BY_DANA)), replace(HELD, release=replace(TO_READ, told_at=None)), replace(HELD, release=TO_READ), replace(HELD, release=READ),
    replace(HELD, stage=WAITS, release=TO_READ), replace(HELD, stage=Taken(LEE, p.NOW), release=TO_READ), replace(HELD, stage=Closed(DANA, p.NOW, "solved"), release=TO_READ),
]  # fmt: skip
EVENTS: list[Any] = [
    CaseFiled(CASE, p.NOW), PersonLookedBack("it took an hour"), PersonAdded("room 4"), CaseShown("post|1", 0, Taken(DANA, p.NOW)), CaseShown("post|1", 1),
    *(CaseTaken(agent, p.NOW) for agent in (DANA, LEE)), *(CasePutBack(agent) for agent in (DANA, LEE)),
    *(CaseClosed(agent, p.NOW, outcome) for agent in (DANA, LEE) for outcome in ("solved", "not_proved")),
    *(ReleaseProposed(plan, word) for plan in (SIGNED_IN, SIGNED_IN_BY_TWO, LOST_PHONE, LOST_PHONE_BY_ONE, ALOUD, ALOUD_MADE_EASY) for word in (BY_DANA, BY_LEE)),
    *(ReleaseSeconded(seen, word) for seen in ("p1", "p0") for word in (BY_DANA, BY_LEE)), ReleaseWithdrawn(DANA), news.ReleaseFrozen(), NoticesSent(p.NOW, p.NOW), NoticesSent(LATER, LATER), GivenUp("TellRelease"),
    *(CodeMade(agent, seen, OFFER, at) for seen in ("p1", "p0") for agent in (DANA, LEE, Agent(p.ALEX, "Alex")) for at in (p.NOW, LATER, LATE)),
    news.Proved("c9"), news.KeyShown("c9", p.CURRENT.key_ref), news.OutcomeGiven("c9", worked=True), news.OutcomeGiven("c9", worked=False),
    news.KeyChanged("LAPTOP-ALEX"), news.KeyChangeImpossible("LAPTOP-ALEX"), news.LinkExpired("c9"), news.LinkVoided("c9", "signed_out"), news.ComputerChangedHands("c9"), news.GrantEnded("c9"), GivenUp("ShowCase"),
    NoteAdded(Note(LEE, p.NOW, "the passport is at reception")),
    *(CaseHandedOver(*both, p.NOW, Note(both[0], p.NOW, "ask for Morgan")) for both in ((DANA, LEE), (LEE, DANA), (DANA, ALEX), (DANA, DANA))),
    CaseReopened(LEE, LATER), *(CaseToTeam(by, "Macs", Note(by, p.NOW, "a Mac after all"), 600.0) for by in (DANA, LEE)),
    *(KeyRead(agent, seen, at, "r2") for seen in ("p1", "p0") for agent in (DANA, LEE) for at in (p.NOW, LATER, LATE)),
    *(KeyUnreadable(agent, "damaged") for agent in (DANA, LEE)), *(ReadingEnded(agent, worked=True) for agent in (DANA, LEE)), GivenUp("TellOwner"),
]  # fmt: skip


def name(state: Any) -> str:
    if isinstance(state, Unfiled):
        return "Unfiled"
    release = type(state.release).__name__ if state.release else "no release"
    release += " to be read" if state.release and state.release.plan.aloud else ""
    return f"{type(state.stage).__name__} ({release})"


def told(step: Any) -> list[Any]:
    return [one.event for one in step.effects if isinstance(one, Tell) and not isinstance(one.event, ticket.CaseStands)]


def mirrored(step: Any) -> list[Any]:
    return [one.event for one in step.effects if isinstance(one, Tell) and isinstance(one.event, ticket.CaseStands)]


@pytest.mark.parametrize(("state", "event"), list(product(CASES, EVENTS)), ids=str)
def test_no_case_releases_anything_out_of_turn(state: Any, event: Any) -> None:
    taken = case_handing.step(state, event)

    assert CODEC.decode(CODEC.encode(taken.state), object) == taken.state
    for effect in taken.effects:
        assert CODEC.decode(CODEC.encode(effect), object) == effect
    if isinstance(event, ReleaseSeconded | CodeMade | KeyRead) and event.plan_id != "p1":
        assert taken == Step(state)
    before = state.release if isinstance(state, Filed) else None
    after = taken.state.release if isinstance(taken.state, Filed) else None
    if isinstance(after, Agreed) and not isinstance(before, Agreed):
        by = {word.by.id for word in after.words}
        assert isinstance(state.stage, Taken)
        assert len(by) == after.plan.agents
        assert len(by) == 2 or (after.plan.own and not after.plan.aloud)
    if any(isinstance(one, challenge.Made) for one in told(taken)):
        assert isinstance(before, Agreed)
        assert before.told_at is not None or before.plan.own
        assert not before.spent
        assert not before.plan.aloud
        assert event.by in (DANA, LEE)
        assert before.at <= event.at < before.until
        assert isinstance(state.stage, Taken)
        assert [fact.what for fact in taken.facts] == ["case.code_given"]
    if any(isinstance(effect, challenge.TellOwner) for effect in taken.effects):
        assert isinstance(event, KeyRead)
        assert isinstance(before, Agreed)
        assert before.plan.aloud
        assert not before.spent
        assert before.told_at is not None
        assert before.told_at + timedelta(minutes=10) <= event.at < before.told_at + timedelta(minutes=20)
        assert state.stage == Taken(event.by, p.NOW)
        assert before.words[0].by == event.by
        assert after == replace(before, spent=True, reading=Reading(event.id, event.at))
    if any(isinstance(one, news.Released) for one in told(taken)):
        assert isinstance(after, Agreed)
        assert after.plan.own
    if isinstance(state, Filed) and isinstance(state.stage, Closed) and not isinstance(event, CaseReopened):
        assert isinstance(taken.state, Filed)
        assert taken.state.stage == state.stage


def test_the_case_goes_the_ways_that_are_drawn() -> None:
    assert_golden("case.txt", transitions(case_handing.step, CASES, EVENTS, name))


def test_of_two_agents_who_take_a_case_the_first_has_it_and_the_person_hears_the_name() -> None:
    waiting = replace(HELD, stage=WAITS)

    first = case_handing.step(waiting, CaseTaken(DANA, p.NOW))
    second = case_handing.step(first.state, CaseTaken(LEE, p.NOW))

    assert told(first) == [queue.CaseHeld(1001), news.CaseTaken(1001, "Dana Fischer")]
    assert second == type(second)(first.state)
    assert [(fact.what, fact.person) for fact in first.facts] == [("case.taken", DANA.id)]


def test_agents_see_anew_a_case_that_was_taken_while_it_was_being_shown() -> None:
    filed = case_handing.step(Unfiled(), CaseFiled(CASE, p.NOW))

    taken = case_handing.step(filed.state, CaseTaken(DANA, p.NOW))
    shown = case_handing.step(taken.state, CaseShown("post|1", 0))
    again = case_handing.step(shown.state, CaseShown("post|1", 0, Taken(DANA, p.NOW)))

    assert [effect for effect in taken.effects if isinstance(effect, case_file.ShowCase)] == []
    assert shown.effects == (case_file.ShowCase(CASE, p.NOW, "post|1", Taken(DANA, p.NOW)),)
    assert again.effects == ()


def test_without_a_sign_in_one_agents_word_is_never_enough_whatever_the_plan_says() -> None:
    proposed = case_handing.step(HELD, ReleaseProposed(LOST_PHONE_BY_ONE, BY_DANA))

    again = case_handing.step(proposed.state, ReleaseSeconded("p1", BY_DANA))

    assert isinstance(proposed.state, Filed)
    assert isinstance(proposed.state.release, Proposed)
    assert again.state == proposed.state


def test_no_code_before_the_notices_are_out_and_ten_minutes_old() -> None:
    untold = case_handing.step(replace(HELD, release=BY_BOTH), CodeMade(DANA, "p1", OFFER, LATER))
    too_soon = case_handing.step(replace(HELD, release=TOLD), CodeMade(DANA, "p1", OFFER, p.NOW + timedelta(minutes=9)))
    in_time = case_handing.step(replace(HELD, release=TOLD), CodeMade(DANA, "p1", OFFER, p.NOW + timedelta(minutes=10)))

    assert told(untold) == told(too_soon) == []
    assert [type(one) for one in told(in_time)] == [standing.LinkAsked, challenge.Made]


def test_a_reading_is_on_record_and_told_and_owes_a_key_change_in_one_step_and_comes_once() -> None:
    read = case_handing.step(replace(HELD, release=TO_READ), KeyRead(DANA, "p1", LATER, "r1"))
    again = case_handing.step(read.state, KeyRead(DANA, "p1", LATER, "r2"))

    assert isinstance(read.state, Filed)
    assert (read.state.release, read.state.heard) == (READ, ("read_aloud",))
    assert told(read) == [
        keychange.KeyWasShown(p.CURRENT.key_ref, "case:1001", p.ALEX, p.LAPTOP.id, p.LAPTOP.name),
        standing.KeySeen("case/1001/r1", LATER),
        oversight.KeyReadAloud(DANA, oversight.Reading(LATER, 1001, p.LAPTOP.name)),
    ]
    (notice,) = (effect for effect in read.effects if isinstance(effect, challenge.TellOwner))
    assert (notice.widely, notice.aloud, notice.at) == (True, True, LATER)
    assert [(fact.what, fact.person, fact.about["why"]) for fact in read.facts] == [
        ("key.read_aloud", p.ALEX, "no_device"),
        ("case.read_aloud", DANA.id, "no_device"),
        ("case.reading_agreed", LEE.id, "no_device"),
    ]
    assert again == Step(read.state)


@pytest.mark.parametrize(
    ("seconds", "is_read"),
    [(599, False), (600, True), (1199, True), (1200, False)],
    ids=["early", "due", "last", "late"],
)
def test_a_reading_begins_after_the_wait_and_has_ten_minutes(*, seconds: int, is_read: bool) -> None:
    taken = case_handing.step(
        replace(HELD, release=TO_READ), KeyRead(DANA, "p1", p.NOW + timedelta(seconds=seconds), "r1")
    )

    assert bool(taken.facts) is is_read


@pytest.mark.parametrize("worked", [True, False])
def test_what_the_agent_says_of_the_computer_is_told_to_the_owed_key_change_once(*, worked: bool) -> None:
    ended = case_handing.step(replace(HELD, release=READ), ReadingEnded(DANA, worked))
    again = case_handing.step(ended.state, ReadingEnded(DANA, not worked))

    assert told(ended) == [keychange.PersonGotIn() if worked else keychange.PersonStillLocked()]
    assert [fact.what for fact in ended.facts] == ["key.worked" if worked else "key.did_not_work"]
    assert again == Step(ended.state)


@pytest.mark.parametrize(
    "event",
    [CasePutBack(DANA), CasePutBack(DANA, silent=True), CaseHandedOver(DANA, LEE, p.NOW, Note(DANA, p.NOW, "lunch")),
     CaseClosed(DANA, p.NOW, "not_solved"), ReleaseWithdrawn(LEE), news.ReleaseFrozen()],
    ids=["put back", "silent", "handed over", "closed", "stopped", "frozen"],
)  # fmt: skip
def test_whoever_does_not_have_the_case_any_more_reads_nothing_in_it_not_even_later(event: Any) -> None:
    ended = case_handing.step(replace(HELD, release=TO_READ), event)
    taken_again: tuple[case_handing.Event, ...] = (CaseReopened(DANA, p.NOW), CasePutBack(LEE), CaseTaken(DANA, p.NOW))
    back = run(case_handing.step, ended.state, taken_again)

    assert isinstance(back.state, Filed)
    assert back.state.holder == DANA
    assert back.state.release is None
    assert case_handing.step(back.state, KeyRead(DANA, "p1", LATER, "r1")) == Step(back.state)


def test_the_owners_notice_of_a_reading_that_reaches_nobody_stands_in_the_audit() -> None:
    given_up = case_handing.step(replace(HELD, release=READ), GivenUp("TellOwner"))

    assert [fact.what for fact in given_up.facts] == ["notice.not_delivered"]


def test_whoever_supervises_sees_of_both_words_that_the_key_is_read_and_why() -> None:
    proposed = case_handing.step(HELD, ReleaseProposed(ALOUD_MADE_EASY, BY_DANA))
    agreed = case_handing.step(proposed.state, ReleaseSeconded("p1", BY_LEE))

    seen = [one for one in told(agreed) if isinstance(one, oversight.ReleaseAgreed)]
    assert [(one.by, one.release.aloud) for one in seen] == [(DANA, "no_device"), (LEE, "no_device")]
    assert [fact.about["aloud"] for fact in agreed.facts] == ["no_device"] * 2


def test_a_new_code_voids_the_one_before_it() -> None:
    coded = replace(HELD, release=replace(TOLD, codes=1, challenge_id="c8"))

    again = case_handing.step(coded, CodeMade(DANA, "p1", OFFER, LATER))

    assert [(effect.flow_id, type(effect.event)) for effect in again.effects if isinstance(effect, Tell)] == [
        ("challenge:c8", challenge.Voided),
        (standing.of_person(p.ALEX), standing.LinkAsked),
        ("challenge:c9", challenge.Made),
    ]


@pytest.mark.parametrize("event", [news.KeyShown("c9", "vault:current"), news.SomebodyInsists("c9")])
def test_a_release_on_agents_words_alone_is_one_view_and_none_for_whoever_is_told_what_to_do(event: Any) -> None:
    seen = case_handing.step(replace(HELD, release=TOLD), event)

    again = case_handing.step(seen.state, CodeMade(DANA, "p1", OFFER, LATER))

    assert again == type(again)(seen.state)


def test_no_new_code_goes_out_to_whoever_is_told_what_to_do_though_they_proved_something_themselves() -> None:
    release = replace(TOLD, plan=replace(TOLD.plan, own=("sign_in",)), codes=1, challenge_id="c9")
    assert case_release.may_have_code(release, DANA, LATER)

    insisted = case_release.after(release, news.SomebodyInsists("c9"))

    assert isinstance(insisted, Agreed)
    assert not case_release.may_have_code(insisted, DANA, LATER)


def test_a_notice_that_reaches_nobody_ends_the_release() -> None:
    ended = case_handing.step(replace(HELD, release=BY_BOTH), GivenUp("TellRelease"))

    assert isinstance(ended.state, Filed)
    assert ended.state.release is None
    assert [fact.what for fact in ended.facts] == ["notice.not_delivered"]


def test_a_release_forgets_the_failures_of_somebody_whom_an_agent_has_looked_at() -> None:
    released = case_handing.step(HELD, ReleaseProposed(SIGNED_IN, BY_DANA))

    assert Tell(standing.of_person(p.ALEX), standing.ProofHeld()) in released.effects
    assert [fact.what for fact in released.facts] == ["case.vouched", "case.released"]


def test_a_case_that_closed_without_them_being_sure_voids_what_was_released() -> None:
    coded = replace(HELD, release=replace(TOLD, codes=1, challenge_id="c8"))

    closed = case_handing.step(coded, CaseClosed(DANA, p.NOW, "not_proved"))

    assert challenge.Voided("replaced") in told(closed)
    assert queue.CaseEnded(1001) in told(closed)


def test_a_conversation_hears_of_the_key_change_of_a_release_by_code() -> None:
    changed = case_handing.step(HELD, news.KeyChanged("LAPTOP-ALEX"))

    assert isinstance(changed.state, Filed)
    assert changed.state.heard == ("changed",)
    assert changed.effects == (Tell("chat:1", news.KeyChanged("LAPTOP-ALEX")),)


def test_the_audit_names_every_agent_and_no_note_stands_in_it() -> None:
    proposed = case_handing.step(HELD, ReleaseProposed(LOST_PHONE, BY_DANA))
    agreed = case_handing.step(proposed.state, ReleaseSeconded("p1", BY_LEE))

    facts = (*proposed.facts, *agreed.facts)

    assert [(fact.what, fact.person) for fact in facts] == [
        ("case.vouched", DANA.id), ("case.vouched", LEE.id), ("case.released", p.ALEX),
    ]  # fmt: skip
    assert "badge" not in repr(facts)
    assert [type(effect) for effect in agreed.effects if not isinstance(effect, Tell)] == [case_release.TellRelease]


@pytest.mark.parametrize(
    "stage", [Taken(DANA, p.NOW), WAITS, Closed(DANA, p.NOW, "solved")], ids=lambda one: type(one).__name__
)
@pytest.mark.parametrize(
    ("release", "ended"),
    [
        (Proposed(LOST_PHONE, BY_DANA), []),
        (TOLD, []),
        (replace(TOLD, codes=1, challenge_id="c8"), [challenge.Voided("replaced")]),
        (Agreed(SIGNED_IN, (BY_DANA,), p.NOW), [news.ReleaseEnded(1001)]),
    ],
    ids=["one word", "two words", "a code", "a link in the chat"],
)
def test_a_freeze_voids_every_word_and_code_and_the_case_tells_it(release: Any, ended: list[Any], stage: Any) -> None:
    before = replace(HELD, stage=stage, release=release)

    frozen = case_handing.step(before, news.ReleaseFrozen())
    too_late: tuple[case_file.Event, ...] = (
        NoticesSent(p.NOW, p.NOW), CodeMade(DANA, "p1", OFFER, LATER), ReleaseSeconded("p1", BY_LEE),
    )  # fmt: skip
    late = run(case_handing.step, frozen.state, too_late)

    assert isinstance(frozen.state, Filed)
    assert (frozen.state.release, frozen.state.heard, frozen.state.stage) == (None, ("frozen",), stage)
    assert told(frozen) == ended
    assert [(fact.what, fact.person) for fact in frozen.facts] == [("case.release_voided", p.ALEX)]
    assert late.state == frozen.state
    assert case_handing.step(frozen.state, news.ReleaseFrozen()) == Step(frozen.state)


def test_person_and_device_are_told_of_every_word() -> None:
    proposed = case_handing.step(HELD, ReleaseProposed(LOST_PHONE, BY_DANA))
    agreed = case_handing.step(proposed.state, ReleaseSeconded("p1", BY_LEE))

    words = [
        (one.flow_id, one.event.case, one.event.by)
        for one in (*proposed.effects, *agreed.effects)
        if isinstance(one, Tell) and isinstance(one.event, standing.KeyVouched)
    ]

    subjects = (standing.of_person(p.ALEX), standing.of_device(p.LAPTOP.id))
    assert words == [(subject, "case:1001", by.id) for by in (DANA, LEE) for subject in subjects]


def test_the_queue_holds_a_case_once_until_it_is_closed() -> None:
    state = queue.step(queue.Queue((1001,)), queue.CaseBegan(1002)).state

    again = queue.step(state, queue.CaseBegan(1002)).state

    assert again.numbers == (1001, 1002)
    assert queue.step(again, queue.CaseEnded(1001)).state.numbers == (1002,)


@pytest.mark.parametrize(
    ("told", "places"),
    [
        ((), {1001: 1, 1002: 2, 1003: 3}),
        ((queue.CaseBegan(1004, urgent=True),), {1004: 1, 1001: 2, 1002: 3, 1003: 4}),
        ((queue.CaseHeld(1001),), {1001: None, 1002: 1, 1003: 2}),
        ((queue.CaseHeld(1001), queue.CaseHeld(1001), queue.CaseFreed(1001)), {1001: 1, 1002: 2}),
        ((queue.CaseEnded(1002),), {1001: 1, 1002: None, 1003: 2}),
        ((queue.CaseMoved(1002, "Macs"), queue.CaseEnded(1002), queue.CaseBegan(1002)), {1002: 2}),
        ((queue.CaseHeld(1002), queue.CaseEnded(1002)), {1001: 1, 1003: 2}),
        ((queue.CaseBegan(1004, team="Macs"),), {1001: 1, 1003: 3, 1004: 1}),
        ((queue.CaseMoved(1001, "Macs"),), {1001: 1, 1002: 1, 1003: 2}),
        (
            (queue.CaseHeld(1002), queue.CaseMoved(1002, "Macs"), queue.CaseMoved(1001, "Macs")),
            {1001: 1, 1002: 2, 1003: 1},
        ),
        ((queue.CaseMoved(1001, "Macs"), queue.CaseMoved(1001, "")), {1001: 1, 1002: 2, 1003: 3}),
        ((queue.CaseMoved(1009, "Macs"),), {1009: None, 1001: 1}),
    ],
)
def test_a_place_is_counted_among_those_who_wait_with_the_urgent_first(
    told: tuple[Any, ...], places: dict[int, int | None]
) -> None:
    began = [queue.CaseBegan(number) for number in (1001, 1002, 1003)]

    state = run(queue.step, queue.Queue(), (*began, *told)).state

    assert {number: queue.place_of(state, number) for number in places} == places
    assert set(state.held) | set(state.urgent) <= set(state.numbers)
    assert set(map(int, state.teams)) <= set(state.numbers)


def test_a_ticket_hears_of_every_change_of_the_stage_in_its_order_and_of_nothing_else() -> None:
    agreed = ReleaseProposed(SIGNED_IN, BY_DANA)
    happened: list[case_file.Event] = [
        CaseFiled(CASE, p.NOW), PersonAdded("room 4"), CaseTaken(DANA, p.NOW), CasePutBack(DANA), CaseTaken(LEE, LATER),
        ReleaseProposed(SIGNED_IN_BY_TWO, BY_LEE), ReleaseSeconded("p1", BY_DANA), ReleaseWithdrawn(LEE), CasePutBack(DANA),
        CaseClosed(LEE, LATE, "solved", ("after_update",)), agreed,
    ]  # fmt: skip

    told = mirrored(run(case_handing.step, Unfiled(), happened))

    assert [one.entry for one in told] == [
        Entry(1, "waiting", at=p.NOW), Entry(2, "taken", at=p.NOW), Entry(3, "waiting"), Entry(4, "taken", at=LATER),
        Entry(5, "released", at=p.NOW), Entry(6, "taken", at=LATER), Entry(7, "closed", "solved", LATE, tags=("after_update",)),
    ]  # fmt: skip


def test_a_ticket_knows_neither_words_nor_key_nor_key_id_nor_chat() -> None:
    learnt = Learnt(
        key_id_typed="4A7C2E1F", device_id="d1", device_name="LAPTOP-ALEX", keys_tried=("vault:k1",), words=("room 4",)
    )

    (told,) = mirrored(case_handing.step(Unfiled(), CaseFiled(replace(CASE, learnt=learnt), p.NOW)))

    assert told.ticket.device_name == "LAPTOP-ALEX"
    for kept_back in ("4A7C2E1F", "vault:k1", "room 4", "chat:1", "d1"):
        assert kept_back not in CODEC.encode(told)


def test_what_somebody_says_of_how_it_was_is_with_the_case_and_moves_nothing() -> None:
    closed = replace(HELD, stage=Closed(DANA, p.NOW, "solved"))
    said = [PersonLookedBack(f"thing {n}") for n in range(7)]

    told = run(casework.step, closed, said)

    assert told.state == replace(closed, afterwords=tuple(f"thing {n}" for n in range(2, 7)))
    assert (told.effects, told.facts) == ((), ())


def test_a_case_that_is_handed_over_is_at_once_the_colleagues_and_both_agents_stand_in_the_audit() -> None:
    note = Note(DANA, p.NOW, "ask for Morgan")

    handed = case_handing.step(HELD, CaseHandedOver(DANA, LEE, p.NOW, note))

    assert isinstance(handed.state, Filed)
    assert handed.state.stage == Taken(LEE, p.NOW, handed_by=DANA)
    assert handed.state.notes == (note,)
    assert news.CaseHandedOver(1001, "Lee Tanaka") in told(handed)
    assert [(fact.what, fact.person) for fact in handed.facts] == [
        ("case.handed_over", DANA.id), ("case.received", LEE.id),
    ]  # fmt: skip
    assert "Morgan" not in repr(handed.facts)


@pytest.mark.parametrize("both", [(LEE, LEE), (LEE, DANA), (DANA, DANA), (DANA, ALEX)], ids=str)
def test_nobody_hands_over_what_they_do_not_have_nor_to_its_own_person(both: tuple[Agent, Agent]) -> None:
    handed = case_handing.step(HELD, CaseHandedOver(*both, p.NOW, Note(both[0], p.NOW, "yours")))

    assert handed == Step(HELD)


def test_a_first_word_of_two_does_not_go_along_with_the_case() -> None:
    half = replace(HELD, release=Proposed(SIGNED_IN_BY_TWO, BY_DANA))

    handed = case_handing.step(half, CaseHandedOver(DANA, LEE, p.NOW, Note(DANA, p.NOW, "yours")))

    assert isinstance(handed.state, Filed)
    assert handed.state.release is None


def test_a_case_that_is_opened_again_is_in_the_queue_and_what_was_released_in_it_is_void() -> None:
    coded = replace(HELD, stage=Closed(DANA, p.NOW, "solved"), release=replace(TOLD, codes=1, challenge_id="c8"))

    again = case_handing.step(coded, CaseReopened(LEE, LATER))

    assert isinstance(again.state, Filed)
    assert again.state.stage == Taken(LEE, LATER)
    assert again.state.release is None
    for one in (challenge.Voided("replaced"), queue.CaseBegan(1001), news.CaseReopened(1001, "Lee Tanaka")):
        assert one in told(again)
    assert [(fact.what, fact.person) for fact in again.facts] == [("case.reopened", LEE.id)]


def test_a_case_that_goes_to_a_team_waits_in_its_queue_with_the_words_for_it() -> None:
    half, note = replace(HELD, release=Proposed(SIGNED_IN_BY_TWO, BY_DANA)), Note(DANA, p.NOW, "a Mac after all")

    moved = case_handing.step(half, CaseToTeam(DANA, "Macs", note, 600.0))

    assert isinstance(moved.state, Filed)
    assert (moved.state.stage, moved.state.case.team, moved.state.notes, moved.state.release) == (
        WAITS,
        "Macs",
        (note,),
        None,
    )
    assert told(moved) == [queue.CaseMoved(1001, "Macs"), news.CaseToTeam(1001, "Macs")]
    assert [(fact.what, fact.person, fact.about["team"]) for fact in moved.facts] == [("case.to_team", DANA.id, "Macs")]


@pytest.mark.parametrize(
    "state", [HELD, replace(HELD, stage=WAITS), replace(HELD, stage=Closed(DANA, p.NOW, "solved"))], ids=name
)
def test_nobody_gives_to_a_team_what_they_do_not_have(state: Filed) -> None:
    assert case_handing.step(state, CaseToTeam(LEE, "Macs", Note(LEE, p.NOW, "yours"), None)) == Step(state)


def test_a_case_that_is_that_teams_already_stays_where_it_is() -> None:
    of_team = replace(HELD, case=replace(CASE, team="Macs"))

    assert case_handing.step(of_team, CaseToTeam(DANA, "Macs", Note(DANA, p.NOW, "yours"), None)) == Step(of_team)


def test_a_case_that_was_late_is_late_in_the_other_team_too() -> None:
    late = replace(HELD, late=True)

    moved = case_handing.step(late, CaseToTeam(DANA, "Macs", Note(DANA, p.NOW, "yours"), 600.0))

    assert isinstance(moved.state, Filed)
    assert moved.state.stage == Waits(late=True)


@pytest.mark.parametrize("stage", [WAITS, Taken(DANA, p.NOW)], ids=str)
def test_a_case_of_somebody_who_is_told_what_to_do_is_urgent_from_then_on(stage: Any) -> None:
    before = replace(HELD, stage=stage)

    after = case_handing.step(before, news.SomebodyInsists("c9"))
    again = case_handing.step(after.state, news.SomebodyInsists("c9"))

    assert isinstance(after.state, Filed)
    assert (after.state.case.urgency, after.state.heard) == ("urgent", ("insists",))
    assert Tell(queue.OPEN, queue.CaseBegan(1001, urgent=True)) in after.effects
    assert [one.case.urgency for one in after.effects if isinstance(one, case_file.ShowCase)] == ["urgent"]
    assert not [one for one in again.effects if isinstance(one, Tell) and one.flow_id == queue.OPEN]


def test_a_case_that_is_closed_does_not_come_back_into_the_queue() -> None:
    closed = replace(HELD, stage=Closed(DANA, p.NOW, "solved"))

    assert case_handing.step(closed, news.SomebodyInsists("c9")).effects == ()
