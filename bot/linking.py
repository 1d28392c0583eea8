"""Makes links to a key, where limits and policy allow: the owed beginning of what `unlocking` goes on with."""

from collections.abc import Mapping

import structlog

from bot import challenge, limits, standing
from bot.challenge import Claimed, MakeChallenge, Offer, OfferCandidate, Over, Waiting
from bot.conductor import Conductor, Task
from bot.domain.link import Links
from bot.domain.release import Vouched
from bot.news import ChallengeReady, ChallengeRefused, RefusedBecause
from bot.ports.clock import Clock
from bot.ports.policy import Decision, ProofPolicy

log = structlog.get_logger()

_REFUSED: Mapping[challenge.Ending | None, RefusedBecause] = {
    "insisted": "insisted_today",
    "denied": "denied",
    "frozen": "frozen",
}
"""Of what ended a link while the policy was asked about it. One of another end goes out as it is, and asks for a new one."""


class Linking:
    def __init__(self, conductor: Conductor, policy: ProofPolicy, links: Links, clock: Clock, links_a_day: int) -> None:
        """`links_a_day`: of everybody together, but for those that agents vouch for."""
        self._conductor, self._policy, self._links, self._clock = conductor, policy, links, clock
        self._of_all = links_a_day

    async def make(self, task: Task) -> ChallengeReady | ChallengeRefused:
        wanted = task.effect
        if not isinstance(wanted, MakeChallenge):
            raise TypeError
        challenge_id = self._links.challenge_id(task.id)
        tries_left = await self._replaced(wanted)
        if refused := await self._limits(wanted, task.flow_id, challenge_id):
            return refused
        if tries_left == 0:
            return ChallengeRefused("limit")
        vouched = self._vouched(wanted)
        decision = (
            Decision((vouched.methods,), vouched.decided)
            if vouched
            else await self._policy.decide(wanted.person, wanted.device, wanted.network)
        )
        if not decision.sets:
            refused_by = standing.LinkRefused(wanted.person, wanted.device.id, decision.about)
            await self._conductor.handle(standing.of_person(wanted.person), refused_by, f"refused/{task.id}")
            return ChallengeRefused("policy")
        views = challenge.VIEWS_ON_A_SHARED_COMPUTER if wanted.on_shared_computer else challenge.VIEWS
        number = self._links.number(challenge_id)
        offer = Offer(
            challenge_id,
            task.flow_id,
            wanted.person,
            wanted.device,
            wanted.key_ref,
            number,
            decision.sets,
            views,
            decision.about,
            vouched.held if vouched else (),
            vouched.case if vouched else None,
        )
        made = challenge.Made(offer, self._clock.now(), tries_left)
        after = await self._conductor.handle(challenge.flow_id(challenge_id), made, task.id)
        if isinstance(after, challenge.Unmade) and (because := _REFUSED.get(after.ended)):
            return ChallengeRefused(because)
        return ChallengeReady(challenge_id, number)

    def _vouched(self, wanted: MakeChallenge) -> Vouched | None:
        """Agents' words for this person at this device, while they count; then the policy decides as ever."""
        vouched = wanted.vouched
        holds = vouched is not None and vouched.holds(wanted.person, wanted.device.id, self._clock.now())
        return vouched if holds else None

    async def offer(self, task: Task) -> ChallengeReady | None:
        """Another candidate within the same grant, as long as it lives; None when it does and the page shows it."""
        wanted = task.effect
        if not isinstance(wanted, OfferCandidate):
            raise TypeError
        flow_id = challenge.flow_id(wanted.challenge_id)
        await self._conductor.handle(flow_id, challenge.CandidateOffered(wanted.key_ref), task.id)
        return None

    async def _limits(self, wanted: MakeChallenge, chat: str, id_: str) -> ChallengeRefused | None:
        """What an agent vouches for is not counted among everybody's: on the day of a great outage that is how people go on."""
        now, vouched = self._clock.now(), self._vouched(wanted)
        a_day = limits.VOUCHED_LINKS_A_DAY if vouched else limits.LINKS_OF_ONE_A_DAY
        word_at = vouched.word_at if vouched else None
        theirs = standing.LinkAsked(id_, now, a_day, word_at=word_at)
        asked_of = [(standing.of_person(wanted.person), theirs), (standing.of_device(wanted.device.id), theirs)]
        if not vouched:
            asked_of.insert(0, (standing.of_session(chat, wanted.session_since), standing.LinkAsked(id_, now)))
            asked_of.append((standing.OF_ALL, standing.LinkAsked(id_, now, self._of_all, alarms=True)))
        for subject, asked in asked_of:
            counted = await self._conductor.handle(subject, asked, f"link/{id_}")
            if not isinstance(counted, standing.Standing):
                raise TypeError
            if asked.alarms and len(counted.links) >= asked.many:
                log.error("many links today", links=len(counted.links), at_most=asked.at_most)
            if counted.frozen is not None:
                return ChallengeRefused("frozen")
            if stopped := standing.stopped(counted, now, word_at):
                return ChallengeRefused(stopped)
            if not limits.was_allowed(counted.links, id_):
                return ChallengeRefused("limit")
        return None

    async def _replaced(self, wanted: MakeChallenge) -> int:
        """The old link is void; a new one neither gives tries back nor costs any."""
        if wanted.replaces is None:
            return challenge.TRIES
        flow_id = challenge.flow_id(wanted.replaces)
        before = await self._conductor.state(flow_id)
        await self._conductor.handle(flow_id, challenge.Voided("replaced"), "replaced")
        return before.tries_left if isinstance(before, Waiting | Claimed | Over) else challenge.TRIES
