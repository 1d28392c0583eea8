"""The flow of what an agent searched for and released, without pages: every state meets every event."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot import oversight
from bot.domain.cases import Agent
from bot.domain.people import PersonId
from bot.effects import Wake, Woken
from bot.flow import Step
from bot.oversight import (
    KEPT,
    SEARCHES_A_SHIFT,
    SHIFT,
    KeyReadAloud,
    Overseen,
    Reading,
    Release,
    ReleaseAgreed,
    Search,
    SearchAnswered,
    SearchAsked,
)
from bot.wiring import codec
from tests.dialogs import people as p

CODEC = codec()
DANA = Agent(PersonId("demo", "dana"), "Dana Fischer")
SEARCH = Search("search/new", p.NOW, "4A7C 2E10", "caller", "rings from room 4")
RELEASE = Release(p.NOW, 1001, "LAPTOP-ALEX", "in_person")
READING = Reading(p.NOW, 1001, "LAPTOP-ALEX")
FORGOTTEN = SEARCH.words


def searches(count: int, ago: timedelta) -> tuple[Search, ...]:
    return tuple(replace(SEARCH, id=f"search/{number}", at=p.NOW - ago) for number in range(count))


NOTHING, OLD = Overseen(), Overseen(DANA, searches(2, KEPT), (replace(RELEASE, at=p.NOW - KEPT),))
ASKED = Overseen(DANA, (SEARCH,), (RELEASE, READING))
FULL = Overseen(DANA, searches(SEARCHES_A_SHIFT, SHIFT - timedelta(seconds=1)))
YESTERDAY = Overseen(DANA, searches(SEARCHES_A_SHIFT, SHIFT))
STATES: list[Any] = [NOTHING, OLD, ASKED, FULL, YESTERDAY]
EVENTS: list[Any] = [
    SearchAsked(DANA, SEARCH),
    SearchAnswered(SEARCH.id, ("LAPTOP-ALEX",), ("vault",)),
    ReleaseAgreed(DANA, RELEASE),
    KeyReadAloud(DANA, READING),
    Woken(oversight.FORGET),
]


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)), ids=lambda value: str(type(value).__name__))
def test_what_is_kept_can_be_stored_and_the_audit_holds_no_words_of_an_agent(state: Any, event: Any) -> None:
    taken = oversight.step(state, event)

    assert CODEC.decode(CODEC.encode(taken.state), object) == taken.state
    assert all(fact.person == DANA.id and FORGOTTEN not in str(fact.about) for fact in taken.facts)
    kept_longer = len(taken.state.searches) + len(taken.state.deeds) and taken.state != state
    grew = isinstance(event, SearchAsked | ReleaseAgreed | KeyReadAloud) and kept_longer
    assert bool(taken.effects) is bool(grew)


@pytest.mark.parametrize(
    ("state", "is_counted"), [(NOTHING, True), (OLD, True), (FULL, False), (YESTERDAY, True)], ids=str
)
def test_a_shift_allows_so_many_searches(state: Overseen, *, is_counted: bool) -> None:
    taken = oversight.step(state, SearchAsked(DANA, SEARCH))

    assert oversight.was_counted(taken.state, SEARCH.id) is is_counted
    assert [fact.what for fact in taken.facts] == ([] if is_counted else ["key_id.search_refused"])


def test_an_answer_is_told_once_and_only_of_what_was_asked() -> None:
    answered = oversight.step(ASKED, EVENTS[1])

    assert answered.state.searches[0].found == 1
    assert answered.facts[0].about == {
        "typed": "4A7C 2E10", "reason": "caller", "found": "1", "devices": "LAPTOP-ALEX", "silent": "vault",
    }  # fmt: skip
    assert oversight.step(NOTHING, EVENTS[1]) == Step(NOTHING)


def test_what_is_thirty_days_old_goes_with_what_comes_or_when_nothing_comes() -> None:
    agreed = oversight.step(OLD, ReleaseAgreed(DANA, RELEASE))
    read = oversight.step(agreed.state, KeyReadAloud(DANA, READING))

    assert read.state == Overseen(DANA, (), (RELEASE, READING))
    assert agreed.effects == read.effects == (Wake(oversight.FORGET, KEPT.total_seconds()),)
    assert oversight.step(ASKED, Woken(oversight.FORGET)).state == NOTHING
