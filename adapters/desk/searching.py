"""Find a computer by its Key ID, and what supervisors see of it: pages around `bot.searching`. No key comes here."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from aiohttp import web

from adapters.desk.addresses import BASE
from adapters.desk.pages import DeskPages
from adapters.pages.pages import form_given, one_of, to_page
from adapters.pages.signed_in import SignedIn
from bot.domain.errors import SparekeyError
from bot.domain.key_mask import mask_recovery_keys
from bot.domain.people import PersonId
from bot.helpdesk import Refused
from bot.oversight import KEPT, SEARCHES_A_SHIFT, WhySearched
from bot.ports.sessions import Session
from bot.searching import Deed, NotASupervisor, Searching

SEARCH, SEARCHES = f"{BASE}/search", f"{BASE}/searches"
SHOWN_AT_ONCE = 200
REASONS: tuple[WhySearched, ...] = get_args(WhySearched)
UNTYPED = {"key_id": "", "reason": "", "words": ""}


@dataclass(frozen=True, slots=True)
class SearchPages:
    """`has_supervisors`: without a group of them there is no page for them."""

    searching: Searching
    at_desk: DeskPages
    has_supervisors: bool

    def routes(self) -> list[web.AbstractRouteDef]:
        signed_in = self.at_desk.signed_in
        routes = [
            signed_in.get(SEARCH, self.form),
            signed_in.post(SEARCH, self.search),
            signed_in.post(f"{SEARCH}/open", self.open),
        ]
        if self.has_supervisors:
            watched = SignedIn(self.at_desk.web_sessions, self.refusal, lambda _: SEARCHES)
            routes.append(watched.get(SEARCHES, self.searches))
        return routes

    async def form(self, request: web.Request, session: Session) -> web.StreamResponse:
        await self.at_desk.desk.agents.require(session.principal.id)
        return await self.drawn(request, session, {"typed": UNTYPED})

    async def search(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The answer is this one response: whose computer it is stands in no address, and to look again is to search again."""
        form = await form_given(request, session.csrf, *UNTYPED)
        reason = one_of(form["reason"], REASONS)
        try:
            answer = await self.searching.search(session.principal.id, form["key_id"], reason, form["words"])
        except Refused as refused:
            if refused.why not in ("few_digits", "no_reason"):
                raise
            typed = {field: mask_recovery_keys(form[field]).text for field in UNTYPED}
            return await self.drawn(request, session, {"typed": typed, "problem": refused.why}, status=422)
        return await self.drawn(request, session, {"typed": UNTYPED, "answer": answer})

    async def open(self, request: web.Request, session: Session) -> web.StreamResponse:
        """For the owner of what was found; counted like any look-up of a person."""
        form = await form_given(request, session.csrf, "person", "form")
        tenant, _, object_id = form["person"].partition("/")
        number = await self.at_desk.desk.open(session.principal.id, PersonId(tenant, object_id), form["form"][:40])
        return to_page(f"{BASE}/cases/{number}")

    async def searches(self, request: web.Request, session: Session) -> web.StreamResponse:
        deeds = await self.searching.deeds(session.principal.id)
        start = (
            int(shown) if (shown := request.query.get("from", "")).isdecimal() and len(shown) < len("1000000") else 0
        )
        older = start + SHOWN_AT_ONCE
        facts = {
            "concerns": await self.searching.concerns(session.principal.id),
            "rows": [_row(deed) for deed in deeds[start:older]],
            "older": older if older < len(deeds) else None,
            "here": SEARCHES,
            "days": KEPT.days,
            "links": await self.at_desk.links_for(session.principal.id),
        }
        return self.at_desk.draw(request, session, "searches.html", facts)

    async def refusal(self, request: web.Request, session: Session, why: SparekeyError) -> web.StreamResponse:
        if isinstance(why, NotASupervisor):
            links = await self.at_desk.links_for(session.principal.id)
            return self.at_desk.told(request, session, "not_a_supervisor", status=403, links=links)
        return await self.at_desk.refusal(request, session, why)

    async def drawn(
        self, request: web.Request, session: Session, facts: Mapping[str, object], *, status: int = 200
    ) -> web.StreamResponse:
        about = {
            "answer": None,
            "problem": "",
            "reasons": REASONS,
            "limit": SEARCHES_A_SHIFT,
            "form": secrets.token_urlsafe(12),
            "here": SEARCH,
            "supervised": SEARCHES if await self.searching.supervises(session.principal.id) else "",
            **facts,
        }
        return self.at_desk.draw(request, session, "search.html", about, status=status)


def _row(deed: Deed) -> Mapping[str, object]:
    return {
        "by": deed.by.name,
        "at": f"{deed.what.at:%Y-%m-%d %H:%M}",
        "is": type(deed.what).__name__,
        "what": deed.what,
    }
