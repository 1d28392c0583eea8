"""The page by which an agent reads a key aloud: what `bot.reading_aloud` allows, in one response and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from aiohttp import web

from adapters.desk.addresses import CASE, back_to_case, number_of
from adapters.desk.pages import DeskPages
from adapters.pages.asking import LOOK_AGAIN, POLL
from adapters.pages.pages import YES_OR_NO, form_given, one_of
from bot.domain.recovery_key import RecoveryKeyKind
from bot.domain.release import HowSure, WhyAloud
from bot.ports.sessions import Session
from bot.ports.words import Words
from bot.reading_aloud import ReadingAloud, ToRead
from bot.releasing import Releasing


@dataclass(frozen=True, slots=True)
class Sign:
    """One letter or digit, and how it is said so that nobody hears another."""

    sign: str
    said: str
    is_digit: bool


@dataclass(frozen=True, slots=True)
class ReadingPages:
    desk: DeskPages
    releasing: Releasing
    reading: ReadingAloud

    def routes(self) -> list[web.AbstractRouteDef]:
        signed_in = self.desk.signed_in
        return [
            signed_in.post(f"{CASE}/read-aloud", self.propose),
            signed_in.post(f"{CASE}/read", self.read),
            signed_in.get(f"{CASE}/read", self.look),
            signed_in.post(f"{CASE}/read-ended", self.ended),
        ]

    async def propose(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await self.desk.sent(request, session, "key", "how", "note", "why", "form")
        await self.releasing.propose(
            session,
            number_of(request),
            form["key"],
            one_of(form["how"], get_args(HowSure)),
            form["note"],
            form["form"][:40],
            phone_is_lost=True,
            aloud=one_of(form["why"], get_args(WhyAloud)),
        )
        return back_to_case(request)

    async def read(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The one response that holds it."""
        await self.desk.sent(request, session)
        number = number_of(request)
        to_read = await self.reading.read(session, number)
        seconds = max(0, int((to_read.goes_dark_at - self.desk.clock.now()).total_seconds()))
        facts = {"to_read": to_read, "groups": spelled(to_read, self.desk.pages.words), "number": number}
        timing = {"seconds": seconds, "poll": POLL, "look_again": LOOK_AGAIN}
        return self.desk.draw(request, session, "read.html", {**facts, **timing})

    async def look(self, request: web.Request, session: Session) -> web.StreamResponse:
        """No key: the page that has it asks whether it may still show it, and whoever loads it again is back at the case."""
        if POLL not in request.headers:
            return back_to_case(request)
        await self.reading.require_lit(session, number_of(request))
        return web.Response(status=204)

    async def ended(self, request: web.Request, session: Session) -> web.StreamResponse:
        form = await form_given(request, session.csrf, "worked")
        worked = one_of(form["worked"], YES_OR_NO) == "yes"
        await self.reading.ended(session, number_of(request), worked=worked)
        return back_to_case(request)


def spelled(to_read: ToRead, words: Words) -> tuple[tuple[Sign, ...], ...]:
    """In the person's language: it is they who listen."""

    def phrase(text: str, **facts: str) -> str:
        return words.phrase(to_read.language, f"desk.read.{text}", facts)

    return tuple(tuple(_sign(sign, to_read.kind, phrase) for sign in group) for group in to_read.groups)


def _sign(sign: str, kind: RecoveryKeyKind, phrase: Callable[..., str]) -> Sign:
    """Where there are digits only nobody has to be told that it is one."""
    if not sign.isdigit():
        return Sign(sign, phrase("say.letter", letter=sign, word=phrase(f"letters.{sign}")), is_digit=False)
    word = phrase(f"digits.{sign}")
    return Sign(sign, word if kind == "bitlocker" else phrase("say.digit", word=word), is_digit=True)
