"""A closed loop of many people over raw sockets: each says something, waits for the answer and the reply, and says more."""

import asyncio
import base64
import json
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

import aiohttp

Ways: TypeAlias = tuple[Callable[[int], Awaitable[int]], Callable[[], Awaitable[object]]]
"""To say something and get the status; to wait for the reply."""


class Http(asyncio.Protocol):
    """One kept-open connection that posts prepared bytes and reads the status."""

    def __init__(self) -> None:
        self.buffer = b""
        self.waiting: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if len(rest) < length:
            return
        self.buffer = rest[length:]
        if self.waiting and not self.waiting.done():
            self.waiting.set_result(int(head[9:12]))

    async def post(self, request: bytes) -> int:
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)  # type: ignore[attr-defined]
        return await self.waiting


class Socket(asyncio.Protocol):
    """A web socket that only counts the bot's messages."""

    def __init__(self) -> None:
        self.buffer = b""
        self.replies = asyncio.Semaphore(0)
        self.is_open = False

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.is_open:
            _, found, self.buffer = self.buffer.partition(b"\r\n\r\n")
            self.is_open = bool(found)
        while (frame := self._frame()) is not None:
            for _ in range(frame.count(b'"role":"bot"')):
                self.replies.release()

    def _frame(self) -> bytes | None:
        if len(self.buffer) < 2:
            return None
        length, start = self.buffer[1] & 127, 2
        if length == 126:
            length, start = int.from_bytes(self.buffer[2:4]), 4
        elif length == 127:
            length, start = int.from_bytes(self.buffer[2:10]), 10
        if len(self.buffer) < start + length:
            return None
        frame, self.buffer = self.buffer[start : start + length], self.buffer[start + length :]
        return frame


@dataclass
class Measured:
    turns: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    waits: list[float] = field(default_factory=list)
    codes: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return self.turns / self.seconds

    def quantile(self, share: float) -> float:
        return 1000 * sorted(self.waits)[int(len(self.waits) * share)]

    def row(self, name: str) -> str:
        cpu = 1000 * self.cpu / self.turns
        return f"{name:34} {self.rate:8.0f} turns/s  {cpu:6.3f} ms CPU/turn  p50 {self.quantile(0.5):6.1f} ms  p99 {self.quantile(0.99):6.1f} ms  {self.codes}"


def request_bytes(path: str, body: bytes, token: str = "") -> bytes:
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{authorization}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def cpu_of(pid: int) -> float:
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(pid: int, port: int, people: int, seconds: float, *, is_ours: bool) -> Measured:
    measured = Measured()
    measuring, stopping = asyncio.Event(), asyncio.Event()

    async def person(number: int) -> None:
        say, hear = await (_ours if is_ours else _bare)(port, number)
        turn = 0
        while not stopping.is_set():
            turn += 1
            begun = time.perf_counter()
            code = await say(turn)
            await hear()
            if measuring.is_set():
                measured.turns += 1
                measured.waits.append(time.perf_counter() - begun)
                measured.codes[code] = measured.codes.get(code, 0) + 1

    tasks = [asyncio.create_task(person(number)) for number in range(people)]
    await asyncio.sleep(2.0)
    measuring.set()
    cpu, begun = cpu_of(pid), time.perf_counter()
    await asyncio.sleep(seconds)
    measured.seconds, measured.cpu = time.perf_counter() - begun, cpu_of(pid) - cpu
    measuring.clear()
    stopping.set()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return measured


async def _connect(port: int) -> Http:
    _, http = await asyncio.get_running_loop().create_connection(Http, "127.0.0.1", port)
    return http


async def _bare(port: int, number: int) -> Ways:
    http = await _connect(port)
    request = request_bytes("/turn", activity(number, 0))

    async def say(_turn: int) -> int:
        return await http.post(request)

    async def hear() -> None:
        return

    return say, hear


async def _ours(port: int, number: int) -> Ways:
    """Sign in, take a token, start, listen on the socket; then turn after turn."""
    base = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        await session.post(f"{base}/demo/sign-in", data={"person": "alex"}, allow_redirects=False)
        token = await (await session.post(f"{base}/chat/token")).json()
        head = {"Authorization": f"Bearer {token['token']}"}
        started = await (await session.post(f"{base}/v3/directline/conversations", headers=head, json={})).json()
    address = urlsplit(started["streamUrl"])
    transport, socket = await asyncio.get_running_loop().create_connection(Socket, "127.0.0.1", port)
    key = base64.b64encode(os.urandom(16)).decode()
    transport.write(
        f"GET {address.path}?{address.query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    await socket.replies.acquire()  # the greeting
    http = await _connect(port)
    path = f"/v3/directline/conversations/{started['conversationId']}/activities"

    async def say(turn: int) -> int:
        return await http.post(request_bytes(path, activity(number, turn), started["token"]))

    return say, socket.replies.acquire


def activity(number: int, turn: int) -> bytes:
    """What the official web chat sends for one typed line."""
    content = {
        "attachments": [], "channelData": {"attachmentSizes": [], "clientActivityID": f"{number}-{turn}-{os.getpid()}"},
        "text": "hello there", "textFormat": "plain", "type": "message", "channelId": "webchat",
        "from": {"id": "dl_94d7", "name": "", "role": "user"}, "locale": "en-US",
        "localTimestamp": "2026-11-21T01:26:25.821Z", "localTimezone": "UTC", "entities": [],
    }  # fmt: skip
    return json.dumps(content).encode()
