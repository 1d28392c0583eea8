"""What a careful reader once found: each a way in which a person was left alone, or told too much."""

import json
from typing import Any

import pytest
from aiohttp import web

from adapters.teams.cloud import CLOUDS, ServiceHosts
from adapters.teams.gate import Gate, Refused
from adapters.teams.people import Callers
from bot import standing
from bot.domain.errors import SourceUnavailable
from bot.domain.people import PersonId
from tests.app.living import Living
from tests.app.visitor import link_of, number_of, spoken
from tests.fakes.clock import FakeClock
from tests.teams.forgeries import genuine
from tests.teams.microsoft import APP_ID, ISSUER, TENANT, Key
from tests.teams.teammate import Teammate, activity
from tests.teams.test_endpoint import found_key
from tests.teams.test_gate import CHANNEL_KEY, NOW, SCENE, KeysAtHand


async def silenced(house: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    async def person(_person: PersonId) -> None:
        raise SourceUnavailable("directory")

    monkeypatch.setattr(type(house.house.vault), "person", lambda _self, one: person(one))


async def heard(one: Teammate) -> str:
    await one.poll()
    return " | ".join(spoken(message) for message in one.heard)


async def test_a_stolen_laptop_is_frozen_while_the_directory_is_silent(
    house: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    await silenced(house, monkeypatch)
    alex = house.teammate("alex")

    await alex.say("my laptop was stolen")
    await house.settle()

    state = await house.house.conductor.state(standing.of_person(PersonId(TENANT, "alex")))
    assert isinstance(state, standing.Standing)
    assert state.frozen == "lost_or_stolen"
    assert "I have blocked it at once" in await heard(alex)


async def test_a_silent_directory_costs_nobody_the_conversation(house: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    alex = house.teammate("alex")
    await alex.say("windows")
    house.clock.advance(11 * 60)
    with monkeypatch.context() as silent:
        await silenced(house, silent)
        await alex.say("4A7C2E1F")
        await house.settle()
    during = await heard(alex)

    await alex.say("4A7C2E1F")
    await house.settle()

    assert "I cannot look you up" in during
    assert "Your case number" not in during
    assert "I cannot find 4A7C 2E1F" in await heard(alex)


async def test_what_the_directory_said_lately_counts_while_it_is_silent() -> None:
    class Directory:
        is_silent = False

        async def person(self, person: PersonId) -> Any:
            from bot.domain.people import Person  # noqa: PLC0415

            if self.is_silent:
                raise SourceUnavailable("directory")
            return Person(person, "Alex", "Alex", "a@example.org")

    directory, clock, alex = Directory(), FakeClock(), PersonId("t", "alex")
    callers = Callers(directory, clock)
    await callers.who(alex, "Alex")
    directory.is_silent = True

    clock.advance(9 * 60)
    lately = await callers.who(alex, "Alex")
    clock.advance(2 * 60)
    long_ago = await callers.who(alex, "Alex")

    assert (lately.turned_away, long_ago.turned_away) == (None, "source_silent")


async def test_after_a_hand_off_nobody_writes_into_the_dark(house: Living) -> None:
    alex = house.teammate("alex")
    await alex.say("a human please")
    await alex.say("it is urgent")
    await house.settle()
    await house.pass_time(5 * 3600)
    before = len(await alex.poll()) + 1

    await alex.say("is somebody there?")
    await house.settle()
    later = [spoken(one) for one in await alex.poll()]
    await alex.say("my windows pc is locked, bitlocker 4A7C2E1F")
    await house.settle()
    problem = [spoken(one) for one in await alex.poll()]

    assert before
    assert any("I have added that to case" in one for one in later)
    assert any("If you want me to look once more" in one for one in problem)


async def test_somebody_disabled_does_not_see_the_key_by_a_link_that_is_out(house: Living) -> None:
    alex = await found_key(house)
    card = next(one for one in reversed(alex.heard) if one.get("attachments") and "unlock" in json.dumps(one))
    path = link_of(card)
    await alex.page(path)
    await alex.page(f"{path}/claim", {})
    await alex.page(f"{path}/prove", {"number": number_of(card), "code": await alex.code("alex")})
    await alex.page(f"{path}/answer", {"somebody": "no"})
    await house.house.vault.file.execute("UPDATE person SET enabled = 0 WHERE login = 'alex'")

    status, text = await alex.page(f"{path}/show", {"nth": "1"})

    assert status == 404
    assert "digits" not in text


@pytest.mark.parametrize(
    "place",
    [
        {"tenantId": TENANT, "id": "19:x@thread.v2", "isGroup": True},
        {"tenantId": TENANT, "id": "19:x@thread.v2"},
        {"tenantId": TENANT, "id": "a:1", "conversationType": "personal", "isGroup": True},
        {"tenantId": TENANT, "id": "a:1", "conversationType": "Personal"},
    ],
)
async def test_what_is_not_clearly_personal_is_public(house: Living, place: dict[str, Any]) -> None:
    await house.teammate("alex").message(text="windows", conversation=place)
    await house.settle()

    assert [spoken(one.body)[:24] for one in house.there.connector.messages()] == ["I help with locked compu"]


async def test_the_language_follows_the_person(house: Living) -> None:
    alex = house.teammate("alex")
    await alex.install("en-US")
    alex.locale = "de-DE"

    await alex.say("mein windows rechner ist gesperrt")
    await house.settle()

    assert "Tippen Sie die ersten acht Zeichen" in await heard(alex)


@pytest.mark.parametrize("header", ["Origin", "Sec-Fetch-Site"])
async def test_no_web_page_speaks_to_the_endpoint(house: Living, header: str) -> None:
    visitor = house.visitor()
    headers = {"Authorization": f"Bearer {house.there.token()}", header: "https://evil.example.org"}
    content = activity(house.there.service_url, "alex")

    async with visitor.http.post(f"{house.base}/api/messages", json=content, headers=headers) as answer:
        assert answer.status == 401


async def test_a_token_is_forgotten_with_its_key_though_another_took_its_name() -> None:
    keys = KeysAtHand([CHANNEL_KEY])
    hosts = ServiceHosts(frozenset(CLOUDS["public"].service_hosts))
    gate = Gate(keys, FakeClock(NOW), issuer=ISSUER, app_id=APP_ID, tenant=TENANT, hosts=hosts)
    header, body = genuine(SCENE)
    await gate.admit(header, body)

    keys.keys = KeysAtHand([Key("key-1")]).keys

    with pytest.raises(Refused):
        await gate.admit(header, body)


async def test_a_post_that_was_deleted_is_posted_anew(house: Living) -> None:
    kim = house.teammate("kim")
    await kim.say("a human please")
    await house.settle()
    gone: list[str] = []

    def deleted(request: web.Request) -> web.Response | None:
        if request.method != "PUT" or gone:
            return None
        gone.append(request.path)
        return web.Response(status=404)

    house.there.connector.moods = [deleted] * 10

    await kim.say("I am in room 4")
    await house.settle()
    await kim.say("second floor")
    await house.settle()

    made = [one for one in house.there.connector.sent if one.path == "/v3/conversations"]
    assert len(made) == 2
    assert house.there.connector.sent[-1].method in ("PUT", "POST")


async def test_two_who_expect_their_replies_in_the_answer_get_their_own(house: Living) -> None:
    alex = house.teammate("alex")
    await alex.say("hello")
    await house.settle()
    import asyncio  # noqa: PLC0415

    one, other = await asyncio.gather(
        alex.message(text="windows", deliveryMode="expectReplies"),
        alex.message(text="a human please", deliveryMode="expectReplies"),
    )
    await house.settle()

    said = [[spoken(reply)[:20] for reply in answer["activities"]] for _, answer in (one, other)]
    assert not set(said[0]) & set(said[1])


async def test_a_case_that_was_given_up_is_not_taken_for_the_next(house: Living) -> None:
    alex = house.teammate("alex")
    await alex.say("a human please")
    await alex.say("start over")
    await alex.say("a human please")
    await house.settle()

    flows = await house.house.store.flows("case")
    words = await heard(alex)
    assert all(f"Your case number is {flow_id.partition(':')[2]}" in words for flow_id, _ in flows)


async def test_a_key_on_a_button_is_not_shown_again(house: Living) -> None:
    key = (await house.keys())[0]
    alex = house.teammate("alex")
    data = {"choice": "windows", "title": key, "said": f"Your key is {key}"}

    _, answer = await alex.message(
        type="invoke", name="adaptiveCard/action", text=None, value={"action": {"verb": "choose", "data": data}}
    )

    assert key[:20] not in json.dumps(answer)
