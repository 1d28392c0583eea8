"""Whether a person or a device may help themselves now: limits counted in the store, and the freeze that only the desk lifts.

Here every open link and grant of theirs ends at once: after a freeze, an approver's no, somebody who insists, or signing out everywhere.
What agents have released is void after such a no, and after a freeze; none of those whose word stood before that one lifts it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot import challenge, news
from bot.challenge import LinksEnded, Voided
from bot.domain.audit import Fact
from bot.domain.people import PersonId
from bot.effects import GivenUp, Tell
from bot.flow import Step
from bot.limits import (
    FAILURES_A_DAY,
    FREE_TRIES,
    LINKS_A_DAY,
    LOOK_UPS_A_DAY,
    READINGS_A_SHIFT,
    RELEASES_A_SHIFT,
    WINDOW,
    Moment,
    counted,
    wait_before,
    was_allowed,
)
from bot.ports.store import PASSING

Stopped = Literal["insisted_today", "denied"]
UNLOCKS_KEPT, UNLOCKS_COUNTED = timedelta(days=30), 50
WORDS_COUNT_FOR, WORDS_KEPT = timedelta(days=30), 50
"""How long an agent's word keeps them from lifting a freeze that came after it: an owner may be slow to object."""


@dataclass(frozen=True, slots=True)
class KeyVouched:
    """An agent gave their word for this person, or for this device. `case`: the flow that a freeze is told to."""

    case: str
    by: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class WordStands:
    """The agent themself gave their word, in this case: a freeze of theirs ends what was released on it."""

    case: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """`links`: named for their challenges. `words`: of agents, for releases. `own_words`: which this agent gave, lately."""

    links: tuple[Moment, ...] = ()
    tries: tuple[Moment, ...] = ()
    look_ups: tuple[Moment, ...] = ()
    frozen: str | None = None
    unlocks: tuple[Moment, ...] = ()
    thaws: int = 0
    approvals: tuple[Moment, ...] = ()
    denied_at: datetime | None = None
    releases: tuple[Moment, ...] = ()
    codes: tuple[Moment, ...] = ()
    alarmed_at: datetime | None = None
    words: tuple[KeyVouched, ...] = ()
    readings: tuple[Moment, ...] = ()
    own_words: tuple[WordStands, ...] = ()
    insisted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionBegun:
    """The person signed in to the web."""

    person: PersonId
    how: str
    on_shared_computer: bool


@dataclass(frozen=True, slots=True)
class SignedOutEverywhere:
    person: PersonId


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
    at_most: int = LOOK_UPS_A_DAY


@dataclass(frozen=True, slots=True)
class LinkAsked:
    """`id`: the challenge's. `word_at`: agents have spoken with the person since then, so a no from before it is cleared up.

    `alarms`: the auditor is told, once a day, that the limit is near.
    """

    id: str
    at: datetime
    at_most: int = LINKS_A_DAY
    alarms: bool = False
    word_at: datetime | None = None

    @property
    def many(self) -> int:
        return self.at_most * 4 // 5


@dataclass(frozen=True, slots=True)
class WordGiven:
    """An agent vouches for somebody. Counted before anything else is looked at. `aloud`: for a key that is read to them."""

    id: str
    at: datetime
    aloud: bool = False


@dataclass(frozen=True, slots=True)
class CodeTyped:
    """Somebody typed a code of the desk. Counted before it is looked at, right or wrong; taken back by `CodeHeld`."""

    id: str
    at: datetime
    at_most: int


@dataclass(frozen=True, slots=True)
class CodeHeld:
    """What was typed is the code of this browser: no guess, so nobody else on the network loses one by it."""

    id: str


@dataclass(frozen=True, slots=True)
class ProofTried:
    """Counted before the proof is looked at, unless it is too soon; taken back by `TryHeld`.

    `alarms`: the auditor is told, once a day, that there are no free tries any more.
    """

    id: str
    at: datetime
    free: int = FREE_TRIES
    at_most: int | None = FAILURES_A_DAY
    alarms: bool = False

    def wait_after(self, tries: tuple[Moment, ...]) -> timedelta:
        """How long it is too soon for this one."""
        return wait_before(tries, self.id, self.at, self.free)


@dataclass(frozen=True, slots=True)
class TryHeld:
    """What was tried held: it was no failure."""

    id: str


@dataclass(frozen=True, slots=True)
class ProofHeld:
    """The person is who they say: what failed before is forgotten."""


@dataclass(frozen=True, slots=True)
class ApprovalCounted:
    """Somebody is about to be asked to approve: of the person, and of the approver."""

    id: str
    at: datetime
    at_most: int


