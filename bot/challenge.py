"""The flow of one challenge: a link, the browser that claimed it, the proof, the views. It decides; it never holds a key."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot import news
from bot.domain.audit import Fact
from bot.domain.devices import Device
from bot.domain.people import PersonId
from bot.effects import GivenUp, Tell, Wake, Woken
from bot.flow import Step
from bot.keychange import KeyWasShown, PersonGotIn, PersonStillLocked, rotation_of
from bot.standing import KeySeen
from bot.standing import of_person as standing_of

LINK_LIVES = timedelta(minutes=5)
GRANT_LIVES = timedelta(minutes=15)
VIEW_LIVES = timedelta(minutes=5)
TRIES = 5
VIEWS = 3

Ending = Literal["expired", "replaced", "not_proved", "insisted", "finished", "frozen"]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the challenge is about: one person, one device, the first key to be shown, and the conversation it came from.

    `sets`: each set of methods suffices as proof; the preferred one comes first. `decided`: by what, for the audit.
    """

    challenge_id: str
    chat: str
    person: PersonId
    device: Device
    key_ref: str
    number: str
    sets: tuple[tuple[str, ...], ...]
    views_allowed: int = VIEWS
    decided: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MakeChallenge:
    """Owed by a conversation that has found a key: give its person a link. `replaces` is voided; its tries are not given back."""

    person: PersonId
    device: Device
    key_ref: str
    replaces: str | None = None
    on_shared_computer: bool = False


@dataclass(frozen=True, slots=True)
class OfferCandidate:
    """Owed by a conversation whose key did not work: let the page show another of the same device."""

    challenge_id: str
    key_ref: str


# Where a challenge can be


@dataclass(frozen=True, slots=True)
class Unmade: ...


@dataclass(frozen=True, slots=True)
class Waiting:
    offer: Offer
    until: datetime
    tries_left: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """`browser` is the hash of the cookie of the browser that opened the link first.

    `proved`: the methods that held already. `chosen`: which of the offered sets the person is on.
    """

    offer: Offer
    until: datetime
    tries_left: int
    browser: str
    last_try: str = ""
    number_held: bool = False
    proved: tuple[str, ...] = ()
    chosen: int = 0

    @property
    def made_at(self) -> datetime:
        return self.until - LINK_LIVES

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(method for method in self.offer.sets[self.chosen] if method not in self.proved)


@dataclass(frozen=True, slots=True)
class Granted:
    """`unobserved`: the person said that nobody is telling them what to do. `view_until`: when the last view goes dark."""

    offer: Offer
    until: datetime
    browser: str
    methods: tuple[str, ...]
    views: int = 0
    view_until: datetime | None = None
    viewed_ref: str | None = None
    unobserved: bool = False
    outcome: bool | None = None


@dataclass(frozen=True, slots=True)
class Over:
    offer: Offer
    why: Ending
    tries_left: int = TRIES
    outcome: bool | None = None


State: TypeAlias = Unmade | Waiting | Claimed | Granted | Over


# What can happen to it


@dataclass(frozen=True, slots=True)
class Made:
    offer: Offer
    at: datetime
    tries_left: int = TRIES


@dataclass(frozen=True, slots=True)
class LinkClaimed:
    browser: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TryMade:
    """Counted before anything is compared."""

    browser: str
    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProofFailed:
    browser: str


