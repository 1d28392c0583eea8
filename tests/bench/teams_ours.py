"""Our side of the comparison: the demo's whole house behind the real gate, on SQLite, with one stubbed token for the connector."""

import asyncio
import os
import sqlite3
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

from adapters.server import run, serve
from adapters.teams.channel import Registration, Teams, open_teams
from adapters.teams.cloud import Cloud, ServiceHosts
from adapters.teams.credential import MsalCredential
from bot import logs
from bot.ports.clock import Clock
from bot.settings import Settings
from bot.wiring import Around, demo_house
from tests.bench.teams_load import AAD, MOST_CONVERSATIONS


def teams_of(_settings: Settings, clock: Clock) -> AbstractAsyncContextManager[Teams | None]:
    issuer = "https://api.botframework.com"
    cloud = Cloud(issuer, os.environ["BENCH_METADATA_URL"], "https://login.invalid", "scope", ())
    hosts = ServiceHosts(frozenset(), on_loopback=True)
    credential = MsalCredential(lambda: {"access_token": "t" * 1200, "expires_in": 86_400}, clock)
    registration = Registration(os.environ["BENCH_APP_ID"], os.environ["BENCH_TENANT_ID"], cloud, hosts)
    return open_teams(registration, credential, clock)


async def main() -> int:
    port, folder = int(os.environ["BENCH_PORT"]), Path(os.environ["BENCH_FOLDER"])
    settings = Settings(port=port, data=folder)
    logs.set_up("json")
    async with demo_house(settings, folder, settings.address, around=Around(teams=teams_of)) as house:
        await house.vault.file.run(move_in)
        await serve(house.app, "127.0.0.1", port, partial(_ready), house.courier.run())
    return 0


def move_in(connection: sqlite3.Connection) -> None:
    """As many employees as there are conversations."""
    people = (
        (
            f"{AAD}{n:05}",
            os.environ["BENCH_TENANT_ID"],
            f"jane{n}",
            "Jane Doe",
            "Jane",
            f"jane{n}@example.org",
            None,
            "en",
            1,
        )
        for n in range(MOST_CONVERSATIONS)
    )
    connection.executemany("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", people)


async def _ready(_port: int) -> None:
    await asyncio.sleep(0)


if __name__ == "__main__":
    run(main())
