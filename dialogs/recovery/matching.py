"""Which of the person's own keys belongs to the screen in front of them: one, nearly one, several, or none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.devices import Device, KeyCard
from bot.domain.key_id import TypedKeyId, extended, spaced
from bot.domain.key_match import match_key_ids
from dialogs.recovery.states import Target

CERTAIN = 24
"""So many digits with one look-alike among them leave no doubt; fewer want the next ones."""


@dataclass(frozen=True, slots=True)
class One:
    target: Target


@dataclass(frozen=True, slots=True)
class Nearly:
    """What was probably misread: what was typed and what that is often taken for. Without it, a character slipped."""

    misread: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Several: ...


@dataclass(frozen=True, slots=True)
class NoneOfThem: ...


Match: TypeAlias = One | Nearly | Several | NoneOfThem


def among(key_id: TypedKeyId, devices: Iterable[Device], *, confirmed: bool) -> Match:
    """Exact before near; never the first of several. `confirmed`: the digits behind the doubtful ones were typed too."""
    cards = {card.key_id: (device, card) for device in devices for card in device.keys if card.key_id}
    found = match_key_ids(key_id, cards)
    if len(found.exact) == 1:
        return _one(*cards[found.exact[0]])
    if found.exact or len(found.near) > 1:
        return Several()
    if not found.near:
        return NoneOfThem()
    near = found.near[0]
    if confirmed or len(key_id.digits) >= CERTAIN:
        return _one(*cards[near.key_id])
    if not near.misread:
        return Nearly(None)
    first = near.misread[0]
    return Nearly(
        {"key_id": shown(key_id), "typed": first.typed, "likely": first.likely, "position": str(first.position)}
    )


def _one(device: Device, card: KeyCard) -> One:
    return One(Target(device, card.key_ref))


def shown(key_id: TypedKeyId | None) -> str:
    return spaced(key_id.digits) if key_id else ""


def longer(before: TypedKeyId, more: TypedKeyId) -> TypedKeyId:
    """The next digits alone, or the whole Key ID again: whichever the person typed."""
    if more.digits.startswith(before.digits) or len(more.digits) > len(before.digits):
        return more
    return extended(before, more.as_typed) or more


def named(text: str, devices: Iterable[Device]) -> Device | None:
    words = text.casefold().split()
    return next((device for device in devices if device.name.casefold() in words), None)
