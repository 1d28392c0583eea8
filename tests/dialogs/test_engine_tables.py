"""The flows without words: challenge, key change, standing, case. Every state meets every event."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot import casework, challenge, keychange, news, standing
from bot.challenge import Claimed, Granted, Offer, Over, Unmade, Waiting
from bot.domain.cases import Case, Learnt
from bot.effects import GivenUp, Tell, Woken
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
    Unmade(), Waiting(OFFER, UNTIL, 5), Claimed(OFFER, UNTIL, 5, MINE), Claimed(OFFER, UNTIL, 0, MINE), GRANTED, READY, SEEN,
    replace(SEEN, views=3), replace(SEEN, outcome=False), Over(OFFER, "finished"), Over(OFFER, "not_proved", 0),
]  # fmt: skip
CHALLENGE_EVENTS: list[Any] = [
    challenge.Made(OFFER, p.NOW),
    *(challenge.LinkClaimed(browser, at) for browser in (MINE, OTHER) for at in (SOON, LONG_AFTER)),
    *(challenge.TryMade(browser, "t", at) for browser in (MINE, OTHER) for at in (SOON, LONG_AFTER)),
    challenge.ProofFailed(MINE), challenge.ProofFailed(OTHER),
    *(challenge.ProofGiven(browser, ("authenticator",), at) for browser in (MINE, OTHER) for at in (SOON, LONG_AFTER)),
    *(challenge.Asked(browser, somebody_insists=insists) for browser in (MINE, OTHER) for insists in (True, False)),
    *(challenge.Viewed(browser, nth, at) for browser in (MINE, OTHER) for nth in (0, 1, 2, 3, 4) for at in (SOON, LONG_AFTER)),
    challenge.FoundDamaged(), challenge.FoundOutOfReach("vault"), challenge.CandidateOffered(p.OLDER.key_ref),
    *(challenge.OutcomePressed(browser, worked=worked) for browser in (MINE, OTHER) for worked in (True, False)),
    challenge.Finished(MINE), challenge.Finished(OTHER), challenge.Voided("replaced"), Woken("link"), Woken("grant"),
]  # fmt: skip


def name(state: Any) -> str:
    return type(state).__name__


@pytest.mark.parametrize(("state", "event"), list(product(CHALLENGES, CHALLENGE_EVENTS)), ids=str)
def test_a_challenge_shows_nothing_out_of_turn(state: Any, event: Any) -> None:
    taken = challenge.step(state, event)

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
        assert isinstance(event, challenge.ProofGiven)
        assert event.browser == MINE
    if isinstance(state, Over):
        assert taken == type(taken)(state)


def test_a_form_sent_twice_is_one_view_and_goes_dark_at_the_same_moment() -> None:
    first = challenge.step(READY, challenge.Viewed(MINE, 1, SOON))
    again = challenge.step(first.state, challenge.Viewed(MINE, 1, SOON + timedelta(seconds=60)))

    assert again.state == first.state
    assert again.effects == ()


def test_the_challenge_goes_the_ways_that_are_drawn() -> None:
    assert_golden("challenge.txt", transitions(challenge.step, CHALLENGES, CHALLENGE_EVENTS, name))


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

    assert not standing.was_allowed(tried.links, "l")
    assert not standing.was_allowed(tried.tries, "t")


def test_limits_are_counted_within_a_day_and_forgotten_after_it() -> None:
    state = standing.Standing()
    for n in range(standing.FAILURES_A_DAY + 3):
        state = standing.step(state, standing.ProofTried(f"t{n}", p.NOW)).state

    assert not standing.was_allowed(state.tries, f"t{standing.FAILURES_A_DAY}")
    tomorrow = standing.step(state, standing.ProofTried("tomorrow", p.NOW + standing.WINDOW)).state
    assert standing.was_allowed(tomorrow.tries, "tomorrow")


def test_only_the_desk_thaws() -> None:
    frozen = standing.step(standing.Standing(), standing.Frozen("not_me", p.ALEX, "x")).state

    thawed = standing.step(frozen, standing.Thawed(p.ALEX, "x"))

    assert thawed.state.frozen is None
    assert [fact.what for fact in thawed.facts] == ["self_service.thawed"]


def test_a_case_is_filed_once_and_keeps_what_is_added() -> None:
    case = Case(1001, "chat:1", p.ALEX, "Alex", "asked", "normal", "en", "webchat", Learnt())
    filed = casework.step(casework.Unfiled(), casework.CaseFiled(case, p.NOW))

    again = casework.step(filed.state, casework.CaseFiled(replace(case, number=1002), p.NOW))
    added = casework.step(filed.state, casework.PersonAdded("room 4"))

    assert again.state == filed.state
    assert added.state == casework.Filed(replace(case, learnt=Learnt(words=("room 4",))), p.NOW)


def test_agents_see_a_case_anew_when_it_changes_one_showing_after_the_other() -> None:
    case = Case(1001, "chat:1", p.ALEX, "Alex", "asked", "normal", "en", "webchat", Learnt())
    filed = casework.step(casework.Unfiled(), casework.CaseFiled(case, p.NOW))

    meanwhile = casework.step(filed.state, casework.PersonAdded("room 4"))
    shown = casework.step(meanwhile.state, casework.CaseShown("post|1", messages=0))
    shown_anew = casework.step(shown.state, casework.CaseShown("post|1", messages=1))
    later = casework.step(shown_anew.state, casework.PersonAdded("second floor"))

    with_words = replace(case, learnt=Learnt(words=("room 4",)))
    assert filed.effects == (casework.ShowCase(case, p.NOW, None),)
    assert meanwhile.effects == ()
    assert shown.effects == (casework.ShowCase(with_words, p.NOW, "post|1"),)
    assert shown_anew.effects == ()
    assert [effect.shown_as for effect in later.effects if isinstance(effect, casework.ShowCase)] == ["post|1"]


def test_a_showing_that_was_given_up_is_tried_with_the_next_change() -> None:
    case = Case(1001, "chat:1", p.ALEX, "Alex", "asked", "normal", "en", "webchat", Learnt())
    filed = casework.step(casework.Unfiled(), casework.CaseFiled(case, p.NOW))

    given_up = casework.step(filed.state, GivenUp("ShowCase"))
    added = casework.step(given_up.state, casework.PersonAdded("room 4"))

    assert given_up.effects == ()
    assert [type(effect) for effect in added.effects] == [casework.ShowCase]
