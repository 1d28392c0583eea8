"""One activity of Teams, let in by the gate, becomes one remembered turn; what it makes us do comes after the answer."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import orjson
from botbuilder.schema import Activity

from adapters.teams import cards
from adapters.teams.adapter import InvokeResponse, TeamsAdapter
from adapters.teams.agents import AgentsInTeams, is_of_desk
from adapters.teams.gate import Refused
from adapters.teams.hearing import Came, Heed, Unanswerable, Went, Writes, pressed, title_of
from adapters.teams.people import Callers
from adapters.teams.voice import chat_of, group_of
from bot.address import Address, Gone, Met, address_of
from bot.agent_chat import of_agent
from bot.conductor import Conductor
from bot.domain.errors import ChannelBusy, PersonUnreachable
from bot.domain.people import PersonId
from bot.domain.speech import Heard, Opened, SpokenTo
from bot.domain.tidy import kept
from bot.dots import Dots
from bot.ports.store import DEED, Owed
from bot.ports.words import Words

TYPING_AFTER, TYPING_EVERY, TYPING_FOR = 0.8, 3.0, 15.0
REPLIES_WITHIN = 10.0
LONGEST_NAME = 100
NOTHING = InvokeResponse(200)
NOT_KNOWN = InvokeResponse(501)


@dataclass(frozen=True, slots=True)
class Turns:
    adapter: TeamsAdapter
    conductor: Conductor
    callers: Callers
    words: Words
    agents: AgentsInTeams | None = None
    dots: Dots | None = None

    async def take(self, activity: Activity) -> InvokeResponse:
        """Answered as soon as it is remembered. Raises Refused for an activity that was here before."""
        heed = await self.adapter.heed(activity)
        if heed is None:
            return NOTHING
        if isinstance(heed, Unanswerable):
            return NOT_KNOWN
        sender, chat = activity.from_property, activity.conversation
        if isinstance(heed, Heard) and is_of_desk(heed):
            return await self._at_desk(activity, heed)
        if chat.conversation_type != "personal" or chat.is_group:
            return await self._in_public(activity, heed)
        if sender is None or not sender.id or not sender.aad_object_id:
            return NOTHING  # another bot or a webhook: nobody who could be locked out
        address = Address(activity.service_url, chat.id, _id(activity.recipient), sender.id)
        if isinstance(heed, Went):
            return await self._part(PersonId(chat.tenant_id, sender.aad_object_id.lower()), activity)
        flow_id, person = chat_of(chat.id), PersonId(chat.tenant_id, sender.aad_object_id.lower())
        if isinstance(heed, Writes):
            self.conductor.beside(self._writes(person, flow_id))
            return NOTHING
        await self._meet(flow_id, address, activity)
        if self.agents is not None:
            await self._meet(of_agent(person), address, activity)
            if isinstance(heed, Heard) and await self.agents.hears(person, heed, _event_id(activity), flow_id):
                return NOTHING
        name = kept(sender.name or "", LONGEST_NAME).text
        caller = await self.callers.who(person, name)
        heard = heed if isinstance(heed, Heard) else None
        language = activity.locale or caller.language or "en"
        opened = Opened(flow_id, caller.principal, "teams", language[:16], heard, caller.turned_away)
        lines = (_line(heard, activity),) if heard else ()
        remembered = await self.conductor.remember(flow_id, opened, _event_id(activity), lines=lines)
        if not remembered.fresh:
            raise Refused("replay")
        if activity.delivery_mode == "expectReplies":
            return await self._with_replies(remembered.owed)
        if remembered.owed:
            self.conductor.beside(self._act(remembered.owed, address))
        return self._answer(activity, language)

    async def _at_desk(self, activity: Activity, heard: Heard) -> InvokeResponse:
        """A button of the desk, in the agents' channel or in an agent's own chat."""
        sender, chat = activity.from_property, activity.conversation
        if self.agents is None or sender is None or not sender.aad_object_id:
            return NOTHING
        who = PersonId(chat.tenant_id, sender.aad_object_id.lower())
        return await self.agents.press(activity, who, heard, _event_id(activity))

    async def _part(self, person: PersonId, activity: Activity) -> InvokeResponse:
        """No case is brought to a chat that is gone. Where the bot speaks without being asked, the channel says so itself."""
        if self.agents is not None:
            await self.conductor.remember(address_of(of_agent(person)), Gone(), _event_id(activity))
        return NOTHING

    async def _writes(self, person: PersonId, flow_id: str) -> None:
        """Who talks with somebody writes to them, else it is to the bot or to an agent."""
        if self.dots is not None and not await self.dots.agent_writes(person):
            await self.dots.person_writes(flow_id)

    async def _meet(self, flow_id: str, address: Address, activity: Activity) -> None:
        where = address_of(flow_id)
        if await self.conductor.recall(where) != address:
            await self.conductor.remember(where, Met(address), _event_id(activity))

    async def _in_public(self, activity: Activity, heed: Heed) -> InvokeResponse:
        """A thread of a channel is answered in the thread; being added somewhere needs no words."""
        if isinstance(heed, Came | Went | Writes):
            return NOTHING
        flow_id = group_of(activity.conversation.id)
        address = Address(activity.service_url, activity.conversation.id, _id(activity.recipient), "")
        await self._meet(flow_id, address, activity)
        language = (activity.locale or "en")[:2].lower()
        remembered = await self.conductor.remember(flow_id, SpokenTo(language), _event_id(activity))
        if not remembered.fresh:
            raise Refused("replay")
        self.conductor.act_soon(remembered.owed)
        return NOTHING

    async def _act(self, owed: tuple[Owed, ...], address: Address) -> None:
        """Where something is looked for, three dots say so until it is found."""
        if all(one.lane != DEED for one in owed):
            await self.conductor.act(owed)
            return
        typing = asyncio.create_task(self._type(address))
        try:
            await self.conductor.act(owed)
        finally:
            typing.cancel()

    async def _type(self, address: Address) -> None:
        with suppress(ChannelBusy, PersonUnreachable):
            async with asyncio.timeout(TYPING_FOR):
                await asyncio.sleep(TYPING_AFTER)
                while True:
                    await self.adapter.type(address)
                    await asyncio.sleep(TYPING_EVERY)

    async def _with_replies(self, owed: tuple[Owed, ...]) -> InvokeResponse:
        """The channel wants what this turn says in the answer itself; what takes longer follows over the connector."""
        with self.adapter.expecting() as collected:
            acting = asyncio.create_task(self.conductor.act(owed))
            await asyncio.wait({acting}, timeout=REPLIES_WITHIN)
        if not acting.done():
            self.conductor.beside(_finish(acting))
        return InvokeResponse(200, {"activities": collected})

    def _answer(self, activity: Activity, language: str) -> InvokeResponse:
        data = pressed(activity)
        return InvokeResponse(200, cards.chosen(data, self.words, language[:2])) if data else NOTHING


async def _finish(acting: asyncio.Task[None]) -> None:
    await acting


def _event_id(activity: Activity) -> str:
    return f"heard/{activity.id}"


def _id(account: object) -> str:
    found = getattr(account, "id", None)
    return found if isinstance(found, str) else ""


def _line(heard: Heard, activity: Activity) -> str:
    """What was heard, as the history keeps it: masked; a button by its title."""
    data: Mapping[str, object] = {}
    text = heard.text or title_of(activity)
    return orjson.dumps({"heard": text, "from": activity.from_property.id, "data": data}).decode()
