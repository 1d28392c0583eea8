"""Which of the stored Key IDs was meant: matched exactly, or nearly, naming what was misread."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.key_id import ALONE, Misread, TypedKeyId

_ALIKE = frozenset(
    frozenset(pair)
    for pair in "8B 0D 0C 08 06 EF 17 14 27 38 3B 35 56 68 6C 6B A4 49 9A 9D BD A8".split()  # noqa: SIM905  # a table
)
"""Pairs that are taken for each other on a screen, on paper, or over the phone; either way round."""


@dataclass(frozen=True, slots=True)
class NearMatch:
    """`misread` is empty where a character was left out, doubled or swapped with its neighbour."""

    key_id: str
    misread: tuple[Misread, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """Near ones are looked for only where there is no exact one."""

    exact: tuple[str, ...] = ()
    near: tuple[NearMatch, ...] = ()


def match_key_ids(typed: TypedKeyId, key_ids: Iterable[str]) -> Matches:
    """Among these stored Key IDs: those that begin with the digits, else those that one or two slips would explain."""
    stored = {key_id: key_id.replace("-", "").upper() for key_id in key_ids}
    exact = tuple(key_id for key_id, digits in stored.items() if digits.startswith(typed.digits))
    if exact:
        return Matches(exact)
    near = ((key_id, _misread(typed.digits, digits)) for key_id, digits in stored.items())
    return Matches(near=tuple(NearMatch(key_id, misread) for key_id, misread in near if misread is not None))


def beginnings(typed: TypedKeyId) -> tuple[str, ...]:
    """The first eight digits as typed, and as they would be with one of them misread or two neighbours swapped.

    Where everybody's keys are searched, more than one slip would find strangers.
    """
    digits = typed.digits[:ALONE]
    others = (sorted(other for other in "0123456789ABCDEF" if frozenset((digit, other)) in _ALIKE) for digit in digits)
    misread = (digits[:at] + other + digits[at + 1 :] for at, likely in enumerate(others) for other in likely)
    swapped = (digits[:at] + digits[at : at + 2][::-1] + digits[at + 2 :] for at in range(len(digits) - 1))
    return tuple(dict.fromkeys((digits, *misread, *swapped)))


def _misread(typed: str, stored: str) -> tuple[Misread, ...] | None:
    """None: not near. An empty tuple: a character was left out, doubled or swapped."""
    pairs = enumerate(zip(typed, stored, strict=False), start=1)
    differing = tuple(Misread(place, one, other) for place, (one, other) in pairs if one != other)
    allowed = 2 if len(typed) >= ALONE else 1
    if len(differing) <= allowed and all(frozenset((one.typed, one.likely)) in _ALIKE for one in differing):
        return differing
    return () if len(typed) >= ALONE and _is_slip(typed, stored) else None


def _is_slip(typed: str, stored: str) -> bool:
    """One character left out, one doubled, or two neighbours swapped."""
    end = len(typed)
    left_out = (stored[:place] + stored[place + 1 : end + 1] for place in range(end))
    doubled = (stored[: place + 1] + stored[place : end - 1] for place in range(end))
    swapped = (stored[:place] + stored[place : place + 2][::-1] + stored[place + 2 : end] for place in range(end))
    return typed in {*left_out, *doubled, *swapped}
