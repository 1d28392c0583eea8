"""Our server as the measurements use it: everything real, SQLite at synchronous=FULL, limits out of the way."""

import asyncio
import sys
from pathlib import Path

import uvloop
from aiohttp import web

from bot import logs
from bot.settings import Settings
from bot.wiring import demo_house


async def main() -> None:
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    settings = Settings(messages_at_once=1_000_000, requests_at_once=1_000_000, port=port)
    logs.set_up("json")
    async with demo_house(settings, folder, f"http://127.0.0.1:{port}") as house:
        runner = web.AppRunner(house.app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
        await house.courier.run()


if __name__ == "__main__":
    uvloop.install()
    asyncio.run(main())
