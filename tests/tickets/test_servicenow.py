"""Tickets in a ServiceNow that behaves as it is documented to: each is made once and each note written once, whatever gets lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from adapters.tickets.line import LARGEST_ANSWER, Line
from adapters.tickets.servicenow import Instance
from adapters.tickets.servicenow import ServiceNow as Tickets
from adapters.tickets.wording import Wording
from bot.domain.errors import ChannelBusy, TicketsRefuse
from bot.domain.people import PersonId
from bot.domain.secret import Secret
from bot.domain.tickets import Entry, Ticket, Written
from bot.ports.words import Words
from dialogs.texts.catalogue import read_catalogue
from tests.fakes.clock import FakeClock
from tests.tickets.servicenow import PASSWORD, USER, ServiceNow, failure, servicenow

WORDS: Words = read_catalogue({"home": "https://help.example.org"})
AT = FakeClock().now()
TICKET = Ticket(
    "sparekey-1001-20261121140000000000", 1001, PersonId("demo", "p-alex"), "Alex Rivera", "no_key", "urgent",
    "LAPTOP-ALEX", "de", "webchat",
)  # fmt: skip
OPENED, TAKEN = Entry(1, "waiting", at=AT), Entry(2, "taken", at=AT)
SOLVED, NOT_PROVED = Entry(3, "closed", "solved", AT), Entry(3, "closed", "not_proved", AT)


@pytest.fixture
async def there() -> AsyncIterator[ServiceNow]:
    async with servicenow() as one:
        yield one


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as one:
        yield one


def tickets(
    there: ServiceNow,
    http: aiohttp.ClientSession,
    clock: FakeClock | None = None,
    patience: float = 5.0,
    **changed: Any,
) -> Tickets:
    instance = Instance(there.base, "incident", USER, Secret(PASSWORD), {"assignment_group": "Service Desk"})
    line = Line(http, clock or FakeClock(), patience)
    return Tickets(line, replace(instance, **changed), Wording(WORDS, "en"))


async def test_a_ticket_holds_what_agents_need_and_nothing_more(there: ServiceNow, http: aiohttp.ClientSession) -> None:
    written = await tickets(there, http).write(TICKET, (OPENED,), None)

    assert written == Written(f"{1:032x}", "INC0010001")
    (made,) = there.writes()
    assert made == {
        "correlation_id": TICKET.id,
        "correlation_display": "Sparekey 1",
        "short_description": "Locked out of their computer (case 1001): no key is stored",
        "description": "Person: Alex Rivera\nReason: no key is stored\nComputer: LAPTOP-ALEX\nLanguage: German\nWrites in: intranet chat",
        "urgency": "1",
        "state": "1",
        "work_notes": f"{AT:%Y-%m-%d %H:%M} UTC. Case 1001 waits for somebody of the helpdesk. [{TICKET.id}-1]",
        "assignment_group": "Service Desk",
    }


async def test_the_persons_id_goes_along_where_the_settings_say_so(
    there: ServiceNow, http: aiohttp.ClientSession
) -> None:
    assert Wording(WORDS, "en", "name_and_id").who(TICKET) == "Alex Rivera (p-alex)"
    assert Wording(WORDS, "en").who(TICKET) == "Alex Rivera"


@pytest.mark.parametrize(("entry", "code"), [(SOLVED, "Solution provided"), (NOT_PROVED, "No resolution provided")])
async def test_the_ticket_goes_the_way_of_the_case(
    there: ServiceNow, http: aiohttp.ClientSession, entry: Entry, code: str
) -> None:
    one = tickets(there, http)
    written = await one.write(TICKET, (OPENED,), None)
    await one.write(TICKET, (TAKEN,), written)
    taken = there.tickets[0]["state"]

    await one.write(TICKET, (entry,), written)

    assert taken == "2"
    assert (there.tickets[0]["state"], there.tickets[0]["close_code"]) == ("6", code)
    assert [line[-3:] for line in there.note_lines()] == ["-1]", "-2]", "-3]"]


async def test_an_answer_that_was_lost_after_the_ticket_was_made_makes_no_second_one(
    there: ServiceNow, http: aiohttp.ClientSession
) -> None:
    clock = FakeClock()
    one, there.loses = tickets(there, http, clock), 1
    with pytest.raises(ChannelBusy) as busy:
        await one.write(TICKET, (OPENED,), None)
    assert busy.value.after == 60  # whatever is still being written there has ended by then
    clock.advance(60)

    written = await one.write(TICKET, (OPENED, TAKEN), None)

    assert len(there.tickets) == 1
    assert written == Written(f"{1:032x}", "INC0010001")
    assert [line[-3:] for line in there.note_lines()] == ["-1]", "-2]"]


async def test_an_answer_that_was_lost_after_a_note_doubles_no_note(
    there: ServiceNow, http: aiohttp.ClientSession
) -> None:
    clock = FakeClock()
    one = tickets(there, http, clock)
    written = await one.write(TICKET, (OPENED,), None)
    there.loses = 1
    with pytest.raises(ChannelBusy):
        await one.write(TICKET, (TAKEN,), written)
    clock.advance(60)

    await one.write(TICKET, (TAKEN, SOLVED), written)

    assert [line[-3:] for line in there.note_lines()] == ["-1]", "-2]", "-3]"]
    assert there.tickets[0]["state"] == "6"


async def test_a_case_of_the_same_number_in_another_database_is_another_ticket(
    there: ServiceNow, http: aiohttp.ClientSession
) -> None:
    one = tickets(there, http)

    first = await one.write(TICKET, (OPENED,), None)
    second = await one.write(replace(TICKET, id="sparekey-1001-20270101000000000000"), (OPENED,), None)

    assert first != second
    assert len(there.tickets) == 2


async def test_a_table_without_our_field_changes_nobody_elses_ticket(
    there: ServiceNow, http: aiohttp.ClientSession
) -> None:
    there.tickets.append({"sys_id": f"{9:032x}", "number": "INC0000009", "state": "1"})
    there.columns -= {"correlation_id", "correlation_display"}

    with pytest.raises(TicketsRefuse, match="correlation_id"):
        await tickets(there, http).write(TICKET, (OPENED,), None)

    assert there.tickets == [{"sys_id": f"{9:032x}", "number": "INC0000009", "state": "1"}]
    assert there.notes == []


async def test_a_ticket_that_somebody_deleted_is_not_made_again(there: ServiceNow, http: aiohttp.ClientSession) -> None:
    one = tickets(there, http)
    written = await one.write(TICKET, (OPENED,), None)
    there.tickets.clear()

    with pytest.raises(TicketsRefuse, match="404"):
        await one.write(TICKET, (TAKEN,), written)

    assert there.tickets == []


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"user": "somebody"}, "SPAREKEY_TICKETS_USER or the secret is wrong"),
    ({"secret": Secret("wrong")}, "SPAREKEY_TICKETS_USER or the secret is wrong"),
    ({"table": "incidents"}, "does not take what we send (400)"),
]


@pytest.mark.parametrize(("changed", "words"), REFUSED, ids=[words for _, words in REFUSED])
async def test_a_refusal_says_what_an_administrator_has_to_do(
    there: ServiceNow, http: aiohttp.ClientSession, changed: dict[str, Any], words: str
) -> None:
    one = tickets(there, http, **changed)

    trouble = await one.trouble()

    assert words in trouble
    assert PASSWORD not in trouble
    with pytest.raises(TicketsRefuse):
        await one.write(TICKET, (OPENED,), None)
    assert there.tickets == []


ANSWERS: list[tuple[str, Any, type[Exception], float | None]] = [
    ("forbidden", lambda _: failure(403, "Operation Failed"), TicketsRefuse, None),
    ("too many", lambda _: failure(429, "Rate limit exceeded", Retry_After="120"), ChannelBusy, 120),
    ("too many, and asking for ever", lambda _: failure(429, "Rate limit", Retry_After="999999"), ChannelBusy, 300),
    ("a mistake", lambda _: failure(500, "Error"), ChannelBusy, 10),
    ("being changed", lambda _: web.Response(status=503, headers={"Retry-After": "30"}), ChannelBusy, 30),
    ("asleep", lambda _: web.Response(text="<html>Your instance is hibernating"), ChannelBusy, 8),
    ("elsewhere", lambda _: web.Response(status=302, headers={"Location": "/elsewhere"}), TicketsRefuse, None),
    ("endless", lambda _: web.Response(body=b" " * (LARGEST_ANSWER + 1)), TicketsRefuse, None),
    ("no list", lambda _: web.json_response({"result": {}}), ChannelBusy, None),
]  # fmt: skip


@pytest.mark.parametrize(("mood", "raised", "after"), [one[1:] for one in ANSWERS], ids=[one[0] for one in ANSWERS])
async def test_whatever_it_answers_instead_nothing_is_taken_for_written(
    there: ServiceNow, http: aiohttp.ClientSession, mood: Any, raised: type[Exception], after: float | None
) -> None:
    there.moods = [mood]

    with pytest.raises(raised) as caught:
        await tickets(there, http).write(TICKET, (OPENED,), None)

    assert getattr(caught.value, "after", None) == after
    assert len(there.asked) == 1
    assert there.tickets == []


async def test_a_slow_system_is_left_and_not_asked_again_at_once(
    there: ServiceNow, http: aiohttp.ClientSession
) -> None:
    clock, there.delay = FakeClock(), 30.0
    one = tickets(there, http, clock, patience=0.3)
    for _ in range(3):
        with pytest.raises(ChannelBusy):
            await one.write(TICKET, (OPENED,), None)
    asked = len(there.asked)
    clock.advance(10)

    with pytest.raises(ChannelBusy):
        await one.write(TICKET, (OPENED,), None)

    assert asked == 1
    assert len(there.asked) == 2


async def test_one_that_refuses_us_is_left_alone_for_a_minute_so_that_our_account_is_not_locked(
    there: ServiceNow, http: aiohttp.ClientSession
) -> None:
    clock = FakeClock()
    one = tickets(there, http, clock, secret=Secret("wrong"))
    for _ in range(10):
        with pytest.raises(TicketsRefuse, match="401"):
            await one.write(TICKET, (OPENED,), None)
    asked = len(there.asked)
    clock.advance(timedelta(minutes=1).total_seconds())

    with pytest.raises(TicketsRefuse, match="401"):
        await one.write(TICKET, (OPENED,), None)

    assert asked == 1
    assert len(there.asked) == 2


async def test_a_secret_never_follows_a_redirect(there: ServiceNow, http: aiohttp.ClientSession) -> None:
    there.moods = [
        lambda _: web.Response(status=307, headers={"Location": f"{there.base}/api/now/table/incident/elsewhere"})
    ]

    with pytest.raises(TicketsRefuse, match="elsewhere"):
        await tickets(there, http).write(TICKET, (OPENED,), None)

    assert [path for path, _ in there.asked if "elsewhere" in path] == []


async def test_no_more_than_four_calls_are_under_way_at_once(there: ServiceNow, http: aiohttp.ClientSession) -> None:
    there.delay = 30.0
    line = Line(http, FakeClock(), patience=30.0)
    url = URL(f"{there.base}/api/now/table/incident")
    under_way = [asyncio.create_task(line.ask("GET", url, {})) for _ in range(4)]
    while len(there.asked) < 4:  # noqa: ASYNC110 - the calls come from outside this task
        await asyncio.sleep(0.01)

    with pytest.raises(ChannelBusy, match="queue"):
        await line.ask("GET", url, {})

    assert len(there.asked) == 4
    for one in under_way:
        one.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)
