"""A policy file is taken whole, or refused with a sentence that names line and field."""

from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.policy_file import UnreadablePolicy, parse_policy, read_policy
from bot.domain.policy import AcceptedRisk, Hours, Policy, Rule
from bot.domain.policy_default import DEFAULT

ROOT = Path(__file__).parent.parent.parent
WHOLE = """\
never_self_service = ["administrators"]
when_risk_unknown = "open"
when_owner_unknown = "closed"
time_zone = "Europe/Berlin"

[[rules]]
name = "night"
why = "Nobody is at work."
groups = ["drivers"]
unlocks_at_least = 2
owner_for_less_than_days = 30
hours = { first = 20, until = 6 }
networks = ["outside"]
human = true

[[rules]]
name = "day"
devices = ["corporate"]
risks = ["none", "low"]
sets = [["sign_in"], ["approval", "authenticator"]]

[[accepted_risks]]
methods = ["authenticator", "approval"]
reason = "No provider until March."
"""


def changed(old: str, new: str) -> str:
    assert WHOLE.count(old) == 1
    return WHOLE.replace(old, new)


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(UnreadablePolicy) as refused:
        parse_policy(text, "policy.toml")
    return refused.value.problems


def test_the_example_is_the_policy_as_shipped() -> None:
    assert read_policy(ROOT / "deployment" / "policy.example.toml") == DEFAULT


def test_the_example_explains_every_field_and_its_own_examples_can_be_read() -> None:
    text = (ROOT / "deployment" / "policy.example.toml").read_text("utf-8")
    fields = [
        "never_self_service",
        "when_risk_unknown",
        "when_owner_unknown",
        "time_zone",
        "name",
        "why",
        "devices",
        "groups",
        "risks",
        "unlocks_at_least",
        "owner_for_less_than_days",
        "hours",
        "networks",
        "human",
        "sets",
        "methods",
        "reason",
    ]
    accepted = "\n".join(line.removeprefix("#   ") for line in text.splitlines()[-3:])

    assert [field for field in fields if f"\n#   {field} " not in text and f"\n{field} = " not in text] == []
    assert parse_policy(f"{text}\n{accepted}", "policy.toml").accepted_risks[0].methods == ("authenticator",)


def test_every_field_arrives() -> None:
    policy = parse_policy(WHOLE, "policy.toml")

    assert policy == Policy(
        (
            Rule(
                "night",
                "Nobody is at work.",
                groups=("drivers",),
                unlocks_at_least=2,
                owner_for_less_than_days=30,
                hours=Hours(20, 6),
                networks=("outside",),
            ),
            Rule(
                "day",
                sets=(("sign_in",), ("approval", "authenticator")),
                devices=("corporate",),
                risks=("none", "low"),
            ),
        ),
        ("administrators",),
        (AcceptedRisk(("authenticator", "approval"), "No provider until March."),),
        "open",
        "closed",
        ZoneInfo("Europe/Berlin"),
    )


