"""The practical limit of aiohttp for a Teams bot: parse the activity, post a reply over one shared session, nothing else."""

import os

import aiohttp
import uvloop
from aiohttp import web


def main() -> None:
    async def begin(app: web.Application) -> None:
        app["session"] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200))

    async def receive(request: web.Request) -> web.Response:
        activity = await request.json()
        conversation, activity_id = activity["conversation"], activity["id"]
        answer = {
            "type": "message",
            "text": f"echo: {activity['text']}",
            "from": activity["recipient"],
            "recipient": activity["from"],
            "conversation": conversation,
            "replyToId": activity_id,
            "channelId": activity["channelId"],
            "serviceUrl": activity["serviceUrl"],
            "inputHint": "acceptingInput",
        }
        url = f"{activity['serviceUrl']}v3/conversations/{conversation['id']}/activities/{activity_id}"
        async with request.app["session"].post(url, json=answer) as sent:
            await sent.read()
        return web.Response(status=201)

    app = web.Application()
    app.on_startup.append(begin)
    app.router.add_post("/api/messages", receive)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=int(os.environ["BENCH_PORT"]), access_log=None, print=None)


if __name__ == "__main__":
    main()
