"""The flows without words: challenge, key change, standing, case. Every state meets every event."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot import case_file, casework, challenge, challenging, keychange, limits, news, standing
from bot.challenge import Claimed, Granted, Offer, Over, Unmade, Waiting
from bot.domain.cases import Case, Learnt
from bot.domain.people import PersonId
from bot.effects import GivenUp, Tell, Woken
from bot.flow import Step, run
from bot.wiring import codec
from tests.dialogs import people as p
from tests.dialogs.table import assert_golden, transitions

CODEC = codec()
OFFER = Offer("c1", "chat:1", p.ALEX, p.LAPTOP, p.CURRENT.key_ref, "42", (("authenticator",),))
SOON, LONG_AFTER = p.NOW + timedelta(seconds=10), p.NOW + timedelta(hours=1)
UNTIL = p.NOW + timedelta(minutes=5)
MINE, OTHER = "mine", "other"
GRANTED = Granted(OFFER, UNTIL, MINE, ("authenticator",))
READY = replace(GRANTED, unobserved=True)
SEEN = replace(READY, views=1, view_until=p.NOW + timedelta(minutes=1), viewed_ref=OFFER.key_ref)

CHALLENGES: list[Any] = [
    Unmade(), Unmade("insisted"), Waiting(OFFER, UNTIL, 5), Claimed(OFFER, p.NOW, UNTIL, 5, MINE), Claimed(OFFER, p.NOW, UNTIL, 0, MINE),
    Claimed(replace(OFFER, sets=(("authenticator", "approval"),)), p.NOW, UNTIL, 5, MINE, "t", number_held=True, proved=("authenticator",), approval="a"),
    GRANTED, READY, SEEN,
    replace(SEEN, views=3), replace(SEEN, outcome=False), Over(OFFER, "finished"), Over(OFFER, "not_proved", 0),
]  # fmt: skip
CHALLENGE_EVENTS: list[Any] = [
    challenge.Made(OFFER, p.NOW),
    *(challenge.LinkClaimed(browser, at) for browser in (MINE, OTHER) for at in (SOON, LONG_AFTER)),
    *(challenge.TryMade(browser, "t", at) for browser in (MINE, OTHER) for at in (SOON, LONG_AFTER)),
    challenge.ProofFailed(MINE), challenge.ProofFailed(OTHER),
    *(challenge.ProofGiven(browser, ("authenticator",), at) for browser in (MINE, OTHER) for at in (SOON, LONG_AFTER)),
    challenge.ProofGiven(MINE, (), SOON, "renewed"), challenge.DayUsedUp(MINE), challenge.DayUsedUp(OTHER),
    *(challenge.Asked(browser, somebody_insists=insists, at=SOON) for browser in (MINE, OTHER) for insists in (True, False)),
    *(challenge.Viewed(browser, nth, at) for browser in (MINE, OTHER) for nth in (0, 1, 2, 3, 4) for at in (SOON, LONG_AFTER)),
    challenge.FoundDamaged(), challenge.FoundOutOfReach("vault"), challenge.FoundChangedHands(), challenge.CandidateOffered(p.OLDER.key_ref),
    *(challenge.OutcomePressed(browser, worked=worked) for browser in (MINE, OTHER) for worked in (True, False)),
    challenge.Finished(MINE), challenge.Finished(OTHER), challenge.Voided("replaced"), challenge.Voided("denied"), challenge.LinksEnded("signed_out"),
    *(challenge.OtherSetAsked(browser, method) for browser, method in ((MINE, "authenticator"), (MINE, "approval"), (OTHER, "authenticator"))),
    challenge.ApprovalAwaited("a", SOON, LONG_AFTER), *(challenge.ApprovalGiven(one, SOON) for one in ("a", "")), challenge.ApprovalFailed("a"),
    Woken("link"), Woken("grant"),
]  # fmt: skip


def name(state: Any) -> str:
    return type(state).__name__


@pytest.mark.parametrize(("state", "event"), list(product(CHALLENGES, CHALLENGE_EVENTS)), ids=str)
def test_a_challenge_shows_nothing_out_of_turn(state: Any, event: Any) -> None:
    taken = challenging.step(state, event)

    assert CODEC.decode(CODEC.encode(taken.state), object) == taken.state
    told = [effect.event for effect in taken.effects if isinstance(effect, Tell)]
    if any(isinstance(one, news.KeyShown) for one in told):
        assert isinstance(state, Granted)
        assert state.unobserved
        assert event.browser == MINE
        assert event.nth == state.views + 1 <= 3
        assert event.at < state.until
        assert any(isinstance(one, keychange.KeyWasShown) for one in told)
        assert any(isinstance(effect, challenge.TellOwner) for effect in taken.effects)
        assert [fact.what for fact in taken.facts] == ["key.shown"]
    if isinstance(taken.state, Granted) and not isinstance(state, Granted):
        assert isinstance(event, challenge.ProofGiven | challenge.ApprovalGiven)
        assert getattr(event, "browser", MINE) == MINE
        assert getattr(event, "approval_id", "a") == "a"
    if isinstance(state, Over):
        assert taken == type(taken)(state)


def asked_for(*declined: str, sets: tuple[tuple[str, ...], ...]) -> str:
    """What the page asks for when these were declined one after the other; nothing where the link is over."""
    state: Any = Claimed(replace(OFFER, sets=sets), p.NOW, UNTIL, 5, MINE)
    for method in declined:
        state = challenging.step(state, challenge.OtherSetAsked(MINE, method)).state
    return state.missing[0] if isinstance(state, Claimed) else ""


MEDIUM = (("sign_in", "authenticator"), ("sign_in", "approval"))
"""As shipped for a medium risk."""


@pytest.mark.parametrize(
    ("sets", "declined", "then"),
    [
        (MEDIUM, ("sign_in",), ""),
        ((*MEDIUM, ("authenticator",)), ("sign_in",), "authenticator"),
        ((("authenticator",), ("sign_in",)), ("authenticator",), "sign_in"),
        ((("authenticator",), ("sign_in",), ("authenticator", "approval")), ("authenticator", "sign_in"), ""),
        ((("authenticator",), ("sign_in",)), ("authenticator", "authenticator"), "sign_in"),
        ((("authenticator",), ("sign_in",)), ("sign_in", "authenticator"), "sign_in"),
    ],
    ids=[
        "every way needs it",
        "the last does not",
        "none does",
        "declined before",
        "tapped twice",
        "not what is asked",
    ],
)
def test_what_somebody_cannot_do_is_not_asked_of_them_again(
    sets: tuple[tuple[str, ...], ...], declined: tuple[str, ...], then: str
) -> None:
    assert asked_for(*declined, sets=sets) == then


def test_a_way_that_was_declined_suffices_if_it_is_proved_all_the_same() -> None:
    state: Any = Claimed(replace(OFFER, sets=(("sign_in",), ("authenticator",))), p.NOW, UNTIL, 5, MINE)
    state = challenging.step(state, challenge.OtherSetAsked(MINE, "sign_in")).state

    taken = challenging.step(state, challenge.ProofGiven(MINE, ("sign_in",), SOON))

    assert isinstance(taken.state, Granted)


def test_a_grant_goes_on_in_the_browser_that_came_back_from_a_sign_in_and_in_no_other() -> None:
    renewed = challenging.step(READY, challenge.ProofGiven(MINE, ("sign_in",), SOON, "renewed"))
    others = challenging.step(READY, challenge.ProofGiven(OTHER, ("sign_in",), SOON, "renewed"))

    assert renewed == Step(replace(READY, browser="renewed"))
    assert others == Step(READY)


def test_a_form_sent_twice_is_one_view_and_goes_dark_at_the_same_moment() -> None:
    first = challenging.step(READY, challenge.Viewed(MINE, 1, SOON))
    again = challenging.step(first.state, challenge.Viewed(MINE, 1, SOON + timedelta(seconds=60)))

    assert again.state == first.state
    assert again.effects == ()


def test_the_challenge_goes_the_ways_that_are_drawn() -> None:
    assert_golden("challenge.txt", transitions(challenging.step, CHALLENGES, CHALLENGE_EVENTS, name))


EXPOSURE = keychange.Exposure("chat:1", p.ALEX, "LAPTOP", "LAPTOP-ALEX", ("vault:current",))
CHANGES: list[Any] = [
    keychange.NothingOwed(), keychange.Due(EXPOSURE), keychange.Held(EXPOSURE), keychange.Ordering(EXPOSURE),
    keychange.Ordered(EXPOSURE, ("vault:current", "vault:data")), keychange.Ordered(EXPOSURE, ("vault:new",), 500),
    keychange.Impossible(EXPOSURE),
]  # fmt: skip
CHANGE_EVENTS: list[Any] = [
    keychange.KeyWasShown("vault:current", "chat:1", p.ALEX, "LAPTOP", "LAPTOP-ALEX"), keychange.PersonGotIn(), keychange.PersonStillLocked(),
    keychange.OrderTaken(), keychange.CannotBeOrdered(), keychange.NewestKnown(("vault:current", "vault:data")),
    keychange.NewestKnown(("vault:new", "vault:data")), Woken("unless_told"), Woken("look"), GivenUp("OrderKeyChange"), GivenUp("LookForNewKey"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "event"), list(product(CHANGES, CHANGE_EVENTS)), ids=str)
def test_no_key_is_changed_under_a_person_who_is_still_locked_out(state: Any, event: Any) -> None:
    taken = keychange.step(state, event)

    assert CODEC.decode(CODEC.encode(taken.state), object) == taken.state
    if isinstance(state, keychange.Held):
        does_order = any(
            isinstance(effect, keychange.OrderKeyChange | keychange.LookForNewKey) for effect in taken.effects
        )
        assert not does_order or isinstance(event, keychange.PersonGotIn)
    if isinstance(event, keychange.PersonStillLocked) and isinstance(
        state, keychange.Due | keychange.Ordering | keychange.Ordered
    ):
        assert isinstance(taken.state, keychange.Held)


def test_a_shown_key_stays_owed_until_it_is_gone_from_the_source() -> None:
    ordered = keychange.Ordered(EXPOSURE, ("vault:current", "vault:data"))

    same = keychange.step(ordered, keychange.NewestKnown(("vault:current", "vault:data")))
    gone = keychange.step(ordered, keychange.NewestKnown(("vault:new", "vault:data")))

    assert isinstance(same.state, keychange.Ordered)
    assert isinstance(gone.state, keychange.NothingOwed)


def test_the_key_change_goes_the_ways_that_are_drawn() -> None:
    assert_golden("keychange.txt", transitions(keychange.step, CHANGES, CHANGE_EVENTS, name))


def test_a_frozen_person_gets_no_link_and_no_try() -> None:
    frozen = standing.step(standing.Standing(), standing.Frozen("lost_or_stolen", p.ALEX, "x")).state

    asked = standing.step(frozen, standing.LinkAsked("l", p.NOW)).state
    tried = standing.step(asked, standing.ProofTried("t", p.NOW)).state

    assert not limits.was_allowed(tried.links, "l")
    assert not limits.was_allowed(tried.tries, "t")


def test_whoever_said_that_somebody_insists_gets_no_link_and_asks_nobody_for_a_day_but_by_agents_words() -> None:
    insisted = standing.step(standing.Standing(), standing.Insisted(p.NOW)).state

    asked = standing.step(insisted, standing.LinkAsked("mine", SOON)).state
    approved = standing.step(asked, standing.ApprovalCounted("whom", SOON, 4)).state
    before = standing.step(approved, standing.LinkAsked("before", SOON, word_at=p.NOW)).state
    vouched = standing.step(before, standing.LinkAsked("theirs", SOON, word_at=SOON)).state
    later = standing.step(vouched, standing.LinkAsked("later", p.NOW + limits.WINDOW)).state

    assert standing.stopped(vouched, SOON) == "insisted_today"
    assert [limits.was_allowed(vouched.links, link) for link in ("mine", "before", "theirs")] == [False, False, True]
    assert not limits.was_allowed(vouched.approvals, "whom")
    assert limits.was_allowed(later.links, "later")


def test_a_freeze_that_is_lifted_ends_what_somebody_insisted() -> None:
    events: tuple[standing.Event, ...] = (
        standing.Insisted(p.NOW),
        standing.Frozen("not_me", p.ALEX, "x"),
        standing.Thawed(DANA, "x"),
    )

    state = run(standing.step, standing.Standing(), events).state

    assert standing.stopped(state, SOON) is None


def test_limits_are_counted_within_a_day_and_forgotten_after_it() -> None:
    state = standing.Standing()
    for n in range(limits.FAILURES_A_DAY + 3):
        state = standing.step(state, standing.ProofTried(f"t{n}", p.NOW + n * limits.LONGEST_WAIT)).state

    assert limits.was_allowed(state.tries, f"t{limits.FAILURES_A_DAY - 1}")
    assert not limits.was_allowed(state.tries, f"t{limits.FAILURES_A_DAY}")
    tomorrow = standing.step(state, standing.ProofTried("tomorrow", p.NOW + 2 * limits.WINDOW)).state
    assert limits.was_allowed(tomorrow.tries, "tomorrow")


def test_whoever_fails_again_and_again_waits_longer_each_time_and_nothing_is_counted_meanwhile() -> None:
    state, now, waits = standing.Standing(), p.NOW, []
    for n in range(12):
        asked = standing.ProofTried(f"t{n}", now)
        wait = asked.wait_after(state.tries)
        too_soon = standing.step(state, asked).state if wait else None
        assert too_soon in (None, state)
        waits.append(wait.seconds)
        now += wait
        state = standing.step(state, standing.ProofTried(f"t{n}", now)).state
        assert limits.was_allowed(state.tries, f"t{n}")

    assert waits == [0, 0, 0, 0, 0, 10, 20, 40, 80, 160, 300, 300]


def told(taken: Any) -> list[tuple[str, object]]:
    return [(one.flow_id, one.event) for one in taken.effects]


@pytest.mark.parametrize(
    ("event", "ended"),
    [
        (standing.SignedOutEverywhere(p.ALEX), challenge.LinksEnded("signed_out")),
        (standing.ApprovalDenied(p.NOW), challenge.LinksEnded("denied")),
        (standing.Insisted(p.NOW), challenge.LinksEnded("insisted")),
        (standing.Frozen("not_me", p.ALEX, "x"), challenge.Voided("frozen")),
        (standing.Thawed(p.ALEX, "x"), None),
    ],
)
def test_one_place_ends_every_link_of_the_last_day(event: Any, ended: object) -> None:
    state = standing.Standing()
    for link, at in (("c0", p.NOW - 2 * limits.WINDOW), ("c1", p.NOW), ("c2", SOON)):
        state = standing.step(state, standing.LinkAsked(link, at)).state

    taken = standing.step(state, event)

    assert told(taken) == ([("challenge:c1", ended), ("challenge:c2", ended)] if ended else [])


def test_a_conversation_hears_of_a_link_that_ended_elsewhere_and_once() -> None:
    ended = challenge.LinksEnded("signed_out")

    taken = [challenging.step(state, ended) for state in (Waiting(OFFER, UNTIL, 5), GRANTED, SEEN)]
    again = challenging.step(taken[0].state, ended)

    assert [told(one) for one in taken] == [[("chat:1", news.LinkVoided("c1", "signed_out"))]] * 3
    assert [fact.about["why"] for one in taken for fact in one.facts] == ["signed_out"] * 3
    assert again.effects == ()


def test_the_waits_alone_bound_what_a_network_can_fail_in_a_day() -> None:
    state, now = standing.Standing(), p.NOW
    while now < p.NOW + limits.WINDOW:
        asked = standing.ProofTried(str(now), now, limits.FREE_IN_A_NETWORK, at_most=None)
        state = standing.step(state, asked).state
        now += max(replace(asked, id="next").wait_after(state.tries), timedelta(seconds=1))

    assert 300 < len(state.tries) < 350


def test_only_the_desk_thaws() -> None:
    frozen = standing.step(standing.Standing(), standing.Frozen("not_me", p.ALEX, "x")).state

    thawed = standing.step(frozen, standing.Thawed(p.ALEX, "x"))

    assert thawed.state.frozen is None
    assert [fact.what for fact in thawed.facts] == ["self_service.thawed"]


DANA, LEE = PersonId("demo", "dana"), PersonId("demo", "lee")


def test_a_freeze_is_told_once_to_each_case_in_which_an_agent_gave_their_word() -> None:
    words = [standing.KeyVouched(case, by, p.NOW) for case, by in (("case:1", DANA), ("case:1", LEE), ("case:2", LEE))]
    vouched = run(standing.step, standing.Standing(), words)

    frozen = standing.step(vouched.state, standing.Frozen("not_me", p.ALEX, "x"))

    assert vouched.effects == ()
    assert told(frozen) == [("case:1", news.ReleaseFrozen()), ("case:2", news.ReleaseFrozen())]


DAYS: list[tuple[standing.Event, str]] = [
    (standing.Insisted(SOON), "insisted_today"),
    (standing.ApprovalDenied(SOON), "denied"),
]


@pytest.mark.parametrize(("event", "why"), DAYS)
def test_a_day_on_which_only_a_human_helps_is_told_to_each_case_of_a_word_from_before(
    event: standing.Event, why: Any
) -> None:
    words = [standing.KeyVouched(case, by, p.NOW) for case, by in (("case:1", DANA), ("case:1", LEE), ("case:2", LEE))]
    vouched = run(standing.step, standing.Standing(), words)

    begun = standing.step(vouched.state, event)

    assert told(begun) == [("case:1", news.ReleaseFrozen(why)), ("case:2", news.ReleaseFrozen(why))]


@pytest.mark.parametrize(("event", "why"), DAYS)
def test_a_word_from_before_such_a_day_is_void_when_it_comes_late_and_one_from_after_it_counts(
    event: standing.Event, why: Any
) -> None:
    begun = standing.step(standing.Standing(), event).state

    late = standing.step(begun, standing.KeyVouched("case:1", DANA, p.NOW))
    after = standing.step(begun, standing.KeyVouched("case:1", DANA, SOON + timedelta(seconds=1)))

    assert told(late) == [("case:1", news.ReleaseFrozen(why))]
    assert told(after) == []


def test_a_word_that_meets_a_freeze_is_void_at_once() -> None:
    frozen = standing.step(standing.Standing(), standing.Frozen("not_me", p.ALEX, "x")).state

    assert told(standing.step(frozen, standing.KeyVouched("case:1", DANA, p.NOW))) == [("case:1", news.ReleaseFrozen())]


def test_a_word_is_held_against_an_agent_for_a_month_whatever_was_lifted_meanwhile() -> None:
    events: tuple[standing.Event, ...] = (
        standing.KeyVouched("case:1", DANA, p.NOW),
        standing.Frozen("not_me", p.ALEX, "x"),
        standing.Thawed(LEE, "x"),
    )
    state = run(standing.step, standing.Standing(), events).state
    month = p.NOW + standing.WORDS_COUNT_FOR

    assert standing.has_vouched(state, DANA, month - timedelta(seconds=1))
    assert not standing.has_vouched(state, DANA, month)
    assert not standing.has_vouched(state, LEE, p.NOW)
    assert standing.step(state, standing.KeyVouched("case:2", LEE, month)).state.words[0].by == LEE


def test_a_lifted_block_owes_a_notice_and_one_that_reaches_nobody_is_in_the_audit() -> None:
    owed = standing.TellThawed(p.ALEX, "", "", p.NOW)

    assert standing.step(standing.Standing(), standing.Thawed(DANA, "x", owed=owed)).effects == (owed,)
    given_up = standing.step(standing.Standing(), GivenUp("TellThawed"))
    assert [fact.what for fact in given_up.facts] == ["notice.not_delivered"]


def test_a_case_is_filed_once_and_keeps_what_is_added() -> None:
    case = Case(1001, "chat:1", p.ALEX, "Alex", "asked", "normal", "en", "webchat", Learnt())
    filed = casework.step(case_file.Unfiled(), case_file.CaseFiled(case, p.NOW))

    again = casework.step(filed.state, case_file.CaseFiled(replace(case, number=1002), p.NOW))
    added = casework.step(filed.state, case_file.PersonAdded("room 4"))

    assert again.state == filed.state
    spans = (case_file.Span("chat:1", p.NOW),)
    with_words = replace(case, learnt=Learnt(words=("room 4",)))
    assert added.state == case_file.Filed(with_words, p.NOW, changes=1, spans=spans, said=1)


def test_agents_see_a_case_anew_when_it_changes_one_showing_after_the_other() -> None:
    case = Case(1001, "chat:1", p.ALEX, "Alex", "asked", "normal", "en", "webchat", Learnt())
    filed = casework.step(case_file.Unfiled(), case_file.CaseFiled(case, p.NOW))

    meanwhile = casework.step(filed.state, case_file.PersonAdded("room 4"))
    shown = casework.step(meanwhile.state, case_file.CaseShown("post|1", messages=0))
    shown_anew = casework.step(shown.state, case_file.CaseShown("post|1", messages=1))
    later = casework.step(shown_anew.state, case_file.PersonAdded("second floor"))

    with_words = replace(case, learnt=Learnt(words=("room 4",)))
    assert [effect for effect in filed.effects if isinstance(effect, case_file.ShowCase)] == [
        case_file.ShowCase(case, p.NOW, None)
    ]
    assert meanwhile.effects == ()
    assert shown.effects == (case_file.ShowCase(with_words, p.NOW, "post|1"),)
    assert shown_anew.effects == ()
    assert [effect.shown_as for effect in later.effects if isinstance(effect, case_file.ShowCase)] == ["post|1"]


def test_a_showing_that_was_given_up_is_tried_with_the_next_change() -> None:
    case = Case(1001, "chat:1", p.ALEX, "Alex", "asked", "normal", "en", "webchat", Learnt())
    filed = casework.step(case_file.Unfiled(), case_file.CaseFiled(case, p.NOW))

    given_up = casework.step(filed.state, GivenUp("ShowCase"))
    added = casework.step(given_up.state, case_file.PersonAdded("room 4"))

    assert given_up.effects == ()
    assert [type(effect) for effect in added.effects] == [case_file.ShowCase]
