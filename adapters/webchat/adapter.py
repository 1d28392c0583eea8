"""Web chat as a Bot Framework channel: what comes in becomes a turn, what goes out is kept first and then pushed."""

from dataclasses import dataclass

from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import Activity, ConversationAccount, ConversationReference, ResourceResponse

from adapters.botframework.codec import dump_activity
from adapters.botframework.handler import HearingHandler
from adapters.webchat.hub import PASSING, Hub
from adapters.webchat.lines import BOT, CHANNEL, Lines, activity_id, conversation_of
from bot.domain.speech import Heard
from bot.effects import Say
from bot.ports.clock import Clock

_SEQ = "webchat:sequence-id"
_HEARD = "heard"


class WebChatAdapter(BotAdapter):
    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub
        self._handler = HearingHandler(_note)

    async def heard_in(self, activity: Activity) -> Heard | None:
        """Runs the turn through the pipeline; what the handler heard comes back to whoever has the token."""
        context = TurnContext(self, activity)
        await self.run_pipeline(context, self._handler.on_turn)
        heard = context.turn_state.get(_HEARD)
        return heard if isinstance(heard, Heard) else None

    async def push(self, conversation: str, activity: Activity) -> None:
        await TurnContext(self, _continuing(conversation)).send_activities([activity])

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        del context  # the activities say all
        sent = []
        for activity in activities:
            conversation, seq = activity.conversation.id, activity.channel_data[_SEQ]
            activity.id = activity_id(conversation, seq)
            activity.from_property = BOT
            activity.recipient = None
            self._hub.publish(conversation, seq, dump_activity(activity))
            sent.append(ResourceResponse(id=activity.id))
        return sent

    async def update_activity(self, context: TurnContext, activity: Activity) -> None:
        raise NotImplementedError("what was said stays said: history is redacted before it is kept")

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        raise NotImplementedError("what was said stays said: history is redacted before it is kept")


@dataclass(frozen=True, slots=True)
class WebChatVoice:
    """The history line is the delivery: it is written with the settling of the effect, and pushed to whoever listens."""

    adapter: WebChatAdapter
    hub: Hub
    lines_of: Lines
    clock: Clock

    def speaks_by_history(self, flow_id: str) -> bool:
        del flow_id
        return True

    def lines(self, flow_id: str, say: Say) -> tuple[str, ...]:
        del flow_id
        return (self.lines_of.of_say(say),)

    async def deliver(self, flow_id: str, said_id: str, say: Say) -> None:
        """Nothing leaves before it is kept."""

    async def kept(self, flow_id: str, seqs: tuple[int, ...], lines: tuple[str, ...], says: tuple[Say, ...]) -> None:
        """Echo before reply: the person's own lines come first."""
        conversation = conversation_of(flow_id)
        if not self.hub.has_listeners(conversation):
            return
        at, own = self.clock.now(), len(lines) - len(says)
        for seq, line in zip(seqs[:own], lines, strict=False):
            self.hub.publish(conversation, seq, self.lines_of.echo(conversation, seq, at, line))
        for seq, say in zip(seqs[own:], says, strict=True):
            await self.adapter.push(conversation, self.lines_of.said(conversation, seq, at, say))

    async def show_typing(self, flow_id: str) -> None:
        conversation = conversation_of(flow_id)
        self.hub.publish(conversation, PASSING, self.lines_of.typing(conversation, self.clock.now()))


async def _note(context: TurnContext, heard: Heard) -> None:
    context.turn_state[_HEARD] = heard


def _continuing(conversation: str) -> Activity:
    account = ConversationAccount(id=conversation)
    return Activity(type="event", channel_id=CHANNEL, conversation=account, from_property=BOT, recipient=BOT)
