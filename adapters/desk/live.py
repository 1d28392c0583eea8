"""What changes at the desk is on every page that shows it: server-sent events, begun anew by the browser when they break.

The queue is sent whole at first and row by row afterwards; a case sends what is said, that it has changed, and its clocks:
they are the server's, so that no page shows a wait that is over.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from aiohttp import hdrs, web

from adapters.desk.bell import Bell, Silenced, typing_in
from adapters.desk.board import Board, Row
from adapters.desk.calls import calls_for
from adapters.desk.clocks import clocks_of, phase_of, seconds_of_phase
from adapters.desk.transcript import Mark, Spoken, Transcript, mark_of
from adapters.pages.pages import HEADERS, Pages, language_of
from adapters.pages.web_sessions import WebSessions
from bot import past
from bot.agents import NotAnAgent
from bot.case_file import Filed, case_of
from bot.domain.cases import Agent
from bot.domain.people import PersonId
from bot.domain.roster import ONE_TEAM, Roster
from bot.helpdesk import Helpdesk, Refused
from bot.ports.clock import Clock
from bot.ports.sessions import Session

GATHER = 0.1
"""Seconds in which what happens together is sent together."""
LOOK = 30.0
"""Seconds after which somebody's rights are looked at again, and the clocks on the page go on."""


@dataclass(frozen=True, slots=True)
class Event:
    name: str
    data: object
    id: str = ""

    def encoded(self) -> bytes:
        mark = b"id: %b\n" % self.id.encode() if self.id else b""
        return b"event: %b\n%bdata: %b\n\n" % (self.name.encode(), mark, orjson.dumps(self.data))


