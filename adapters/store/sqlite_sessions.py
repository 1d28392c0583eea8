"""Web sessions beside the flows: known by the hash of their cookie, ended by idleness, by age, or from here."""

import sqlite3
from datetime import datetime
from functools import partial

import orjson

from adapters.store.moments import micros, moment
from adapters.store.sqlite_file import SqliteFile
from bot.domain.people import PersonId, Principal
from bot.ports.sessions import Session


class SqliteSessions:
    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def begin(self, session: Session) -> None:
        row = (
            session.id, str(session.principal.id), _write(session.principal), session.csrf, session.chat,
            micros(session.seen_at), micros(session.ends_at),
        )  # fmt: skip
        await self._file.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    async def find(self, session_id: str, at: datetime) -> Session | None:
        return await self._file.run(partial(_find, session_id=session_id, at=at))

    async def touch(self, session_id: str, at: datetime) -> None:
        await self._file.run(partial(_touch, session_id=session_id, at=at))

    async def speaks_in(self, session_id: str, chat: str) -> None:
        await self._file.execute("UPDATE session SET chat = ? WHERE id = ?", (chat, session_id))

    async def end(self, session_id: str) -> None:
        await self._file.execute("DELETE FROM session WHERE id = ?", (session_id,))

    async def end_all(self, person: PersonId) -> tuple[str, ...]:
        return await self._file.run(partial(_end_all, person=person))


def _find(db: sqlite3.Connection, session_id: str, at: datetime) -> Session | None:
    statement = "SELECT principal, csrf, chat, seen_at, ends_at FROM session WHERE id = ?"
    row = db.execute(statement, (session_id,)).fetchone()
    if row is None:
        return None
    principal, csrf, chat, seen_at, ends_at = row
    session = Session(session_id, _read(principal), csrf, chat, moment(seen_at), moment(ends_at))
    if not session.is_over(at):
        return session
    db.execute("DELETE FROM session WHERE id = ?", (session_id,))
    return None


def _touch(db: sqlite3.Connection, session_id: str, at: datetime) -> None:
    session = _find(db, session_id, at)
    if session is not None and at > session.seen_at:
        db.execute("UPDATE session SET seen_at = ? WHERE id = ?", (micros(at), session_id))


def _end_all(db: sqlite3.Connection, person: PersonId) -> tuple[str, ...]:
    ended = db.execute("DELETE FROM session WHERE person = ? RETURNING id", (str(person),)).fetchall()
    return tuple(session_id for (session_id,) in ended)


def _write(principal: Principal) -> str:
    return orjson.dumps(principal).decode()


def _read(text: str) -> Principal:
    content = orjson.loads(text)
    content["id"] = PersonId(**content["id"])
    content["signed_in_at"] = datetime.fromisoformat(content["signed_in_at"])
    return Principal(**content)
