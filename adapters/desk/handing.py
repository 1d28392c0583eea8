"""The pages' forms by which a case goes on between agents. What is allowed is asked in `bot.handing_on`."""

from dataclasses import dataclass

from aiohttp import web

from adapters.desk.addresses import BASE, CASE, back_to_case, case_typed, number_of
from adapters.desk.pages import DeskPages
from adapters.pages.pages import form_given, to_page
from bot.handing_on import HandingOn
from bot.ports.sessions import Session


@dataclass(frozen=True, slots=True)
class HandingForms:
    desk: DeskPages
    handing: HandingOn

    def routes(self) -> list[web.AbstractRouteDef]:
        signed_in = self.desk.signed_in
        return [
            signed_in.post(f"{CASE}/note", self.note),
            signed_in.post(f"{CASE}/hand-over", self.hand_over),
            signed_in.post(f"{CASE}/to-team", self.to_team),
            signed_in.post(f"{CASE}/reopen", self.reopen),
            signed_in.post(f"{CASE}/merge", self.merge),
        ]

    async def note(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await form_given(request, session.csrf, "words", "form")
        await self.handing.note(session.principal.id, number_of(request), form["words"], form["form"][:40])
        return back_to_case(request)

    async def hand_over(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await form_given(request, session.csrf, "to", "words", "form")
        await self.handing.hand_over(
            session.principal.id, number_of(request), form["to"], form["words"], form["form"][:40]
        )
        return to_page(BASE)

    async def to_team(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await form_given(request, session.csrf, "team", "words", "form")
        await self.handing.to_team(
            session.principal.id, number_of(request), form["team"], form["words"], form["form"][:40]
        )
        return to_page(BASE)

    async def reopen(self, request: web.Request, session: Session) -> web.StreamResponse:
        await form_given(request, session.csrf)
        await self.handing.reopen(session.principal.id, number_of(request))
        return back_to_case(request)

    async def merge(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await form_given(request, session.csrf, "other")
        other = case_typed(form["other"])
        if not other:
            raise web.HTTPBadRequest
        await self.handing.merge(session.principal.id, number_of(request), other)
        return back_to_case(request)
