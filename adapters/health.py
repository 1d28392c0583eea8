"""What a supervisor asks: alive, ready to take people in, and how much is going on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST


@dataclass(frozen=True, slots=True)
class Health:
    is_ready: Callable[[], Awaitable[bool]]
    listening: Callable[[], int]
    under_way: Callable[[], int]
    tickets_owed: Callable[[], Awaitable[int]]

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.get("/health", self.health), web.get("/ready", self.ready), web.get("/metrics", self.metrics)]

    async def health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def ready(self, _request: web.Request) -> web.Response:
        is_ready = await self.is_ready()
        return web.json_response({"status": "ready" if is_ready else "not ready"}, status=200 if is_ready else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        registry = CollectorRegistry()
        Gauge("sparekey_listeners", "Open web sockets", registry=registry).set(self.listening())
        Gauge("sparekey_effects_under_way", "Turns whose effects are being carried out", registry=registry).set(
            self.under_way()
        )
        Gauge("sparekey_tickets_owed", "Cases whose tickets could not be written", registry=registry).set(
            await self.tickets_owed()
        )
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
