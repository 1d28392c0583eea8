"""What the audit keeps of a decision is enough to decide it again; what it does not keep is not guessed at."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from bot.domain.policy import Asker, Hours, Policy, Rule, decide, within_reach
from bot.domain.policy_default import DEFAULT
from bot.domain.policy_record import read, written
from bot.domain.policy_replay import Replay
from tests.domain.test_policy import askers, policies

AT = datetime(2026, 11, 21, 10, 15, tzinfo=UTC)
ALEX = Asker("corporate", 10, (), "none", owner_for_days=400, network="inside")
STRICTER = replace(DEFAULT, rules=(*DEFAULT.rules[:-1], Rule("all", sets=(("sign_in", "approval"),))))


def record(asker: Asker, policy: Policy = DEFAULT) -> dict[str, str]:
    return written(policy, asker, decide(policy, asker))


def test_a_record_says_in_plain_words_what_was_known_and_decided() -> None:
    asker = replace(ALEX, groups=("staff", "Administrators"), risk="medium", owner_for_days=None)

    assert record(asker) == {
        "ownership": "corporate",
        "risk": "medium",
        "groups": '["administrators"]',
        "groups_asked": '["administrators", "break-glass"]',
        "unlocks_lately": "0",
        "owner_for_days": "unknown",
        "network": "inside",
        "methods": "sign_in authenticator approval vouching",
        "rule": "",
        "sets": "a human",
    }


@settings(max_examples=150, deadline=None)
@given(policies, askers)
def test_a_record_that_holds_everything_is_decided_as_it_was(policy: Policy, asker: Asker) -> None:
    remembered = read(record(asker, policy))
    replaying = Replay(policy, policy)

    compared = replaying.compare(AT.replace(hour=asker.hour), remembered)

    assert remembered.missing(policy) == ()
    assert compared.verdict == "same"
    assert compared.now.sets == decide(policy, asker).sets


def test_a_decision_within_reach_of_few_methods_is_known_again_as_the_same_policys() -> None:
    decision = decide(DEFAULT, replace(ALEX, risk="medium"))
    asker, had = replace(ALEX, risk="medium"), ("sign_in", "approval")

    remembered = read(written(DEFAULT, asker, within_reach(decision, had), had))

    assert remembered.sets == "sign_in+approval"
    assert remembered.was_decided_by(decision)
    assert not remembered.was_decided_by(decide(DEFAULT, ALEX))


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        (DEFAULT, "same"),
        (STRICTER, "harder"),
        (replace(DEFAULT, rules=()), "harder"),
        (replace(DEFAULT, rules=(Rule("all", sets=(("sign_in",), ("sign_in", "vouching"))),)), "other"),
    ],
)
def test_a_changed_policy_is_told_from_the_present_one(changed: Policy, verdict: str) -> None:
    assert Replay(DEFAULT, changed).compare(AT, read(record(ALEX))).verdict == verdict


WITHOUT_APP = ("sign_in", "approval")
"""Of an installation without authenticator codes, as they are off by default."""
WITH_APP_ALONE = Policy((Rule("all", sets=(("sign_in", "authenticator"),)),), ("administrators",))
EITHER = replace(WITH_APP_ALONE, rules=(Rule("all", sets=(("sign_in", "authenticator"), ("sign_in", "approval"))),))
APPROVED = replace(WITH_APP_ALONE, rules=(Rule("all", sets=(("sign_in", "approval"),)),))


@pytest.mark.parametrize(
    ("present", "changed", "verdict"),
    [
        (WITH_APP_ALONE, APPROVED, "easier"),
        (APPROVED, WITH_APP_ALONE, "harder"),
        (EITHER, APPROVED, "same"),
        (APPROVED, EITHER, "same"),
        (WITH_APP_ALONE, replace(APPROVED, rules=()), "same"),
    ],
    ids=["a human before", "a human then", "one way less that nobody had", "one more", "a human both times"],
)
def test_two_policies_are_compared_by_what_the_person_could_do_then(
    present: Policy, changed: Policy, verdict: str
) -> None:
    about = written(present, ALEX, within_reach(decide(present, ALEX), WITHOUT_APP), WITHOUT_APP)

    assert Replay(present, changed).compare(AT, read(about)).verdict == verdict


def test_a_policy_that_asks_for_less_is_easier() -> None:
    assert Replay(STRICTER, DEFAULT).compare(AT, read(record(ALEX))).verdict == "easier"


def test_an_order_of_preference_is_a_difference() -> None:
    one = Policy((Rule("r", sets=(("sign_in", "approval"), ("sign_in", "vouching"))),), ("administrators",))
    other = replace(one, rules=(Rule("r", sets=(("sign_in", "vouching"), ("sign_in", "approval"))),))

    assert Replay(one, other).compare(AT, read(record(ALEX))).verdict == "other"


def test_a_record_without_its_circumstances_is_tried_with_all_that_they_may_have_been() -> None:
    remembered = read({"challenge": "c", "device": "d"})

    same, compared = Replay(DEFAULT, DEFAULT).compare(AT, remembered), Replay(DEFAULT, STRICTER).compare(AT, remembered)

    assert (same.verdict, compared.verdict, compared.certain) == ("same", "depends", False)
    assert compared.missing == ("ownership", "risk", "groups", "unlocks_lately", "owner_for_days", "network")
    assert compared.now.sets != compared.then.sets


def test_what_holds_for_all_that_it_may_have_been_is_said_although_the_example_is_not_certain() -> None:
    about = record(ALEX)
    del about["risk"]
    one = Policy(
        (Rule("a", sets=(("sign_in", "approval"),), risks=("medium",)), Rule("b", sets=(("sign_in",),))), ("x",)
    )

    compared = Replay(one, replace(one, rules=())).compare(AT, replace(read(about), groups_asked=("x",)))

    assert (compared.verdict, compared.certain, compared.missing) == ("harder", False, ("risk",))


def test_a_group_that_nobody_asked_about_makes_it_depend() -> None:
    changed = replace(DEFAULT, never_self_service=(*DEFAULT.never_self_service, "payroll"))

    compared = Replay(DEFAULT, changed).compare(AT, read(record(ALEX)))

    assert (compared.verdict, compared.missing) == ("depends", ("groups",))


def test_groups_that_the_directory_did_not_say_are_not_missing() -> None:
    remembered = read(record(replace(ALEX, groups=None)))

    assert remembered.missing(DEFAULT) == ()
    assert Replay(DEFAULT, STRICTER).compare(AT, remembered).verdict == "same"


def test_the_hour_is_that_of_each_policy() -> None:
    utc = Policy((Rule("night", hours=Hours(20, 6)), Rule("day", sets=(("sign_in",),))), ("administrators",))
    auckland = replace(utc, time_zone=ZoneInfo("Pacific/Auckland"))

    assert Replay(utc, auckland).compare(AT, read(record(ALEX, utc))).verdict == "harder"


@pytest.mark.parametrize(
    ("field", "nonsense"),
    [
        ("ownership", "rented"),
        ("risk", ""),
        ("groups", "administrators"),
        ("groups", "[1]"),
        ("groups_asked", "{}"),
        ("unlocks_lately", "-1"),
        ("owner_for_days", "²"),
        ("network", "lan"),
    ],
)
def test_a_field_that_makes_no_sense_counts_as_not_held(field: str, nonsense: str) -> None:
    remembered = read(record(ALEX) | {field: nonsense})

    assert remembered.missing(DEFAULT) == (field.removesuffix("_asked"),)
