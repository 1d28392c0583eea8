"""An agent reads a key to somebody who has no screen but the locked one: the only key that an agent ever sees. The order is the security.

1. The agent is in the agents' group and not frozen at this moment, and has just signed in freshly, for this case and in this
   browser.
2. The case is theirs, and so is the first word of the release; a second agent's word, the notices to every address and the
   time to object have come before.
3. Both words still count: those who gave them are agents, not frozen, and not too close to the person.
4. Neither the person nor the computer is frozen; the person is in the directory and enabled; the computer is still theirs
   and a corporate one; the policy still lets its key be read aloud.
5. The key is fetched now, and passes its check.
6. The reading, its audit records, the owner's notice and the owed key change are committed. Only then is the key opened, once:
   whatever becomes of the answer, there is no other.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from bot.agents_words import AgentsWords
from bot.case_aloud import KeyRead, KeyUnreadable, ReadingEnded, WhyUnread, is_lit, may_read
from bot.case_file import Filed, case_of
from bot.challenge import VIEW_LIVES
from bot.conductor import Conductor
from bot.domain.cases import Agent
from bot.domain.devices import KeyCard
from bot.domain.errors import DamagedKey, NoSuchKey, SourceUnavailable
from bot.domain.recovery_key import RecoveryKeyKind, check_recovery_key, groups_of
from bot.domain.release import Agreed
from bot.domain.secret import Secret
from bot.helpdesk import Helpdesk, Refused
from bot.ports.clock import Clock
from bot.ports.sessions import Session
from bot.ports.sources import KeySource


@dataclass(frozen=True, slots=True)
class ToRead:
    """What the page renders once. The groups are the key: they go into one response and nowhere else.

    `language`: in which it is spelled, the person's.
    """

    kind: RecoveryKeyKind
    groups: tuple[str, ...]
    card: KeyCard
    device_name: str
    name: str
    language: str
    goes_dark_at: datetime


class ReadingAloud:
    def __init__(
        self, desk: Helpdesk, words: AgentsWords, conductor: Conductor, source: KeySource, clock: Clock
    ) -> None:
        self._desk, self._words, self._conductor = desk, words, conductor
        self._source, self._clock = source, clock

    async def read(self, session: Session, number: int) -> ToRead:
        """Raises SignInFirst."""
        agent = await self._desk.agents.require(session.principal.id, as_of_now=True)  # 1
        filed = await self._desk.filed(number)
        self._desk.require_holder(filed, agent)  # 2
        release = _to_read(filed)
        if not may_read(release, agent, self._clock.now()):  # 2
            raise Refused("read_once" if release.reading else "not_to_read")
        await self._desk.vouching.require(session, number)  # 1
        for word in release.words:
            await self._words.still_sure(filed, word)  # 3
        device = await self._words.device(filed, release.plan.key_ref)  # 4
        await self._words.decided(filed, device, aloud=True)  # 4
        kind, key = await self._fetch(agent, number, release.plan.key_ref)  # 5
        at = await self._on_record(agent, number, release.plan.id)  # 6
        card = next(card for card in device.keys if card.key_ref == release.plan.key_ref)
        case = filed.case
        return ToRead(kind, groups_of(key, kind), card, device.name, case.name, case.language, at + VIEW_LIVES)

    async def require_lit(self, session: Session, number: int) -> None:
        """For the page that has the key: whether it may still show it. Raises Refused where it may not."""
        agent = await self._desk.agents.require(session.principal.id)
        filed = await self._desk.filed(number)
        self._desk.require_holder(filed, agent)
        if not is_lit(filed.release, agent, self._clock.now()):
            raise Refused("gone")

    async def ended(self, session: Session, number: int, *, worked: bool) -> None:
        """Nearer to a key it brings nobody, so it takes no fresh sign-in."""
        agent = await self._desk.agents.require(session.principal.id)
        filed = await self._desk.filed(number)
        self._desk.require_holder(filed, agent)
        reading = _to_read(filed).reading
        if reading is None:
            raise Refused("gone")
        await self._conductor.handle(case_of(number), ReadingEnded(agent, worked), f"reading ended/{reading.id}")

    # the obligations

    async def _fetch(self, agent: Agent, number: int, key_ref: str) -> tuple[RecoveryKeyKind, Secret]:
        try:
            kind, key = await self._source.fetch(key_ref)
            check_recovery_key(key, kind)
        except (DamagedKey, NoSuchKey) as error:
            await self._unreadable(agent, number, "damaged")
            raise Refused("damaged") from error
        except SourceUnavailable as error:
            await self._unreadable(agent, number, "out_of_reach")
            raise Refused("silent", error.source) from error
        return kind, key

    async def _unreadable(self, agent: Agent, number: int, why: WhyUnread) -> None:
        event_id = f"unreadable/{secrets.token_hex(8)}"
        await self._conductor.handle(case_of(number), KeyUnreadable(agent, why), event_id)

    async def _on_record(self, agent: Agent, number: int, plan_id: str) -> datetime:
        """Of all that ask at once one is first, and the others have nothing."""
        id_, now = secrets.token_hex(8), self._clock.now()
        after = await self._conductor.remember(case_of(number), KeyRead(agent, plan_id, now, id_), f"read/{id_}")
        self._conductor.act_soon(after.owed)
        reading = _to_read(after.state).reading
        if reading is None:
            raise Refused("gone")
        if reading.id != id_:
            raise Refused("read_once")
        return now


def _to_read(filed: object) -> Agreed:
    release = filed.release if isinstance(filed, Filed) else None
    if not isinstance(release, Agreed) or release.plan.aloud is None:
        raise Refused("gone")
    return release
