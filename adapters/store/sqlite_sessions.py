"""Web sessions beside the flows: known by the hash of their cookie, ended by idleness, by age, or from here."""

import sqlite3
from datetime import datetime, timedelta
from functools import partial

import orjson

from adapters.store.moments import micros, moment
from adapters.store.sqlite_file import SqliteFile
from bot.domain.people import PersonId, Principal
from bot.ports.sessions import Session

IDLE = timedelta(minutes=30)
TOUCH = timedelta(minutes=1)


class SqliteSessions:
    def __init__(self, file: SqliteFile, idle: timedelta = IDLE) -> None:
        self._file, self._idle = file, idle

    async def begin(self, session: Session, at: datetime) -> None:
        row = (
            session.id, str(session.principal.id), _write(session.principal), session.csrf, session.chat,
            micros(at), micros(session.ends_at),
        )  # fmt: skip
        await self._file.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    async def find(self, session_id: str, at: datetime) -> Session | None:
        return await self._file.run(partial(_find, session_id=session_id, at=at, idle=self._idle))

    async def speaks_in(self, session_id: str, chat: str) -> None:
        await self._file.execute("UPDATE session SET chat = ? WHERE id = ?", (chat, session_id))

    async def end(self, session_id: str) -> None:
        await self._file.execute("DELETE FROM session WHERE id = ?", (session_id,))

    async def end_all(self, person: PersonId) -> None:
        await self._file.execute("DELETE FROM session WHERE person = ?", (str(person),))


def _find(db: sqlite3.Connection, session_id: str, at: datetime, idle: timedelta) -> Session | None:
    statement = "SELECT principal, csrf, chat, seen_at, ends_at FROM session WHERE id = ?"
    row = db.execute(statement, (session_id,)).fetchone()
    if row is None:
        return None
    principal, csrf, chat, seen_at, ends_at = row
    if at >= moment(ends_at) or at - moment(seen_at) >= idle:
        db.execute("DELETE FROM session WHERE id = ?", (session_id,))
        return None
    if at - moment(seen_at) >= TOUCH:
        db.execute("UPDATE session SET seen_at = ? WHERE id = ?", (micros(at), session_id))
    return Session(session_id, _read(principal), csrf, chat, moment(ends_at))


def _write(principal: Principal) -> str:
    return orjson.dumps(principal).decode()


def _read(text: str) -> Principal:
    content = orjson.loads(text)
    content["id"] = PersonId(**content["id"])
    content["signed_in_at"] = datetime.fromisoformat(content["signed_in_at"])
    return Principal(**content)
