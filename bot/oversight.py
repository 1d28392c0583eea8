"""What one agent searched for, agreed to release and read aloud in thirty days, for supervisors; and how much a shift allows.

The words of a reason stay here, where they are forgotten: they may name people, and the audit cannot forget them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.domain.audit import Fact
from bot.domain.cases import Agent
from bot.domain.people import PersonId
from bot.domain.release import HowSure, WhyAloud
from bot.effects import Wake, Woken
from bot.flow import Step

KIND = "oversight"
SHIFT = timedelta(hours=24)
SEARCHES_A_SHIFT = 40
KEPT = timedelta(days=30)
FORGET = "forget"
WhySearched = Literal["caller", "visitor", "found_computer", "other"]


@dataclass(frozen=True, slots=True)
class Search:
    """`typed`: the beginning of the Key ID. `found` is None until the sources were asked."""

    id: str
    at: datetime
    typed: str
    reason: WhySearched
    words: str
    found: int | None = None
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """An agent's word for a release that was agreed; what becomes of it is the case's. `aloud`: an agent reads it to them, and why."""

    at: datetime
    case: int
    device: str
    how: HowSure
    aloud: WhyAloud | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The agent was shown the key, to read it aloud."""

    at: datetime
    case: int
    device: str


@dataclass(frozen=True, slots=True)
class Overseen:
    """`by`: the agent, as they were last called."""

    by: Agent | None = None
    searches: tuple[Search, ...] = ()
    deeds: tuple[Release | Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchAsked:
    """Counted before anything is looked up, found or not."""

    by: Agent
    search: Search


@dataclass(frozen=True, slots=True)
class SearchAnswered:
    """`devices`: those that the agent is about to see."""

    id: str
    devices: tuple[str, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleaseAgreed:
    by: Agent
    release: Release


@dataclass(frozen=True, slots=True)
class KeyReadAloud:
    by: Agent
    reading: Reading


Event: TypeAlias = SearchAsked | SearchAnswered | ReleaseAgreed | KeyReadAloud | Woken
Next: TypeAlias = Step[Overseen, object]


def of_agent(agent: PersonId) -> str:
    return f"{KIND}:{agent}"


def step(state: Overseen, event: Event) -> Next:
    match event:
        case SearchAsked(by, search):
            return _asked(replace(_recent(state, search.at), by=by), by, search)
        case SearchAnswered(id_, devices, silent):
            return _answered(state, id_, devices, silent)
        case ReleaseAgreed(by, deed) | KeyReadAloud(by, deed):
            recent = _recent(state, deed.at)
            return _kept(replace(recent, by=by, deeds=(*recent.deeds, deed)))
        case Woken():
            return Step(Overseen())


def was_counted(state: Overseen, id_: str) -> bool:
    return any(search.id == id_ for search in state.searches)


def _asked(state: Overseen, by: Agent, search: Search) -> Next:
    shift = [one for one in state.searches if search.at - one.at < SHIFT]
    if len(shift) >= SEARCHES_A_SHIFT:
        about = {"typed": search.typed, "reason": search.reason, "why": "limit"}
        return Step(state, facts=(Fact("key_id.search_refused", by.id, about),))
    return _kept(replace(state, searches=(*state.searches, search)))


def _answered(state: Overseen, id_: str, devices: tuple[str, ...], silent: tuple[str, ...]) -> Next:
    asked = next((one for one in state.searches if one.id == id_), None)
    if asked is None or state.by is None:
        return Step(state)
    answered = replace(asked, found=len(devices), silent=silent)
    searches = tuple(answered if one.id == id_ else one for one in state.searches)
    about = {"typed": asked.typed, "reason": asked.reason, "found": str(len(devices)), "devices": " ".join(devices)}
    about |= {"silent": " ".join(silent)} if silent else {}
    return Step(replace(state, searches=searches), facts=(Fact("key_id.searched", state.by.id, about),))


def _kept(state: Overseen) -> Next:
    """When nothing has been added for so long, everything in it is as old."""
    return Step(state, (Wake(FORGET, KEPT.total_seconds()),))


def _recent(state: Overseen, now: datetime) -> Overseen:
    searches = tuple(one for one in state.searches if now - one.at < KEPT)
    return replace(state, searches=searches, deeds=tuple(one for one in state.deeds if now - one.at < KEPT))
