"""A person in front of a browser, as tests drive them: over HTTP, through every door that a real one passes."""

import asyncio
import io
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

GROUPS = re.compile(r'<span class="digits"[^>]*>([0-9A-Z]+)</span>')
PATIENCE = 60.0


@dataclass
class Visitor:
    """One browser: its cookies, its conversation, and everything that the server ever sent to it."""

    base: str
    http: aiohttp.ClientSession
    conversation: str = ""
    token: str = ""
    mark: int = 0
    heard: list[dict[str, Any]] = field(default_factory=list)
    captured: list[tuple[str, str]] = field(default_factory=list)
    sent: int = 0

    async def sign_in(self, person: str, *, private: bool = False) -> None:
        form = {"person": person} | ({"private": "1"} if private else {})
        async with self.http.post(f"{self.base}/demo/sign-in", data=form, allow_redirects=False) as answer:
            assert answer.status == 303, answer.status

    async def enter(self, locale: str = "en") -> None:
        """Take a token and come into the conversation."""
        content = await self.json("POST", "/chat/token")
        self.token, self.conversation = content["token"], content["conversationId"]
        await self.json("POST", "/v3/directline/conversations", {"locale": locale})

    async def say(self, text: str) -> None:
        await self.post({"type": "message", "text": text})

    async def press(self, choice: str) -> None:
        await self.post({"type": "message", "text": choice, "value": {"choice": choice}})

    async def post(self, activity: dict[str, Any]) -> None:
        self.sent += 1
        data = {"channelData": {"clientActivityID": f"{id(self)}-{self.sent}"}}
        await self.json("POST", f"/v3/directline/conversations/{self.conversation}/activities", activity | data)

    async def picture(self, text: str, *files: bytes, sent_as: str = "") -> int:
        """As Web Chat sends one: the activity and the file, in parts. `sent_as`: an id that may have come before."""
        form = aiohttp.FormData()
        kind = "application/vnd.microsoft.activity"
        told = {"type": "message", "text": text, "attachments": [{"contentType": "image/png", "name": "screen.png"}]}
        data = {"channelData": {"clientActivityID": sent_as}} if sent_as else {}
        form.add_field("activity", json.dumps(told | data), filename="blob", content_type=kind)
        for body in files or (b"\x89PNG\r\n\x1a\n a screen",):
            form.add_field("file", io.BytesIO(body), filename="screen.png", content_type="image/png")
        path, headers = (
            f"/v3/directline/conversations/{self.conversation}/upload",
            {"Authorization": f"Bearer {self.token}"},
        )
        async with self.http.post(f"{self.base}{path}", data=form, headers=headers) as answer:
            return answer.status

    async def poll(self) -> list[dict[str, Any]]:
        path = f"/v3/directline/conversations/{self.conversation}/activities?watermark={self.mark}"
        content = await self.json("GET", path)
        self.mark = int(content["watermark"])
        fresh: list[dict[str, Any]] = content["activities"]
        self.heard += fresh
        return fresh

    async def until(self, text: str, count: int = 1) -> dict[str, Any]:
        """The bot's message in which the words stand; waits for it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            await self.poll()
            found = [one for one in self.heard if one["from"].get("role") == "bot" and text in spoken(one)]
            if len(found) >= count:
                return found[-1]
            await asyncio.sleep(0.02)
        raise AssertionError(f"never heard {text!r}; heard: {[spoken(one) for one in self.heard]}")

    # the page

    async def page(
        self, path: str, form: dict[str, str] | None = None, *, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """GET, or POST the form; redirects are followed."""
        method = "GET" if form is None else "POST"
        async with self.http.request(method, f"{self.base}{path}", data=form, headers=headers) as answer:
            text = await answer.text()
            self.captured.append((f"{method} {urlsplit(path).path}", text))
            return answer.status, text

    async def code(self, person: str) -> str:
        return str((await self.json("GET", f"/demo/phone/{person}"))["code"])

    async def prove(self, card: dict[str, Any], person: str) -> str:
        """From the card in the chat through every step up to the ready page; returns the page's path."""
        path, number = link_of(card), number_of(card)
        await self.page(f"{path}/claim", {})
        status, _ = await self.page(f"{path}/prove", {"number": number, "code": await self.code(person)})
        assert status == 200, status
        await self.page(f"{path}/answer", {"somebody": "no"})
        return path

    async def show(self, path: str, nth: int = 1) -> str:
        """The key, out of the one response that holds it; not kept in `captured`."""
        status, text = await self.page(f"{path}/show", {"nth": str(nth)})
        self.captured.pop()
        assert status == 200, status
        key = "-".join(GROUPS.findall(text))
        assert key, text
        return key

    async def json(self, method: str, path: str, content: object = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if path.startswith("/v3") else {}
        async with self.http.request(method, f"{self.base}{path}", json=content, headers=headers) as answer:
            text = await answer.text()
            self.captured.append((f"{method} {path}", text))
            assert answer.status < 300, (answer.status, text)
            parsed: dict[str, Any] = await answer.json()
            return parsed


def spoken(activity: dict[str, Any]) -> str:
    """What a message says: its text, or the words of its card."""
    if activity.get("text"):
        return str(activity["text"])
    cards = [attachment["content"] for attachment in activity.get("attachments", ())]
    return " ".join(str(block.get("text", "")) for card in cards for block in card.get("body", ()))


def link_of(card: dict[str, Any]) -> str:
    url: str = card["attachments"][0]["content"]["actions"][0]["url"]
    return urlsplit(url).path


def number_of(card: dict[str, Any]) -> str:
    columns = card["attachments"][0]["content"]["body"][1]["columns"]
    return str(columns[0]["items"][1]["text"])
