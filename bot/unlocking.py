"""Prove, then show: the numbered obligations between a link and a key on the screen. The order is the security.

1. The link is one that we made, and its challenge is still open.
2. This browser is the one that claimed it.
3. Neither the person nor the device is frozen.
4. The try is counted before the proof is looked at; the number from the chat and every method of proof hold.
5. The grant is alive, and a view is left in it.
6. The person was asked whether somebody is telling them what to do, and said no.
7. The person is still in the directory and enabled; the key is fetched now, and passes its check.
8. The view, its audit record, the owner's notice and the owed key change are committed. Only then is the key opened.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot import challenge, standing
from bot.challenge import Claimed, Granted, MakeChallenge, Offer, OfferCandidate, Over, Waiting
from bot.conductor import Conductor, Task
from bot.domain.devices import KeyCard
from bot.domain.errors import DamagedKey, NoSuchKey, ProofRefused, SourceUnavailable, SparekeyError
from bot.domain.link import Links
from bot.domain.people import PersonId
from bot.domain.recovery_key import RecoveryKeyKind, check_recovery_key, groups_of
from bot.domain.secret import Secret
from bot.news import ChallengeReady, ChallengeRefused
from bot.ports.clock import Clock
from bot.ports.policy import ProofPolicy
from bot.ports.proof import Proof
from bot.ports.sources import Directory, KeySource

LINKS_A_DAY_FOR_ALL = 2_000
SECONDS_ROUNDED = timedelta(seconds=5)
"""Providers round the moment of a sign-in to seconds, and clocks differ a little."""

T = TypeVar("T")
Live = Waiting | Claimed | Granted


class LinkGone(SparekeyError):
    """Unknown, expired, replaced or frozen: the page says the same for all of them."""


class OtherBrowser(SparekeyError):
    """Another browser has claimed the link."""


class NotYet(SparekeyError):
    """The page asked for a step before its turn."""


class KeyUnavailable(SparekeyError):
    """The key cannot be had, or is damaged; the conversation has been told."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page renders once. The groups are the key: they go into one response and nowhere else."""

    kind: RecoveryKeyKind
    groups: tuple[str, ...]
    card: KeyCard
    device_name: str
    goes_dark_at: datetime
    views_left: int


