"""The mirror of a case in a ticket system: owed until it is written, one writing at a time, in the order of what happened.

The case never waits for it. What cannot be written is tried again every hour, and is seen at the desk until it is.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot import queue
from bot.domain.audit import Fact
from bot.domain.cases import Case, Closed, Stage, Taken, Wish
from bot.domain.release import Agreed, Release
from bot.domain.tickets import Entry, Ticket, Written
from bot.effects import GivenUp, LetSleep, Tell, Wake, Woken
from bot.flow import Step

OWED = "queue:tickets"
"""The list of the cases whose tickets could not be written."""
TIMER = "ticket"
AGAIN = 3600.0
"""Seconds."""
ROUNDS = 168
"""Of an hour each. After a week only the next change of the case leads to another attempt."""
AT_ONCE = 2
NOTICED_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Unmirrored: ...


@dataclass(frozen=True, slots=True)
class Mirrored:
    """`waiting` is not yet known to be written; `count` entries are. `failed`: how often it was given up since."""

    ticket: Ticket
    waiting: tuple[Entry, ...]
    count: int = 0
    written: Written | None = None
    is_writing: bool = False
    failed: int = 0

    @property
    def due(self) -> tuple[Entry, ...]:
        """News may overtake each other; what follows a gap waits until it is filled."""
        follow = (entry for nth, entry in enumerate(self.waiting, start=self.count + 1) if entry.nth == nth)
        return tuple(follow)[:AT_ONCE]

    def is_late(self, now: datetime) -> bool:
        """Long enough for people to be told."""
        return bool(self.failed) or any(entry.at and now - entry.at > NOTICED_AFTER for entry in self.waiting)


State: TypeAlias = Unmirrored | Mirrored


@dataclass(frozen=True, slots=True)
class CaseStands:
    """News from the case."""

    ticket: Ticket
    entry: Entry


@dataclass(frozen=True, slots=True)
class TicketWritten:
    """`count`: entries that are in it now. `written`: where it is, if tickets are kept anywhere."""

    count: int
    written: Written | None


@dataclass(frozen=True, slots=True)
class TicketRefused:
    """The ticket system will not have it from us, however often it is asked: an administrator has to do something."""


Event: TypeAlias = CaseStands | TicketWritten | TicketRefused | GivenUp | Woken


@dataclass(frozen=True, slots=True)
class WriteTicket:
    ticket: Ticket
    entries: tuple[Entry, ...]
    written: Written | None


def of_case(number: int) -> str:
    return f"ticket:{number}"


def ticket_of(case: Case, since: datetime) -> Ticket:
    """The moment makes the id one that no other installation, and no earlier case of that number, has."""
    return Ticket(
        f"sparekey-{case.number}-{since:%Y%m%d%H%M%S%f}", case.number, case.person, case.name, case.reason,
        case.urgency, case.learnt.device_name, case.language, case.channel,
    )  # fmt: skip


def entry_of(nth: int, case: Case, stage: Stage, release: Release | None, since: datetime) -> Entry:
    return replace(_entry(nth, stage, release, since, case.wish), team=case.team)


def _entry(nth: int, stage: Stage, release: Release | None, since: datetime, wish: Wish | None) -> Entry:
    match stage:
        case Closed(_, at, outcome, into, tags):
            return Entry(nth, "closed", outcome, at, into, tags)
        case Taken() if isinstance(release, Agreed):
            return Entry(nth, "released", at=release.at)
        case Taken(_, at):
            return Entry(nth, "taken", at=at)
        case _ if wish:
            return Entry(nth, wish.what, at=wish.at)
        case _:
            return Entry(nth, "waiting", at=since if nth == 1 else None)


def step(state: State, event: Event) -> Step[State, object]:
    match state, event:
        case Unmirrored(), CaseStands(ticket, entry):
            return _write(Mirrored(ticket, (entry,)))
        case Mirrored(), CaseStands(ticket, entry):
            waiting = tuple(sorted((*state.waiting, entry), key=lambda one: one.nth))
            return _write(replace(state, ticket=ticket, waiting=waiting))
        case Mirrored(), Woken("ticket"):
            return _write(state)
        case Mirrored(is_writing=True), TicketWritten():
            return _written(state, event)
        case Mirrored(is_writing=True), (GivenUp("WriteTicket") | TicketRefused()):
            return _failed(replace(state, is_writing=False, failed=state.failed + 1))
        case _:
            return Step(state)


def _write(state: Mirrored) -> Step[State, object]:
    if state.is_writing or not state.due:
        return Step(state)
    return Step(replace(state, is_writing=True), (WriteTicket(state.ticket, state.due, state.written),))


def _written(state: Mirrored, event: TicketWritten) -> Step[State, object]:
    waiting = tuple(entry for entry in state.waiting if entry.nth > event.count)
    facts = (_fact(state, "ticket.opened"),) if event.written and not state.written else ()
    done = replace(
        state, waiting=waiting, count=event.count, written=event.written or state.written, is_writing=False, failed=0
    )
    more = _write(done)
    if not state.failed:
        return replace(more, facts=facts)
    over = (LetSleep(TIMER), Tell(OWED, queue.CaseEnded(state.ticket.number)))
    return replace(more, effects=(*over, *more.effects), facts=(*facts, _fact(state, "ticket.written")))


def _failed(state: Mirrored) -> Step[State, object]:
    again = (Wake(TIMER, AGAIN),) if state.failed < ROUNDS else ()
    if state.failed > 1:
        return Step(state, again)
    return Step(
        state, (*again, Tell(OWED, queue.CaseBegan(state.ticket.number))), (_fact(state, "ticket.not_written"),)
    )


def _fact(state: Mirrored, what: str) -> Fact:
    return Fact(what, state.ticket.person, {"case": str(state.ticket.number)})
