"""`/api/messages` over HTTP, with the whole house behind it: who is let in, what is answered, what is said."""

import asyncio
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from adapters.teams.cards import LARGEST
from bot.address import Address, Met
from bot.news import KeyChanged
from bot.wiring import kinds
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living, living
from tests.app.visitor import spoken
from tests.teams.forgeries import Forgery, Scene, forgeries
from tests.teams.microsoft import APP_ID, TENANT, Key
from tests.teams.teammate import Teammate, activity

OVER_HTTP = [one for one in forgeries() if one.over_http]


async def post(house: Living, header: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
    visitor = house.visitor()
    headers = {"Authorization": header} if header else {}
    async with visitor.http.post(f"{house.base}/api/messages", data=body, headers=headers) as answer:
        return answer.status, await answer.read(), dict(answer.headers)


async def test_every_forgery_gets_the_same_401_and_leaves_nothing_behind(house: Living) -> None:
    scene = Scene(house.there.issuer, house.there.service_url, house.clock.now().timestamp())
    answers = []
    for forgery in OVER_HTTP:
        status, body, headers = await post(house, forgery.header(scene), forgery.body(scene))
        headers.pop("Date")
        answers.append((forgery.name, status, body, json.dumps(headers)))

    assert [name for name, status, *_ in answers if status != 401] == []
    assert len({answer[1:] for answer in answers}) == 1
    assert len(answers) >= 80
    assert [flow for kind in kinds() for flow in await house.house.store.flows(kind.name)] == []
    assert house.there.connector.sent == []


async def test_the_genuine_one_is_answered_when_it_is_remembered(house: Living) -> None:
    alex = house.teammate("alex")

    status, body = await alex.message(text="hello")
    await house.settle()

    assert (status, body) == (200, None)
    assert "Hello Alex" in spoken((await alex.poll())[0])


@pytest.mark.parametrize("changed", [{}, {"text": "something else"}, {"from": {"id": "29:kim", "aadObjectId": "kim"}}])
async def test_an_activity_that_was_here_before_is_refused(house: Living, changed: dict[str, Any]) -> None:
    alex = house.teammate("alex")
    content = activity(house.there.service_url, "alex", text="my windows pc is locked")
    await alex.send(content)
    await house.settle()
    said = len(house.there.connector.sent)

    status, body = await alex.send(content | changed)
    await house.settle()

    assert (status, body) == (401, None)
    assert len(house.there.connector.sent) == said


async def test_a_hundred_of_one_activity_at_once_are_one(house: Living) -> None:
    alex = house.teammate("alex")
    content = activity(house.there.service_url, "alex", text="my windows pc is locked")

    answers = await asyncio.gather(*(alex.send(content) for _ in range(100)))
    await house.settle()

    assert sorted(status for status, _ in answers) == [200] + [401] * 99
    assert len([one for one in await alex.poll() if "Hello" in spoken(one)]) == 1


async def test_a_forger_who_waits_for_a_slow_issuer_waits_alone(house: Living) -> None:
    alex = house.teammate("alex")
    await alex.say("hello")
    asked, never = asyncio.Event(), asyncio.Event()

    async def slowly(_request: web.Request) -> web.Response:
        asked.set()
        await never.wait()
        return web.Response()

    house.there.issuer.mood = slowly
    house.clock.advance(61)
    unknown = Key("key-unknown", house.there.issuer.keys[0].private)
    forged = house.there.issuer.token(house.there.service_url, now=house.clock.now().timestamp(), key=unknown)
    forgers = [asyncio.create_task(alex.send(activity(house.there.service_url, "alex"), forged)) for _ in range(20)]
    await asked.wait()
    begun = time.monotonic()
    for _ in range(20):
        await alex.say("windows")
    took = time.monotonic() - begun
    still_waiting = [one for one in forgers if not one.done()]
    never.set()

    assert [status for status, _ in await asyncio.gather(*forgers)] == [401] * 20
    assert still_waiting
    assert took < 60


# who it is


async def test_somebody_disabled_gets_a_human_from_the_next_minute_on(house: Living) -> None:
    alex = house.teammate("alex")
    await alex.say("windows")
    await house.house.vault.file.execute("UPDATE person SET enabled = 0 WHERE login = 'alex'")

    house.clock.advance(60)
    await alex.say("4A7C2E1F")
    await house.settle()

    heard = " ".join(spoken(one) for one in await alex.poll())
    assert "I cannot find you in the directory" in heard
    assert "Your case number is" in heard


@pytest.mark.parametrize("kind", ["groupChat", "channel"])
async def test_in_public_nothing_is_said_about_anybody(house: Living, kind: str) -> None:
    alex = house.teammate("alex")
    place = {"conversationType": kind, "tenantId": TENANT, "id": "19:team@thread.tacv2", "isGroup": True}

    status, _ = await alex.message(text="<at>Sparekey</at> my pc is locked 4A7C2E1F", conversation=place)
    await house.settle()

    sent = house.there.connector.messages("19:team@thread.tacv2")
    assert status == 200
    assert len(sent) == 1
    card = sent[0].body["attachments"][0]["content"]
    assert "Please write to me in our own chat" in spoken(sent[0].body)
    assert card["actions"][0]["url"] == f"https://teams.microsoft.com/l/chat/0/0?users=28:{APP_ID}"
    assert "alex" not in json.dumps(card).lower()
    assert not await house.house.store.flows("chat")


async def test_being_added_to_a_team_needs_no_words(house: Living) -> None:
    alex = house.teammate("alex")
    place = {"conversationType": "channel", "tenantId": TENANT, "id": "19:team@thread.tacv2"}

    status, _ = await alex.message(type="installationUpdate", action="add", conversation=place)
    await house.settle()

    assert (status, house.there.connector.sent) == (200, [])


async def test_a_bot_or_a_webhook_is_nobody(house: Living) -> None:
    alex = house.teammate("alex")

    status, _ = await alex.message(**{"from": {"id": "28:other-bot", "name": "Other"}})
    await house.settle()

    assert (status, house.there.connector.sent) == (200, [])


# what it says


async def test_the_greeting_comes_once_however_often_the_channel_tells_of_the_install(house: Living) -> None:
    alex = house.teammate("alex")
    added = [{"id": f"28:{APP_ID}"}, {"id": "29:alex"}]

    await alex.message(type="conversationUpdate", membersAdded=added, text=None)
    await alex.install()
    await alex.install()
    await house.settle()

    assert [spoken(one)[:11] for one in await alex.poll()] == ["Hello Alex."]


@pytest.mark.parametrize(
    "content",
    [
        {"type": "messageUpdate", "channelData": {"tenant": {"id": TENANT}, "eventType": "editMessage"}},
        {"type": "messageDelete", "channelData": {"tenant": {"id": TENANT}, "eventType": "softDeleteMessage"}},
        {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
        {"type": "conversationUpdate", "membersAdded": [{"id": "29:somebody"}]},
        {"type": "installationUpdate", "action": "remove"},
        {"type": "event", "name": "application/vnd.microsoft.readReceipt", "value": {"lastReadMessageId": "1"}},
        {"type": "typing"},
        {"type": "endOfConversation"},
        {"type": "trace"},
        {"type": "somethingNew"},
        {"type": "message", "text": ""},
        {"type": "message", "text": None, "value": {"choice": 3}},
        {"type": "message", "text": "<at>Sparekey</at>"},
    ],
    ids=lambda content: str(content["type"]),
)
async def test_what_says_nothing_is_let_pass(house: Living, content: dict[str, Any]) -> None:
    alex = house.teammate("alex")

    status, body = await alex.message(**content)
    await house.settle()

    assert (status, body) == (200, None)
    assert house.there.connector.sent == []


@pytest.mark.parametrize(
    "content",
    [
        {"name": "signin/tokenExchange", "value": {"id": "1", "connectionName": "x", "token": "eyJ"}},
        {"name": "fileConsent/invoke", "value": {}},
        {"name": "composeExtension/query", "value": {}},
        {"name": "adaptiveCard/action", "value": {"action": {"verb": "somethingElse", "data": {"choice": "human"}}}},
        {"name": "adaptiveCard/action", "value": {"action": {"verb": "choose", "data": {"choice": 3}}}},
        {"name": "adaptiveCard/action", "value": "choose"},
        {"name": None, "value": None},
    ],
    ids=lambda content: str(content["name"]),
)
async def test_an_invoke_that_we_do_not_know_is_told_so(house: Living, content: dict[str, Any]) -> None:
    status, _ = await house.teammate("alex").message(type="invoke", text=None, **content)

    assert status == 501


async def test_a_pressed_button_is_answered_by_its_card_without_buttons(house: Living) -> None:
    alex = house.teammate("alex")
    await alex.install()
    await house.settle()
    await alex.poll()

    await alex.press("windows")

    status, answer = alex.answers[-1]
    assert status == 200
    assert answer["type"] == "application/vnd.microsoft.card.adaptive"
    assert [block["text"] for block in answer["value"]["body"]][1] == "✓ Windows: blue screen"
    assert "actions" not in answer["value"]


async def test_a_button_beside_a_link_leaves_the_link_standing(house: Living) -> None:
    alex = await found_key(house)

    await alex.press("human")

    _, answer = alex.answers[-1]
    assert answer["type"] == "application/vnd.microsoft.activity.message"
    assert answer["value"] == "✓ Talk to a colleague"


async def test_what_a_button_says_of_itself_is_never_a_link(house: Living) -> None:
    alex = house.teammate("alex")
    data = {
        "choice": "windows",
        "title": "[here](https://evil.org)",
        "said": "Your session ended: [sign in](https://evil.org)",
    }

    _, answer = await alex.message(
        type="invoke", name="adaptiveCard/action", text=None, value={"action": {"verb": "choose", "data": data}}
    )

    assert "](" not in json.dumps(answer)


async def found_key(house: Living) -> Teammate:
    computer = await house.house.computers.named("LAPTOP-ALEX")
    assert computer
    assert computer.key_id
    alex = house.teammate("alex")
    await alex.say(f"windows {computer.key_id}")
    await house.settle()
    await alex.poll()
    return alex


async def test_replies_are_in_the_answer_where_the_channel_expects_them_there(house: Living) -> None:
    alex = house.teammate("alex")

    status, body = await alex.message(text="windows", deliveryMode="expectReplies")
    await house.settle()

    assert status == 200
    assert [spoken(one)[:6] for one in body["activities"]] == ["Hello ", "On the"]
    assert house.there.connector.sent == []


async def test_typing_is_shown_while_something_is_looked_for(house: Living) -> None:
    house.source.delay = 1.2
    await found_key(house)

    assert [one.body["type"] for one in house.there.connector.sent].count("typing") >= 1


@pytest.mark.parametrize(
    "attachment",
    [
        {
            "contentType": "image/*",
            "contentUrl": "https://smba.trafficmanager.net/emea/v3/attachments/1/views/original",
        },
        {
            "contentType": "application/vnd.microsoft.teams.file.download.info",
            "content": {"downloadUrl": "https://x"},
            "name": "a.png",
        },
    ],
    ids=["pasted", "file"],
)
async def test_a_photo_is_said_not_to_be_read_and_is_not_fetched(house: Living, attachment: dict[str, Any]) -> None:
    alex = house.teammate("alex")

    await alex.message(text="", attachments=[attachment])
    await house.settle()

    assert "I cannot read photos yet" in " ".join(spoken(one) for one in await alex.poll())


def dressed_by_the_editor(key: str) -> list[str]:
    groups = key.split("-")
    style = "font-family:Segoe UI; " * 30
    return [
        "<table>" + "".join(f"<tr><td><p>{group}</p></td></tr>" for group in groups) + "</table>",
        "-".join(f"<span><b>{group}</b></span>" for group in groups),
        " <b>-</b> ".join(f'<span style="{style}"><em>{group[:2]}</em><i>{group[2:]}</i></span>' for group in groups),
        "<ol>" + "".join(f"\n  <li><div><span>{group}</span></div></li>" for group in groups) + "\n</ol>",
        "<div>" + "<br/>\n".join(f"&nbsp;&nbsp;{group}&nbsp;&#8211;" for group in groups) + "</div>",
        "<p>" + "".join(f"<u>{letter}</u>&nbsp;" for letter in key) + "</p>",
    ]


async def test_a_recovery_key_in_any_dress_of_the_editor_is_masked(house: Living, logged: list[str]) -> None:
    key, filevault = (await house.keys())[0], "OK3V-M2VG-7RTX-AB1D-QWZ9-UV1X"
    alex = house.teammate("alex")
    dresses = [
        key,
        key.replace("-", "&nbsp;"),
        f"<p>{key.replace('-', '</b>-<b>')}</p>",
        key.replace("-", "\u200b-"),
        key.replace("-", "\n"),
        *(dress for one in (key, filevault) for dress in dressed_by_the_editor(one)),
    ]

    for dress in dresses:
        await alex.message(
            text=dress, textFormat="xml", attachments=[{"contentType": "text/html", "content": f"<p>{key}</p>"}]
        )
    await alex.message(text=None, value={"choice": "windows", "title": key})
    await house.settle()

    heard = [spoken(one) for one in await alex.poll()]
    assert len([one for one in heard if "That looked like a recovery key" in one]) == len(dresses)
    await assert_no_key_is_left(house, "\n".join(logged), expected=(filevault,))


async def test_everything_that_we_send_is_small_and_has_an_address(house: Living) -> None:
    alex = await found_key(house)
    await alex.press("human")
    await house.settle()

    for one in house.there.connector.sent:
        assert len(json.dumps(one.body).encode("utf-16-le")) < LARGEST
        assert one.authorization == "Bearer ours"
    for message in house.there.connector.messages():
        assert message.body["from"]["id"] == f"28:{APP_ID}"
        assert message.body["recipient"]["id"] == "29:alex"
        assert message.body["serviceUrl"] == house.there.service_url


async def test_a_message_that_is_refused_for_good_does_not_hold_up_the_next(house: Living) -> None:
    alex = house.teammate("alex")
    house.there.connector.moods = [lambda _request: web.Response(status=413)]

    await alex.say("windows")
    await house.settle()

    assert [spoken(one)[:18] for one in await alex.poll()] == ["On the blue screen"]


async def test_what_could_not_be_delivered_comes_later_and_in_its_order(house: Living) -> None:
    alex = house.teammate("alex")
    house.there.connector.moods = [lambda _request: web.Response(status=503, headers={"Retry-After": "60"})]

    await alex.say("windows")
    await house.settle()
    before = await alex.poll()
    await house.pass_time(61)

    assert before == []
    assert [spoken(one)[:6] for one in await alex.poll()] == ["Hello ", "On the"]


async def test_somebody_who_has_removed_us_is_not_spoken_to_again_and_again(house: Living) -> None:
    alex = house.teammate("alex")
    gone = web.json_response
    body = {"error": {"code": "ForbiddenOperationException", "message": "not installed"}}
    house.there.connector.moods = [lambda _request: gone(body, status=403) for _ in range(50)]

    await alex.say("windows")
    await house.settle()
    await house.pass_time(300)

    assert len(house.there.connector.moods) == 48  # one for each of the two messages


async def test_an_address_whose_host_is_no_longer_trusted_gets_nothing(house: Living) -> None:
    """Stored when it was trusted; looked at again before our token would go there."""
    alex = await found_key(house)
    before = len(house.there.connector.sent)
    elsewhere = Address("https://evil.example.org/", "a:1alex", f"28:{APP_ID}", "29:alex")
    await house.house.conductor.handle("address:teams:a:1alex", Met(elsewhere), "tampered")

    await house.house.conductor.handle("chat:teams:a:1alex", KeyChanged("LAPTOP-ALEX"), "news")
    await house.settle()

    assert len(house.there.connector.sent) == before
    assert await alex.poll() == []


def test_forgeries_have_names_of_their_own() -> None:
    names = [one.name for one in forgeries()]

    assert len(names) == len(set(names))
    assert all(isinstance(one, Forgery) for one in forgeries())


async def test_after_a_restart_what_was_owed_is_said_and_what_was_heard_is_not_heard_again(tmp_path: Path) -> None:
    async with living(tmp_path) as before:
        alex = before.teammate("alex")
        before.there.connector.moods = [lambda _request: web.Response(status=503) for _ in range(200)]
        before.there.connector.moods.append(lambda _request: web.Response(status=503, headers={"Retry-After": "60"}))
        first = activity(before.there.service_url, "alex", text="my windows pc is locked")
        with suppress(TimeoutError):
            await alex.send(first)
            async with asyncio.timeout(2):
                await before.settle()

    async with living(tmp_path) as after:
        alex = after.teammate("alex")
        status, _ = await alex.send(first | {"serviceUrl": after.there.service_url})
        await alex.say("4A7C")
        await after.pass_time(3_000)
        said = [spoken(one)[:18] for one in await alex.poll()]

    assert status == 401
    assert said[:2] == ["Hello Alex.", "On the blue screen"]
    assert len(said) > 2
    assert said.count("On the blue screen") == 1
