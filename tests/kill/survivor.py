"""A person who does not give up: every step is tried again after the server died under it."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import aiohttp

from tests.app.visitor import Visitor, link_of, number_of, spoken
from tests.forked import FORKED
from tests.kill.victim import NEVER, live

T = TypeVar("T")
ENOUGH = 60.0


@dataclass
class Survivor:
    """`deaths`: at which write each life of the server ends, and whether before or after it."""

    folder: Path
    deaths: list[tuple[int, bool]]
    pushed: Any = field(default_factory=lambda: FORKED.Value("d", 0.0))
    lives: int = 0
    process: Any = None
    visitor: Visitor | None = None
    microsoft: str = ""
    tickets: str = ""

    async def __aenter__(self) -> Self:
        self.visitor = Visitor("", aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
        await self.begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.visitor:
            await self.visitor.http.close()
        self.end()

    @property
    def person(self) -> Visitor:
        assert self.visitor
        return self.visitor

    @property
    def has_died(self) -> int:
        return self.lives - 1

    async def begin(self) -> None:
        at, after = self.deaths[self.lives] if self.lives < len(self.deaths) else (NEVER, False)
        port_file = self.folder / f"port-{self.lives}"
        self.lives += 1
        self.process = FORKED.Process(
            target=live,
            args=(str(self.folder), str(port_file), self.pushed, at, after, self.microsoft, self.tickets),
            daemon=True,
        )
        self.process.start()
        while not port_file.exists():
            if not self.process.is_alive():
                self.process.join()
                await self.begin()
                return
            await asyncio.sleep(0.01)
        self.person.base = f"http://127.0.0.1:{port_file.read_text()}"

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()

    async def insist(self, step: Callable[[], Awaitable[T]]) -> T:
        """Until it has worked, whatever dies meanwhile."""
        end = time.monotonic() + ENOUGH
        while True:
            try:
                return await step()
            except (aiohttp.ClientError, ConnectionError, AssertionError, TimeoutError):
                if time.monotonic() > end:
                    raise
                await self.revive()

    async def revive(self) -> None:
        await asyncio.sleep(0.01)
        if not self.process.is_alive():
            self.process.join()
            await self.begin()

    async def hear(self, words: str, *, hurry: float = 0.0) -> dict[str, Any]:
        """`hurry`: seconds by which the clock is pushed on at every look."""
        end = time.monotonic() + ENOUGH
        while time.monotonic() < end:
            with suppress(aiohttp.ClientError, ConnectionError):
                await self.person.poll()
            for one in self.person.heard:
                if words in spoken(one) and one["from"]["role"] == "bot":
                    return one
            self.pushed.value += hurry
            await self.revive()
        raise AssertionError(f"never heard {words!r}: {[spoken(one) for one in self.person.heard]}")

    # the steps of a lock-out

    async def come_in(self, login: str) -> None:
        await self.insist(lambda: self.person.sign_in(login))
        await self.insist(self.person.enter)
        await self.hear("Hello")

    async def say(self, text: str) -> None:
        """The same words under the same id, until they have arrived."""
        self.person.sent += 1
        number = self.person.sent

        async def once() -> None:
            self.person.sent = number - 1
            await self.person.say(text)

        await self.insist(once)

    async def key_id(self, device: str) -> str:
        async def read() -> str:
            _, screen = await self.person.page(f"/demo/pc/{device}")
            found = re.search(r'data-key-id="([^"]+)"', screen)
            assert found
            return found[1]

        return await self.insist(read)

    async def prove(self, login: str) -> str:
        path = await self.prove_the_rest(login)
        await self.insist(lambda: self._posted(f"{path}/answer", {"somebody": "no"}))
        return path

    async def prove_the_rest(self, login: str) -> str:
        card = await self.hear("I have found the key")
        path, number = link_of(card), number_of(card)

        async def once() -> None:
            status, _ = await self.person.page(path)
            assert status == 200
            await self.person.page(f"{path}/claim", {})
            self.pushed.value += 31  # a code is good once
            await self.person.page(f"{path}/prove", {"number": number, "code": await self.person.code(login)})
            status, text = await self.person.page(path)
            assert status == 200
            assert 'name="code"' not in text, text

        await self.insist(once)
        return path

    async def ask(self, path: str) -> str:
        """The number that the person reads out."""

        async def once() -> str:
            _, text = await self.person.page(f"{path}/approval", {"whom": "first"})
            found = re.search(r'class="number"[^>]*>(\d\d)<', text)
            assert found, text
            return found[1]

        return await self.insist(once)

    async def be_approved(self, approver: str, number: str) -> None:
        """By somebody at the same browser. A sign-in that a dying server took is made again."""

        async def once() -> None:
            await self.person.sign_in(approver)
            headers = {"Accept": "text/html"}
            async with self.person.http.get(f"{self.person.base}/demo/phone/{approver}", headers=headers) as answer:
                found = re.search(r'href="[^"]*(/approve/[^"]+)"', await answer.text())
            assert found
            page = found[1]
            _, text = await self.person.page(page)
            if "You have approved it" in text:
                return  # it was given by an answer that never came back
            _, text = await self.person.page(f"{page}/sign-in", {"csrf": _csrf(text)})
            _, text = await self.person.page(f"{page}/approve", {"csrf": _csrf(text), "number": number})
            assert "You have approved it" in text, text

        await self.insist(once)

    async def opened(self, path: str) -> None:
        async def once() -> None:
            _, text = await self.person.page(path)
            assert "Is somebody telling you" in text, text

        await self.insist(once)
        await self.insist(lambda: self._posted(f"{path}/answer", {"somebody": "no"}))

    async def post(self, path: str, form: dict[str, str], words: str) -> None:
        async def once() -> None:
            _, text = await self.person.page(path, form)
            assert words in text, text

        await self.insist(once)

    async def _posted(self, path: str, form: dict[str, str]) -> None:
        status, _ = await self.person.page(path, form)
        assert status == 200


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found[1]
