"""Asking for an approval and giving it: the numbered obligations. The order is the security.

1. The person's link is good in this browser, nobody is frozen, and everything else of their set has held.
2. The approver is whom the directory names now, or security where the person objects or nobody can be named.
3. The person and the approver have not been asked too often today.
4. The approval is undecided, its challenge waits for it and for no other, and neither person nor device is frozen.
5. Whoever looks, denies or approves may approve for this person at this moment, is not the person, and is not frozen.
6. To approve, they have signed in freshly at the provider, for this approval, in this session; it is good for one number.
7. The try is counted and the sign-in spent before the number is compared.

The number is typed after the sign-in, not before: nothing typed by somebody unproved is kept or costs a try, and consent is
the last deed, with the facts and the warning before the approver's eyes.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from bot import approval, challenge, limits, standing
from bot.approval import Approved, Asked, Denied, Request, TellApprover, Unasked
from bot.approvers import Approvers
from bot.challenge import Claimed
from bot.conductor import Conductor, Task
from bot.domain.errors import ProofRefused, SparekeyError
from bot.domain.link import Links
from bot.domain.people import PersonId
from bot.ports.clock import Clock
from bot.ports.notices import Notice, Notices
from bot.ports.sessions import Session
from bot.unlocking import NotYet, Unlocking


class ApprovalGone(SparekeyError):
    """Unknown, answered, expired, replaced, frozen, or another's: the page says the same for all of them."""


class NotPermitted(SparekeyError):
    """No fresh sign-in, one that was used, too late, or in another session."""


class CannotBeAsked(SparekeyError):
    """Nobody can be asked, or they were asked too often. A human is the way."""


class ManagerCannotBeAsked(CannotBeAsked):
    """The manager was asked too often; security could be asked instead."""


@dataclass(frozen=True, slots=True)
class Way:
    """What the person's page draws. `manager`: the name of whoever would be asked, or was; empty: security."""

    manager: str
    may_object: bool
    asked: Asked | None
    minutes_left: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the approver's page draws."""

    asked: Asked
    permitted: bool
    minutes_ago: int


