"""The owner's notices, as they appear on the simulated phone."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from adapters.store.moments import micros, moment
from adapters.store.sqlite_file import SqliteFile
from bot.domain.concerns import WaitingCase
from bot.domain.people import PersonId
from bot.ports.notices import Alarm


@dataclass(frozen=True, slots=True)
class Notice:
    """`change`: what became of the authenticator app, or what agents did; None where a key was shown.

    `asks`: who asks for approval.
    """

    device_name: str
    at: datetime
    link: str
    change: str | None = None
    asks: str | None = None


class DemoNotices:
    """`security`, `supervisor`: on whose phones the mails for them appear. `page`: the supervisors'."""

    def __init__(self, file: SqliteFile, security: PersonId, supervisor: PersonId, page: str) -> None:
        self._file, self._security, self._supervisor, self._page = file, security, supervisor, page

    async def key_shown(self, notice_id: str, person: PersonId, device_name: str, at: datetime, link: str) -> None:
        await self._keep((notice_id, person.object_id, device_name, micros(at), link, None, None))

    async def approval_asked(
        self, notice_id: str, person: PersonId, approver: PersonId | None, device_name: str, at: datetime, link: str
    ) -> None:
        reader = (approver or self._security).object_id
        await self._keep((notice_id, reader, device_name, micros(at), link, None, person.object_id.capitalize()))

    async def enrolment_changed(self, notice_id: str, person: PersonId, what: str, at: datetime, link: str) -> None:
        await self._keep((notice_id, person.object_id, "", micros(at), link, what, None))

    async def at_every_address(
        self, notice_id: str, person: PersonId, what: Alarm, device_name: str, at: datetime, link: str
    ) -> None:
        change = None if what == "key_shown" else what
        await self._keep((notice_id, person.object_id, device_name, micros(at), link, change, None))

    async def cases_wait(self, notice_id: str, cases: tuple[WaitingCase, ...], at: datetime) -> None:
        numbers = ", ".join(str(case.number) for case in cases)
        await self._keep((notice_id, self._supervisor.object_id, numbers, micros(at), self._page, "cases_wait", None))

    async def _keep(self, row: tuple[object, ...]) -> None:
        await self._file.execute("INSERT OR IGNORE INTO notice VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    async def of(self, person: PersonId) -> tuple[Notice, ...]:
        return await self._file.run(partial(_of, object_id=person.object_id))


def _of(db: sqlite3.Connection, object_id: str) -> tuple[Notice, ...]:
    statement = "SELECT device_name, at, link, change, asks FROM notice WHERE object_id = ? ORDER BY at DESC LIMIT 5"
    rows = db.execute(statement, (object_id,)).fetchall()
    return tuple(Notice(device_name, moment(at), *rest) for device_name, at, *rest in rows)
