"""Tickets in ServiceNow, by its Table API: looked up by our own id before one is made, each note in the change that counts it.

`correlation_id` holds our id and `correlation_display` how many entries are in: one PATCH writes state, notes and count, or nothing.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from aiohttp import hdrs
from yarl import URL

from adapters.tickets.line import PATIENCE, Line
from adapters.tickets.wording import Wording
from bot.domain.errors import ChannelBusy, TicketsRefuse
from bot.domain.secret import Secret
from bot.domain.tickets import Entry, Ticket, Written

FIELDS = "sys_id,number,correlation_id,correlation_display"
AFTER_A_LOST_ANSWER = 60.0
"""Seconds: whatever is still being written there has ended when we look again."""
STATES: Mapping[str, str] = {
    "waiting": "1",
    "call_back": "1",
    "not_waiting": "1",
    "taken": "2",
    "released": "2",
    "closed": "6",
}
URGENCIES: Mapping[str, str] = {"urgent": "1", "normal": "2"}
CLOSE_CODES: Mapping[bool, str] = {True: "Solution provided", False: "No resolution provided"}
_SYS_ID = re.compile(r"[0-9a-f]{32}")
_COUNT = re.compile(r"Sparekey (\d{1,6})")


@dataclass(frozen=True, slots=True)
class Instance:
    """`fields`: what your own forms ask for besides, such as an assignment group; given when a ticket is made."""

    url: str
    table: str
    user: str
    secret: Secret
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Found:
    written: Written
    count: int | None


class ServiceNow:
    def __init__(self, line: Line, instance: Instance, wording: Wording) -> None:
        self._line, self._instance, self._wording = line, instance, wording

    async def write(self, ticket: Ticket, entries: tuple[Entry, ...], written: Written | None) -> Written | None:
        found = await self._find(ticket, written)
        if found is None:
            content = {**self._instance.fields, **self._new(ticket), **self._change(ticket, entries)}
            return await self._made(content)
        missing = tuple(entry for entry in entries if found.count is None or entry.nth > found.count)
        if missing:
            await self._ask(hdrs.METH_PATCH, found.written.id, {}, self._change(ticket, missing))
        return found.written

    async def trouble(self) -> str:
        try:
            await self._ask(hdrs.METH_GET, "", {"sysparm_fields": FIELDS, "sysparm_limit": "1"})
        except (ChannelBusy, TicketsRefuse) as error:
            return str(error)
        return ""

    async def _find(self, ticket: Ticket, written: Written | None) -> _Found | None:
        """A condition that it does not understand it leaves out, and answers with the first ticket there is: so we compare."""
        if written is not None:
            return _found(await self._ask(hdrs.METH_GET, written.id, {"sysparm_fields": FIELDS}))
        query = f"correlation_id={ticket.id}^ORDERBYsys_created_on"
        asked = {"sysparm_query": query, "sysparm_fields": FIELDS, "sysparm_limit": "1"}
        result = await self._ask(hdrs.METH_GET, "", asked)
        if not isinstance(result, list):
            raise ChannelBusy(why="no list")
        if not result:
            return None
        first = result[0]
        if not isinstance(first, dict) or first.get("correlation_id") != ticket.id:
            raise TicketsRefuse(
                "its tickets cannot be found by correlation_id: the table has no such field, or we may not read it"
            )
        return _found(first)

    async def _made(self, content: Mapping[str, str]) -> Written:
        try:
            result = await self._ask(hdrs.METH_POST, "", {}, content)
        except ChannelBusy as error:
            raise ChannelBusy(max(error.after or 0.0, AFTER_A_LOST_ANSWER), str(error)) from None
        return _found(result).written

    def _new(self, ticket: Ticket) -> Mapping[str, str]:
        return {
            "correlation_id": ticket.id,
            "short_description": self._wording.title(ticket),
            "description": self._wording.description(ticket),
            "urgency": URGENCIES[ticket.urgency],
        }

    def _change(self, ticket: Ticket, entries: tuple[Entry, ...]) -> Mapping[str, str]:
        last = entries[-1]
        notes = "\n".join(self._wording.note(ticket, entry) for entry in entries)
        content = {"correlation_display": f"Sparekey {last.nth}", "state": STATES[last.stage], "work_notes": notes}
        if last.stage != "closed":
            return content
        return {**content, "close_code": CLOSE_CODES[last.outcome == "solved"], "close_notes": notes}

    async def _ask(
        self, method: str, sys_id: str, query: Mapping[str, str], content: Mapping[str, str] | None = None
    ) -> object:
        instance = self._instance
        path = f"/api/now/table/{instance.table}" + (f"/{sys_id}" if sys_id else "")
        url = URL(instance.url).with_path(path).with_query({"sysparm_exclude_reference_link": "true", **query})
        login = f"{instance.user}:{instance.secret.open_to('channel')}".encode()
        headers: dict[str, str] = {
            hdrs.AUTHORIZATION: f"Basic {base64.b64encode(login).decode()}",
            hdrs.ACCEPT: "application/json",
            hdrs.CONTENT_TYPE: "application/json",
        }
        body = await self._line.ask(method, url, headers, None if content is None else orjson.dumps(content))
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise ChannelBusy(PATIENCE, "not JSON") from None
        return answer.get("result") if isinstance(answer, dict) else None


def _found(result: object) -> _Found:
    """Raises ChannelBusy: an instance that is asleep or being changed answers with success and something else."""
    if not isinstance(result, dict):
        raise ChannelBusy(why="no ticket")
    sys_id, number, said = (result.get(name) for name in ("sys_id", "number", "correlation_display"))
    if not isinstance(sys_id, str) or not _SYS_ID.fullmatch(sys_id):
        raise ChannelBusy(why="no sys_id")
    counted = _COUNT.fullmatch(said) if isinstance(said, str) else None
    name = number if isinstance(number, str) and number else sys_id
    return _Found(Written(sys_id, name[:40]), int(counted[1]) if counted else None)
