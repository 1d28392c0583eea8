"""The Direct Line 3.0 endpoint that the official web chat speaks. Who is speaking comes from the token and from nothing else."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import orjson
from aiohttp import WSMsgType, hdrs, web
from botbuilder.schema import ActivityTypes

from adapters.botframework.codec import BadActivity, read_activity
from adapters.pages.pages import language_of
from adapters.webchat.adapter import WebChatAdapter
from adapters.webchat.doors import Door, refusal
from adapters.webchat.hub import PASSING, Hub, Listener
from adapters.webchat.lines import Lines, activity_id, chat_of
from adapters.webchat.tokens import Pass, user_of
from adapters.webchat.upload import Sent, Uploads
from bot.conductor import Conductor
from bot.domain.people import Network, PersonId
from bot.domain.speech import Opened
from bot.ports.clock import Clock
from bot.ports.sessions import Session, Sessions
from bot.ports.store import Store

HEARTBEAT = 15.0
PAGE = 500
ActivityJson = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DirectLine:
    conductor: Conductor
    store: Store
    sessions: Sessions
    clock: Clock
    door: Door
    hub: Hub
    lines: Lines
    adapter: WebChatAdapter
    session_of: Callable[[web.Request], Awaitable[Session | None]]
    """Without using it: the page asks for tokens by itself."""
    unfinished: Callable[[PersonId], Awaitable[str | None]]
    """The conversation in which this person waits for a human or talks with one."""
    uploads: Uploads
    network_of: Callable[[web.Request], Network]
    """Inside or outside, as far as that is known."""
    types: Callable[[str], None]
    """Told of a conversation whose person is writing."""

    def routes(self) -> list[web.AbstractRouteDef]:
        base = "/v3/directline"
        return [
            web.post("/chat/token", self.token),
            web.post(f"{base}/tokens/refresh", self.refresh),
            web.post(f"{base}/tokens/generate", self.refresh),
            web.post(f"{base}/conversations", self.start),
            web.get(f"{base}/conversations/{{conversation}}", self.reconnect, allow_head=False),
            web.get(f"{base}/conversations/{{conversation}}/activities", self.poll, allow_head=False),
            web.post(f"{base}/conversations/{{conversation}}/activities", self.post),
            web.post(f"{base}/conversations/{{conversation}}/upload", self.upload),
            web.get(f"{base}/conversations/{{conversation}}/stream", self.stream, allow_head=False),
            web.get(f"{base}/session/getsessionid", self.session_id, allow_head=False),
            web.options(f"{base}/{{rest:.*}}", self.preflight),
        ]

    # tokens

    async def token(self, request: web.Request) -> web.Response:
        """Whoever has a session gets the conversation that it began, and whoever waits for a human the one that they wait in."""
        if not self.door.is_own_page(request):
            return refusal(403, "ForeignOrigin", "This page may not ask for a token.")
        session = await self.session_of(request)
        if session is None:
            return refusal(401, "NotSignedIn", "Sign in first.")
        if wait := self.door.wait(f"token {session.id}"):
            return too_many(wait)
        conversation = session.chat or await self.unfinished(session.principal.id) or secrets.token_urlsafe(16)
        if session.chat is None:
            await self.sessions.speaks_in(session.id, conversation)
        made = self.door.tokens.make(conversation, user_of(session.principal.id), session.id, "token", self.clock.now())
        return self.answer(
            request, {**self.token_json(conversation, made), "domain": f"{self.door.base_of(request)}/v3/directline"}
        )

    async def refresh(self, request: web.Request) -> web.Response:
        known = await self.door.admit(request)
        return self.answer(request, self.token_json(known.conversation, self.renewed(known)))

    # a conversation

    async def start(self, request: web.Request) -> web.Response:
        """Greets once a conversation, however often the page or its person comes back."""
        known = await self.door.admit(request)
        session = await self.door.session(known)
        body = await self.door.body(request)
        who = replace(session.principal, network=self.network_of(request))
        opened = Opened(chat_of(known.conversation), who, "webchat", _language(body, request))
        remembered = await self.conductor.remember(chat_of(known.conversation), opened, f"opened/{known.session}")
        self.conductor.act_soon(remembered.owed)
        return self.answer(request, self.started(request, known, None), 201 if remembered.fresh else 200)

    async def reconnect(self, request: web.Request) -> web.Response:
        known = await self.door.admit(request)
        return self.answer(request, self.started(request, known, request.query.get("watermark")))

    async def poll(self, request: web.Request) -> web.Response:
        known = await self.door.admit(request)
        after = _watermark(request.query.get("watermark"))
        lines = await self.store.history(chat_of(known.conversation), after, PAGE)
        activities = b",".join(self.lines.drawn(known.conversation, line) for line in lines)
        mark = lines[-1].seq if lines else after
        return self.raw(request, b'{"activities":[%b],"watermark":"%d"}' % (activities, mark))

    async def post(self, request: web.Request) -> web.Response:
        known = await self.door.admit(request)
        if wait := self.door.wait(known.conversation):
            return too_many(wait)
        return await self.receive(request, known, Sent(await self.door.body(request)))

    async def upload(self, request: web.Request) -> web.Response:
        """The bot reads no photos, and the person is told; one that an agent may look at is held for them."""
        known = await self.door.admit(request)
        if wait := self.door.wait(known.conversation):
            return too_many(wait)
        try:
            sent = await self.uploads.read(request, chat_of(known.conversation))
        except BadActivity:
            return refusal(400, "BadArgument", "This is not an activity.")
        return await self.receive(request, known, sent)

    async def receive(self, request: web.Request, known: Pass, sent: Sent) -> web.Response:
        """Answered as soon as it is remembered: echo and event in one transaction, the reply follows by itself."""
        try:
            activity = read_activity(sent.activity)
            heard = sent.with_pictures(await self.adapter.heard_in(activity))
        except BadActivity:
            self.uploads.forget(sent)
            return refusal(400, "BadArgument", "This is not an activity.")
        if activity.type == ActivityTypes.typing:
            self.types(chat_of(known.conversation))
        if heard is None:
            return self.answer(request, {"id": activity_id(known.conversation, 0)})
        data = activity.channel_data if isinstance(activity.channel_data, dict) else {}
        await self.door.note_use(await self.door.session(known))
        event_id = f"heard/{_client_id(data) or secrets.token_hex(8)}"
        line = self.lines.of_heard(heard, known.user, data, language_of(request, self.lines.words), sent.shown)
        remembered = await self.conductor.remember(chat_of(known.conversation), heard, event_id, lines=(line,))
        if not remembered.fresh:
            self.uploads.forget(sent)
            return self.answer(request, {"id": activity_id(known.conversation, 0)})
        self.conductor.act_soon(remembered.owed)
        return self.answer(request, {"id": activity_id(known.conversation, remembered.seqs[0])})

    # the socket

    async def stream(self, request: web.Request) -> web.StreamResponse:
        known = await self.door.admit_stream(request)
        session = await self.door.session(known)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=4096, compress=False)
        await socket.prepare(request)
        listener = Listener(known.session, request.query.get("t", ""))
        self.hub.join(known.conversation, listener)
        reading = asyncio.create_task(_read_until_closed(socket, listener))
        try:
            async with asyncio.timeout((session.ends_at - self.clock.now()).total_seconds()):
                await self.feed(socket, listener, known.conversation, _watermark(request.query.get("watermark")))
        except (ConnectionError, TimeoutError, asyncio.CancelledError):
            pass
        finally:
            self.hub.leave(known.conversation, listener)
            reading.cancel()
            await socket.close()
        return socket

    async def feed(self, socket: web.WebSocketResponse, listener: Listener, conversation: str, after: int) -> None:
        """First what was missed, then what comes; nothing twice, nothing out of order."""
        while lines := await self.store.history(chat_of(conversation), after, PAGE):
            for line in lines:
                await _send(socket, line.seq, self.lines.drawn(conversation, line))
            after = lines[-1].seq
        while (entry := await listener.queue.get()) is not None:
            seq, activity = entry
            if seq == PASSING:
                await _send(socket, after, activity)
            elif seq == after + 1:
                await _send(socket, seq, activity)
                after = seq
            elif seq > after:
                for line in await self.store.history(chat_of(conversation), after, PAGE):
                    await _send(socket, line.seq, self.lines.drawn(conversation, line))
                    after = line.seq

    # answers

    async def session_id(self, request: web.Request) -> web.Response:
        return self.answer(request, {"sessionId": secrets.token_hex(16)})

    async def preflight(self, request: web.Request) -> web.Response:
        return web.Response(status=204, headers=self.door.cross_origin(request))

    def started(self, request: web.Request, known: Pass, watermark: str | None) -> ActivityJson:
        ticket = self.door.tokens.make(known.conversation, known.user, known.session, "stream", self.clock.now())
        base = f"ws{self.door.base_of(request)[4:]}/v3/directline/conversations/{known.conversation}/stream"
        mark = f"&watermark={_watermark(watermark)}" if watermark is not None else ""
        url = f"{base}?t={ticket}{mark}"
        return {**self.token_json(known.conversation, self.renewed(known)), "streamUrl": url}

    def renewed(self, known: Pass) -> str:
        return self.door.tokens.make(known.conversation, known.user, known.session, "token", self.clock.now())

    @staticmethod
    def token_json(conversation: str, token: str) -> ActivityJson:
        return {"conversationId": conversation, "token": token, "expires_in": 1800}

    def answer(self, request: web.Request, content: Mapping[str, object], status: int = 200) -> web.Response:
        return self.raw(request, orjson.dumps(content), status)

    def raw(self, request: web.Request, body: bytes, status: int = 200) -> web.Response:
        headers: dict[str, str] = {hdrs.CACHE_CONTROL: "no-store"}
        if hdrs.ORIGIN in request.headers:
            headers |= self.door.cross_origin(request)
        return web.Response(status=status, body=body, content_type="application/json", headers=headers)


def too_many(wait: float) -> web.Response:
    answer = refusal(429, "TooManyRequests", "Please wait a moment.")
    answer.headers[hdrs.RETRY_AFTER] = str(ceil(wait))
    return answer


async def _send(socket: web.WebSocketResponse, seq: int, activity: bytes) -> None:
    await socket.send_str((b'{"activities":[%b],"watermark":"%d"}' % (activity, seq)).decode())


async def _read_until_closed(socket: web.WebSocketResponse, listener: Listener) -> None:
    """Clients only send empty frames; whatever they send is dropped, and their going away is noticed."""
    async for message in socket:
        if message.type in (WSMsgType.CLOSE, WSMsgType.ERROR):
            break
    listener.offer(None)


def _watermark(text: str | None) -> int:
    """None or empty: everything that has not expired."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0  # noqa: PLR2004


def _client_id(data: Mapping[str, object]) -> str | None:
    found = data.get("clientActivityID")
    return found[:64] if isinstance(found, str) and found.isprintable() else None


def _language(body: bytes, request: web.Request) -> str:
    try:
        asked = orjson.loads(body).get("locale")
    except (orjson.JSONDecodeError, AttributeError):
        asked = None
    return str(asked or request.headers.get(hdrs.ACCEPT_LANGUAGE, "en"))[:16]
