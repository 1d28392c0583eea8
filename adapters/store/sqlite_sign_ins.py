"""Sign-ins that are under way at the provider: kept here, not in the browser, and good for one return."""

import sqlite3
from datetime import datetime

from adapters.store.moments import micros
from adapters.store.sqlite_file import SqliteFile


class SqliteSignIns:
    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def keep(self, state: str, body: str, at: datetime, until: datetime) -> None:
        def job(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM sign_in WHERE until < ?", (micros(at),))
            db.execute("INSERT INTO sign_in VALUES (?, ?, ?)", (state, body, micros(until)))

        await self._file.run(job)

    async def take(self, state: str, at: datetime) -> str | None:
        """None when unknown, too old, or taken before: one statement decides."""

        def job(db: sqlite3.Connection) -> str | None:
            statement = "DELETE FROM sign_in WHERE state = ? RETURNING body, until"
            row = db.execute(statement, (state,)).fetchone()
            return str(row[0]) if row is not None and row[1] > micros(at) else None

        return await self._file.run(job)
