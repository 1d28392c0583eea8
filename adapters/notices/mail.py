"""Notices by mail, to the owner and to an address that is not on their devices: each gets one of their own, and gets it once.

Who has had a notice is kept in memory. After a restart a notice that is still owed goes once more to those who had it,
with the same Message-ID, by which mail systems know it for the same.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import partial

import structlog

from adapters.notices.letters import Letters, Reader, Role, one_line
from adapters.notices.server import Letter, MailFailed, MailServer, UnsafeMailServer, is_plain_address
from bot.domain.errors import PersonUnreachable
from bot.domain.people import Person, PersonId
from bot.ports.notices import Notice
from bot.ports.sources import Directory
from bot.ports.words import Words

AT_ONCE = 4
"""Threads that a silent mail server may hold; the others have other things to do."""
REMEMBERED_NOTICES = 10_000

log = structlog.get_logger()


class AddressMissing(PersonUnreachable):
    """Whoever has an address was told; `roles` have none that can be used, and asking again does not change that."""

    def __init__(self, roles: tuple[str, ...]) -> None:
        super().__init__(f"no address: {', '.join(roles)}")
        self.roles = roles


@dataclass(slots=True)
class _Telling:
    """One notice: as it was first told, and who has had it."""

    notice: Notice
    told: set[str] = field(default_factory=set)
    under_way: asyncio.Task[None] | None = None


class MailNotices:
    """Without a security mailbox the second address is the manager's, as the directory names them at that moment."""

    def __init__(
        self,
        server: MailServer,
        words: Words,
        directory: Directory,
        security_mailbox: str | None = None,
        security_language: str = "en",
    ) -> None:
        if security_mailbox is not None and not is_plain_address(security_mailbox):
            raise UnsafeMailServer("the security mailbox is not a mail address such as security@example.org")
        self._server, self._directory = server, directory
        self._letters = Letters(words, server.sender)
        self._security = Reader("security", security_mailbox, security_language) if security_mailbox else None
        self._tellings: OrderedDict[str, _Telling] = OrderedDict()
        self._threads = asyncio.Semaphore(AT_ONCE)

    async def tell(self, notice: Notice) -> None:
        """Raises MailFailed, AddressMissing, SourceUnavailable.

        Whoever asks while the notice is on its way waits for that one; a caller who gives up does not stop it.
        """
        telling = self._telling(notice)
        if telling.under_way is None or telling.under_way.done():
            telling.under_way = asyncio.create_task(self._send(telling))
        await asyncio.shield(telling.under_way)

    async def _send(self, telling: _Telling) -> None:
        notice = telling.notice
        owner = await self._directory.person(notice.person)
        readers, missing = await self._readers_of(notice, owner)
        name = (one_line(owner.name) if owner else "") or notice.person.object_id
        letters = [
            self._letters.letter(notice, reader, name) for reader in readers if reader.address not in telling.told
        ]
        if letters:
            await self._post(letters, telling)
        if missing:
            raise AddressMissing(missing)

    async def _post(self, letters: list[Letter], telling: _Telling) -> None:
        async with self._threads:
            try:
                await asyncio.to_thread(self._server.send, letters, partial(_note, telling.told))
            except MailFailed as error:
                log.warning("mail not taken", why=str(error))
                raise

    async def _readers_of(self, notice: Notice, owner: Person | None) -> tuple[list[Reader], tuple[str, ...]]:
        """Who is to be told, and for whom there is no address."""
        if notice.about == "approval_asked":
            return await self._approver(notice.approver)
        return await (self._everybody(owner) if notice.widely else self._readers(owner))

    async def _approver(self, approver: PersonId | None) -> tuple[list[Reader], tuple[str, ...]]:
        if approver is None:
            return ([self._security], ()) if self._security else ([], ("security",))
        found = await self._directory.person(approver)
        reader = _reader("manager", found) if found and found.enabled else None
        return ([reader], ()) if reader else ([], ("manager",))

    async def _readers(self, owner: Person | None) -> tuple[list[Reader], tuple[str, ...]]:
        own = _reader("owner", owner) if owner else None
        second = await self._second(owner)
        missing = tuple(role for role, reader in (("owner", own), ("second", second)) if reader is None)
        return [reader for reader in (own, second) if reader is not None], missing

    async def _everybody(self, owner: Person | None) -> tuple[list[Reader], tuple[str, ...]]:
        """The manager as well as security. Without a second address it is as it is without one elsewhere."""
        readers, missing = await self._readers(owner)
        manager = await self._manager(owner)
        addresses = {reader.address.casefold() for reader in readers}
        return [*readers, *((manager,) if manager and manager.address.casefold() not in addresses else ())], missing

    async def _second(self, owner: Person | None) -> Reader | None:
        """Never the owner's own address: whoever reads their mail would be the only one to know."""
        own = owner.mail.casefold() if owner else ""
        if self._security is not None and self._security.address.casefold() != own:
            return self._security
        return await self._manager(owner)

    async def _manager(self, owner: Person | None) -> Reader | None:
        own = owner.mail.casefold() if owner else ""
        manager = await self._directory.person(owner.manager) if owner and owner.manager else None
        if manager is None or not manager.enabled or manager.mail.casefold() == own:
            return None
        return _reader("manager", manager)

    def _telling(self, notice: Notice) -> _Telling:
        telling = self._tellings.setdefault(notice.id, _Telling(notice))
        self._tellings.move_to_end(notice.id)
        if len(self._tellings) > REMEMBERED_NOTICES:
            self._tellings.popitem(last=False)
        return telling


def _reader(role: Role, person: Person) -> Reader | None:
    if not is_plain_address(person.mail):
        return None
    return Reader(role, person.mail, person.language, person.given_name or person.name)


def _note(told: set[str], letter: Letter) -> None:
    told.add(letter.recipient)