class Approvals:
    def __init__(
        self,
        conductor: Conductor,
        unlocking: Unlocking,
        approvers: Approvers,
        notices: Notices,
        links: Links,
        clock: Clock,
        home: str,
    ) -> None:
        self._conductor, self._unlocking, self._approvers = conductor, unlocking, approvers
        self._notices, self._links, self._clock, self._home = notices, links, clock, home

    # asked by the person's page

    async def way(self, state: Claimed) -> Way:
        """No side effect. Who was asked and is frozen meanwhile answers nothing: whom else? Raises SourceUnavailable."""
        asked = await self._conductor.state(self._flow(state))
        waits = asked if isinstance(asked, Asked) else None
        if waits and waits.approver and await self._approvers.is_frozen(waits.approver):
            waits = None
        if waits is None:
            whom = await self._approvers.manager_of(state.offer.person)
        else:
            whom = await self._approvers.directory.person(waits.approver) if waits.approver else None
        left = _minutes(waits.until - self._clock.now()) if waits else 0
        return Way(whom.name if whom else "", whom is not None and self._approvers.has_security, waits, left)

    async def ask(self, link: str, browser: str, *, objects: bool) -> None:
        """Asked twice it asks once. Raises LinkGone, OtherBrowser, NotYet, CannotBeAsked, SourceUnavailable."""
        state = await self._unlocking.claimed(link, browser)  # 1
        if not state.number_held or state.missing != ("approval",):
            raise NotYet  # 1
        manager = await self._approvers.manager_of(state.offer.person)  # 2
        approver = None if manager is None or objects else manager.id
        if approver is None and not self._approvers.has_security:
            raise CannotBeAsked
        before = await self._conductor.state(self._flow(state))
        if isinstance(before, Asked) and (approver is not None or before.approver is None):
            return
        if not isinstance(before, Unasked | Asked):
            raise CannotBeAsked
        objected_to = before.approver if isinstance(before, Asked) else manager.id if manager and objects else None
        await self._limits(state, approver)  # 3
        await self._asked(state, approver, objected_to)

    # asked by the approver's page

    async def look(self, approval_id: str, session: Session) -> Seen:
        """No side effect. Raises ApprovalGone, SourceUnavailable."""
        asked = await self._open(approval_id)  # 4
        await self._may_approve(asked, session.principal.id)  # 5
        permission = asked.permission
        is_theirs = permission is not None and permission.session == session.id
        now = self._clock.now()
        is_permitted = is_theirs and permission is not None and now < permission.until
        return Seen(asked, is_permitted, _minutes(now - asked.since))

    async def answered(self, approval_id: str, session: Session) -> Approved | Denied | None:
        """What this person has answered themselves: whoever reloads may see it again. No side effect."""
        found = await self._conductor.state(approval.flow_id(approval_id))
        return found if isinstance(found, Approved | Denied) and found.by == session.principal.id else None

    async def permit(self, session: Session, signed_in: PersonId, approval_id: str) -> None:
        """A fresh sign-in that the provider vouches for. Raises ApprovalGone, ProofRefused, SourceUnavailable."""
        await self.look(approval_id, session)  # 4, 5
        flow_id, token, person = approval.flow_id(approval_id), secrets.token_hex(8), session.principal.id
        if signed_in != person:
            await self._conductor.handle(flow_id, approval.StepUpRefused(person), f"refused/{token}")
            raise ProofRefused
        event = approval.SteppedUp(person, session.id, self._clock.now())
        await self._conductor.handle(flow_id, event, f"stepped_up/{token}")  # 6

    async def approve(self, session: Session, approval_id: str, number: str) -> None:
        """Raises ApprovalGone, NotPermitted, ProofRefused, SourceUnavailable."""
        await self.look(approval_id, session)  # 4, 5
        flow_id, try_id, person = approval.flow_id(approval_id), secrets.token_hex(8), session.principal.id
        event = approval.NumberTyped(session.id, try_id, self._clock.now())
        typed = await self._conductor.handle(flow_id, event, f"try/{try_id}")  # 6, 7
        if not isinstance(typed, Asked) or typed.last_try != try_id:
            raise NotPermitted
        if not hmac.compare_digest(number.strip().encode(), typed.number.encode()):  # 7
            await self._conductor.handle(flow_id, approval.NumberFailed(try_id, person), f"failed/{try_id}")
            raise ProofRefused
        held = approval.NumberHeld(try_id, person, self._clock.now())
        if not isinstance(await self._conductor.handle(flow_id, held, f"held/{try_id}"), Approved):
            raise ApprovalGone

    async def deny(self, session: Session, approval_id: str) -> None:
        """One button, no sign-in: saying no can only ever lock. Raises ApprovalGone, SourceUnavailable."""
        await self.look(approval_id, session)  # 4, 5
        event = approval.Refused(session.principal.id, self._clock.now())
        await self._conductor.handle(approval.flow_id(approval_id), event, "refused")

    # owed by the flow

    async def tell_approver(self, task: Task) -> None:
        told = task.effect
        if not isinstance(told, TellApprover):
            raise TypeError
        link = f"{self._home}/approve/{told.approval_id}"
        name = told.device_name
        await self._notices.tell(
            Notice(task.id, "approval_asked", told.person, told.at, link, name, approver=told.approver)
        )

    # the obligations

    async def _asked(self, state: Claimed, approver: PersonId | None, objected_to: PersonId | None) -> None:
        offer, approval_id = state.offer, self._id(state)
        found = await self._approvers.directory.person(offer.person)
        name = found.name if found else offer.person.object_id
        request = Request(
            approval_id, offer.challenge_id, offer.chat, offer.person, name, offer.device.id, offer.device.name
        )
        number = self._links.approval_number(approval_id, str(approver or "security"), offer.number)
        event = approval.AskedFor(request, approver, number, self._clock.now(), objected_to)
        await self._conductor.handle(self._flow(state), event, f"ask/{approver or 'security'}")

    async def _limits(self, state: Claimed, approver: PersonId | None) -> None:
        now, id_ = self._clock.now(), f"{self._id(state)}/{approver or 'security'}"
        for subject, at_most in (
            (standing.of_person(state.offer.person), limits.APPROVALS_A_DAY),
            (standing.of_approver(approver), limits.ASKED_A_DAY if approver else limits.SECURITY_ASKED_A_DAY),
        ):
            counted = await self._conductor.handle(
                subject, standing.ApprovalCounted(id_, now, at_most), f"approval/{id_}"
            )
            if not isinstance(counted, standing.Standing) or not limits.was_allowed(counted.approvals, id_):
                others = approver is not None and subject == standing.of_approver(approver)
                raise ManagerCannotBeAsked if others and self._approvers.has_security else CannotBeAsked

    async def _open(self, approval_id: str) -> Asked:
        asked = await self._conductor.state(approval.flow_id(approval_id))
        if not isinstance(asked, Asked):
            raise ApprovalGone
        request, now = asked.request, self._clock.now()
        waits = await self._conductor.state(challenge.flow_id(request.challenge_id))
        if not isinstance(waits, Claimed) or waits.approval != approval_id or now >= min(asked.until, waits.until):
            raise ApprovalGone
        await self._unfrozen(standing.of_person(request.person), standing.of_device(request.device_id))
        return asked

    async def _unfrozen(self, *subjects: str) -> None:
        for subject in subjects:
            found = await self._conductor.state(subject)
            if not isinstance(found, standing.Standing) or found.frozen is not None:
                raise ApprovalGone

    async def _may_approve(self, asked: Asked, approver: PersonId) -> None:
        """As the directory has it now, not as it was when they were asked."""
        person = asked.request.person
        if approver in (person, asked.objected_to):
            raise ApprovalGone
        await self._unfrozen(standing.of_person(approver))
        if asked.approver is None:
            if not await self._approvers.is_security(approver, person):
                raise ApprovalGone
            return
        manager = await self._approvers.manager_of(person) if approver == asked.approver else None
        if manager is None or manager.id != approver:
            raise ApprovalGone

    def _id(self, state: Claimed) -> str:
        return self._links.approval_id(state.offer.challenge_id)

    def _flow(self, state: Claimed) -> str:
        return approval.flow_id(self._id(state))


def _minutes(span: timedelta) -> int:
    """People know how long a minute is, but not which time zone we mean."""
    return max(0, ceil(span.total_seconds() / 60))
