"""The flow of a key change: owed from the first view, carried out by the device, never under a person still locked out."""

from dataclasses import dataclass, replace
from typing import TypeAlias

from bot import news
from bot.domain.audit import Fact
from bot.domain.people import PersonId
from bot.effects import GivenUp, LetSleep, Tell, Wake, Woken
from bot.flow import Step

UNLESS_TOLD = 3600.0
"""Seconds after the view when the change is ordered although nobody said whether the key worked."""
LOOK_AGAIN = 5.0
LOOK_SLOWER = 900.0
SOON = 60
"""Looks that are made quickly, while the person is likely to be waiting."""
OVERDUE_AFTER = SOON + 96
"""Looks after which the auditors are told that a device still has the key that was shown: about a day."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """Whose key was shown where: the device, the keys, and the conversation to tell."""

    chat: str
    person: PersonId
    device_id: str
    device_name: str
    shown: tuple[str, ...]


# Where a key change can be


@dataclass(frozen=True, slots=True)
class NothingOwed: ...


@dataclass(frozen=True, slots=True)
class Due:
    exposure: Exposure


@dataclass(frozen=True, slots=True)
class Held:
    """The person said that the key did not work: nothing may change before they are in, or the case has ended."""

    exposure: Exposure


@dataclass(frozen=True, slots=True)
class Ordering:
    """About to order: first it is noted which keys the device has now."""

    exposure: Exposure


@dataclass(frozen=True, slots=True)
class Ordered:
    """`before`: the device's current keys when the change was ordered; it is done when those that were shown are gone."""

    exposure: Exposure
    before: tuple[str, ...] = ()
    looks: int = 0


@dataclass(frozen=True, slots=True)
class Impossible:
    exposure: Exposure


State: TypeAlias = NothingOwed | Due | Held | Ordering | Ordered | Impossible


# What can happen to it


@dataclass(frozen=True, slots=True)
class KeyWasShown:
    key_ref: str
    chat: str
    person: PersonId
    device_id: str
    device_name: str


@dataclass(frozen=True, slots=True)
class PersonGotIn: ...


@dataclass(frozen=True, slots=True)
class PersonStillLocked: ...


@dataclass(frozen=True, slots=True)
class OrderTaken: ...


@dataclass(frozen=True, slots=True)
class CannotBeOrdered: ...


@dataclass(frozen=True, slots=True)
class NewestKnown:
    key_refs: tuple[str, ...]


Event: TypeAlias = (
    KeyWasShown | PersonGotIn | PersonStillLocked | OrderTaken | CannotBeOrdered | NewestKnown | Woken | GivenUp
)


# What it owes


@dataclass(frozen=True, slots=True)
class OrderKeyChange:
    device_id: str


@dataclass(frozen=True, slots=True)
class LookForNewKey:
    device_id: str


Effect: TypeAlias = Tell | Wake | LetSleep | OrderKeyChange | LookForNewKey
Next: TypeAlias = Step[State, Effect]


def rotation_of(device_id: str) -> str:
    return f"rotation:{device_id}"


def step(state: State, event: Event) -> Next:
    match state, event:
        case _, KeyWasShown():
            return _shown(state, event)
        case ((Due() | Held()), PersonGotIn()):
            return _order(state.exposure)
        case Due(), Woken("unless_told"):
            return _order(state.exposure)
        case Due(), PersonStillLocked():
            return Step(Held(state.exposure), (LetSleep("unless_told"),), (_fact("key_change.held", state.exposure),))
        case Ordering(exposure), NewestKnown(key_refs):
            return Step(Ordered(exposure, key_refs), (OrderKeyChange(exposure.device_id),))
        case Ordering(exposure), GivenUp("LookForNewKey"):
            return Step(Due(exposure), (Wake("unless_told", UNLESS_TOLD),))
        case ((Ordering() | Ordered()), PersonStillLocked()):
            return Step(Held(state.exposure), (LetSleep("look"),), (_fact("key_change.held", state.exposure),))
        case Ordered(), _:
            return _ordered(state, event)
        case _:
            return Step(state)


def _shown(state: State, event: KeyWasShown) -> Next:
    shown: tuple[str, ...] = () if isinstance(state, NothingOwed) else state.exposure.shown
    if event.key_ref not in shown:
        shown = (*shown, event.key_ref)
    exposure = Exposure(event.chat, event.person, event.device_id, event.device_name, shown)
    if isinstance(state, Held):
        return Step(Held(exposure))
    return Step(
        Due(exposure), (Wake("unless_told", UNLESS_TOLD), LetSleep("look")), (_fact("key_change.owed", exposure),)
    )


def _order(exposure: Exposure) -> Next:
    return Step(Ordering(exposure), (LookForNewKey(exposure.device_id), LetSleep("unless_told")))


def _ordered(state: Ordered, event: Event) -> Next:
    exposure = state.exposure
    match event:
        case OrderTaken():
            return Step(state, (Wake("look", LOOK_AGAIN),), (_fact("key_change.ordered", exposure),))
        case CannotBeOrdered() | GivenUp("OrderKeyChange"):
            told = Tell(exposure.chat, news.KeyChangeImpossible(exposure.device_name))
            return Step(Impossible(exposure), (told,), (_fact("key_change.impossible", exposure),))
        case Woken("look"):
            return Step(replace(state, looks=state.looks + 1), (LookForNewKey(exposure.device_id),))
        case NewestKnown(key_refs) if _is_changed(state, key_refs):
            told = Tell(exposure.chat, news.KeyChanged(exposure.device_name))
            return Step(NothingOwed(), (told, LetSleep("look")), (_fact("key_change.confirmed", exposure),))
        case NewestKnown() | GivenUp("LookForNewKey"):
            facts = (_fact("key_change.overdue", exposure),) if state.looks == OVERDUE_AFTER else ()
            return Step(state, (Wake("look", LOOK_AGAIN if state.looks < SOON else LOOK_SLOWER),), facts)
        case _:
            return Step(state)


def _is_changed(state: Ordered, key_refs: tuple[str, ...]) -> bool:
    exposed = set(state.exposure.shown) & set(state.before)
    if exposed:
        return exposed.isdisjoint(key_refs)
    return bool(set(key_refs) - set(state.before))


def _fact(what: str, exposure: Exposure) -> Fact:
    return Fact(what, exposure.person, {"device": exposure.device_id, "keys": " ".join(exposure.shown)})
