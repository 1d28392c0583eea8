"""An agent opens a picture that the person of their case has sent: in one order, and written down before it is seen."""

from bot.case_file import case_of
from bot.case_pictures import PictureOpened
from bot.conductor import Conductor
from bot.domain.people import PersonId
from bot.domain.picture import Picture
from bot.helpdesk import Helpdesk, Refused
from bot.pictures import Pictures, holding_of


class SeeingPictures:
    def __init__(self, desk: Helpdesk, conductor: Conductor, pictures: Pictures) -> None:
        self._desk, self._conductor, self._pictures = desk, conductor, pictures

    async def open(self, who: PersonId, number: int, name: str) -> Picture:
        """Raises NotAnAgent, Refused.

        1. They are an agent now, and have the case.
        2. The picture is here, and came while they had it.
        3. That they opened it is in the audit, once.
        4. They still have it.
        """
        await self._desk.agents.require(who, as_of_now=True)
        agent, filed = await self._desk.theirs(who, number)  # 1
        holding = holding_of(filed)
        picture = self._pictures.of(name, holding)  # 2
        if holding is None or picture is None:
            raise Refused("no_picture")
        opened = PictureOpened(agent, holding.since)
        after = await self._conductor.handle(case_of(number), opened, f"picture/{agent.id}/{name}")  # 3
        if holding_of(after) != holding:  # 4
            raise Refused("no_picture")
        return picture
