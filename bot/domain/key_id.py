"""Key IDs: found in whatever somebody typed off a blue screen, and matched exactly, or nearly with the misread character named."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.recovery_key import mask_recovery_keys

SHORTEST, FULL = 4, 32
ALONE = 8
"""So many digits are a Key ID even when nobody asked for one."""

_RESEMBLES = {"O": "0", "Q": "0", "I": "1", "L": "1", "|": "1", "!": "1", "S": "5", "Z": "2", "G": "6", "T": "7"}
_ALIKE = frozenset(
    frozenset(pair)
    for pair in (
        "8B",
        "0D",
        "5S",
        "EF",
        "17",
        "38",
        "68",
        "56",
        "C0",
        "6C",
        "2Z",
        "A4",
        "9A",
        "3B",
        "14",
        "0C",
        "9D",
        "B6",
    )
)
"""Pairs that are taken for each other on a screen, on paper, or over the phone."""
_DASHES = "\\-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_TOKEN = re.compile(rf"[0-9A-Za-z|!{_DASHES}]+")
_POSSIBLE = re.compile(rf"[0-9A-Fa-fOoQqIiLlSsZzGgTt|!\s{_DASHES}]+")
_NAMED = re.compile(
    r"(?:key|schl(?:ü|ue)ssel|recovery|wiederherstellungs\w*|kennwort|password)?[\s-]*\bid(?:entifier)?\b\s*(?:is|ist|:|=|#|-)?\s*[{(\[]?\s*$",
    re.IGNORECASE,
)
_ABOUT_KEYS = re.compile(
    r"bitlocker|windows|recovery|screen|\bkey|\bid\b|schl(?:ü|ue)ssel|bildschirm|wiederherstell", re.IGNORECASE
)
_HEX_WORDS = frozenset(
    {"dead", "deaf", "face", "fade", "beef", "cafe", "deed", "feed", "bead", "babe", "said", "told", "oldest", "lisa"}
)
_BLOCK_SIZES = frozenset({8, 12, 16, 20, 32})
"""Lengths at which digits alone are taken for a Key ID, in a sentence about keys."""


@dataclass(frozen=True, slots=True)
class Misread:
    """`position` counts from 1. `likely` is what the typed character is often taken for."""

    position: int
    typed: str
    likely: str


@dataclass(frozen=True, slots=True)
class TypedKeyId:
    """A Key ID, or its beginning, as a person typed it. `digits` is upper-case hex, 4 to 32 of it."""

    digits: str
    as_typed: str
    repaired: tuple[Misread, ...] = ()


@dataclass(frozen=True, slots=True)
class NearMatch:
    key_id: str
    misread: tuple[Misread, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """Near ones are looked for only where there is no exact one."""

    exact: tuple[str, ...] = ()
    near: tuple[NearMatch, ...] = ()


def canonical_key_id(text: str) -> str:
    """A full Key ID as it is stored: upper case, grouped like a GUID. Raises ValueError."""
    bare = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    if len(bare) != FULL or not _is_hex(bare):
        raise ValueError("a full Key ID has 32 hexadecimal digits")
    return "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))


def spaced(digits: str) -> str:
    """In fours, the way people read them out."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def find_key_id(text: str, *, asked: bool = False) -> TypedKeyId | None:
    """The Key ID in a sentence, if there is one. `asked`: the bot has just asked for it, so a lone word counts."""
    plain = mask_recovery_keys(unicodedata.normalize("NFKC", text)[:2000]).text
    tokens = list(_TOKEN.finditer(plain))
    alone = len(plain.split()) == 1
    found = [typed for typed in _joined(plain, tokens, asked=asked, alone=alone) if typed]
    return max(found, key=lambda typed: len(typed.digits), default=None)


def extended(before: TypedKeyId, more: str) -> TypedKeyId | None:
    """The Key ID with the next digits that the person typed behind it."""
    next_ = _read(more)
    if next_ is None or len(before.digits) + len(next_.digits) > FULL:
        return None
    shift = len(before.digits)
    repaired = tuple(Misread(one.position + shift, one.typed, one.likely) for one in next_.repaired)
    return TypedKeyId(before.digits + next_.digits, f"{before.as_typed} {next_.as_typed}", before.repaired + repaired)


