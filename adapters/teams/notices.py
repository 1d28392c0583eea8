"""Notices in Teams: the reader's own chat with the bot, whether or not they were chatting there. Each is told once by a process."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from adapters.notices.letters import News, Reader, Sentences, one_line
from adapters.teams import cards
from adapters.teams.adapter import TeamsAdapter
from bot.domain.errors import PersonUnreachable
from bot.domain.people import PersonId
from bot.ports.notices import Alarm
from bot.ports.sources import Directory
from bot.ports.words import Words

REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class ChatNotices:
    """Raises ChannelBusy, and PersonUnreachable for whoever is not of this tenant or does not have the app."""

    adapter: TeamsAdapter
    words: Words
    directory: Directory
    service_url: str
    app_id: str
    tenant: str
    _told: OrderedDict[str, None] = field(default_factory=OrderedDict)

    async def key_shown(self, notice_id: str, person: PersonId, device_name: str, at: datetime, link: str) -> None:
        await self._tell(person, News(notice_id, "key_shown", at, link, device_name=device_name))

    async def enrolment_changed(self, notice_id: str, person: PersonId, what: str, at: datetime, link: str) -> None:
        await self._tell(person, News(notice_id, "enrolment_changed", at, link, change=what))

    async def approval_asked(
        self, notice_id: str, person: PersonId, approver: PersonId | None, device_name: str, at: datetime, link: str
    ) -> None:
        """Security has a mailbox, and no chat."""
        if approver is None:
            raise PersonUnreachable("security reads mail")
        await self._tell(person, News(notice_id, "approval_asked", at, link, device_name=device_name), approver)

    async def at_every_address(
        self, notice_id: str, person: PersonId, what: Alarm, device_name: str, at: datetime, link: str
    ) -> None:
        await self._tell(person, News(notice_id, what, at, link, device_name=device_name or None))

    async def _tell(self, person: PersonId, news: News, approver: PersonId | None = None) -> None:
        if news.notice_id in self._told:
            return
        owner, to = await self.directory.person(person), approver or person
        told = await self.directory.person(approver) if approver else owner
        if owner is None or told is None or to.tenant != self.tenant:
            raise PersonUnreachable("nobody of this tenant")
        language = told.language if told.language in self.words.languages else "en"
        reader = Reader("manager" if approver else "owner", "", language, told.given_name)
        said = Sentences(self.words, language, news, reader, one_line(owner.name))
        address = await self.adapter.meet(self.service_url, f"28:{self.app_id}", self.tenant, to.object_id)
        await self.adapter.say(address, cards.notice(said))
        self._told[news.notice_id] = None
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
