"""What the policy asks of a person now: it gathers what can be known about them, and what cannot counts as the worse."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot import standing
from bot.domain.devices import Device
from bot.domain.errors import SourceUnavailable
from bot.domain.people import Network, PersonId
from bot.domain.policy import (
    LATELY,
    Allowed,
    Asker,
    Policy,
    Risk,
    ToHuman,
    agents_needed,
    decide,
    may_be_read_aloud,
    within_reach,
)
from bot.domain.policy_record import written
from bot.domain.policy_review import ground_of
from bot.ports.clock import Clock
from bot.ports.policy import Decision, ReleaseDecision
from bot.ports.risk import RiskSource
from bot.ports.seeds import Seeds
from bot.ports.sources import Groups

Has = Callable[[PersonId], Awaitable[bool]]
"""Does the person have this method now? Raises SourceUnavailable."""


def has_app(seeds: Seeds, clock: Clock) -> Has:
    """An authenticator app that may be used already."""

    async def has(person: PersonId) -> bool:
        found = await seeds.enrolled(person)
        return found is not None and found.is_usable(clock.now())

    return has


class PolicyOfProof:
    """`methods`: what this installation has, and for those that not everybody has, who does; None: everybody.

    `recall`: a flow as it stands.
    """

    def __init__(
        self,
        policy: Policy,
        methods: Mapping[str, Has | None],
        groups: Groups,
        risk: RiskSource,
        recall: Callable[[str], Awaitable[object]],
        clock: Clock,
    ) -> None:
        self._policy, self._methods, self._groups = policy, methods, groups
        self._risk, self._recall, self._clock = risk, recall, clock

    async def decide(self, person: PersonId, device: Device, network: Network) -> Decision:
        asker = await self.asker(person, device, network)
        methods = await self.methods_for(person)
        decision = self.judge(asker, methods)
        about = written(self._policy, asker, decision, methods)
        return Decision(() if isinstance(decision, ToHuman) else decision.sets, about)

    def judge(self, asker: Asker, methods: tuple[str, ...]) -> Allowed | ToHuman:
        """With the reasons, for administrators. What the person does not have here is not promised to them."""
        return within_reach(decide(self._policy, asker), methods)

    async def release(self, person: PersonId, device: Device) -> ReleaseDecision:
        asker = await self.asker(person, device)
        agents = agents_needed(self._policy, asker)
        methods = await self.methods_for(person)
        about = written(self._policy, asker, self.judge(asker, methods), methods)
        aloud = may_be_read_aloud(self._policy, asker)
        return ReleaseDecision(agents, ("sign_in",), {**about, "agents": str(agents)}, aloud=aloud)

    async def asker(self, person: PersonId, device: Device, network: Network = "unknown") -> Asker:
        now = self._clock.now()
        return Asker(
            ownership=device.ownership,
            hour=self._policy.hour_of(now),
            groups=await self._groups_of(person),
            owner_for_days=(now - device.owner_since).days if device.owner_since else None,
            network=network,
            risk=await self._risk.risk_of(person),
            unlocks_lately=await self._unlocks_of(person),
        )

    async def methods_for(self, person: PersonId) -> tuple[str, ...]:
        """What the person does not have is not asked of them: the next set, or a human, is offered at once."""
        return tuple([method for method, has in self._methods.items() if has is None or await self._has(person, has)])

    @staticmethod
    async def _has(person: PersonId, has: Has) -> bool:
        try:
            return await has(person)
        except SourceUnavailable:
            return False

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


def lets_anybody_in(policy: Policy, methods: tuple[str, ...], risks: tuple[Risk, ...]) -> bool:
    """Is there anybody who would not be brought to a human? Of what `PolicyOfProof` can know; `risks`: those that occur."""
    ground = replace(ground_of(policy), risks=risks, owner_days=(None,), networks=("unknown", "inside"))
    return any(within_reach(decide(policy, asker), methods).sets for asker in ground.askers())
