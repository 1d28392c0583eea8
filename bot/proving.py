"""What the policy asks of a person now: it gathers what can be known about them, and what cannot counts as the worse."""

from collections.abc import Awaitable, Callable

from bot import standing
from bot.domain.devices import Device
from bot.domain.errors import SourceUnavailable
from bot.domain.people import PersonId
from bot.domain.policy import LATELY, Asker, Policy, ToHuman, decide, within_reach
from bot.domain.policy_record import written
from bot.ports.clock import Clock
from bot.ports.policy import Decision
from bot.ports.risk import RiskSource
from bot.ports.sources import Groups


class PolicyOfProof:
    """`methods`: what this installation has. `recall`: a flow as it stands."""

    def __init__(
        self,
        policy: Policy,
        methods: tuple[str, ...],
        groups: Groups,
        risk: RiskSource,
        recall: Callable[[str], Awaitable[object]],
        clock: Clock,
    ) -> None:
        self._policy, self._methods, self._groups = policy, methods, groups
        self._risk, self._recall, self._clock = risk, recall, clock

    async def decide(self, person: PersonId, device: Device) -> Decision:
        asker = await self.asker(person, device)
        decision = within_reach(decide(self._policy, asker), self._methods)
        about = written(self._policy, asker, decision, self._methods)
        return Decision(() if isinstance(decision, ToHuman) else decision.sets, about)

    async def asker(self, person: PersonId, device: Device) -> Asker:
        now = self._clock.now()
        return Asker(
            ownership=device.ownership,
            hour=self._policy.hour_of(now),
            groups=await self._groups_of(person),
            risk=await self._risk.risk_of(person),
            unlocks_lately=await self._unlocks_of(person),
        )

    async def _groups_of(self, person: PersonId) -> tuple[str, ...] | None:
        try:
            return await self._groups.groups_of(person)
        except SourceUnavailable:
            return None

    async def _unlocks_of(self, person: PersonId) -> int:
        found = await self._recall(standing.of_person(person))
        if not isinstance(found, standing.Standing):
            return 0
        now = self._clock.now()
        return sum(now - moment.at < LATELY for moment in found.unlocks)
