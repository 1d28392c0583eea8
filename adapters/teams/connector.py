"""The Bot Connector's REST interface: one shared session, our token to known hosts alone, patience with a busy channel."""

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import aiohttp
import orjson
from yarl import URL

from adapters.bounded import read_at_most
from adapters.retry_after import retry_after
from adapters.teams.cloud import ServiceHosts
from adapters.teams.credential import Credential, NoToken
from adapters.teams.pace import Pace
from bot.domain.errors import ChannelBusy, PersonUnreachable
from bot.ports.clock import Clock

PATIENCE = 15.0
"""Seconds that a turn may take; what has not left by then is owed."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 5.0
BUSY = frozenset({401, 408, 412, 425, 429})
"""What may go through later; so may whatever is the server's own fault (5xx). Everything else is meant for good."""
LARGEST_ANSWER = 64 * 1024
CONNECTIONS = 2_048


class ForbiddenPlace(PersonUnreachable):
    """Our token would go to a host, or along a path, that we do not know."""


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    service_url: str
    path: str
    body: bytes | None = None
    conversation: str | None = None
    """Named where Teams counts: messages and new conversations, not typing, updates or deletions."""


class Connector:
    def __init__(
        self,
        http: aiohttp.ClientSession,
        credential: Credential,
        hosts: ServiceHosts,
        pace: Pace,
        clock: Clock,
        patience: float = PATIENCE,
    ) -> None:
        self._http, self._credential, self._hosts, self._pace = http, credential, hosts, pace
        self._clock, self._patience = clock, patience

    async def send(self, service_url: str, conversation: str, activity: bytes, *, counts: bool = True) -> str:
        """The id that the channel gave the activity; empty where it gives none (typing)."""
        path = f"v3/conversations/{_safe(conversation)}/activities"
        return _id_in(await self.call(Call("POST", service_url, path, activity, conversation if counts else None)))

    async def reply(self, service_url: str, conversation: str, to: str, activity: bytes) -> str:
        path = f"v3/conversations/{_safe(conversation)}/activities/{_safe(to)}"
        return _id_in(await self.call(Call("POST", service_url, path, activity, conversation)))

    async def update(self, service_url: str, conversation: str, activity_id: str, activity: bytes) -> None:
        path = f"v3/conversations/{_safe(conversation)}/activities/{_safe(activity_id)}"
        await self.call(Call("PUT", service_url, path, activity))

    async def delete(self, service_url: str, conversation: str, activity_id: str) -> None:
        path = f"v3/conversations/{_safe(conversation)}/activities/{_safe(activity_id)}"
        await self.call(Call("DELETE", service_url, path))

    async def create(self, service_url: str, parameters: bytes) -> Mapping[str, object]:
        """`id` names the new conversation, `activityId` its first activity."""
        return await self.call(Call("POST", service_url, "v3/conversations", parameters, "new"))

    async def call(self, call: Call) -> Mapping[str, object]:
        """Tried until it went through, was refused for good, or the time is over. Raises ChannelBusy, PersonUnreachable."""
        if not self._hosts.allow(call.service_url):
            raise ForbiddenPlace
        end, wait = time.monotonic() + self._patience, FIRST_WAIT
        while True:
            left = end - time.monotonic()
            busy = await self._wait_for_turn(call, left) if call.conversation else None
            if busy is None:
                try:
                    return await self._once(call, max(end - time.monotonic(), 0.1))
                except ChannelBusy as error:
                    busy = error
            pause = max(busy.after or 0.0, wait * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            if time.monotonic() + pause >= end:
                raise busy
            await asyncio.sleep(pause)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _wait_for_turn(self, call: Call, left: float) -> ChannelBusy | None:
        while (pause := self._pace.wait(call.conversation or "", time.monotonic())) > 0:
            if pause >= left:
                return ChannelBusy(pause)
            await asyncio.sleep(pause)
            left -= pause
        return None

    async def _once(self, call: Call, left: float) -> Mapping[str, object]:
        headers = {"Content-Type": "application/json"} if call.body is not None else {}
        url = URL(f"{call.service_url.rstrip('/')}/{call.path}", encoded=True)  # as it stands: nothing is tidied up
        try:
            async with asyncio.timeout(left):
                token = await self._credential.token()
                if token is not None:
                    headers["Authorization"] = f"Bearer {token.open_to('channel')}"
                async with self._http.request(
                    call.method, url, data=call.body, headers=headers, allow_redirects=False
                ) as answer:
                    if answer.status == 401 and token is not None:  # noqa: PLR2004
                        self._credential.forget(token)
                    return _judged(answer, await _body(answer), self._clock.now())
        except (aiohttp.ClientError, TimeoutError, NoToken) as error:
            raise ChannelBusy(None, type(error).__name__) from None


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    """What is longer than any answer is not looked at."""
    body = await read_at_most(answer.content, LARGEST_ANSWER)
    return body if len(body) <= LARGEST_ANSWER else b""


def _judged(answer: aiohttp.ClientResponse, body: bytes, now: datetime) -> Mapping[str, object]:
    if answer.status in BUSY or answer.status >= 500:  # noqa: PLR2004
        raise ChannelBusy(retry_after(answer.headers.get("Retry-After"), now), str(answer.status))
    if not 200 <= answer.status < 300:  # noqa: PLR2004
        raise PersonUnreachable(f"the channel answers {answer.status}")
    try:
        content = orjson.loads(body) if body else {}
    except orjson.JSONDecodeError:
        content = {}  # it went through; only its id is not known
    return content if isinstance(content, dict) else {}


def _safe(part: str) -> str:
    """One step of the path, whatever it holds; dots alone would lead elsewhere however they are written."""
    if not part.strip("."):
        raise ForbiddenPlace
    return quote(part, safe="")


def _id_in(content: Mapping[str, object]) -> str:
    found = content.get("id")
    return found if isinstance(found, str) else ""
