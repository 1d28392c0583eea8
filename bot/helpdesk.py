"""What agents do with cases: look, take, put back, close, open one for a caller, talk with its person. Rights are asked each time."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Literal

from bot import case_file, limits, news, standing, ticket
from bot.agents import Agents, RightsUnknown, TooClose
from bot.case_file import Filed, OpenCase, case_of
from bot.case_office import CaseOffice
from bot.conductor import Conductor, Task
from bot.domain.cases import Agent, Learnt, Outcome, Taken
from bot.domain.devices import Device
from bot.domain.errors import SourceUnavailable, SparekeyError
from bot.domain.people import Person, PersonId
from bot.domain.tidy import kept
from bot.ports.clock import Clock
from bot.ports.seeds import Enrolled, Seeds
from bot.ports.sources import Directory, KeySource, Logins
from bot.vouching import Vouching

Why = Literal[
    "no_case", "taken", "not_yours", "own_case", "too_close", "same_agent", "frozen", "limit", "policy", "gone", "note",
    "nobody", "not_yet", "silent", "no_chat", "no_words", "left", "few_digits", "no_reason",
    "no_note", "many_notes", "word_blocked", "vouched_before", "no_colleague", "no_team", "yourself", "their_own", "closing",
    "policy_aloud", "not_to_read", "read_once", "damaged", "merged", "merging", "another_open", "no_picture",
]  # fmt: skip


class Refused(SparekeyError):
    """The agent is told in words. `name`: whose doing it is."""

    def __init__(self, why: Why, name: str = "") -> None:
        super().__init__(why)
        self.why, self.name = why, name


@dataclass(frozen=True, slots=True)
class Freeze:
    """`device`: None where it is the person who is frozen."""

    why: str
    device: Device | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as an agent sees it. `devices`: the person's corporate ones; no others exist for the desk.

    `others`: cases of the same person, the newest first.
    """

    filed: Filed
    agent: Agent
    person: Person | None
    devices: tuple[Device, ...]
    silent: tuple[str, ...]
    freezes: tuple[Freeze, ...]
    app: Enrolled | None
    ticket: ticket.State
    others: tuple[Filed, ...] = ()


