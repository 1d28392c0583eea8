"""The Microsoft 365 Agents SDK's echo bot, anonymous. It runs in an environment of its own."""

import os

from aiohttp import web
from microsoft_agents.hosting.aiohttp import CloudAdapter  # type: ignore[import-not-found]  # only in the peer's environment
from microsoft_agents.hosting.core import ActivityHandler, ClaimsIdentity, TurnContext  # type: ignore[import-not-found]
from microsoft_agents.hosting.core.authorization import AnonymousTokenProvider  # type: ignore[import-not-found]


class Connections:
    """No app, so no token is asked for."""

    def get_token_provider(self, _identity: object, _url: str) -> AnonymousTokenProvider:
        return AnonymousTokenProvider()

    def get_connection(self, _name: str) -> AnonymousTokenProvider:
        return AnonymousTokenProvider()

    def get_default_connection(self) -> AnonymousTokenProvider:
        return AnonymousTokenProvider()

    def get_default_connection_configuration(self) -> None:
        return None


class Echo(ActivityHandler):  # type: ignore[misc]  # untyped in our environment
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(f"echo: {turn_context.activity.text}")


async def fail(_context: TurnContext, error: Exception) -> None:
    raise error  # an error must not answer 2xx


def application() -> web.Application:
    adapter, bot = CloudAdapter(connection_manager=Connections()), Echo()
    adapter.on_turn_error = fail

    async def receive(request: web.Request) -> web.Response:
        request["claims_identity"] = ClaimsIdentity()
        answer: web.Response = await adapter.process(request, bot)
        return answer

    app = web.Application()
    app.router.add_post("/api/messages", receive)
    return app


if __name__ == "__main__":
    web.run_app(
        application(),
        host="127.0.0.1",
        port=int(os.environ.get("BENCH_PORT", "9200")),
        access_log=None,
        print=None,
    )
