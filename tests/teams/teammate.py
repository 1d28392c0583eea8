"""A person in Teams, as tests drive them: activities as Teams sends them, and what came back over the connector."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.app.visitor import Visitor, spoken
from tests.teams.microsoft import APP_ID, TENANT, Microsoft

CHANNEL = "19:agents@thread.tacv2;messageid=1"


def activity(service_url: str, person: str, **more: Any) -> dict[str, Any]:
    """As Teams sends a message in a personal chat."""
    return {
        "type": "message", "id": f"1{secrets.randbelow(10**12):012}", "channelId": "msteams", "serviceUrl": service_url,
        "timestamp": "2026-11-21T01:02:03.4567891Z", "localTimestamp": "2026-11-21T02:02:03.4567891+01:00",
        "localTimezone": "Europe/Berlin", "locale": "en-US", "text": "hello", "textFormat": "plain",
        "from": {"id": f"29:{person}", "name": person.title(), "aadObjectId": person},
        "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": f"a:1{person}"},
        "recipient": {"id": f"28:{APP_ID}", "name": "Sparekey"},
        "entities": [{"locale": "en-US", "country": "US", "platform": "Windows", "timezone": "Europe/Berlin", "type": "clientInfo"}],
        "channelData": {"tenant": {"id": TENANT}},
        **more,
    }  # fmt: skip


@dataclass
class Teammate(Visitor):
    """The same as a visitor, but the chat is in Teams; the pages are opened in a browser as ever."""

    microsoft: Microsoft | None = None
    person: str = ""
    seen: int = 0
    answers: list[tuple[int, Any]] = field(default_factory=list)
    locale: str = "en-US"

    @property
    def there(self) -> Microsoft:
        assert self.microsoft
        return self.microsoft

    @property
    def conversation_id(self) -> str:
        return f"a:1{self.person}"

    async def send(self, content: dict[str, Any], token: str | None = None) -> tuple[int, Any]:
        token = token or self.there.token()
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.post(f"{self.base}/api/messages", json=content, headers=headers) as answer:
            text = await answer.text()
            self.captured.append(("POST /api/messages", text))
            body = await answer.json() if text else None
            self.answers.append((answer.status, body))
            return answer.status, body

    async def message(self, **more: Any) -> tuple[int, Any]:
        return await self.send(activity(self.there.service_url, self.person, **({"locale": self.locale} | more)))

    async def install(self, locale: str = "en-US") -> None:
        self.locale = locale
        await self.message(type="installationUpdate", action="add", text=None)

    async def say(self, text: str) -> None:
        status, _ = await self.message(text=text)
        assert status == 200, status

    async def picture(self, text: str, *files: bytes, sent_as: str = "") -> int:
        there = [{"contentType": "image/png", "contentUrl": f"{self.there.service_url}/picture"}]
        del files, sent_as  # in Teams a picture is an address
        status, _ = await self.message(text=text or None, attachments=there)
        return status

    async def press(self, choice: str) -> None:
        """As a client that knows Action.Execute; the button must have been there."""
        status, body = await self.press_with(self.button(choice)["data"])
        assert status == 200, status
        assert body["statusCode"] == 200

    async def press_with(self, data: dict[str, Any], **more: Any) -> tuple[int, Any]:
        """Whatever is said of it to have stood on the button."""
        action = {"type": "Action.Execute", "verb": "choose", "data": data}
        value = {"action": action, "trigger": "manual"}
        return await self.message(type="invoke", name="adaptiveCard/action", text=None, value=value, **more)

    async def press_in_channel(self, post: dict[str, Any], choice: str) -> tuple[int, Any]:
        """A button of a post in the agents' channel, where others read along."""
        data = next(one["data"] for one in buttons_of(post) if one.get("data", {}).get("choice") == choice)
        place = {"conversationType": "channel", "tenantId": TENANT, "id": CHANNEL, "isGroup": True}
        return await self.press_with(data, conversation=place)

    async def submit(self, choice: str) -> None:
        """As a client that fell back to Action.Submit."""
        status, _ = await self.message(text=None, value=self.button(choice)["fallback"]["data"])
        assert status == 200, status

    def button(self, choice: str) -> dict[str, Any]:
        for one in reversed(self.heard):
            for button in buttons_of(one):
                if button.get("data", {}).get("choice") == choice:
                    return button
        raise AssertionError(f"no button {choice}: {[spoken(one) for one in self.heard]}")

    async def poll(self) -> list[dict[str, Any]]:
        """What arrived since the last look, marked as the bot's."""
        mine = self.there.connector.messages(self.conversation_id)
        fresh = [{**one.body, "id": one.id, "from": {**one.body["from"], "role": "bot"}} for one in mine[self.seen :]]
        self.seen = len(mine)
        self.heard += fresh
        await asyncio.sleep(0)
        return fresh


def buttons_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for attachment in message.get("attachments", ()):
        card = attachment["content"]
        found += card.get("actions", ())
        found += [action for block in card["body"] if block["type"] == "ActionSet" for action in block["actions"]]
    return found


def teammate(base: str, there: Microsoft, person: str) -> Teammate:
    http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
    return Teammate(base, http, microsoft=there, person=person)
