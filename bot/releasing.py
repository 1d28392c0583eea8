"""Releases a key on agents' word: to the person's own page, never to the agent. The order is the security.

1. Every agent whose word counts is in the agents' group and not frozen at this moment, and gives it just after a fresh
   sign-in of their own, for this case and in this browser.
2. None of them is the person, their manager, or reports to them; no one is both agents.
3. The word is counted for the agent's shift before anything is looked at, and says how they made sure. A second one is
   for the proposal that its agent saw.
4. Neither the person nor the device is frozen; the person is in the directory and enabled; the device is a corporate one.
5. The policy says how many agents it takes, and whose key none reads aloud; where the person proves nothing themselves
   it is two.
6. Without a proof of the person's own, all their addresses are told first, and there is time to object.
7. The code is in one response. Its try is counted before it is looked up, and whoever types it first has it.
8. Whenever a code is typed, and as the last thing before its key is fetched, 1, 2, 4 and 5 are asked again: by
   `bot.agents_words`, of links in a conversation as well.
"""

import hmac
import secrets

from bot import challenge, limits, standing
from bot.agents_words import AgentsWords
from bot.case_file import Filed, case_of
from bot.case_release import CodeMade, ReleaseProposed, ReleaseSeconded, ReleaseWithdrawn, may_have_code
from bot.challenge import Claimed, Granted, Offer, Waiting
from bot.conductor import Conductor
from bot.domain import desk_code
from bot.domain.cases import Agent
from bot.domain.errors import SourceUnavailable, SparekeyError
from bot.domain.link import Links
from bot.domain.release import RELEASE_LIVES, Agreed, HowSure, Plan, Proposed, WhyAloud, Word, held_by
from bot.domain.tidy import kept
from bot.helpdesk import Helpdesk, Refused
from bot.ports.clock import Clock
from bot.ports.sessions import Session
from bot.unlocking import LinkGone, Unlocking

LONGEST_NOTE = 500
LOST_PHONE_VIEWS = 1


class CodeRefused(SparekeyError):
    """Unknown, late, used elsewhere, too often tried, frozen: all alike to whoever types."""


class TooManyCodes(CodeRefused):
    """From this network, today: nothing was looked up."""


