"""Objections by an owner who did not ask for a key: they freeze at once, and only the desk can lift that."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass

from bot import standing
from bot.casework import CaseOffice, OpenCase
from bot.challenge import TellOwner
from bot.conductor import Conductor, Task
from bot.domain.cases import Learnt
from bot.domain.errors import SparekeyError
from bot.domain.people import PersonId
from bot.enrolment import TellEnrolment
from bot.ports.clock import Clock
from bot.ports.notices import Notices
from bot.ports.sources import Directory


class UnknownNotice(SparekeyError):
    """The link was not made by us."""


@dataclass(frozen=True, slots=True)
class Objection:
    """What the link of a notice says: whom and which device it is about, and which notice it was.

    Without a device it is about how the person proves who they are.
    """

    notice: str
    person: PersonId
    device_id: str
    device_name: str


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
        objection = Objection(task.id, told.person, told.device_id, told.device_name)
        link = f"{self._home}/not-me/{self.link(objection)}"
        await self._notices.key_shown(task.id, told.person, told.device_name, told.at, link)

    async def tell_enrolment(self, task: Task) -> None:
        """Owed by every change of an authenticator app."""
        told = task.effect
        if not isinstance(told, TellEnrolment):
            raise TypeError
        link = f"{self._home}/not-me/{self.link(Objection(task.id, told.person, '', ''))}"
        await self._notices.enrolment_changed(task.id, told.person, told.what, told.at, link)

    def link(self, objection: Objection) -> str:
        person = objection.person
        parts = (objection.notice, person.tenant, person.object_id, objection.device_id, objection.device_name)
        content = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")
        return f"{content}.{self._sign(content)}"

    def read(self, link: str) -> Objection:
        """Raises UnknownNotice."""
        content, _, signature = link.partition(".")
        if not hmac.compare_digest(self._sign(content).encode(), signature.encode("utf-8", "replace")):
            raise UnknownNotice
        notice, tenant, object_id, device_id, device_name = json.loads(base64.urlsafe_b64decode(content + "=="))
        return Objection(notice, PersonId(tenant, object_id), device_id, device_name)

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
