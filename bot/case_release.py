"""The part of a case that ends in a release: one agent's word, a second one's where it is asked, the notices, the codes.

It holds whatever the pages do: nobody is both agents, no code before the notices have gone out and their time is over.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot import case_aloud, challenge, limits, news, oversight, standing
from bot.case_aloud import case_of
from bot.challenge import Offer
from bot.domain.audit import Fact
from bot.domain.cases import Agent, Case
from bot.domain.people import PersonId
from bot.domain.release import CODES_AT_MOST, RELEASE_LIVES, Agreed, Plan, Proposed, Release, Vouched, Word, held_by
from bot.effects import GivenUp, Tell
from bot.flow import Step

CODE_LIVES = 600.0


@dataclass(frozen=True, slots=True)
class ReleaseProposed:
    plan: Plan
    word: Word


@dataclass(frozen=True, slots=True)
class ReleaseSeconded:
    """`plan_id`: of the proposal that the second agent saw."""

    plan_id: str
    word: Word


@dataclass(frozen=True, slots=True)
class ReleaseWithdrawn:
    by: Agent


@dataclass(frozen=True, slots=True)
class NoticesSent:
    """All addresses on record have been told that a key is about to be released: of the release agreed at that moment."""

    agreed_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class CodeMade:
    """The offer's challenge is known by a keyed hash of the code; the code itself is in one response and nowhere else.

    `plan_id`: of the release that was looked at before.
    """

    by: Agent
    plan_id: str
    offer: Offer
    at: datetime


Event: TypeAlias = (
    ReleaseProposed
    | ReleaseSeconded
    | ReleaseWithdrawn
    | news.ReleaseFrozen
    | NoticesSent
    | CodeMade
    | case_aloud.Event
)


@dataclass(frozen=True, slots=True)
class TellRelease:
    """Let the owner know, at every address on record, before anything can be seen: there is time to object."""

    case: int
    person: PersonId
    device_id: str
    device_name: str
    agreed_at: datetime


Next: TypeAlias = Step[Release | None, object]


def step(case: Case, release: Release | None, event: Event | GivenUp) -> Next:
    match release, event:
        case _, ReleaseProposed(plan, word) if not _waits_for_second(release, word.at):
            return _proposed(case, release, plan, word)
        case Proposed(plan, first), ReleaseSeconded(seen, word) if seen == plan.id and word.by.id != first.by.id:
            return _agreed(case, plan, (first, word), _word_given(case, plan, word))
        case ((Proposed() | Agreed()), ReleaseWithdrawn(by)):
            return Step(None, void(case, release), (Fact("case.release_withdrawn", by.id, {"case": str(case.number)}),))
        case ((Proposed() | Agreed()), news.ReleaseFrozen(why)):
            about = {"case": str(case.number), "why": why}
            return Step(None, void(case, release), (Fact("case.release_voided", case.person, about),))
        case Agreed(told_at=None), NoticesSent(agreed_at, at) if agreed_at == release.at:
            return Step(replace(release, told_at=at))
        case Agreed(told_at=None), GivenUp("TellRelease"):
            return Step(None, facts=(Fact("notice.not_delivered", case.person, {"case": str(case.number)}),))
        case _, GivenUp("TellOwner"):
            return Step(release, facts=(Fact("notice.not_delivered", case.person, {"case": str(case.number)}),))
        case Agreed(plan), CodeMade(by, seen, _, at) if seen == plan.id and may_have_code(release, by, at):
            return _code(case, release, event)
        case Agreed(), (case_aloud.KeyRead() | case_aloud.KeyUnreadable() | case_aloud.ReadingEnded()):
            read = case_aloud.step(case, release, event)
            return Step(read.state, read.effects, read.facts)
        case _:
            return Step(release)


def _waits_for_second(release: Release | None, at: datetime) -> bool:
    return isinstance(release, Proposed) and at - release.first.at < RELEASE_LIVES


def void(case: Case, release: Release | None) -> tuple[object, ...]:
    """What is out is worth nothing any more: the last code, or the link in the conversation."""
    match release:
        case Agreed(challenge_id=str(challenge_id)):
            return (Tell(challenge.flow_id(challenge_id), challenge.Voided("replaced")),)
        case Agreed() if case.chat and not release.by_agents_alone:
            return tuple(Tell(chat, news.ReleaseEnded(case.number)) for chat in case.chats)
        case _:
            return ()


def may_have_code(release: Agreed, by: Agent, at: datetime) -> bool:
    """Only for an agent who gave their word: they are the ones who see the person. A key is read aloud instead."""
    opens = release.opens_at
    return (
        release.plan.aloud is None
        and opens is not None
        and opens <= at < release.until
        and not release.spent
        and release.codes < CODES_AT_MOST
        and by.id in {word.by.id for word in release.words}
    )


def after(release: Release | None, news_of_key: object) -> Release | None:
    """Whoever is told what to do, or is in, gets no more on these words. Without a proof of the person's own there is one view."""
    if not isinstance(release, Agreed):
        return release
    insists = isinstance(news_of_key, news.SomebodyInsists)
    is_seen = isinstance(news_of_key, news.KeyShown) and release.by_agents_alone
    has_worked = isinstance(news_of_key, news.OutcomeGiven) and news_of_key.worked
    return replace(release, spent=True) if insists or is_seen or has_worked else release


