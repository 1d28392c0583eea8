"""Adding, replacing and removing an authenticator app: the numbered obligations. The order is the security.

1. Nobody has frozen the person.
2. The person has signed in freshly at the provider, less than five minutes ago, in this session and for this very change.
3. They said that nobody told them to do it.
4. The permission is used up before a seed is made; the seed is handed out once, to the page that shows it.
5. A try is counted before the code is looked at; the seed counts for nothing until one of its codes held, in time.
6. The change, its audit record and the person's notice are committed before the seed counts or goes.
7. A new seed opens nothing in its first 72 hours (`Authenticator.prove`).
"""

import secrets
from dataclasses import dataclass

from bot import enrolment, standing
from bot.conductor import Conductor, Task
from bot.domain.errors import ProofRefused, SparekeyError
from bot.domain.people import PersonId
from bot.domain.secret import Secret
from bot.enrolment import ActivateSeed, Change, ForgetSeed, Pending, Permitted, RemoveSeed
from bot.ports.clock import Clock
from bot.ports.seeds import Enrolled, Seeds
from bot.ports.sessions import Session


class NotPermitted(SparekeyError):
    """No fresh sign-in, used before, too late, or another session: the page says the same for all of them."""


class Blocked(SparekeyError):
    """The person is frozen: only the desk can lift that."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page draws. `under_way`: only what this session may go on with."""

    enrolled: Enrolled | None
    under_way: Permitted | Pending | None


class Enrolments:
    def __init__(self, conductor: Conductor, seeds: Seeds, clock: Clock) -> None:
        self._conductor, self._seeds, self._clock = conductor, seeds, clock

    # asked by the pages

    async def look(self, session: Session) -> Seen:
        """No side effect. Raises Blocked."""
        await self._unfrozen(session.principal.id)  # 1
        return await self.seen(session)

    async def seen(self, session: Session) -> Seen:
        """Likewise, for whoever was just refused something else than for a freeze."""
        return Seen(await self._seeds.enrolled(session.principal.id), await self._under_way(session))

    async def permit(self, session: Session, signed_in: PersonId, change: Change) -> None:
        """A fresh sign-in that the provider vouches for. Raises ProofRefused, Blocked."""
        person = session.principal.id
        flow_id, token = enrolment.of_person(person), secrets.token_hex(8)
        if signed_in != person:
            await self._conductor.handle(flow_id, enrolment.StepUpRefused(person, change), f"refused/{token}")
            raise ProofRefused
        await self._unfrozen(person)  # 1
        event = enrolment.SteppedUp(person, session.id, change, self._clock.now())
        await self._conductor.handle(flow_id, event, f"stepped_up/{token}")  # 2

    async def insisted(self, session: Session, language: str) -> None:
        """Somebody told them to. The permission ends, and the desk is alarmed."""
        event = enrolment.SomebodyInsisted(session.id, session.principal.name, language, self._clock.now())
        await self._handle(session, event, f"insisted/{secrets.token_hex(8)}")

    async def make_seed(self, session: Session) -> Secret:
        """For one page, once. Raises Blocked, NotPermitted."""
        await self._unfrozen(session.principal.id)  # 1
        seed_id = secrets.token_hex(8)
        event = enrolment.SeedAsked(session.id, seed_id, self._clock.now())
        after = await self._handle(session, event, f"seed/{seed_id}")  # 2, 4
        if not isinstance(after, Pending) or after.seed_id != seed_id:
            raise NotPermitted
        return await self._seeds.prepare(session.principal.id, seed_id)

    async def confirm(self, session: Session, code: str) -> None:
        """Raises Blocked, NotPermitted, ProofRefused."""
        person, now = session.principal.id, self._clock.now()
        await self._unfrozen(person)  # 1
        try_id = secrets.token_hex(8)
        tried = await self._handle(session, enrolment.CodeTried(session.id, try_id, now), f"try/{try_id}")  # 5
        if not isinstance(tried, Pending) or tried.last_try != try_id:
            raise NotPermitted
        try:
            counter = await self._seeds.try_first_code(person, tried.seed_id, code, now)  # 5
        except ProofRefused:
            failed = enrolment.CodeFailed(session.id, tried.seed_id)
            await self._handle(session, failed, f"failed/{try_id}")
            raise
        is_first = await self._seeds.enrolled(person) is None
        held = enrolment.CodeHeld(session.id, tried.seed_id, counter, is_first, now)
        await self._handle(session, held, f"held/{tried.seed_id}")  # 6

    async def remove(self, session: Session) -> None:
        """Raises Blocked, NotPermitted."""
        seen = await self.look(session)  # 1
        if seen.enrolled is None or not isinstance(seen.under_way, Permitted) or seen.under_way.change != "remove":
            raise NotPermitted
        event = enrolment.RemovalAsked(session.id, seen.enrolled.seed_id, self._clock.now())
        await self._handle(session, event, f"removal/{secrets.token_hex(8)}")  # 2, 6

    # owed by the flow

    async def activate(self, task: Task) -> None:
        match task.effect:
            case ActivateSeed(person, seed_id, counter, since, usable_from):
                await self._seeds.activate(person, seed_id, counter, since, usable_from)
            case _:
                raise TypeError

    async def take_away(self, task: Task) -> None:
        match task.effect:
            case RemoveSeed(person, seed_id):
                await self._seeds.remove(person, seed_id)
            case ForgetSeed(person, seed_id):
                await self._seeds.forget(person, seed_id)
            case _:
                raise TypeError

    # the obligations

    async def _unfrozen(self, person: PersonId) -> None:
        found = await self._conductor.state(standing.of_person(person))
        if not isinstance(found, standing.Standing) or found.frozen is not None:
            raise Blocked

    async def _under_way(self, session: Session) -> Permitted | Pending | None:
        state = await self._conductor.state(enrolment.of_person(session.principal.id))
        if not isinstance(state, Permitted | Pending) or state.session != session.id:
            return None
        return state if self._clock.now() < state.until else None

    async def _handle(self, session: Session, event: object, event_id: str) -> object:
        return await self._conductor.handle(enrolment.of_person(session.principal.id), event, event_id)
