"""Agents see in their own channel of Teams that somebody waits: one post a case, kept up to date where it stands."""

from dataclasses import dataclass
from datetime import datetime

from botbuilder.core import TurnContext

from adapters.botframework.codec import write_activity
from adapters.botframework.utterance import Saying
from adapters.teams import cards
from adapters.teams.adapter import TeamsAdapter, continuing
from bot.address import Address
from bot.domain.cases import Case, Stage
from bot.domain.errors import PersonUnreachable
from bot.ports.words import Words


@dataclass(frozen=True, slots=True)
class ChannelDesk:
    """`channel` is the channel's id (`19:…@thread.tacv2`). A post's place is `CONVERSATION|ACTIVITY`."""

    adapter: TeamsAdapter
    words: Words
    service_url: str
    channel: str
    app_id: str
    tenant: str
    language: str
    address: str | None
    """Of the desk's pages."""

    async def show(self, case: Case, since: datetime, stage: Stage, shown_as: str | None) -> str | None:
        card = cards.case_card(case, since, stage, self.words, self.language, self.address)
        if shown_as is None:
            return await self._post(card)
        conversation, _, activity_id = shown_as.rpartition("|")
        card.id = activity_id
        if not activity_id:
            return shown_as  # it went through, but the channel did not say where it stands
        there = continuing(Address(self.service_url, conversation, self._bot, ""))
        try:
            await TurnContext(self.adapter, there).update_activity(card)
        except PersonUnreachable:
            return await self._post(card)  # somebody has deleted the post
        return shown_as

    async def _post(self, card: Saying) -> str:
        parameters = {
            "isGroup": True,
            "bot": {"id": self._bot},
            "tenantId": self.tenant,
            "channelData": {"channel": {"id": self.channel}, "tenant": {"id": self.tenant}},
            "activity": write_activity(card),
        }
        answer = await self.adapter.post(self.service_url, parameters)
        conversation, activity = answer.get("id"), answer.get("activityId")
        return f"{conversation}|{activity}" if conversation and activity else "|"

    @property
    def _bot(self) -> str:
        return f"28:{self.app_id}"
