"""The agents' desk, where a group of agents is named; without one it does not exist."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from aiohttp import web

from adapters.desk.bell import Bell
from adapters.desk.board import Board
from adapters.desk.handing import HandingForms
from adapters.desk.live import LiveDesk
from adapters.desk.numbers import NumbersPages
from adapters.desk.pages import BASE, DeskPages, FreshSignIn
from adapters.desk.reading import ReadingPages
from adapters.desk.searching import SearchPages
from adapters.desk.transcript import Transcript
from adapters.pages.pages import Pages
from adapters.pages.short import ShortPage
from adapters.pages.web_sessions import WebSessions
from adapters.replies_file import SHIPPED, UnreadableReplies, read_replies
from adapters.roster_file import UnreadableHours, read_roster
from adapters.sources.vault.vault import Vault
from adapters.tags_file import SHIPPED as SHIPPED_TAGS
from adapters.tags_file import UnreadableTags, read_tags
from bot.agent_chat import DoDeed, FindNext, PassOn, ReadOn, TakeCase
from bot.agents import Agents
from bot.agents_words import AgentsWords
from bot.case_office import CaseOffice
from bot.conductor import Conductor, Perform
from bot.desk_in_chat import DeskInChat
from bot.domain.link import Links
from bot.domain.replies import Reply
from bot.domain.roster import ONE_TEAM, Roster
from bot.domain.tags import Tag
from bot.handing_on import HandingOn
from bot.helpdesk import Helpdesk
from bot.numbers import Numbers
from bot.ports.clock import Clock
from bot.ports.seeds import Seeds
from bot.ports.sources import KeySource
from bot.ports.store import Store
from bot.reading_aloud import ReadingAloud
from bot.releasing import Releasing
from bot.searching import Searching
from bot.settings import Settings
from bot.unlocking import Unlocking
from bot.vouching import Vouching
from bot.wiring.flows import codec
from bot.wiring.secret_files import CannotServe
from dialogs.texts.catalogue import LANGUAGES


def roster_of(settings: Settings) -> Roster:
    """Raises CannotServe: a promise that cannot be read would be broken. Without a file nobody has promised anything."""
    try:
        return read_roster(settings.hours_file, LANGUAGES) if settings.hours_file else ONE_TEAM
    except UnreadableHours as error:
        raise CannotServe(f"the opening hours cannot be read: {error}") from error


def replies_of(settings: Settings) -> tuple[Reply, ...]:
    """Raises CannotServe."""
    try:
        return read_replies(settings.replies_file or SHIPPED, LANGUAGES)
    except UnreadableReplies as error:
        raise CannotServe(f"the replies cannot be read: {error}") from error


def tags_of(settings: Settings) -> tuple[Tag, ...]:
    """Raises CannotServe."""
    try:
        return read_tags(settings.tags_file or SHIPPED_TAGS, LANGUAGES)
    except UnreadableTags as error:
        raise CannotServe(f"the tags cannot be read: {error}") from error


def helpdesk_of(
    group: str | None,
    conductor: Conductor,
    office: CaseOffice,
    source: KeySource,
    vault: Vault,
    seeds: Seeds,
    clock: Clock,
) -> Helpdesk | None:
    if group is None:
        return None
    agents = Agents(vault, vault, group, conductor, clock)
    return Helpdesk(agents, conductor, office, source, vault, vault, seeds, Vouching(conductor, clock), clock)


def chats_of(desk: Helpdesk | None, conductor: Conductor, transcript: Transcript) -> DeskInChat | None:
    """Agents' own chats, for the channel that has them."""
    return DeskInChat(desk, conductor, transcript.of_person) if desk else None


def performed_in(chats: DeskInChat | None) -> dict[type, Perform]:
    if chats is None:
        return {}
    return {
        TakeCase: chats.take,
        FindNext: chats.find,
        PassOn: chats.pass_on,
        ReadOn: chats.read_on,
        DoDeed: chats.do,
    }


def desk_routes(
    desk: Helpdesk | None,
    replies: Sequence[Reply],
    roster: Roster,
    tags: Sequence[Tag],
    conductor: Conductor,
    store: Store,
    bell: Bell,
    show_typing: Callable[[str], Awaitable[None]],
    office: CaseOffice,
    source: KeySource,
    vault: Vault,
    words: AgentsWords | None,
    unlocking: Unlocking,
    links: Links,
    fresh: FreshSignIn,
    pages: Pages,
    web_sessions: WebSessions,
    network_of: Callable[[web.Request], str],
    clock: Clock,
    supervisors: str | None,
) -> Iterable[web.AbstractRouteDef]:
    if desk is None or words is None:
        return ()
    releasing = Releasing(desk, conductor, words, unlocking, links, clock)
    live = LiveDesk(
        desk,
        Board(office, conductor, row_of(pages), clock),
        Transcript(store, codec(), pages.words),
        bell,
        pages,
        web_sessions,
    )
    watching = Agents(vault, vault, supervisors, conductor, clock) if supervisors else None
    at_desk = DeskPages(
        desk, releasing, pages, web_sessions, fresh, clock, live, show_typing, roster, replies, watching, tags
    )
    searching = Searching(desk, watching, conductor, office, source, store, clock)
    search = SearchPages(searching, at_desk, watching is not None)
    numbers = NumbersPages(desk.agents, Numbers(store, clock, tuple(tag.id for tag in tags)), at_desk)
    handing = HandingForms(at_desk, HandingOn(desk, conductor, office, roster, vault, clock))
    reading = ReadingPages(at_desk, ReadingAloud(desk, words, conductor, source, clock))
    short = ShortPage(releasing, pages, web_sessions, network_of)
    return (
        *at_desk.routes(),
        *handing.routes(),
        *reading.routes(),
        *search.routes(),
        *numbers.routes(),
        *short.routes(),
    )


def row_of(pages: Pages) -> Callable[[str, Mapping[str, object]], str]:
    def draw(language: str, facts: Mapping[str, object]) -> str:
        about = {**facts, "base": BASE, "languages": pages.words.languages}
        return pages.part(language, "desk/row.html", about)

    return draw
