"""Prove, then show: the numbered obligations between a link and a key on the screen. The order is the security.

1. The link is one that we made, and its challenge is still open.
2. This browser is the one that claimed it.
3. Neither the person nor the device is frozen.
4. The try is counted before the proof is looked at; the number from the chat and every method of proof hold.
5. The grant is alive, and a view is left in it.
6. The person was asked whether somebody is telling them what to do, and said no.
7. The person is still in the directory and enabled, and the computer still theirs; where agents vouched for them their
   words still hold, for this computer; the key is fetched now, and passes its check.
8. The view, its audit record, the owner's notice and the owed key change are committed. Only then is the key opened.
"""

import asyncio
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakValueDictionary

from bot import challenge, challenging, standing
from bot.challenge import Claimed, Granted, Offer, Over, Waiting
from bot.conductor import Conductor
from bot.domain.devices import KeyCard
from bot.domain.errors import DamagedKey, NoSuchKey, ProofRefused, SourceUnavailable, SparekeyError
from bot.domain.link import Links
from bot.domain.people import PersonId
from bot.domain.recovery_key import RecoveryKeyKind, check_recovery_key, groups_of
from bot.domain.secret import Secret
from bot.ports.clock import Clock
from bot.ports.proof import Proof
from bot.ports.sources import Directory, KeySource
from bot.tries import NO_NETWORK, NoTriesToday, Tries

SECONDS_ROUNDED = timedelta(seconds=5)
"""Providers round the moment of a sign-in to seconds, and clocks differ a little."""

Live = Waiting | Claimed | Granted


class LinkGone(SparekeyError):
    """Unknown, expired, replaced or frozen: the page says the same for all of them."""


class OtherBrowser(SparekeyError):
    """Another browser has claimed the link."""


class SomebodyElse(ProofRefused):
    """The provider vouches for somebody, but not for the person in the chat."""


class NotYet(SparekeyError):
    """The page asked for a step before its turn."""


