"""The flow of one approval: asked of one approver, who hears a number from the person and types it. It only ever adds to proof.

It belongs to one challenge and dies with it. Who approves is chosen by the directory; the person may only object.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot import challenge, news
from bot.domain.audit import Fact
from bot.domain.people import PersonId
from bot.effects import GivenUp, LetSleep, Tell, Wake, Woken
from bot.flow import Step
from bot.standing import ApprovalDenied
from bot.standing import of_person as standing_of

APPROVAL_LIVES = timedelta(minutes=30)
PERMISSION_LIVES = timedelta(minutes=5)
TRIES = 5

ChosenBy = Literal["directory", "objection", "no manager"]
Ending = Literal["expired", "failed"]


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, at which computer, from which conversation."""

    approval_id: str
    challenge_id: str
    chat: str
    person: PersonId
    name: str
    device_id: str
    device_name: str


@dataclass(frozen=True, slots=True)
class Permission:
    """The approver has just signed in freshly, in this session. It is good for one number, right or wrong."""

    person: PersonId
    session: str
    until: datetime


# Where an approval can be


@dataclass(frozen=True, slots=True)
class Unasked: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """`approver` None: anybody of security, but not `objected_to`. `number`: the person reads it out, the approver types it."""

    request: Request
    approver: PersonId | None
    number: str
    since: datetime
    until: datetime
    tries_left: int = TRIES
    objected_to: PersonId | None = None
    permission: Permission | None = None
    last_try: str = ""


@dataclass(frozen=True, slots=True)
class Approved:
    request: Request
    by: PersonId


@dataclass(frozen=True, slots=True)
class Denied:
    request: Request
    by: PersonId


@dataclass(frozen=True, slots=True)
class Over:
    request: Request
    why: Ending


State: TypeAlias = Unasked | Asked | Approved | Denied | Over


# What can happen to it


@dataclass(frozen=True, slots=True)
class AskedFor:
    """`objected_to`: the manager whom the person did not want, or no longer wants, to be asked."""

    request: Request
    approver: PersonId | None
    number: str
    at: datetime
    objected_to: PersonId | None = None