class Releasing:
    def __init__(
        self,
        desk: Helpdesk,
        conductor: Conductor,
        words: AgentsWords,
        unlocking: Unlocking,
        links: Links,
        clock: Clock,
    ) -> None:
        self._desk, self._conductor, self._words, self._unlocking = desk, conductor, words, unlocking
        self._links, self._clock = links, clock

    # at the desk

    async def propose(
        self,
        session: Session,
        number: int,
        key_ref: str,
        how: HowSure,
        note: str,
        form: str,
        *,
        phone_is_lost: bool,
        aloud: WhyAloud | None = None,
    ) -> None:
        """Sent twice, one form is one word and one release. `aloud`: see `bot.reading_aloud`. Raises SignInFirst."""
        agent = await self._desk.agents.require(session.principal.id, as_of_now=True)  # 1
        filed = await self._desk.filed(number)
        self._desk.require_holder(filed, agent)
        await self._desk.vouching.require(session, number)  # 1
        id_ = f"proposed/{number}/{agent.id}/{form}" if form else _once("proposed")
        word = await self._word(agent, filed, how, note, id_, aloud=aloud is not None)  # 2, 3
        device = await self._words.device(filed, key_ref)  # 4
        decision = await self._words.decided(filed, device, aloud=aloud is not None)  # 5
        own = () if phone_is_lost or aloud else decision.own
        agents, wait = decision.agents if own else 2, decision.wait.total_seconds()
        plan = Plan(secrets.token_hex(8), device, key_ref, own, agents, decision.about, wait, aloud)
        await self._conductor.handle(case_of(number), ReleaseProposed(plan, word), id_)

    async def agree(self, session: Session, number: int, plan_id: str, how: HowSure, note: str) -> None:
        """To the proposal that they saw, and no other that stands there now. Raises SignInFirst."""
        agent = await self._desk.agents.require(session.principal.id, as_of_now=True)  # 1
        filed = await self._desk.filed(number)
        release = filed.release
        if not isinstance(release, Proposed) or self._clock.now() - release.first.at >= RELEASE_LIVES:
            raise Refused("gone")
        if release.first.by.id == agent.id:
            raise Refused("same_agent")
        await self._desk.vouching.require(session, number)  # 1
        if plan_id != release.plan.id:  # 3
            raise Refused("gone")
        await self._words.still_sure(filed, release.first)  # 1, 2
        word = await self._word(agent, filed, how, note, _once("word"), aloud=release.plan.aloud is not None)  # 2, 3
        await self._words.device(filed, release.plan.key_ref)  # 4
        after = await self._conductor.handle(case_of(number), ReleaseSeconded(plan_id, word), _once("seconded"))
        if not isinstance(after, Filed) or not isinstance(after.release, Agreed) or word not in after.release.words:
            raise Refused("gone")

    async def withdraw(self, session: Session, number: int) -> None:
        """Any agent may, and without a fresh sign-in: whoever is not sure stops it."""
        agent = await self._desk.agents.require(session.principal.id)
        await self._desk.filed(number)
        await self._conductor.handle(case_of(number), ReleaseWithdrawn(agent), _once("withdrawn"))

    async def make_code(self, session: Session, number: int) -> str:
        """For the agent who stands before the person, or sees them on video. It is nowhere else, and made anew if it is lost.

        Raises SignInFirst.
        """
        agent = await self._desk.agents.require(session.principal.id, as_of_now=True)  # 1
        filed, now = await self._desk.filed(number), self._clock.now()
        release = filed.release
        if not isinstance(release, Agreed) or release.plan.aloud or (filed.case.chat and not release.by_agents_alone):
            raise Refused("gone")
        for word in release.words:
            await self._words.still_sure(filed, word)  # 1, 2
        await self._words.device(filed, release.plan.key_ref)  # 4
        if not may_have_code(release, agent, now):  # 6
            raise Refused("not_yet")
        await self._desk.vouching.require(session, number)  # 1
        code = desk_code.new_code()
        made = CodeMade(agent, release.plan.id, self._offer(filed, release, self._challenge_of(code)), now)
        after = await self._conductor.handle(case_of(number), made, _once("code"))
        if not isinstance(after, Filed) or not _is_of(after.release, made.offer):
            raise Refused("not_yet")
        return code

    # on any phone

    async def redeem(self, typed: str, browser: str, network: str, *, on_shared_computer: bool = False) -> str:
        """The link to the person's page, which is this browser's from now on. Raises CodeRefused."""
        typed_id = await self._count(network)  # 7
        code = desk_code.read_code(typed)
        challenge_id = self._challenge_of(code or "")
        flow_id, now = challenge.flow_id(challenge_id), self._clock.now()
        state = await self._conductor.state(flow_id)
        if code is None or not isinstance(state, Waiting | Claimed | Granted):
            raise CodeRefused
        link = self._links.link(challenge_id)
        try:
            await self._unlocking.look(link)  # 4, and the time
            await self._unlocking.require_words(state.offer)  # 8
            claimed = challenge.LinkClaimed(browser, now, on_shared_computer)
            after = await self._conductor.handle(flow_id, claimed, f"code/{browser}")
        except (LinkGone, SourceUnavailable):
            raise CodeRefused from None
        if not isinstance(after, Claimed | Granted) or not hmac.compare_digest(after.browser, browser):
            raise CodeRefused
        await self._conductor.handle(standing.of_network(network), standing.CodeHeld(typed_id), f"{typed_id}/held")
        return link

    # the obligations

    async def _word(self, agent: Agent, filed: Filed, how: HowSure, note: str, id_: str, *, aloud: bool) -> Word:
        await self._desk.stranger(agent, filed.case.person)
        masked = kept(" ".join(note.split()), LONGEST_NOTE).text
        if not masked:
            raise Refused("note")
        now = self._clock.now()
        counted = await self._conductor.handle(standing.of_agent(agent.id), standing.WordGiven(id_, now, aloud), id_)
        if not (isinstance(counted, standing.Standing) and limits.was_allowed(counted.releases, id_)):
            raise Refused("limit")
        return Word(agent, how, masked, now)

    async def _count(self, network: str) -> str:
        """By network, in the store. Of a wrong code nobody can say whose it was, so none is counted by code; and a limit
        for all would let anybody with a few addresses close this door for everybody.
        """
        id_ = _once("typed")
        typed = standing.CodeTyped(id_, self._clock.now(), limits.CODES_A_DAY_BY_NETWORK)
        counted = await self._conductor.handle(standing.of_network(network), typed, id_)
        if not (isinstance(counted, standing.Standing) and limits.was_allowed(counted.codes, id_)):
            raise TooManyCodes
        return id_

    def _challenge_of(self, code: str) -> str:
        """A keyed hash: whoever reads the database learns no code from it, and nobody guesses one without the key."""
        return self._links.challenge_id(f"code/{code}")

    @staticmethod
    def _offer(filed: Filed, release: Agreed, challenge_id: str) -> Offer:
        case, plan = filed.case, release.plan
        views = LOST_PHONE_VIEWS if release.by_agents_alone else challenge.VIEWS
        decided = {"sets": "+".join(plan.methods), "case": str(case.number)}
        return Offer(
            challenge_id, case_of(case.number), case.person, plan.device, plan.key_ref, "", (plan.methods,),
            views, decided, held_by(plan.agents), case.number,
        )  # fmt: skip


def _is_of(release: object, offer: Offer) -> bool:
    return isinstance(release, Agreed) and release.challenge_id == offer.challenge_id


def _once(what: str) -> str:
    return f"{what}/{secrets.token_hex(8)}"
