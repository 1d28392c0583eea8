"""The flow of an authenticator app without pages: every state meets every event."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot import enrolment, standing
from bot.case_file import OpenCase
from bot.effects import GivenUp, Tell, Woken
from bot.enrolment import ActivateSeed, Pending, Permitted, RemoveSeed, Resting, TellEnrolment
from bot.news import CaseOpened
from bot.wiring import codec
from tests.dialogs import people as p
from tests.dialogs.table import assert_golden, transitions

CODEC = codec()
MINE, OTHER = "mine", "other"
SOON, LATE = p.NOW + timedelta(minutes=1), p.NOW + timedelta(minutes=30)
STATES: list[Any] = [
    Resting(), Resting(p.ALEX), Permitted(p.ALEX, MINE, "enrol", p.NOW + enrolment.PERMISSION_LIVES),
    Permitted(p.ALEX, MINE, "remove", p.NOW + enrolment.PERMISSION_LIVES), Pending(p.ALEX, MINE, "s1", p.NOW + enrolment.SEED_WAITS),
    Pending(p.ALEX, MINE, "s1", p.NOW + enrolment.SEED_WAITS, 0, "t"),
]  # fmt: skip
EVENTS: list[Any] = [
    *(enrolment.SteppedUp(p.ALEX, MINE, change, SOON) for change in ("enrol", "remove")), enrolment.StepUpRefused(p.ALEX, "enrol"),
    *(enrolment.SomebodyInsisted(session, "Alex", "en", SOON) for session in (MINE, OTHER)),
    *(enrolment.SeedAsked(session, "s2", at) for session in (MINE, OTHER) for at in (SOON, LATE)),
    *(enrolment.RemovalAsked(session, "s0", at) for session in (MINE, OTHER) for at in (SOON, LATE)),
    *(enrolment.CodeTried(session, "t2", at) for session in (MINE, OTHER) for at in (SOON, LATE)),
    *(enrolment.CodeFailed(session, seed_id) for session in (MINE, OTHER) for seed_id in ("s1", "s0")),
    *(enrolment.CodeHeld(session, seed_id, 7, first, SOON) for session in (MINE, OTHER) for seed_id in ("s1", "s0") for first in (True, False)),
    CaseOpened(1001, 0), Woken("pending"), GivenUp("TellEnrolment"), GivenUp("ActivateSeed"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)), ids=str)
def test_nothing_changes_out_of_turn_and_no_change_goes_untold(state: Any, event: Any) -> None:
    taken = enrolment.step(state, event)

    assert CODEC.decode(CODEC.encode(taken.state), object) == taken.state
    changes = [effect for effect in taken.effects if isinstance(effect, ActivateSeed | RemoveSeed)]
    told = [effect for effect in taken.effects if isinstance(effect, TellEnrolment)]
    facts = [fact.what for fact in taken.facts]
    assert len(changes) == len(told)
    if changes:
        assert event.session == MINE
        assert facts == [f"authenticator.{told[0].what.removeprefix('authenticator_')}"]
        assert isinstance(taken.state, Resting)
    if any(isinstance(change, ActivateSeed) for change in changes):
        assert isinstance(state, Pending)
        assert event.seed_id == state.seed_id
    if any(isinstance(change, RemoveSeed) for change in changes):
        assert state == Permitted(p.ALEX, MINE, "remove", p.NOW + enrolment.PERMISSION_LIVES)
        assert event.at < state.until
    if isinstance(taken.state, Permitted) and taken.state != state:
        assert isinstance(event, enrolment.SteppedUp)
    if isinstance(taken.state, Pending) and not isinstance(state, Pending):
        assert isinstance(state, Permitted)
        assert (state.change, event.session) == ("enrol", MINE)
        assert event.at < state.until
    if any(isinstance(effect, OpenCase) for effect in taken.effects):
        assert facts == ["authenticator.insisted"]


def test_a_new_seed_rests_for_three_days() -> None:
    taken = enrolment.step(STATES[4], enrolment.CodeHeld(MINE, "s1", 7, is_first=True, at=SOON))

    activate = taken.effects[0]
    assert isinstance(activate, ActivateSeed)
    assert activate.usable_from - SOON == timedelta(hours=72)


def test_what_could_not_be_carried_out_is_in_the_audit() -> None:
    notice = enrolment.step(Resting(p.ALEX), GivenUp("TellEnrolment"))
    change = enrolment.step(Resting(p.ALEX), GivenUp("ActivateSeed"))

    facts = [(fact.what, fact.person) for step in (notice, change) for fact in step.facts]
    assert facts == [("notice.not_delivered", p.ALEX), ("authenticator.change_failed", p.ALEX)]


def test_the_enrolment_goes_the_ways_that_are_drawn() -> None:
    assert_golden("enrolment.txt", transitions(enrolment.step, STATES, EVENTS, lambda state: str(type(state).__name__)))


def test_whoever_was_told_to_change_their_app_gets_no_link_for_a_day() -> None:
    permitted = Permitted(p.ALEX, MINE, "enrol", p.NOW + enrolment.PERMISSION_LIVES)

    insisted = enrolment.step(permitted, enrolment.SomebodyInsisted(MINE, "Alex", "en", SOON))

    assert Tell(standing.of_person(p.ALEX), standing.Insisted(SOON)) in insisted.effects
