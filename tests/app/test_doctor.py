"""The doctor says in plain words what would come as a surprise to people: nobody let in, a clock that is wrong."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.doctor_commands import clock_beside
from bot.domain.policy import RISKS, Policy, Rule
from bot.domain.policy_default import DEFAULT
from bot.proving import lets_anybody_in
from tests.app.test_commands import sparekey
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
