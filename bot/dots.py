"""Whoever is read sees that somebody writes to them: three dots that pass, of which nothing is kept and nothing missed."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

from bot.agent_chat import AtDesk, of_agent
from bot.case_file import Filed, case_of
from bot.conductor import Conductor
from bot.domain.errors import SparekeyError
from bot.domain.people import PersonId
from bot.helpdesk import Helpdesk
from bot.ports.clock import Clock

EVERY = timedelta(seconds=3)
"""So long dots stand in a chat; more of them would only cost."""
CHATS = 10_000


class Dots:
    def __init__(
        self,
        desk: Helpdesk,
        conductor: Conductor,
        case_in: Callable[[str], Awaitable[int | None]],
        to_chat: Callable[[str], Awaitable[None]],
        to_pages: Callable[[str], None],
        clock: Clock,
    ) -> None:
        """`case_in`: which case an agent talks in there. `to_pages`: those that show what is said in a chat."""
        self._desk, self._conductor, self._case_in = desk, conductor, case_in
        self._to_chat, self._to_pages, self._clock = to_chat, to_pages, clock
        self._shown: OrderedDict[str, datetime] = OrderedDict()

    async def person_writes(self, chat: str) -> None:
        """Where the agent talks in a chat of their own they see it there, while they talk with this person."""
        self._to_pages(chat)
        number = await self._case_in(chat)
        if number is None:
            return
        filed = await self._conductor.recall(case_of(number))
        if not isinstance(filed, Filed) or filed.holder is None or not filed.followed:
            return
        theirs = of_agent(filed.holder.id)
        at_desk = await self._conductor.recall(theirs)
        if isinstance(at_desk, AtDesk) and at_desk.current == number:
            with suppress(SparekeyError):  # somebody who is no agent any more sees nothing, and is told so elsewhere
                await self._desk.theirs(filed.holder.id, number)
                await self.show(theirs)

    async def agent_writes(self, who: PersonId) -> bool:
        """In a chat of their own: whether it is to somebody with whom they talk."""
        at_desk = await self._conductor.recall(of_agent(who))
        if not isinstance(at_desk, AtDesk) or at_desk.current is None:
            return False
        with suppress(SparekeyError):
            if chat := await self._desk.types(who, at_desk.current):
                await self.show(chat)
        return True

    async def show(self, chat: str) -> None:
        now = self._clock.now()
        if now - self._shown.get(chat, datetime.min.replace(tzinfo=now.tzinfo)) < EVERY:
            return
        self._shown[chat] = now
        self._shown.move_to_end(chat)
        if len(self._shown) > CHATS:
            self._shown.popitem(last=False)
        await self._to_chat(chat)
