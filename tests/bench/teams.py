"""A turn of our Teams bot beside its peers and plain aiohttp, in one run: one core for the bot, one for Microsoft's side."""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import uvloop

from tests.bench.teams_load import (
    APP_ID,
    MOST_CONVERSATIONS,
    TENANT_ID,
    Answered,
    Channel,
    drive,
    messages,
    open_channel,
)
from tests.ports import free_port

PEERS = Path(__file__).parent / "peers"
PYTHON = sys.executable
HEARD = 0.9
"""A bot that answers Microsoft but leaves more than every tenth person without a reply has done no turns."""


@dataclass(frozen=True)
class System:
    name: str
    command: tuple[str, ...]
    is_authenticated: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Measurement:
    conversations: int = 20_000
    people: int = 32
    warm_up: float = 2.0
    seconds: float = 6.0
    delay: float = 0.0


@dataclass(frozen=True)
class Row:
    name: str
    found: Answered
    failure: str = ""

    @property
    def rate(self) -> float:
        return 0.0 if self.failure else self.found.rate

    def __str__(self) -> str:
        if self.failure:
            return f"{self.name:34} FAILED: {self.failure}"
        found, turns = self.found, self.found.turns
        numbers = (
            f"{found.rate:7.0f} {found.quantile(0.5):7.1f} {found.quantile(0.99):7.1f} {1000 * found.cpu / turns:7.3f}"
        )
        seen = f"{found.memory:5.0f} {found.replies / turns:8.2f} {found.connections / turns:6.3f} {found.load:5.2f}"
        return f"{self.name:34} {numbers} {seen}  {found.codes}"


HEAD = f"{'':34} {'turns/s':>7} {'p50 ms':>7} {'p99 ms':>7} {'CPU ms':>7} {'MB':>5} {'replies':>8} {'conns':>6} {'load':>5}  codes"
NOTE = "CPU, replies and new connections are per turn; load is the share of its core that Microsoft's side needed."

BARE = System("plain aiohttp", (PYTHON, "-m", "tests.bench.teams_bare"))
OURS = System("ours: authenticated, stored", (PYTHON, "-m", "tests.bench.teams_ours"), is_authenticated=True)


def peers() -> tuple[System, ...]:
    home = Path(os.environ.get("SPAREKEY_BENCH_HOME") or Path.home() / ".cache" / "sparekey-bench")
    botbuilder = str(home / "botbuilder/bin/python"), str(PEERS / "botbuilder_echo.py")
    agents = str(home / "agents/bin/python"), str(PEERS / "agents_echo.py")
    node = {"NODE_PATH": str(home / "node/node_modules"), "NODE_ENV": "production"}
    return (
        System("botbuilder echo", (*botbuilder, "cloud")),
        System("botbuilder echo, authenticated", (*botbuilder, "cloud-auth"), is_authenticated=True),
        System("botbuilder echo, legacy adapter", (*botbuilder, "legacy")),
        System("Microsoft 365 Agents SDK echo", agents),
        System("Node botbuilder echo", ("node", str(PEERS / "node/echo.js")), environment=node),
    )


def install() -> None:
    """Without the peers ours is still measured; their rows then say that they failed."""
    subprocess.run(["bash", str(PEERS / "install.sh")], env=os.environ | {"PYTHON": PYTHON}, check=False)


@contextmanager
def on_own_core() -> Iterator[int]:
    """Keep this process on the last core it may use, and name the first one for the bot."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield min(cores)
    finally:
        os.sched_setaffinity(0, cores)


@contextmanager
def running(system: System, channel: Channel, core: int, port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        "BENCH_PORT": str(port),
        "BENCH_SERVICE_URL": channel.url,
        "BENCH_METADATA_URL": channel.metadata_url,
        "BENCH_APP_ID": APP_ID,
        "BENCH_TENANT_ID": TENANT_ID,
        "BENCH_FOLDER": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = "taskset", "-c", str(core), *system.command
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env={**os.environ, **environment, **system.environment}, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def until_open(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError):
            (await asyncio.open_connection("127.0.0.1", port))[1].close()
            return
        await asyncio.sleep(0.1)
    raise TimeoutError


async def measure(system: System, chosen: Measurement, core: int) -> Row:
    async with open_channel(chosen.delay) as channel:
        with (
            tempfile.TemporaryDirectory() as name,
            running(system, channel, core, port := free_port(), Path(name)) as bot,
        ):
            sent = messages(channel, chosen.conversations, with_token=system.is_authenticated)
            try:
                await until_open(bot, port)
            except TimeoutError:
                return Row(system.name, Answered(), f"did not start; {last_line(Path(name) / 'log')}")
            found = await drive(channel, sent, port, bot.pid, chosen.people, chosen.warm_up, chosen.seconds)
    return Row(system.name, found, found.lost)


def last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


async def compare(chosen: Measurement, core: int) -> None:
    print(f"Teams: {chosen.people} people at once in {chosen.conversations} conversations\n{HEAD}")
    rows = []
    for system in (BARE, OURS, *peers(), replace(BARE, name="plain aiohttp, again")):
        row = await measure(system, chosen, core)
        if not row.failure and row.found.replies < HEARD * row.found.turns:
            row = replace(row, failure=f"{row.found.replies / row.found.turns:.2f} replies per turn")
        rows.append(row)
        print(row, flush=True)
    print(f"{NOTE}\n")
    references = [row.rate for row in (rows[0], rows[-1]) if not row.failure]
    plain, ours = sum(references) / max(len(references), 1), rows[1]
    print(f"{'':34} {'of plain aiohttp':>16} {'ours is':>9}")
    for row in rows[1:-1]:
        print(f"{row.name:34} {ratio(row.rate, plain):>16} {ratio(ours.rate, row.rate) + ' x':>9}")
    print(f"plain aiohttp is the mean of its rows: {plain:.0f} turns/s\n")


async def keep_pace(chosen: Measurement, core: int) -> None:
    """What a slow way to Microsoft does to the answers."""
    print(f"Teams: how a slow connector is borne\n{HEAD}")
    crowd = replace(chosen, people=256)
    quick, slow, plain = (
        (replace(OURS, name="ours, 256 people, 0 ms"), crowd),
        (replace(OURS, name="ours, 256 people, 1000 ms"), replace(crowd, delay=1.0)),
        (replace(BARE, name="plain aiohttp, 32 people, 100 ms"), replace(chosen, delay=0.1)),
    )
    rates = []
    for system, its in (quick, slow, plain):
        row = await measure(system, its, core)
        rates.append(row.rate)
        print(row, flush=True)
    print(f"ratio of ours at 1000 ms to ours at 0 ms: {ratio(rates[1], rates[0])} (aim: it does not fall)\n")


def ratio(rate: float, other: float) -> str:
    return f"{rate / other:.2f}" if rate and other else "-"


def run(chosen: Measurement | None = None) -> None:
    install()
    with on_own_core() as core, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(compare(chosen or Measurement(), core))
        runner.run(keep_pace(chosen or Measurement(), core))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.teams", description=__doc__)
    parser.add_argument("--conversations", type=int, default=Measurement.conversations)
    parser.add_argument("--people", type=int, default=Measurement.people)
    parser.add_argument("--seconds", type=float, default=Measurement.seconds)
    given = parser.parse_args()
    if not given.people <= given.conversations <= MOST_CONVERSATIONS:
        parser.error(f"between {given.people} and {MOST_CONVERSATIONS} conversations")
    run(Measurement(given.conversations, given.people, seconds=given.seconds))


if __name__ == "__main__":
    main()
