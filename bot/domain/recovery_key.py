"""Recovery keys: their shapes, the checks that catch a damaged one, and the mask for keys that people paste into a chat.

BitLocker: 8 groups of 6 digits, each divisible by 11 and below 720,896. FileVault: 6 groups of 4 letters and digits.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.domain.errors import DamagedKey
from bot.domain.secret import Secret

RecoveryKeyKind = Literal["bitlocker", "filevault"]

MASK = "[••••]"
_GROUP_CHECK, _GROUP_LIMIT, _GROUPS = 11, 720_896, 8
_FILEVAULT_LENGTH = 24
_FILEVAULT_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

_DASH = "\\-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_GAP = rf"[\s{_DASH}.,;:_/|]"
_SIX = re.compile(rf"(?<!\d)\d{{6}}(?:{_GAP}{{0,4}}\d{{6}}){{3,}}\d{{0,5}}")
_SIX_BROKEN = re.compile(rf"(?<!\d)\d(?:{_GAP}{{0,3}}\d){{39,}}")
_FOUR = re.compile(
    rf"(?<![^\W_])[^\W_]{{4}}(?:(?:\s{{0,2}}[{_DASH}]\s{{0,2}}|[\s.,]{{1,2}})[^\W_]{{4}}){{5}}(?![^\W_])"
)
_TWENTY_FOUR = re.compile(r"(?<![^\W_])[A-Z0-9]{24}(?![^\W_])")
_HEX = re.compile(r"[0-9A-Fa-f]+")


@dataclass(frozen=True, slots=True)
class Masked:
    """Text that may be kept; `found` tells that a recovery key stood in it."""

    text: str
    found: bool


def check_recovery_key(key: Secret, kind: RecoveryKeyKind) -> None:
    """Raises DamagedKey, naming the group, when this key cannot open anything."""
    groups_of(key, kind)


def groups_of(key: Secret, kind: RecoveryKeyKind) -> tuple[str, ...]:
    """The groups as the screen wants them, checked."""
    bare = _bare(key.open_to("show"))
    return _bitlocker_groups(bare) if kind == "bitlocker" else _filevault_groups(bare)


def parse_recovery_key(text: str) -> tuple[RecoveryKeyKind, Secret]:
    """A key as somebody wrote it down, with whatever between the groups. Raises DamagedKey."""
    bare = _bare(text)
    if bare.isdigit() and len(bare) != _FILEVAULT_LENGTH:
        return "bitlocker", Secret("-".join(_bitlocker_groups(bare)))
    return "filevault", Secret("-".join(_filevault_groups(bare)))


def mint_bitlocker_key(randbelow: Callable[[int], int]) -> Secret:
    """A valid new key, for devices that the demo simulates."""
    return Secret("-".join(f"{randbelow(_GROUP_LIMIT // _GROUP_CHECK) * _GROUP_CHECK:06}" for _ in range(_GROUPS)))


def mint_filevault_key(randbelow: Callable[[int], int]) -> Secret:
    def group() -> str:
        return "".join(_FILEVAULT_LETTERS[randbelow(len(_FILEVAULT_LETTERS))] for _ in range(4))

    return Secret("-".join(group() for _ in range(6)))


def mask_recovery_keys(text: str, *, expecting_key: bool = False) -> Masked:
    """Blacks out everything that looks like a recovery key, or like a good part of one. In time linear in the text."""
    plain = unicodedata.normalize("NFKC", text)
    masked = plain
    for pattern in (_SIX, _SIX_BROKEN):
        masked = pattern.sub(MASK, masked)
    masked = _FOUR.sub(lambda found: _judged(found.group(), expecting_key=expecting_key), masked)
    masked = _TWENTY_FOUR.sub(lambda found: _judged(found.group(), expecting_key=expecting_key), masked)
    return Masked(masked, found=True) if masked != plain else Masked(text, found=False)


def _judged(run: str, *, expecting_key: bool) -> str:
    """Six groups of four: a FileVault key, unless it is all hexadecimal (a Key ID) or plain small-letter words."""
    bare = _bare(run)
    if _HEX.fullmatch(bare) and not bare.isdigit():
        return run
    is_prose = run == run.lower() and bare.isalpha() and not any(dash in run for dash in _DASH)
    return run if is_prose and not expecting_key else MASK


def _bare(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isalnum()).upper()


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
