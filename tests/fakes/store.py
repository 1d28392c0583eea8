"""A store in memory: every promise of the real ones but durability."""

import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.audit import FIRST_LINK, Fact, Record, canonical, link_after
from bot.domain.people import PersonId
from bot.ports.sessions import Session
from bot.ports.store import (
    DEED,
    PASSING,
    PAST,
    SAY,
    AlreadySeen,
    Committed,
    Line,
    NotOwed,
    Owed,
    Owing,
    Queue,
    Saved,
    Settled,
    StaleFlow,
    StoreUnavailable,
    Turn,
)

FIRST_NUMBER = 1001


@dataclass(slots=True)
class _Debt:
    """`free_at`: when it may be claimed, because it is due or because its lease has run out."""

    owed: Owed
    due: datetime
    free_at: datetime


class FakeStore:
    """No method awaits anything, so each is one transaction. `is_gone` makes the disk full until it is taken back."""

    def __init__(self) -> None:
        self.is_gone = False
        self._flows: dict[str, Saved] = {}
        self._moved_at: dict[str, datetime] = {}
        self._seen: dict[tuple[str, str], datetime] = {}
        self._debts: dict[str, _Debt] = {}
        self._lines: defaultdict[str, list[Line]] = defaultdict(list)
        self._heads: defaultdict[str, int] = defaultdict(int)
        self._records: list[Record] = []
        self._aliases: dict[PersonId, str] = {}
        self._numbers: dict[str, int] = {}

    async def load(self, flow_id: str) -> Saved | None:
        self._be_there()
        return self._flows.get(flow_id)

    async def was_seen(self, flow_id: str, event_id: str) -> bool:
        self._be_there()
        return (flow_id, event_id) in self._seen

    async def commit(self, turn: Turn, lease: float) -> Committed:
        self._be_there()
        self._refuse(turn)
        self._seen[turn.flow_id, turn.event_id] = turn.at
        self._flows[turn.flow_id] = Saved(turn.state, turn.over + 1)
        self._moved_at[turn.flow_id] = turn.at
        if turn.settles is not None:
            del self._debts[turn.settles]
        owed = self._owe(turn, timedelta(seconds=lease))
        seqs = self._write(turn.flow_id, turn.at, turn.lines)
        for fact in turn.facts:
            self._audit(turn.at, fact)
        return Committed(turn.over + 1, owed, seqs)

    async def settle(self, owed_id: str, at: datetime, lines: tuple[str, ...] = ()) -> Settled:
        self._be_there()
        if owed_id not in self._debts:
            raise NotOwed
        owed = self._debts.pop(owed_id).owed
        seqs = self._write(owed.flow_id, at, lines)
        return Settled(seqs, more=owed.lane == SAY and self._first_speech(owed.flow_id) is not None)

    async def postpone(self, owed_id: str, until: datetime) -> None:
        self._be_there()
        debt = self._debts.get(owed_id)
        if debt is None:
            return
        debt.owed, debt.due, debt.free_at = replace(debt.owed, attempts=debt.owed.attempts + 1), until, until
        if debt.owed.lane == SAY:
            for behind in self._speech_after(debt):
                behind.free_at = behind.due

    async def claim(
        self,
        at: datetime,
        lease: float,
        *,
        queue: Queue | None = None,
        flow_id: str | None = None,
        limit: int = 50,
    ) -> tuple[Owed, ...]:
        self._be_there()
        mine = [
            debt
            for debt in self._debts.values()
            if debt.free_at <= at
            and queue in {None, "speech" if debt.owed.lane == SAY else "deeds"}
            and flow_id in {None, debt.owed.flow_id}
            and self._has_its_turn(debt)
        ][:limit]
        for debt in mine:
            debt.free_at = at + timedelta(seconds=lease)
        return tuple(debt.owed for debt in mine)

    async def inherit(self) -> None:
        """It dies with its process, and so do the leases."""

    async def next_due(self) -> datetime | None:
        self._be_there()
        return min((debt.free_at for debt in self._debts.values() if self._has_its_turn(debt)), default=None)

    async def history(
        self, flow_id: str, after: int = 0, limit: int = 500, since: datetime | None = None
    ) -> tuple[Line, ...]:
        self._be_there()
        lines = self._lines[flow_id]
        first = max((line.seq for line in lines if since and line.at < since), default=0)
        return tuple(line for line in lines if line.seq > max(after, first))[:limit]

    async def flows(self, kind: str, after: str = "", limit: int = 500) -> Sequence[tuple[str, Saved]]:
        self._be_there()
        return [one for one in sorted(self._flows.items()) if one[0].startswith(f"{kind}:") and one[0] > after][:limit]

    async def number(self, series: Literal["case"], owed_id: str) -> int:
        self._be_there()
        return self._numbers.setdefault(owed_id, FIRST_NUMBER + len(self._numbers))

    async def audit(self, after: int = 0) -> AsyncIterator[Record]:
        self._be_there()
        for record in tuple(self._records[after:]):
            yield record

    async def forget_person(self, person: PersonId) -> None:
        self._be_there()
        self._aliases.pop(person, None)
        past = f"{PAST}:{person}"
        self._flows.pop(past, None)
        self._moved_at.pop(past, None)
        self._seen = {one: at for one, at in self._seen.items() if one[0] != past}
        self._debts = {name: debt for name, debt in self._debts.items() if debt.owed.flow_id != past}

    async def forget(
        self, at: datetime, history_before: datetime, seen_before: datetime, passing_before: datetime
    ) -> None:
        self._be_there()
        for lines in self._lines.values():
            lines[:] = [line for line in lines if line.at >= history_before]
        self._seen = {event: seen_at for event, seen_at in self._seen.items() if seen_at >= seen_before}
        for flow_id in tuple(self._flows):
            if (
                flow_id.startswith(f"{PASSING}:")
                and self._moved_at[flow_id] < passing_before
                and not self._owes(flow_id)
            ):
                del self._flows[flow_id]
                self._seen = {event: seen_at for event, seen_at in self._seen.items() if event[0] != flow_id}

    def _owes(self, flow_id: str) -> bool:
        return any(debt.owed.flow_id == flow_id for debt in self._debts.values())

    async def close(self) -> None:
        self.is_gone = True

    def _be_there(self) -> None:
        if self.is_gone:
            raise StoreUnavailable

    def _refuse(self, turn: Turn) -> None:
        if (turn.flow_id, turn.event_id) in self._seen:
            raise AlreadySeen
        saved = self._flows.get(turn.flow_id)
        if turn.over != (saved.version if saved else 0):
            raise StaleFlow
        if turn.settles is not None and turn.settles not in self._debts:
            raise NotOwed

    def _owe(self, turn: Turn, lease: timedelta) -> tuple[Owed, ...]:
        waits = turn.leaves_speech or self._first_speech(turn.flow_id) is not None
        mine: list[_Debt] = []
        for n, owing in enumerate(turn.owes):
            if owing.lane not in {SAY, DEED}:
                self._clear(turn.flow_id, owing.lane)
            if owing.body is None:
                continue
            debt = _Debt(_owed(turn, n, owing, owing.body), owing.due, owing.due)
            self._debts[debt.owed.id] = debt
            if owing.due <= turn.at and not (waits and owing.lane == SAY):
                debt.free_at = turn.at + lease
                mine.append(debt)
        return tuple(debt.owed for debt in mine if debt.owed.id in self._debts)

    def _clear(self, flow_id: str, lane: str) -> None:
        for debt in tuple(self._debts.values()):
            if (debt.owed.flow_id, debt.owed.lane) == (flow_id, lane):
                del self._debts[debt.owed.id]

    def _has_its_turn(self, debt: _Debt) -> bool:
        return debt.owed.lane != SAY or debt.owed == self._first_speech(debt.owed.flow_id)

    def _first_speech(self, flow_id: str) -> Owed | None:
        return next((debt.owed for debt in self._speech(flow_id)), None)

    def _speech_after(self, first: _Debt) -> list[_Debt]:
        speech = list(self._speech(first.owed.flow_id))
        return speech[speech.index(first) + 1 :]

    def _speech(self, flow_id: str) -> Iterator[_Debt]:
        """In the order in which it was owed."""
        return (debt for debt in self._debts.values() if (debt.owed.flow_id, debt.owed.lane) == (flow_id, SAY))

    def _write(self, flow_id: str, at: datetime, lines: tuple[str, ...]) -> tuple[int, ...]:
        last = self._heads[flow_id]
        self._lines[flow_id] += [Line(seq, at, body) for seq, body in enumerate(lines, last + 1)]
        self._heads[flow_id] = last + len(lines)
        return tuple(range(last + 1, last + len(lines) + 1))

    def _audit(self, at: datetime, fact: Fact) -> None:
        seq, previous = len(self._records) + 1, self._records[-1].link if self._records else FIRST_LINK
        alias = self._aliases.setdefault(fact.person, secrets.token_hex(16)) if fact.person else None
        line = canonical(seq, at, fact, alias)
        self._records.append(Record(seq, line, link_after(previous, line)))


class FakeSessions:
    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    async def begin(self, session: Session) -> None:
        self._sessions[session.id] = session

    async def find(self, session_id: str, at: datetime) -> Session | None:
        session = self._sessions.get(session_id)
        if session is not None and session.is_over(at):
            del self._sessions[session_id]
            return None
        return session

    async def touch(self, session_id: str, at: datetime) -> None:
        session = await self.find(session_id, at)
        if session is not None and at > session.seen_at:
            self._sessions[session_id] = replace(session, seen_at=at)

    async def speaks_in(self, session_id: str, chat: str) -> None:
        if session_id in self._sessions:
            self._sessions[session_id] = replace(self._sessions[session_id], chat=chat)

    async def end(self, session_id: str) -> None:
        self._sessions.pop(session_id, None)

    async def end_all(self, person: PersonId) -> tuple[str, ...]:
        ended = tuple(session.id for session in self._sessions.values() if session.principal.id == person)
        for session_id in ended:
            await self.end(session_id)
        return ended


def _owed(turn: Turn, n: int, owing: Owing, body: str) -> Owed:
    return Owed(f"{turn.flow_id}/{turn.over + 1}.{n}", turn.flow_id, owing.lane, body, 0, turn.at)
