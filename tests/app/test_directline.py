"""The traps of Direct Line: what the official clients need, and what nobody may get."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from bot.settings import Settings
from tests.app.living import Living, living
from tests.app.visitor import Visitor, spoken

LINE = "/v3/directline"


async def entered(house: Living, person: str = "alex") -> Visitor:
    visitor = house.visitor()
    await visitor.sign_in(person)
    await visitor.enter()
    await house.settle()
    return visitor


async def call(visitor: Visitor, method: str, path: str, *, token: str | None = None, **more: Any) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token or visitor.token}"} | more.pop("headers", {})
    async with visitor.http.request(method, f"{visitor.base}{path}", headers=headers, **more) as answer:
        body = await answer.read()
        return answer.status, orjson.loads(body) if body else None


def activities(visitor: Visitor) -> str:
    return f"{LINE}/conversations/{visitor.conversation}/activities"


async def test_the_conversation_is_made_once_and_greets_once(house: Living) -> None:
    visitor = await entered(house)

    first, _ = await call(visitor, "POST", f"{LINE}/conversations", json={})
    await house.settle()
    await visitor.poll()

    assert first == 200
    assert len([one for one in visitor.heard if "Hello" in spoken(one)]) == 1


async def test_the_echo_comes_before_the_reply_with_the_clients_own_id(house: Living) -> None:
    visitor = await entered(house)
    message = {"type": "message", "text": "windows", "channelData": {"clientActivityID": "mine", "other": 1}}

    _, posted = await call(visitor, "POST", activities(visitor), json=message)
    await house.settle()
    await visitor.poll()

    echo = next(one for one in visitor.heard if one["from"]["role"] == "user")
    reply = next(one for one in visitor.heard if "first eight" in spoken(one))
    assert echo["id"] == posted["id"]
    assert echo["channelData"]["clientActivityID"] == "mine"
    assert "other" not in echo["channelData"]
    assert echo["channelData"]["webchat:sequence-id"] < reply["channelData"]["webchat:sequence-id"]


async def test_who_is_speaking_comes_from_the_token_alone(house: Living) -> None:
    visitor = await entered(house)
    forged = {"id": "dl_mallory", "name": "Mallory", "aadObjectId": "sam", "role": "bot"}

    await call(
        visitor,
        "POST",
        activities(visitor),
        json={"type": "message", "text": "mac", "from": forged, "recipient": forged},
    )
    await house.settle()
    await visitor.poll()

    assert "mallory" not in orjson.dumps(visitor.heard).decode().casefold()
    await visitor.until("No recovery key of a Mac of yours")  # Alex has none; Sam would have


async def test_a_message_sent_twice_under_one_id_is_heard_once(house: Living) -> None:
    visitor = await entered(house)
    message = {"type": "message", "text": "windows", "channelData": {"clientActivityID": "same"}}

    results = await asyncio.gather(*(call(visitor, "POST", activities(visitor), json=message) for _ in range(10)))
    await house.settle()
    await visitor.poll()

    assert {status for status, _ in results} == {200}
    assert len([one for one in visitor.heard if one["from"]["role"] == "user"]) == 1


async def test_a_thumbnail_of_a_photo_is_stored_nowhere_and_the_person_is_told(house: Living) -> None:
    visitor = await entered(house)
    data = "data:image/jpeg;base64," + base64.b64encode(b"picture of a key").decode()
    form = aiohttp.FormData()
    activity = {
        "type": "message",
        "attachments": [{"contentType": "image/png", "name": "screen.png", "thumbnailUrl": data}],
    }
    form.add_field(
        "activity", orjson.dumps(activity), content_type="application/vnd.microsoft.activity", filename="blob"
    )
    form.add_field("file", b"picture of a key", content_type="image/png", filename="screen.png")

    status, _ = await call(visitor, "POST", f"{LINE}/conversations/{visitor.conversation}/upload", data=form)
    await house.settle()

    assert status == 200
    await visitor.until("I cannot read photos yet")
    stored = b"".join(path.read_bytes() for path in house.folder.iterdir())
    assert data[24:].encode() not in stored


async def test_a_watermark_gives_what_is_newer_and_none_gives_all(house: Living) -> None:
    visitor = await entered(house)
    await visitor.say("windows")
    await house.settle()

    _, everything = await call(visitor, "GET", activities(visitor))
    _, newer = await call(visitor, "GET", f"{activities(visitor)}?watermark=1")
    _, nothing = await call(visitor, "GET", f"{activities(visitor)}?watermark={everything['watermark']}")

    assert [one["id"][-1] for one in everything["activities"]] == ["1", "2", "3"]
    assert len(newer["activities"]) == 2
    assert nothing == {"activities": [], "watermark": everything["watermark"]}


async def test_a_socket_brings_what_was_missed_then_what_comes(house: Living) -> None:
    visitor = await entered(house)
    _, started = await call(visitor, "GET", f"{LINE}/conversations/{visitor.conversation}?watermark=0")

    async with visitor.http.ws_connect(started["streamUrl"]) as socket:
        missed = orjson.loads((await socket.receive(5)).data)
        await socket.send_str("")
        await visitor.say("windows")
        echo = orjson.loads((await socket.receive(5)).data)
        reply = orjson.loads((await socket.receive(5)).data)

    assert "Hello" in spoken(missed["activities"][0])
    assert echo["activities"][0]["text"] == "windows"
    assert "first eight" in spoken(reply["activities"][0])
    assert [int(one["watermark"]) for one in (missed, echo, reply)] == [1, 2, 3]


async def test_signing_out_closes_the_socket_within_a_second(house: Living) -> None:
    visitor = await entered(house)
    _, started = await call(visitor, "GET", f"{LINE}/conversations/{visitor.conversation}?watermark=1")

    async with visitor.http.ws_connect(started["streamUrl"]) as socket:
        await visitor.page("/sign-out", {})
        message = await socket.receive(1)

    assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING)


async def test_a_token_is_good_for_its_own_conversation_only(house: Living) -> None:
    alex, sam = await entered(house), await entered(house, "sam")

    for path in (activities(alex), f"{LINE}/conversations/{alex.conversation}"):
        status, content = await call(alex, "GET", path, token=sam.token)
        assert (status, content["error"]["code"]) == (403, "BadArgument")
    status, _ = await call(alex, "POST", activities(alex), token=sam.token, json={"type": "message", "text": "hi"})
    assert status == 403


def forgeries(token: str) -> list[str]:
    head, body, signature = token.split(".")
    claims = orjson.loads(base64.urlsafe_b64decode(body + "=="))

    def packed(content: object) -> str:
        return base64.urlsafe_b64encode(orjson.dumps(content)).decode().rstrip("=")

    none = packed({"alg": "none", "typ": "JWT"})
    return [
        "x", "..", f"{head}.{body}.", f"{none}.{body}.", f"{none}.{body}.{signature}", f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}",
        f"{head}.{packed(claims | {'user': 'dl_other'})}.{signature}", f"{head}.{packed(claims | {'exp': 9999999999})}.{signature}",
        f"{head}.{packed(claims | {'conv': 'other'})}.{signature}", token + "A", token[1:], token.swapcase(), "é" * 50, "A" * 5000,
    ]  # fmt: skip


async def test_forged_and_expired_tokens_are_refused_alike(house: Living) -> None:
    visitor = await entered(house)

    answers = [
        await call(visitor, "GET", activities(visitor), token=forged)
        for forged in forgeries(visitor.token)
        if forged.isascii()
    ]
    house.clock.advance(31 * 60)
    answers.append(await call(visitor, "GET", activities(visitor)))

    assert {(status, content["error"]["message"]) for status, content in answers} == {(403, "This token is not valid.")}


async def test_a_stream_token_posts_nothing_and_a_token_streams_nothing(house: Living) -> None:
    visitor = await entered(house)
    _, started = await call(visitor, "GET", f"{LINE}/conversations/{visitor.conversation}")
    ticket = started["streamUrl"].partition("t=")[2]

    posted, _ = await call(visitor, "POST", activities(visitor), token=ticket, json={"type": "message", "text": "hi"})
    streamed, _ = await call(visitor, "GET", f"{LINE}/conversations/{visitor.conversation}/stream?t={visitor.token}")
    house.clock.advance(61)
    late, _ = await call(visitor, "GET", f"{LINE}/conversations/{visitor.conversation}/stream?t={ticket}")

    assert (posted, streamed, late) == (403, 403, 403)


async def test_a_socket_of_a_foreign_page_is_refused(house: Living) -> None:
    visitor = await entered(house)
    _, started = await call(visitor, "GET", f"{LINE}/conversations/{visitor.conversation}")

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await visitor.http.ws_connect(started["streamUrl"], origin="https://evil.example")

    assert refused.value.status == 403


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_a_foreign_page_gets_no_token(house: Living, headers: dict[str, str]) -> None:
    visitor = await entered(house)

    status, _ = await call(visitor, "POST", "/chat/token", headers=headers)

    assert status == 403


async def test_without_a_session_there_is_no_token(house: Living) -> None:
    status, content = await call(house.visitor(), "POST", "/chat/token", token="none")

    assert (status, content["error"]["code"]) == (401, "NotSignedIn")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"[]", 400), (b'"text"', 400), (b"{}", 400), (b'{"type":1}', 400), (b'{"type":"message","from":"x"}', 400),
        (b'{"type":"message","attachments":{}}', 400), (b'{"type":"message","timestamp":"yesterday"}', 400),
        (b"[" * 100_000, 400), (b'{"type":"message","text":"' + b"x" * 300_000 + b'"}', 413), (b'{"type":"message"}', 200),
        (b'{"type":"invoke","name":"anything"}', 200), (b'{"type":"typing"}', 200), (b'{"type":"nonsense"}', 200),
        (b'{"type":"message","value":{"choice":["a"]}}', 200), (b'{"type":"message","channelData":[1]}', 200),
    ],
)  # fmt: skip
async def test_bad_input_gets_a_clear_answer_and_loses_nothing(house: Living, body: bytes, status: int) -> None:
    visitor = await entered(house)

    answered, _ = await call(visitor, "POST", activities(visitor), data=body)
    await visitor.say("windows")
    await house.settle()

    assert answered == status
    await visitor.until("first eight")


async def test_too_many_messages_are_asked_to_wait(tmp_path: Path) -> None:
    async with living(tmp_path, Settings(messages_at_once=5, messages_per_second=1)) as house:
        visitor = await entered(house)
        answers = []
        for _ in range(12):
            async with visitor.http.post(
                f"{visitor.base}{activities(visitor)}",
                json={"type": "message", "text": "hi"},
                headers={"Authorization": f"Bearer {visitor.token}"},
            ) as answer:
                answers.append((answer.status, answer.headers.get("Retry-After")))
        polled, _ = await call(visitor, "GET", activities(visitor))

    assert answers[-1] == (429, "1")
    assert answers[0][0] == 200
    assert polled == 200


async def test_a_pasted_recovery_key_is_masked_in_the_echo_and_in_the_history(house: Living) -> None:
    visitor = await entered(house)
    key = (await house.keys())[0]

    await call(
        visitor,
        "POST",
        activities(visitor),
        json={"type": "message", "text": f"it is {key}", "channelData": {"messageBack": {"displayText": key}}},
    )
    await house.settle()
    await visitor.poll()

    echo = next(one for one in visitor.heard if one["from"]["role"] == "user")
    assert echo["text"] == "it is [••••]"
    assert key not in orjson.dumps(visitor.heard).decode()


async def test_an_intranet_page_that_is_allowed_may_embed_the_chat_and_no_other(tmp_path: Path) -> None:
    async with living(tmp_path, Settings(allowed_origins=("https://intranet.example",))) as house:
        visitor = await entered(house)
        async with visitor.http.get(f"{visitor.base}/chat?embedded=1") as answer:
            policy = answer.headers["Content-Security-Policy"]
        preflight = {"Origin": "https://intranet.example", "Access-Control-Request-Method": "POST"}
        async with visitor.http.options(f"{visitor.base}{LINE}/conversations", headers=preflight) as allowed:
            pass
        async with visitor.http.options(
            f"{visitor.base}{LINE}/conversations", headers={"Origin": "https://evil.example"}
        ) as refused:
            pass

    assert "frame-ancestors 'self' https://intranet.example" in policy
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://intranet.example"
    assert "Access-Control-Allow-Origin" not in refused.headers


async def test_a_reader_that_cannot_keep_up_is_let_go_and_comes_back_by_its_watermark(house: Living) -> None:
    from adapters.webchat.hub import MOST_WAITING, Hub, Listener  # noqa: PLC0415

    hub, listener = Hub(), Listener("session", "token")
    hub.join("c", listener)

    for seq in range(MOST_WAITING + 5):
        hub.publish("c", seq, b"{}")

    assert listener.queue.get_nowait() is None
