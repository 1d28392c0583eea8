"""The agents' desk, where a group of agents is named; without one it does not exist."""

from adapters.desk.bell import Bell, typing_in
from adapters.desk.transcript import Transcript
from adapters.replies_file import SHIPPED, UnreadableReplies, read_replies
from adapters.roster_file import UnreadableHours, read_roster
from adapters.sources.vault.vault import Vault
from adapters.tags_file import SHIPPED as SHIPPED_TAGS
from adapters.tags_file import UnreadableTags, read_tags
from bot.agent_chat import DoDeed, FindNext, PassOn, ReadOn, TakeCase
from bot.agents import Agents
from bot.case_office import CaseOffice
from bot.conductor import Conductor, Perform
from bot.desk_in_chat import DeskInChat
from bot.domain.replies import Reply
from bot.domain.roster import ONE_TEAM, Roster
from bot.domain.tags import Tag
from bot.dots import Dots
from bot.helpdesk import Helpdesk
from bot.memory import Voice
from bot.ports.clock import Clock
from bot.ports.seeds import Seeds
from bot.ports.sources import KeySource
from bot.settings import Settings
from bot.vouching import Vouching
from bot.wiring.secret_files import CannotServe
from dialogs.talk import Talk
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


def dots_of(desk: Helpdesk | None, conductor: Conductor, voice: Voice, bell: Bell, clock: Clock) -> Dots | None:
    async def case_in(chat: str) -> int | None:
        talk = await conductor.recall(chat)
        return talk.human.number if isinstance(talk, Talk) and talk.human else None

    def to_pages(chat: str) -> None:
        bell.ring(typing_in(chat))

    return Dots(desk, conductor, case_in, voice.show_typing, to_pages, clock) if desk else None


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
