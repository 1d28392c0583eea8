"""Where recovery keys are kept, and who the people are."""

from typing import Protocol

from bot.domain.devices import Findings
from bot.domain.people import Person, PersonId
from bot.domain.recovery_key import RecoveryKeyKind
from bot.domain.secret import Secret


class KeySource(Protocol):
    """Raises SourceUnavailable when it cannot answer, NoSuchKey when it has answered that there is none."""

    name: str

    async def devices_of(self, person: PersonId) -> Findings:
        """The person's own devices with the cards of their keys."""

    async def knows_key_id(self, digits: str) -> bool:
        """Does anybody's key begin with these digits? For the audit alone: the person is never told."""

    async def by_key_id(self, beginnings: tuple[str, ...]) -> Findings:
        """Everybody's devices that have a key whose Key ID begins with one of these, with the cards of those keys alone."""

    async def fetch(self, key_ref: str) -> tuple[RecoveryKeyKind, Secret]: ...


class KeyChanger(Protocol):
    """Has a device make itself a new key. The device does it when it is next online, so this only orders it."""

    async def order(self, device_id: str, order_id: str) -> bool:
        """False: there is no device behind this source that could. Asking twice with one id orders once."""

    async def newest(self, device_id: str) -> tuple[str, ...]:
        """The key_refs that the source holds as the device's current ones, all drives."""


class Directory(Protocol):
    async def person(self, person: PersonId) -> Person | None:
        """As the directory knows them now. Raises SourceUnavailable."""


class Logins(Protocol):
    async def by_login(self, login: str) -> Person | None:
        """The person who signs in by that name. Raises SourceUnavailable."""


class Groups(Protocol):
    async def groups_of(self, person: PersonId) -> tuple[str, ...] | None:
        """None: it cannot be said. Raises SourceUnavailable."""
