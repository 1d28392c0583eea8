"""Microsoft's side of a Teams bot in one process: people in a closed loop, the connector that takes the replies, and the signing keys."""

import asyncio
import gc
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.bench.load import Http, Measured, cpu_of, request_bytes

APP_ID = "11111111-2222-3333-4444-555555555555"
TENANT_ID = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
ISSUER, KEY_NAME = "https://api.botframework.com", "bench-kid"
CONVERSATION, MESSAGE = "@" * 5, "#" * 13  # as wide as what takes their place, so that the length is known beforehand
AAD = "0000aaaa-11bb-cccc-dd22-eeeeeee"
MOST_CONVERSATIONS = 10 ** len(CONVERSATION)
LOST = 0


@dataclass
class Answered(Measured):
    """What one system did; `replies` and `connections` are what the connector saw of it."""

    replies: int = 0
    connections: int = 0
    memory: float = 0.0
    load: float = 0.0
    is_measuring: bool = False

    @property
    def lost(self) -> str:
        """Why this does not count, or nothing."""
        if not self.turns:
            return "no answers"
        strange = {code: count for code, count in self.codes.items() if not 200 <= code < 300}
        return f"answers {strange} (0: connection lost)" if strange else ""


@dataclass
class Channel:
    """Where the bot's replies go, `delay` seconds away, and what vouches for the activities."""

    delay: float
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    url: str = ""
    replies: int = 0
    connections: int = 0

    @property
    def metadata_url(self) -> str:
        return f"{self.url}.well-known/openidconfiguration"

    def answer(self, request: bytes) -> bytes:
        if request.startswith(b"GET /.well-known/openidconfiguration "):
            return _ok({"issuer": ISSUER, "jwks_uri": f"{self.url}keys"})
        if request.startswith(b"GET /keys "):
            public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            named = {"kid": KEY_NAME, "use": "sig", "alg": "RS256", "endorsements": ["msteams"]}
            return _ok({"keys": [public | named]})
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def token(self) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": APP_ID, "serviceurl": self.url, "nbf": now - 10, "exp": now + 3600}
        return jwt.encode(claims, self.key, "RS256", headers={"kid": KEY_NAME})


class Connector(asyncio.Protocol):
    """One connection of the bot to Microsoft."""

    TAKEN = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n{"id":"1700000000001"}'

    def __init__(self, channel: Channel) -> None:
        self.channel, self.buffer = channel, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]  # uvloop's is one in all but name
        self.channel.connections += 1

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            low = head.lower()
            assert b"transfer-encoding" not in low, "only Content-Length is read here"
            length = int(low.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            if not found or len(rest) < length:
                return
            self.buffer = rest[length:]
            self._take(head)

    def _take(self, head: bytes) -> None:
        method, path, *_ = head.split(b" ", 2)
        if not path.startswith(b"/v3/conversations"):
            self.transport.write(self.channel.answer(head))
            return
        self.channel.replies += method == b"POST" and b"/activities" in path
        if self.channel.delay:
            asyncio.get_running_loop().call_later(self.channel.delay, self._thank)
        else:
            self._thank()

    def _thank(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(self.TAKEN)


class Caller(Http):
    """A kept-open connection that tells when it was closed."""

    is_closed = False

    def connection_lost(self, _error: Exception | None) -> None:
        self.is_closed = True
        if self.waiting and not self.waiting.done():
            self.waiting.set_result(LOST)

    async def post(self, request: bytes) -> int:
        return LOST if self.is_closed else await super().post(request)


def _ok(content: dict[str, object]) -> bytes:
    body = json.dumps(content).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def activity(service_url: str) -> bytes:
    """What Teams sends for one typed line, with gaps for the conversation and the message."""
    text = "hello there, my laptop does not boot"
    content = {
        "text": text, "textFormat": "plain",
        "attachments": [{"contentType": "text/html", "content": f"<p>{text}</p>"}],
        "type": "message", "timestamp": "2026-11-21T01:02:03.4567891Z",
        "localTimestamp": "2026-11-21T02:02:03.4567891+01:00", "id": MESSAGE,
        "channelId": "msteams", "serviceUrl": service_url,
        "from": {"id": f"29:1abcDEF{CONVERSATION}", "name": "Jane Doe", "aadObjectId": f"{AAD}{CONVERSATION}"},
        "conversation": {"conversationType": "personal", "tenantId": TENANT_ID, "id": f"a:1conv{CONVERSATION}"},
        "recipient": {"id": f"28:{APP_ID}", "name": "helpdesk"},
        "entities": [{"locale": "en-US", "country": "US", "platform": "Windows", "timezone": "Europe/Berlin", "type": "clientInfo"}],
        "channelData": {"tenant": {"id": TENANT_ID}},
        "locale": "en-US", "localTimezone": "Europe/Berlin",
    }  # fmt: skip
    return json.dumps(content).encode()


def messages(channel: Channel, conversations: int, *, with_token: bool) -> Iterator[bytes]:
    """One after the other, each in the next conversation, so that nobody writes faster than Teams lets people write."""
    whole = request_bytes("/api/messages", activity(channel.url), channel.token() if with_token else "")
    template = whole.replace(CONVERSATION.encode(), b"%(conversation)05d").replace(MESSAGE.encode(), b"%(message)013d")
    for number in itertools.count():
        yield template % {b"conversation": number % conversations, b"message": 1_700_000_000_000 + number}


@asynccontextmanager
async def open_channel(delay: float) -> AsyncIterator[Channel]:
    channel = Channel(delay)
    server = await asyncio.get_running_loop().create_server(lambda: Connector(channel), "127.0.0.1", 0, backlog=2048)
    channel.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        yield channel
    finally:
        server.close()


async def drive(
    channel: Channel, sent: Iterator[bytes], port: int, pid: int, people: int, warm_up: float, seconds: float
) -> Answered:
    """What the bot did in these seconds, its first ones not counted."""
    found = Answered()
    tasks = [asyncio.create_task(person(sent, port, found)) for _ in range(people)]
    await asyncio.sleep(warm_up)
    replies, connections = channel.replies, channel.connections
    cpu, own_cpu, begun = cpu_of(pid), time.process_time(), time.perf_counter()
    gc.disable()
    found.is_measuring = True
    await asyncio.sleep(seconds)
    found.is_measuring = False
    gc.enable()
    found.seconds, found.cpu = time.perf_counter() - begun, cpu_of(pid) - cpu
    found.load, found.memory = (time.process_time() - own_cpu) / found.seconds, _memory(pid)
    found.replies, found.connections = channel.replies - replies, channel.connections - connections
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return found


async def person(sent: Iterator[bytes], port: int, found: Answered) -> None:
    """Says one thing, waits for the answer, and says the next."""
    http = await _connect(port)
    while True:
        message, begun = next(sent), time.perf_counter()
        code = await http.post(message)
        if found.is_measuring:
            found.turns += 1
            found.waits.append(time.perf_counter() - begun)
            found.codes[code] = found.codes.get(code, 0) + 1
        if code == LOST:
            http = await _connect(port)


async def _connect(port: int) -> Caller:
    _, http = await asyncio.get_running_loop().create_connection(Caller, "127.0.0.1", port)
    return http


def _memory(pid: int) -> float:
    """Resident megabytes."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        resident = next((line for line in file if line.startswith("VmRSS")), "VmRSS: 0")  # none once it died
    return int(resident.split()[1]) / 1024
