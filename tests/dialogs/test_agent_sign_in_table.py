"""The flow of an agent's fresh sign-in without pages: every state meets every event."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot import agent_sign_in
from bot.agent_sign_in import PERMISSION_LIVES, Permitted, SteppedUp, StepUpRefused, Unpermitted
from bot.domain.people import PersonId
from bot.wiring import codec
from tests.dialogs import people as p
from tests.dialogs.table import assert_golden, transitions

CODEC = codec()
DANA = PersonId("demo", "dana")
SOON = p.NOW + timedelta(minutes=1)
PERMITTED = Permitted(1001, "mine", p.NOW + PERMISSION_LIVES)
STATES: list[Any] = [Unpermitted(), PERMITTED]
EVENTS: list[Any] = [
    *(SteppedUp(DANA, case, session, SOON) for case in (1001, 1002) for session in ("mine", "other")),
    StepUpRefused(DANA, 1001),
]


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)), ids=str)
def test_only_a_fresh_sign_in_permits_and_only_what_it_was_for(state: Any, event: Any) -> None:
    taken = agent_sign_in.step(state, event)

    assert CODEC.decode(CODEC.encode(taken.state), object) == taken.state
    assert [(fact.person, fact.about["case"]) for fact in taken.facts] == [(DANA, str(event.case))]
    if isinstance(event, SteppedUp):
        assert taken.state == Permitted(event.case, event.session, SOON + PERMISSION_LIVES)
    else:
        assert taken.state == state


@pytest.mark.parametrize(
    ("case", "session", "after", "is_covered"),
    [
        (1001, "mine", timedelta(0), True),
        (1001, "mine", PERMISSION_LIVES - timedelta(seconds=1), True),
        (1001, "mine", PERMISSION_LIVES, False),
        (1002, "mine", timedelta(0), False),
        (1001, "other", timedelta(0), False),
    ],
)
def test_what_was_permitted_is_for_one_case_one_browser_and_five_minutes(
    case: int, session: str, after: timedelta, *, is_covered: bool
) -> None:
    assert PERMITTED.covers(case, session, p.NOW + after) is is_covered


def test_an_agents_sign_in_goes_the_ways_that_are_drawn() -> None:
    drawn = transitions(agent_sign_in.step, STATES, EVENTS, lambda state: str(type(state).__name__))
    assert_golden("agent_sign_in.txt", drawn)
