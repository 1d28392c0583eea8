"""What drives the flows, and whoever performs what they owe. It knows of no page."""

from dataclasses import dataclass
from datetime import timedelta

from adapters.botframework.voices import Voices
from adapters.desk.bell import Bell
from adapters.desk.transcript import Transcript
from adapters.sources.several import Several
from adapters.sources.vault.vault import Vault
from adapters.store.sqlite import SqliteStore
from adapters.store.sqlite_file import SqliteFile
from adapters.teams.channel import Teams
from adapters.teams.voice import PREFIX
from adapters.webchat.adapter import WebChatAdapter, WebChatVoice
from adapters.webchat.hub import Hub
from adapters.webchat.lines import Lines
from bot.agents_words import AgentsWords
from bot.approval import TellApprover
from bot.approving import Approvals
from bot.case_clocks import BeginClocks
from bot.case_file import OpenCase, ShowCase
from bot.case_office import CaseOffice, Staffing
from bot.case_release import TellRelease
from bot.case_wish import NoteWish
from bot.challenge import MakeChallenge, OfferCandidate, TellOwner
from bot.changing import KeyChanges
from bot.conductor import Conductor, Perform
from bot.desk_in_chat import DeskInChat
from bot.domain.link import Links
from bot.dots import Dots
from bot.enrolling import Enrolments
from bot.enrolment import ActivateSeed, ForgetSeed, RemoveSeed, TellEnrolment
from bot.finding import Finder, FindKeys
from bot.helpdesk import Helpdesk
from bot.keychange import LookForNewKey, OrderKeyChange
from bot.linking import Linking
from bot.memory import Voice
from bot.objection import Objections
from bot.pictures import Pictures
from bot.ports.clock import Clock
from bot.ports.sources import KeySource
from bot.ports.store import Store
from bot.ports.words import Words
from bot.queue import FindPlace
from bot.settings import Settings
from bot.standing import TellThawed
from bot.supervising import Supervising
from bot.supervision import TellSupervisors
from bot.ticket import WriteTicket
from bot.ticket_office import TicketOffice
from bot.unlocking import Unlocking
from bot.wiring.desk import chats_of, dots_of, helpdesk_of, performed_in
from bot.wiring.flows import codec, kinds
from bot.wiring.keeping import derived
from bot.wiring.pictures import changing
from bot.wiring.rooms import Around, Rooms
from bot.wiring.teams import desk_of
from dialogs.texts.catalogue import read_catalogue

LASTING = frozenset({TellOwner, TellEnrolment, TellRelease, TellThawed, ShowCase, TellSupervisors})
"""A person hears of a view and of a changed app, and agents of a case, though a mail server or a channel is down for hours."""
BESIDE = (LASTING - {TellRelease}) | {WriteTicket}
"""Mail servers, Teams and ticket systems may be slow: whoever takes a case or presses a button does not wait for them.

But that every address was told of a release begins the time to object, which the agent's page then counts.
"""


@dataclass(frozen=True, slots=True)
class Engine:
    words: Words
    store: Store
    conductor: Conductor
    links: Links
    source: KeySource
    unlocking: Unlocking
    office: CaseOffice
    objections: Objections
    enrolments: Enrolments
    approvals: Approvals
    hub: Hub
    lines: Lines
    channel: WebChatAdapter
    bell: Bell
    pictures: Pictures
    voice: Voice
    helpdesk: Helpdesk | None
    words_of_agents: AgentsWords | None
    chats: DeskInChat | None
    dots: Dots | None


def engine_of(
    settings: Settings,
    address: str,
    key: bytes,
    clock: Clock,
    around: Around,
    file: SqliteFile,
    vault: Vault,
    rooms: Rooms,
    teams: Teams | None,
) -> Engine:
    words = read_catalogue({"home": address})
    store = around.store(SqliteStore(file))
    links, hub, shapes, bell, pictures = Links(derived(key, "links")), Hub(), codec(), Bell(), Pictures(clock)

    def link_of(challenge_id: str) -> str:
        return f"{address}/unlock/{links.link(challenge_id)}"

    lines = Lines(shapes, words, link_of)
    channel = WebChatAdapter(hub)
    perform: dict[type, Perform] = {}
    desk = f"{address}/desk" if rooms.agents_group is not None else None
    voice: Voice = WebChatVoice(channel, hub, lines, clock)
    if teams is not None:
        voice = Voices({PREFIX: teams.voice(shapes, words, link_of, lambda: conductor, desk)}, voice)
    flows = kinds(pictures=settings.relay_images)
    changed = changing(lambda: conductor, bell, pictures)
    conductor = Conductor(flows, store, shapes, clock, voice, perform, LASTING, BESIDE, changed)
    source = Several((around.source(vault),))
    linking = Linking(conductor, rooms.policy(conductor), links, clock, settings.links_a_day)
    first_answer = timedelta(minutes=settings.first_answer_minutes)
    staffing = Staffing(rooms.roster, rooms.agents_group is not None, first_answer)
    office = CaseOffice(conductor, store, clock, desk_of(settings, teams, words, desk), staffing)
    helpdesk = helpdesk_of(rooms.agents_group, conductor, office, source, vault, rooms.seeds, clock)
    words_of_agents = AgentsWords(helpdesk, rooms.release_policy(conductor)) if helpdesk else None
    unlocking = Unlocking(conductor, source, rooms.proofs, vault, links, clock, words_of_agents)
    objections = Objections(conductor, office, vault, rooms.notices, clock, derived(key, "objections"), address)
    enrolments = Enrolments(conductor, rooms.seeds, clock)
    approvals = Approvals(conductor, unlocking, rooms.approvers(conductor), rooms.notices, links, clock, address)
    changes = KeyChanges(vault)
    chats = chats_of(helpdesk, conductor, Transcript(store, shapes, words, pictures))
    dots = dots_of(helpdesk, conductor, voice, bell, clock)
    perform |= {
        FindKeys: Finder(conductor, source, clock).find,
        MakeChallenge: linking.make,
        OfferCandidate: linking.offer,
        OpenCase: office.open,
        FindPlace: office.place,
        NoteWish: office.note_wish,
        BeginClocks: office.begin_clocks,
        ShowCase: office.show,
        TellSupervisors: Supervising(conductor, rooms.supervisors, clock).tell,
        WriteTicket: TicketOffice(rooms.tickets).write,
        OrderKeyChange: changes.order,
        LookForNewKey: changes.look,
        TellOwner: objections.tell_owner,
        TellEnrolment: objections.tell_enrolment,
        TellApprover: approvals.tell_approver,
        TellRelease: objections.tell_release,
        TellThawed: objections.tell_thawed,
        ActivateSeed: enrolments.activate,
        RemoveSeed: enrolments.take_away,
        ForgetSeed: enrolments.take_away,
        **performed_in(chats),
    }
    return Engine(
        words,
        store,
        conductor,
        links,
        source,
        unlocking,
        office,
        objections,
        enrolments,
        approvals,
        hub,
        lines,
        channel,
        bell,
        pictures,
        voice,
        helpdesk,
        words_of_agents,
        chats,
        dots,
    )
