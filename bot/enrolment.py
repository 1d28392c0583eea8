"""The flow of one person's authenticator app: permitted by a fresh sign-in, pending until its first code, then counting.

It names seeds and never holds one.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot import standing
from bot.case_file import OpenCase
from bot.domain.audit import Fact
from bot.domain.cases import Learnt
from bot.domain.people import PersonId
from bot.effects import GivenUp, LetSleep, Tell, Wake, Woken
from bot.flow import Step
from bot.news import CaseOpened

PERMISSION_LIVES = timedelta(minutes=5)
SEED_WAITS = timedelta(minutes=10)
REST = timedelta(hours=72)
"""How long a new seed opens nothing: time for its owner to read the notice and object."""
TRIES = 5

Change = Literal["enrol", "remove"]


# Where an enrolment can be


@dataclass(frozen=True, slots=True)
class Resting:
    """Nothing is under way. `person` is unknown only before the first change."""

    person: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Permitted:
    """The person has just signed in freshly, in this session, for this change."""

    person: PersonId
    session: str
    change: Change
    until: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """A seed was shown once; it counts when one code of it was typed."""

    person: PersonId
    session: str
    seed_id: str
    until: datetime
    tries_left: int = TRIES
    last_try: str = ""


State: TypeAlias = Resting | Permitted | Pending


# What can happen to it


@dataclass(frozen=True, slots=True)
class SteppedUp:
    person: PersonId
    session: str
    change: Change
    at: datetime


@dataclass(frozen=True, slots=True)
class StepUpRefused:
    """Somebody else signed in where the person was to."""

    person: PersonId
    change: Change


@dataclass(frozen=True, slots=True)
class SomebodyInsisted:
    """The person says that somebody told them to do this."""

    session: str
    name: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SeedAsked:
    session: str
    seed_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CodeTried:
    """Counted before the code is looked at."""

    session: str
    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CodeFailed:
    session: str
    seed_id: str


@dataclass(frozen=True, slots=True)
class CodeHeld:
    session: str
    seed_id: str
    counter: int
    is_first: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class RemovalAsked:
    session: str
    seed_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RemovedByDesk:
    """The phone with the app is lost: an agent takes its proof away. That can only ever lock."""

    person: PersonId
    agent: PersonId
    case: int
    seed_id: str
    at: datetime


Event: TypeAlias = (
    SteppedUp | StepUpRefused | SomebodyInsisted | SeedAsked | CodeTried | CodeFailed | CodeHeld | RemovalAsked | RemovedByDesk
    | CaseOpened | Woken | GivenUp
)  # fmt: skip


# What it owes


@dataclass(frozen=True, slots=True)
class ActivateSeed:
    person: PersonId
    seed_id: str
    counter: int
    since: datetime
    usable_from: datetime


@dataclass(frozen=True, slots=True)
class RemoveSeed:
    person: PersonId
    seed_id: str


@dataclass(frozen=True, slots=True)
class ForgetSeed:
    """One that nobody confirmed."""

    person: PersonId
    seed_id: str


@dataclass(frozen=True, slots=True)
class TellEnrolment:
    """Let the person know, by another way than this, that their app has changed. `what` as notices name it."""

    person: PersonId
    what: str
    at: datetime


Effect: TypeAlias = ActivateSeed | RemoveSeed | ForgetSeed | TellEnrolment | OpenCase | Tell | Wake | LetSleep
Next: TypeAlias = Step[State, Effect]


def of_person(person: PersonId) -> str:
    return f"enrolment:{person}"


def step(state: State, event: Event) -> Next:
    match state, event:
        case _, SteppedUp(person, session, change, at):
            permitted = Permitted(person, session, change, at + PERMISSION_LIVES)
            return Step(permitted, _forgotten(state), (_fact("permitted", person, change=change),))
        case _, StepUpRefused(person, change):
            return Step(state, facts=(_fact("refused", person, change=change, why="another person"),))
        case _, RemovedByDesk(person, agent, number, seed_id, at):
            fact = _fact("removed_by_desk", agent, case=str(number), seed=seed_id)
            removed = _changed(person, "removed", at, RemoveSeed(person, seed_id))
            return replace(removed, effects=(*_forgotten(state), *removed.effects), facts=(fact, *removed.facts))
        case _, GivenUp(effect):
            return Step(state, facts=_given_up(state, effect))
        case Permitted(), _:
            return _permitted(state, event)
        case Pending(), _:
            return _pending(state, event)
        case _:
            return Step(state)


def _permitted(state: Permitted, event: Event) -> Next:
    """Whatever is done with it, a permission is used up."""
    person = state.person
    match event:
        case SomebodyInsisted(session, name, language, at) if session == state.session:
            case_ = OpenCase("", person, name, "insisted", "urgent", language, "page", Learnt())
            stands = Tell(standing.of_person(person), standing.Insisted(at))
            return Step(Resting(person), (stands, case_), (_fact("insisted", person, change=state.change),))
        case SeedAsked(session, seed_id, at) if _covers(state, session, "enrol", at):
            pending = Pending(person, session, seed_id, at + SEED_WAITS)
            return Step(pending, (Wake("pending", SEED_WAITS.total_seconds()),))
        case RemovalAsked(session, seed_id, at) if _covers(state, session, "remove", at):
            return _changed(person, "removed", at, RemoveSeed(person, seed_id))
        case _:
            return Step(state)


def _pending(state: Pending, event: Event) -> Next:
    person = state.person
    match event:
        case CodeTried(session, id_, at) if session == state.session and at < state.until and state.tries_left > 0:
            return Step(replace(state, tries_left=state.tries_left - 1, last_try=id_))
        case CodeFailed(session, seed_id) if (session, seed_id) == (state.session, state.seed_id):
            failed = (_fact("code_failed", person, tries_left=str(state.tries_left)),)
            return Step(state, (), failed) if state.tries_left else Step(Resting(person), _forgotten(state), failed)
        case CodeHeld(session, seed_id, counter, is_first, at) if (session, seed_id) == (state.session, state.seed_id):
            activate = ActivateSeed(person, seed_id, counter, at, at + REST)
            return _changed(person, "added" if is_first else "replaced", at, activate)
        case Woken("pending"):
            return Step(Resting(person), _forgotten(state), (_fact("not_confirmed", person),))
        case _:
            return Step(state)


def _covers(state: Permitted, session: str, change: Change, at: datetime) -> bool:
    return session == state.session and change == state.change and at < state.until


def _changed(person: PersonId, what: str, at: datetime, deed: ActivateSeed | RemoveSeed) -> Next:
    told = TellEnrolment(person, f"authenticator_{what}", at)
    return Step(Resting(person), (deed, told, LetSleep("pending")), (_fact(what, person, seed=deed.seed_id),))


def _forgotten(state: State) -> tuple[Effect, ...]:
    return (ForgetSeed(state.person, state.seed_id), LetSleep("pending")) if isinstance(state, Pending) else ()


def _given_up(state: State, effect: str) -> tuple[Fact, ...]:
    if effect == "TellEnrolment":
        return (Fact("notice.not_delivered", state.person, {"about": "authenticator"}),)
    return (Fact("authenticator.change_failed", state.person, {"effect": effect}),)


def _fact(what: str, person: PersonId, **about: str) -> Fact:
    return Fact(f"authenticator.{what}", person, about)
