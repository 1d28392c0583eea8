"""Teams as a Bot Framework channel: turns come in through the pipeline, activities go out over the connector."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import orjson
from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import (
    Activity,
    ActivityTypes,
    ChannelAccount,
    ConversationAccount,
    ConversationParameters,
    ConversationReference,
    ResourceResponse,
)

from adapters.botframework.codec import dump_activity, write_activity
from adapters.botframework.utterance import Saying
from adapters.teams.connector import Connector
from adapters.teams.gate import CHANNEL
from adapters.teams.hearing import Heed, TeamsHandler, noted
from bot.address import Address
from bot.domain.errors import PersonUnreachable

LONGEST_DELAY = 5.0
Logic = Callable[[TurnContext], Awaitable[None]]


class _Collected(list[Mapping[str, object]]):
    """`is_over`: the answer has been given; what comes now goes over the connector."""

    is_over = False


@dataclass(slots=True)
class InvokeResponse:
    """What the HTTP answer to an invoke says."""

    status: int
    body: Mapping[str, object] = field(default_factory=dict)


class TeamsAdapter(BotAdapter):
    def __init__(self, connector: Connector) -> None:
        super().__init__()
        self._connector = connector
        self._handler = TeamsHandler()
        self._expecting: ContextVar[_Collected | None] = ContextVar("expecting", default=None)
        """What the present turn says is collected here; its tasks inherit it, those of other turns do not."""

    async def heed(self, activity: Activity) -> Heed:
        """Run the turn through the pipeline; what it says comes back to whoever let it in."""
        context = TurnContext(self, activity)
        await self.run_pipeline(context, self._handler.on_turn)
        return noted(context)

    # out

    async def say(self, address: Address, activity: Activity) -> str:
        """The id that the channel gave it; empty when it was collected for an answer.

        Without a TurnContext of its own: nobody stands between, and its copies would cost a tenth of the turn.
        """
        activity.channel_id, activity.service_url = CHANNEL, address.service_url
        activity.conversation = ConversationAccount(id=address.conversation)
        activity.from_property = ChannelAccount(id=address.bot)
        activity.recipient = ChannelAccount(id=address.person) if address.person else None
        return await self._send_out(activity)

    async def meet(self, service_url: str, bot: str, tenant: str, object_id: str) -> Address:
        """The person's own chat with the bot: Teams answers with the one that there is, or begins it."""
        members = [{"id": object_id}]
        parameters = {"isGroup": False, "bot": {"id": bot}, "members": members, "tenantId": tenant}
        answer = await self.post(service_url, {**parameters, "channelData": {"tenant": {"id": tenant}}})
        conversation = answer.get("id")
        if not isinstance(conversation, str) or not conversation:
            raise PersonUnreachable("the channel names no chat")
        return Address(service_url, conversation, bot, "")

    async def type(self, address: Address) -> None:
        await self.say(address, Saying(type=ActivityTypes.typing))

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        return [ResourceResponse(id=await self._send(context, activity)) for activity in activities]

    async def _send(self, context: TurnContext, activity: Activity) -> str:
        match activity.type:
            case ActivityTypes.trace:
                return ""
            case "delay":
                await asyncio.sleep(min(float(activity.value or 0) / 1_000, LONGEST_DELAY))
                return ""
            case ActivityTypes.invoke_response:
                context.turn_state[BotAdapter._INVOKE_RESPONSE_KEY] = activity  # noqa: SLF001 - the SDK's own convention
                return ""
            case _:
                return await self._send_out(activity)

    async def _send_out(self, activity: Activity) -> str:
        service_url, conversation = activity.service_url, activity.conversation.id
        collected = self._expecting.get()
        if collected is not None and not collected.is_over:
            collected.append(write_activity(activity))
            return ""
        body = dump_activity(activity)
        if activity.reply_to_id:
            return await self._connector.reply(service_url, conversation, activity.reply_to_id, body)
        counts = activity.type != ActivityTypes.typing
        return await self._connector.send(service_url, conversation, body, counts=counts)

    async def update_activity(self, context: TurnContext, activity: Activity) -> None:
        del context  # the activity says where it stands
        body = dump_activity(activity)
        await self._connector.update(activity.service_url, activity.conversation.id, activity.id, body)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        del context  # the reference says where it stands
        await self._connector.delete(reference.service_url, reference.conversation.id, reference.activity_id)

    async def create_conversation(
        self,
        reference: ConversationReference,
        logic: Logic | None = None,
        conversation_parameters: ConversationParameters | None = None,
        channel_id: str | None = None,
        service_url: str | None = None,
        credentials: object = None,
    ) -> Address:
        """Begins a conversation and, if `logic` is given, runs it there. Channel and credentials are always our own."""
        del channel_id, credentials
        where = service_url or reference.service_url
        parameters = dump_activity(conversation_parameters or ConversationParameters())
        answer = await self._connector.create(where, parameters)
        address = Address(where, str(answer.get("id", "")), reference.bot.id, "")
        if logic is not None:
            await self.run_pipeline(TurnContext(self, continuing(address)), logic)
        return address

    async def post(self, service_url: str, parameters: Mapping[str, object]) -> Mapping[str, object]:
        """Begins a conversation with its first activity, as a post in a channel is one."""
        return await self._connector.create(service_url, orjson.dumps(parameters))

    # replies in the answer

    @contextmanager
    def expecting(self) -> Iterator[list[Mapping[str, object]]]:
        """What is said by tasks that begin meanwhile is collected instead of sent, until they are too late for it."""
        collected = _Collected()
        token = self._expecting.set(collected)
        try:
            yield collected
        finally:
            self._expecting.reset(token)
            collected.is_over = True


def continuing(address: Address) -> Activity:
    return Activity(
        type=ActivityTypes.event,
        name="continueConversation",
        channel_id=CHANNEL,
        service_url=address.service_url,
        conversation=ConversationAccount(id=address.conversation),
        from_property=ChannelAccount(id=address.person) if address.person else None,
        recipient=ChannelAccount(id=address.bot),
    )
