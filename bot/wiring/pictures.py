"""How pictures come to the agent who has the case: who that is, and when they are forgotten."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from adapters.desk.bell import Bell
from bot.case_file import case_of
from bot.conductor import Conductor
from bot.pictures import Holding, Pictures, holding_of
from bot.settings import Settings
from dialogs.talk import Talk

EVERY = 30.0


def holding_in(settings: Settings, conductor: Conductor) -> Callable[[str], Awaitable[Holding | None]]:
    """Nobody, where pictures are not let through."""

    async def holding(chat: str) -> Holding | None:
        talk = await conductor.state(chat) if settings.relay_images else None
        if not isinstance(talk, Talk) or talk.human is None:
            return None
        return holding_of(await conductor.state(case_of(talk.human.number)))

    return holding


def changing(conductor: Callable[[], Conductor], bell: Bell, pictures: Pictures) -> Callable[[str], None]:
    """Rings, and has the pictures of a case forgotten that somebody else has now, or nobody."""

    async def look(flow_id: str, number: int) -> None:
        pictures.leave(number, holding_of(await conductor().recall(flow_id)))

    def changed(flow_id: str) -> None:
        bell.ring(flow_id)
        kind, _, number = flow_id.partition(":")
        if kind == "case" and pictures.has_of(int(number)):
            conductor().beside(look(flow_id, int(number)))

    return changed


def sweeping(pictures: Pictures) -> Callable[[web.Application], AsyncIterator[None]]:
    """Their time is over by itself, whether somebody looks or not."""

    async def run() -> None:
        while True:
            await asyncio.sleep(EVERY)
            pictures.sweep()

    async def context(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(run(), name="sweeping pictures")
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return context
