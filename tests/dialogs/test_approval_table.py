"""The flow of an approval without pages: every state meets every event."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot import approval, challenge, challenging, limits, news, standing
from bot.approval import Approved, Asked, AskedFor, Denied, Over, Permission, Request, TellApprover, Unasked
from bot.challenge import Claimed, Granted
from bot.domain.people import PersonId
from bot.effects import GivenUp, Tell, Woken
from bot.wiring import codec
from tests.dialogs import people as p
from tests.dialogs.table import assert_golden, transitions
from tests.dialogs.test_engine_tables import MINE, OFFER

CODEC = codec()
MORGAN, NOOR = PersonId("demo", "morgan"), PersonId("demo", "noor")
THEIRS, OTHER = "their session", "another session"
REQUEST = Request("a1", "c1", "chat:1", p.ALEX, "Alex Rivera", "LAPTOP", "LAPTOP-ALEX")
SOON, LATE = p.NOW + timedelta(minutes=1), p.NOW + timedelta(hours=1)
UNTIL = p.NOW + approval.APPROVAL_LIVES
ASKED = Asked(REQUEST, MORGAN, "27", p.NOW, UNTIL)
PERMITTED = replace(ASKED, permission=Permission(MORGAN, THEIRS, p.NOW + approval.PERMISSION_LIVES))
TYPED = replace(ASKED, tries_left=4, last_try="t")
BY_SECURITY = replace(ASKED, approver=None, number="36", objected_to=MORGAN)

STATES: list[Any] = [
    Unasked(), ASKED, PERMITTED, TYPED, replace(TYPED, tries_left=0), replace(PERMITTED, tries_left=0), BY_SECURITY,
    Approved(REQUEST, MORGAN), Denied(REQUEST, MORGAN), Over(REQUEST, "failed"), Over(REQUEST, "expired"),
]  # fmt: skip
EVENTS: list[Any] = [
    AskedFor(REQUEST, MORGAN, "27", SOON), AskedFor(REQUEST, None, "36", SOON, MORGAN), AskedFor(REQUEST, None, "36", SOON),
    AskedFor(REQUEST, None, "36", SOON, NOOR),
    *(approval.SteppedUp(MORGAN, session, at) for session in (THEIRS, OTHER) for at in (SOON, LATE)), approval.StepUpRefused(MORGAN),
    *(approval.NumberTyped(session, "t2", at) for session in (THEIRS, OTHER) for at in (SOON, LATE)),
    *(approval.NumberFailed(id_, MORGAN) for id_ in ("t", "t0")), *(approval.NumberHeld(id_, MORGAN, at) for id_ in ("t", "t0") for at in (SOON, LATE)),
    *(approval.Refused(MORGAN, at) for at in (SOON, LATE)), Woken("approval"), GivenUp("TellApprover"),
]  # fmt: skip


def told(taken: Any) -> list[Any]:
    return [effect.event for effect in taken.effects if isinstance(effect, Tell)]


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)), ids=str)
def test_nothing_is_approved_out_of_turn_and_no_answer_goes_untold(state: Any, event: Any) -> None:
    taken = approval.step(state, event)

    assert CODEC.decode(CODEC.encode(taken.state), object) == taken.state
    facts = [fact.what for fact in taken.facts]
    given = [one for one in told(taken) if isinstance(one, challenge.ApprovalGiven)]
    if given:
        assert isinstance(event, approval.NumberHeld)
        assert isinstance(state, Asked)
        assert (event.id, event.at) == (state.last_try, SOON)
        assert isinstance(taken.state, Approved)
        assert facts == ["approval.given"]
    assert bool(given) == (isinstance(taken.state, Approved) and taken.state != state)
    if isinstance(taken.state, Denied) and taken.state != state:
        assert isinstance(event, approval.Refused)
        assert {type(one) for one in told(taken)} == {challenge.Voided, news.ApprovalDenied, standing.ApprovalDenied}
    if isinstance(event, approval.NumberTyped) and taken.state != state:
        assert isinstance(state, Asked)
        assert state.permission is not None
        assert state.permission.session == event.session
        assert state.tries_left == taken.state.tries_left + 1  # type: ignore[union-attr]  # it was just typed
        assert taken.state.permission is None  # type: ignore[union-attr]  # likewise
    if any(isinstance(effect, TellApprover) for effect in taken.effects):
        assert "approval.asked" in facts
    if isinstance(state, Approved | Denied | Over):
        assert taken == type(taken)(state)


def test_no_number_is_in_what_the_audit_keeps_or_the_notice_says() -> None:
    for state, event in product(STATES, EVENTS):
        taken = approval.step(state, event)

        kept = [
            *(str(fact) for fact in taken.facts),
            *(str(one) for one in taken.effects if isinstance(one, TellApprover)),
        ]
        assert not [one for one in kept if "27" in one or "36" in one], kept


def test_an_objection_takes_the_approval_from_the_manager_whatever_they_had_begun() -> None:
    for state in (ASKED, PERMITTED, TYPED):
        after = approval.step(state, AskedFor(REQUEST, None, "36", SOON, MORGAN)).state

        assert after == replace(BY_SECURITY, since=SOON, until=SOON + approval.APPROVAL_LIVES)
        assert approval.step(after, approval.NumberHeld("t", MORGAN, SOON)).state == after


@pytest.mark.parametrize("asked", [ASKED, PERMITTED, TYPED, BY_SECURITY])
def test_a_notice_that_did_not_arrive_ends_nothing_and_the_audit_knows_it(asked: Asked) -> None:
    """The other way may have reached them; and after an objection it may be the manager's, who is not asked any more."""
    taken = approval.step(asked, GivenUp("TellApprover"))

    assert (taken.state, taken.effects) == (asked, ())
    assert [(fact.what, fact.person, fact.about["about"]) for fact in taken.facts] == [
        ("notice.not_delivered", p.ALEX, "approval")
    ]


