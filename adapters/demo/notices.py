"""The owner's notices, as they appear on the simulated phone."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from adapters.store.moments import micros, moment
from adapters.store.sqlite_file import SqliteFile
from bot.domain.concerns import WaitingCase
from bot.domain.people import PersonId
from bot.ports.notices import Notice


@dataclass(frozen=True, slots=True)
class OnPhone:
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

    async def tell(self, notice: Notice) -> None:
        change = notice.change if notice.about in ("key_shown", "enrolment_changed", "approval_asked") else notice.about
        reader, asks = notice.person, None
        if notice.about == "approval_asked":
            reader, asks = notice.approver or self._security, notice.person.object_id.capitalize()
        name = notice.device_name or ""
        await self._keep((notice.id, reader.object_id, name, micros(notice.at), notice.link, change, asks))

    async def cases_wait(self, notice_id: str, cases: tuple[WaitingCase, ...], at: datetime) -> None:
        numbers = ", ".join(str(case.number) for case in cases)
        await self._keep((notice_id, self._supervisor.object_id, numbers, micros(at), self._page, "cases_wait", None))

    async def _keep(self, row: tuple[object, ...]) -> None:
        await self._file.execute("INSERT OR IGNORE INTO notice VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    async def of(self, person: PersonId) -> tuple[OnPhone, ...]:
        return await self._file.run(partial(_of, object_id=person.object_id))


def _of(db: sqlite3.Connection, object_id: str) -> tuple[OnPhone, ...]:
    statement = "SELECT device_name, at, link, change, asks FROM notice WHERE object_id = ? ORDER BY at DESC LIMIT 5"
    rows = db.execute(statement, (object_id,)).fetchall()
    return tuple(OnPhone(device_name, moment(at), *rest) for device_name, at, *rest in rows)
