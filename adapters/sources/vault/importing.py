"""Fills the vault from three CSV files: all of it or none, with a plain word about each line that cannot be taken.

groups.csv   object_id, group   (may be left out: then nobody knows who is in which)
people.csv   object_id, tenant, login, name, given_name, mail, manager, language, enabled
devices.csv  device_id, name, platform, ownership, owner, serial
keys.csv     device_id, drive, key_id, stored_at, recovery_key
"""

import csv
import io
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from adapters.sources.vault import rows
from adapters.sources.vault.vault import Vault
from bot.domain.errors import DamagedKey
from bot.domain.key_id import canonical_key_id
from bot.domain.recovery_key import parse_recovery_key

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
PEOPLE = ("object_id", "tenant", "login", "name", "given_name", "mail", "manager", "language", "enabled")
DEVICES = ("device_id", "name", "platform", "ownership", "owner", "serial")
GROUPS = ("object_id", "group")
KEYS = ("device_id", "drive", "key_id", "stored_at", "recovery_key")
KIND_OF = {"windows": "bitlocker", "mac": "filevault"}
YES, NO = ("yes", "true", "1", "ja", ""), ("no", "false", "0", "nein")


class BadLine(Exception):
    """What is wrong with one line, in words for whoever made the file. Never a digit of a key."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(why)
        self.column, self.why = column, why


@dataclass(slots=True)
class Report:
    """What was taken, or why nothing was."""

    problems: list[str] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not self.problems

    def as_text(self) -> str:
        if self.problems:
            return "\n".join((*self.problems, f"Nothing was imported: {len(self.problems)} problem(s)."))
        return "Imported: " + ", ".join(f"{count} {what}" for what, count in self.taken.items()) + "."


@dataclass(frozen=True, slots=True)
class Line:
    file: str
    number: int
    values: Mapping[str, str]

    def one_of(self, column: str, allowed: tuple[str, ...]) -> str:
        value = self.values[column].lower()
        if value not in allowed:
            raise BadLine(column, f"is none of {', '.join(word for word in allowed if word)}")
        return value

    def filled(self, column: str) -> str:
        if not self.values[column]:
            raise BadLine(column, "is empty")
        return self.values[column]


class _NothingTaken(Exception):
    """Undoes the whole import."""


async def import_csv(vault: Vault, people: Path, devices: Path, keys: Path, groups: Path | None = None) -> Report:
    """`groups` replaces what was known of them: who is in none of them then is in none."""
    report = Report()
    lines = {
        "people": list(_lines(people, PEOPLE, report)),
        "devices": list(_lines(devices, DEVICES, report)),
        "keys": list(_lines(keys, KEYS, report)),
    }
    if groups is not None:
        lines["groups"] = list(_lines(groups, GROUPS, report))
    try:
        await vault.file.run(lambda db: _take(db, vault, lines, report))
    except _NothingTaken:
        report.taken.clear()
    return report


def _take(db: sqlite3.Connection, vault: Vault, lines: Mapping[str, list[Line]], report: Report) -> None:
    """One transaction for everything; any problem undoes it."""
    _each(lines["people"], report, lambda line: _person(db, line))
    _each(lines["people"], report, lambda line: _manager(db, line))
    _each(lines["devices"], report, lambda line: _device(db, vault, line))
    _each(lines["keys"], report, lambda line: _key(db, vault, line))
    if "groups" in lines:
        db.execute("DELETE FROM membership")
        db.execute("INSERT INTO groups_known VALUES (?)", (int(time.time()),))
        _each(lines["groups"], report, lambda line: _member(db, line))
    if report.problems:
        raise _NothingTaken
    report.taken.update({what: len(found) for what, found in lines.items()})


def _each(lines: list[Line], report: Report, take: Callable[[Line], None]) -> None:
    for line in lines:
        try:
            take(line)
        except BadLine as bad:
            report.problems.append(f"{line.file}, line {line.number}, {bad.column}: {bad.why}")
        except sqlite3.IntegrityError:
            report.problems.append(f"{line.file}, line {line.number}: contradicts another line")


def _lines(path: Path, columns: tuple[str, ...], report: Report) -> Iterator[Line]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        report.problems.append(f"{path.name}: cannot be read ({type(error).__name__})")
        return
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        report.problems.append(f"{path.name}: the column(s) {', '.join(missing)} are missing")
        return
    try:
        for row in reader:
            yield Line(path.name, reader.line_num, {column: (row[column] or "").strip() for column in columns})
    except csv.Error:
        report.problems.append(f"{path.name}, line {reader.line_num}: is not CSV")


def _person(db: sqlite3.Connection, line: Line) -> None:
    enabled = line.one_of("enabled", YES + NO) in YES
    row = (
        _plain_id(line.filled("object_id")), line.filled("tenant"), line.filled("login"), line.filled("name"),
        line.values["given_name"] or line.filled("name").split()[0], line.values["mail"], _plain_id(line.values["manager"]) or None,
        line.values["language"] or "en", enabled,
    )  # fmt: skip
    db.execute(
        """INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (object_id) DO UPDATE SET
           tenant = excluded.tenant, login = excluded.login, name = excluded.name, given_name = excluded.given_name,
           mail = excluded.mail, manager = excluded.manager, language = excluded.language, enabled = excluded.enabled""",
        row,
    )


def _member(db: sqlite3.Connection, line: Line) -> None:
    person = _plain_id(line.filled("object_id"))
    if rows.person(db, "object_id", person) is None:
        raise BadLine("object_id", "is nobody in the file or the vault")
    db.execute("INSERT OR IGNORE INTO membership VALUES (?, ?)", (person, line.filled("group")))


def _plain_id(text: str) -> str:
    """Ids of Entra are compared in small letters, however they were exported."""
    return text.lower() if _GUID.fullmatch(text) else text


def _manager(db: sqlite3.Connection, line: Line) -> None:
    manager = _plain_id(line.values["manager"])
    if manager and rows.person(db, "object_id", manager) is None:
        raise BadLine("manager", "is nobody in the file or the vault")


def _device(db: sqlite3.Connection, vault: Vault, line: Line) -> None:
    platform = line.one_of("platform", ("windows", "mac"))
    ownership = line.one_of("ownership", ("corporate", "personal"))
    owner = _plain_id(line.filled("owner"))
    if rows.person(db, "object_id", owner) is None:
        raise BadLine("owner", "is nobody in the file or the vault")
    rows.note_owner(db, line.filled("device_id"), owner, vault.now())
    row = (line.filled("device_id"), line.filled("name"), platform, ownership, owner, line.values["serial"])
    db.execute(
        """INSERT INTO device (id, name, platform, ownership, owner, serial) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET name = excluded.name, platform = excluded.platform,
           ownership = excluded.ownership, owner = excluded.owner, serial = excluded.serial""",
        row,
    )


def _key(db: sqlite3.Connection, vault: Vault, line: Line) -> None:
    device_id = line.filled("device_id")
    device = db.execute("SELECT platform FROM device WHERE id = ?", (device_id,)).fetchone()
    if device is None:
        raise BadLine("device_id", "is no device in the file or the vault")
    drive = line.one_of("drive", ("system", "data"))
    try:
        kind, key = parse_recovery_key(line.filled("recovery_key"))
    except DamagedKey as damaged:
        raise BadLine("recovery_key", str(damaged)) from None
    if kind != KIND_OF[device[0]]:
        raise BadLine("recovery_key", f"is not a key of a {device[0]} device")
    row = vault.key_row(
        device_id, "data" if drive == "data" else "system", kind, _key_id(line, kind), key, _stored_at(line)
    )
    rows.add_key(db, row)


def _key_id(line: Line, kind: str) -> str | None:
    if kind == "filevault":
        return None
    try:
        return canonical_key_id(line.filled("key_id"))
    except ValueError as error:
        raise BadLine("key_id", str(error)) from None


def _stored_at(line: Line) -> datetime:
    try:
        moment = datetime.fromisoformat(line.filled("stored_at"))
    except ValueError:
        raise BadLine("stored_at", "is not a moment such as 2026-05-01T09:30:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
