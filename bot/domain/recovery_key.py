"""Recovery keys: their shapes, and the check that catches a damaged one.

BitLocker: 8 groups of 6 digits, each divisible by 11 and below 720,896. FileVault: 6 groups of 4 letters and digits.
"""

import unicodedata
from collections.abc import Callable
from typing import Literal

from bot.domain.errors import DamagedKey
from bot.domain.secret import Secret

RecoveryKeyKind = Literal["bitlocker", "filevault"]

HIDDEN = "\u200b"
DASHES = "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
"""What telephones, word processors and other scripts write where a plain dash was meant."""

GROUP_CHECK, GROUP_LIMIT, GROUPS = 11, 720_896, 8
FILEVAULT_GROUPS, FILEVAULT_LENGTH = 6, 24
_FILEVAULT_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


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
    kind: RecoveryKeyKind = "bitlocker" if bare.isdigit() and len(bare) != FILEVAULT_LENGTH else "filevault"
    return kind, Secret(normal_form(bare, kind))


def mint_bitlocker_key(randbelow: Callable[[int], int]) -> Secret:
    """A valid new key, for devices that the demo simulates."""
    return Secret("-".join(f"{randbelow(GROUP_LIMIT // GROUP_CHECK) * GROUP_CHECK:06}" for _ in range(GROUPS)))


def mint_filevault_key(randbelow: Callable[[int], int]) -> Secret:
    def group() -> str:
        return "".join(_FILEVAULT_LETTERS[randbelow(len(_FILEVAULT_LETTERS))] for _ in range(4))

    return Secret("-".join(group() for _ in range(FILEVAULT_GROUPS)))


def plain_letter(letter: str) -> str:
    if letter in DASHES:
        return "-"
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return HIDDEN
    normal = unicodedata.normalize("NFKC", letter)
    return normal if len(normal) == 1 and normal.isascii() and normal.isalnum() else letter


def _bare(text: str) -> str:
    """Letters and digits only, upper case. Foreign ones stay as they are, and fail the check."""
    bare = "".join(letter for letter in map(plain_letter, text) if letter.isalnum())
    return bare.upper() if bare.isascii() else bare


def _groups(text: str, kind: RecoveryKeyKind) -> tuple[str, ...]:
    return _bitlocker_groups(_bare(text)) if kind == "bitlocker" else _filevault_groups(_bare(text))


def _bitlocker_groups(bare: str) -> tuple[str, ...]:
    if len(bare) != GROUPS * 6 or not (bare.isdigit() and bare.isascii()):
        raise DamagedKey
    groups = tuple(bare[start : start + 6] for start in range(0, len(bare), 6))
    for place, group in enumerate(groups, start=1):
        if int(group) % GROUP_CHECK or int(group) >= GROUP_LIMIT:
            raise DamagedKey(place)
    return groups


def _filevault_groups(bare: str) -> tuple[str, ...]:
    if len(bare) != FILEVAULT_LENGTH or not all(letter in _FILEVAULT_LETTERS for letter in bare):
        raise DamagedKey
    return tuple(bare[start : start + 4] for start in range(0, len(bare), 4))
