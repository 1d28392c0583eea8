"""The product with demo people in it."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from adapters.clock import SystemClock
from adapters.demo import computers as demo_computers
from adapters.demo.computers import Computers
from adapters.demo.notices import DemoNotices
from adapters.demo.people import (
    AGENTS_GROUP,
    NEEDS_APPROVAL,
    OF_SECURITY,
    SECURITY,
    SUPERVISOR,
    SUPERVISORS,
    TENANT,
    settle_in,
)
from adapters.demo.sign_in import DemoFreshSignIn, DemoSignIn, SignInPage
from adapters.demo.stage import Stage
from adapters.desk.pages import FreshSignIn
from adapters.desk.searching import SEARCHES
from adapters.identity.authenticator import Authenticator
from adapters.pages.approval import ApprovalPage
from adapters.sources.vault.sealing import Seal
from adapters.store import sqlite
from bot.approvers import Approvers
from bot.conductor import Conductor
from bot.domain.devices import Device
from bot.domain.people import Network, PersonId
from bot.ports.clock import Clock
from bot.ports.policy import Decision, ReleaseDecision
from bot.settings import Settings
from bot.wiring.desk import replies_of, roster_of, tags_of
from bot.wiring.house import House, assemble
from bot.wiring.keeping import derived, installation_key, open_vault
from bot.wiring.rooms import Around, Commons, Rooms
from bot.wiring.teams import teams_of
from bot.wiring.tickets import tickets_of
from dialogs.texts.catalogue import read_catalogue


@dataclass(frozen=True, slots=True)
class DemoHouse(House):
    computers: Computers
    authenticator: Authenticator


SHORT_WAIT = timedelta(minutes=1)
"""Whoever tries the demo would not sit through ten."""


class DemoPolicy:
    """On loopback, with people made up for it, an authenticator code is enough; one of them shows a manager's approval."""

    async def decide(self, person: PersonId, device: Device, network: Network) -> Decision:
        del device, network
        if person.object_id == NEEDS_APPROVAL:
            return Decision((("authenticator", "approval"),))
        return Decision((("authenticator",),))

    async def release(self, person: PersonId, device: Device) -> ReleaseDecision:
        del person
        is_ours = device.ownership == "corporate"
        return ReleaseDecision(1 if is_ours else 0, ("authenticator",), wait=SHORT_WAIT, aloud=is_ours)


@asynccontextmanager
async def demo_house(
    settings: Settings, folder: Path, address: str, *, clock: Clock | None = None, around: Around | None = None
) -> AsyncIterator[DemoHouse]:
    clock, around = clock or SystemClock(), around or Around()
    key = installation_key(settings, folder)
    file = sqlite.open_file(folder / "sparekey.db")
    stage_file = demo_computers.open_file(folder / "demo.db")
    words = read_catalogue({"home": address})
    async with (
        open_vault(settings, folder, clock) as vault,
        (around.teams or teams_of)(settings, clock) as teams,
        tickets_of(settings, words, clock) as tickets,
    ):
        computers = Computers(stage_file, vault, clock)
        authenticator = Authenticator(vault.file, Seal(derived(key, "seeds")))
        await settle_in(vault, computers, authenticator, clock.now())
        notices = DemoNotices(
            stage_file, PersonId(TENANT, OF_SECURITY), PersonId(TENANT, SUPERVISOR), f"{address}{SEARCHES}"
        )

        def approvers(conductor: Conductor) -> Approvers:
            return Approvers(vault, vault, conductor.state, SECURITY)

        def routes(commons: Commons) -> tuple[Iterable[web.AbstractRouteDef], None, FreshSignIn]:
            pages, sessions = commons.pages, commons.web_sessions
            sign_in = SignInPage(DemoSignIn(vault, commons.clock), pages, sessions)
            stage = Stage(pages, computers, notices, authenticator, commons.clock, sessions.of)
            fresh = DemoFreshSignIn(commons.approvals, commons.vouching, sessions)
            approval = ApprovalPage(commons.approvals, pages, sessions, fresh)
            return (*sign_in.routes(), *stage.routes(), *approval.routes()), None, fresh

        proofs = {authenticator.name: authenticator}
        policy, group = DemoPolicy(), settings.agents_group or AGENTS_GROUP
        rooms = Rooms(
            proofs, lambda _: policy, lambda _: policy, group, notices, authenticator, approvers, tickets, routes,
            roster=roster_of(settings), supervisors_group=settings.supervisors_group or SUPERVISORS,
            replies=replies_of(settings), tags=tags_of(settings), supervisors=notices,
        )  # fmt: skip
        house = assemble(settings, address, key, clock, around, file, vault, rooms, teams)
        await house.store.inherit()
        try:
            yield DemoHouse(
                house.app,
                house.conductor,
                house.courier,
                house.store,
                vault,
                clock,
                house.watch,
                house.pictures,
                computers,
                authenticator,
            )
        finally:
            await house.conductor.rest()
            await house.store.close()
            await stage_file.close()