@dataclass(frozen=True, slots=True)
class SteppedUp:
    person: PersonId
    session: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StepUpRefused:
    """Somebody else signed in where the approver was to."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class NumberTyped:
    """Counted, and the permission spent, before anything is compared."""

    session: str
    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NumberFailed:
    id: str
    person: PersonId


@dataclass(frozen=True, slots=True)
class NumberHeld:
    id: str
    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """The approver says no."""

    person: PersonId
    at: datetime


Event: TypeAlias = (
    AskedFor | SteppedUp | StepUpRefused | NumberTyped | NumberFailed | NumberHeld | Refused | Woken | GivenUp
)  # fmt: skip


# What it owes


@dataclass(frozen=True, slots=True)
class TellApprover:
    """Let the approver know that they are asked. The number is not in it."""

    approval_id: str
    approver: PersonId | None
    person: PersonId
    device_name: str
    at: datetime


Effect: TypeAlias = TellApprover | Tell | Wake | LetSleep
Next: TypeAlias = Step[State, Effect]


def flow_id(approval_id: str) -> str:
    return f"approval:{approval_id}"


def step(state: State, event: Event) -> Next:
    match state, event:
        case Unasked(), AskedFor():
            return _asked(event)
        case Asked(approver=PersonId() as approver), AskedFor(approver=None) if event.objected_to == approver:
            return _asked(event)
        case Asked(), _:
            return _waiting(state, event)
        case _:
            return Step(state)


def _asked(event: AskedFor) -> Next:
    """An objection begins anew with security: another number, and whatever the manager had begun is worth nothing."""
    request, until = event.request, event.at + APPROVAL_LIVES
    asked = Asked(request, event.approver, event.number, event.at, until, objected_to=event.objected_to)
    effects = (
        Tell(challenge.flow_id(request.challenge_id), challenge.ApprovalAwaited(request.approval_id, event.at, until)),
        TellApprover(request.approval_id, event.approver, request.person, request.device_name, event.at),
        Wake("approval", APPROVAL_LIVES.total_seconds()),
    )
    who = "security" if event.approver is None else "manager"
    objected = () if event.objected_to is None else (_fact("objected", request, request.person),)
    told = _fact("asked", request, request.person, approver=who, chosen_by=_chosen_by(event))
    addressed = () if event.approver is None else (_fact("addressed", request, event.approver),)
    return Step(asked, effects, (*objected, told, *addressed))


def _chosen_by(event: AskedFor) -> ChosenBy:
    if event.objected_to is not None:
        return "objection"
    return "no manager" if event.approver is None else "directory"


def _waiting(state: Asked, event: Event) -> Next:
    request = state.request
    match event:
        case SteppedUp(person, session, at) if at < state.until and state.tries_left > 0:
            return Step(replace(state, permission=Permission(person, session, at + PERMISSION_LIVES)))
        case SteppedUp(person, _, at) if at < state.until:
            return _over(state, "failed", _fact("failed", request, person, why="number", tries_left="0"))
        case StepUpRefused(person):
            return Step(state, facts=(_fact("failed", request, person, why="another person"),))
        case NumberTyped(session, id_, at) if _covers(state, session, at):
            return Step(replace(state, tries_left=state.tries_left - 1, last_try=id_, permission=None))
        case NumberFailed(id_, person) if id_ == state.last_try:
            return _missed(state, person)
        case NumberHeld(id_, person, at) if id_ == state.last_try and at < state.until:
            given = Tell(challenge.flow_id(request.challenge_id), challenge.ApprovalGiven(request.approval_id, at))
            return Step(Approved(request, person), (given, LetSleep("approval")), (_fact("given", request, person),))
        case Refused(person, at) if at < state.until:
            return _denied(request, person, at)
        case Woken("approval"):
            return Step(Over(request, "expired"), facts=(_fact("ended", request, request.person, why="expired"),))
        case GivenUp("TellApprover"):
            return Step(state, facts=(_not_delivered(request),))
        case _:
            return Step(state)


def _covers(state: Asked, session: str, at: datetime) -> bool:
    permission = state.permission
    if permission is None or permission.session != session:
        return False
    return at < permission.until and at < state.until and state.tries_left > 0


def _missed(state: Asked, person: PersonId) -> Next:
    failed = _fact("failed", state.request, person, why="number", tries_left=str(state.tries_left))
    return Step(replace(state, last_try=""), facts=(failed,)) if state.tries_left else _over(state, "failed", failed)


def _over(state: Asked, why: Ending, fact: Fact) -> Next:
    """Nobody can give it any more: a human goes on."""
    request = state.request
    ended = Tell(challenge.flow_id(request.challenge_id), challenge.ApprovalFailed(request.approval_id))
    return Step(Over(request, why), (ended, LetSleep("approval")), (fact,))


def _denied(request: Request, person: PersonId, at: datetime) -> Next:
    """The conversation is told by us and not by the challenge: the desk is alarmed whatever has become of that."""
    effects = (
        Tell(challenge.flow_id(request.challenge_id), challenge.Voided("denied")),
        Tell(request.chat, news.ApprovalDenied(request.challenge_id)),
        Tell(standing_of(request.person), ApprovalDenied(at)),
        LetSleep("approval"),
    )
    return Step(Denied(request, person), effects, (_fact("denied", request, person),))


def _not_delivered(request: Request) -> Fact:
    """It ends nothing: the other way may have reached them, or it was the notice to somebody who is not asked any more."""
    return Fact("notice.not_delivered", request.person, {**_named(request), "about": "approval"})


def _fact(what: str, request: Request, person: PersonId, **about: str) -> Fact:
    return Fact(f"approval.{what}", person, {**_named(request), **about})


def _named(request: Request) -> dict[str, str]:
    return {"approval": request.approval_id, "challenge": request.challenge_id, "device": request.device_id}
