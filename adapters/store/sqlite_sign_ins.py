"""Sign-ins that are under way at the provider: kept here, not in the browser, good for one return, and never too many."""

import sqlite3
from datetime import datetime

from adapters.store.moments import micros
from adapters.store.sqlite_file import SqliteFile

MOST = 20_000
"""Some 95 MB on disk. One address may begin 20 a second (SPAREKEY_REQUESTS_PER_SECOND), 12,000 in the ten minutes that one lives:
by itself it pushes out nobody."""
CLEARED_AT_ONCE = 10
"""What a flood leaves is cleared by those who come after it, a little by each: the writer is everybody's."""


class SqliteSignIns:
    """Whoever begins clears away what has expired, so what is left when nobody comes any more stays, expired and bounded."""

    def __init__(self, file: SqliteFile, most: int = MOST) -> None:
        self._file, self._most = file, most

    async def keep(self, state: str, body: str, at: datetime, until: datetime) -> None:
        """Beyond `most` the oldest go."""

        def job(db: sqlite3.Connection) -> None:
            db.execute(_CLEAR, (micros(at), CLEARED_AT_ONCE))
            db.execute(_MAKE_ROOM, (self._most - 1,))
            db.execute("INSERT INTO sign_in VALUES (?, ?, ?)", (state, body, micros(until)))

        await self._file.run(job)

    async def take(self, state: str, at: datetime) -> str | None:
        """None when unknown, too old, or taken before: one statement decides."""

        def job(db: sqlite3.Connection) -> str | None:
            statement = "DELETE FROM sign_in WHERE state = ? RETURNING body, until"
            row = db.execute(statement, (state,)).fetchone()
            return str(row[0]) if row is not None and row[1] > micros(at) else None

        return await self._file.run(job)


_CLEAR = """
DELETE FROM sign_in WHERE state IN (SELECT state FROM sign_in WHERE until < ? ORDER BY until LIMIT ?)
"""
_MAKE_ROOM = """
DELETE FROM sign_in WHERE state IN (
  SELECT state FROM sign_in ORDER BY until LIMIT max((SELECT count(*) FROM sign_in) - ?, 0)
)
"""
