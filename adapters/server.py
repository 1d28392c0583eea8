"""Runs the web application on a socket until it is told to stop, and lets what is under way come to its end."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress

import uvloop
from aiohttp import web

LARGEST_HEADERS = 16 * 1024


async def serve(
    app: web.Application,
    host: str,
    port: int,
    ready: Callable[[int], Awaitable[None]],
    alongside: Coroutine[object, object, None],
) -> None:
    """`ready` hears the port that was really taken. `alongside` runs as long as the server does."""
    runner = web.AppRunner(app, access_log=None, max_field_size=LARGEST_HEADERS, shutdown_timeout=5)
    await runner.setup()
    site = web.TCPSite(runner, host, port, backlog=1024)
    await site.start()
    task = asyncio.create_task(alongside)
    gc.collect()
    gc.freeze()  # what was made at the start stays; the collector need not walk it at every turn
    gc.set_threshold(200_000, 50, 1_000)  # seldom: a thousand answers under way are not garbage, only many
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    try:
        await ready(runner.addresses[0][1])
        await stop.wait()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await runner.cleanup()


def run(main: Coroutine[object, object, int]) -> int:
    return uvloop.run(main)
