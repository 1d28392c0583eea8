"""The policy of proof where people meet it: what it asks, what it refuses, and what the audit keeps of that."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.identity.authenticator import Authenticator
from adapters.policy_file import read_policy
from adapters.sources.vault.sealing import Seal
from bot.approvers import Approvers
from bot.domain.errors import SourceUnavailable
from bot.domain.people import PersonId
from bot.domain.policy import Methods, Policy, Risk, Rule
from bot.domain.secret import Secret
from bot.proving import PolicyOfProof
from bot.settings import Settings
from bot.wiring.proof import methods_for
from tests.sign_in.served import Served, served
from tests.sign_in.test_approval import froze

pytestmark = [pytest.mark.needs("provider"), pytest.mark.timeout(60)]
ALL = Policy((Rule("all", "", (("sign_in",),)),), ("administrators",), when_risk_unknown="open")
SETS: tuple[Methods, ...] = (("sign_in", "approval"),)


class Groups:
    def __init__(self, groups: tuple[str, ...] | None) -> None:
        self.groups = groups

    async def groups_of(self, person: PersonId) -> tuple[str, ...] | None:
        return self.groups


class Risks:
    async def risk_of(self, person: PersonId) -> Risk:
        return "none"


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as one:
        yield one


async def facts(product: Served, what: str) -> list[dict[str, str]]:
    records = [json.loads(record.line) async for record in product.house.store.audit()]
    return [record["about"] for record in records if record["what"] == what]


async def words(product: Served, groups: tuple[str, ...] | None, rules: Policy = ALL) -> str:
    """What Alex hears when the Key ID was told."""
    house = product.house
    policy = PolicyOfProof(rules, {"sign_in": None}, Groups(groups), Risks(), house.conductor.state, house.clock)
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


@pytest.mark.parametrize(
    ("manager", "frozen", "group", "offered"),
    [
        ("morgan", None, None, SETS),
        ("morgan", "morgan", "security", SETS),
        ("morgan", "morgan", None, ()),
        (None, None, "security", SETS),
        (None, None, None, ()),
    ],
    ids=["a manager", "security for a frozen manager", "a frozen manager alone", "security", "nobody"],
)
async def test_a_manager_approval_is_offered_to_those_for_whom_somebody_can_approve(
    product: Served, manager: str | None, frozen: str | None, group: str | None, offered: tuple[tuple[str, ...], ...]
) -> None:
    house, alex = product.house, PersonId("demo", "alex")
    if frozen is not None:
        await froze(product, PersonId("demo", frozen))
    await house.vault.file.execute("UPDATE person SET manager = ? WHERE object_id = 'alex'", (manager,))
    policy = Policy((Rule("two", "", SETS),), ("administrators",), when_risk_unknown="open")
    approvers = Approvers(house.vault, house.vault, house.conductor.state, group)
    asked = PolicyOfProof(
        policy,
        {"sign_in": None, "approval": approvers.within_reach},
        Groups(()),
        Risks(),
        house.conductor.state,
        house.clock,
    )
    device = (await house.vault.devices_of(alex)).devices[0]

    decision = await asked.decide(alex, device, "unknown")

    assert decision.sets == offered


@pytest.mark.parametrize(
    ("enrolled", "offered"),
    [
        (None, (("sign_in", "approval"),)),
        (timedelta(hours=1), (("sign_in", "approval"),)),
        (timedelta(0), (("sign_in", "authenticator"), ("sign_in", "approval"))),
    ],
    ids=["no app", "an app that is too young", "an app"],
)
async def test_a_code_is_asked_of_those_who_have_an_app_that_they_may_use(
    product: Served, enrolled: timedelta | None, offered: tuple[tuple[str, ...], ...]
) -> None:
    house, alex = product.house, PersonId("demo", "alex")
    seeds = Authenticator(house.vault.file, Seal(b"k" * 32))
    await house.vault.file.execute("DELETE FROM seed", ())
    if enrolled is not None:
        await seeds.enrol(alex, Secret("JBSWY3DPEHPK3PXP"), house.clock.now() + enrolled)
    sets: tuple[Methods, ...] = (("sign_in", "authenticator"), ("sign_in", "approval"))
    policy = Policy((Rule("two", "", sets),), ("administrators",), when_risk_unknown="open")
    settings = Settings(authenticator=True)
    methods = methods_for(
        settings, Approvers(house.vault, house.vault, house.conductor.state, "security"), seeds, house.clock
    )
    asked = PolicyOfProof(policy, methods, Groups(()), Risks(), house.conductor.state, house.clock)

    decision = await asked.decide(alex, (await house.vault.devices_of(alex)).devices[0], "unknown")

    assert decision.sets == offered


async def test_a_directory_that_is_silent_about_managers_offers_no_approval(product: Served) -> None:
    async def silent(_person: PersonId) -> bool:
        raise SourceUnavailable("directory")

    house, alex = product.house, PersonId("demo", "alex")
    policy = Policy(
        (Rule("two", "", (("sign_in", "approval"), ("sign_in",))),), ("administrators",), when_risk_unknown="open"
    )
    asked = PolicyOfProof(
        policy,
        {"sign_in": None, "approval": silent},
        Groups(()),
        Risks(),
        house.conductor.state,
        house.clock,
    )

    decision = await asked.decide(alex, (await house.vault.devices_of(alex)).devices[0], "unknown")

    assert decision.sets == (("sign_in",),)


def test_the_example_is_a_policy_that_serve_accepts() -> None:
    from bot.domain.policy_review import weaknesses  # noqa: PLC0415

    assert weaknesses(read_policy(Path(__file__).parents[2] / "deployment" / "policy.example.toml")) == ()


async def test_where_nobody_takes_cases_nobody_is_told_a_place(product: Served) -> None:
    said = await words(product, ("administrators",))

    assert "Your case number is 1001" in said
    assert "in the queue" not in said


ONLY_INSIDE = Policy(
    (Rule("inside", "", (("sign_in",),), networks=("inside",)), Rule("elsewhere", "")),
    ("administrators",),
    when_risk_unknown="open",
)


@pytest.mark.parametrize(
    ("networks", "network", "is_let_in"),
    [
        (("127.0.0.0/8", "::1/128"), "inside", True),
        (("10.0.0.0/8", "fd00::/8"), "outside", False),
        ((), "unknown", False),
    ],
)
async def test_a_rule_by_network_goes_by_where_the_conversation_was_opened_from(
    tmp_path: Path, networks: tuple[str, ...], network: str, *, is_let_in: bool
) -> None:
    async with served(tmp_path, inside_networks=networks) as product:
        said = await words(product, (), ONLY_INSIDE)

        assert ("I have found the key" in said) is is_let_in
        noted = await facts(product, "link.given" if is_let_in else "link.refused")
        assert [one["network"] for one in noted] == [network]


async def test_a_rule_by_new_owner_goes_by_when_the_computer_changed_hands(product: Served) -> None:
    fresh = Policy(
        (Rule("new", "", owner_for_less_than_days=7), *ALL.rules), ("administrators",), when_risk_unknown="open"
    )
    days = timedelta(days=1) // timedelta(microseconds=1)
    at = int(product.house.clock.now().timestamp() * 1_000_000)
    device = (await product.house.vault.devices_of(PersonId("demo", "alex"))).devices[0].id
    asked = PolicyOfProof(
        fresh, {"sign_in": None}, Groups(()), Risks(), product.house.conductor.state, product.house.clock
    )

    async def decided(since: int | None) -> int | None:
        await product.house.vault.file.execute("DELETE FROM owner_since", ())
        if since is not None:
            await product.house.vault.file.execute("INSERT INTO owner_since VALUES (?, ?)", (device, since))
        there = (await product.house.vault.devices_of(PersonId("demo", "alex"))).devices[0]
        return len((await asked.decide(there.owner, there, "unknown")).sets)

    assert [await decided(since) for since in (at - 6 * days, at - 8 * days, None)] == [0, 1, 1]
