"""The live desk: 300 cases wait, 50 agents' pages are open; how long until a change is on every one of them, and what it costs."""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator

import aiohttp

from tests.app.visitor import Visitor
from tests.bench.load import cpu_of
from tests.bench.webchat import _until_open, server
from tests.desk.agent import CSRF

CASES, PAGES, CHANGES, PAUSE, PORT = 300, 50, 100, 0.2, 9340
AIM = 1.0


async def measured() -> tuple[list[float], float]:
    """Seconds from pressing the button to each page that shows it; the server's CPU over the time of the changes."""
    with tempfile.TemporaryDirectory() as folder, server("tests.bench.ours", str(PORT), folder) as pid:
        await _until_open(PORT)
        base = f"http://127.0.0.1:{PORT}"
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
        ) as http:
            await asyncio.gather(*(waiting(base) for _ in range(CASES)))
            cookie = await signed_in(http, base, "dana")
            streams = [asyncio.create_task(Page(http, base, cookie).read()) for _ in range(PAGES)]
            pages = [await one for one in streams]
            waits = await changed(http, base, cookie, pages, pid)
            for page in pages:
                page.close()
    return waits


class Page:
    """An open page of the queue: when it was last told what of which case."""

    def __init__(self, http: aiohttp.ClientSession, base: str, cookie: str) -> None:
        self.http, self.base, self.cookie = http, base, cookie
        self.seen: dict[tuple[int, str], asyncio.Future[float]] = {}

    async def read(self) -> "Page":
        self.answer = await self.http.get(f"{self.base}/desk/live", headers={"Cookie": self.cookie}, timeout=None)
        while not (await self.answer.content.readline()).startswith(b"data:"):
            pass
        self.reading = asyncio.create_task(self.go_on())
        return self

    async def go_on(self) -> None:
        async for line in self.answer.content:
            if line.startswith(b'data: {"number"'):
                row = json.loads(line[6:])
                found = self.seen.get((row["number"], row["holder"]))
                if found and not found.done():
                    found.set_result(time.perf_counter())

    def will_see(self, number: int, holder: str) -> "asyncio.Future[float]":
        self.seen[number, holder] = asyncio.get_running_loop().create_future()
        return self.seen[number, holder]

    def close(self) -> None:
        self.reading.cancel()
        self.answer.close()


async def waiting(base: str) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        person = Visitor(base, http)
        await person.sign_in("kim")
        await person.enter()
        await person.say("human")
        await person.until("Your case number is")


async def signed_in(http: aiohttp.ClientSession, base: str, login: str) -> str:
    async with http.post(f"{base}/demo/sign-in", data={"person": login}, allow_redirects=False) as answer:
        return f"sparekey={answer.cookies['sparekey'].value}"


async def changed(
    http: aiohttp.ClientSession, base: str, cookie: str, pages: list[Page], pid: int
) -> tuple[list[float], float]:
    async with http.get(f"{base}/desk", headers={"Cookie": cookie}) as answer:
        found = CSRF.search(await answer.text())
    assert found
    waits, cpu, begun = list[float](), cpu_of(pid), time.perf_counter()
    for nth, (number, deed, holder) in enumerate(deeds()):
        seen, pressed = [page.will_see(number, holder) for page in pages], time.perf_counter()
        url, form = f"{base}/desk/cases/{number}/{deed}", {"csrf": found[1]}
        async with http.post(url, data=form, headers={"Cookie": cookie}, allow_redirects=False) as answer:
            assert answer.status == 303, answer.status
        waits += [at - pressed for at in await asyncio.wait_for(asyncio.gather(*seen), 30)]
        await asyncio.sleep(max(0.0, begun + nth * PAUSE - time.perf_counter()))
    return waits, (cpu_of(pid) - cpu) / (time.perf_counter() - begun)


def deeds() -> Iterator[tuple[int, str, str]]:
    for nth in range(CHANGES):
        yield 1001 + nth // 2, "put-back" if nth % 2 else "take", "" if nth % 2 else "demo/dana"


def run() -> None:
    waits, cpu = asyncio.run(measured())
    waits.sort()
    print(f"desk: {CASES} cases wait, {PAGES} pages are open, {CHANGES} changes, {1 / PAUSE:.0f} a second")
    print(
        f"a change is on a page after {waits[len(waits) // 2]:.3f} s (median), {waits[int(len(waits) * 0.99)]:.3f} s (99 of 100), {waits[-1]:.3f} s (last)"
    )
    print(f"server: {100 * cpu:.0f} % of a core; aim: under {AIM} s for 99 of 100\n")
