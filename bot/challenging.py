"""How a challenge goes: claimed by one browser, proved, seen, over. It decides; the order of its steps is the security."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot import news
from bot.challenge import (
    GRANT_LIVES,
    LINK_LIVES,
    LINK_LIVES_AT_MOST,
    TRIES,
    VIEW_LIVES,
    VIEWS_ON_A_SHARED_COMPUTER,
    ApprovalAwaited,
    ApprovalFailed,
    ApprovalGiven,
    Asked,
    CandidateOffered,
    Claimed,
    DayUsedUp,
    Effect,
    Ending,
    Event,
    Finished,
    FoundChangedHands,
    FoundDamaged,
    FoundOutOfReach,
    Granted,
    LinkClaimed,
    LinksEnded,
    Made,
    Next,
    Offer,
    OtherSetAsked,
    OutcomePressed,
    Over,
    ProofFailed,
    ProofGiven,
    State,
    TellOwner,
    TryMade,
    Unmade,
    Viewed,
    Voided,
    Waiting,
)
from bot.domain.audit import Fact
from bot.effects import GivenUp, Tell, Wake, Woken
from bot.flow import Step
from bot.keychange import KeyWasShown, PersonGotIn, PersonStillLocked, rotation_of
from bot.standing import Insisted, KeySeen, ProofHeld
from bot.standing import of_person as standing_of


def step(state: State, event: Event) -> Next:
    match state, event:
        case Unmade(ended=None), Made():
            return _made(event)
        case Unmade(ended=None), (Voided(why) | LinksEnded(why)):
            return Step(Unmade(why))
        case ((Granted() | Over()), GivenUp("TellOwner")):
            return Step(state, facts=(_fact("notice.not_delivered", state.offer),))
        case ((Waiting() | Claimed() | Granted()), Voided(why)):
            return _over(state, why)
        case ((Waiting() | Claimed() | Granted()), LinksEnded(why)):
            return _over(state, why, Tell(state.offer.chat, news.LinkVoided(state.offer.challenge_id, why)))
        case ((Waiting() | Claimed()), Woken("link")):
            return _over(state, "expired", Tell(state.offer.chat, news.LinkExpired(state.offer.challenge_id)))
        case Waiting(), LinkClaimed(browser, at, shared) if at < state.until:
            seen = replace(state, offer=seen_from(state.offer, on_shared_computer=shared))
            return _claimed(seen, browser, at)
        case Claimed(), _:
            return _proving(state, event)
        case Granted(), _:
            return _granted(state, event)
        case _:
            return Step(state)


def _made(made: Made) -> Next:
    offer = made.offer
    waiting = Waiting(offer, made.at + timedelta(seconds=made.lives), made.tries_left, made.lives)
    about = dict(offer.decided) or {"sets": " or ".join("+".join(methods) for methods in offer.sets)}
    return Step(waiting, (Wake("link", made.lives),), (_fact("link.given", offer, **about),))


def _claimed(state: Waiting, browser: str, at: datetime) -> Next:
    """What others have given may be all that is asked: then whoever comes first with the way here has the grant."""
    offer = state.offer
    opened = _fact("link.opened", offer)
    if _is_whole(offer, offer.held):
        granted = _grant(offer, browser, offer.held, at)
        return replace(granted, facts=(opened, *granted.facts))
    made_at = state.until - timedelta(seconds=state.lives)
    claimed = Claimed(offer, made_at, state.until, state.tries_left, browser)
    claimed = replace(claimed, number_held=not offer.number, proved=offer.held)
    return Step(claimed, facts=(opened,))


def _proving(state: Claimed, event: Event) -> Next:
    match event:
        case TryMade(browser, id_, at) if browser == state.browser and at < state.until and state.tries_left > 0:
            return Step(replace(state, tries_left=state.tries_left - 1, last_try=id_))
        case ProofFailed(browser) if browser == state.browser:
            failed = _fact("proof.failed", state.offer, tries_left=str(state.tries_left))
            if state.tries_left > 0:
                return Step(state, facts=(failed,))
            over = _over(state, "not_proved", Tell(state.offer.chat, news.NotProved(state.offer.challenge_id)))
            return replace(over, facts=(failed, *over.facts))
        case ProofGiven(browser, _, at) if browser == state.browser and at < state.until:
            return _given(state, event)
        case DayUsedUp(browser) if browser == state.browser:
            return _over(state, "not_proved", Tell(state.offer.chat, news.NotProved(state.offer.challenge_id)))
        case OtherSetAsked(browser, method) if browser == state.browser and method == state.missing[0]:
            return _other_set(state, method)
        case ApprovalAwaited() | ApprovalGiven() | ApprovalFailed():
            return _approval(state, event)
        case _:
            return Step(state)


def _given(state: Claimed, given: ProofGiven) -> Next:
    """What held costs no try and gives time for the next. The first set that is whole opens the grant."""
    offer, browser = state.offer, given.renewed or state.browser
    proved = (*state.proved, *(name for name in given.methods if name not in state.proved))
    if not _is_whole(offer, proved):
        held = tuple(_fact("proof.held", offer, method=name) for name in given.methods)
        until = max(state.until, min(given.at + LINK_LIVES, state.made_at + LINK_LIVES_AT_MOST))
        left = min(state.tries_left + 1, TRIES)
        claimed = replace(state, proved=proved, number_held=True, tries_left=left, browser=browser, until=until)
        return Step(claimed, (Wake("link", (until - given.at).total_seconds()),), held)
    return _grant(offer, browser, proved, given.at)


def _approval(state: Claimed, event: ApprovalAwaited | ApprovalGiven | ApprovalFailed) -> Next:
    """What becomes of the one approval that this challenge waits for, of which no page tells."""
    offer = state.offer
    match event:
        case ApprovalAwaited(approval_id, at, until) if state.number_held and state.approval in (None, approval_id):
            told = () if state.approval is not None else (Tell(offer.chat, news.ApprovalAsked(offer.challenge_id)),)
            waits = replace(state, approval=approval_id, until=until)
            return Step(waits, (*told, Wake("link", (until - at).total_seconds())))
        case ApprovalGiven(approval_id, at) if approval_id == state.approval and at < state.until:
            proved = (*state.proved, "approval")
            if not _is_whole(offer, proved):
                return Step(replace(state, proved=proved), facts=(_fact("proof.held", offer, method="approval"),))
            opened = _grant(offer, state.browser, proved, at)
            return replace(opened, effects=(*opened.effects, Tell(standing_of(offer.person), ProofHeld())))
        case ApprovalFailed(approval_id) if approval_id == state.approval:
            return _over(state, "not_proved", Tell(offer.chat, news.NotProved(offer.challenge_id)))
        case _:
            return Step(state)


def _is_whole(offer: Offer, proved: tuple[str, ...]) -> bool:
    return any(set(whole) <= set(proved) for whole in offer.sets)


def _grant(offer: Offer, browser: str, proved: tuple[str, ...], at: datetime) -> Next:
    granted = Granted(offer, at + GRANT_LIVES, browser, proved)
    told = Tell(offer.chat, news.Proved(offer.challenge_id, proved))
    fact = _fact("proof.accepted", offer, methods=" ".join(proved))
    return Step(granted, (told, Wake("grant", GRANT_LIVES.total_seconds())), (fact,))


def _other_set(state: Claimed, method: str) -> Next:
    """To the next way that the policy offers without this method; after the last one to a human."""
    offer, ahead = state.offer, state.offer.sets[state.chosen :]
    left = tuple(methods for methods in ahead if method not in methods)
    if not left:
        return _over(state, "not_proved", Tell(offer.chat, news.NotProved(offer.challenge_id)))
    declined = (*offer.sets[: state.chosen], *(methods for methods in ahead if method in methods))
    other = replace(state, offer=replace(offer, sets=(*declined, *left)), chosen=len(declined))
    return Step(other, facts=(_fact("proof.other_way", offer, method=method),))


def _granted(state: Granted, event: Event) -> Next:
    offer = state.offer
    match event:
        case Asked(browser, True, at) if browser == state.browser:
            insists = Tell(offer.chat, news.SomebodyInsists(offer.challenge_id))
            return _over(state, "insisted", insists, Tell(standing_of(offer.person), Insisted(at)))
        case Asked(browser, False) if browser == state.browser:
            return Step(replace(state, unobserved=True))
        case ProofGiven(browser, renewed=str(renewed)) if browser == state.browser:
            return Step(replace(state, browser=renewed))
        case Viewed(browser, nth, at, shared) if browser == state.browser:
            return _viewed(replace(state, offer=seen_from(offer, on_shared_computer=shared)), nth, at)
        case FoundDamaged():
            fact = _fact("key.damaged", offer, key=offer.key_ref)
            return Step(state, (Tell(offer.chat, news.KeyDamaged(offer.challenge_id, offer.key_ref)),), (fact,))
        case FoundOutOfReach(source):
            fact = _fact("key.out_of_reach", offer, key=offer.key_ref, source=source)
            return Step(state, (Tell(offer.chat, news.KeyOutOfReach(offer.challenge_id, source)),), (fact,))
        case FoundChangedHands():
            return _over(state, "changed_hands", Tell(offer.chat, news.ComputerChangedHands(offer.challenge_id)))
        case CandidateOffered(key_ref):
            return Step(replace(state, offer=replace(offer, key_ref=key_ref), outcome=None))
        case OutcomePressed(browser, worked) if browser == state.browser and state.views and state.outcome is None:
            return _outcome(state, worked=worked)
        case Finished(browser) if browser == state.browser:
            return _over(state, "finished", Tell(offer.chat, news.GrantEnded(offer.challenge_id)))
        case Woken("grant"):
            return _over(state, "expired", Tell(offer.chat, news.GrantEnded(offer.challenge_id)))
        case _:
            return Step(state)


def _viewed(state: Granted, nth: int, at: datetime) -> Next:
    """Counts a view once: a form sent twice is one view, the same one, and goes dark at the same moment."""
    if not may_view(state, nth, at) or nth == state.views:
        return Step(state)
    offer = state.offer
    view_until = min(at + VIEW_LIVES, state.until)
    viewed = replace(state, views=nth, view_until=view_until, viewed_ref=offer.key_ref)
    card = next((card for card in offer.device.keys if card.key_ref == offer.key_ref), None)
    shown = KeyWasShown(offer.key_ref, offer.chat, offer.person, offer.device.id, offer.device.name)
    effects = (
        Tell(offer.chat, news.KeyShown(offer.challenge_id, offer.key_ref, is_last=nth >= offer.views_allowed)),
        Tell(rotation_of(offer.device.id), shown),
        *((Tell(standing_of(offer.person), KeySeen(offer.challenge_id, at)),) if nth == 1 else ()),
        TellOwner(
            offer.person, offer.device.id, offer.device.name, offer.chat, at, widely="second_agent" in offer.held
        ),
    )
    drive = card.drive if card else ""
    return Step(viewed, effects, (_fact("key.shown", offer, key=offer.key_ref, drive=drive, view=str(nth)),))


def seen_from(offer: Offer, *, on_shared_computer: bool) -> Offer:
    """Fewer views where others may sit next, and never more again."""
    if not on_shared_computer:
        return offer
    return replace(offer, views_allowed=min(offer.views_allowed, VIEWS_ON_A_SHARED_COMPUTER))


def may_view(state: Granted, nth: int, at: datetime) -> bool:
    """A new view in its turn, or the last one again while it still lights."""
    if not state.unobserved or at >= state.until:
        return False
    if nth == state.views and state.view_until is not None:
        return at < state.view_until and state.viewed_ref == state.offer.key_ref
    return nth == state.views + 1 and nth <= state.offer.views_allowed


def _outcome(state: Granted, *, worked: bool) -> Next:
    offer = state.offer
    effects = (
        Tell(offer.chat, news.OutcomeGiven(offer.challenge_id, worked)),
        Tell(rotation_of(offer.device.id), PersonGotIn() if worked else PersonStillLocked()),
    )
    fact = _fact("key.worked" if worked else "key.did_not_work", offer, key=offer.key_ref)
    if worked:
        return Step(Over(offer, "finished", outcome=True), effects, (fact,))
    return Step(replace(state, outcome=False, view_until=None), effects, (fact,))


def _over(state: Waiting | Claimed | Granted, why: Ending, *effects: Effect) -> Next:
    tries_left = TRIES if isinstance(state, Granted) else state.tries_left
    outcome = state.outcome if isinstance(state, Granted) else None
    return Step(Over(state.offer, why, tries_left, outcome), effects, (_fact("link.ended", state.offer, why=why),))


def _fact(what: str, offer: Offer, **about: str) -> Fact:
    return Fact(what, offer.person, {"challenge": offer.challenge_id, "device": offer.device.id, **about})
