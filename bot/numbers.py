"""How it goes, in numbers: counted out of the audit as it grows, never out of the whole of it twice, and about nobody in particular.

What comes out are days, weeks and counts under names that stand in our own code.
"""

import asyncio
from datetime import timedelta

from bot.domain.overview import KINDS, WEEKS, Overview, monday
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.tally import Tally, read

A_WEEK = timedelta(weeks=1)


class Numbers:
    """Remembers up to which record it has counted. It begins anew with the process; nothing of it is stored."""

    def __init__(self, store: Store, clock: Clock, tags: tuple[str, ...] = ()) -> None:
        """`tags`: those that cases may have."""
        self._store, self._clock = store, clock
        self._tally, self._counted, self._one_at_a_time = Tally({**KINDS, "tags": tags}), 0, asyncio.Lock()

    async def look(self) -> Overview:
        async with self._one_at_a_time:
            now = self._clock.now()
            first = monday(now.date()) - timedelta(weeks=WEEKS - 1)
            async for record in self._store.audit(self._counted):
                told = read(record.line)
                if told.at.date() >= first - A_WEEK:
                    self._tally.count(told)
                self._counted = record.seq
            self._tally.forget(first, now)
            return self._tally.picture(first, now.date())
