"""What keeps somebody from helping themselves, taken away by an agent: a freeze, or the authenticator app of a lost phone.

Each brings somebody nearer to a key, so it takes the agent's own fresh sign-in, and the person is told.
"""

from typing import Literal

from bot import enrolment, standing
from bot.conductor import Conductor
from bot.domain.cases import Agent
from bot.domain.people import PersonId
from bot.helpdesk import Helpdesk, Refused
from bot.ports.clock import Clock
from bot.ports.seeds import Seeds
from bot.ports.sessions import Session

WhyThawed = Literal["found", "mistake", "was_them"]


class Lifting:
    def __init__(self, desk: Helpdesk, conductor: Conductor, seeds: Seeds, clock: Clock) -> None:
        self._desk, self._conductor, self._seeds, self._clock = desk, conductor, seeds, clock

    async def thaw(self, session: Session, number: int, device_id: str, reason: WhyThawed) -> None:
        """Let the person (no `device_id`) or the device of a case help themselves again, which all their addresses are told.

        Whoever vouched before the freeze does not lift it: they are who may have been fooled. Raises SignInFirst.
        """
        agent, person = await self._sure(session, number)
        name, now = "", self._clock.now()
        flow_id, subject = standing.of_person(person), f"person {person}"
        if device_id:
            name = await self._name_of(person, device_id)
            flow_id, subject = standing.of_device(device_id), f"device {device_id}"
        before = await self._conductor.state(flow_id)
        if not isinstance(before, standing.Standing) or before.frozen is None:
            raise Refused("gone")
        of_person = await self._conductor.state(standing.of_person(person))
        if any(standing.has_vouched(one, agent.id, now) for one in (before, of_person)):
            raise Refused("vouched_before")
        owed = standing.TellThawed(person, device_id, name, now)
        thawed = standing.Thawed(agent.id, subject, str(number), reason, owed)
        await self._conductor.handle(flow_id, thawed, f"thaw/{number}/{before.thaws}")

    async def remove_app(self, session: Session, number: int, seed_id: str) -> None:
        """The authenticator app that the agent saw, for a phone that is lost. The person hears of it. Raises SignInFirst."""
        agent, person = await self._sure(session, number)
        app = await self._seeds.enrolled(person)
        if app is None or app.seed_id != seed_id:
            raise Refused("gone")
        removed = enrolment.RemovedByDesk(person, agent.id, number, seed_id, self._clock.now())
        await self._conductor.handle(enrolment.of_person(person), removed, f"removed by desk/{number}/{seed_id}")

    async def _sure(self, session: Session, number: int) -> tuple[Agent, PersonId]:
        """Whose case it is, signed in freshly for it, and no friend of its person."""
        agent = await self._desk.agents.require(session.principal.id, as_of_now=True)
        filed = await self._desk.filed(number)
        self._desk.require_holder(filed, agent)
        await self._desk.vouching.require(session, number)
        await self._desk.stranger(agent, filed.case.person)
        return agent, filed.case.person

    async def _name_of(self, person: PersonId, device_id: str) -> str:
        devices, _ = await self._desk.devices_of(person)
        name = next((device.name for device in devices if device.id == device_id), None)
        if name is None:
            raise Refused("gone")
        return name
