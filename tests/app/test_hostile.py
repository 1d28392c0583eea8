"""Twenty thousand hostile inputs through every door: never a 5xx, never a key, and the server is alive afterwards."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.app.test_unlock_page import with_link
from tests.app.visitor import GROUPS, Visitor

EACH = 5_000
AT_ONCE = 32
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SEED = 20261121
SCRAPS = (
    "", "0", "-1", "null", "NaN", "4A7C2E1F", "../../etc/passwd", "<script>alert(1)</script>", "';DROP TABLE flow;--", "\x00", "\u202e", "😀" * 20,
    "{{7*7}}", "${jndi:x}", "A" * 3000, "1" * 48, "111111-" * 8, "device:LAPTOP-ALEX", "human", "lost", "worked", "windows", "mac", "\ud7ff\ufffe",
    "javascript:alert(1)", "%s%n", "=cmd|' /C calc'!A0", "\r\nSet-Cookie: a=b", "[x](javascript:1)", "key id DEADBEEF", "it is not my account",
)  # fmt: skip


def scrap(dice: random.Random) -> str:
    text = dice.choice(SCRAPS) + dice.choice(SCRAPS) if dice.random() < 0.3 else dice.choice(SCRAPS)
    return (
        text
        if dice.random() < 0.7
        else "".join(chr(dice.choice((dice.randrange(32, 127), dice.randrange(160, 0xD000)))) for _ in range(40))
    )


def anything(dice: random.Random, depth: int = 0) -> Any:
    kinds: list[Callable[[], Any]] = [
        lambda: None, lambda: True, lambda: dice.randrange(-(2**53), 2**53), dice.random, lambda: scrap(dice),
    ]  # fmt: skip
    if depth < 4:
        kinds += [
            lambda: [anything(dice, depth + 1) for _ in range(dice.randrange(4))],
            lambda: {scrap(dice): anything(dice, depth + 1) for _ in range(dice.randrange(4))},
        ]
    return dice.choice(kinds)()


def activity(dice: random.Random) -> bytes:
    if dice.random() < 0.1:
        return dice.randbytes(dice.randrange(200))
    content: dict[str, Any] = {
        "type": dice.choice(("message", "message", "message", "event", "typing", "invoke", anything(dice)))
    }
    for key in (
        "text",
        "value",
        "from",
        "conversation",
        "channelData",
        "attachments",
        "entities",
        "timestamp",
        "locale",
        "replyToId",
        "suggestedActions",
    ):
        if dice.random() < 0.35:
            content[key] = scrap(dice) if key == "text" and dice.random() < 0.8 else anything(dice)
    return orjson.dumps(content) if dice.random() < 0.9 else orjson.dumps(content)[: dice.randrange(60)]


@pytest.mark.timeout(600)
async def test_twenty_thousand_hostile_inputs_break_nothing_and_show_nothing(house: Living, logged: list[str]) -> None:
    visitor, card, path = await with_link(house)
    robot = house.visitor()
    await robot.sign_in("sam")
    await robot.enter()
    dice = random.Random(SEED)
    seen: Counter[int] = Counter()

    async def send(method: str, target: str, sender: Visitor, **more: Any) -> None:
        headers = {"Authorization": f"Bearer {sender.token}"} | more.pop("headers", {})
        async with sender.http.request(
            method, f"{sender.base}{target}", headers=headers, allow_redirects=False, **more
        ) as answer:
            text = await answer.text(errors="replace")
            seen[answer.status] += 1
            assert answer.status < 500, (method, target, more, text)
            assert not GROUPS.search(text)
            assert "Traceback" not in text

    def chat() -> Any:
        json = {"Content-Type": "application/json"}
        return send(
            "POST",
            f"/v3/directline/conversations/{robot.conversation}/activities",
            robot,
            data=activity(dice),
            headers=json,
        )

    def words() -> Any:
        return robot.post(
            {"type": "message", "text": scrap(dice), "value": {"choice": scrap(dice)} if dice.random() < 0.5 else None}
        )

    def line() -> Any:
        odd = dice.choice(
            ("", "/activities", "/stream", "/upload", f"/activities?watermark={scrap(dice)[:30]}", "/stream?t=x")
        )
        where = dice.choice((robot.conversation, visitor.conversation, "x", "%2e%2e"))
        return send(
            dice.choice(("GET", "POST", "PUT")),
            f"/v3/directline/conversations/{where}{odd}",
            robot,
            data=activity(dice),
        )

    def form() -> Any:
        step = dice.choice(("", "/claim", "/prove", "/answer", "/show", "/outcome", "/finish"))
        names = ("number", "code", "somebody", "nth", "worked", "next", "person", scrap(dice)[:20] or "x")
        content = {name: scrap(dice) for name in names if dice.random() < 0.3}
        return send(
            "POST",
            f"{dice.choice((path, '/unlock/x', '/not-me/x.y'))}{step}",
            robot,
            data=urlencode(content).encode(),
            headers=FORM,
        )

    gate = asyncio.Semaphore(AT_ONCE)

    async def guarded(make: Any) -> None:
        async with gate:
            await make()

    for make in (chat, words, line, form):
        await asyncio.gather(*(guarded(make) for _ in range(EACH)))
        robot.captured.clear()
    await house.settle()

    assert seen[200] > EACH / 10
    assert seen[400] > EACH / 10
    path = await visitor.prove(card, "alex") if (await visitor.page(path))[0] == 200 else path
    status, _ = await visitor.page("/health")
    assert status == 200
    await assert_no_key_is_left(house, "\n".join(logged))
