"""The desk's numbers over an audit of 100,000 records: the first look after a start, the next one, and one after a busy minute."""

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.store.sqlite import SqliteStore, open_file
from bot.numbers import Numbers
from tests.desk.months import fill
from tests.fakes.clock import FakeClock

LOCK_OUTS, NOW = 11_500, datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
AIM = 0.1


async def measured(folder: Path) -> tuple[int, list[float]]:
    file = open_file(folder / "sparekey.db")
    store, looks = SqliteStore(file), list[float]()
    count = await fill(store, NOW, LOCK_OUTS)
    numbers = Numbers(store, FakeClock(NOW + timedelta(hours=1)))
    for more in (0, 0, 100):
        if more:
            await fill(store, NOW + timedelta(minutes=30), more, weeks=1)
        begun = time.perf_counter()
        await numbers.look()
        looks.append(time.perf_counter() - begun)
    await store.close()
    return count, looks


def run() -> None:
    with tempfile.TemporaryDirectory() as folder:
        count, (first, next_, busy) = asyncio.run(measured(Path(folder)))
    print(f"numbers of the desk over {count:,} records: first look {first:.2f} s, next {next_ * 1000:.0f} ms")
    print(f"  after 100 more lock-outs {busy * 1000:.0f} ms (aim: {AIM * 1000:.0f} ms; the first is the only long one)")
