"""Recovery keys: their shapes, the check that catches a damaged one, the mask that keeps a pasted one out of all we store.

BitLocker: 8 groups of 6 digits, each divisible by 11 and below 720,896. FileVault: 6 groups of 4 letters and digits.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from bot.domain.errors import DamagedKey
from bot.domain.secret import Secret

RecoveryKeyKind = Literal["bitlocker", "filevault"]

MASK = "[••••]"
DASHES = "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
"""What telephones, word processors and other scripts write where a plain dash was meant."""

_GROUP_CHECK, _GROUP_LIMIT, _GROUPS = 11, 720_896, 8
_FILEVAULT_GROUPS, _FILEVAULT_LENGTH = 6, 24
_FILEVAULT_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_KEY_ID_LENGTH = 32

_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0f\u20e3"
_WIDE = {ord(letter) + 0xFEE0: letter for letter in _FILEVAULT_LETTERS + _FILEVAULT_LETTERS.lower()}
# One character for one: a place in the folded text is the same place in the text.
_FOLDED = str.maketrans(dict.fromkeys(DASHES + "_", "-") | dict.fromkeys(_INVISIBLE, " ")) | _WIDE

# No quotes, brackets or backslashes between groups: JSON that is masked stays JSON.
_GAP = r"""[^\w"\\{}\[\]]"""
_WORDS = r"""[^\d"{}\[\]]{1,24}"""
# A run is entered only where it starts, and no character fits both a gap and a group: the time is linear in the text.
# No possessive quantifiers (`++`), though they would say so: Python 3.11.2 matches wrongly with them (gh-106052).
_RUN_STARTS = "".join(rf"(?<!\d{_GAP}{{{width}}}\d)" for width in range(1, 5))
_FORTY_DIGITS = re.compile(rf"(?<!\d)\d{_RUN_STARTS}(?:{_GAP}{{0,4}}\d){{39,}}")
_FOUR_SIXES = re.compile(rf"(?<!\d)\d{{6}}(?:{_GAP}{{0,4}}\d{{6}}){{3,}}(?:{_GAP}{{0,4}}\d{{1,5}}(?!\d))?")
_SIXES_IN_WORDS = re.compile(rf"(?<!\d)\d{{6}}(?:{_WORDS}\d{{6}}(?!\d)){{3,}}")
_FOUR = r"[A-Za-z0-9]{4}(?!\w)"
_FILEVAULT = re.compile(rf"\b(?:{_FOUR}(?:[-\s.,:;/|]{{1,4}}{_FOUR}){{4,}}|[A-Za-z0-9]{{24}}(?!\w))")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_READS_AS_HEX = re.compile(r"[0-9A-FOQILSZGT]+")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Masked:
    """Text that may be kept; `found` tells that a recovery key stood in it."""

    text: str
    found: bool


def check_recovery_key(key: Secret, kind: RecoveryKeyKind) -> None:
    """Raises DamagedKey, naming the group, when this key cannot open anything."""
    _groups(key.open_to("check"), kind)


def groups_of(key: Secret, kind: RecoveryKeyKind) -> tuple[str, ...]:
    """The groups as the screen wants them, checked."""
    return _groups(key.open_to("show"), kind)


def normal_form(text: str, kind: RecoveryKeyKind) -> str:
    """The one way to write this key: plain upper-case groups with dashes between. Raises DamagedKey."""
    return "-".join(_groups(text, kind))


def parse_recovery_key(text: str) -> tuple[RecoveryKeyKind, Secret]:
    """A key as somebody wrote it down, with whatever between the groups. Raises DamagedKey."""
    bare = _bare(text)
    kind: RecoveryKeyKind = "bitlocker" if bare.isdigit() and len(bare) != _FILEVAULT_LENGTH else "filevault"
    return kind, Secret(normal_form(bare, kind))


def mint_bitlocker_key(randbelow: Callable[[int], int]) -> Secret:
    """A valid new key, for devices that the demo simulates."""
    return Secret("-".join(f"{randbelow(_GROUP_LIMIT // _GROUP_CHECK) * _GROUP_CHECK:06}" for _ in range(_GROUPS)))


def mint_filevault_key(randbelow: Callable[[int], int]) -> Secret:
    def group() -> str:
        return "".join(_FILEVAULT_LETTERS[randbelow(len(_FILEVAULT_LETTERS))] for _ in range(4))

    return Secret("-".join(group() for _ in range(_FILEVAULT_GROUPS)))


def mask_recovery_keys(text: str, *, expecting_key: bool = False) -> Masked:
    """Blacks out all that looks like a recovery key, or like a good part of one; all else stays as it was.

    In doubt small-letter words are prose, unless `expecting_key`: then somebody was asked for a key.
    """
    folded = text.translate(_FOLDED)
    spans = [found.span() for pattern in (_FORTY_DIGITS, _FOUR_SIXES) for found in pattern.finditer(folded)]
    spans += [found.span() for found in _SIXES_IN_WORDS.finditer(folded) if _has_bitlocker_groups(found.group())]
    spans += [found.span() for found in _FILEVAULT.finditer(folded) if _is_filevault(found.group(), expecting_key)]
    return Masked(_without(text, spans), found=True) if spans else Masked(text, found=False)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    kept, end = [], 0
    for start, stop in sorted(spans):
        if start >= end:
            kept += [text[end:start], MASK]
        end = max(end, stop)
    return "".join([*kept, text[end:]])


def _has_bitlocker_groups(run: str) -> bool:
    """Sixes with words between, "first 111111, then 222222 …": only the check tells a key from other numbers."""
    sixes = [int(six) for six in re.findall(r"\d{6}", run)]
    valid = sum(six % _GROUP_CHECK == 0 and six < _GROUP_LIMIT for six in sixes)
    return valid >= _GROUPS // 2 and valid * 2 >= len(sixes)


def _is_filevault(run: str, expecting_key: bool) -> bool:  # noqa: FBT001  # handed through
    """Not a Key ID, and not prose. Where dashes join the groups, five of them are enough."""
    if run.isalnum():
        return not _is_key_id(run) and (expecting_key or _is_solid(run))
    groups = re.findall(r"\w+", run)
    if _is_key_id("".join(groups)):
        return False
    if run.count("-") >= _FILEVAULT_GROUPS - 2:
        return True
    return len(groups) >= _FILEVAULT_GROUPS and (expecting_key or _is_spelled(groups))


def _is_solid(run: str) -> bool:
    """Not an identifier in mixed case, not a long word. Telephones write the first letter large."""
    rest = run[1:]
    return run.isupper() or (rest == rest.lower() and not run.isalpha())


def _is_spelled(groups: list[str]) -> bool:
    """Words have no digits, and are rarely shouted; a year among them is no digit."""
    has_digit = any(not group.isalpha() and not _YEAR.fullmatch(group) for group in groups)
    return has_digit or sum(group.isupper() for group in groups) * 2 >= len(groups)


def _is_key_id(bare: str) -> bool:
    """All hexadecimal, or as long as a Key ID and hexadecimal but for misread letters. Digits alone are a key."""
    if bare.isdigit():
        return False
    return _HEX.fullmatch(bare) is not None or (
        len(bare) == _KEY_ID_LENGTH and _READS_AS_HEX.fullmatch(bare.upper()) is not None
    )


def _bare(text: str) -> str:
    """Letters and digits only, upper case. Foreign ones stay as they are, and fail the check."""
    bare = "".join(letter for letter in text.translate(_FOLDED) if letter.isalnum())
    return bare.upper() if bare.isascii() else bare


def _groups(text: str, kind: RecoveryKeyKind) -> tuple[str, ...]:
    return _bitlocker_groups(_bare(text)) if kind == "bitlocker" else _filevault_groups(_bare(text))


def _bitlocker_groups(bare: str) -> tuple[str, ...]:
    if len(bare) != _GROUPS * 6 or not (bare.isdigit() and bare.isascii()):
        raise DamagedKey
    groups = tuple(bare[start : start + 6] for start in range(0, len(bare), 6))
    for place, group in enumerate(groups, start=1):
        if int(group) % _GROUP_CHECK or int(group) >= _GROUP_LIMIT:
            raise DamagedKey(place)
    return groups


def _filevault_groups(bare: str) -> tuple[str, ...]:
    if len(bare) != _FILEVAULT_LENGTH or not all(letter in _FILEVAULT_LETTERS for letter in bare):
        raise DamagedKey
    return tuple(bare[start : start + 4] for start in range(0, len(bare), 4))
