"""The pages of the agents' desk, where a group of agents is named."""

from collections.abc import Callable, Iterable, Mapping

from aiohttp import web

from adapters.desk.addresses import BASE
from adapters.desk.board import Board
from adapters.desk.handing import HandingForms
from adapters.desk.live import LiveDesk
from adapters.desk.numbers import NumbersPages
from adapters.desk.pages import DeskPages, FreshSignIn
from adapters.desk.pictures import PicturePages
from adapters.desk.reading import ReadingPages
from adapters.desk.releasing import ReleaseForms
from adapters.desk.searching import SearchPages
from adapters.desk.transcript import Transcript
from adapters.pages.pages import Pages
from adapters.pages.short import ShortPage
from adapters.pages.web_sessions import WebSessions
from adapters.sources.vault.vault import Vault
from bot.agents import Agents
from bot.handing_on import HandingOn
from bot.lifting import Lifting
from bot.numbers import Numbers
from bot.ports.clock import Clock
from bot.reading_aloud import ReadingAloud
from bot.releasing import Releasing
from bot.searching import Searching
from bot.seeing_pictures import SeeingPictures
from bot.shifts import Shifts
from bot.wiring.engine import Engine
from bot.wiring.flows import codec
from bot.wiring.rooms import Rooms


def desk_routes(
    engine: Engine,
    rooms: Rooms,
    vault: Vault,
    fresh: FreshSignIn,
    pages: Pages,
    web_sessions: WebSessions,
    network_of: Callable[[web.Request], str],
    clock: Clock,
) -> Iterable[web.AbstractRouteDef]:
    desk, words, conductor, source = engine.helpdesk, engine.words_of_agents, engine.conductor, engine.source
    if desk is None or words is None or engine.dots is None:
        return ()
    releasing = Releasing(desk, conductor, words, engine.unlocking, engine.links, clock)
    live = LiveDesk(
        desk,
        Board(engine.office, conductor, row_of(pages), clock),
        Transcript(engine.store, codec(), pages.words, engine.pictures),
        engine.bell,
        pages,
        web_sessions,
        clock,
        rooms.roster,
    )
    supervisors = rooms.supervisors_group
    watching = Agents(vault, vault, supervisors, conductor, clock) if supervisors else None
    at_desk = DeskPages(
        desk,
        pages,
        web_sessions,
        fresh,
        clock,
        live,
        Shifts(desk, conductor),
        engine.dots.show,
        rooms.roster,
        rooms.replies,
        watching,
        rooms.tags,
    )
    searching = Searching(desk, watching, conductor, engine.office, source, engine.store, clock)
    search = SearchPages(searching, at_desk, watching is not None)
    numbers = NumbersPages(desk.agents, Numbers(engine.store, clock, tuple(tag.id for tag in rooms.tags)), at_desk)
    handing = HandingForms(at_desk, HandingOn(desk, conductor, engine.office, rooms.roster, vault, clock))
    releases = ReleaseForms(at_desk, releasing, Lifting(desk, conductor, rooms.seeds, clock))
    reading = ReadingPages(at_desk, releasing, ReadingAloud(desk, words, conductor, source, clock))
    seeing = PicturePages(at_desk, SeeingPictures(desk, conductor, engine.pictures))
    short = ShortPage(releasing, pages, web_sessions, network_of)
    return (
        *at_desk.routes(),
        *handing.routes(),
        *releases.routes(),
        *reading.routes(),
        *seeing.routes(),
        *search.routes(),
        *numbers.routes(),
        *short.routes(),
    )


def row_of(pages: Pages) -> Callable[[str, Mapping[str, object]], str]:
    def draw(language: str, facts: Mapping[str, object]) -> str:
        about = {**facts, "base": BASE, "languages": pages.words.languages}
        return pages.part(language, "desk/row.html", about)

    return draw
