"""The page behind "This was not me": looking does nothing, one button freezes and signs the person out everywhere."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from adapters.pages.pages import Pages, form_of, require_same_origin
from bot.domain.people import PersonId
from bot.objection import Objection, Objections, OldNotice, UnknownNotice


@dataclass(frozen=True, slots=True)
class ObjectionPage:
    objections: Objections
    pages: Pages
    end_sessions: Callable[[PersonId], Awaitable[None]]

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.get("/not-me/{link}", self.look, allow_head=False), web.post("/not-me/{link}", self.freeze)]

    async def look(self, request: web.Request) -> web.Response:
        objection = self._read(request)
        if isinstance(objection, web.Response):
            return objection
        return self.pages.draw(request, "not_me.html", await self._facts(objection))

    async def freeze(self, request: web.Request) -> web.Response:
        require_same_origin(request)
        await form_of(request)
        objection = self._read(request)
        if isinstance(objection, web.Response):
            return objection
        try:
            await self.objections.raise_(objection)
        finally:
            await self.end_sessions(objection.person)  # also where nobody could be alarmed: a thief may sit in one
        return self.pages.draw(request, "not_me_done.html", await self._facts(objection))

    def _read(self, request: web.Request) -> Objection | web.Response:
        try:
            return self.objections.read(request.match_info["link"])
        except OldNotice:
            return self.pages.draw(request, "not_me_late.html", status=410)
        except UnknownNotice:
            return self.pages.draw(request, "unlock/gone.html", {"base": "", "to_human": ""}, status=404)

    async def _facts(self, objection: Objection) -> dict[str, object]:
        """A reader who is somebody else reads whose key it is, and nothing about themselves."""
        about: dict[str, object] = {"device": objection.device_name, "about": objection.about}
        if objection.reader == "person":
            return about | {"texts": "page.not_me", "name": ""}
        return about | {"texts": "page.not_them", "name": await self.objections.name_of(objection.person)}
