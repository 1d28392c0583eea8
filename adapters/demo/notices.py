"""The owner's notices, as they appear on the simulated phone."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from adapters.store.moments import micros, moment
from adapters.store.sqlite_file import SqliteFile
from bot.domain.people import PersonId


@dataclass(frozen=True, slots=True)
class Notice:
    """`change`: what became of the authenticator app; None where a key was shown."""

    device_name: str
    at: datetime
    link: str
    change: str | None = None


class DemoNotices:
    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    async def key_shown(self, notice_id: str, person: PersonId, device_name: str, at: datetime, link: str) -> None:
        await self._keep((notice_id, person.object_id, device_name, micros(at), link, None))

    async def enrolment_changed(self, notice_id: str, person: PersonId, what: str, at: datetime, link: str) -> None:
        await self._keep((notice_id, person.object_id, "", micros(at), link, what))

    async def _keep(self, row: tuple[object, ...]) -> None:
        await self._file.execute("INSERT OR IGNORE INTO notice VALUES (?, ?, ?, ?, ?, ?)", row)

    async def of(self, person: PersonId) -> tuple[Notice, ...]:
        return await self._file.run(partial(_of, object_id=person.object_id))


def _of(db: sqlite3.Connection, object_id: str) -> tuple[Notice, ...]:
    statement = "SELECT device_name, at, link, change FROM notice WHERE object_id = ? ORDER BY at DESC LIMIT 5"
    rows = db.execute(statement, (object_id,)).fetchall()
    return tuple(Notice(device_name, moment(at), link, change) for device_name, at, link, change in rows)
