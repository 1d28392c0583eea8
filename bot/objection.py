"""Objections by an owner who did not ask for a key: they freeze at once, and only the desk can lift that."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, cast

from bot import standing
from bot.case_file import OpenCase
from bot.case_office import CaseOffice
from bot.case_release import NoticesSent, TellRelease
from bot.challenge import TellOwner
from bot.conductor import Conductor, Task
from bot.domain.cases import Learnt
from bot.domain.errors import SourceUnavailable, SparekeyError
from bot.domain.people import PersonId
from bot.enrolment import TellEnrolment
from bot.ports.clock import Clock
from bot.ports.notices import Notice, Notices
from bot.ports.sources import Directory

LINKS_LIVE = timedelta(days=30)
OLD_LINKS_END = datetime(2027, 1, 1, tzinfo=UTC)
"""Links of notices from before links ended name no moment."""

Reader = Literal["person", "other"]
"""Whose copy of the notice it was: the person's own, or that of their manager or of security."""
About = Literal["key_shown", "key_read_aloud", "key_released", "block_lifted", "app"]


class UnknownNotice(SparekeyError):
    """The link was not made by us."""


class OldNotice(SparekeyError):
    """The link has ended: an old mail must not freeze somebody for ever."""


@dataclass(frozen=True, slots=True)
class Objection:
    """What the link of a notice says: what happened to whom and to which device, and which notice it was."""

    notice: str
    person: PersonId
    device_id: str
    device_name: str
    about: About
    ends_at: datetime
    reader: Reader = "person"


class Objections:
    def __init__(
        self,
        conductor: Conductor,
        office: CaseOffice,
        directory: Directory,
        notices: Notices,
        clock: Clock,
        secret: bytes,
        home: str,
    ) -> None:
        self._conductor, self._office, self._directory = conductor, office, directory
        self._notices, self._clock, self._secret, self._home = notices, clock, secret, home

    async def tell_owner(self, task: Task) -> None:
        """Owed by every view. The notice carries the way to object."""
        told = task.effect
        if not isinstance(told, TellOwner):
            raise TypeError
        what: Literal["key_shown", "key_read_aloud"] = "key_read_aloud" if told.aloud else "key_shown"
        objection = _objection(task, told.person, what, told.at, told.device_id, told.device_name)
        own, others = self._addresses(objection)
        name, widely = told.device_name, told.widely
        notice = Notice(task.id, what, told.person, told.at, own, name, widely=widely, link_of_others=others)
        await self._notices.tell(notice)

    async def tell_release(self, task: Task) -> NoticesSent:
        """Owed before agents release a key alone. From when everybody is told, there is time to object."""
        told = task.effect
        if not isinstance(told, TellRelease):
            raise TypeError
        at = told.agreed_at
        objection = _objection(task, told.person, "key_released", at, told.device_id, told.device_name)
        own, others = self._addresses(objection)
        name = told.device_name
        notice = Notice(task.id, "key_released", told.person, at, own, name, widely=True, link_of_others=others)
        await self._notices.tell(notice)
        return NoticesSent(at, self._clock.now())

    async def tell_thawed(self, task: Task) -> None:
        """Owed by every freeze that an agent lifts. The notice freezes again."""
        told = task.effect
        if not isinstance(told, standing.TellThawed):
            raise TypeError
        objection = _objection(task, told.person, "block_lifted", told.at, told.device_id, told.device_name)
        own, others = self._addresses(objection)
        name = told.device_name or None
        notice = Notice(task.id, "block_lifted", told.person, told.at, own, name, widely=True, link_of_others=others)
        await self._notices.tell(notice)

    async def tell_enrolment(self, task: Task) -> None:
        """Owed by every change of an authenticator app."""
        told = task.effect
        if not isinstance(told, TellEnrolment):
            raise TypeError
        own, others = self._addresses(_objection(task, told.person, "app", told.at))
        what: Literal["enrolment_changed"] = "enrolment_changed"
        notice = Notice(task.id, what, told.person, told.at, own, change=told.what, link_of_others=others)
        await self._notices.tell(notice)

    def _addresses(self, objection: Objection) -> tuple[str, str]:
        """Of the person's own copy, and of anybody else's."""
        both = (objection, replace(objection, reader="other"))
        own, others = (f"{self._home}/not-me/{self.link(one)}" for one in both)
        return own, others

    def link(self, objection: Objection) -> str:
        person = objection.person
        about, ends_at = objection.about, int(objection.ends_at.timestamp())
        device = (objection.device_id, objection.device_name)
        parts = (objection.notice, person.tenant, person.object_id, *device, about, ends_at, objection.reader)
        content = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")
        return f"{content}.{self._sign(content)}"

    def read(self, link: str) -> Objection:
        """Raises UnknownNotice, OldNotice."""
        content, _, signature = link.partition(".")
        if not hmac.compare_digest(self._sign(content).encode(), signature.encode("utf-8", "replace")):
            raise UnknownNotice
        notice, tenant, object_id, device_id, device_name, *newer = json.loads(base64.urlsafe_b64decode(content + "=="))
        old = ("key_shown" if device_id else "app", OLD_LINKS_END.timestamp())
        about, ends, *reader = cast("tuple[About, float, Reader]", newer or old)
        ends_at = datetime.fromtimestamp(ends, UTC)
        if self._clock.now() >= ends_at:
            raise OldNotice
        return Objection(notice, PersonId(tenant, object_id), device_id, device_name, about, ends_at, *reader)

    async def name_of(self, person: PersonId) -> str:
        """As the mail names them to somebody else. No side effect."""
        try:
            found = await self._directory.person(person)
        except SourceUnavailable:
            found = None
        return (found.name if found else "") or person.object_id

    async def raise_(self, objection: Objection) -> None:
        """Freeze the person and the device, which voids every link and grant of theirs, and alarm the desk.

        Pressed twice it is raised once; pressed again after the desk has lifted the freeze, it freezes again.
        """
        subjects = [(standing.of_person(objection.person), f"person {objection.person}")]
        if objection.device_id:
            subjects.append((standing.of_device(objection.device_id), f"device {objection.device_id}"))
        thaws = 0
        for flow_id, subject in subjects:
            state = await self._conductor.state(flow_id)
            lifted = state.thaws if isinstance(state, standing.Standing) else 0
            frozen = standing.Frozen("not_me", objection.person, subject)
            await self._conductor.handle(flow_id, frozen, f"objection/{objection.notice}/{lifted}")
            thaws += lifted
        await self._alarm(objection, f"objection/{objection.notice}/{thaws}")

    async def _alarm(self, objection: Objection, id_: str) -> None:
        person = await self._directory.person(objection.person)
        learnt = Learnt(device_id=objection.device_id, device_name=objection.device_name)
        name, language = (person.name, person.language) if person else ("", "en")
        case = OpenCase("", objection.person, name, "not_me", "urgent", language, "notice", learnt)
        await self._office.open(Task(id_, "", case))

    def _sign(self, content: str) -> str:
        digest = hmac.digest(self._secret, f"objection\n{content}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _objection(
    task: Task, person: PersonId, about: About, at: datetime, device_id: str = "", device_name: str = ""
) -> Objection:
    """`at`: what the notice is about; the same notice has the same link, however often it is sent."""
    return Objection(task.id, person, device_id, device_name, about, at + LINKS_LIVE)