def match_key_ids(typed: TypedKeyId, key_ids: Iterable[str]) -> Matches:
    """Among these stored Key IDs: those that begin with the digits, else those that one look-alike would explain."""
    stored = {key_id: key_id.replace("-", "").upper() for key_id in key_ids}
    exact = tuple(key_id for key_id, digits in stored.items() if digits.startswith(typed.digits))
    if exact:
        return Matches(exact)
    near = ((key_id, _misread(typed.digits, digits)) for key_id, digits in stored.items())
    return Matches(near=tuple(NearMatch(key_id, misread) for key_id, misread in near if misread is not None))


def _misread(typed: str, stored: str) -> tuple[Misread, ...] | None:
    """None: not near. An empty tuple: a character was dropped, doubled or swapped."""
    pairs = list(zip(typed, stored, strict=False))
    differing = [Misread(place, one, other) for place, (one, other) in enumerate(pairs, start=1) if one != other]
    allowed = 2 if len(typed) >= ALONE else 1
    if len(differing) <= allowed and all(frozenset((one.typed, one.likely)) in _ALIKE for one in differing):
        return tuple(differing)
    if len(typed) >= ALONE and _is_slip(typed, stored):
        return ()
    return None


def _is_slip(typed: str, stored: str) -> bool:
    """One neighbour swapped, one character too many, or one left out."""
    for place in range(len(typed)):
        if stored.startswith(typed[:place] + typed[place + 1 :]):
            return True
        if (
            stored[: len(typed)]
            == typed[:place] + typed[place + 1 : place + 2] + typed[place : place + 1] + typed[place + 2 :]
        ):
            return True
        if typed[place:] == stored[place + 1 : len(typed) + 1] and typed[:place] == stored[:place]:
            return True
    return False


def _joined(plain: str, tokens: list[re.Match[str]], *, asked: bool, alone: bool) -> Iterator[TypedKeyId | None]:
    """Every token, and every run of neighbouring groups that look like one broken by spaces."""
    hinted = _ABOUT_KEYS.search(plain) is not None
    for start, token in enumerate(tokens):
        named = _NAMED.search(plain[: token.start()]) is not None
        run, typed = token.group(), _read(token.group())
        if typed and _is_plausible(typed, asked=asked, named=named, alone=alone, hinted=hinted):
            yield typed
        for before, following in zip(tokens[start:], tokens[start + 1 :], strict=False):
            gap = plain[before.end() : following.start()]
            if len(gap) > 2 or gap.strip() or not (_is_group(before.group()) and _is_group(following.group())):  # noqa: PLR2004
                break
            run = f"{run} {following.group()}"
            typed = _read(run)
            if typed and _is_plausible(typed, asked=asked, named=named, alone=False, hinted=hinted):
                yield typed


def _is_group(token: str) -> bool:
    read = _read(token)
    return read is not None and len(read.digits) % 4 == 0 and token.casefold() not in _HEX_WORDS


def _read(token: str) -> TypedKeyId | None:
    """The digits of one candidate, or None when some letter neither is hex nor resembles it."""
    if not _POSSIBLE.fullmatch(token):
        return None
    bare = [letter for letter in token.upper() if letter.isalnum() or letter in "|!"]
    if not SHORTEST <= len(bare) <= FULL:
        return None
    repaired = tuple(
        Misread(place, letter, _RESEMBLES[letter]) for place, letter in enumerate(bare, start=1) if letter in _RESEMBLES
    )
    digits = "".join(_RESEMBLES.get(letter, letter) for letter in bare)
    return TypedKeyId(digits, token.strip(), repaired) if _is_hex(digits) else None


def _is_plausible(typed: TypedKeyId, *, asked: bool, named: bool, alone: bool, hinted: bool) -> bool:
    """Not fooled by `dead`, `2024`, `face` or `is old`: a Key ID mixes digits and letters, or is long, or was asked for."""
    bare = re.sub(r"[^0-9A-Za-z|!]", "", typed.as_typed)
    has_digit, has_letter = any(letter.isdigit() for letter in bare), any(letter.isalpha() for letter in bare)
    if alone and asked:
        return has_digit or not typed.repaired or bare.isupper()
    if alone and has_digit and len(bare) >= ALONE:
        return True
    if named:
        return has_digit or bare.isupper()
    if has_digit and has_letter:
        return bool(re.search(r"[A-Fa-f]", bare)) or len(bare) >= ALONE
    if hinted and len(bare) in _BLOCK_SIZES and (has_digit or bare.isupper()):
        return True
    return asked and has_digit and (len(bare) == SHORTEST or len(bare) >= ALONE)


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789ABCDEF" for letter in text)
