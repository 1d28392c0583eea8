"""An agent goes: what they have goes back to the queue, for whoever is still there."""

from contextlib import suppress
from dataclasses import dataclass

from bot import queue
from bot.agents import NotAnAgent, RightsUnknown
from bot.case_file import Filed, case_of
from bot.conductor import Conductor
from bot.domain.people import PersonId
from bot.helpdesk import Helpdesk, Refused


@dataclass(frozen=True, slots=True)
class Shifts:
    desk: Helpdesk
    conductor: Conductor

    async def end(self, who: PersonId) -> None:
        """All their cases; one that somebody else has meanwhile stays where it is."""
        await self.desk.agents.require(who)
        for filed in await self._held_by(who):
            with suppress(Refused):
                await self.desk.put_back(who, filed.case.number)

    async def signed_out(self, who: PersonId) -> None:
        """What they have in Teams they still have there. Nobody is kept from signing out: what stays, its clock gives back."""
        with suppress(NotAnAgent, RightsUnknown):
            for filed in await self._held_by(who):
                with suppress(Refused):
                    if not filed.followed:
                        await self.desk.put_back(who, filed.case.number)

    async def _held_by(self, who: PersonId) -> list[Filed]:
        found = await self.conductor.state(queue.OPEN)
        numbers = found.held if isinstance(found, queue.Queue) else ()
        states = [await self.conductor.state(case_of(number)) for number in numbers]
        return [one for one in states if isinstance(one, Filed) and one.holder is not None and one.holder.id == who]