class Unlocking:
    def __init__(
        self,
        conductor: Conductor,
        source: KeySource,
        proofs: Mapping[str, Proof],
        policy: ProofPolicy,
        directory: Directory,
        links: Links,
        clock: Clock,
    ) -> None:
        self._conductor, self._source, self._proofs, self._policy = conductor, source, proofs, policy
        self._directory, self._links, self._clock = directory, links, clock

    # owed by the conversation

    async def make(self, task: Task) -> ChallengeReady | ChallengeRefused:
        wanted = _as(task.effect, MakeChallenge)
        challenge_id = self._links.challenge_id(task.id)
        tries_left = await self._replaced(wanted)
        if refused := await self._limits(wanted, task.id):
            return refused
        if tries_left == 0:
            return ChallengeRefused("limit")
        decision = await self._policy.decide(wanted.person, wanted.device)
        if not decision.sets:
            refused_by = standing.LinkRefused(wanted.person, wanted.device.id, decision.about)
            await self._conductor.handle(standing.of_person(wanted.person), refused_by, f"refused/{task.id}")
            return ChallengeRefused("policy")
        views = 1 if wanted.on_shared_computer else challenge.VIEWS
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
        )
        made = challenge.Made(offer, self._clock.now(), tries_left)
        await self._conductor.handle(challenge.flow_id(challenge_id), made, task.id)
        return ChallengeReady(challenge_id, number)

    async def offer(self, task: Task) -> ChallengeReady | None:
        """Another candidate within the same grant, as long as it lives; None when it does and the page shows it."""
        wanted = _as(task.effect, OfferCandidate)
        flow_id = challenge.flow_id(wanted.challenge_id)
        await self._conductor.handle(flow_id, challenge.CandidateOffered(wanted.key_ref), task.id)
        return None

    async def has_views_left(self, challenge_id: str) -> bool:
        state = await self._conductor.state(challenge.flow_id(challenge_id))
        return (
            isinstance(state, Granted) and state.views < state.offer.views_allowed and self._clock.now() < state.until
        )

    # asked by the page

    async def look(self, link: str) -> Live | Over:
        """GET: no side effect, for whoever looks."""
        state = await self._challenge(link)  # 1
        await self._unfrozen(state.offer)  # 3
        return state

    async def claim(self, link: str, browser: str) -> None:
        state = await self.look(link)  # 1, 3
        if isinstance(state, Waiting):
            event = challenge.LinkClaimed(browser, self._clock.now())
            await self._conductor.handle(self._flow(state), event, f"claim/{browser}")
        await self._claimed(link, browser)  # 2

    async def prove(self, link: str, browser: str, number: str, answers: Mapping[str, str]) -> Claimed | Granted:
        """The number alone may be proved first. Raises ProofRefused; the tries that are left stand in the challenge."""
        state = await self._claimed(link, browser)  # 1, 2, 3
        if isinstance(state, Granted):
            return state
        try_id = secrets.token_hex(8)
        await self._count_try(state, browser, try_id)  # 4
        try:
            await self._compare(state, number, answers)  # 4
        except ProofRefused:
            await self._failed(state, browser, try_id)
            raise
        return await self._held(state, browser, tuple(answers), try_id)

    async def signed_in(self, link: str, browser: str, person: PersonId, at: datetime | None) -> Claimed | Granted:
        """A sign-in that the provider vouches for. `at`: when the person proved themselves there, by its own clock."""
        state = await self._claimed(link, browser)  # 1, 2, 3
        if isinstance(state, Granted):
            return state
        try_id = secrets.token_hex(8)
        await self._count_try(state, browser, try_id)  # 4
        fresh = at is not None and at >= state.made_at - SECONDS_ROUNDED
        if not state.number_held or person != state.offer.person or not fresh:
            await self._failed(state, browser, try_id)
            raise ProofRefused
        return await self._held(state, browser, ("sign_in",), try_id)

    async def other_way(self, link: str, browser: str) -> Live | Over:
        state = await self._claimed(link, browser)
        event = challenge.OtherSetAsked(browser)
        await self._conductor.handle(self._flow(state), event, f"other/{secrets.token_hex(8)}")
        return await self.look(link)

    async def answer(self, link: str, browser: str, *, somebody_insists: bool) -> None:
        state = await self._granted(link, browser)
        event = challenge.Asked(browser, somebody_insists)
        await self._conductor.handle(self._flow(state), event, f"asked/{secrets.token_hex(8)}")

    async def show(self, link: str, browser: str, nth: int) -> Shown:
        state = await self._granted(link, browser)  # 1, 2, 3
        now = self._clock.now()
        if not challenge.may_view(state, nth, now):  # 5, 6
            raise NotYet
        kind, key = await self._fetch(state)  # 7
        event = challenge.Viewed(browser, nth, now)
        viewed = await self._conductor.remember(self._flow(state), event, f"view/{state.offer.key_ref}/{nth}")  # 8
        self._conductor.act_soon(viewed.owed)
        after = viewed.state
        if not isinstance(after, Granted) or after.view_until is None or after.viewed_ref != state.offer.key_ref:
            raise NotYet
        if now >= after.view_until:
            raise NotYet
        left = after.offer.views_allowed - after.views
        return Shown(kind, groups_of(key, kind), _card(after.offer), after.offer.device.name, after.view_until, left)

    async def outcome(self, link: str, browser: str, *, worked: bool) -> None:
        state = await self._granted(link, browser)
        event = challenge.OutcomePressed(browser, worked)
        await self._conductor.handle(self._flow(state), event, f"outcome/{state.offer.key_ref}/{state.views}/{worked}")

    async def finish(self, link: str, browser: str) -> None:
        state = await self._challenge(link)
        if isinstance(state, Granted) and state.browser == browser:
            await self._conductor.handle(self._flow(state), challenge.Finished(browser), "finished")

    # the obligations

    async def _challenge(self, link: str) -> Live | Over:
        challenge_id = self._links.challenge_of(link)
        if challenge_id is None:
            raise LinkGone
        state = await self._conductor.state(challenge.flow_id(challenge_id))
        if isinstance(state, Waiting | Claimed | Granted) and self._clock.now() >= state.until:
            raise LinkGone
        if not isinstance(state, Waiting | Claimed | Granted | Over):
            raise LinkGone
        return state

    async def _unfrozen(self, offer: Offer) -> None:
        for subject in (standing.of_person(offer.person), standing.of_device(offer.device.id)):
            found = _as(await self._conductor.state(subject), standing.Standing)
            if found.frozen is not None:
                raise LinkGone

    async def _claimed(self, link: str, browser: str) -> Claimed | Granted:
        state = await self.look(link)
        if isinstance(state, Over):
            raise LinkGone
        if isinstance(state, Waiting):
            raise NotYet
        if not hmac.compare_digest(state.browser.encode(), browser.encode()):
            raise OtherBrowser
        return state

    async def _granted(self, link: str, browser: str) -> Granted:
        state = await self._claimed(link, browser)
        if not isinstance(state, Granted):
            raise NotYet
        return state

    async def _count_try(self, state: Claimed, browser: str, try_id: str) -> None:
        """In the challenge and for the person; a try that could not be counted is not looked at."""
        now = self._clock.now()
        person = standing.of_person(state.offer.person)
        tried = await self._conductor.handle(person, standing.ProofTried(try_id, now), f"try/{try_id}")
        made = challenge.TryMade(browser, try_id, now)
        after = await self._conductor.handle(self._flow(state), made, f"try/{try_id}")
        counted = isinstance(after, Claimed) and after.last_try == try_id
        if not counted or not standing.was_allowed(_as(tried, standing.Standing).tries, try_id):
            await self._conductor.handle(self._flow(state), challenge.ProofFailed(browser), f"failed/{try_id}")
            raise ProofRefused

    async def _failed(self, state: Live, browser: str, try_id: str) -> None:
        await self._conductor.handle(self._flow(state), challenge.ProofFailed(browser), f"failed/{try_id}")

    async def _held(self, state: Claimed, browser: str, methods: tuple[str, ...], try_id: str) -> Claimed | Granted:
        given = challenge.ProofGiven(browser, methods, self._clock.now())
        after = await self._conductor.handle(self._flow(state), given, f"given/{try_id}")
        if isinstance(after, Granted):
            await self._conductor.handle(standing.of_person(state.offer.person), standing.ProofHeld(), f"held/{try_id}")
        if not isinstance(after, Claimed | Granted):
            raise LinkGone
        return after

    async def _compare(self, state: Claimed, number: str, answers: Mapping[str, str]) -> None:
        """Everything is compared before anything is said, so that a wrong number and a wrong code look alike."""
        offer = state.offer
        number_holds = state.number_held or hmac.compare_digest(number.strip().encode(), offer.number.encode())
        methods = [self._proofs[name] for name in answers if name in self._proofs and name in state.missing]
        if not number_holds or len(methods) != len(answers):
            raise ProofRefused
        for method in methods:
            await method.prove(offer.person, answers[method.name], self._clock.now())

    async def _fetch(self, state: Granted) -> tuple[RecoveryKeyKind, Secret]:
        told = f"{state.offer.key_ref}/{state.views}"
        try:
            person = await self._directory.person(state.offer.person)
            if person is None or not person.enabled:
                raise LinkGone
            kind, key = await self._source.fetch(state.offer.key_ref)
            check_recovery_key(key, kind)
        except (DamagedKey, NoSuchKey) as error:
            await self._conductor.handle(self._flow(state), challenge.FoundDamaged(), f"damaged/{told}")
            raise KeyUnavailable from error
        except SourceUnavailable as error:
            event = challenge.FoundOutOfReach(error.source)
            await self._conductor.handle(self._flow(state), event, f"out of reach/{told}/{secrets.token_hex(4)}")
            raise KeyUnavailable from error
        return kind, key

    # limits

    async def _limits(self, wanted: MakeChallenge, id_: str) -> ChallengeRefused | None:
        now = self._clock.now()
        for subject, at_most in (
            (standing.of_person(wanted.person), standing.LINKS_A_DAY),
            (standing.of_device(wanted.device.id), standing.LINKS_A_DAY),
            (standing.OF_ALL, LINKS_A_DAY_FOR_ALL),
        ):
            after = await self._conductor.handle(subject, standing.LinkAsked(id_, now, at_most), f"link/{id_}")
            counted = _as(after, standing.Standing)
            if counted.frozen is not None:
                return ChallengeRefused("frozen")
            if not standing.was_allowed(counted.links, id_):
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

    @staticmethod
    def _flow(state: Live | Over) -> str:
        return challenge.flow_id(state.offer.challenge_id)


def _card(offer: Offer) -> KeyCard:
    return next(card for card in offer.device.keys if card.key_ref == offer.key_ref)


def _as(value: object, expected: type[T]) -> T:
    if not isinstance(value, expected):
        message = f"{type(value).__name__} where {expected.__name__} belongs"
        raise TypeError(message)
    return value
