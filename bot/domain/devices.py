"""A person's computers and the cards of their keys: everything about a key except the key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.people import PersonId

Platform = Literal["windows", "mac"]
Ownership = Literal["corporate", "personal"]
Drive = Literal["system", "data"]


@dataclass(frozen=True, slots=True)
class KeyCard:
    """Names one stored key. `key_id` is the BitLocker Key ID in canonical form; FileVault has none."""

    key_ref: str
    drive: Drive
    stored_at: datetime
    key_id: str | None = None
    current: bool = True


@dataclass(frozen=True, slots=True)
class Device:
    """One computer. `keys` are its candidates: newest system key first, older ones and other drives after.

    `owner_since`: when it came from somebody else to its owner, if that is known.
    """

    id: str
    name: str
    platform: Platform
    ownership: Ownership
    owner: PersonId
    serial: str
    keys: tuple[KeyCard, ...] = ()
    owner_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What the sources know of a person's devices, and which source did not answer."""

    devices: tuple[Device, ...] = ()
    silent: tuple[str, ...] = ()