def _proposed(case: Case, before: Release | None, plan: Plan, word: Word) -> Next:
    """Where the person proves nothing themselves, as whoever is read to, two agents have to be sure, whatever anybody decided."""
    plan = plan if plan.own and not plan.aloud else replace(plan, own=(), agents=2)
    fact = _word_given(case, plan, word)
    if plan.agents == 1:
        agreed = _agreed(case, plan, (word,), fact)
        return replace(agreed, effects=(*void(case, before), *agreed.effects))
    return Step(Proposed(plan, word), (*void(case, before), *_stands(case, plan, word)), (fact,))


def _agreed(case: Case, plan: Plan, words: tuple[Word, ...], fact: Fact) -> Next:
    """With a conversation to go to, the link goes there. What failed before is forgotten: somebody looked."""
    agreed = Agreed(plan, words, words[-1].at)
    effects: tuple[object, ...] = (
        Tell(standing.of_person(case.person), standing.ProofHeld()),
        *_stands(case, plan, words[-1]),
    )
    if agreed.by_agents_alone:
        effects += (TellRelease(case.number, case.person, plan.device.id, plan.device.name, agreed.at),)
    elif case.chat:
        effects += (Tell(case.chat, news.Released(vouched(case, agreed), plan.device, plan.key_ref)),)
    effects += tuple(_for_supervisors(case, plan, word) for word in words)
    about = {"case": str(case.number), "device": plan.device.id, "key": plan.key_ref, "sets": "+".join(plan.methods)}
    about |= {"aloud": plan.aloud} if plan.aloud else {}
    return Step(agreed, effects, (fact, Fact("case.released", case.person, {**plan.decided, **about})))


def vouched(case: Case, agreed: Agreed) -> Vouched:
    plan = agreed.plan
    return Vouched(
        case.number,
        case.person,
        plan.device.id,
        plan.methods,
        held_by(plan.agents),
        agreed.until,
        {"sets": "+".join(plan.methods), "case": str(case.number)},
        agreed.words[0].at,
    )


def _stands(case: Case, plan: Plan, word: Word) -> tuple[Tell, ...]:
    """Whatever freezes the person, the device or the agent knows from now on which release that voids, and whose word it was."""
    number = case_of(case.number)
    vouched = standing.KeyVouched(number, word.by.id, word.at)
    return (
        Tell(standing.of_person(case.person), vouched),
        Tell(standing.of_device(plan.device.id), vouched),
        Tell(standing.of_person(word.by.id), standing.WordStands(number, word.at)),
    )


def _word_given(case: Case, plan: Plan, word: Word) -> Fact:
    """The note stays on the case: it may name people, and the audit cannot forget them."""
    about = {"case": str(case.number), "device": plan.device.id, "how": word.how}
    about |= {"aloud": plan.aloud} if plan.aloud else {}
    return Fact("case.vouched", word.by.id, about)


def _for_supervisors(case: Case, plan: Plan, word: Word) -> Tell:
    release = oversight.Release(word.at, case.number, plan.device.name, word.how, plan.aloud)
    return Tell(oversight.of_agent(word.by.id), oversight.ReleaseAgreed(word.by, release))


def _code(case: Case, release: Agreed, event: CodeMade) -> Next:
    """The one before it is void."""
    offer = event.offer
    made = Tell(challenge.flow_id(offer.challenge_id), challenge.Made(offer, event.at, lives=CODE_LIVES))
    word_at = release.words[0].at
    counted = standing.LinkAsked(offer.challenge_id, event.at, limits.VOUCHED_LINKS_A_DAY, word_at=word_at)
    fact = Fact("case.code_given", event.by.id, {"case": str(case.number), "challenge": offer.challenge_id})
    coded = replace(release, codes=release.codes + 1, challenge_id=offer.challenge_id)
    effects = (*void(case, release), Tell(standing.of_person(case.person), counted), made)
    return Step(coded, effects, (fact,))
