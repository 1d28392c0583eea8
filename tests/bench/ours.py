"""Our server as the measurements use it: everything real, SQLite at synchronous=FULL, limits out of the way."""

import asyncio
import sys
from pathlib import Path

import uvloop

from adapters.server import serve
from bot import logs
from bot.settings import Settings
from bot.wiring import demo_house


async def main() -> None:
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    settings = Settings(messages_at_once=1_000_000, requests_at_once=1_000_000, port=port)
    logs.set_up("json")
    async with demo_house(settings, folder, f"http://127.0.0.1:{port}") as house:
        await serve(house.app, "127.0.0.1", port, _ready, house.courier.run())


async def _ready(_port: int) -> None: ...


if __name__ == "__main__":
    uvloop.install()
    asyncio.run(main())
