"""The pages' forms that bring somebody nearer to a key. What is allowed is asked in `bot.releasing` and `bot.lifting`."""

from dataclasses import dataclass
from typing import get_args

from aiohttp import web

from adapters.desk.addresses import CASE, back_to_case, number_of
from adapters.desk.pages import DeskPages
from adapters.pages.pages import form_given, one_of
from bot.domain import desk_code
from bot.domain.release import HowSure
from bot.lifting import Lifting, WhyThawed
from bot.ports.sessions import Session
from bot.releasing import Releasing


@dataclass(frozen=True, slots=True)
class ReleaseForms:
    desk: DeskPages
    releasing: Releasing
    lifting: Lifting

    def routes(self) -> list[web.AbstractRouteDef]:
        signed_in = self.desk.signed_in
        return [
            signed_in.post(f"{CASE}/thaw", self.thaw),
            signed_in.post(f"{CASE}/remove-app", self.remove_app),
            signed_in.post(f"{CASE}/release", self.release),
            signed_in.post(f"{CASE}/agree", self.agree),
            signed_in.post(f"{CASE}/withdraw", self.withdraw),
            signed_in.post(f"{CASE}/code", self.code),
        ]

    async def thaw(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await self.desk.sent(request, session, "device", "reason")
        reason = one_of(form["reason"], get_args(WhyThawed))
        await self.lifting.thaw(session, number_of(request), form["device"], reason)
        return back_to_case(request)

    async def remove_app(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await self.desk.sent(request, session, "app")
        await self.lifting.remove_app(session, number_of(request), form["app"])
        return back_to_case(request)

    async def release(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await self.desk.sent(request, session, "key", "how", "note", "proof", "form")
        await self.releasing.propose(
            session,
            number_of(request),
            form["key"],
            one_of(form["how"], get_args(HowSure)),
            form["note"],
            form["form"][:40],
            phone_is_lost=one_of(form["proof"], ("own", "none")) == "none",
        )
        return back_to_case(request)

    async def agree(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await self.desk.sent(request, session, "release", "how", "note")
        how = one_of(form["how"], get_args(HowSure))
        await self.releasing.agree(session, number_of(request), form["release"], how, form["note"])
        return back_to_case(request)

    async def withdraw(self, request: web.Request, session: Session) -> web.StreamResponse:
        await form_given(request, session.csrf)
        await self.releasing.withdraw(session, number_of(request))
        return back_to_case(request)

    async def code(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The one response that holds it."""
        await self.desk.sent(request, session)
        number = number_of(request)
        code = await self.releasing.make_code(session, number)
        return self.desk.draw(request, session, "code.html", {"code": desk_code.shown(code), "number": number})
