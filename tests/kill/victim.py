"""A server that dies: SIGKILL at one chosen moment of its writing, before or after. Its clock is pushed on from outside."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import structlog
from aiohttp import web

from adapters.teams.channel import Registration, Teams, open_teams
from adapters.teams.cloud import Cloud, ServiceHosts
from adapters.teams.credential import MsalCredential
from bot.ports.clock import Clock
from bot.ports.store import Committed, Settled, Store, Turn
from bot.settings import Settings
from bot.wiring import Around, demo_house
from tests.teams.microsoft import APP_ID, ISSUER, METADATA, TENANT
from tests.tickets.servicenow import PASSWORD, USER

T = TypeVar("T")
NEVER = -1


class PushedClock:
    """The real time and what somebody added to it: shared memory, so that every life of the server reads the same."""

    def __init__(self, pushed: Any) -> None:
        self._pushed = pushed

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self._pushed.value, UTC)


class DyingStore:
    """Counts what is written; at the chosen write, the process is gone."""

    def __init__(self, real: Store, at: int, *, after: bool) -> None:
        self._real, self._at, self._after = real, at, after
        self._writes = 0

    async def commit(self, turn: Turn, lease: float) -> Committed:
        return await self._write(lambda: self._real.commit(turn, lease))

    async def settle(self, owed_id: str, at: datetime, lines: tuple[str, ...] = ()) -> Settled:
        return await self._write(lambda: self._real.settle(owed_id, at, lines))

    async def number(self, series: Any, owed_id: str) -> int:
        return await self._write(lambda: self._real.number(series, owed_id))

    async def _write(self, write: Callable[[], Awaitable[T]]) -> T:
        mine = self._writes
        self._writes += 1
        if mine == self._at and not self._after:
            os.kill(os.getpid(), signal.SIGKILL)
        try:
            return await write()
        finally:
            if mine == self._at:
                os.kill(os.getpid(), signal.SIGKILL)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def live(
    folder: str,
    port_file: str,
    pushed: Any,
    at: int,
    after: bool,  # noqa: FBT001 - runs in a process of its own
    microsoft: str = "",
    tickets: str = "",
) -> None:
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()], logger_factory=structlog.ReturnLoggerFactory()
    )
    asyncio.run(_live(Path(folder), Path(port_file), pushed, at, after=after, microsoft=microsoft, tickets=tickets))


def _teams_at(microsoft: str) -> Callable[[Settings, Clock], AbstractAsyncContextManager[Teams | None]]:
    """Microsoft's side lives in the test's own process, and outlives us."""

    def teams_of(_settings: Settings, clock: Clock) -> AbstractAsyncContextManager[Teams | None]:
        cloud = Cloud(ISSUER, f"{microsoft}{METADATA}", "https://login.invalid", "scope", ())
        registration = Registration(APP_ID, TENANT, cloud, ServiceHosts(frozenset(), on_loopback=True))
        return open_teams(
            registration, MsalCredential(lambda: {"access_token": "ours", "expires_in": 3600}, clock), clock
        )

    return teams_of


async def _live(
    folder: Path, port_file: Path, pushed: Any, at: int, *, after: bool, microsoft: str, tickets: str
) -> None:
    settings = Settings(messages_at_once=1000, requests_at_once=1000)
    around = Around(store=lambda store: cast("Store", DyingStore(store, at, after=after)))
    if microsoft:
        around = replace(around, teams=_teams_at(microsoft))
        channel = {"teams_agents_channel": "19:agents@thread.tacv2", "teams_agents_service_url": f"{microsoft}/"}
        settings = settings.model_copy(update=channel)
    if tickets:
        secret = folder / "tickets.secret"
        secret.write_text(PASSWORD)
        at_theirs = {"tickets_url": tickets, "tickets_user": USER, "tickets_secret_file": secret}
        settings = settings.model_copy(update={"tickets": "servicenow", **at_theirs})
    async with demo_house(settings, folder, "http://localhost:3978", clock=PushedClock(pushed), around=around) as house:
        runner = web.AppRunner(house.app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        fresh = port_file.with_suffix(".new")
        fresh.write_text(str(runner.addresses[0][1]))
        fresh.rename(port_file)
        while True:
            await house.courier.round()
            await house.computers.go_online()
            await asyncio.sleep(0.02)
