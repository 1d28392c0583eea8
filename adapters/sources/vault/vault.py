"""The embedded key source and directory: people, their devices and their keys, sealed at rest in one file."""

import secrets
import sqlite3
from datetime import datetime
from functools import partial
from importlib.resources import files
from pathlib import Path

from adapters.sources.vault import rows
from adapters.sources.vault.sealing import BrokenSeal, Seal
from adapters.store.sqlite_file import SqliteFile
from bot.domain.devices import Drive, Findings
from bot.domain.errors import DamagedKey, NoSuchKey, SourceUnavailable
from bot.domain.people import Person, PersonId
from bot.domain.recovery_key import RecoveryKeyKind
from bot.domain.secret import Secret
from bot.ports.clock import Clock
from bot.ports.store import StoreUnavailable


def open_file(path: Path) -> SqliteFile:
    return SqliteFile(path, files("adapters.sources.vault") / "migrations")


class Vault:
    """Directory, KeySource and KeyChanger in one: it holds all three, so it can answer for all three."""

    name = "vault"

    def __init__(self, file: SqliteFile, seal: Seal, clock: Clock) -> None:
        self.file, self._seal, self._clock = file, seal, clock

    # directory

    async def person(self, person: PersonId) -> Person | None:
        found = await self._ask(partial(rows.person, column="object_id", value=person.object_id))
        return found if found and found.id == person else None

    async def groups_of(self, person: PersonId) -> tuple[str, ...] | None:
        return await self._ask(partial(rows.groups_of, object_id=person.object_id))

    async def by_login(self, login: str) -> Person | None:
        return await self._ask(partial(rows.person, column="login", value=login))

    # key source

    async def devices_of(self, person: PersonId) -> Findings:
        return Findings(await self._ask(partial(rows.devices_of, owner=person)))

    async def owner_of(self, device_id: str) -> tuple[PersonId, str] | None:
        """And the name of the device."""
        return await self._ask(partial(rows.owner_of, device_id=device_id))

    async def knows_key_id(self, digits: str) -> bool:
        return await self._ask(partial(rows.knows_key_id, bare_digits=digits))

    async def by_key_id(self, beginnings: tuple[str, ...]) -> Findings:
        return Findings(await self._ask(partial(rows.by_key_id, beginnings=beginnings)))

    async def fetch(self, key_ref: str) -> tuple[RecoveryKeyKind, Secret]:
        found = await self._ask(partial(rows.key, ref=key_ref))
        if found is None:
            raise NoSuchKey
        device_id, kind, sealed = found
        try:
            return kind, self._seal.open(sealed, rows.bound_to(device_id, key_ref))
        except BrokenSeal as error:
            raise DamagedKey from error

    # key changer

    async def order(self, device_id: str, order_id: str) -> bool:
        return await self._ask(partial(rows.order, device_id=device_id, order_id=order_id, at=self._clock.now()))

    async def newest(self, device_id: str) -> tuple[str, ...]:
        return await self._ask(partial(rows.newest, device_id=device_id))

    async def has_order(self, device_id: str) -> bool:
        return await self._ask(partial(rows.has_order, device_id=device_id))

    async def escrow(
        self, device_id: str, drive: Drive, kind: RecoveryKeyKind, key_id: str | None, key: Secret, at: datetime
    ) -> str:
        """A device hands in a new key. The older one stays a candidate."""
        row = self.key_row(device_id, drive, kind, key_id, key, at)
        await self._ask(partial(rows.add_key, row=row))
        return row.ref

    async def finish_orders(self, device_id: str) -> None:
        await self._ask(partial(rows.finish_orders, device_id=device_id, at=self._clock.now()))

    def now(self) -> datetime:
        return self._clock.now()

    def key_row(
        self, device_id: str, drive: Drive, kind: RecoveryKeyKind, key_id: str | None, key: Secret, at: datetime
    ) -> rows.KeyRow:
        ref = f"{self.name}:{secrets.token_hex(12)}"
        sealed = self._seal.close(key, rows.bound_to(device_id, ref))
        return rows.KeyRow(ref, device_id, kind, drive, key_id, at, True, self._seal.mark(key), sealed)

    async def close(self) -> None:
        await self.file.close()

    async def _ask(self, job: partial[rows.T]) -> rows.T:
        try:
            return await self.file.run(job)
        except (StoreUnavailable, sqlite3.Error) as error:
            raise SourceUnavailable(self.name) from error
