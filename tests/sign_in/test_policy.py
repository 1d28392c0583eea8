"""The policy of proof where people meet it: what it asks, what it refuses, and what the audit keeps of that."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.policy_file import read_policy
from bot.domain.people import PersonId
from bot.domain.policy import Policy, Rule
from bot.proving import PolicyOfProof
from tests.sign_in.served import Served, served

pytestmark = [pytest.mark.needs("provider"), pytest.mark.timeout(60)]
ALL = Policy((Rule("all", "", (("sign_in",),)),), ("administrators",), when_risk_unknown="open")


class Groups:
    def __init__(self, groups: tuple[str, ...] | None) -> None:
        self.groups = groups

    async def groups_of(self, _person: PersonId) -> tuple[str, ...] | None:
        return self.groups


class Risks:
    async def risk_of(self, _person: PersonId) -> str:
        return "none"


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as one:
        yield one


async def facts(product: Served, what: str) -> list[dict[str, str]]:
    records = [json.loads(record.line) async for record in product.house.store.audit()]
    return [record["about"] for record in records if record["what"] == what]


async def words(product: Served, groups: tuple[str, ...] | None) -> str:
    """What Alex hears when the Key ID was told."""
    house = product.house
    policy = PolicyOfProof(ALL, ("sign_in",), Groups(groups), Risks(), house.conductor.state, house.clock)  # type: ignore[arg-type]  # `none` is a Risk
    product.policy.decide = policy.decide  # type: ignore[method-assign]  # the house asks whatever stands here
    alex = product.browser()
    await alex.enter()
    content = await alex.json("POST", "/chat/token")
    alex.token, alex.conversation = content["token"], content["conversationId"]
    await alex.json("POST", "/v3/directline/conversations", {"locale": "en"})
    devices = await house.vault.devices_of(PersonId("demo", "alex"))
    key_id = next(card.key_id for card in devices.devices[0].keys if card.current)
    await alex.say(f"windows {key_id}")
    await house.conductor.rest()
    return json.dumps(await alex.heard())


async def test_whoever_the_policy_lets_gets_a_link_and_the_audit_says_why(product: Served) -> None:
    assert "I have found the key" in await words(product, ())

    given = (await facts(product, "link.given"))[0]
    assert (given["rule"], given["sets"], given["ownership"], given["risk"]) == ("all", "sign_in", "corporate", "none")


@pytest.mark.parametrize("groups", [("Administrators",), None], ids=["an administrator", "nobody knows"])
async def test_an_administrator_or_somebody_unknown_gets_a_human_and_the_audit_says_so(
    product: Served, groups: tuple[str, ...] | None
) -> None:
    said = await words(product, groups)

    assert "a colleague has to be there in person" in said
    assert "I have found the key" not in said
    refused = (await facts(product, "link.refused"))[0]
    assert refused["why"] == "policy"
    assert refused["sets"] == "a human"


def test_the_example_is_a_policy_that_serve_accepts() -> None:
    from bot.domain.policy_review import weaknesses  # noqa: PLC0415

    assert weaknesses(read_policy(Path(__file__).parents[2] / "deployment" / "policy.example.toml")) == ()
