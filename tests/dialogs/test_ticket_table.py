"""The flow of a ticket: every state meets every event; nothing is lost, nothing is written twice at once, nothing out of order."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot import queue, ticket
from bot.domain.cases import Case, Learnt
from bot.domain.tickets import Entry, Ticket, Written
from bot.effects import GivenUp, LetSleep, Tell, Wake, Woken
from bot.flow import run
from bot.ticket import CaseStands, Mirrored, TicketRefused, TicketWritten, Unmirrored, WriteTicket
from bot.wiring import codec
from tests.dialogs import people as p
from tests.dialogs.table import assert_golden, transitions

CODEC = codec()
TICKET = Ticket("sparekey-1001-1", 1001, p.ALEX, "Alex Rivera", "no_key", "normal", None, "en", "webchat")
OPENED, TAKEN, CLOSED = Entry(1, "waiting", at=p.NOW), Entry(2, "taken", at=p.NOW), Entry(3, "closed", "solved", p.NOW)
THERE = Written("f" * 32, "INC0010001")
FIRST = Mirrored(TICKET, (OPENED,))
STATES: list[Any] = [
    Unmirrored(), FIRST, replace(FIRST, is_writing=True), replace(FIRST, failed=1), replace(FIRST, failed=2, is_writing=True),
    Mirrored(TICKET, (TAKEN,)), Mirrored(TICKET, (), 1, THERE), Mirrored(TICKET, (CLOSED,), 1, THERE),
    Mirrored(TICKET, (OPENED, TAKEN, CLOSED), is_writing=True), Mirrored(TICKET, (TAKEN,), 1, THERE, is_writing=True, failed=1),
    replace(FIRST, failed=ticket.ROUNDS - 1, is_writing=True),
]  # fmt: skip
EVENTS: list[Any] = [
    CaseStands(TICKET, Entry(4, "waiting")), TicketWritten(1, THERE), TicketWritten(2, THERE), TicketWritten(1, None),
    TicketRefused(), GivenUp("WriteTicket"), GivenUp("ShowCase"), Woken("ticket"), Woken("else"),
]  # fmt: skip


def name(state: Any) -> str:
    if isinstance(state, Unmirrored):
        return "Unmirrored"
    words = ("writing" if state.is_writing else "", "failed" if state.failed else "", f"{len(state.waiting)} waiting")
    return f"Mirrored ({', '.join(word for word in words if word)})"


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)), ids=str)
def test_no_entry_is_lost_and_none_is_written_out_of_turn(state: Any, event: Any) -> None:
    taken = ticket.step(state, event)

    assert CODEC.decode(CODEC.encode(taken.state), object) == taken.state
    for effect in taken.effects:
        assert CODEC.decode(CODEC.encode(effect), object) == effect
    before = set(state.waiting) if isinstance(state, Mirrored) else set()
    after = set(taken.state.waiting) if isinstance(taken.state, Mirrored) else set()
    assert {entry.nth for entry in before - after} <= set(
        range(event.count + 1 if isinstance(event, TicketWritten) else 0)
    )
    writings = [effect for effect in taken.effects if isinstance(effect, WriteTicket)]
    if writings:
        assert isinstance(taken.state, Mirrored)
        assert taken.state.is_writing
        assert not (getattr(state, "is_writing", False) and isinstance(event, Woken | CaseStands))
        first = taken.state.count + 1
        assert [entry.nth for entry in writings[0].entries] == list(range(first, first + len(writings[0].entries)))


def test_the_ticket_goes_the_ways_that_are_drawn() -> None:
    assert_golden("ticket.txt", transitions(ticket.step, STATES, EVENTS, name))


def test_news_that_overtook_others_waits_for_them() -> None:
    late = ticket.step(replace(FIRST, is_writing=True), CaseStands(TICKET, CLOSED))
    whole = ticket.step(late.state, CaseStands(TICKET, TAKEN))

    assert isinstance(late.state, Mirrored)
    assert isinstance(whole.state, Mirrored)
    assert late.state.due == (OPENED,)
    assert whole.state.waiting == (OPENED, TAKEN, CLOSED)


def test_what_happened_while_it_was_being_written_is_written_next() -> None:
    writing = ticket.step(Unmirrored(), CaseStands(TICKET, OPENED))

    meanwhile = ticket.step(writing.state, CaseStands(TICKET, TAKEN))
    written = ticket.step(meanwhile.state, TicketWritten(1, THERE))

    assert writing.effects == (WriteTicket(TICKET, (OPENED,), None),)
    assert meanwhile.effects == ()
    assert written.effects == (WriteTicket(TICKET, (TAKEN,), THERE),)
    assert [fact.what for fact in written.facts] == ["ticket.opened"]


@pytest.mark.parametrize("event", [GivenUp("WriteTicket"), TicketRefused()])
def test_a_ticket_that_failed_is_tried_again_in_an_hour_and_stands_on_the_list_until_then(event: Any) -> None:
    failed = ticket.step(replace(FIRST, is_writing=True), event)
    again = ticket.step(failed.state, Woken("ticket"))
    once_more = ticket.step(again.state, event)
    in_the_end: list[ticket.Event] = [Woken("ticket"), TicketWritten(1, THERE)]
    written = run(ticket.step, once_more.state, in_the_end)

    assert failed.effects == (Wake("ticket", 3600.0), Tell(ticket.OWED, queue.CaseBegan(1001)))
    assert [fact.what for fact in failed.facts] == ["ticket.not_written"]
    assert again.effects == (WriteTicket(TICKET, (OPENED,), None),)
    assert once_more.effects == (Wake("ticket", 3600.0),)
    assert once_more.facts == ()
    assert written.effects[1:] == (LetSleep("ticket"), Tell(ticket.OWED, queue.CaseEnded(1001)))
    assert [fact.what for fact in written.facts] == ["ticket.opened", "ticket.written"]


def test_after_a_week_nothing_is_tried_by_itself_and_the_next_change_is() -> None:
    given_up = ticket.step(replace(FIRST, failed=ticket.ROUNDS - 1, is_writing=True), TicketRefused())

    changed = ticket.step(given_up.state, CaseStands(TICKET, TAKEN))

    assert given_up.effects == ()
    assert changed.effects == (WriteTicket(TICKET, (OPENED, TAKEN), None),)


def test_people_are_told_of_what_is_late_and_not_of_what_is_under_way() -> None:
    a_moment, a_while = p.NOW + timedelta(seconds=5), p.NOW + timedelta(minutes=2)

    assert not FIRST.is_late(a_moment)
    assert FIRST.is_late(a_while)
    assert replace(FIRST, failed=1).is_late(a_moment)
    assert not Mirrored(TICKET, (), 1, THERE).is_late(a_while)


def test_a_case_of_the_same_number_is_another_ticket_when_it_was_opened_at_another_moment() -> None:
    case = Case(1001, "chat:1", p.ALEX, "Alex Rivera", "asked", "normal", "en", "webchat", Learnt())

    ids = {ticket.ticket_of(case, p.NOW + timedelta(microseconds=after)).id for after in (0, 1)}

    assert len(ids) == 2
    assert ticket.ticket_of(case, p.NOW).id in ids