@dataclass(frozen=True, slots=True)
class LiveDesk:
    desk: Helpdesk
    board: Board
    transcript: Transcript
    bell: Bell
    pages: Pages
    web_sessions: WebSessions
    clock: Clock
    roster: Roster = ONE_TEAM

    async def queue(self, request: web.Request, session: Session) -> web.StreamResponse:
        await self.desk.agents.require(session.principal.id)
        events = self.of_queue(language_of(request, self.pages.words), request.query.get("team", ""))
        return await self.stream(request, events, session)

    async def calls(self, request: web.Request, session: Session) -> web.StreamResponse:
        agent = await self.desk.agents.require(session.principal.id)
        own = self.roster.own(await self.desk.agents.groups(agent.id))
        return await self.stream(request, self.of_calls(language_of(request, self.pages.words), agent, own), session)

    async def case(self, request: web.Request, session: Session) -> web.StreamResponse:
        number = int(request.match_info["number"])
        filed = await self.desk.seen_by(session.principal.id, number)
        language, who = language_of(request, self.pages.words), session.principal.id
        return await self.stream(request, self.of_case(language, who, number, filed, _after(request)), session)

    async def stream(
        self, request: web.Request, events: AsyncIterator[Iterable[Event]], session: Session
    ) -> web.StreamResponse:
        """Until the browser goes, the session ends or somebody is no agent any more: that is looked at with every batch."""
        answer = web.StreamResponse(
            headers={**HEADERS, hdrs.CONTENT_TYPE: "text/event-stream", "X-Accel-Buffering": "no"}
        )
        await answer.prepare(request)
        with suppress(ConnectionError, NotAnAgent, Refused, Silenced):
            async for batch in events:
                if await self.web_sessions.glance(request) is None:
                    await answer.write(Event("over", None).encoded())
                    break
                await self.desk.agents.require(session.principal.id)
                await answer.write(b"".join(event.encoded() for event in batch) or b":\n\n")
        return answer

    async def of_queue(self, language: str, team: str) -> AsyncIterator[Iterable[Event]]:
        """Of one team, or of all. What goes to another team is gone from there."""
        with self.bell.listening(is_case) as ear:
            while True:
                rows = await self.board.rows(language)
                yield (Event("all", [_row(row) for row in rows if team in ("", row.team)]),)
                while rung := await ear.wait(LOOK):
                    await asyncio.sleep(GATHER)
                    numbers = sorted(map(_number, rung | await ear.wait(0)))
                    changed = [(number, await self.board.row(number, language)) for number in numbers]
                    yield [
                        Event("row", _row(row)) if row and team in ("", row.team) else Event("gone", {"number": one})
                        for one, row in changed
                    ]

    async def of_calls(self, language: str, agent: Agent, own: Collection[str]) -> AsyncIterator[Iterable[Event]]:
        """Whole each time, it is short; where nothing has changed, with each look alone, so that a page hears that we are there."""
        with self.bell.listening(is_case) as ear:
            while True:
                sent: Mapping[str, object] | None = None
                rows = {row.number: row for row in await self.board.rows(language)}
                while True:
                    now = calls_for(str(agent.id), own, rows.values())
                    yield (Event("calls", now),) if now != sent else ()
                    sent = now
                    if not (rung := await ear.wait(LOOK)):
                        break
                    await asyncio.sleep(GATHER)
                    for number in map(_number, rung | await ear.wait(0)):
                        row = await self.board.row(number, language)
                        rows = {**rows, number: row} if row else {n: one for n, one in rows.items() if n != number}

    async def of_case(
        self, language: str, who: PersonId, number: int, filed: Filed, after: Mark
    ) -> AsyncIterator[Iterable[Event]]:
        """A conversation may join while somebody looks; another case of the person is news on this page as well."""
        theirs, concerned = past.of_person(filed.case.person), set[str]()
        with self.bell.listening(concerned.__contains__) as ear:
            seen: Filed | None = None
            rung: frozenset[str] = frozenset()
            while True:
                now, at = await self.desk.filed(number), self.clock.now()
                typing = {typing_in(chat) for chat in now.case.chats}
                concerned |= {case_of(number), theirs, *now.case.chats, *typing}
                spoken = await self.transcript.of(now, after)
                is_mine = now.holder is not None and now.holder.id == who
                after = mark_of(spoken[-1].mark) if spoken else after
                events = [
                    Event("line", {"html": self.line(language, now, one, is_mine=is_mine)}, one.mark) for one in spoken
                ]
                is_changed = seen is not None and (now != seen or theirs in rung)
                yield [*events, *([Event("changed", None)] if is_changed else []), self.clocks(language, now, at)]
                seen, ends = now, at + timedelta(seconds=min(LOOK, seconds_of_phase(now, at)))
                while (rung := await ear.wait(self.until(ends))) and rung <= typing:
                    yield (Event("typing", None),)
                if rung:
                    await asyncio.sleep(GATHER)

    def clocks(self, language: str, filed: Filed, at: datetime) -> Event:
        said = clocks_of(filed, at).items()
        words = {name: self.pages.words.phrase(language, text, facts) for name, (text, facts) in said}
        return Event("clocks", {"phase": phase_of(filed, at), "words": words})

    def until(self, moment: datetime) -> float:
        """Never longer than a look, whatever becomes of the clock."""
        return min(LOOK, max(0.0, (moment - self.clock.now()).total_seconds()))

    def line(self, language: str, filed: Filed, spoken: Spoken, *, is_mine: bool) -> str:
        facts = {"line": spoken, "case": filed.case, "is_mine": is_mine}
        return self.pages.part(language, "desk/line.html", facts)


def is_case(flow_id: str) -> bool:
    return flow_id.startswith("case:")


def _number(flow_id: str) -> int:
    return int(flow_id.partition(":")[2])


def _row(row: Row) -> dict[str, object]:
    return {"number": row.number, "rank": row.rank, "holder": row.holder, "html": row.html}


def _after(request: web.Request) -> Mark:
    """Where the page, or the stream before this one, had come to."""
    return mark_of(request.headers.get("Last-Event-ID") or request.query.get("after", ""))
