"""A picture that the person has sent, for the agent who has their case: one answer, kept by nobody on its way."""

from dataclasses import dataclass

from aiohttp import hdrs, web

from adapters.desk.addresses import CASE, number_of
from adapters.desk.pages import DeskPages
from adapters.pages.pages import HEADERS
from bot.ports.sessions import Session
from bot.seeing_pictures import SeeingPictures

ALONE = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What was sent is drawn and nothing else, whatever a browser would like to see in it."""
KINDS = {"png": ("image/png", "picture.png"), "jpeg": ("image/jpeg", "picture.jpg")}


@dataclass(frozen=True, slots=True)
class PicturePages:
    desk: DeskPages
    seeing: SeeingPictures

    def routes(self) -> list[web.AbstractRouteDef]:
        path = f"{CASE}/pictures/{{picture:[\\w-]{{16}}}}"
        return [self.desk.signed_in.get(path, self.look)]

    async def look(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Shown in its place and not as a file to save: that would be kept."""
        name = request.match_info["picture"]
        picture = await self.seeing.open(session.principal.id, number_of(request), name)
        kind, file = KINDS[picture.kind]
        headers = {**ALONE, hdrs.CONTENT_DISPOSITION: f'inline; filename="{file}"'}
        return web.Response(body=picture.body, content_type=kind, headers=headers)
