"""The agents' desk: the queue, a case, and what an agent does with it. It draws what `bot.helpdesk` allows; no key comes here."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeAlias, get_args

from aiohttp import hdrs, web

from adapters.desk.addresses import BASE, CASE, back_to_case, case_typed, number_of
from adapters.desk.live import LiveDesk
from adapters.desk.showing import facts_of_case, replies_for
from adapters.pages.pages import Pages, form_given, language_of, one_of, to_page
from adapters.pages.signed_in import SignedIn
from adapters.pages.web_sessions import WebSessions
from bot.agents import Agents, Blocked, NotAnAgent, RightsUnknown
from bot.domain.cases import Outcome
from bot.domain.errors import SparekeyError
from bot.domain.key_mask import mask_recovery_keys
from bot.domain.people import PersonId
from bot.domain.replies import Reply
from bot.domain.roster import ONE_TEAM, Roster
from bot.domain.tags import Tag
from bot.helpdesk import Helpdesk, Refused
from bot.ports.clock import Clock
from bot.ports.sessions import Session
from bot.shifts import Shifts
from bot.vouching import SignInFirst

OF_AGENTS = (("", "desk.queue.title"), ("/search", "desk.search.nav"), ("/numbers", "desk.numbers.title"))
OF_SUPERVISORS = (("/searches", "desk.searches.title"),)
"""Paths and their names, at the head of every page."""
SENT = web.RequestKey("sent", Mapping[str, str])
Links: TypeAlias = tuple[tuple[str, str], ...]


class FreshSignIn(Protocol):
    """Sends the browser to a fresh sign-in; it comes back to the case by itself."""

    async def vouch(self, request: web.Request, case: int) -> web.StreamResponse: ...


@dataclass(frozen=True, slots=True)
class DeskPages:
    desk: Helpdesk
    pages: Pages
    web_sessions: WebSessions
    fresh: FreshSignIn
    clock: Clock
    live: LiveDesk
    shifts: Shifts
    show_typing: Callable[[str], Awaitable[None]]
    """To the person of a conversation."""
    roster: Roster = ONE_TEAM
    replies: Sequence[Reply] = ()
    supervisors: Agents | None = None
    tags: Sequence[Tag] = ()

    def routes(self) -> list[web.AbstractRouteDef]:
        signed_in = self.signed_in
        return [
            signed_in.get(BASE, self.queue),
            signed_in.post(f"{BASE}/open", self.open),
            signed_in.get(f"{BASE}/cases", self.find),
            signed_in.get(CASE, self.case),
            signed_in.get(f"{BASE}/live", self.live.queue),
            signed_in.get(f"{CASE}/live", self.live.case),
            signed_in.get(f"{BASE}/calls", self.live.calls),
            signed_in.post(f"{CASE}/say", self.say),
            signed_in.post(f"{CASE}/typing", self.typing),
            signed_in.post(f"{CASE}/sign-in", self.sign_in),
            signed_in.post(f"{CASE}/take", self.take),
            signed_in.post(f"{CASE}/put-back", self.put_back),
            signed_in.post(f"{CASE}/keep", self.keep),
            signed_in.post(f"{BASE}/end-shift", self.end_shift),
            signed_in.post(f"{CASE}/close", self.close),
        ]

    @property
    def signed_in(self) -> SignedIn:
        """Whether they are an agent is asked by every deed itself."""
        next_of = lambda request: request.path if request.method == hdrs.METH_GET else BASE  # noqa: E731
        return SignedIn(self.web_sessions, self.refusal, next_of)

    async def refusal(self, request: web.Request, session: Session, why: SparekeyError) -> web.StreamResponse:
        match why:
            case RightsUnknown():
                return self.told(request, session, "unknown", status=503)
            case NotAnAgent():
                what = "blocked" if isinstance(why, Blocked) else "not_an_agent"
                links = await self.links_for(session.principal.id)
                if (request.path, what, links) == (BASE, "not_an_agent", OF_SUPERVISORS):
                    return to_page(f"{BASE}{OF_SUPERVISORS[0][0]}")
                return self.told(request, session, what, status=403, links=links)
            case SignInFirst():
                facts = {"deed": request.path, "sent": request[SENT], "here": f"{BASE}/cases/{number_of(request)}"}
                return self.draw(request, session, "again.html", facts, status=409)
            case Refused():
                status = 404 if why.why == "no_case" else 409
                return self.told(request, session, why.why, name=why.name, status=status)
            case _:
                raise why

    # looking

    async def queue(self, request: web.Request, session: Session) -> web.StreamResponse:
        """What is urgent first, then what is the agent's own team's. `mine` counts what they have, seen here or not."""
        agent = await self.desk.agents.require(session.principal.id)
        own = self.roster.own(await self.desk.agents.groups(agent.id))
        team = next((name for name in self.roster.names if name == request.query.get("team")), "")
        rows = await self.live.board.rows(language_of(request, self.pages.words))
        mine = sum(row.holder == str(agent.id) for row in rows)
        seen = sorted(
            (row for row in rows if team in ("", row.team)), key=lambda row: (not row.is_urgent, row.team not in own)
        )
        closed = await self.closed(agent.id, request.query.get("closed", ""))
        facts = {"agent": agent, "rows": seen, "mine": mine, "closed": closed, "form": secrets.token_urlsafe(12)}
        of_teams = {"teams": self.roster.names, "team": team, "own": own}
        return self.draw(request, session, "queue.html", {**facts, **of_teams})

    async def closed(self, who: PersonId, typed: str) -> int | None:
        """The case that was closed just now; what an address only claims is not said."""
        if not (number := case_typed(typed)):
            return None
        with suppress(Refused):
            return None if (await self.desk.seen_by(who, number)).is_open else number
        return None

    async def find(self, request: web.Request, session: Session) -> web.StreamResponse:
        """To a case by its number, in whatever state it is; without one to the queue, where the field is."""
        agent = await self.desk.agents.require(session.principal.id)
        if "number" not in request.query:
            return to_page(BASE)
        number = case_typed(request.query["number"])
        await self.desk.seen_by(agent.id, number)
        return to_page(f"{BASE}/cases/{number}")

    async def case(self, request: web.Request, session: Session) -> web.StreamResponse:
        seen, form = await self.desk.look(session.principal.id, number_of(request)), secrets.token_urlsafe(12)
        lines = await self.live.transcript.of(seen.filed)
        minutes = await self.desk.vouching.minutes_left(session, number_of(request))
        language = language_of(request, self.pages.words)
        about = facts_of_case(seen, self.clock.now(), minutes)
        tags = {tag.id: tag.title[language] for tag in self.tags}
        facts = {**about, "form": form, "lines": lines, "tags": tags, "masked": "masked" in request.query}
        replies = replies_for(seen, self.replies, language)
        other_teams = tuple(name for name in self.roster.names if name != seen.filed.case.team)
        return self.draw(request, session, "case.html", {**facts, "replies": replies, "other_teams": other_teams})

    # doing

    async def open(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await form_given(request, session.csrf, "login", "form")
        number = await self.desk.open(session.principal.id, form["login"], form["form"][:40])
        return to_page(f"{BASE}/cases/{number}")

    async def say(self, request: web.Request, session: Session) -> web.StreamResponse:
        """A script hears whether it was said, and whether it held a key; a form without one comes back to the case."""
        form = await form_given(request, session.csrf, "words", "form")
        masked = await self.desk.say(session.principal.id, number_of(request), form["words"], form["form"][:40])
        if request.headers.get(hdrs.ACCEPT) == "application/json":
            return web.json_response({"masked": masked})
        return to_page(f"{BASE}/cases/{number_of(request)}?masked") if masked else back_to_case(request)

    async def sign_in(self, request: web.Request, session: Session) -> web.StreamResponse:
        await form_given(request, session.csrf)
        await self.desk.look(session.principal.id, number_of(request))
        return await self.fresh.vouch(request, number_of(request))

    async def typing(self, request: web.Request, session: Session) -> web.StreamResponse:
        await form_given(request, session.csrf)
        if chat := await self.desk.types(session.principal.id, number_of(request)):
            await self.show_typing(chat)
        return web.Response(status=204)

    async def take(self, request: web.Request, session: Session) -> web.StreamResponse:
        await form_given(request, session.csrf)
        await self.desk.take(session.principal.id, number_of(request))
        return back_to_case(request, "words")

    async def put_back(self, request: web.Request, session: Session) -> web.StreamResponse:
        await form_given(request, session.csrf)
        await self.desk.put_back(session.principal.id, number_of(request))
        return to_page(BASE)

    async def keep(self, request: web.Request, session: Session) -> web.StreamResponse:
        await form_given(request, session.csrf)
        await self.desk.keep(session.principal.id, number_of(request))
        return back_to_case(request)

    async def end_shift(self, request: web.Request, session: Session) -> web.StreamResponse:
        await form_given(request, session.csrf)
        await self.shifts.end(session.principal.id)
        return to_page(BASE)

    async def close(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Tags are boxes: one that is not ticked is not sent."""
        boxes = {f"tag.{tag.id}": tag.id for tag in self.tags}
        form = await form_given(request, session.csrf, "outcome", *boxes)
        tags = tuple(tag for box, tag in boxes.items() if form[box])
        outcome = one_of(form["outcome"], get_args(Outcome))
        await self.desk.close(session.principal.id, number_of(request), outcome, tags)
        return to_page(f"{BASE}?closed={number_of(request)}")

    @staticmethod
    async def sent(request: web.Request, session: Session, *fields: str) -> Mapping[str, str]:
        """A form that takes a fresh sign-in. Where there is none it goes back to its own page, and is kept nowhere here."""
        form = await form_given(request, session.csrf, *fields)
        request[SENT] = {
            name: mask_recovery_keys(text).text if name == "note" else text
            for name, text in form.items()
            if name != "csrf"
        }
        return form

    # drawing

    async def links_for(self, who: PersonId) -> Links:
        """To what they may see, where it is not certain that they are an agent."""
        supervises = self.supervisors is not None and await self.supervisors.includes(who)
        return (OF_AGENTS if await self.desk.agents.includes(who) else ()) + (OF_SUPERVISORS if supervises else ())

    def told(
        self,
        request: web.Request,
        session: Session,
        what: str,
        *,
        status: int,
        name: str = "",
        links: Links = OF_AGENTS,
    ) -> web.Response:
        number = request.match_info.get("number", "")
        back = f"{BASE}/cases/{number}" if number and status == 409 else BASE if status != 403 else "/"  # noqa: PLR2004
        facts = {"what": what, "name": name, "back": back, "links": links}
        return self.draw(request, session, "told.html", facts, status=status)

    def draw(
        self, request: web.Request, session: Session, template: str, facts: Mapping[str, object], *, status: int = 200
    ) -> web.Response:
        about = {
            "csrf": session.csrf,
            "me": session.principal.name,
            "my_id": str(session.principal.id),
            "base": BASE,
            "links": OF_AGENTS,
            "languages": self.pages.words.languages,
            **facts,
        }
        return self.pages.draw(request, f"desk/{template}", about, status=status)
