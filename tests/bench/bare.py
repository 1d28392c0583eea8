"""The practical limit of aiohttp: parse the JSON, post a reply over one shared session, nothing else."""

import sys

import aiohttp
import uvloop
from aiohttp import web


def main() -> None:
    port, connector = int(sys.argv[1]), sys.argv[2]

    async def begin(app: web.Application) -> None:
        app["session"] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200))

    async def reply(request: web.Request) -> web.Response:
        activity = await request.json()
        answer = {
            "type": "message",
            "text": f"echo: {activity['text']}",
            "from": {"id": "bot"},
            "replyToId": activity.get("id"),
        }
        async with request.app["session"].post(connector, json=answer) as sent:
            await sent.read()
        return web.json_response({"id": "1"})

    app = web.Application()
    app.on_startup.append(begin)
    app.router.add_post("/{path:.*}", reply)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main()
