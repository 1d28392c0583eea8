"""A full turn of the web chat against plain aiohttp, in one run on one core each: the ratio is what counts."""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.bench.load import Measured, measure

PEOPLE, SECONDS, ROUNDS = 32, 6.0, 2
AIM = 0.40


class Connector(asyncio.Protocol):
    """Takes the bare server's replies and says thank you."""

    ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"id":"1"}'

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            if not found or len(rest) < length:
                return
            self.buffer = rest[length:]
            self.transport.write(self.ANSWER)  # type: ignore[attr-defined]


@contextmanager
def server(*command: str) -> Iterator[int]:
    process = subprocess.Popen(["taskset", "-c", "0", sys.executable, "-m", *command], stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


async def _until_open(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with suppress(OSError):
            (await asyncio.open_connection("127.0.0.1", port))[1].close()
            return
        await asyncio.sleep(0.1)
    raise TimeoutError


async def measure_both() -> list[tuple[Measured, Measured]]:
    loop = asyncio.get_running_loop()
    connector = await loop.create_server(Connector, "127.0.0.1", 0)
    target = f"http://127.0.0.1:{connector.sockets[0].getsockname()[1]}/reply"
    pairs = []
    for number in range(ROUNDS):
        with server("tests.bench.bare", str(9310 + number), target) as pid:
            await _until_open(9310 + number)
            bare = await measure(pid, 9310 + number, PEOPLE, SECONDS, is_ours=False)
        with tempfile.TemporaryDirectory() as folder, server("tests.bench.ours", str(9320 + number), folder) as pid:
            await _until_open(9320 + number)
            ours = await measure(pid, 9320 + number, PEOPLE, SECONDS, is_ours=True)
        pairs.append((bare, ours))
    return pairs


def run() -> None:
    print(f"web chat: {PEOPLE} people at once, one core for the server, one for the people")
    ratios = []
    for bare, ours in asyncio.run(measure_both()):
        print(bare.row("plain aiohttp, no storage"))
        print(ours.row("a full turn, stored and pushed"))
        ratios.append(ours.rate / bare.rate)
    print(f"ratio: {', '.join(f'{ratio:.2f}' for ratio in ratios)} (aim: at least {AIM})\n")
