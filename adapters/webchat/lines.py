"""A conversation's history as lines of JSON, and the same lines as activities: redacted going in, drawn anew going out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount

from adapters.botframework.codec import dump_activity
from adapters.botframework.utterance import AddressOf, utterance
from bot.codec import Codec
from bot.domain.speech import Heard
from bot.domain.tidy import kept
from bot.effects import Say
from bot.ports.store import Line
from bot.ports.words import Words

CHANNEL = "webchat"
AGENT_SAYS = "handoff.agent_says"
BOT = ChannelAccount(id="sparekey", name="Sparekey", role="bot")


def chat_of(conversation: str) -> str:
    return f"chat:{conversation}"


def conversation_of(flow_id: str) -> str:
    return flow_id.partition(":")[2]


def activity_id(conversation: str, seq: int) -> str:
    return f"{conversation}|{seq:07}"


@dataclass(frozen=True, slots=True)
class Lines:
    codec: Codec
    words: Words
    address_of: AddressOf

    def of_say(self, say: Say) -> str:
        return orjson.dumps({"say": self.codec.encode(say)}).decode()

    def of_heard(
        self, heard: Heard, user: str, channel_data: Mapping[str, object], language: str, pictures: tuple[str, ...]
    ) -> str:
        """Only what the client needs to know its own message again, masked like the text itself; pictures by their names."""
        data: dict[str, object] = {}
        client_id, pressed = channel_data.get("clientActivityID"), channel_data.get("messageBack")
        if isinstance(client_id, str):
            data["clientActivityID"] = kept(client_id, 64).text
        if channel_data.get("postBack") is True:
            data["postBack"] = True
        if isinstance(pressed, dict) and isinstance(pressed.get("displayText"), str):
            data["messageBack"] = {"displayText": kept(pressed["displayText"], 200).text}
        shown = {"language": language, "pictures": pictures} if heard.shown or heard.unfit else {}
        return orjson.dumps({"heard": heard.text, "from": user, "data": data, **shown}).decode()

    def echo(self, conversation: str, seq: int, at: datetime, line: str) -> bytes:
        return self._echo(conversation, seq, at, orjson.loads(line))

    def typing(self, conversation: str, at: datetime) -> bytes:
        """Three dots."""
        account = ConversationAccount(id=conversation)
        activity = Activity(
            type="typing",
            id=f"{conversation}|typing",
            timestamp=at,
            channel_id=CHANNEL,
            conversation=account,
            from_property=BOT,
        )
        return dump_activity(activity)

    def drawn(self, conversation: str, line: Line) -> bytes:
        content = orjson.loads(line.body)
        if "say" in content:
            return dump_activity(self.said(conversation, line.seq, line.at, self.codec.decode(content["say"], Say)))
        return self._echo(conversation, line.seq, line.at, content)

    def said(self, conversation: str, seq: int, at: datetime, say: Say) -> Activity:
        activity = utterance(say, self.words, self.address_of)
        activity.id = activity_id(conversation, seq)
        activity.timestamp = at
        activity.channel_id = CHANNEL
        activity.conversation = ConversationAccount(id=conversation)
        activity.from_property = BOT
        activity.channel_data = {"webchat:sequence-id": seq, **self._aloud(say, activity)}
        return activity

    def _aloud(self, say: Say, activity: Activity) -> Mapping[str, str]:
        """What a screen reader says in place of what is seen: who speaks as well.

        The client knows one bot and nobody else, and its own word for it is taken out in `chat.js`: an agent speaks
        through it, too, and their words begin with their name.
        """
        if say.text == AGENT_SAYS:
            return {}
        words = [f"{BOT.name}: {activity.text or activity.summary}"]
        if say.link is not None:
            number, lives, open_ = (
                self.words.phrase(say.language, f"card.{one}", {}) for one in ("number", "lives", "open")
            )
            words.append(f"{number}: {say.number}. {lives} {open_}.")
        if activity.suggested_actions:
            words.append(", ".join(action.title for action in activity.suggested_actions.actions))
        return {"webchat:fallback-text": " ".join(words)}

    def _echo(self, conversation: str, seq: int, at: datetime, content: Mapping[str, object]) -> bytes:
        """Instead of a picture words stand there: it is not kept, for its sender neither."""
        data = content["data"] if isinstance(content["data"], dict) else {}
        picture = self.words.phrase(str(content["language"]), "chat.picture", {}) if "language" in content else ""
        return orjson.dumps(
            {
                "type": "message",
                "id": activity_id(conversation, seq),
                "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "channelId": CHANNEL,
                "conversation": {"id": conversation},
                "from": {"id": content["from"], "role": "user"},
                "text": "\n".join(part for part in (picture, str(content["heard"])) if part),
                "textFormat": "plain",
                "channelData": {**data, "webchat:sequence-id": seq},
            }
        )
