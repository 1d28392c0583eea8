"""One line to the ticket system: few calls at once, each of them short, and silence for a while after one that failed.

So a system that is down or slow holds up nothing else that is owed, and one that refuses us does not lock our account.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import aiohttp
from aiohttp import hdrs
from yarl import URL

from adapters.bounded import read_at_most
from adapters.retry_after import retry_after
from bot.domain.errors import ChannelBusy, TicketsRefuse
from bot.ports.clock import Clock

AT_ONCE = 4
IN_QUEUE, PATIENCE = 1.5, 8.0
"""Seconds: for which one waits for its turn, and that one call may take. Two calls fit into the time that an effect has."""
LARGEST_ANSWER = 64 * 1024
QUIET = timedelta(seconds=10)
QUIET_WHEN_REFUSED = timedelta(minutes=1)
LONGEST_QUIET = 300.0
BUSY = {408, 425, 429}
REFUSALS: Mapping[int, str] = {
    401: "it does not know us (401): SPAREKEY_TICKETS_USER or the secret is wrong",
    403: "our account may not do this (403): it needs the right to read and write tickets",
    404: "there is nothing at this address (404): SPAREKEY_TICKETS_URL or _TABLE is wrong, or the ticket is gone",
}


class Line:
    def __init__(self, http: aiohttp.ClientSession, clock: Clock, patience: float = PATIENCE) -> None:
        self._http, self._clock, self._patience = http, clock, patience
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._quiet_until: datetime | None = None
        self._refused = ""

    async def ask(self, method: str, url: URL, headers: Mapping[str, str], body: bytes | None = None) -> bytes:
        """What was answered with success. Raises ChannelBusy, TicketsRefuse."""
        try:
            async with asyncio.timeout(IN_QUEUE):
                await self._turns.acquire()
        except TimeoutError:
            raise ChannelBusy(QUIET.total_seconds(), "queue") from None
        try:
            self._require_voice()
            return await self._call(method, url, headers, body)
        finally:
            self._turns.release()

    def _require_voice(self) -> None:
        left = (self._quiet_until - self._clock.now()).total_seconds() if self._quiet_until else 0.0
        if left <= 0:
            return
        if self._refused:
            raise TicketsRefuse(self._refused)
        raise ChannelBusy(left, "quiet")

    async def _call(self, method: str, url: URL, headers: Mapping[str, str], body: bytes | None) -> bytes:
        """No redirect is followed: it would carry our secret, or a ticket, to where nobody meant it to go."""
        try:
            async with (
                asyncio.timeout(self._patience),
                self._http.request(method, url, headers=headers, data=body, allow_redirects=False) as answer,
            ):
                self._judge(answer)
                body = await read_at_most(answer.content, LARGEST_ANSWER)
        except (aiohttp.ClientError, TimeoutError) as error:
            self._be_quiet(QUIET)
            raise ChannelBusy(QUIET.total_seconds(), type(error).__name__) from None
        if len(body) > LARGEST_ANSWER:
            raise TicketsRefuse("its answer is too long")
        return body

    def _judge(self, answer: aiohttp.ClientResponse) -> None:
        status = answer.status
        if 200 <= status < 300:  # noqa: PLR2004
            return
        if status in BUSY or status >= 500:  # noqa: PLR2004
            asked = retry_after(answer.headers.get(hdrs.RETRY_AFTER), self._clock.now())
            wait = QUIET.total_seconds() if asked is None else min(asked, LONGEST_QUIET)
            self._be_quiet(timedelta(seconds=wait))
            raise ChannelBusy(wait, f"status {status}")
        elsewhere = f"it sends us elsewhere ({status}): SPAREKEY_TICKETS_URL is not its own address"
        why = elsewhere if status < 400 else REFUSALS.get(status, f"it does not take what we send ({status})")  # noqa: PLR2004
        if status in {401, 403}:
            self._be_quiet(QUIET_WHEN_REFUSED, why)
        raise TicketsRefuse(why)

    def _be_quiet(self, how_long: timedelta, refused: str = "") -> None:
        self._quiet_until, self._refused = self._clock.now() + how_long, refused