class KeyUnavailable(SparekeyError):
    """The key cannot be had, or is damaged; the conversation has been told."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a proof. `network`: where it comes from, as far as that is known."""

    id: str
    network: str = NO_NETWORK


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page renders once. The groups are the key: they go into one response and nowhere else."""

    kind: RecoveryKeyKind
    groups: tuple[str, ...]
    card: KeyCard
    device_name: str
    goes_dark_at: datetime
    views_left: int


class Vouchers(Protocol):
    async def still_hold(self, offer: Offer, case: int) -> bool:
        """Whether what agents said in the case still counts. Raises SourceUnavailable."""


class Unlocking:
    def __init__(
        self,
        conductor: Conductor,
        source: KeySource,
        proofs: Mapping[str, Proof],
        directory: Directory,
        links: Links,
        clock: Clock,
        vouchers: Vouchers | None,
    ) -> None:
        """`vouchers`: None where there are no agents, so that nothing is shown on a word of theirs."""
        self._conductor, self._source, self._proofs = conductor, source, proofs
        self._directory, self._links, self._clock = directory, links, clock
        self._vouchers = vouchers
        self._tries = Tries(conductor, clock)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    # asked by the page

    async def look(self, link: str) -> Live | Over:
        """GET: no side effect, for whoever looks."""
        state = await self._challenge(link)  # 1
        await self._unfrozen(state.offer)  # 3
        return state

    async def claim(self, link: str, browser: str, *, on_shared_computer: bool = False) -> None:
        state = await self.look(link)  # 1, 3
        if isinstance(state, Waiting):
            event = challenge.LinkClaimed(browser, self._clock.now(), on_shared_computer)
            await self._conductor.handle(self._flow(state), event, f"claim/{browser}")
        await self._claimed(link, browser)  # 2

    async def prove(
        self, link: str, browser: str, number: str, answers: Mapping[str, str], network: str = NO_NETWORK
    ) -> Claimed | Granted:
        """The number alone may be proved first. Raises ProofRefused, TooSoon; the tries that are left stand in the challenge.

        A form that was tapped twice waits for itself: when the first held, the second finds that it has.
        """
        async with self._turn_of(self.name_of(link)):
            return await self._proved(link, browser, number, answers, network)

    def _turn_of(self, challenge_id: str) -> asyncio.Lock:
        return self._turns.setdefault(challenge_id, asyncio.Lock())

    async def _proved(
        self, link: str, browser: str, number: str, answers: Mapping[str, str], network: str
    ) -> Claimed | Granted:
        state = await self._claimed(link, browser)  # 1, 2, 3
        if isinstance(state, Granted):
            return state
        attempt = Attempt(secrets.token_hex(8), network)
        await self._count_try(state, browser, attempt)  # 4
        try:
            await self._compare(state, number, answers)  # 4
        except ProofRefused:
            await self._failed(state, browser, attempt)
            raise
        return await self._held(state, browser, tuple(answers), attempt)

    def name_of(self, link: str) -> str:
        """What may be stored of a link: the challenge's id. Raises LinkGone."""
        challenge_id = self._links.challenge_of(link)
        if challenge_id is None:
            raise LinkGone
        return challenge_id

    def link_of(self, challenge_id: str) -> str:
        return self._links.link(challenge_id)

    async def came_by_code(self, link: str) -> bool:
        """Whether its person was led here by a code of the desk, also when it is over: no page sends them into a chat."""
        challenge_id = self._links.challenge_of(link)
        state = await self._conductor.state(challenge.flow_id(challenge_id)) if challenge_id else None
        return isinstance(state, Waiting | Claimed | Granted | Over) and not state.offer.number

    async def signed_in(
        self, challenge_id: str, browser: str, person: PersonId, at: datetime | None, renewed: str
    ) -> Claimed | Granted:
        """A sign-in that the provider vouches for. `at`: when the person proved themselves there, by its own clock.

        `renewed`: whoever learnt the browser's old secret before the person signed in has nothing in hand afterwards.
        Where another way was whole meanwhile the sign-in proves nothing more, and the grant goes on in this browser.
        """
        state = await self._claimed(self.link_of(challenge_id), browser)  # 1, 2, 3
        attempt = Attempt(secrets.token_hex(8))
        if isinstance(state, Granted):
            if person != state.offer.person:
                raise SomebodyElse
            return await self._held(state, browser, ("sign_in",), attempt, renewed)
        await self._count_try(state, browser, attempt)  # 4
        fresh = at is not None and at >= state.made_at - SECONDS_ROUNDED
        if not state.number_held or person != state.offer.person or not fresh:
            await self._failed(state, browser, attempt)
            raise SomebodyElse if person != state.offer.person else ProofRefused
        return await self._held(state, browser, ("sign_in",), attempt, renewed)

    async def claimed(self, link: str, browser: str) -> Claimed:
        """For what goes on beside this page. Raises LinkGone, OtherBrowser, NotYet when there is nothing left to prove."""
        state = await self._claimed(link, browser)  # 1, 2, 3
        if isinstance(state, Granted):
            raise NotYet
        return state

    async def other_way(self, link: str, browser: str, method: str) -> Live | Over:
        """Where it ended the link, a form that was tapped twice finds that it has."""
        event_id = f"other/{browser}/{method}"
        state = await self.look(link)
        gave_up = isinstance(state, Over) and state.why == "not_proved"
        if gave_up and await self._conductor.was_here(self._flow(state), event_id):
            return state
        state = await self._claimed(link, browser)
        await self._conductor.handle(self._flow(state), challenge.OtherSetAsked(browser, method), event_id)
        return await self.look(link)

    async def answer(self, link: str, browser: str, *, somebody_insists: bool) -> None:
        state = await self._granted(link, browser)
        event = challenge.Asked(browser, somebody_insists, self._clock.now())
        await self._conductor.handle(self._flow(state), event, f"asked/{secrets.token_hex(8)}")

    async def show(self, link: str, browser: str, nth: int, *, on_shared_computer: bool = False) -> Shown:
        state = await self._granted(link, browser)  # 1, 2, 3
        state = replace(state, offer=challenging.seen_from(state.offer, on_shared_computer=on_shared_computer))
        now = self._clock.now()
        if not challenging.may_view(state, nth, now):  # 5, 6
            raise NotYet
        kind, key = await self._fetch(state)  # 7
        event = challenge.Viewed(browser, nth, now, on_shared_computer)
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

    async def require_words(self, offer: Offer) -> None:
        """Raises LinkGone where it rests on agents' words that count no more, SourceUnavailable."""
        if offer.case is None:
            return
        if self._vouchers is None or not await self._vouchers.still_hold(offer, offer.case):
            raise LinkGone

    # the obligations

    async def _challenge(self, link: str) -> Live | Over:
        state = await self._conductor.state(challenge.flow_id(self.name_of(link)))
        if isinstance(state, Waiting | Claimed | Granted) and self._clock.now() >= state.until:
            raise LinkGone
        if not isinstance(state, Waiting | Claimed | Granted | Over):
            raise LinkGone
        return state

    async def _unfrozen(self, offer: Offer) -> None:
        for subject in (standing.of_person(offer.person), standing.of_device(offer.device.id)):
            found = await self._conductor.state(subject)
            if not isinstance(found, standing.Standing) or found.frozen is not None:
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

    async def _count_try(self, state: Claimed, browser: str, attempt: Attempt) -> None:
        """For the person, their network and the challenge; a try that could not be counted is not looked at."""
        try:
            await self._tries.count(state.offer.person, attempt.network, attempt.id)
        except NoTriesToday:
            await self._conductor.handle(self._flow(state), challenge.DayUsedUp(browser), f"day/{attempt.id}")
            raise
        made = challenge.TryMade(browser, attempt.id, self._clock.now())
        after = await self._conductor.handle(self._flow(state), made, f"try/{attempt.id}")
        if not isinstance(after, Claimed) or after.last_try != attempt.id:
            await self._failed(state, browser, attempt)
            raise ProofRefused

    async def _failed(self, state: Live, browser: str, attempt: Attempt) -> None:
        await self._conductor.handle(self._flow(state), challenge.ProofFailed(browser), f"failed/{attempt.id}")

    async def _held(
        self,
        state: Claimed | Granted,
        browser: str,
        methods: tuple[str, ...],
        attempt: Attempt,
        renewed: str | None = None,
    ) -> Claimed | Granted:
        given = challenge.ProofGiven(browser, methods, self._clock.now(), renewed)
        after = await self._conductor.handle(self._flow(state), given, f"given/{attempt.id}")
        whole = isinstance(after, Granted)
        await self._tries.held(state.offer.person, attempt.network, attempt.id, whole=whole)
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
            await self._still_theirs(state, told)
            await self.require_words(state.offer)
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

    async def _still_theirs(self, state: Granted, told: str) -> None:
        """A grant lives on when a computer is given to somebody else. A source that is silent may be the one that has it."""
        found = await self._source.devices_of(state.offer.person)
        if any(device.id == state.offer.device.id for device in found.devices):
            return
        if found.silent:
            raise SourceUnavailable(", ".join(found.silent))
        await self._conductor.handle(self._flow(state), challenge.FoundChangedHands(), f"changed hands/{told}")
        raise LinkGone

    @staticmethod
    def _flow(state: Live | Over) -> str:
        return challenge.flow_id(state.offer.challenge_id)


def _card(offer: Offer) -> KeyCard:
    return next(card for card in offer.device.keys if card.key_ref == offer.key_ref)
