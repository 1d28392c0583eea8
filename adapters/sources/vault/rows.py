"""The vault's statements: people, devices, keys and change orders as rows. A key is only ever a sealed blob here."""

import sqlite3
from dataclasses import dataclass, replace
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
        SELECT device.id, device.name, platform, ownership, serial, owner_since.at FROM device
        JOIN person ON person.object_id = owner LEFT JOIN owner_since ON device_id = device.id
        WHERE owner = ? AND tenant = ? ORDER BY device.name"""
    rows = db.execute(statement, (owner.object_id, owner.tenant)).fetchall()
    return tuple(
        Device(id_, name, platform, ownership, owner, serial, _cards(db, id_), None if since is None else moment(since))
        for id_, name, platform, ownership, serial, since in rows
    )


def owner_of(db: sqlite3.Connection, device_id: str) -> tuple[PersonId, str] | None:
    """And the name of the device."""
    statement = "SELECT tenant, owner, device.name FROM device JOIN person ON object_id = owner WHERE device.id = ?"
    row = db.execute(statement, (device_id,)).fetchone()
    return None if row is None else (PersonId(row[0], row[1]), row[2])


def note_owner(db: sqlite3.Connection, device_id: str, owner: str, at: datetime) -> None:
    """Before it is written: a device that has somebody else now changes hands."""
    had = db.execute("SELECT owner FROM device WHERE id = ?", (device_id,)).fetchone()
    if had is not None and had[0] != owner:
        db.execute("INSERT OR REPLACE INTO owner_since VALUES (?, ?)", (device_id, micros(at)))


def _cards(db: sqlite3.Connection, device_id: str) -> tuple[KeyCard, ...]:
    """The candidates in the order they are tried: the system drive's newest first, other drives after."""
    statement = """
        SELECT ref, drive, stored_at, key_id, is_current FROM key WHERE device_id = ?
        ORDER BY drive <> 'system', is_current DESC, stored_at DESC, ref"""
    rows = db.execute(statement, (device_id,)).fetchall()
    return tuple(KeyCard(ref, drive, moment(at), key_id, bool(current)) for ref, drive, at, key_id, current in rows)


def knows_key_id(db: sqlite3.Connection, bare_digits: str) -> bool:
    statement = "SELECT 1 FROM key WHERE key_id >= ? AND key_id < ? LIMIT 1"
    return db.execute(statement, _bounds(bare_digits)).fetchone() is not None


def by_key_id(db: sqlite3.Connection, beginnings: tuple[str, ...]) -> tuple[Device, ...]:
    statement = """
        SELECT device.id, device.name, platform, ownership, tenant, owner, serial, ref, drive, stored_at, key_id, is_current
        FROM key JOIN device ON device.id = device_id JOIN person ON object_id = owner
        WHERE key_id >= ? AND key_id < ? ORDER BY key_id, ref"""
    found: dict[str, Device] = {}
    for row in (row for digits in beginnings for row in db.execute(statement, _bounds(digits))):
        id_, name, platform, ownership, tenant, owner, serial, ref, drive, at, key_id, current = row
        card = KeyCard(ref, drive, moment(at), key_id, bool(current))
        known = found.get(id_) or Device(id_, name, platform, ownership, PersonId(tenant, owner), serial)
        found[id_] = known if card in known.keys else replace(known, keys=(*known.keys, card))
    return tuple(found.values())


def _bounds(digits: str) -> tuple[str, str]:
    """Stored Key IDs are grouped like GUIDs; the prefix is grouped alike, so that the index is used."""
    groups = digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]
    prefix = "-".join(group for group in groups if group)
    return prefix, f"{prefix}~"


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


def group_names(db: sqlite3.Connection) -> tuple[str, ...] | None:
    """Those that somebody is in; None where groups were never imported."""
    if db.execute("SELECT 1 FROM groups_known LIMIT 1").fetchone() is None:
        return None
    return tuple(row[0] for row in db.execute("SELECT DISTINCT name FROM membership ORDER BY name"))


def groups_of(db: sqlite3.Connection, object_id: str) -> tuple[str, ...] | None:
    """None where groups were never imported: nobody can say then."""
    if db.execute("SELECT 1 FROM groups_known LIMIT 1").fetchone() is None:
        return None
    found = db.execute("SELECT name FROM membership WHERE object_id = ? ORDER BY name", (object_id,)).fetchall()
    return tuple(row[0] for row in found)
