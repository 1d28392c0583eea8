"""Notices in Teams: the reader's own chat with the bot, whether or not they were chatting there. Each is told once by a process."""

from collections import OrderedDict
from dataclasses import dataclass, field

from adapters.notices.letters import Reader, Sentences, one_line
from adapters.teams import cards
from adapters.teams.adapter import TeamsAdapter
from bot.domain.errors import PersonUnreachable
from bot.ports.notices import Notice
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

    async def tell(self, notice: Notice) -> None:
        """Security has a mailbox, and no chat."""
        person, approver = notice.person, notice.approver
        if notice.about == "approval_asked" and approver is None:
            raise PersonUnreachable("security reads mail")
        if notice.id in self._told:
            return
        owner, to = await self.directory.person(person), approver or person
        told = await self.directory.person(approver) if approver else owner
        if owner is None or told is None or to.tenant != self.tenant:
            raise PersonUnreachable("nobody of this tenant")
        language = told.language if told.language in self.words.languages else "en"
        reader = Reader("manager" if approver else "owner", "", language, told.given_name)
        said = Sentences(self.words, language, notice, reader, one_line(owner.name))
        address = await self.adapter.meet(self.service_url, f"28:{self.app_id}", self.tenant, to.object_id)
        await self.adapter.say(address, cards.notice(said))
        self._told[notice.id] = None
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
