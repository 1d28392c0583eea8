"""What an agent's own chat owes is done here, by the desk itself: rights are asked at every deed, once more for what they read.

Each is idempotent on its task, so that it is done once however often a crash has it tried.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from bot import queue
from bot.address import Address, address_of
from bot.agent_chat import (
    CaseGot,
    DoDeed,
    FindNext,
    LinesRead,
    NextFound,
    NotDone,
    PassedOn,
    PassOn,
    ReadOn,
    TakeCase,
    What,
    of_agent,
)  # fmt: skip
from bot.agents import Blocked, NotAnAgent, RightsUnknown
from bot.case_file import Filed, case_of
from bot.conductor import Conductor, Task
from bot.domain.cases import Waits
from bot.domain.people import PersonId
from bot.helpdesk import Helpdesk, Refused

FIRST_LINES = 10
"""So many of their last words in a chat that was never read come along; the desk's page has all."""
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class DeskInChat:
    """`words_of`: what the person said in a case since a mark, of unread chats so many last words, and the mark of now."""

    desk: Helpdesk
    conductor: Conductor
    words_of: Callable[[Filed, str, int], Awaitable[tuple[tuple[str, ...], str]]]

    async def take(self, task: Task) -> CaseGot | NotDone | None:
        """Where nobody can be written to, the case is theirs all the same: they go on at the desk's page."""
        wanted = _expected(task, TakeCase)
        taking = self.desk.take(wanted.who, wanted.number, task.id)
        refused = await _refused("next" if wanted.in_turn else "take", wanted.number, taking)
        if refused is not None:
            return refused
        return CaseGot(wanted.number) if await self.can_write_to(wanted.who) else None

    async def can_write_to(self, who: PersonId) -> bool:
        return isinstance(await self.conductor.state(address_of(of_agent(who))), Address)

    async def find(self, task: Task) -> NextFound | NotDone:
        wanted = _expected(task, FindNext)
        refused = await _refused("next", 0, self.desk.agents.require(wanted.who))
        if refused is not None:
            return refused
        found = await self.conductor.state(queue.OPEN)
        for number in queue.waiting(found) if isinstance(found, queue.Queue) else ():
            filed = await self.conductor.state(case_of(number))
            if isinstance(filed, Filed) and isinstance(filed.stage, Waits) and filed.case.person != wanted.who:
                return NextFound(number)
        return NextFound(None)

    async def pass_on(self, task: Task) -> PassedOn | NotDone:
        wanted = _expected(task, PassOn)
        saying = self.desk.say(wanted.who, wanted.number, wanted.text, task.id)
        return await _refused("say", wanted.number, saying) or PassedOn(wanted.number)

    async def read_on(self, task: Task) -> LinesRead | NotDone:
        """While the directory is silent it is tried again: nothing was lost."""
        wanted = _expected(task, ReadOn)
        try:
            _, filed = await self.desk.theirs(wanted.who, wanted.number)
        except RightsUnknown:
            raise
        except (NotAnAgent, Refused) as error:
            return _why("read", wanted.number, error)
        lines, to = await self.words_of(filed, wanted.after, FIRST_LINES)
        return LinesRead(wanted.number, lines, to, wanted.after)

    async def do(self, task: Task) -> NotDone | None:
        wanted = _expected(task, DoDeed)
        match wanted.deed:
            case "back":
                doing = self.desk.put_back(wanted.who, wanted.number)
            case "keep":
                doing = self.desk.keep(wanted.who, wanted.number)
            case "close" if wanted.outcome is not None:
                doing = self.desk.close(wanted.who, wanted.number, wanted.outcome, form=task.id)
            case _:
                raise TypeError(wanted.deed)
        return await _refused("do", wanted.number, doing)


async def _refused(what: What, number: int, doing: Awaitable[object]) -> NotDone | None:
    try:
        await doing
    except (NotAnAgent, Refused) as error:
        return _why(what, number, error)
    return None


def _why(what: What, number: int, error: NotAnAgent | Refused) -> NotDone:
    match error:
        case Refused():
            return NotDone(what, number, error.why, error.name)
        case RightsUnknown():
            return NotDone(what, number, "unknown")
        case Blocked():
            return NotDone(what, number, "blocked")
        case _:
            return NotDone(what, number, "not_an_agent")


def _expected(task: Task, kind: type[E]) -> E:
    if not isinstance(task.effect, kind):
        raise TypeError
    return task.effect
