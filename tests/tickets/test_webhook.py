"""Tickets by webhook: genuine and fresh for whoever checks, the same id at every attempt, with Bot Framework's names."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, get_args

import aiohttp
import pytest
from aiohttp import web

from adapters.tickets.line import Line
from adapters.tickets.webhook import WeakSecret, Webhook
from adapters.tickets.wording import Wording
from bot.domain.cases import Instead
from bot.domain.errors import ChannelBusy, TicketsRefuse
from bot.domain.secret import Secret
from bot.domain.tickets import Entry
from tests.fakes.clock import FakeClock
from tests.tickets.receiver import KEY, SECRET, Receiver, receiver
from tests.tickets.test_servicenow import AT, OPENED, SOLVED, TAKEN, TICKET, WORDS

PUT_BACK, RELEASED = Entry(3, "waiting"), Entry(4, "released", at=AT)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def there(clock: FakeClock) -> AsyncIterator[Receiver]:
    async with receiver(clock.now) as one:
        yield one


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as one:
        yield one


def webhook(there: Receiver, http: aiohttp.ClientSession, clock: FakeClock, secret: str = SECRET) -> Webhook:
    return Webhook(Line(http, clock), there.base, Secret(secret), Wording(WORDS, "en"), clock)


async def test_a_hand_over_is_told_in_the_words_of_the_bot_framework(
    there: Receiver, http: aiohttp.ClientSession, clock: FakeClock
) -> None:
    one = webhook(there, http, clock)

    await one.write(TICKET, (OPENED, TAKEN), None)
    await one.write(TICKET, (PUT_BACK, RELEASED), None)
    await one.write(TICKET, (SOLVED,), None)

    told = [(event["type"], event["name"], event["value"].get("state")) for event in map(_event, there.sent)]
    assert told == [
        ("event", "handoff.initiate", None), ("event", "handoff.status", "accepted"), ("event", "handoff.initiate", None),
        ("event", "handoff.status", "accepted"), ("event", "handoff.status", "completed"),
    ]  # fmt: skip


@pytest.mark.parametrize("stage", get_args(Instead))
async def test_somebody_who_does_not_wait_is_handed_over_once_more(
    there: Receiver, http: aiohttp.ClientSession, clock: FakeClock, stage: Instead
) -> None:
    await webhook(there, http, clock).write(TICKET, (Entry(2, stage, at=clock.now()),), None)

    (told,) = map(_event, there.sent)
    assert (told["name"], told["value"]["case"]["stage"]) == ("handoff.initiate", stage)


def _event(sent: tuple[dict[str, str], bytes]) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(sent[1])
    return content


async def test_an_event_holds_what_a_ticket_needs_and_nothing_more(
    there: Receiver, http: aiohttp.ClientSession, clock: FakeClock
) -> None:
    await webhook(there, http, clock).write(TICKET, (replace(SOLVED, tags=("after_update",)),), None)

    assert there.taken == {
        f"{TICKET.id}-3": {
            "type": "event", "name": "handoff.status", "id": f"{TICKET.id}-3", "conversation": {"id": TICKET.id},
            "value": {
                "state": "completed",
                "message": f"{AT:%Y-%m-%d %H:%M} UTC. Case 1001 is closed. They are back in. Tags: after_update. [{TICKET.id}-3]",
                "case": {
                    "number": 1001, "reason": "no_key", "urgency": "urgent", "person": "Alex Rivera", "device": "LAPTOP-ALEX",
                    "language": "de", "channel": "webchat", "stage": "closed", "outcome": "solved", "into": None,
                        "tags": ["after_update"], "team": None, "sequence": 3, "at": AT.isoformat(),
                },
            },
        }
    }  # fmt: skip


async def test_a_second_attempt_has_the_same_id_and_words_and_a_moment_of_its_own(
    there: Receiver, http: aiohttp.ClientSession, clock: FakeClock
) -> None:
    one, there.loses = webhook(there, http, clock), 1
    with pytest.raises(ChannelBusy):
        await one.write(TICKET, (OPENED,), None)
    clock.advance(3600)

    await one.write(TICKET, (OPENED,), None)

    (first, body), (second, same_body) = there.sent
    assert first["webhook-id"] == second["webhook-id"] == f"{TICKET.id}-1"
    assert body == same_body
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 3600
    assert first["webhook-signature"] != second["webhook-signature"]
    assert len(there.taken) == 1


async def test_an_event_that_was_recorded_on_its_way_is_no_use_later_nor_changed(
    there: Receiver, http: aiohttp.ClientSession, clock: FakeClock
) -> None:
    await webhook(there, http, clock).write(TICKET, (OPENED,), None)
    headers, body = there.sent[0]
    clock.advance(301)
    fresh = {**headers, "webhook-timestamp": str(int(clock.now().timestamp()))}

    for forged, content in (
        (headers, body),
        (fresh, body),
        ({**headers, "webhook-id": "other"}, body),
        (headers, body + b" "),
    ):
        async with http.post(there.base, data=content, headers=forged) as answer:
            assert answer.status == 401

    assert len(there.taken) == 1


async def test_with_another_secret_nobody_believes_us_and_it_is_told(
    there: Receiver, http: aiohttp.ClientSession, clock: FakeClock
) -> None:
    with pytest.raises(TicketsRefuse, match="401"):
        await webhook(there, http, clock, "another secret of enough bytes").write(TICKET, (OPENED,), None)

    assert there.taken == {}


async def test_what_follows_an_event_that_was_not_taken_is_not_sent(
    there: Receiver, http: aiohttp.ClientSession, clock: FakeClock
) -> None:
    there.moods = [web.Response(status=500)]

    with pytest.raises(ChannelBusy):
        await webhook(there, http, clock).write(TICKET, (OPENED, TAKEN), None)

    assert len(there.sent) == 1


@pytest.mark.parametrize("secret", ["short", "whsec_c2hvcnQ=", "whsec_not Base64 but long enough to be some"])
async def test_a_secret_that_could_be_guessed_is_refused_at_the_start(
    there: Receiver, http: aiohttp.ClientSession, clock: FakeClock, secret: str
) -> None:
    with pytest.raises(WeakSecret):
        webhook(there, http, clock, secret)


async def test_a_secret_may_stand_as_it_is_or_as_standard_webhooks_writes_it(
    there: Receiver, http: aiohttp.ClientSession, clock: FakeClock
) -> None:
    await webhook(there, http, clock, KEY.decode()).write(TICKET, (OPENED,), None)

    assert len(there.taken) == 1


async def test_a_case_that_was_merged_says_where_it_goes_on(
    there: Receiver, http: aiohttp.ClientSession, clock: FakeClock
) -> None:
    await webhook(there, http, clock).write(TICKET, (replace(SOLVED, outcome="merged", into=1000),), None)

    value = _event(there.sent[0])["value"]
    assert (value["state"], value["case"]["outcome"], value["case"]["into"]) == ("completed", "merged", 1000)
    assert "Case 1001 is closed here: it goes on in case 1000 of the same person." in value["message"]


async def test_an_event_names_the_team_that_has_the_case(
    there: Receiver, http: aiohttp.ClientSession, clock: FakeClock
) -> None:
    await webhook(there, http, clock).write(TICKET, (replace(OPENED, team="Macs"), replace(SOLVED, team="Macs")), None)

    waits, closed = (_event(one)["value"] for one in there.sent)
    assert (waits["case"]["team"], closed["case"]["team"]) == ("Macs", "Macs")
    assert "Case 1001 waits for somebody of the helpdesk. Team: Macs. [" in waits["message"]
    assert "Macs" not in closed["message"]