def test_the_fifth_wrong_number_ends_it_and_a_human_goes_on() -> None:
    last = replace(TYPED, tries_left=0)

    taken = approval.step(last, approval.NumberFailed("t", MORGAN))

    assert taken.state == Over(REQUEST, "failed")
    assert told(taken) == [challenge.ApprovalFailed("a1")]


def test_a_last_try_that_was_never_compared_ends_it_when_the_approver_comes_back() -> None:
    """The process died in between. A second press of the button is not the end: the first may be compared just now."""
    last = replace(TYPED, tries_left=0)

    taken = approval.step(last, approval.SteppedUp(MORGAN, THEIRS, SOON))
    pressed = approval.step(last, approval.NumberTyped(THEIRS, "t2", SOON))

    assert taken.state == Over(REQUEST, "failed")
    assert told(taken) == [challenge.ApprovalFailed("a1")]
    assert pressed.state == last


def test_the_approval_goes_the_ways_that_are_drawn() -> None:
    assert_golden("approval.txt", transitions(approval.step, STATES, EVENTS, lambda state: str(type(state).__name__)))


# what the challenge makes of it

SETS = replace(OFFER, sets=(("sign_in", "approval"),))
READY = Claimed(SETS, p.NOW, p.NOW + timedelta(minutes=5), 3, MINE, number_held=True, proved=("sign_in",))
WAITS = challenging.step(READY, challenge.ApprovalAwaited("a1", SOON, SOON + approval.APPROVAL_LIVES)).state


def test_a_challenge_lives_as_long_as_the_approval_may_take_and_remembers_when_it_was_made() -> None:
    assert isinstance(WAITS, Claimed)
    assert WAITS.until == SOON + approval.APPROVAL_LIVES
    assert WAITS.made_at == READY.made_at == p.NOW


def test_only_the_approval_that_a_challenge_waits_for_opens_it() -> None:
    other = challenging.step(WAITS, challenge.ApprovalGiven("a2", SOON))
    unasked = challenging.step(READY, challenge.ApprovalGiven("a1", SOON))
    late = challenging.step(WAITS, challenge.ApprovalGiven("a1", LATE))
    right = challenging.step(WAITS, challenge.ApprovalGiven("a1", SOON))

    assert (other.state, unasked.state, late.state) == (WAITS, READY, WAITS)
    assert isinstance(right.state, Granted)
    assert right.state.methods == ("sign_in", "approval")
    assert challenging.step(right.state, challenge.ApprovalGiven("a1", SOON)).state == right.state


def test_an_approval_alone_opens_nothing_where_a_sign_in_is_owed() -> None:
    bare = replace(READY, proved=())
    waits = challenging.step(bare, challenge.ApprovalAwaited("a1", SOON, SOON + approval.APPROVAL_LIVES)).state

    after = challenging.step(waits, challenge.ApprovalGiven("a1", SOON)).state

    assert isinstance(after, Claimed)
    assert after.missing == ("sign_in",)
    assert after.tries_left == 3


def test_somebody_else_is_asked_last() -> None:
    first = replace(READY, offer=replace(SETS, sets=(("approval", "authenticator", "sign_in"),)), proved=())

    assert first.missing == ("authenticator", "sign_in", "approval")


def test_whoever_was_told_no_asks_nobody_else_for_a_day() -> None:
    counted = standing.ApprovalCounted("x", SOON, limits.APPROVALS_A_DAY)
    denied = standing.step(standing.Standing(), standing.ApprovalDenied(p.NOW)).state
    frozen = standing.step(standing.Standing(), standing.Frozen("not_me", p.ALEX, "x")).state
    tomorrow = replace(counted, at=p.NOW + limits.WINDOW)

    assert standing.step(standing.Standing(), counted).state.approvals
    assert not standing.step(denied, counted).state.approvals
    assert not standing.step(frozen, counted).state.approvals
    assert standing.step(denied, tomorrow).state.approvals


def test_whoever_was_told_no_gets_a_link_only_when_agents_have_vouched_or_a_day_later() -> None:
    denied = standing.step(standing.Standing(), standing.ApprovalDenied(p.NOW)).state
    tomorrow = standing.LinkAsked("l", p.NOW + limits.WINDOW)

    assert not standing.step(denied, standing.LinkAsked("l", SOON)).state.links
    assert not standing.step(denied, standing.LinkAsked("l", SOON, word_at=p.NOW)).state.links
    assert standing.step(denied, standing.LinkAsked("l", SOON, word_at=SOON)).state.links
    assert standing.step(denied, tomorrow).state.links


def test_the_desk_that_lifts_a_freeze_takes_the_no_back_as_well() -> None:
    denied = standing.step(standing.Standing(), standing.ApprovalDenied(p.NOW)).state
    frozen = standing.step(denied, standing.Frozen("not_me", p.ALEX, "x")).state

    thawed = standing.step(frozen, standing.Thawed(p.ALEX, "x")).state

    assert standing.step(thawed, standing.LinkAsked("l", SOON)).state.links
    assert standing.step(thawed, standing.ApprovalCounted("a", SOON, 1)).state.approvals


def test_nobody_is_asked_more_often_in_a_day_than_the_limit_says() -> None:
    state = standing.Standing()
    for number in range(20):
        state = standing.step(state, standing.ApprovalCounted(str(number), SOON, limits.ASKED_A_DAY)).state

    assert len(state.approvals) == limits.ASKED_A_DAY
