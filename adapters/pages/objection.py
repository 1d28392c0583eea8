"""The page behind "This was not me": looking does nothing, one button freezes."""

from dataclasses import dataclass

from aiohttp import web

from adapters.pages.pages import Pages, form_of, require_same_origin
from bot.objection import Objection, Objections, UnknownNotice


@dataclass(frozen=True, slots=True)
class ObjectionPage:
    objections: Objections
    pages: Pages

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.get("/not-me/{link}", self.look, allow_head=False), web.post("/not-me/{link}", self.freeze)]

    async def look(self, request: web.Request) -> web.Response:
        try:
            objection = self.objections.read(request.match_info["link"])
        except UnknownNotice:
            return self.pages.draw(request, "unlock/gone.html", {"base": ""}, status=404)
        return self.pages.draw(request, "not_me.html", _facts(objection))

    async def freeze(self, request: web.Request) -> web.Response:
        require_same_origin(request)
        await form_of(request)
        try:
            objection = self.objections.read(request.match_info["link"])
        except UnknownNotice:
            return self.pages.draw(request, "unlock/gone.html", {"base": ""}, status=404)
        await self.objections.raise_(objection)
        return self.pages.draw(request, "not_me_done.html", _facts(objection))


def _facts(objection: Objection) -> dict[str, object]:
    return {"device": objection.device_name, "device_id": objection.device_id}
