"""An agent in Microsoft's Agents Playground, by a real browser: takes a case from its card, talks with a person in the web chat, closes it.

The playground has one person, who is Dana here. It begins no conversation in a channel, so the post is brought into the chat
that it shows; card, buttons, answers and updates are its own. Runs in a network of its own, like `tests.browser.playground`: `python -m tests.browser.agents_playground FOLDER` prints nothing when all went well.
"""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web
from playwright.async_api import Page, expect

from adapters.teams.channel import open_playground
from bot.address import Address, address_of
from bot.agent_chat import of_agent
from bot.domain.people import PersonId
from bot.settings import Settings
from bot.wiring import Around, DemoHouse, demo_house
from tests.app.visitor import Visitor
from tests.browser.chromium import a_browser, picture, window
from tests.browser.playground import DEMO, PLAYGROUND, WAIT, running, say, until_answers
from tests.components import NODE_MODULES

DANA = PersonId("demo", "dana")
CONNECTOR, BESIDE = f"{PLAYGROUND}/_connector", "http://localhost:3979"
CHANNEL = {"teams_agents_channel": "19:agents@thread.tacv2", "teams_agents_service_url": f"{BESIDE}/"}


class Beside:
    """The playground's connector, but for posts that begin a conversation: they are messages in the chat of whoever writes there."""

    def __init__(self, house: DemoHouse, http: aiohttp.ClientSession) -> None:
        self._house, self._http = house, http

    async def post(self, request: web.Request) -> web.Response:
        chat = await self._chat()
        activity = (await request.json())["activity"]
        async with self._http.post(f"{CONNECTOR}/v3/conversations/{chat}/activities", json=activity) as answer:
            posted = await answer.json()
        return web.json_response({"id": chat, "activityId": posted["id"]}, status=201)

    async def put(self, request: web.Request) -> web.Response:
        async with self._http.put(f"{CONNECTOR}{request.path}", json=await request.json()) as answer:
            return web.Response(status=answer.status, body=await answer.read(), content_type="application/json")

    async def _chat(self) -> str:
        address = await self._house.conductor.recall(address_of(of_agent(DANA)))
        assert isinstance(address, Address)
        return address.conversation


async def serve(app: web.Application, port: int) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "localhost", port).start()
    return runner


@asynccontextmanager
async def demo(folder: Path, http: aiohttp.ClientSession) -> AsyncIterator[None]:
    """With an agents' channel that no administrator could set: it lives at a loopback address."""
    settings = Settings().model_copy(update=CHANNEL)
    around = Around(teams=lambda _settings, clock: open_playground(DANA, clock))
    async with demo_house(settings, folder, DEMO, around=around) as house:
        beside, connector = Beside(house, http), web.Application()
        connector.add_routes([web.post("/v3/conversations", beside.post), web.put("/v3/{rest:.*}", beside.put)])
        runners = [await serve(house.app, 3978), await serve(connector, 3979)]
        courier = asyncio.create_task(house.courier.run())
        try:
            yield
        finally:
            courier.cancel()
            for runner in runners:
                await runner.cleanup()


async def until_heard(person: Visitor, words: str) -> None:
    for _ in range(150):
        await person.poll()
        if any(words in one.get("text", "") for one in person.heard):
            return
        await asyncio.sleep(0.1)
    raise TimeoutError(words)


async def talk(chat: Page, kim: Visitor) -> None:
    await chat.goto(PLAYGROUND)
    await expect(chat.get_by_text("Hello Dana").first).to_be_visible(timeout=WAIT)
    await kim.sign_in("kim")
    await kim.enter()
    await kim.say("windows 4A7C2E1F")
    await kim.say("human")
    await expect(chat.get_by_text("Case 1001 is waiting").first).to_be_visible(timeout=WAIT)
    await picture(chat, "agents-card", "wide")
    await chat.get_by_role("button", name="Take", exact=True).click()
    await expect(chat.get_by_text("Case 1001: Kim Novak").first).to_be_visible(timeout=WAIT)
    await expect(chat.get_by_text("Case 1001: Dana Fischer has it").first).to_be_visible(timeout=WAIT)
    await expect(chat.get_by_role("button", name="Take", exact=True)).to_have_count(0)
    await until_heard(kim, "Dana Fischer from the helpdesk has your case 1001 now")
    await say(chat, "Hello Kim, what does it say?")
    await until_heard(kim, "Dana Fischer: Hello Kim, what does it say?")
    await kim.say("it asks for a **key**")
    await expect(chat.get_by_text("Kim Novak (1001): it asks for a").first).to_be_visible(timeout=WAIT)
    await picture(chat, "agents-talk", "wide")
    await chat.get_by_role("button", name="Close 1001").last.click()
    await chat.get_by_role("button", name="They are back in.").click()
    await expect(chat.get_by_text("Case 1001 of Kim Novak is closed").first).to_be_visible(timeout=WAIT)
    await until_heard(kim, "Your case 1001 is closed")
    await picture(chat, "agents-closed", "wide")


async def main(folder: Path) -> None:
    playground = [
        str(NODE_MODULES / ".bin" / "agentsplayground"), "-e", f"{DEMO}/api/messages", "-c", "msteams", "--dt", "-p", "56150",
    ]  # fmt: skip
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http, demo(folder, http):
        with running(folder, "playground", playground, TEAMSAPPTESTER_BROWSER="none"):
            await until_answers(PLAYGROUND)
            async with a_browser() as browser:
                context = await window(browser, "wide")
                await talk(await context.new_page(), Visitor(DEMO, http))


if __name__ == "__main__":
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    asyncio.run(main(Path(sys.argv[1])))
