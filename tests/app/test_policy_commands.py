"""The policy of proof as an administrator asks about it, in a process of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.audit import Fact
from bot.domain.people import PersonId
from bot.domain.policy import Asker, Policy, decide
from bot.domain.policy_default import DEFAULT
from bot.domain.policy_record import written
from bot.ports.store import Turn
from bot.wiring import open_store
from tests.app.test_commands import DEVICES, KEYS, PEOPLE, ROOT, files, sparekey

AT = datetime(2026, 11, 21, 10, 15, tzinfo=UTC)
ALEX = Asker("corporate", 10, (), "none", owner_for_days=400, network="inside")
EXAMPLE = ROOT / "deployment" / "policy.example.toml"
SHIPPED = EXAMPLE.read_text("utf-8")
NIGHT = """never_self_service = ["administrators"]
time_zone = "Europe/Berlin"
[[rules]]
name = "night"
hours = { first = 20, until = 6 }
human = true
[[rules]]
name = "day"
sets = [["sign_in", "authenticator"], ["sign_in", "approval"]]
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with Alex, who has a laptop and a computer of their own, and with Gone, whose account is disabled. It is only read."""
    folder = tmp_path_factory.mktemp("explained")
    people = (
        PEOPLE + "p2,t,gone,Gone Away,Gone,gone@example.org,,en,no\np3,t,bare,Bare Hands,Bare,b@example.org,,en,yes\n"
    )
    devices = DEVICES + "d2,HOME,windows,personal,p1,S2\nd3,OLD,windows,corporate,p2,S3\n"
    taken = sparekey("vault", "import", *files(folder, people, devices, KEYS), data=str(folder / "data"))
    assert taken.returncode == 0, taken.stdout
    return folder / "data"


def policy_file(folder: Path, text: str) -> str:
    path = folder / "policy.toml"
    path.write_text(text, "utf-8")
    return str(path)


async def remember(data: Path, *facts: Fact) -> None:
    data.mkdir(exist_ok=True)
    async with open_store(data) as store:
        for number, fact in enumerate(facts):
            at = AT + timedelta(minutes=number)
            await store.commit(Turn(f"challenge:{number}", 0, "{}", "made", at, facts=(fact,)), 0)


def given(asker: Asker, policy: Policy = DEFAULT, what: str = "link.given") -> Fact:
    about = {"challenge": "c1", "device": "d1", **written(policy, asker, decide(policy, asker))}
    return Fact(what, PersonId("t", "p1"), about)


def old(about: Mapping[str, str]) -> Fact:
    return Fact("link.given", PersonId("t", "p1"), {"challenge": "c0", "device": "d9", **about})


def blocks(printed: str) -> Iterator[str]:
    return iter(printed.split("\n  Risk "))


# explain


@pytest.mark.parametrize("name", ["alex", "p1"])
def test_it_is_explained_by_login_and_by_object_id(data: Path, name: str) -> None:
    told = sparekey("policy", "explain", name, "--device", "LAPTOP", "--risk", "medium", data=str(data))

    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Alex Rivera (t/p1), by the policy as shipped\n\nLAPTOP (corporate, windows)\n")
    assert (
        "    Any one of these suffices; the first is offered first:\n"
        "    1. sign in once more, with user verification, then a code from the authenticator app\n"
        "    2. sign in once more, with user verification, then the manager's approval\n"
        "    Because: Since when the computer has been theirs is not known; they count as an owner for long.\n"
        "             The first rule that fits is “medium-risk”: the risk is medium.\n"
    ) in told.stdout


def test_without_more_words_every_computer_and_every_risk_is_explained(data: Path) -> None:
    told = sparekey("policy", "explain", "alex", data=str(data))
    headings = [block.partition(":")[0] for block in blocks(told.stdout)][1:]

    assert told.returncode == 0
    assert headings == ["none, low, medium, high, unknown", "none, low", "medium", "high", "unknown"]
    assert "HOME (personal, windows)\n  Risk none, low, medium, high, unknown:\n    A human." in told.stdout


def test_it_says_what_it_took_for_granted(data: Path) -> None:
    told = sparekey("policy", "explain", "alex", "--at", "09:30", data=str(data)).stdout

    assert "neither the directory nor the source of risk is asked here" in told
    assert "groups: none (--group); the policy asks about: administrators, break-glass" in told
    assert "time: 09:30 in UTC (--at)" in told


@pytest.mark.parametrize(
    ("more", "because"),
    [
        (["--group", "staff", "--group", "Administrators"], "Members of “administrators” are let in by a human only."),
        (["--unlocks", "3"], "“unlocked-often”: a key was shown 3 times in the last 7 days."),
        (["--owner-for", "2"], "“new-owner”: the computer has been theirs for 2 days."),
        (["--device", "d2"], "“personal-computer”: the computer is personal."),
        (["--risk", "unknown"], "The risk is not known and counts as high."),
    ],
)
def test_each_circumstance_can_be_tried(data: Path, more: list[str], because: str) -> None:
    told = sparekey("policy", "explain", "alex", *more, data=str(data))

    assert told.returncode == 0, told.stderr
    assert because in told.stdout


@pytest.mark.parametrize(("at", "rule"), [("20:00", "night"), ("05:59", "night"), ("06:00", "day"), ("19:59", "day")])
def test_the_hour_is_tried_by_the_policy_of_this_installation(data: Path, tmp_path: Path, at: str, rule: str) -> None:
    path = policy_file(tmp_path, NIGHT)

    told = sparekey("policy", "explain", "alex", "--device", "LAPTOP", "--at", at, data=str(data), policy_file=path)

    assert f"Alex Rivera (t/p1), by {path}" in told.stdout
    assert f"The first rule that fits is “{rule}”" in told.stdout
    assert f"time: {at} in Europe/Berlin" in told.stdout


def test_a_disabled_account_is_said_to_be_disabled(data: Path) -> None:
    assert "Their account is disabled" in sparekey("policy", "explain", "gone", data=str(data)).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nobody"], "nobody is not in the vault"),
        (["bare"], "Bare Hands has no computer in the vault"),
        (["alex", "--device", "OLD"], "Alex Rivera has no computer OLD in the vault"),
    ],
)
def test_whom_or_what_the_vault_does_not_have_is_not_explained(data: Path, arguments: list[str], words: str) -> None:
    refused = sparekey("policy", "explain", *arguments, data=str(data))

    assert (refused.returncode, refused.stdout) == (1, "")
    assert words in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--at", "25:00"], "25:00 is no time such as 21:30"), (["--unlocks", "-1"], "no number from 0 up"), (["--risk", "mild"], "invalid choice")],
)  # fmt: skip
def test_an_argument_that_makes_no_sense_is_named(data: Path, arguments: list[str], words: str) -> None:
    refused = sparekey("policy", "explain", "alex", *arguments, data=str(data))

    assert refused.returncode == 2
    assert words in refused.stderr


def test_a_policy_that_cannot_be_read_is_told_by_line(data: Path, tmp_path: Path) -> None:
    path = policy_file(tmp_path, NIGHT.replace("20", "24"))

    refused = sparekey("policy", "explain", "alex", data=str(data), policy_file=path)

    assert refused.returncode == 2
    assert "policy.toml, line 5: rule 1 “night”, `hours`, `first`" in refused.stderr


def test_a_policy_that_serve_would_refuse_is_explained_with_a_warning(data: Path, tmp_path: Path) -> None:
    path = policy_file(tmp_path, NIGHT.replace('["sign_in", "approval"]', '["approval"]'))

    told = sparekey("policy", "explain", "alex", "--at", "12:00", data=str(data), policy_file=path)

    assert told.returncode == 0
    assert (
        "`sparekey serve` would refuse the present policy: rule 2 “day”: [approval] has no fresh sign-in" in told.stderr
    )


# replay


async def test_the_same_policy_changes_nothing(tmp_path: Path) -> None:
    await remember(tmp_path, given(ALEX), Fact("proof.failed"), given(replace(ALEX, risk="medium")))

    told = sparekey("policy", "replay", str(EXAMPLE), data=str(tmp_path))

    assert (told.returncode, told.stdout) == (0, "Replayed 2 past decisions: 2 same.\n"), told.stderr


async def test_every_difference_is_listed_with_both_decisions(tmp_path: Path) -> None:
    changed = SHIPPED.replace('[["sign_in"]]', '[["sign_in", "approval"]]').replace(
        "unlocks_at_least = 3", "unlocks_at_least = 5"
    )
    refused = given(replace(ALEX, unlocks_lately=4, risk="medium"), what="link.refused")
    await remember(tmp_path, given(ALEX), refused, Fact("link.refused", about={"why": "limit"}))

    told = sparekey("policy", "replay", policy_file(tmp_path, changed), data=str(tmp_path))

    assert told.returncode == 1, told.stderr
    lines = told.stdout.splitlines()
    assert lines[0].startswith("     1  2026-11-21 10:15  harder   person ")
    assert lines[1] == "        sign_in (company-computer)  ->  sign_in+approval (company-computer)"
    assert lines[2].startswith("     2  2026-11-21 10:16  easier   person ")
    assert lines[3] == ("        a human (unlocked-often)  ->  sign_in+authenticator or sign_in+approval (medium-risk)")
    assert lines[4:] == ["Replayed 2 past decisions: 1 easier, 1 harder."]


async def test_what_the_audit_does_not_hold_is_said_and_never_guessed(tmp_path: Path) -> None:
    changed = SHIPPED.replace("unlocks_at_least = 3", "unlocks_at_least = 5")
    recent = {**given(ALEX).about}
    del recent["risk"]
    await remember(tmp_path, old({}), old(recent))

    told = sparekey("policy", "replay", policy_file(tmp_path, changed), data=str(tmp_path))

    assert told.returncode == 1
    assert "may be: a human (unlocked-often)  ->  " in told.stdout
    assert "Replayed 2 past decisions: 1 same, 1 depends." in told.stdout
    assert "Of 2, the audit does not hold the risk at that time" in told.stdout
    assert "Of 1, the audit does not hold the groups that the person was in" in told.stdout


async def test_a_decision_by_an_earlier_policy_is_told(tmp_path: Path) -> None:
    earlier = replace(DEFAULT, rules=())
    await remember(tmp_path, given(ALEX, earlier, "link.refused"))

    told = sparekey("policy", "replay", str(EXAMPLE), data=str(tmp_path))

    assert told.returncode == 0
    assert "Of 1, the audit says that another policy than the present one decided them." in told.stdout


async def test_a_changed_policy_that_serve_would_refuse_is_replayed_with_a_warning(tmp_path: Path) -> None:
    await remember(tmp_path, given(ALEX))
    weak = policy_file(tmp_path, SHIPPED.replace('[["sign_in"]]', '[["vouching"]]'))

    told = sparekey("policy", "replay", weak, data=str(tmp_path))

    assert told.returncode == 1
    assert f"would refuse {weak}: rule 6 “company-computer”: [vouching] has no fresh sign-in" in told.stderr


async def test_an_audit_that_does_not_hold_is_not_replayed(tmp_path: Path) -> None:
    await remember(tmp_path, given(ALEX), given(ALEX))
    database = tmp_path / "sparekey.db"
    content = database.read_bytes()
    assert content.count(b'"risk":"none"') == 2
    database.write_bytes(content.replace(b'"risk":"none"', b'"risk":"high"', 1))

    told = sparekey("policy", "replay", str(EXAMPLE), data=str(tmp_path))

    assert (told.returncode, told.stdout) == (2, "")
    assert "Nothing is replayed." in told.stderr


async def test_an_empty_audit_is_said_to_be_empty(tmp_path: Path) -> None:
    told = sparekey("policy", "replay", str(EXAMPLE), data=str(tmp_path))

    assert (told.returncode, told.stdout) == (0, "The audit holds no decision yet.\n")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    refused = sparekey("policy", "replay", "/nowhere/policy.toml", data=str(tmp_path))

    assert refused.returncode == 2
    assert "/nowhere/policy.toml: cannot be read" in refused.stderr
