"""An agent finds a computer of the organisation by the Key ID on its screen, and supervisors see who searched for what reason.

Whoever searches learns whose computer it is, so the order is what makes it safe:

1. Only an agent searches, with at least the first eight characters and a reason.
2. It is counted before anything is looked up, found or not; a shift allows so many.
3. Personal computers do not exist: they answer like a Key ID that nobody has.
4. It stands in the audit, and where supervisors see it, before the agent sees anything.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from bot import oversight
from bot.agents import Agents, Blocked, NotAnAgent, RightsUnknown
from bot.case_office import CaseOffice
from bot.conductor import Conductor
from bot.domain.cases import Agent
from bot.domain.concerns import WaitingCase
from bot.domain.devices import Device, Findings, KeyCard
from bot.domain.errors import SourceUnavailable
from bot.domain.key_id import ALONE, TypedKeyId, find_key_id, spaced
from bot.domain.key_match import beginnings, match_key_ids
from bot.domain.people import Person, PersonId
from bot.domain.tidy import kept
from bot.helpdesk import Helpdesk, Refused
from bot.oversight import Overseen, Search, WhySearched
from bot.ports.clock import Clock
from bot.ports.sources import KeySource
from bot.ports.store import Store
from bot.supervising import waiting_case

LONGEST_REASON = 300
FLOWS_AT_ONCE = 500


class NotASupervisor(NotAnAgent):
    """What agents did is for members of the supervisors' group."""


@dataclass(frozen=True, slots=True)
class Hit:
    """`owner`: None where the directory does not know them. `cases`: the numbers of their open ones."""

    device: Device
    card: KeyCard
    owner: Person | None
    cases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`is_near`: none begins as it was typed; these would after one slip. `silent`: sources that did not answer."""

    typed: TypedKeyId
    hits: tuple[Hit, ...]
    is_near: bool
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of what supervisors see."""

    by: Agent
    what: Search | oversight.Release | oversight.Reading


class Searching:
    """`supervisors`: None where no group of them is named; nobody is one then."""

    def __init__(
        self,
        desk: Helpdesk,
        supervisors: Agents | None,
        conductor: Conductor,
        office: CaseOffice,
        source: KeySource,
        store: Store,
        clock: Clock,
    ) -> None:
        self._desk, self._supervisors, self._conductor = desk, supervisors, conductor
        self._office, self._source, self._store, self._clock = office, source, store, clock

    async def search(self, who: PersonId, text: str, reason: WhySearched, words: str) -> Answer:
        # 1. Only an agent, with enough of a Key ID and a reason.
        agent = await self._desk.agents.require(who)
        typed, why = find_key_id(text, asked=True), kept(words, LONGEST_REASON).text
        if typed is None or len(typed.digits) < ALONE:
            raise Refused("few_digits")
        if not why:
            raise Refused("no_reason")
        # 2. Counted first.
        id_ = await self._counted(agent, typed, reason, why)
        # 3. Personal computers do not exist.
        found = await self._found(typed)
        corporate = [device for device in found.devices if device.ownership == "corporate"]
        cards = {card.key_id: (device, card) for device in corporate for card in device.keys if card.key_id}
        matches = match_key_ids(typed, cards)
        meant = [cards[key_id] for key_id in (*matches.exact, *(near.key_id for near in matches.near))]
        # 4. On record before it is seen.
        devices = tuple(dict.fromkeys(device.id for device, _ in meant))
        answered = oversight.SearchAnswered(id_, devices, found.silent)
        await self._conductor.handle(oversight.of_agent(agent.id), answered, f"{id_}/answered")
        return Answer(typed, await self._hits(meant), not matches.exact, found.silent)

    async def _counted(self, agent: Agent, typed: TypedKeyId, reason: WhySearched, words: str) -> str:
        """Whoever asks again searches again: an id of our own, or one form would be any number of searches."""
        id_ = f"search/{secrets.token_hex(8)}"
        search = Search(id_, self._clock.now(), spaced(typed.digits[:ALONE]), reason, words)
        after = await self._conductor.handle(oversight.of_agent(agent.id), oversight.SearchAsked(agent, search), id_)
        if not (isinstance(after, Overseen) and oversight.was_counted(after, id_)):
            raise Refused("limit")
        return id_

    async def _found(self, typed: TypedKeyId) -> Findings:
        try:
            return await self._source.by_key_id(beginnings(typed))
        except SourceUnavailable as error:
            return Findings(silent=(error.source,))

    async def _hits(self, meant: Iterable[tuple[Device, KeyCard]]) -> tuple[Hit, ...]:
        opened = await self._office.open_cases()
        return tuple(
            [
                Hit(
                    device,
                    card,
                    await self._desk.known(device.owner),
                    tuple(filed.case.number for filed in opened if filed.case.person == device.owner),
                )
                for device, card in meant
            ]
        )

    # supervisors

    async def supervises(self, who: PersonId) -> bool:
        return self._supervisors is not None and await self._supervisors.includes(who)

    async def deeds(self, who: PersonId) -> list[Deed]:
        """Of all agents in the last thirty days, the newest first. Raises NotASupervisor and RightsUnknown."""
        await self._require_supervisor(who)
        since = self._clock.now() - oversight.KEPT
        deeds = [deed for state in await self._all() for deed in _deeds_of(state) if deed.what.at > since]
        return sorted(deeds, key=lambda deed: deed.what.at, reverse=True)

    async def concerns(self, who: PersonId) -> list[WaitingCase]:
        """Cases that wait too long, the longest first. Raises NotASupervisor and RightsUnknown."""
        await self._require_supervisor(who)
        found = [waiting_case(filed) for filed in await self._office.open_cases()]
        return [case for case in found if case is not None]

    async def _require_supervisor(self, who: PersonId) -> None:
        if self._supervisors is None:
            raise NotASupervisor
        try:
            await self._supervisors.require(who)
        except (RightsUnknown, Blocked):
            raise
        except NotAnAgent as error:
            raise NotASupervisor from error

    async def _all(self) -> list[Overseen]:
        flow_ids, last = list[str](), ""
        while page := await self._store.flows(oversight.KIND, last, FLOWS_AT_ONCE):
            flow_ids += [flow_id for flow_id, _ in page]
            last = flow_ids[-1]
        states = [await self._conductor.state(flow_id) for flow_id in flow_ids]
        return [state for state in states if isinstance(state, Overseen)]


def _deeds_of(state: Overseen) -> Iterable[Deed]:
    if state.by is not None:
        yield from (Deed(state.by, search) for search in state.searches)
        yield from (Deed(state.by, deed) for deed in state.deeds)
