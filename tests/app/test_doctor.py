"""The doctor says in plain words what would come as a surprise to people: nobody let in, a clock that is wrong."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.doctor_commands import clock_beside
from bot.domain.policy import RISKS, Policy, Rule
from bot.domain.policy_default import DEFAULT
from bot.proving import lets_anybody_in
from tests.app.test_commands import files, sparekey
from tests.app.test_policy_commands import groups
from tests.forked import ROOT

EXAMPLE = (ROOT / "deployment" / "policy.example.toml").read_text("utf-8")
APPROVED = Policy((Rule("all", "", (("sign_in", "approval"),)),), ("administrators",))
KNOWN_OWNERS = Policy((Rule("new", "", (("sign_in",),), owner_for_less_than_days=7),), ("administrators",))


def proof_line(data: Path, policy: str | None = None, **settings: str) -> str:
    if policy is not None:
        (data / "policy.toml").write_text(policy, "utf-8")
        settings["policy_file"] = str(data / "policy.toml")
    told = sparekey("doctor", data=str(data), **settings).stdout
    return next(line for line in told.splitlines() if "  proof: " in line)


def test_the_shipped_policy_without_a_source_of_risk_is_no_plain_ok(tmp_path: Path) -> None:
    line = proof_line(tmp_path)

    assert line.startswith("warn  proof: everybody is brought to a human, nobody sees a key by themselves: ")
    assert "Set SPAREKEY_RISK_FROM_ENTRA" in line
    assert 'when_risk_unknown = "open"' in line


def test_a_policy_that_accepts_the_unknown_risk_is_well(tmp_path: Path) -> None:
    line = proof_line(tmp_path, EXAMPLE.replace('when_risk_unknown = "closed"', 'when_risk_unknown = "open"'))

    assert line.startswith("ok    proof: 6 rules")


def test_a_policy_of_methods_that_this_installation_does_not_have_is_told(tmp_path: Path) -> None:
    policy = 'never_self_service = ["administrators"]\n[[rules]]\nname = "all"\nsets = [["sign_in", "authenticator"]]\n'

    without, with_app = proof_line(tmp_path, policy), proof_line(tmp_path, policy, authenticator="true")

    assert without.startswith("warn  proof: everybody is brought to a human")
    assert "the methods of this installation (sign_in, approval)" in without
    assert with_app.startswith("ok    proof: ")


def groups_lines(folder: Path, *in_vault: str, policy: str = EXAMPLE) -> list[str]:
    """After an import of a vault whose one person is in these groups; of none, where none is named."""
    data = folder / "data"
    more = groups(folder, *(f"p1,{group}" for group in in_vault)) if in_vault else []
    assert sparekey("vault", "import", *files(folder), *more, data=str(data)).returncode == 0
    (data / "policy.toml").write_text(policy, "utf-8")
    told = sparekey("doctor", data=str(data), policy_file=str(data / "policy.toml")).stdout
    return [line for line in told.splitlines() if "  groups: " in line]


def test_a_barred_group_that_nobody_is_in_is_told_because_it_bars_nobody(tmp_path: Path) -> None:
    (line,) = groups_lines(tmp_path, "Domain Admins", "Break-Glass")

    assert line.startswith("warn  groups: never_self_service bars nobody by “administrators”: nobody in the vault ")


def test_a_group_of_a_rule_that_nobody_is_in_is_told_with_the_rule(tmp_path: Path) -> None:
    rule = '[[rules]]\nname = "drivers"\ngroups = ["Driver", "staff"]\nhuman = true\n\n[[rules]]'
    policy = EXAMPLE.replace("[[rules]]", rule, 1)
    (line,) = groups_lines(tmp_path, "Administrators", "break-glass", "drivers", policy=policy)

    assert line.startswith("warn  groups: the rule “drivers” fits nobody by “Driver”: nobody in the vault ")


def test_groups_that_somebody_is_in_are_well_however_they_are_written(tmp_path: Path) -> None:
    assert groups_lines(tmp_path, "Administrators", "BREAK-GLASS") == [
        "ok    groups: somebody is in each group that the policy names"
    ]


def test_where_groups_were_never_imported_it_is_told_what_that_means(tmp_path: Path) -> None:
    (line,) = groups_lines(tmp_path)

    assert line.startswith("warn  groups: none were ever imported, so nobody knows who is barred and everybody")


def test_before_the_vault_is_there_no_group_is_missed_and_no_vault_is_made(tmp_path: Path) -> None:
    told = sparekey("doctor", data=str(tmp_path)).stdout

    assert "  groups: " not in told
    assert list(tmp_path.iterdir()) == []


def test_a_vault_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "vault.db").write_text("this is no database, and never was one" * 99)

    assert "FAIL  groups: the vault cannot be read" in sparekey("doctor", data=str(tmp_path)).stdout


@pytest.mark.parametrize(
    ("policy", "lets"),
    [
        (DEFAULT, False),
        (replace(DEFAULT, when_risk_unknown="open"), True),
        (replace(DEFAULT, rules=()), False),
        (APPROVED, False),
        (KNOWN_OWNERS, False),
        (replace(KNOWN_OWNERS, when_owner_unknown="closed"), True),
    ],
    ids=["as shipped", "unknown risk accepted", "no rules", "approval", "known owners", "unknown owners are new"],
)
def test_whether_anybody_is_let_in_is_seen_with_what_can_be_known(policy: Policy, lets: object) -> None:
    assert lets_anybody_in(policy, ("sign_in",), ("unknown",)) is lets


def test_with_a_source_of_risk_the_shipped_policy_lets_people_in() -> None:
    assert lets_anybody_in(DEFAULT, ("sign_in",), RISKS)


@pytest.mark.parametrize(
    ("ahead", "begins", "words"),
    [
        (0.0, "ok  ", "as the provider's"),
        (4.9, "ok  ", "4 seconds ahead of the provider's"),
        (5.0, "warn", "5 seconds ahead of the provider's; honest people may be refused before a key. Let NTP set it."),
        (-59.0, "warn", "59 seconds behind the provider's; honest people may be refused before a key. Let NTP set it."),
        (60.0, "FAIL", "60 seconds ahead of the provider's; honest people are refused. Let NTP set it."),
        (-3600.0, "FAIL", "3600 seconds behind the provider's; honest people are refused. Let NTP set it."),
        (None, "warn", "it cannot be compared: the provider does not say its time"),
    ],
)
def test_a_clock_that_is_wrong_is_told_with_what_it_means(ahead: float | None, begins: str, words: str) -> None:
    assert str(clock_beside(ahead)) == f"{begins}  clock: {words}"


def hours_lines(data: Path, hours: str | None = None) -> list[str]:
    settings = {}
    if hours is not None:
        (data / "hours.toml").write_text(hours, "utf-8")
        settings["hours_file"] = str(data / "hours.toml")
    told = sparekey("doctor", data=str(data), **settings).stdout
    return [line for line in told.splitlines() if re.match(r"\w+ +hours\b", line)]


def hours_line(data: Path, hours: str | None = None) -> str:
    (line,) = hours_lines(data, hours)
    return line


def test_the_hours_are_told_as_they_are_understood_or_refused_with_the_reason(tmp_path: Path) -> None:
    every_day = 'time_zone = "Europe/Berlin"\n[open]\nmonday = ["08:00-17:00"]\n'

    assert hours_line(tmp_path).startswith("ok    hours: none are promised")
    assert re.search(
        r"^ok    hours: .*; opens next: Monday, [\d-]+ 08:00 \(Berlin time\)", hours_line(tmp_path, every_day)
    )
    assert "FAIL  hours: the opening hours cannot be read: hours.toml: `montag`: is no weekday" in hours_line(
        tmp_path, every_day.replace("monday", "montag")
    )


def test_the_hours_of_each_team_are_told_and_a_mistake_names_the_team(tmp_path: Path) -> None:
    teams = (
        '[[team]]\nname = "Macs"\nplatforms = ["mac"]\ntime_zone = "UTC"\nopen.monday = ["08:00-17:00"]\n'
        '[[team]]\nname = "Front desk"\ntime_zone = "Europe/Berlin"\nopen.tuesday = ["09:00-17:00"]\n'
    )

    macs, front_desk = hours_lines(tmp_path, teams)

    assert re.search(r"^ok    hours Macs: .*; opens next: Monday, [\d-]+ 08:00 \(UTC time\)", macs)
    assert re.search(r"^ok    hours Front desk: .*; opens next: Tuesday, [\d-]+ 09:00 \(Berlin time\)", front_desk)
    assert "team “Front desk”: `dienstag`: is no weekday" in hours_line(tmp_path, teams.replace("tuesday", "dienstag"))