@dataclass(frozen=True, slots=True)
class ProofGiven:
    """The number from the chat held, and so did these methods; there may be more to come."""

    browser: str
    methods: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class OtherSetAsked:
    """The person cannot prove themselves in this way."""

    browser: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Is someone on the phone or in a chat telling you what to do?"""

    browser: str
    somebody_insists: bool


@dataclass(frozen=True, slots=True)
class Viewed:
    """The `nth` view of this grant is about to be shown."""

    browser: str
    nth: int
    at: datetime


@dataclass(frozen=True, slots=True)
class FoundDamaged: ...


@dataclass(frozen=True, slots=True)
class FoundOutOfReach:
    source: str


@dataclass(frozen=True, slots=True)
class CandidateOffered:
    """The conversation offers another key of the same device; a live grant covers it."""

    key_ref: str


@dataclass(frozen=True, slots=True)
class OutcomePressed:
    browser: str
    worked: bool


@dataclass(frozen=True, slots=True)
class Finished:
    browser: str


@dataclass(frozen=True, slots=True)
class Voided:
    why: Ending


Event: TypeAlias = (
    Made | LinkClaimed | TryMade | ProofFailed | ProofGiven | OtherSetAsked | Asked | Viewed | FoundDamaged | FoundOutOfReach
    | CandidateOffered | OutcomePressed | Finished | Voided | Woken | GivenUp
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TellOwner:
    """Let the owner know, by another way than this, that the key was shown."""

    person: PersonId
    device_id: str
    device_name: str
    chat: str
    at: datetime


Effect: TypeAlias = Tell | Wake | TellOwner
Next: TypeAlias = Step[State, Effect]


def flow_id(challenge_id: str) -> str:
    return f"challenge:{challenge_id}"


def step(state: State, event: Event) -> Next:
    match state, event:
        case Unmade(), Made(offer, at, tries_left):
            return _made(offer, at, tries_left)
        case ((Granted() | Over()), GivenUp("TellOwner")):
            return Step(state, facts=(_fact("notice.not_delivered", state.offer),))
        case ((Waiting() | Claimed() | Granted()), Voided(why)):
            return _over(state, why)
        case ((Waiting() | Claimed()), Woken("link")):
            return _over(state, "expired", Tell(state.offer.chat, news.LinkExpired(state.offer.challenge_id)))
        case Waiting(), LinkClaimed(browser, at) if at < state.until:
            claimed = Claimed(state.offer, state.until, state.tries_left, browser)
            return Step(claimed, facts=(_fact("link.opened", state.offer),))
        case Claimed(), _:
            return _proving(state, event)
        case Granted(), _:
            return _granted(state, event)
        case _:
            return Step(state)


def _made(offer: Offer, at: datetime, tries_left: int) -> Next:
    waiting = Waiting(offer, at + LINK_LIVES, tries_left)
    about = dict(offer.decided) or {"sets": " or ".join("+".join(methods) for methods in offer.sets)}
    return Step(waiting, (Wake("link", LINK_LIVES.total_seconds()),), (_fact("link.given", offer, **about),))


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
        case ProofGiven(browser, methods, at) if browser == state.browser and at < state.until:
            return _given(state, methods, at)
        case OtherSetAsked(browser) if browser == state.browser:
            return _other_set(state)
        case _:
            return Step(state)


def _given(state: Claimed, methods: tuple[str, ...], at: datetime) -> Next:
    """What held costs no try. The first set that is whole opens the grant."""
    offer, proved = state.offer, (*state.proved, *(name for name in methods if name not in state.proved))
    if not any(set(whole) <= set(proved) for whole in offer.sets):
        left = min(state.tries_left + 1, TRIES)
        held = tuple(_fact("proof.held", offer, method=name) for name in methods)
        return Step(replace(state, proved=proved, number_held=True, tries_left=left), facts=held)
    granted = Granted(offer, at + GRANT_LIVES, state.browser, proved)
    told = Tell(offer.chat, news.Proved(offer.challenge_id, proved))
    fact = _fact("proof.accepted", offer, methods=" ".join(proved))
    return Step(granted, (told, Wake("grant", GRANT_LIVES.total_seconds())), (fact,))


def _other_set(state: Claimed) -> Next:
    """To the next way that the policy offers; after the last one to a human."""
    offer, following = state.offer, state.chosen + 1
    if following < len(offer.sets):
        return Step(replace(state, chosen=following), facts=(_fact("proof.other_way", offer),))
    return _over(state, "not_proved", Tell(offer.chat, news.NotProved(offer.challenge_id)))


def _granted(state: Granted, event: Event) -> Next:
    offer = state.offer
    match event:
        case Asked(browser, True) if browser == state.browser:
            return _over(state, "insisted", Tell(offer.chat, news.SomebodyInsists(offer.challenge_id)))
        case Asked(browser, False) if browser == state.browser:
            return Step(replace(state, unobserved=True))
        case Viewed(browser, nth, at) if browser == state.browser:
            return _viewed(state, nth, at)
        case FoundDamaged():
            fact = _fact("key.damaged", offer, key=offer.key_ref)
            return Step(state, (Tell(offer.chat, news.KeyDamaged(offer.challenge_id, offer.key_ref)),), (fact,))
        case FoundOutOfReach(source):
            fact = _fact("key.out_of_reach", offer, key=offer.key_ref, source=source)
            return Step(state, (Tell(offer.chat, news.KeyOutOfReach(offer.challenge_id, source)),), (fact,))
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
        Tell(offer.chat, news.KeyShown(offer.challenge_id, offer.key_ref)),
        Tell(rotation_of(offer.device.id), shown),
        *((Tell(standing_of(offer.person), KeySeen(offer.challenge_id, at)),) if nth == 1 else ()),
        TellOwner(offer.person, offer.device.id, offer.device.name, offer.chat, at),
    )
    drive = card.drive if card else ""
    return Step(viewed, effects, (_fact("key.shown", offer, key=offer.key_ref, drive=drive, view=str(nth)),))


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
