"""Remembers flows: state, event ids, owed effects, history and audit, in one transaction a turn."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.domain.audit import Fact, Record
from bot.domain.people import PersonId

Lane = str
"""`say` keeps its order within a flow; `deed` does not wait for speech; `wake:NAME` is replaced by its namesake."""

SAY: Lane = "say"
DEED: Lane = "deed"
PASSING = "network"
"""The kind of flow that is forgotten once nothing has happened to it for a while: strangers make them, as many as they like."""
PAST = "past"
"""The kind of flow that is about one person, `past:PERSON`: it goes when they are erased."""
Queue = Literal["speech", "deeds"]
"""What is claimed by itself. Timers are deeds here; neither may wait for speech, which may wait for a slow channel."""


def wake(name: str) -> Lane:
    return f"wake:{name}"


class StaleFlow(Exception):
    """Somebody else saved this flow first."""


class AlreadySeen(Exception):
    """The event was applied before; nothing was changed."""


class NotOwed(Exception):
    """The effect to be settled is no longer owed: settled elsewhere, or taken back. Nothing was changed."""


class StoreUnavailable(Exception):
    """Nothing was written, so nothing may be shown: the disk is full, or the database is gone."""


@dataclass(frozen=True, slots=True)
class Saved:
    state: str
    version: int


@dataclass(frozen=True, slots=True)
class Owing:
    """An effect about to be owed. `body` None only clears the lane (a timer taken back)."""

    lane: Lane
    body: str | None
    due: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """An effect that is owed. Its id is `FLOW_ID/VERSION.N`: the same after a crash, so deeds can be idempotent on it."""

    id: str
    flow_id: str
    lane: Lane
    body: str
    attempts: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything one event changed. `over` is the version it was worked out from; 0 for a flow that is new.

    `leaves_speech`: what it says is not leased to the caller, but left to whoever claims speech.
    """

    flow_id: str
    over: int
    state: str
    event_id: str
    at: datetime
    owes: tuple[Owing, ...] = ()
    settles: str | None = None
    lines: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    leaves_speech: bool = False


@dataclass(frozen=True, slots=True)
class Committed:
    """`owed`: the effects of this turn that are due now, already leased to the caller. `seqs`: its history lines."""

    version: int
    owed: tuple[Owed, ...]
    seqs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """`seqs`: the history lines written with it. `more`: the flow owes other speech that may now have its turn."""

    seqs: tuple[int, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a conversation's history, redacted before it came here. `seq` counts from 1 without gaps."""

    seq: int
    at: datetime
    body: str


class Store(Protocol):
    """One method, one transaction. What has returned is durable."""

    async def load(self, flow_id: str) -> Saved | None: ...

    async def was_seen(self, flow_id: str, event_id: str) -> bool: ...

    async def commit(self, turn: Turn, lease: float) -> Committed:
        """All of the turn or nothing. Raises StaleFlow, AlreadySeen, NotOwed.

        `wake:NAME` lanes hold one effect a flow: a newer one (or None) removes the older.
        Effects due now are leased for `lease` seconds, except speech that is left or behind speech that is still owed.
        """

    async def settle(self, owed_id: str, at: datetime, lines: tuple[str, ...] = ()) -> Settled:
        """The effect was carried out and has no answer. Raises NotOwed."""

    async def postpone(self, owed_id: str, until: datetime) -> None:
        """Give the lease back; try again later, one attempt more.

        Of speech, the leases of what follows it in its flow are given back as well: it is free once this has been said.
        """

    async def claim(
        self,
        at: datetime,
        lease: float,
        *,
        queue: Queue | None = None,
        flow_id: str | None = None,
        limit: int = 50,
    ) -> tuple[Owed, ...]:
        """Lease what is due and unleased, oldest first; of a flow's speech only the first. Of both queues, if none is named."""

    async def inherit(self) -> None:
        """At the start: where only one process can own the store, what the one before it had leased is free again."""

    async def next_due(self) -> datetime | None: ...

    async def history(
        self, flow_id: str, after: int = 0, limit: int = 500, since: datetime | None = None
    ) -> tuple[Line, ...]:
        """In their order, what follows the line `after` and the last one that is older than `since`. What is older is not read."""

    async def flows(self, kind: str, after: str = "", limit: int = 500) -> Sequence[tuple[str, Saved]]:
        """Flows whose id begins with `kind:`, by id."""

    async def number(self, series: Literal["case"], owed_id: str) -> int:
        """The next number of a series; the same one again for the same `owed_id`."""

    def audit(self, after: int = 0) -> AsyncIterator[Record]:
        """In their order, those that follow the record `after`."""

    async def forget_person(self, person: PersonId) -> None:
        """Erase whom an alias of the audit stands for, and which cases they have had."""

    async def forget(
        self, at: datetime, history_before: datetime, seen_before: datetime, passing_before: datetime
    ) -> None:
        """Drop history lines and seen event ids that have expired, and passing flows that rest and owe nothing, whole."""

    async def close(self) -> None: ...