def test_what_is_left_out_is_as_shipped() -> None:
    policy = parse_policy('never_self_service = ["a"]\n[[rules]]\nname = "r"\nhuman = true\n', "policy.toml")

    assert policy == Policy((Rule("r"),), ("a",))
    assert policy.time_zone is UTC


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "policy.toml: `never_self_service`: is missing"),
        (changed('["administrators"]', '["administrators"'), "policy.toml: is not TOML: "),
        (changed('[[rules]]\nname = "day"', '[[rules]\nname = "day"'), "(at line 16, column 8)"),
        (changed("why =", "human = true\nwhy ="), "policy.toml: is not TOML: Cannot overwrite a value (at line"),
        (changed('["administrators"]', "[]"), "policy.toml, line 1: `never_self_service`: is empty"),
        (changed('["administrators"]', '[" "]'), "policy.toml, line 1: `never_self_service`, entry 1: is blank"),
        (changed('["administrators"]', '"administrators"'), "line 1: `never_self_service`: 'administrators' is no list: put it in square brackets"),
        (changed('["administrators"]', "[7]"), "line 1: `never_self_service`, entry 1: 7 is no text: put it in quotation marks"),
        (changed("when_risk_unknown", "when_risk_unkown"), "line 2: `when_risk_unkown`: there is no such field; did you mean `when_risk_unknown`?"),
        (changed('"open"', '"ajar"'), "line 2: `when_risk_unknown`: 'ajar' is none of 'closed', 'open'"),
        (changed('"closed"', "true"), "line 3: `when_owner_unknown`: True is none of"),
        (changed("Europe/Berlin", "Europe/Atlantis"), "line 4: `time_zone`: there is no time zone “Europe/Atlantis” on this machine"),
        (changed("Europe/Berlin", "/etc/passwd"), "line 4: `time_zone`: there is no time zone “/etc/passwd”"),
        (changed('name = "night"', 'name = "Night Shift"'), "line 7: rule 1 “Night Shift”, `name`: 'Night Shift' is no name: small letters"),
        (changed('name = "night"\n', ""), "line 6: rule 1, `name`: is missing"),
        (changed('"day"', '"night"'), "line 6: `rules`: two rules are called “night”"),
        (changed('"Nobody is at work."', "1"), "line 8: rule 1 “night”, `why`: 1 is no text"),
        (changed('["drivers"]', "[]"), "line 9: rule 1 “night”, `groups`: is empty: leave it out if it does not matter"),
        (changed('["drivers"]', '["a", "a"]'), "line 9: rule 1 “night”, `groups`: names something twice"),
        (changed("unlocks_at_least = 2", "unlocks_at_least = 0"), "line 10: rule 1 “night”, `unlocks_at_least`: input should be greater than or equal to 1"),
        (changed("unlocks_at_least = 2", 'unlocks_at_least = "2"'), "line 10: rule 1 “night”, `unlocks_at_least`: '2' is no whole number"),
        (changed("unlocks_at_least = 2", "unlocks_at_least = true"), "`unlocks_at_least`: True is no whole number"),
        (changed("less_than_days = 30", "less_than_days = 1.5"), "line 11: rule 1 “night”, `owner_for_less_than_days`: 1.5 is no whole number"),
        (changed("first = 20", "first = 24"), "line 12: rule 1 “night”, `hours`, `first`: input should be less than or equal to 23"),
        (changed("first = 20", "first = 6"), "line 12: rule 1 “night”, `hours`: begins and ends with the same hour"),
        (changed("first = 20, ", ""), "line 12: rule 1 “night”, `hours`, `first`: is missing"),
        (changed("{ first = 20, until = 6 }", '"20-6"'), "line 12: rule 1 “night”, `hours`: is no table"),
        (changed('["outside"]', '["unknown"]'), "line 13: rule 1 “night”, `networks`, entry 1: 'unknown' is none of 'inside', 'outside'"),
        (changed("human = true", "human = false"), "line 14: rule 1 “night”, `human`: False is none of True"),
        (changed("human = true\n", ""), "line 6: rule 1 “night”: needs either `sets` or `human = true`, and not both"),
        (changed("human = true", 'human = true\nsets = [["sign_in"]]'), "line 6: rule 1 “night”: needs either `sets` or `human = true`, and not both"),
        (changed("human = true", "human = true\nagents = 3"), "`agents`: 3 is none of 1, 2"),
        (changed("human = true", "human = true\nagents = 0"), "`agents`: 0 is none of 1, 2"),
        (changed("human = true", "humans = true"), "line 14: rule 1 “night”, `humans`: there is no such field; did you mean `human`?"),
        (changed('["corporate"]', '["company"]'), "line 18: rule 2 “day”, `devices`, entry 1: 'company' is none of 'corporate', 'personal'"),
        (changed('"none", "low"', '"unknown"'), "line 19: rule 2 “day”, `risks`, entry 1: 'unknown' is none of 'none', 'low', 'medium', 'high'"),
        (changed('[["sign_in"], ["approval", "authenticator"]]', "[]"), "line 20: rule 2 “day”, `sets`: is empty"),
        (changed('["sign_in"]', "[]"), "line 20: rule 2 “day”, `sets`, entry 1: is empty"),
        (changed('["sign_in"]', '["sms"]'), "line 20: rule 2 “day”, `sets`, entry 1, entry 1: 'sms' is none of 'sign_in', 'authenticator', 'approval', 'vouching'"),
        (changed('["sign_in"]', '["sign_in", "sign_in"]'), "line 20: rule 2 “day”, `sets`: names something twice"),
        (changed('["sign_in"]', '["authenticator", "approval"]'), "line 20: rule 2 “day”, `sets`: names something twice"),
        (changed('["sign_in"], ["approval", "authenticator"]', '"sign_in"'), "line 20: rule 2 “day”, `sets`, entry 1: 'sign_in' is no list"),
        (changed('"No provider until March."', '"  "'), "line 24: accepted risk 1, `reason`: is blank"),
        (changed('reason = "No provider until March."\n', ""), "line 22: accepted risk 1, `reason`: is missing"),
        (changed('methods = ["authenticator", "approval"]', "methods = []"), "line 23: accepted risk 1, `methods`: is empty"),
        (changed("[[accepted_risks]]", "[accepted_risks]"), "`accepted_risks`: "),
        ('rules = "all"\nnever_self_service = ["a"]', "line 1: `rules`: 'all' is no list"),
        ('rules = ["all"]\nnever_self_service = ["a"]', "policy.toml: rule 1: is no table"),
        ('rules = []\nnever_self_service = ["a"]', "line 1: `rules`: is empty"),
        ("never_self_service = " + "[" * 5_000, "is not TOML"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_line_and_field(text: str, problem: str) -> None:
    found = problems(text)

    assert problem in "\n".join(found)
    assert all(one.startswith("policy.toml") for one in found)


def test_all_problems_of_a_file_are_told_at_once() -> None:
    text = WHOLE.replace('"open"', '"ajar"').replace('"corporate"', '"company"').replace("why =", "wy =")

    assert [one.split(":")[0] for one in problems(text)] == [f"policy.toml, line {line}" for line in (2, 8, 18)]


def test_a_sub_table_does_not_mislead_the_line_numbers() -> None:
    text = changed("hours = { first = 20, until = 6 }\n", "").replace(
        "human = true\n", "human = true\n[rules.hours]\nfirst = 20\nuntil = 6\n"
    )

    assert problems(text.replace('"none", "low"', '"mild"'))[0].startswith(
        "policy.toml, line 21: rule 2 “day”, `risks`"
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"\xff\xfe", "is not text in UTF-8"),
        (b" " * (1024 * 1024 + 1), "is too large"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes | None, problem: str) -> None:
    path = tmp_path / "policy.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(UnreadablePolicy, match=r"policy\.toml") as refused:
        read_policy(path)

    assert problem in str(refused.value)


def test_a_byte_order_mark_and_foreign_line_ends_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())

    assert read_policy(path) == parse_policy(WHOLE, "policy.toml")