@dataclass(frozen=True, slots=True)
class ApprovalDenied:
    """Who was told no asks nobody else and gets no link by other proof: for a day only a human helps."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Insisted:
    """The person said that somebody is telling them what to do: for a day only a human helps, whatever they say next.

    Whoever stands behind them hears the same page, and would tell them to begin anew and to say no.
    """

    at: datetime


@dataclass(frozen=True, slots=True)
class Frozen:
    why: str
    person: PersonId
    subject: str


@dataclass(frozen=True, slots=True)
class TellThawed:
    """Let the owner know, at every address on record, that the block is lifted: whoever lifted it may have been fooled."""

    person: PersonId
    device_id: str
    device_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Thawed:
    by: PersonId
    subject: str
    case: str = ""
    reason: str = ""
    owed: TellThawed | None = None


Event: TypeAlias = (
    SessionBegun | SignedOutEverywhere | LinkRefused | KeySeen | LookUpAsked | LinkAsked | WordGiven | CodeTyped | CodeHeld
    | ProofTried | TryHeld | ProofHeld | ApprovalCounted | ApprovalDenied | Insisted
    | KeyVouched | WordStands | Frozen | Thawed | GivenUp
)  # fmt: skip
Next: TypeAlias = Step[Standing, Tell | TellThawed]


def of_person(person: PersonId) -> str:
    return f"standing:person/{person}"


def of_device(device_id: str) -> str:
    return f"standing:device/{device_id}"


def of_agent(agent: PersonId) -> str:
    return f"standing:agent/{agent}"


def of_network(network: str) -> str:
    """A flow that passes: when nothing in it counts any more it is forgotten."""
    return f"{PASSING}:{network}"


def of_session(chat: str, since: datetime | None) -> str:
    """Of whoever speaks there since then; it passes as well. A copy of a session is that session."""
    return f"{PASSING}:{chat}/{since.isoformat() if since else ''}"


def of_approver(approver: PersonId | None) -> str:
    """None: security."""
    return f"standing:approver/{approver or 'security'}"


OF_ALL = "standing:all"
TRIES_OF_ALL = "standing:tries"


def step(state: Standing, event: Event) -> Next:
    match event:
        case LinkRefused(person, device_id, decided):
            return Step(state, facts=(Fact("link.refused", person, {"device": device_id, "why": "policy", **decided}),))
        case SessionBegun(person, how, shared):
            where = "a shared computer" if shared else "their own"
            return Step(state, facts=(Fact("session.begun", person, {"how": how, "computer": where}),))
        case SignedOutEverywhere(person):
            return Step(state, _to_links(state, LinksEnded("signed_out")), (Fact("session.ended_everywhere", person),))
        case KeySeen(id_, at):
            recent = tuple(moment for moment in state.unlocks if at - moment.at < UNLOCKS_KEPT)
            return Step(replace(state, unlocks=(*recent, Moment(id_, at))[-UNLOCKS_COUNTED:]))
        case LookUpAsked(id_, at, at_most):
            return Step(replace(state, look_ups=counted(state.look_ups, id_, at, at_most)))
        case LinkAsked():
            return _link_asked(state, event)
        case WordGiven():
            return Step(_word_given(state, event))
        case CodeTyped(id_, at, at_most):
            return Step(replace(state, codes=counted(state.codes, id_, at, at_most)))
        case CodeHeld(id_):
            return Step(replace(state, codes=tuple(moment for moment in state.codes if moment.id != id_)))
        case ProofTried():
            return _tried(state, event)
        case TryHeld(id_):
            return Step(replace(state, tries=tuple(moment for moment in state.tries if moment.id != id_)))
        case ProofHeld():
            return Step(replace(state, tries=()))
        case ApprovalCounted(id_, at, at_most):
            at_most = 0 if state.frozen or stopped(state, at) else at_most
            return Step(replace(state, approvals=counted(state.approvals, id_, at, at_most)))
        case ApprovalDenied(at):
            return Step(replace(state, denied_at=at), _day_begun(state, LinksEnded("denied"), "denied"))
        case Insisted(at):
            return Step(replace(state, insisted_at=at), _day_begun(state, LinksEnded("insisted"), "insisted_today"))
        case KeyVouched(at=at):
            counting = tuple(word for word in state.words if at - word.at < WORDS_COUNT_FOR)
            why = "frozen" if state.frozen else stopped(state, at, at)
            effects = _to_cases((event,), why) if why else ()
            return Step(replace(state, words=(*counting, event)[-WORDS_KEPT:]), effects)
        case WordStands(at=at):
            lately = (*(word for word in state.own_words if at - word.at < WINDOW), event)
            return Step(replace(state, own_words=lately), _of_agent((event,)) if state.frozen else ())
        case Frozen(why, person, subject):
            return Step(
                replace(state, frozen=why, own_words=()),
                (*_to_links(state, Voided("frozen")), *_to_cases(state.words, "frozen"), *_of_agent(state.own_words)),
                (Fact("self_service.frozen", person, {"subject": subject, "why": why}),),
            )
        case Thawed(by, subject, case, reason, owed):
            about = {"subject": subject} | ({"case": case, "reason": reason} if case else {})
            return Step(
                replace(state, frozen=None, denied_at=None, insisted_at=None, thaws=state.thaws + 1),
                (owed,) if owed else (),
                (Fact("self_service.thawed", by, about),),
            )
        case GivenUp():
            return Step(state, facts=(Fact("notice.not_delivered", about={"about": "a lifted block"}),))


def _word_given(state: Standing, given: WordGiven) -> Standing:
    readings = counted(state.readings, given.id, given.at, READINGS_A_SHIFT) if given.aloud else state.readings
    if given.aloud and not was_allowed(readings, given.id):
        return state
    releases = counted(state.releases, given.id, given.at, RELEASES_A_SHIFT)
    return replace(state, releases=releases, readings=readings)


def _tried(state: Standing, event: ProofTried) -> Next:
    at_most = 0 if state.frozen or event.wait_after(state.tries) else event.at_most
    tried = replace(state, tries=counted(state.tries, event.id, event.at, at_most))
    if not event.alarms or _was_alarmed(state, event.at) or len(tried.tries) < event.free:
        return Step(tried)
    fact = Fact("proof.failing_everywhere", about={"failures": str(len(tried.tries))})
    return Step(replace(tried, alarmed_at=event.at), facts=(fact,))


def _link_asked(state: Standing, asked: LinkAsked) -> Next:
    at_most = 0 if state.frozen or stopped(state, asked.at, asked.word_at) else asked.at_most
    linked = replace(state, links=counted(state.links, asked.id, asked.at, at_most))
    if not asked.alarms or _was_alarmed(state, asked.at) or len(linked.links) < asked.many:
        return Step(linked)
    fact = Fact("link.many", about={"links": str(len(linked.links)), "at_most": str(asked.at_most)})
    return Step(replace(linked, alarmed_at=asked.at), facts=(fact,))


def _was_alarmed(state: Standing, now: datetime) -> bool:
    return state.alarmed_at is not None and now - state.alarmed_at < WINDOW


def _to_links(state: Standing, ended: LinksEnded | Voided) -> tuple[Tell, ...]:
    """Those that are over already take no notice. Of a freeze the desk speaks, not the chat: a thief may be reading along."""
    return tuple(Tell(challenge.flow_id(link.id), ended) for link in state.links)


def _day_begun(state: Standing, ended: LinksEnded, why: Stopped) -> tuple[Tell, ...]:
    return (*_to_links(state, ended), *_to_cases(state.words, why))


def _to_cases(words: tuple[KeyVouched, ...], why: Literal["frozen"] | Stopped) -> tuple[Tell, ...]:
    """One without a release takes no notice."""
    return tuple(Tell(case, news.ReleaseFrozen(why)) for case in dict.fromkeys(word.case for word in words))


def _of_agent(words: tuple[WordStands, ...]) -> tuple[Tell, ...]:
    return tuple(Tell(case, news.ReleaseFrozen("agent_frozen")) for case in dict.fromkeys(word.case for word in words))


def has_vouched(state: object, agent: PersonId, now: datetime) -> bool:
    """While there is a freeze nobody vouches: every word that is counted came before it."""
    words = state.words if isinstance(state, Standing) else ()
    return any(word.by == agent and now - word.at < WORDS_COUNT_FOR for word in words)


def stopped(state: Standing, now: datetime, word_at: datetime | None = None) -> Stopped | None:
    """Why only a human helps this person today. It takes agents' words from after that, or a freeze that they lift, to end it."""
    if _stands(state.insisted_at, now, word_at):
        return "insisted_today"
    return "denied" if _stands(state.denied_at, now, word_at) else None


def was_denied(state: Standing, now: datetime) -> bool:
    return _stands(state.denied_at, now)


def _stands(said_at: datetime | None, now: datetime, word_at: datetime | None = None) -> bool:
    return said_at is not None and now - said_at < WINDOW and (word_at is None or word_at <= said_at)
