"""Activities that no client sends, under genuine tokens: nothing breaks, nothing is let out, and the next person is served."""

import json
import random
from typing import Any

import pytest

from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.teams.microsoft import TENANT
from tests.teams.teammate import activity

MANY = 2_000
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, 1e308, "", "x", "\x00", "\ud800", "\u202eevil", "😀" * 50, "A" * 5_000, [], [[]], {}, {"a": {}},
    {"choice": "human"}, {"choice": ["human"]}, {"action": {"verb": "choose", "data": {"choice": "windows"}}},
    "4A7C2E1F", "../../etc/passwd", "<script>alert(1)</script>", "{{7*7}}", "'; DROP TABLE flow; --", "start again", "agent",
    "2026-11-21T09:00:00Z", "9999-99-99T99:99:99Z", [{"contentType": "image/*", "contentUrl": "https://169.254.169.254/"}],
)  # fmt: skip
FIELDS = (
    "type", "text", "textFormat", "value", "name", "attachments", "entities", "locale", "from", "recipient", "conversation",
    "channelData", "membersAdded", "action", "deliveryMode", "replyToId", "timestamp", "localTimestamp", "attachmentLayout",
    "suggestedActions", "reactionsAdded", "code", "relatesTo", "expiration", "importance", "semanticAction", "callerId",
)  # fmt: skip
TYPES = ("message", "invoke", "conversationUpdate", "installationUpdate", "messageUpdate", "event", "typing", "trace")


def hostile(chance: random.Random, service_url: str, keys: list[str]) -> bytes:
    content = activity(service_url, chance.choice(("alex", "kim", "sam", "nobody")), type=chance.choice(TYPES))
    for _ in range(chance.randint(1, 2)):
        content[chance.choice(FIELDS)] = chance.choice((*ODD, *keys))
    if chance.random() < 0.7:  # otherwise the gate has it
        content["channelData"] = {"tenant": {"id": TENANT}, "eventType": chance.choice(("editMessage", None))}
        content["conversation"] = {
            "tenantId": TENANT,
            "id": f"a:{chance.randint(1, 40)}",
            "conversationType": chance.choice(("personal", "channel", None, "x")),
        }
    try:
        return json.dumps(content).encode()
    except UnicodeEncodeError:
        return json.dumps(content, ensure_ascii=True).encode()


@pytest.mark.timeout(240)
async def test_thousands_of_hostile_activities_break_nothing(house: Living, logged: list[str]) -> None:
    chance, keys = random.Random(20261121), await house.keys()
    sender = house.visitor()
    answers: dict[int, int] = {}
    headers = {"Authorization": f"Bearer {house.there.token()}"}
    for _ in range(MANY):
        body = hostile(chance, house.there.service_url, keys)
        async with sender.http.post(f"{house.base}/api/messages", data=body, headers=headers) as answer:
            sender.captured.append(("POST /api/messages", await answer.text()))
            answers[answer.status] = answers.get(answer.status, 0) + 1
    await house.settle()
    alex = house.teammate("alex")
    await alex.say("start again")
    await house.settle()

    assert set(answers) <= {200, 401, 501}
    assert answers[200] > MANY / 8
    assert answers[401] > MANY / 10
    assert not [line for line in logged if "request failed" in line or "effect given up" in line]
    assert await alex.poll()
    await assert_no_key_is_left(house, "\n".join(logged))
