"""ServiceNow's Table API, as far as it is documented and as awkward: on loopback, with its access rules and its forgiving queries."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

USER, PASSWORD = "sparekey", "correct horse battery"
Mood = Callable[[web.Request], web.StreamResponse | None]
COLUMNS = {
    "number", "short_description", "description", "urgency", "state", "work_notes", "close_code", "close_notes",
    "correlation_id", "correlation_display", "assignment_group",
}  # fmt: skip


def failure(status: int, message: str, **headers: str) -> web.Response:
    """The shape of every refusal there."""
    content = {"error": {"message": message, "detail": None}, "status": "failure"}
    return web.json_response(
        content, status=status, headers={name.replace("_", "-"): it for name, it in headers.items()}
    )


@dataclass
class ServiceNow:
    """`moods`: taken one a call, instead of the genuine answer. `loses`: so many writes happen and their answers never come.

    `holds`: nothing is answered until it is set.
    """

    base: str = ""
    tickets: list[dict[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    moods: list[Mood] = field(default_factory=list)
    columns: set[str] = field(default_factory=lambda: set(COLUMNS))
    loses: int = 0
    delay: float = 0.0
    holds: asyncio.Event | None = None
    after_write: Callable[[], None] = lambda: None

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((f"{request.method} {request.path_qs}", await request.text()))
        await asyncio.sleep(self.delay)
        if self.holds:
            await self.holds.wait()
        if self.moods and (answer := self.moods.pop(0)(request)) is not None:
            return answer
        expected = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            return failure(401, "User Not Authenticated")
        if request.match_info["table"] != "incident":
            return failure(400, f"Invalid table {request.match_info['table']}")
        handle = {"GET": self.look, "POST": self.make, "PATCH": self.change}[request.method]
        return await handle(request)

    async def look(self, request: web.Request) -> web.StreamResponse:
        if "id" in request.match_info:
            found = self.by_id(request)
            return web.json_response({"result": self.shown(found, request)}) if found else self.gone()
        found_all = list(self.tickets)
        for condition in request.query.get("sysparm_query", "").split("^"):
            name, is_it, value = condition.partition("=")
            if is_it and name in self.columns:  # what it does not understand it leaves out
                found_all = [one for one in found_all if one.get(name, "") == value]
        limit = int(request.query.get("sysparm_limit", "10000"))
        return web.json_response({"result": [self.shown(one, request) for one in found_all[:limit]]})

    async def make(self, request: web.Request) -> web.StreamResponse:
        number = len(self.tickets) + 1
        one = dict.fromkeys(self.columns, "") | {"sys_id": f"{number:032x}", "number": f"INC{10000 + number:07}"}
        if refusal := self.write(one, await request.json()):
            return refusal
        self.tickets.append(one)
        return self.answered(web.json_response({"result": self.shown(one, request)}, status=201))

    async def change(self, request: web.Request) -> web.StreamResponse:
        one = self.by_id(request)
        if one is None:
            return self.gone()
        if refusal := self.write(one, await request.json()):
            return refusal
        return self.answered(web.json_response({"result": self.shown(one, request)}))

    def write(self, one: dict[str, str], content: dict[str, str]) -> web.Response | None:
        after = one | {name: value for name, value in content.items() if name in self.columns and name != "work_notes"}
        if after["state"] == "6" and not (after["close_code"] and after["close_notes"]):
            return failure(403, "Operation Failed")  # a data policy
        one.update(after)
        if "work_notes" in content:
            self.notes.append((one["sys_id"], content["work_notes"]))
        return None

    def answered(self, answer: web.Response) -> web.Response:
        self.after_write()
        if self.loses:
            self.loses -= 1
            raise ConnectionResetError
        return answer

    def by_id(self, request: web.Request) -> dict[str, str] | None:
        return next((one for one in self.tickets if one["sys_id"] == request.match_info["id"]), None)

    @staticmethod
    def gone() -> web.Response:
        return failure(404, "No Record found")

    @staticmethod
    def shown(one: dict[str, str], request: web.Request) -> dict[str, str]:
        wanted = request.query.get("sysparm_fields")
        return {name: value for name, value in one.items() if wanted is None or name in wanted.split(",")}

    def note_lines(self) -> list[str]:
        return [line for _, note in self.notes for line in note.splitlines()]

    def writes(self) -> list[Any]:
        return [json.loads(body) for _, body in self.asked if body]


@asynccontextmanager
async def servicenow() -> AsyncIterator[ServiceNow]:
    there = ServiceNow()

    @web.middleware
    async def lost(request: web.Request, handler: Any) -> web.StreamResponse:
        try:
            answer: web.StreamResponse = await handler(request)
        except ConnectionResetError:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        return answer

    app = web.Application(middlewares=[lost])
    app.router.add_route("*", "/api/now/table/{table}", there.take)
    app.router.add_route("*", "/api/now/table/{table}/{id}", there.take)
    async with TestServer(app, host="127.0.0.1") as server:
        there.base = f"http://127.0.0.1:{server.port}"
        yield there
