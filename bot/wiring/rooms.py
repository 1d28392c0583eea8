"""Where the demo and the served product differ, and what both are built around."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from aiohttp import web

from adapters.desk.pages import FreshSignIn
from adapters.pages.pages import Pages
from adapters.pages.unlock import StepUp
from adapters.pages.web_sessions import WebSessions
from adapters.sources.vault.vault import Vault
from adapters.teams.channel import Teams
from bot.approvers import Approvers
from bot.approving import Approvals
from bot.conductor import Conductor
from bot.domain.replies import Reply
from bot.domain.roster import ONE_TEAM, Roster
from bot.domain.tags import Tag
from bot.enrolling import Enrolments
from bot.ports.clock import Clock
from bot.ports.notices import Notices
from bot.ports.policy import ProofPolicy, ReleasePolicy
from bot.ports.proof import Proof
from bot.ports.seeds import Seeds
from bot.ports.sources import KeySource
from bot.ports.store import Store
from bot.ports.supervisors import NobodyTold, Supervisors
from bot.ports.tickets import Tickets
from bot.settings import Settings
from bot.unlocking import Unlocking
from bot.vouching import Vouching


@dataclass(frozen=True, slots=True)
class Around:
    """Where a test may put something around what is real."""

    store: Callable[[Store], Store] = lambda store: store
    source: Callable[[KeySource], KeySource] = lambda source: source
    teams: Callable[[Settings, Clock], AbstractAsyncContextManager[Teams | None]] | None = None


@dataclass(frozen=True, slots=True)
class Commons:
    """What the rooms are built around."""

    unlocking: Unlocking
    pages: Pages
    web_sessions: WebSessions
    vault: Vault
    clock: Clock
    enrolments: Enrolments
    approvals: Approvals
    vouching: Vouching


@dataclass(frozen=True, slots=True)
class Rooms:
    """Where the demo and the served product differ. `leave`: where the sign-in signs people out, if it can, by its own hint of whom.

    `agents_group`: without one there is no desk. `supervisors_group`: without one nobody sees what agents did.
    """

    proofs: Mapping[str, Proof]
    policy: Callable[[Conductor], ProofPolicy]
    release_policy: Callable[[Conductor], ReleasePolicy]
    agents_group: str | None
    notices: Notices
    seeds: Seeds
    approvers: Callable[[Conductor], Approvers]
    tickets: Tickets
    routes: Callable[[Commons], tuple[Iterable[web.AbstractRouteDef], StepUp | None, FreshSignIn]]
    """With how a person signs in once more before a key, and an agent before their word."""
    leave: Callable[[str], str | None] = lambda _hint: None
    app_page: str | None = None
    roster: Roster = ONE_TEAM
    supervisors_group: str | None = None
    replies: Sequence[Reply] = ()
    tags: Sequence[Tag] = ()
    supervisors: Supervisors = field(default_factory=NobodyTold)
