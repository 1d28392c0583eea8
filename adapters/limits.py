"""A bucket of tokens for each caller, so that one conversation cannot take the air from the others."""

import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

CALLERS = 20_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Seats:
    """So many callers at a time, and each of them once: for what takes memory while it lasts."""

    def __init__(self, seats: int) -> None:
        self._seats = seats
        self._taken: set[str] = set()

    @contextmanager
    def seated(self, caller: str) -> Iterator[bool]:
        """Whether there was a seat; it is given back at the end."""
        if caller in self._taken or len(self._taken) >= self._seats:
            yield False
            return
        self._taken.add(caller)
        try:
            yield True
        finally:
            self._taken.discard(caller)


class Buckets:
    """`burst` at once, `rate` a second after that. Kept in memory: it guards the process, not the secrets."""

    def __init__(self, burst: float, rate: float) -> None:
        self._burst, self._rate = burst, rate
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, caller: str) -> float:
        """Seconds until the caller may come back; 0 lets it in now."""
        now = time.monotonic()
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = _Bucket(self._burst, now)
            if len(self._buckets) > CALLERS:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(caller)  # who came last is forgotten last
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.left < 1:
            return (1 - bucket.left) / self._rate
        bucket.left -= 1
        return 0.0
