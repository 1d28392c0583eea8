"""One SQLite file and the one thread that writes it: many jobs share a transaction, and none is answered before it is durable."""

import asyncio
import re
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from bot.ports.store import StoreUnavailable

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]
_Waiting = tuple[Job[Any], "asyncio.Future[Any]"]
_Answer = tuple["asyncio.Future[Any]", object, Exception | None]
BATCH = 256


class NewerDatabase(Exception):
    """The file was written by a later version of this program."""


class SqliteFile:
    """`run` hands a job to the writer. A job that raises is undone alone; a commit that fails fails all of its batch."""

    def __init__(self, path: Path, migrations: Traversable) -> None:
        self._path, self._migrations = path, migrations
        self._jobs: deque[_Waiting] = deque()
        self._emptying: list[asyncio.Future[None]] = []
        self._wake = threading.Condition()
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._connection = self._open()
        self._thread = threading.Thread(target=self._work, name=f"writer of {path.name}", daemon=True)
        self._thread.start()

    async def run(self, job: Job[T]) -> T:
        future: asyncio.Future[T] = self._loop.create_future()
        with self._wake:
            if self._closing:
                raise StoreUnavailable
            self._jobs.append((job, future))
            self._wake.notify()
        return await future

    async def execute(self, statement: str, values: tuple[object, ...] = ()) -> int:
        """One statement; says how many rows it changed."""
        return await self.run(lambda db: db.execute(statement, values).rowcount)

    async def empty_log(self) -> None:
        """What was deleted is gone from the write-ahead log too, not only from the pages."""
        future: asyncio.Future[None] = self._loop.create_future()
        with self._wake:
            if self._closing:
                raise StoreUnavailable
            self._emptying.append(future)
            self._wake.notify()
        await future

    async def close(self) -> None:
        with self._wake:
            self._closing = True
            self._wake.notify()
        await asyncio.to_thread(self._thread.join)
        self._connection.close()

    # on the writer's thread

    def _work(self) -> None:
        while True:
            batch, emptying = self._next_batch()
            if not batch and not emptying:
                return
            answers = self._in_one_transaction(batch) if batch else []
            answers += [(future, None, self._checkpoint()) for future in emptying]
            self._loop.call_soon_threadsafe(_hand_out, answers)

    def _next_batch(self) -> tuple[list[_Waiting], list["asyncio.Future[None]"]]:
        """Both empty: the file is closed and nothing is left to do."""
        with self._wake:
            while not self._jobs and not self._emptying and not self._closing:
                self._wake.wait()
            emptying, self._emptying = self._emptying, []
            return [self._jobs.popleft() for _ in range(min(len(self._jobs), BATCH))], emptying

    def _checkpoint(self) -> Exception | None:
        try:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            return StoreUnavailable(type(error).__name__)
        return None

    def _in_one_transaction(self, batch: list[_Waiting]) -> list[_Answer]:
        """At first without a safety net; a job that raises is rare, and then all are done again, each undone alone."""
        try:
            try:
                return self._all_or_none(batch)
            except sqlite3.OperationalError:
                raise
            except Exception:  # noqa: BLE001 - which job it was shows when each has a savepoint
                self._connection.execute("ROLLBACK")
                return self._one_by_one(batch)
        except sqlite3.Error as error:
            self._roll_back()
            unavailable = StoreUnavailable(type(error).__name__)
            return [(future, None, unavailable) for _, future in batch]

    def _all_or_none(self, batch: list[_Waiting]) -> list[_Answer]:
        self._connection.execute("BEGIN IMMEDIATE")
        answers: list[_Answer] = [(future, job(self._connection), None) for job, future in batch]
        self._connection.execute("COMMIT")
        return answers

    def _one_by_one(self, batch: list[_Waiting]) -> list[_Answer]:
        self._connection.execute("BEGIN IMMEDIATE")
        answers: list[_Answer] = [(future, *self._one(job)) for job, future in batch]
        self._connection.execute("COMMIT")
        return answers

    def _one(self, job: Job[Any]) -> tuple[object, Exception | None]:
        self._connection.execute("SAVEPOINT job")
        try:
            answer, refusal = job(self._connection), None
        except sqlite3.OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - handed to whoever asked
            answer, refusal = (
                None,
                StoreUnavailable(type(error).__name__) if isinstance(error, sqlite3.Error) else error,
            )
            self._connection.execute("ROLLBACK TO job")
        self._connection.execute("RELEASE job")
        return answer, refusal

    def _roll_back(self) -> None:
        """The writer outlives whatever the disk does; a connection that cannot even roll back is tried again next time."""
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    # at the start

    def _open(self) -> sqlite3.Connection:
        self._path.touch(mode=0o600, exist_ok=True)
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, cached_statements=256)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "temp_store=MEMORY",
            "busy_timeout=5000",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        self._migrate(connection)
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        """Numbered files, each applied once, all in one transaction."""
        steps = sorted(
            (step for step in self._migrations.iterdir() if step.name.endswith(".sql")), key=lambda step: step.name
        )
        connection.execute("BEGIN IMMEDIATE")
        done: int = connection.execute("PRAGMA user_version").fetchone()[0]
        if done > len(steps):
            raise NewerDatabase(f"{self._path.name} is at version {done}, this program at {len(steps)}")
        for step in steps[done:]:
            for statement in re.split(r";\s*(?:\n|$)", step.read_text("utf-8")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(steps)}")
        connection.execute("COMMIT")


def _hand_out(answers: list[tuple["asyncio.Future[Any]", object, Exception | None]]) -> None:
    for future, answer, refusal in answers:
        if future.cancelled():
            continue
        if refusal is None:
            future.set_result(answer)
        else:
            future.set_exception(refusal)
