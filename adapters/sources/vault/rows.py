"""The vault's statements: people, devices, keys and change orders as rows. A key is only ever a sealed blob here."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from adapters.store.moments import micros, moment
from bot.domain.devices import Device, Drive, KeyCard
from bot.domain.people import Person, PersonId
from bot.domain.recovery_key import RecoveryKeyKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeyRow:
    ref: str
    device_id: str
    kind: RecoveryKeyKind
    drive: Drive
    key_id: str | None
    stored_at: datetime
    is_current: bool
    mark: str
    sealed: bytes


def bound_to(device_id: str, ref: str) -> str:
    """What a sealed key is tied to: moved to another device or row, it does not open."""
    return f"key {ref} of device {device_id}"


def person(db: sqlite3.Connection, column: str, value: str) -> Person | None:
    statement = (
        f"SELECT tenant, object_id, name, given_name, mail, manager, language, enabled FROM person WHERE {column} = ?"  # noqa: S608 - a literal of ours
    )
    row = db.execute(statement, (value,)).fetchone()
    if row is None:
        return None
    tenant, object_id, name, given_name, mail, manager, language, enabled = row
    manager_id = PersonId(tenant, manager) if manager else None
    return Person(PersonId(tenant, object_id), name, given_name, mail, manager_id, language, bool(enabled))


def devices_of(db: sqlite3.Connection, owner: PersonId) -> tuple[Device, ...]:
    statement = """
        SELECT device.id, device.name, platform, ownership, serial FROM device
        JOIN person ON person.object_id = owner WHERE owner = ? AND tenant = ? ORDER BY device.name"""
    rows = db.execute(statement, (owner.object_id, owner.tenant)).fetchall()
    return tuple(
        Device(id_, name, platform, ownership, owner, serial, _cards(db, id_))
        for id_, name, platform, ownership, serial in rows
    )


def _cards(db: sqlite3.Connection, device_id: str) -> tuple[KeyCard, ...]:
    """The candidates in the order they are tried: the system drive's newest first, other drives after."""
    statement = """
        SELECT ref, drive, stored_at, key_id, is_current FROM key WHERE device_id = ?
        ORDER BY drive <> 'system', is_current DESC, stored_at DESC, ref"""
    rows = db.execute(statement, (device_id,)).fetchall()
    return tuple(KeyCard(ref, drive, moment(at), key_id, bool(current)) for ref, drive, at, key_id, current in rows)


def knows_key_id(db: sqlite3.Connection, bare_digits: str) -> bool:
    """Stored Key IDs are grouped like GUIDs; the prefix is grouped alike, so that the index is used."""
    prefix = "-".join(part for part in _grouped(bare_digits) if part)
    statement = "SELECT 1 FROM key WHERE key_id >= ? AND key_id < ? LIMIT 1"
    return db.execute(statement, (prefix, f"{prefix}~")).fetchone() is not None


def _grouped(digits: str) -> tuple[str, ...]:
    return digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]


def key(db: sqlite3.Connection, ref: str) -> tuple[str, RecoveryKeyKind, bytes] | None:
    row = db.execute("SELECT device_id, kind, sealed FROM key WHERE ref = ?", (ref,)).fetchone()
    return None if row is None else (row[0], row[1], row[2])


def add_key(db: sqlite3.Connection, row: KeyRow) -> bool:
    """False when this very key is there already. A new current key leaves the older one in place, as a candidate."""
    if db.execute("SELECT 1 FROM key WHERE device_id = ? AND mark = ?", (row.device_id, row.mark)).fetchone():
        return False
    values = (
        row.ref, row.device_id, row.kind, row.drive, row.key_id, micros(row.stored_at), row.is_current, row.mark, row.sealed,
    )  # fmt: skip
    db.execute("INSERT INTO key VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    settle_current(db, row.device_id, row.drive)
    return True


def settle_current(db: sqlite3.Connection, device_id: str, drive: Drive) -> None:
    """Of each drive the key that was stored last is the current one."""
    statement = """
        UPDATE key SET is_current = (ref = (
          SELECT ref FROM key WHERE device_id = ? AND drive = ? ORDER BY stored_at DESC, ref LIMIT 1))
        WHERE device_id = ? AND drive = ?"""
    db.execute(statement, (device_id, drive, device_id, drive))


def newest(db: sqlite3.Connection, device_id: str) -> tuple[str, ...]:
    rows = db.execute("SELECT ref FROM key WHERE device_id = ? AND is_current ORDER BY drive DESC", (device_id,))
    return tuple(row[0] for row in rows)


def order(db: sqlite3.Connection, device_id: str, order_id: str, at: datetime) -> bool:
    can_change = db.execute("SELECT can_change FROM device WHERE id = ?", (device_id,)).fetchone()
    if can_change is None or not can_change[0]:
        return False
    db.execute("INSERT OR IGNORE INTO change_order VALUES (?, ?, ?, NULL)", (order_id, device_id, micros(at)))
    return True


def has_order(db: sqlite3.Connection, device_id: str) -> bool:
    statement = "SELECT 1 FROM change_order WHERE device_id = ? AND done_at IS NULL LIMIT 1"
    return db.execute(statement, (device_id,)).fetchone() is not None


def finish_orders(db: sqlite3.Connection, device_id: str, at: datetime) -> None:
    db.execute("UPDATE change_order SET done_at = ? WHERE device_id = ? AND done_at IS NULL", (micros(at), device_id))


def groups_of(db: sqlite3.Connection, object_id: str) -> tuple[str, ...] | None:
    """None where groups were never imported: nobody can say then."""
    if db.execute("SELECT 1 FROM groups_known LIMIT 1").fetchone() is None:
        return None
    found = db.execute("SELECT name FROM membership WHERE object_id = ? ORDER BY name", (object_id,)).fetchall()
    return tuple(row[0] for row in found)
