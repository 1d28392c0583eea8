"""Speaks in Teams: what is owed is delivered over the connector, to the address that the conversation was last met at."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import orjson

from adapters.botframework.utterance import AddressOf
from adapters.teams import agent_cards, cards
from adapters.teams.adapter import TeamsAdapter
from bot import agent_chat
from bot.address import Address, address_of
from bot.codec import Codec
from bot.domain.errors import ChannelBusy, PersonUnreachable
from bot.effects import Say
from bot.ports.words import Words

PREFIX = "teams"
GROUP = "group"
_UNKEPT = (f"{GROUP}:", f"{agent_chat.KIND}:")


def chat_of(conversation: str) -> str:
    return f"chat:{PREFIX}:{conversation}"


def group_of(conversation: str) -> str:
    return f"{GROUP}:{PREFIX}:{conversation}"


@dataclass(frozen=True, slots=True)
class TeamsVoice:
    adapter: TeamsAdapter
    codec: Codec
    words: Words
    link_of: AddressOf
    app_id: str
    recall: Callable[[str], Awaitable[object]]
    desk: str | None = None
    """The address of the agents' pages."""

    def speaks_by_history(self, flow_id: str) -> bool:
        del flow_id
        return False

    def lines(self, flow_id: str, say: Say) -> tuple[str, ...]:
        """Kept for the agent who takes over; in public nothing is kept, and what an agent reads stands in the person's history."""
        return () if flow_id.startswith(_UNKEPT) else (orjson.dumps({"say": self.codec.encode(say)}).decode(),)

    async def deliver(self, flow_id: str, said_id: str, say: Say) -> None:
        """Once for each attempt that reaches the channel: it has no way to be asked twice about one message."""
        del said_id
        address = await self.recall(address_of(flow_id))
        if not isinstance(address, Address):
            raise PersonUnreachable("nobody has written from there")
        if flow_id.startswith(GROUP):
            await self.adapter.say(address, cards.in_public(say, self.words, self.app_id))
        elif flow_id.startswith(agent_chat.KIND):
            await self.adapter.say(address, agent_cards.message(say, self.words, self.desk))
        else:
            await self.adapter.say(address, cards.message(say, self.words, self.link_of))

    async def show_typing(self, flow_id: str) -> None:
        address = await self.recall(address_of(flow_id))
        if isinstance(address, Address):
            with suppress(ChannelBusy, PersonUnreachable):
                await self.adapter.type(address)

    async def kept(self, flow_id: str, seqs: tuple[int, ...], lines: tuple[str, ...], says: tuple[Say, ...]) -> None:
        """Nobody reads the history here."""
