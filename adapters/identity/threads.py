"""A few threads for calls that block: whoever is called may fall silent, and holds up nobody but those who call it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

T = TypeVar("T")


class NoThreadFree(Exception):
    """As many calls are under way as there may be; nobody waits for a place."""


class Threads:
    """A call that nobody waits for any more keeps its place until it has really ended: there are never more than `most`."""

    def __init__(self, name: str, most: int, patience: float) -> None:
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=name)
        self._free = BoundedSemaphore(most)
        self._patience = patience

    async def run(self, call: Callable[[], T]) -> T:
        """Raises NoThreadFree at once, TimeoutError, and whatever the call raises."""
        if not self._free.acquire(blocking=False):
            raise NoThreadFree
        try:
            work = self._pool.submit(call)
        except RuntimeError:  # it is closed
            self._free.release()
            raise NoThreadFree from None
        work.add_done_callback(self._ended)
        async with asyncio.timeout(self._patience):
            return await asyncio.wrap_future(work)

    def close(self) -> None:
        """Nothing new begins. What is under way ends by the patience of its own connection; the process waits for that."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ended(self, _work: Future[T]) -> None:
        self._free.release()