class Helpdesk:
    def __init__(
        self,
        agents: Agents,
        conductor: Conductor,
        office: CaseOffice,
        source: KeySource,
        directory: Directory,
        logins: Logins,
        seeds: Seeds,
        vouching: Vouching,
        clock: Clock,
    ) -> None:
        self.agents, self._conductor, self._office, self._source = agents, conductor, office, source
        self._directory, self._logins, self._seeds, self._clock = directory, logins, seeds, clock
        self.vouching = vouching

    async def seen_by(self, who: PersonId, number: int) -> Filed:
        await self.agents.require(who)
        return await self.filed(number)

    async def look(self, who: PersonId, number: int) -> Seen:
        agent = await self.agents.require(who)
        filed = await self.filed(number)
        person = await self.known(filed.case.person)
        devices, silent = await self.devices_of(filed.case.person)
        app = await self._seeds.enrolled(filed.case.person)
        mirror = await self._conductor.state(ticket.of_case(number))
        freezes = await self._freezes(filed.case.person, devices)
        others = await self._office.cases_of(filed.case.person)
        return Seen(
            filed, agent, person, devices, silent, freezes, app,
            mirror if isinstance(mirror, ticket.Mirrored) else ticket.Unmirrored(),
            tuple(other for other in others if other.case.number != number),
        )  # fmt: skip

    async def take(self, who: PersonId, number: int, form: str = "") -> None:
        """One form takes it once: whoever has put it back meanwhile does not have it again."""
        agent = await self.agents.require(who)
        filed = await self.filed(number)
        if filed.case.person == agent.id:
            raise Refused("own_case")
        now = self._clock.now()
        after = await self._conductor.handle(
            case_of(number), case_file.CaseTaken(agent, now), f"taken/{agent.id}/{form or now.isoformat()}"
        )
        self.require_holder(after, agent)

    async def put_back(self, who: PersonId, number: int) -> None:
        agent, _ = await self.theirs(who, number)
        id_ = f"put back/{agent.id}/{self._clock.now().isoformat()}"
        await self._conductor.handle(case_of(number), case_file.CasePutBack(agent), id_)

    async def keep(self, who: PersonId, number: int) -> None:
        """The agent is still on it."""
        agent, _ = await self.theirs(who, number)
        id_ = f"kept/{agent.id}/{self._clock.now().isoformat()}"
        await self._conductor.handle(case_of(number), case_file.CaseKept(agent), id_)

    async def close(
        self, who: PersonId, number: int, outcome: Outcome, tags: tuple[str, ...] = (), form: str = ""
    ) -> None:
        """One form closes it once: what was opened again meanwhile stays open. Raises Refused where it is not closed."""
        agent, _ = await self.theirs(who, number)
        closed = case_file.CaseClosed(agent, self._clock.now(), outcome, tags)
        id_ = f"closed/{agent.id}/{form or secrets.token_hex(8)}"
        after = await self._conductor.handle(case_of(number), closed, id_)
        if isinstance(after, Filed) and after.is_open:
            self.require_holder(after, agent)
            raise Refused("merging" if after.joining else "gone")

    async def say(self, who: PersonId, number: int, words: str, form: str) -> bool:
        """To the person, wherever they write. One form says it once; a recovery key in it goes no further than here.

        Whether there was one, so that the agent is told.
        Of two cases in one chat the newer speaks there, once an agent has it: so the conversation decides as well.
        """
        agent, filed = await self.theirs(who, number)
        if not filed.case.chat:
            raise Refused("no_chat")
        if filed.left:
            raise Refused("left")
        for other in await self._office.beside(filed):
            if other.holder and other.case.number > number:
                raise Refused("another_open", str(other.case.number))
        masked = kept(words)
        if not masked.text:
            raise Refused("no_words")
        said = news.AgentSaid(number, agent.name, masked.text)
        await self._conductor.handle(filed.case.chat, said, f"said/{agent.id}/{form}")
        return masked.found

    async def types(self, who: PersonId, number: int) -> str | None:
        """The conversation in which the person may see that the agent is writing, if there is one."""
        _, filed = await self.theirs(who, number)
        return filed.case.chat if filed.case.chat and not filed.left else None

    async def theirs(self, who: PersonId, number: int) -> tuple[Agent, Filed]:
        """A case for whoever has it. Raises NotAnAgent, Refused."""
        agent = await self.agents.require(who)
        filed = await self.filed(number)
        self.require_holder(filed, agent)
        return agent, filed

    async def open(self, who: PersonId, whom: str | PersonId, form: str) -> int:
        """For somebody who called or came, by login; or by id, whose computer was found.

        Sent twice, one form opens one case for one person. Look-ups are counted, found or not.
        """
        agent = await self.agents.require(who)
        id_ = f"desk/{agent.id}/{form}/{_name_of(whom)}"
        asked = standing.LookUpAsked(id_, self._clock.now())
        counted = await self._conductor.handle(standing.of_agent(agent.id), asked, id_)
        if not (isinstance(counted, standing.Standing) and limits.was_allowed(counted.look_ups, id_)):
            raise Refused("limit")
        try:
            person = await (
                self._directory.person(whom)
                if isinstance(whom, PersonId)
                else self._logins.by_login(whom.strip()[:200])
            )
        except SourceUnavailable as error:
            raise Refused("silent", error.source) from error
        if person is None or not person.enabled:
            raise Refused("nobody")
        if person.id == agent.id:
            raise Refused("own_case")
        case = OpenCase("", person.id, person.name, "called", "normal", person.language, "desk", Learnt())
        number = (await self._office.open(Task(id_, "", case))).number
        await self._conductor.handle(case_of(number), case_file.CaseTaken(agent, self._clock.now()), f"{id_}/taken")
        return number

    # in common with whatever else agents do

    async def filed(self, number: int) -> Filed:
        found = await self._conductor.state(case_of(number))
        if not isinstance(found, Filed):
            raise Refused("no_case")
        return found

    async def stranger(self, agent: Agent, person: PersonId) -> None:
        try:
            await self.agents.require_stranger(agent, person)
        except TooClose as error:
            raise Refused("too_close", agent.name) from error

    async def known(self, person: PersonId) -> Person | None:
        try:
            return await self._directory.person(person)
        except SourceUnavailable as error:
            raise RightsUnknown from error

    async def devices_of(self, person: PersonId) -> tuple[tuple[Device, ...], tuple[str, ...]]:
        try:
            found = await self._source.devices_of(person)
        except SourceUnavailable as error:
            return (), (error.source,)
        return tuple(device for device in found.devices if device.ownership == "corporate"), found.silent

    async def _freezes(self, person: PersonId, devices: tuple[Device, ...]) -> tuple[Freeze, ...]:
        subjects = [(standing.of_person(person), None), *((standing.of_device(one.id), one) for one in devices)]
        states = [(await self._conductor.state(flow_id), device) for flow_id, device in subjects]
        return tuple(
            Freeze(state.frozen, device)
            for state, device in states
            if isinstance(state, standing.Standing) and state.frozen is not None
        )

    async def require_unfrozen(self, person: PersonId, device: Device) -> None:
        if await self._freezes(person, (device,)):
            raise Refused("frozen")

    @staticmethod
    def require_holder(state: object, agent: Agent) -> None:
        """Raises Refused, with the name of whoever has it."""
        stage = state.stage if isinstance(state, Filed) else None
        if isinstance(stage, Taken) and stage.by.id == agent.id:
            return
        raise Refused("taken", stage.by.name) if isinstance(stage, Taken) else Refused("not_yours")


def _name_of(whom: str | PersonId) -> str:
    """Short, whatever was typed, and no name of somebody who was only looked up."""
    return hashlib.sha256(str(whom).strip().casefold().encode("utf-8", "replace")).hexdigest()[:16]
