"""The table that an auditor reads, and what no policy can bring about."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TypeVar, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.domain.devices import Ownership
from bot.domain.people import Network
from bot.domain.policy import (
    METHODS,
    RISKS,
    AcceptedRisk,
    Allowed,
    Asker,
    Hours,
    Methods,
    Policy,
    Rule,
    ToHuman,
    decide,
    no_easier,
    within_reach,
)
from bot.domain.policy_default import DEFAULT
from bot.domain.policy_record import in_one_line
from bot.domain.policy_review import LADDER, ground_of, weaknesses

TABLE = Path(__file__).parent / "policy_cases.csv"
CASES = list(
    csv.DictReader((line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")), delimiter=";")
)
T = TypeVar("T")
ALEX = Asker("corporate", 10, (), "none", owner_for_days=400, network="inside")
BARRED = ("administrators",)


def asker(case: dict[str, str]) -> Asker:
    return Asker(
        one_of(get_args(Ownership), case["device"]),
        int(case["hour"]),
        None if case["groups"] == "unknown" else tuple(group for group in case["groups"].split("|") if group),
        one_of(RISKS, case["risk"]),
        int(case["unlocks"]),
        None if case["owner_for_days"] == "unknown" else int(case["owner_for_days"]),
        one_of(get_args(Network), case["network"]),
    )


def one_of(allowed: tuple[T, ...], text: str) -> T:
    """A word that is none of them is a mistake in the table."""
    return allowed[allowed.index(text)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["who"])
def test_everybody_in_the_table_gets_in_as_it_says(case: dict[str, str]) -> None:
    decision = decide(DEFAULT, asker(case))

    assert (in_one_line(decision.sets), decision.rule) == (case["expected"], case["rule"])
    assert decision.because


def test_the_table_is_whole() -> None:
    rules = {rule.name for rule in DEFAULT.rules}

    assert len(CASES) >= 60
    assert len({case["who"] for case in CASES}) >= 60
    assert {case["rule"] for case in CASES} == rules | {""}
    assert len({tuple(case.values())[1:] for case in CASES}) == len(CASES)


# one thing each


def test_the_first_rule_that_fits_decides() -> None:
    first = Rule("first", sets=(("sign_in", "approval"),))
    policy = Policy((first, Rule("second", sets=(("sign_in",),))), BARRED)

    decision = decide(policy, ALEX)

    assert (decision.rule, decision.sets) == ("first", (("sign_in", "approval"),))


def test_where_no_rule_fits_a_human_decides() -> None:
    policy = Policy((Rule("high", sets=(("sign_in",),), risks=("high",)),), BARRED)

    assert decide(policy, ALEX) == ToHuman(("No rule fits, and then a human decides.",))


def test_a_reason_names_the_rule_its_conditions_and_what_was_not_known() -> None:
    decision = decide(DEFAULT, replace(ALEX, risk="medium", owner_for_days=None))

    assert decision.because == (
        "Since when the computer has been theirs is not known; they count as an owner for long.",
        "The first rule that fits is “medium-risk”: the risk is medium.",
        "One proof more than usual.",
    )


@pytest.mark.parametrize(
    ("rule", "fitting", "other"),
    [
        (Rule("r", devices=("personal",)), replace(ALEX, ownership="personal"), ALEX),
        (Rule("r", groups=("Drivers",)), replace(ALEX, groups=("x", "drivers")), replace(ALEX, groups=("x",))),
        (Rule("r", risks=("low", "medium")), replace(ALEX, risk="medium"), ALEX),
        (Rule("r", unlocks_at_least=2), replace(ALEX, unlocks_lately=2), replace(ALEX, unlocks_lately=1)),
        (Rule("r", owner_for_less_than_days=3), replace(ALEX, owner_for_days=2), replace(ALEX, owner_for_days=3)),
        (Rule("r", hours=Hours(20, 6)), replace(ALEX, hour=5), replace(ALEX, hour=6)),
        (Rule("r", hours=Hours(20, 6)), replace(ALEX, hour=20), replace(ALEX, hour=19)),
        (Rule("r", hours=Hours(8, 17)), replace(ALEX, hour=8), replace(ALEX, hour=17)),
        (Rule("r", networks=("outside",)), replace(ALEX, network="outside"), ALEX),
    ],
)
def test_a_rule_fits_when_its_condition_holds_and_not_otherwise(rule: Rule, fitting: Asker, other: Asker) -> None:
    policy = Policy((rule,), BARRED)

    assert decide(policy, fitting).rule == "r"
    assert decide(policy, other).rule == ""


@pytest.mark.parametrize(("setting", "counts_as"), [("closed", "high"), ("open", "low")])
def test_an_unknown_risk_counts_as_the_policy_says(setting: str, counts_as: str) -> None:
    policy = replace(DEFAULT, when_risk_unknown=setting)  # type: ignore[arg-type]  # a parameter of the test

    unknown = decide(policy, replace(ALEX, risk="unknown"))

    assert unknown.sets == decide(policy, replace(ALEX, risk=counts_as)).sets  # type: ignore[arg-type]  # likewise


@pytest.mark.parametrize(("setting", "days"), [("closed", 0), ("open", 400)])
def test_an_unknown_owner_counts_as_the_policy_says(setting: str, days: int) -> None:
    policy = replace(DEFAULT, when_owner_unknown=setting)  # type: ignore[arg-type]  # a parameter of the test

    unknown = decide(policy, replace(ALEX, owner_for_days=None))

    assert unknown.sets == decide(policy, replace(ALEX, owner_for_days=days)).sets


def test_an_unknown_network_counts_as_outside() -> None:
    policy = Policy((Rule("away", networks=("outside",)), Rule("here", sets=(("sign_in",),))), BARRED)

    assert decide(policy, replace(ALEX, network="unknown")).rule == "away"


def test_the_hour_is_that_of_the_policys_time_zone() -> None:
    policy = replace(DEFAULT, time_zone=ZoneInfo("Europe/Berlin"))

    assert policy.hour_of(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == 0


def test_an_accepted_risk_lets_its_set_through_in_any_order_and_no_other() -> None:
    rule = Rule("r", sets=(("approval", "authenticator"), ("authenticator",)))
    policy = Policy((rule,), BARRED, (AcceptedRisk(("authenticator", "approval"), "a workshop without a provider"),))

    assert decide(policy, ALEX).sets == (("approval", "authenticator"),)


@pytest.mark.parametrize("methods", [(), ("sign_in", "birthday"), ("birthday",)])
def test_an_empty_set_and_an_unknown_method_never_suffice_even_when_accepted(methods: Methods) -> None:
    policy = Policy((Rule("r", sets=(methods,)),), BARRED, (AcceptedRisk(methods, "so"),))

    assert isinstance(decide(policy, ALEX), ToHuman)


def test_a_person_without_the_methods_is_led_to_the_next_set_or_to_a_human() -> None:
    decision = decide(DEFAULT, replace(ALEX, risk="medium"))

    assert within_reach(decision, ["sign_in", "approval"]).sets == (("sign_in", "approval"),)
    assert isinstance(within_reach(decision, ["authenticator", "approval"]), ToHuman)
    assert within_reach(ToHuman(("so",)), METHODS) == ToHuman(("so",))


# whatever the policy and whoever asks

BRIEFLY, MORE_BRIEFLY = settings(max_examples=200, deadline=None), settings(max_examples=40, deadline=None)
groups_ = some.sampled_from(["administrators", "staff", "drivers"])
sets_ = some.lists(some.lists(some.sampled_from(METHODS), max_size=3, unique=True).map(tuple), max_size=3).map(tuple)
rules_ = some.builds(
    Rule,
    name=some.sampled_from("abcdef"),
    why=some.just(""),
    sets=sets_,
    devices=some.sampled_from([(), ("corporate",), ("personal",)]),
    groups=some.sampled_from([(), ("staff",), ("drivers", "administrators")]),
    risks=some.lists(some.sampled_from(LADDER), max_size=3, unique=True).map(tuple),
    unlocks_at_least=some.sampled_from([None, 1, 3]),
    owner_for_less_than_days=some.sampled_from([None, 2, 9]),
    hours=some.sampled_from([None, Hours(8, 17), Hours(20, 6)]),
    networks=some.sampled_from([(), ("inside",), ("outside",)]),
)
askers = some.builds(
    Asker,
    ownership=some.sampled_from(get_args(Ownership)),
    hour=some.integers(0, 23),
    groups=some.none() | some.lists(groups_, max_size=3).map(tuple),
    risk=some.sampled_from(RISKS),
    unlocks_lately=some.integers(0, 9),
    owner_for_days=some.none() | some.integers(0, 20),
    network=some.sampled_from(get_args(Network)),
)
policies = some.builds(
    Policy,
    rules=some.lists(rules_, max_size=5).map(tuple),
    never_self_service=some.sampled_from([("administrators",), ("staff", "administrators")]),
    accepted_risks=some.just(()),
    when_risk_unknown=some.sampled_from(["closed", "open"]),
    when_owner_unknown=some.sampled_from(["closed", "open"]),
    time_zone=some.just(UTC),
)


@BRIEFLY
@given(policies, askers)
def test_no_policy_without_accepted_risks_allows_a_set_without_a_fresh_sign_in(policy: Policy, asker: Asker) -> None:
    decision = decide(policy, asker)

    assert all("sign_in" in methods for methods in decision.sets)
    assert isinstance(decision, Allowed) == bool(decision.sets)


@BRIEFLY
@given(policies, askers, some.sampled_from(["administrators", "ADMINISTRATORS"]))
def test_whoever_is_barred_is_never_let_in_by_themselves(policy: Policy, asker: Asker, group: str) -> None:
    barred = replace(asker, groups=(*(asker.groups or ()), group))

    assert isinstance(decide(policy, barred), ToHuman)


@BRIEFLY
@given(askers)
def test_more_risk_of_any_kind_never_makes_it_easier_as_shipped(asker: Asker) -> None:
    calm = replace(asker, risk="none", owner_for_days=400, unlocks_lately=0)
    riskier = [replace(calm, risk=risk) for risk in LADDER]
    steps = [calm, *riskier, replace(riskier[-1], owner_for_days=asker.owner_for_days)]

    decisions = [decide(DEFAULT, one) for one in steps]

    assert all(no_easier(more, less) for less, more in pairwise(decisions))
    assert no_easier(decide(DEFAULT, asker), decide(DEFAULT, replace(asker, unlocks_lately=0)))
    assert no_easier(decide(DEFAULT, asker), decide(DEFAULT, replace(asker, owner_for_days=400)))
    assert no_easier(decide(DEFAULT, replace(asker, risk="unknown")), decide(DEFAULT, asker))


def climbing(asker: Asker, what: str) -> list[Asker]:
    """From the calmest to the tensest, all else alike."""
    match what:
        case "risk":
            return [replace(asker, risk=risk) for risk in LADDER]
        case "keys seen":
            return [replace(asker, unlocks_lately=keys) for keys in range(8)]
        case "a new owner":
            return [replace(asker, owner_for_days=days) for days in (400, 30, 8, 7, 6, 2, 1, 0)]
        case _:
            return [replace(asker, network="inside"), replace(asker, network="outside")]


@pytest.mark.parametrize("what", ["risk", "keys seen", "a new owner", "the network"])
@MORE_BRIEFLY
@given(policies, askers)
def test_a_policy_without_weaknesses_never_gets_easier_for_whoever_looks_worse(
    what: str, policy: Policy, asker: Asker
) -> None:
    known = replace(asker, groups=(asker.groups or ())[:1])
    decisions = [decide(policy, one) for one in climbing(known, what)]
    rises = all(no_easier(more, less) for less, more in pairwise(decisions))

    assert rises or weaknesses(policy)


@MORE_BRIEFLY
@given(policies, askers)
def test_a_rule_that_decided_is_not_called_unreachable(policy: Policy, asker: Asker) -> None:
    decided = decide(policy, asker).rule

    assert not [one for one in weaknesses(policy) if f"“{decided}” can never decide" in one]


# what is wrong with a policy


def policy_of(*sets: Methods, **fields: object) -> Policy:
    return replace(Policy((Rule("r", sets=sets),), BARRED), **fields)  # type: ignore[arg-type]  # fields of Policy


def shipped_after(rule: Rule) -> Policy:
    return replace(DEFAULT, rules=(rule, *DEFAULT.rules))


UNKNOWN_METHOD: Methods = ("sign_in", "birthday")  # type: ignore[assignment]  # that is the point


@pytest.mark.parametrize(
    ("policy", "word"),
    [
        (policy_of(("authenticator",)), "[authenticator] has no fresh sign-in"),
        (policy_of(("sign_in",), ("approval", "vouching")), "[approval, vouching] has no fresh sign-in"),
        (policy_of(()), "an empty set: nothing would have to be proved"),
        (policy_of(UNKNOWN_METHOD), "has methods that do not exist: birthday"),
        (policy_of(("sign_in",), never_self_service=()), "never_self_service names no group"),
        (policy_of(("sign_in",), never_self_service=(" ",)), "never_self_service names no group"),
        (policy_of(("sign_in",), accepted_risks=(AcceptedRisk(("approval",), "so"),)), "[approval] belongs to no rule"),
        (policy_of(("approval",), accepted_risks=(AcceptedRisk(("approval",), " "),)), "[approval] has no reason"),
        (policy_of(("approval",), accepted_risks=(AcceptedRisk(("approval",), " "),)), "[approval] has no fresh sign-in"),
        (policy_of((), accepted_risks=(AcceptedRisk((), "so"),)), "an empty set"),
        (policy_of(rules=(Rule("r"), Rule("r"))), "2 rules are called “r”"),
        (policy_of(rules=(Rule("all"), Rule("late"))), "rule 2 “late” can never decide"),
        (policy_of(rules=(Rule("d", devices=("personal",)), Rule("e", devices=("corporate",)), Rule("x"))), "rule 3 “x” can never"),
        (policy_of(rules=(Rule("a", groups=("Administrators",)), Rule("x"))), "rule 1 “a” can never decide"),
        (policy_of(rules=(Rule("n", hours=Hours(20, 6)), Rule("m", hours=Hours(22, 4)))), "rule 2 “m” can never"),
        (policy_of(rules=(Rule("u", risks=("unknown",)),)), "when_risk_unknown says what it counts as"),
        (policy_of(rules=(Rule("u", networks=("unknown",)),)), "it counts as outside"),
        (policy_of(rules=(Rule("high", sets=(("sign_in",),), risks=("high",)), Rule("rest"))), "high risk would ask for less"),
        (
            policy_of(rules=(Rule("low", sets=(("sign_in",),), risks=("low",)), Rule("rest", sets=(("sign_in", "approval"),)))),
            "low risk would ask for less than none risk does: “low” against “rest”",
        ),
        (
            shipped_after(Rule("often", sets=(("sign_in",),), devices=("corporate",), unlocks_at_least=5)),
            "a count of 5 keys seen lately would ask for less than a count of 3 keys seen lately does: “often” against “unlocked-often”",
        ),
        (
            shipped_after(Rule("new", sets=(("sign_in",),), devices=("corporate",), owner_for_less_than_days=2)),
            "an owner for 0 days would ask for less than an owner for 2 days does: “new” against “new-owner”",
        ),
        (
            shipped_after(Rule("away", sets=(("sign_in",),), devices=("corporate",), networks=("outside",))),
            "an outside network would ask for less than an inside network does: “away” against “new-owner”",
        ),
        (
            shipped_after(Rule("away", devices=("corporate",), networks=("outside",))),
            "an outside network would ask for fewer agents than an inside network does: “away” against “high-risk”",
        ),
    ],
)  # fmt: skip
def test_a_weakness_is_found_and_named(policy: Policy, word: str) -> None:
    assert word in "\n".join(weaknesses(policy))


@pytest.mark.parametrize(
    "policy",
    [
        DEFAULT,
        policy_of(("sign_in",)),
        policy_of(("authenticator",), accepted_risks=(AcceptedRisk(("authenticator",), "the demo has no provider"),)),
        policy_of(rules=(Rule("n", hours=Hours(20, 6)), Rule("m", hours=Hours(5, 7)), Rule("rest"))),
        policy_of(rules=(Rule("in", sets=(("sign_in",),), networks=("inside",)), Rule("out", sets=(("sign_in", "approval"),)))),
        policy_of(rules=(Rule("new", owner_for_less_than_days=7), Rule("often", unlocks_at_least=3), Rule("r", sets=(("sign_in",),)))),
    ],
)  # fmt: skip
def test_a_sound_policy_has_no_weakness(policy: Policy) -> None:
    assert weaknesses(policy) == ()


def test_the_ground_of_two_policies_has_members_of_a_group_of_each() -> None:
    one, two = policy_of(rules=(Rule("r", groups=("a",)),)), policy_of(rules=(Rule("r", groups=("b",)),))

    assert ("a", "b") in ground_of(one, two).groups
