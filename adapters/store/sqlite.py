"""The store on one SQLite file: what it has answered is on the disk."""

import secrets
import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Literal

from adapters.store import owed_rows
from adapters.store.moments import micros, moment
from adapters.store.sqlite_file import SqliteFile
from bot.domain.audit import FIRST_LINK, Fact, Record, canonical, link_after
from bot.domain.people import PersonId
from bot.ports.store import (
    PASSING,
    PAST,
    SAY,
    AlreadySeen,
    Committed,
    Line,
    NotOwed,
    Owed,
    Queue,
    Saved,
    Settled,
    StaleFlow,
    Turn,
)

FIRST_NUMBER = 1001
PAGE = 1000


def open_file(path: Path) -> SqliteFile:
    return SqliteFile(path, files("adapters.store") / "sqlite_migrations")


class SqliteStore:
    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def load(self, flow_id: str) -> Saved | None:
        return await self._file.run(partial(_load, flow_id=flow_id))

    async def was_seen(self, flow_id: str, event_id: str) -> bool:
        statement = "SELECT 1 FROM seen WHERE flow_id = ? AND event_id = ?"
        return await self._file.run(lambda db: db.execute(statement, (flow_id, event_id)).fetchone()) is not None

    async def commit(self, turn: Turn, lease: float) -> Committed:
        return await self._file.run(partial(_commit, turn=turn, lease=timedelta(seconds=lease)))

    async def settle(self, owed_id: str, at: datetime, lines: tuple[str, ...] = ()) -> Settled:
        return await self._file.run(partial(_settle, owed_id=owed_id, at=at, lines=lines))

    async def postpone(self, owed_id: str, until: datetime) -> None:
        await self._file.run(partial(owed_rows.postpone, owed_id=owed_id, until=micros(until)))

    async def claim(
        self,
        at: datetime,
        lease: float,
        *,
        queue: Queue | None = None,
        flow_id: str | None = None,
        limit: int = 50,
    ) -> tuple[Owed, ...]:
        until = at + timedelta(seconds=lease)
        return await self._file.run(
            partial(owed_rows.claim, at=at, until=until, queue=queue, flow_id=flow_id, limit=limit)
        )

    async def inherit(self) -> None:
        await self._file.execute("UPDATE owed SET free_at = due_at WHERE free_at > due_at")

    async def next_due(self) -> datetime | None:
        row = await self._file.run(owed_rows.next_due)
        return None if row is None else moment(row)

    async def history(
        self, flow_id: str, after: int = 0, limit: int = 500, since: datetime | None = None
    ) -> tuple[Line, ...]:
        statement = "SELECT seq, at, body FROM history WHERE flow_id = ? AND seq > ? ORDER BY seq LIMIT ?"

        def job(db: sqlite3.Connection) -> list[tuple[int, int, str]]:
            first = max(after, _last_before(db, flow_id, micros(since))) if since else after
            return db.execute(statement, (flow_id, first, limit)).fetchall()

        rows = await self._file.run(job)
        return tuple(Line(seq, moment(at), body) for seq, at, body in rows)

    async def flows(self, kind: str, after: str = "", limit: int = 500) -> Sequence[tuple[str, Saved]]:
        statement = "SELECT id, state, version FROM flow WHERE id > ? AND id < ? ORDER BY id LIMIT ?"
        bounds = (max(after, f"{kind}:"), f"{kind};", limit)
        rows = await self._file.run(lambda db: db.execute(statement, bounds).fetchall())
        return [(flow_id, Saved(state, version)) for flow_id, state, version in rows]

    async def number(self, series: Literal["case"], owed_id: str) -> int:
        return await self._file.run(partial(_number, series=series, owed_id=owed_id))

    async def audit(self, after: int = 0) -> AsyncIterator[Record]:
        statement = "SELECT seq, line, link FROM audit WHERE seq > ? ORDER BY seq LIMIT ?"
        while rows := await self._file.run(partial(_rows, statement=statement, values=(after, PAGE))):
            for seq, line, link in rows:
                yield Record(seq, line, link)
                after = seq

    async def forget(
        self, at: datetime, history_before: datetime, seen_before: datetime, passing_before: datetime
    ) -> None:
        def job(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM history WHERE at < ?", (micros(history_before),))
            db.execute("DELETE FROM seen WHERE at < ?", (micros(seen_before),))
            db.execute("DELETE FROM session WHERE ends_at < ?", (micros(at),))

        await self._file.run(job)
        while await self._file.run(partial(_forget_passing, before=micros(passing_before))) == PAGE:
            pass  # page by page: nobody waits for a million of them

    async def forget_person(self, person: PersonId) -> None:
        """Their alias in the audit leads nowhere from now on; the chain stays whole. Gone from the write-ahead log as well."""
        await self._file.run(partial(_forget_person, person=str(person)))
        await self._file.empty_log()

    async def close(self) -> None:
        await self._file.close()


def _last_before(db: sqlite3.Connection, flow_id: str, at: int) -> int:
    """From the end backwards: what is older still is not looked at."""
    statement = "SELECT seq FROM history WHERE flow_id = ? AND at < ? ORDER BY seq DESC LIMIT 1"
    row = db.execute(statement, (flow_id, at)).fetchone()
    return row[0] if row else 0


def _rows(db: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> list[tuple[int, str, str]]:
    return db.execute(statement, values).fetchall()


def _forget_person(db: sqlite3.Connection, person: str) -> None:
    db.execute("DELETE FROM alias WHERE person = ?", (person,))
    db.execute("DELETE FROM flow WHERE id = ?", (f"{PAST}:{person}",))
    for table in ("seen", "owed"):
        db.execute(f"DELETE FROM {table} WHERE flow_id = ?", (f"{PAST}:{person}",))  # noqa: S608 - a literal


def _forget_passing(db: sqlite3.Connection, before: int) -> int:
    resting = f"""
        SELECT id FROM flow INDEXED BY flow_passing WHERE id >= '{PASSING}:' AND id < '{PASSING};' AND at < ?
            AND NOT EXISTS (SELECT 1 FROM owed WHERE owed.flow_id = flow.id) LIMIT ?"""  # noqa: S608 - a literal
    gone = db.execute(resting, (before, PAGE)).fetchall()
    db.executemany("DELETE FROM flow WHERE id = ?", gone)
    db.executemany("DELETE FROM seen WHERE flow_id = ?", gone)
    return len(gone)


def _load(db: sqlite3.Connection, flow_id: str) -> Saved | None:
    row = db.execute("SELECT state, version FROM flow WHERE id = ?", (flow_id,)).fetchone()
    return None if row is None else Saved(*row)


def _commit(db: sqlite3.Connection, turn: Turn, lease: timedelta) -> Committed:
    at = micros(turn.at)
    if not db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (turn.flow_id, turn.event_id, at)).rowcount:
        raise AlreadySeen
    _save(db, turn, at)
    if turn.settles is not None and not db.execute("DELETE FROM owed WHERE id = ?", (turn.settles,)).rowcount:
        raise NotOwed
    owed = owed_rows.owe(db, turn, lease) if turn.owes else ()
    seqs = _write_history(db, turn.flow_id, turn.at, turn.lines) if turn.lines else ()
    for fact in turn.facts:
        _audit(db, turn.at, fact)
    return Committed(turn.over + 1, owed, seqs)


def _save(db: sqlite3.Connection, turn: Turn, at: int) -> None:
    if turn.over == 0:
        statement = "INSERT OR IGNORE INTO flow (version, state, at, id) VALUES (1, ?, ?, ?)"
        saved = db.execute(statement, (turn.state, at, turn.flow_id))
    else:
        statement = "UPDATE flow SET version = version + 1, state = ?, at = ? WHERE id = ? AND version = ?"
        saved = db.execute(statement, (turn.state, at, turn.flow_id, turn.over))
    if not saved.rowcount:
        raise StaleFlow


def _settle(db: sqlite3.Connection, owed_id: str, at: datetime, lines: tuple[str, ...]) -> Settled:
    settled = db.execute("DELETE FROM owed WHERE id = ? RETURNING flow_id, lane", (owed_id,)).fetchone()
    if settled is None:
        raise NotOwed
    flow_id, lane = settled
    seqs = _write_history(db, flow_id, at, lines) if lines else ()
    return Settled(seqs, more=lane == SAY and owed_rows.has_speech(db, flow_id))


def _write_history(db: sqlite3.Connection, flow_id: str, at: datetime, lines: tuple[str, ...]) -> tuple[int, ...]:
    head = "INSERT INTO history_head VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = seq + ? RETURNING seq"
    last: int = db.execute(head, (flow_id, len(lines), len(lines))).fetchone()[0]
    seqs = tuple(range(last - len(lines) + 1, last + 1))
    rows = [(flow_id, seq, micros(at), line) for seq, line in zip(seqs, lines, strict=True)]
    db.executemany("INSERT INTO history VALUES (?, ?, ?, ?)", rows)
    return seqs


def _number(db: sqlite3.Connection, series: str, owed_id: str) -> int:
    found = db.execute("SELECT number FROM number WHERE owed_id = ?", (owed_id,)).fetchone()
    if found is None:
        following = "SELECT coalesce(max(number), ?) + 1 FROM number WHERE series = ?"
        number = db.execute(following, (FIRST_NUMBER - 1, series)).fetchone()[0]
        found = db.execute("INSERT INTO number VALUES (?, ?, ?) RETURNING number", (owed_id, series, number)).fetchone()
    return int(found[0])


def _audit(db: sqlite3.Connection, at: datetime, fact: Fact) -> None:
    head = db.execute("SELECT seq, link FROM audit ORDER BY seq DESC LIMIT 1").fetchone() or (0, FIRST_LINK)
    alias = _alias(db, fact.person) if fact.person else None
    line = canonical(head[0] + 1, at, fact, alias)
    db.execute("INSERT INTO audit VALUES (?, ?, ?)", (head[0] + 1, line, link_after(head[1], line)))


def _alias(db: sqlite3.Connection, person: PersonId) -> str:
    statement = "INSERT INTO alias VALUES (?, ?) ON CONFLICT DO UPDATE SET person = person RETURNING alias"
    return str(db.execute(statement, (str(person), secrets.token_hex(16))).fetchone()[0])
