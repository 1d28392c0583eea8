"""How many agents it takes to release a key, as a table; and what no policy changes about it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.domain.policy import AcceptedRisk, Asker, Policy, Rule, agents_needed, may_be_read_aloud
from bot.domain.policy_default import DEFAULT
from bot.domain.policy_review import weaknesses

ALEX = Asker("corporate", 10, (), "none", owner_for_days=400, network="inside")
EASY = Policy((Rule("all", sets=(("sign_in",),), agents=1),), ("administrators",), when_risk_unknown="open")


@pytest.mark.parametrize(
    ("who", "asker", "agents", "aloud"),
    [
        ("somebody as everybody", ALEX, 1, True),
        ("somebody whose account is risky", replace(ALEX, risk="high"), 2, True),
        ("somebody whose risk nobody knows", replace(ALEX, risk="unknown"), 2, True),
        ("somebody who unlocks often", replace(ALEX, unlocks_lately=5), 1, True),
        ("an administrator", replace(ALEX, groups=("Administrators",)), 2, False),
        ("somebody whose groups nobody knows", replace(ALEX, groups=None), 2, False),
        ("somebody at a personal computer", replace(ALEX, ownership="personal"), 0, False),
        ("an admin at a personal computer", replace(ALEX, ownership="personal", groups=("administrators",)), 0, False),
    ],
)
def test_it_takes_as_many_agents_as_the_shipped_policy_says_and_some_are_never_read_to(
    who: str, asker: Asker, agents: int, *, aloud: bool
) -> None:
    assert agents_needed(DEFAULT, asker) == agents, who
    assert may_be_read_aloud(DEFAULT, asker) is aloud, who


def test_where_no_rule_fits_it_takes_two() -> None:
    policy = Policy((Rule("high", sets=(("sign_in",),), risks=("high",)),), ("administrators",))

    assert agents_needed(policy, ALEX) == 2


@given(
    groups=some.sampled_from([None, ("administrators",), ("x", "ADMINISTRATORS")]),
    risk=some.sampled_from(["none", "low", "medium", "high", "unknown"]),
)
def test_no_rule_lets_one_agent_release_to_whoever_never_helps_themselves(
    groups: tuple[str, ...] | None, risk: str
) -> None:
    asker = replace(ALEX, groups=groups, risk=risk)  # type: ignore[arg-type]  # a word of the list above

    assert agents_needed(EASY, asker) == 2


def test_no_policy_releases_the_key_of_a_personal_computer() -> None:
    assert agents_needed(EASY, replace(ALEX, ownership="personal")) == 0


def test_a_greater_risk_asks_for_no_fewer_agents() -> None:
    rules = (Rule("calm", sets=(("sign_in",),), risks=("none", "low"), agents=2), Rule("tense", agents=1))
    policy = Policy(rules, ("administrators",))

    assert weaknesses(policy) == ("medium risk would ask for fewer agents than low risk does: “tense” against “calm”",)


def test_an_agents_word_alone_is_weak_in_a_policy_and_an_accepted_risk_reaches_nobody_by_themselves() -> None:
    rule = Rule("r", sets=(("vouching",),))
    accepted = (AcceptedRisk(("vouching",), "we answer for it"),)

    assert any("no fresh sign-in" in words for words in weaknesses(Policy((rule,), ("administrators",))))
    assert agents_needed(Policy((rule,), ("administrators",), accepted), ALEX) == 1  # beside a sign-in: see casework
