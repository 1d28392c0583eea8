"""Simulated computers: locked until the right key is typed, holding only a hash of it, and changing it when they are told to."""

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.resources import files
from pathlib import Path

from adapters.sources.vault.vault import Vault
from adapters.store.moments import micros, moment
from adapters.store.sqlite_file import SqliteFile
from bot.domain.devices import Drive
from bot.domain.key_id import canonical_key_id
from bot.domain.recovery_key import RecoveryKeyKind, mint_bitlocker_key, mint_filevault_key, parse_recovery_key
from bot.domain.secret import Secret
from bot.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class Computer:
    device_id: str
    name: str
    platform: str
    is_locked: bool
    key_id: str | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Protector:
    """What a drive knows of its key: enough to recognise it, not enough to tell it."""

    device_id: str
    drive: Drive
    kind: RecoveryKeyKind
    key_id: str | None
    salt: bytes
    hash: bytes


def open_file(path: Path) -> SqliteFile:
    return SqliteFile(path, files("adapters.demo") / "migrations")


class Computers:
    def __init__(self, file: SqliteFile, vault: Vault, clock: Clock) -> None:
        self._file, self._vault, self._clock = file, vault, clock

    async def build(self, device_id: str, name: str, platform: str) -> None:
        row = (device_id, name, platform)
        await self._file.execute("INSERT INTO computer VALUES (?, ?, ?, 1, NULL)", row)

    async def protect(
        self, device_id: str, drive: Drive, kind: RecoveryKeyKind, key_id: str | None, key: Secret
    ) -> None:
        salt = secrets.token_bytes(16)
        await self._file.run(
            partial(_protect, protector=Protector(device_id, drive, kind, key_id, salt, _hash(key, salt)))
        )

    async def named(self, name: str) -> Computer | None:
        return await self._file.run(partial(_named, name=name))

    async def try_key(self, computer: Computer, typed: str) -> bool:
        """Raises DamagedKey for what cannot be anybody's key."""
        _, key = parse_recovery_key(typed)
        protector = await self._file.run(partial(_protector, device_id=computer.device_id, drive="system"))
        if protector is None or not hmac.compare_digest(_hash(key, protector.salt), protector.hash):
            return False
        await self._lock(computer, is_locked=False)
        return True

    async def lock(self, computer: Computer) -> None:
        await self._lock(computer, is_locked=True)

    async def go_online(self) -> int:
        """Every computer that is unlocked does what it was told while it was away."""
        rows = await self._file.run(_unlocked)
        changed = 0
        for (name,) in rows:
            computer = await self.named(name)
            if computer is not None and await self._vault.has_order(computer.device_id):
                await self._change_keys(computer)
                changed += 1
        return changed

    async def _change_keys(self, computer: Computer) -> None:
        """First the new key is stored, then the drive takes it: nobody is locked out by a crash between."""
        protectors = await self._file.run(partial(_protectors, device_id=computer.device_id))
        for protector in protectors:
            kind, key_id, key = new_key(protector.kind)
            await self._vault.escrow(computer.device_id, protector.drive, kind, key_id, key, self._clock.now())
            await self.protect(computer.device_id, protector.drive, kind, key_id, key)
        await self._vault.finish_orders(computer.device_id)
        values = (micros(self._clock.now()), computer.device_id)
        await self._file.execute("UPDATE computer SET changed_at = ? WHERE device_id = ?", values)

    async def _lock(self, computer: Computer, *, is_locked: bool) -> None:
        values = (is_locked, computer.device_id)
        await self._file.execute("UPDATE computer SET is_locked = ? WHERE device_id = ?", values)


def new_key(kind: RecoveryKeyKind) -> tuple[RecoveryKeyKind, str | None, Secret]:
    if kind == "filevault":
        return kind, None, mint_filevault_key(secrets.randbelow)
    return kind, new_key_id(secrets.token_hex), mint_bitlocker_key(secrets.randbelow)


def new_key_id(token_hex: Callable[[int], str]) -> str:
    """One in twenty thousand begins like a date ("20090307"), one in three thousand like a word when it is typed in small
    letters ("effebccf"). Out of the blue that is no Key ID to us; nobody who tries the demo, and no test, shall meet it by chance.
    """
    while True:
        key_id = canonical_key_id(token_hex(16))
        digits = sum(character.isdigit() for character in key_id[:8])
        if 2 <= digits <= 6:  # noqa: PLR2004 - of eight
            return key_id


def _unlocked(db: sqlite3.Connection) -> list[tuple[str]]:
    return db.execute("SELECT name FROM computer WHERE NOT is_locked").fetchall()


def _hash(key: Secret, salt: bytes) -> bytes:
    return hashlib.sha256(salt + key.open_to("check").encode()).digest()


def _protect(db: sqlite3.Connection, protector: Protector) -> None:
    row = (
        protector.device_id, protector.drive, protector.kind, protector.key_id, protector.salt, protector.hash,
    )  # fmt: skip
    db.execute("INSERT OR REPLACE INTO protector VALUES (?, ?, ?, ?, ?, ?)", row)


def _protector(db: sqlite3.Connection, device_id: str, drive: Drive) -> Protector | None:
    row = db.execute("SELECT * FROM protector WHERE device_id = ? AND drive = ?", (device_id, drive)).fetchone()
    return None if row is None else Protector(*row)


def _protectors(db: sqlite3.Connection, device_id: str) -> list[Protector]:
    rows = db.execute("SELECT * FROM protector WHERE device_id = ? ORDER BY drive", (device_id,)).fetchall()
    return [Protector(*row) for row in rows]


def _named(db: sqlite3.Connection, name: str) -> Computer | None:
    statement = """
        SELECT computer.device_id, name, platform, is_locked, key_id, changed_at FROM computer
        LEFT JOIN protector ON protector.device_id = computer.device_id AND drive = 'system' WHERE name = ?"""
    row = db.execute(statement, (name,)).fetchone()
    if row is None:
        return None
    device_id, name, platform, is_locked, key_id, changed_at = row
    return Computer(device_id, name, platform, bool(is_locked), key_id, moment(changed_at) if changed_at else None)
