"""Whether a person or a device may help themselves now: limits counted in the store, and the freeze that only the desk lifts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.domain.audit import Fact
from bot.domain.people import PersonId
from bot.flow import Step

WINDOW = timedelta(hours=24)
LINKS_A_DAY = 12
UNLOCKS_KEPT, UNLOCKS_COUNTED = timedelta(days=30), 50
FAILURES_A_DAY = 15
LOOK_UPS_A_DAY = 40


@dataclass(frozen=True, slots=True)
class Moment:
    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    links: tuple[Moment, ...] = ()
    tries: tuple[Moment, ...] = ()
    look_ups: tuple[Moment, ...] = ()
    frozen: str | None = None
    unlocks: tuple[Moment, ...] = ()
    thaws: int = 0


@dataclass(frozen=True, slots=True)
class KeySeen:
    """A challenge of this person's came to its first view."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkRefused:
    """The policy brings this person to a human. `decided`: why, for the auditor."""

    person: PersonId
    device_id: str
    decided: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LookUpAsked:
    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkAsked:
    id: str
    at: datetime
    at_most: int = LINKS_A_DAY


@dataclass(frozen=True, slots=True)
class ProofTried:
    """Counted before the proof is looked at; taken back by `ProofHeld`."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProofHeld: ...


@dataclass(frozen=True, slots=True)
class Frozen:
    why: str
    person: PersonId
    subject: str


@dataclass(frozen=True, slots=True)
class Thawed:
    by: PersonId
    subject: str


Event: TypeAlias = LinkRefused | KeySeen | LookUpAsked | LinkAsked | ProofTried | ProofHeld | Frozen | Thawed
Next: TypeAlias = Step[Standing, object]


def of_person(person: PersonId) -> str:
    return f"standing:person/{person}"


def of_device(device_id: str) -> str:
    return f"standing:device/{device_id}"


OF_ALL = "standing:all"


def step(state: Standing, event: Event) -> Next:
    match event:
        case LinkRefused(person, device_id, decided):
            return Step(state, facts=(Fact("link.refused", person, {"device": device_id, "why": "policy", **decided}),))
        case KeySeen(id_, at):
            recent = tuple(moment for moment in state.unlocks if at - moment.at < UNLOCKS_KEPT)
            return Step(replace(state, unlocks=(*recent, Moment(id_, at))[-UNLOCKS_COUNTED:]))
        case LookUpAsked(id_, at):
            return Step(replace(state, look_ups=_counted(state.look_ups, id_, at, LOOK_UPS_A_DAY)))
        case LinkAsked(id_, at, at_most):
            at_most = 0 if state.frozen else at_most
            return Step(replace(state, links=_counted(state.links, id_, at, at_most)))
        case ProofTried(id_, at):
            at_most = 0 if state.frozen else FAILURES_A_DAY
            return Step(replace(state, tries=_counted(state.tries, id_, at, at_most)))
        case ProofHeld():
            return Step(replace(state, tries=()))
        case Frozen(why, person, subject):
            return Step(
                replace(state, frozen=why),
                facts=(Fact("self_service.frozen", person, {"subject": subject, "why": why}),),
            )
        case Thawed(by, subject):
            return Step(
                replace(state, frozen=None, thaws=state.thaws + 1),
                facts=(Fact("self_service.thawed", by, {"subject": subject}),),
            )


def was_allowed(moments: tuple[Moment, ...], id_: str) -> bool:
    return any(moment.id == id_ for moment in moments)


def _counted(moments: tuple[Moment, ...], id_: str, now: datetime, at_most: int) -> tuple[Moment, ...]:
    """What has left the window is forgotten; one more is counted only if the limit allows it."""
    recent = tuple(moment for moment in moments if now - moment.at < WINDOW)
    return (*recent, Moment(id_, now)) if len(recent) < at_most else recent
