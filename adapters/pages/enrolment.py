"""The page of one's own authenticator app. It draws what `bot.enrolling` allows; the seed is in one response and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, get_args

import segno
from aiohttp import web

from adapters.identity.totp import provisioning_uri
from adapters.pages.pages import YES_OR_NO, Pages, form_given, language_of, one_of, to_page
from adapters.pages.signed_in import SignedIn
from adapters.pages.web_sessions import WebSessions
from bot.domain.errors import ProofRefused, SparekeyError
from bot.domain.secret import Secret
from bot.enrolling import Blocked, Enrolments, NotPermitted, Seen
from bot.enrolment import Change, Pending, Permitted
from bot.ports.clock import Clock
from bot.ports.sessions import Session

BASE = "/authenticator"
ISSUER = "Sparekey"
GROUP = 4


class FreshSignIn(Protocol):
    """Sends the browser to a fresh sign-in; it comes back to this page by itself."""

    async def enrol(self, request: web.Request, change: Change) -> web.StreamResponse: ...


@dataclass(frozen=True, slots=True)
class EnrolmentPage:
    enrolments: Enrolments
    pages: Pages
    web_sessions: WebSessions
    clock: Clock
    fresh: FreshSignIn

    def routes(self) -> list[web.AbstractRouteDef]:
        signed_in = SignedIn(self.web_sessions, self.refusal, lambda _: BASE)
        return [
            signed_in.get(BASE, self.look),
            signed_in.post(f"{BASE}/sign-in", self.sign_in),
            signed_in.post(f"{BASE}/seed", self.seed),
            signed_in.post(f"{BASE}/confirm", self.confirm),
            signed_in.post(f"{BASE}/remove", self.remove),
        ]

    async def refusal(self, request: web.Request, session: Session, why: SparekeyError) -> web.StreamResponse:
        """Unused, used, late and foreign permissions have the same answer: how it stands now.

        A form that was tapped twice is among the used ones, and its first tap may have changed something.
        """
        match why:
            case Blocked():
                return self.draw(request, session, "blocked.html", status=403)
            case NotPermitted():
                return self.standing(request, session, await self.enrolments.seen(session), ended=True, status=409)
            case _:
                raise why

    async def look(self, request: web.Request, session: Session) -> web.StreamResponse:
        """No side effect, whoever looks."""
        return self.standing(request, session, await self.enrolments.look(session))

    async def sign_in(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await form_given(request, session.csrf, "change")
        change = one_of(form["change"], get_args(Change))
        await self.enrolments.look(session)
        return await self.fresh.enrol(request, change)

    async def seed(self, request: web.Request, session: Session) -> web.StreamResponse:
        if await self.is_told_to(request, session):
            return self.draw(request, session, "insisted.html")
        return self.shown(request, session, await self.enrolments.make_seed(session))

    async def confirm(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await form_given(request, session.csrf, "code")
        try:
            await self.enrolments.confirm(session, form["code"])
        except ProofRefused:
            seen = await self.enrolments.look(session)
            if not isinstance(seen.under_way, Pending):
                raise NotPermitted from None
            facts = {"ended": False, "wrong": True, "tries_left": seen.under_way.tries_left}
            return self.draw(request, session, "confirm.html", facts, status=422)
        return to_page(BASE)

    async def remove(self, request: web.Request, session: Session) -> web.StreamResponse:
        if await self.is_told_to(request, session):
            return self.draw(request, session, "insisted.html")
        await self.enrolments.remove(session)
        return to_page(BASE)

    async def is_told_to(self, request: web.Request, session: Session) -> bool:
        """Did somebody tell you to do this? Yes ends it here."""
        form = await form_given(request, session.csrf, "somebody")
        insists = one_of(form["somebody"], YES_OR_NO) == "yes"
        if insists:
            await self.enrolments.insisted(session, language_of(request, self.pages.words))
        return insists

    # drawing

    def standing(
        self, request: web.Request, session: Session, seen: Seen, *, ended: bool = False, status: int = 200
    ) -> web.Response:
        """`ended`: what was just posted did nothing any more."""
        facts: dict[str, object] = {"ended": ended, "enrolled": seen.enrolled}
        match seen.under_way:
            case Permitted(change=change):
                return self.draw(request, session, "question.html", facts | {"change": change}, status=status)
            case Pending(tries_left=left):
                facts |= {"wrong": False, "tries_left": left}
                return self.draw(request, session, "confirm.html", facts, status=status)
            case None:
                usable_from = seen.enrolled.usable_from if seen.enrolled else None
                rests = usable_from is not None and self.clock.now() < usable_from
                return self.draw(request, session, "overview.html", facts | {"rests": rests}, status=status)

    def shown(self, request: web.Request, session: Session, seed: Secret) -> web.Response:
        text = seed.open_to("show")
        address = provisioning_uri(text, session.principal.name, ISSUER)
        facts: dict[str, object] = {
            "groups": [text[start : start + GROUP] for start in range(0, len(text), GROUP)],
            "address": address,
            "qr": segno.make_qr(address, error="m").png_data_uri(scale=4, border=4, dark="#000", light="#fff"),
        }
        return self.draw(request, session, "seed.html", facts)

    def draw(
        self,
        request: web.Request,
        session: Session,
        template: str,
        facts: Mapping[str, object] | None = None,
        *,
        status: int = 200,
    ) -> web.Response:
        about = {"base": BASE, "csrf": session.csrf, "name": session.principal.name, **(facts or {})}
        return self.pages.draw(request, f"enrol/{template}", about, status=status)
