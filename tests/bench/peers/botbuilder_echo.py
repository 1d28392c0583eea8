"""botbuilder's echo bot, stock: `botbuilder_echo.py cloud | cloud-auth | legacy`. It runs in an environment of its own."""

import os
import sys
from typing import Any

from aiohttp import web
from botbuilder.core import ActivityHandler, BotFrameworkAdapterSettings, TurnContext
from botbuilder.integration.aiohttp import (  # type: ignore[import-not-found]  # only in the peer's environment
    BotFrameworkHttpAdapter,
    CloudAdapter,
    ConfigurationBotFrameworkAuthentication,
)
from botbuilder.schema import Activity
from botframework.connector.auth import PasswordServiceClientCredentialFactory


class Anonymous:
    """A configuration without an app: botbuilder then lets everybody in."""


class Registered:
    APP_ID = os.environ["BENCH_APP_ID"]
    TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL = os.environ["BENCH_METADATA_URL"]
    TO_BOT_FROM_CHANNEL_TOKEN_ISSUER = "https://api.botframework.com"
    TO_BOT_FROM_EMULATOR_OPENID_METADATA_URL = os.environ["BENCH_METADATA_URL"]
    TO_CHANNEL_FROM_BOT_LOGIN_URL = "https://login.microsoftonline.com/botframework.com"
    TO_CHANNEL_FROM_BOT_OAUTH_SCOPE = "https://api.botframework.com"
    OAUTH_URL = "https://token.botframework.com"


class Login:
    """Stands for MSAL's application: the token is there at once, which is more than a real one can do."""

    def acquire_token_silent(self, scopes: list[str], account: object = None) -> dict[str, str]:
        return {"access_token": "t" * 1200}


class Credentials(PasswordServiceClientCredentialFactory):
    async def create_credentials(self, *args: Any, **kwargs: Any) -> Any:
        credentials: Any = await super().create_credentials(*args, **kwargs)
        credentials.app = Login()
        return credentials


class Echo(ActivityHandler):
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(f"echo: {turn_context.activity.text}")


def cloud(authentication: Any) -> Any:
    adapter, bot = CloudAdapter(authentication), Echo()
    adapter.on_turn_error = fail

    async def receive(request: web.Request) -> web.Response:
        answer: web.Response = await adapter.process(request, bot)
        return answer

    return receive


def legacy() -> Any:
    adapter, bot = BotFrameworkHttpAdapter(BotFrameworkAdapterSettings("", "")), Echo()
    adapter.on_turn_error = fail

    async def receive(request: web.Request) -> web.Response:
        activity = Activity.deserialize(await request.json())  # type: ignore[no-untyped-call]  # msrest's
        await adapter.process_activity(activity, request.headers.get("Authorization", ""), bot.on_turn)
        return web.Response(status=201)

    return receive


async def fail(_context: TurnContext, error: Exception) -> None:
    raise error  # an error must not answer 201


def handler(kind: str) -> Any:
    match kind:
        case "cloud":
            return cloud(ConfigurationBotFrameworkAuthentication(Anonymous))
        case "cloud-auth":
            credentials = Credentials(Registered.APP_ID, "x")
            return cloud(ConfigurationBotFrameworkAuthentication(Registered, credentials_factory=credentials))
        case "legacy":
            return legacy()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    app = web.Application()
    app.router.add_post("/api/messages", handler(sys.argv[1]))
    web.run_app(app, host="127.0.0.1", port=int(os.environ.get("BENCH_PORT", "9200")), access_log=None, print=None)
