"""The policy of proof as an administrator asks about it, in a process of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.clock import SystemClock
from adapters.identity.authenticator import Authenticator
from adapters.sources.vault.sealing import Seal
from bot import limits, standing
from bot.domain.audit import Fact
from bot.domain.people import PersonId
from bot.domain.policy import Asker, Policy, decide
from bot.domain.policy_default import DEFAULT
from bot.domain.policy_record import written
from bot.domain.secret import Secret
from bot.ports.store import Turn
from bot.settings import Settings
from bot.wiring import codec, open_store, open_vault
from bot.wiring.keeping import derived, installation_key
from tests.app.test_commands import DEVICES, KEYS, PEOPLE, files, sparekey
from tests.forked import ROOT

AT = datetime(2026, 11, 21, 10, 15, tzinfo=UTC)
ALEX = Asker("corporate", 10, (), "none", owner_for_days=400, network="inside")
EXAMPLE = ROOT / "deployment" / "policy.example.toml"
SHIPPED = EXAMPLE.read_text("utf-8")
TENANT = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
ENTRA = {
    "risk_from_entra": "true", "oidc_issuer": f"https://login.microsoftonline.com/{TENANT}/v2.0", "oidc_client_id": "x",
    "oidc_tenant": TENANT, "oidc_secret_file": "/nowhere/secret",
}  # fmt: skip
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
    taken = sparekey(
        "vault",
        "import",
        *files(folder, people, devices, KEYS),
        *groups(folder, "p2,Administrators"),
        data=str(folder / "data"),
    )
    assert taken.returncode == 0, taken.stdout
    return folder / "data"


def groups(folder: Path, *lines: str) -> list[str]:
    (folder / "groups.csv").write_text("\n".join(("object_id,group", "p1,staff", *lines, "")), "utf-8")
    return ["--groups", str(folder / "groups.csv")]


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
    told = sparekey("policy", "explain", name, "--device", "LAPTOP", "--risk", "low", data=str(data))

    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Alex Rivera (t/p1), by the policy as shipped\n\nLAPTOP (corporate, windows)\n")
    assert (
        "    1. sign in once more, with user verification\n"
        "    Because: Since when the computer has been theirs is not known; they count as an owner for long.\n"
        "             The first rule that fits is “company-computer”: the computer is corporate, the risk is low.\n"
    ) in told.stdout


async def test_a_set_with_a_method_that_the_person_does_not_have_is_not_promised_to_them(tmp_path: Path) -> None:
    asked = ("policy", "explain", "alex", "--device", "LAPTOP", "--risk", "medium")
    data = tmp_path / "data"
    sparekey("vault", "import", *files(tmp_path), *groups(tmp_path), data=str(data))

    without = sparekey(*asked, data=str(data)).stdout
    no_app = sparekey(*asked, data=str(data), authenticator="true").stdout
    async with open_vault(Settings(), data, SystemClock()) as vault:
        seeds = Authenticator(vault.file, Seal(derived(installation_key(Settings(), data), "seeds")))
        await seeds.enrol(PersonId("t", "p1"), Secret("JBSWY3DPEHPK3PXP"))
    with_app = sparekey(*asked, data=str(data), authenticator="true").stdout

    assert "  Risk medium:\n    A human." in no_app
    assert "they have no authenticator app" in no_app
    assert "they have no authenticator app" not in with_app

    assert "  Risk medium:\n    A human." in without
    assert "The person can use none of these sets." in without
    assert (
        "  Risk medium:\n    1. sign in once more, with user verification, then a code from the authenticator app\n"
        in with_app
    )
    assert "then the manager's approval" not in with_app
    assert "nobody can approve for them: no manager who can, and no security group" in with_app
    assert (
        "methods that this installation has: sign in once more, with user verification; the manager's approval\n"
        in without
    )


def test_an_approval_is_explained_to_whom_somebody_can_give_it(data: Path) -> None:
    security = {"security_group": "security", "mail_security_mailbox": "security@example.org"}

    told = sparekey("policy", "explain", "alex", "--device", "LAPTOP", "--risk", "medium", data=str(data), **security)

    assert (
        "  Risk medium:\n    1. sign in once more, with user verification, then the manager's approval\n" in told.stdout
    )
    assert "nobody can approve" not in told.stdout


def test_without_a_source_of_risk_only_the_unknown_is_explained(data: Path) -> None:
    told = sparekey("policy", "explain", "alex", data=str(data)).stdout

    assert [block.partition(":")[0] for block in blocks(told)][1:] == ["unknown", "unknown"]
    assert "LAPTOP (corporate, windows)\n  Risk unknown:\n    A human." in told
    assert "The risk is not known and counts as high." in told
    assert "risk: unknown, because this installation has no source of risk" in told


def test_with_a_source_of_risk_every_level_is_explained_because_it_is_not_asked_here(data: Path) -> None:
    told = sparekey("policy", "explain", "alex", data=str(data), **ENTRA)
    headings = [block.partition(":")[0] for block in blocks(told.stdout)][1:]

    assert told.returncode == 0, told.stderr
    assert headings == ["none, low, medium, high, unknown", "none, low", "medium", "high", "unknown"]
    assert "HOME (personal, windows)\n  Risk none, low, medium, high, unknown:\n    A human." in told.stdout
    assert "risk: unknown here, because Entra is not asked by this command" in told.stdout


def test_the_groups_are_those_of_the_vault(data: Path) -> None:
    told = sparekey("policy", "explain", "gone", "--risk", "none", data=str(data)).stdout

    assert "Members of “administrators” are let in by a human only." in told
    assert "groups: Administrators (the vault); the policy asks about: administrators, break-glass" in told


def test_where_nobody_knows_the_groups_it_says_so_and_names_a_human(tmp_path: Path) -> None:
    assert sparekey("vault", "import", *files(tmp_path), data=str(tmp_path / "data")).returncode == 0

    told = sparekey("policy", "explain", "alex", "--risk", "none", data=str(tmp_path / "data")).stdout

    assert "A human." in told
    assert "The directory did not say which groups the person is in." in told
    assert "groups: unknown, because the vault was never given any" in told


async def test_what_was_seen_lately_is_counted_as_it_is_stored(tmp_path: Path) -> None:
    taken = sparekey("vault", "import", *files(tmp_path), *groups(tmp_path), data=str(tmp_path / "data"))
    assert taken.returncode == 0, taken.stdout
    now = datetime.now(UTC)
    seen = standing.Standing(unlocks=tuple(limits.Moment(str(number), now) for number in range(3)))
    await stand(tmp_path / "data", ALEX_STANDS, seen)

    told = sparekey("policy", "explain", "alex", "--risk", "none", data=str(tmp_path / "data")).stdout

    assert "“unlocked-often”: a key was shown 3 times in the last 7 days." in told
    assert "keys seen in the last seven days: 3 (as stored)" in told


ALEX_STANDS = standing.of_person(PersonId("t", "p1"))
NOW = datetime.now(UTC)
LINKS = tuple(limits.Moment(str(number), NOW) for number in range(limits.LINKS_OF_ONE_A_DAY))


async def stand(data: Path, flow_id: str, state: standing.Standing) -> None:
    async with open_store(data) as store:
        await store.commit(Turn(flow_id, 0, codec().encode(state), "stood", datetime.now(UTC)), 0)


@pytest.mark.parametrize(
    ("flow_id", "state", "words"),
    [
        (ALEX_STANDS, standing.Standing(frozen="not_me"), "They get no link at present: blocked (not_me)"),
        (standing.of_device("d1"), standing.Standing(frozen="lost_or_stolen"), "\n  There is no link to its key at present: blocked (lost_or_stolen)"),
        (ALEX_STANDS, standing.Standing(denied_at=NOW), "They get no link at present: an approver said no"),
        (ALEX_STANDS, standing.Standing(insisted_at=NOW), "They get no link at present: they said that somebody"),
        (ALEX_STANDS, standing.Standing(links=LINKS), "They get no link at present: 60 links in the last 24 hours"),
        (standing.of_device("d1"), standing.Standing(links=LINKS), "\n  There is no link to its key at present: 60 links"),
        (standing.of_device("d2"), standing.Standing(frozen="lost_or_stolen"), ""),
        (ALEX_STANDS, standing.Standing(denied_at=NOW - limits.WINDOW, links=LINKS[1:]), ""),
    ],
    ids=["blocked", "computer blocked", "denied", "insisted", "limit", "limit of the computer", "another computer", "over, and one left"],
)  # fmt: skip
async def test_whoever_gets_no_link_whatever_the_policy_says_is_said_to_get_none(
    tmp_path: Path, flow_id: str, state: standing.Standing, words: str
) -> None:
    data = tmp_path / "data"
    assert sparekey("vault", "import", *files(tmp_path), *groups(tmp_path), data=str(data)).returncode == 0
    await stand(data, flow_id, state)

    told = sparekey("policy", "explain", "alex", "--device", "LAPTOP", "--risk", "none", data=str(data)).stdout

    assert words in told
    assert ("at present" in told) is bool(words)
    assert "1. sign in once more" in told


async def test_asking_what_would_be_decided_counts_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert sparekey("vault", "import", *files(tmp_path), *groups(tmp_path), data=str(data)).returncode == 0
    await stand(data, ALEX_STANDS, standing.Standing(links=LINKS[1:]))

    told = [sparekey("policy", "explain", "alex", "--risk", "none", data=str(data)).stdout for _ in range(2)]

    assert told[0] == told[1]


async def test_since_when_a_computer_is_theirs_is_told_of_each_and_from_where(tmp_path: Path) -> None:
    data = tmp_path / "data"
    devices = DEVICES + "d2,SECOND,windows,corporate,p1,S2\n"
    taken = sparekey("vault", "import", *files(tmp_path, devices=devices), *groups(tmp_path), data=str(data))
    assert taken.returncode == 0
    async with open_vault(Settings(), data, SystemClock()) as vault:
        at = int(datetime.now(UTC).timestamp() * 1_000_000)
        await vault.file.execute("INSERT INTO owner_since VALUES (?, ?)", ("d1", at))

    told = sparekey("policy", "explain", "alex", "--risk", "none", data=str(data)).stdout
    tried = sparekey("policy", "explain", "alex", "--risk", "none", "--owner-for", "9", data=str(data)).stdout

    assert "new-owner" in told
    assert "owner of LAPTOP for: 0 days (the vault)\n  owner of SECOND for: unknown: not seen to change hands" in told
    assert "owner of LAPTOP for: 9 days (--owner-for)\n  owner of SECOND for: 9 days (--owner-for)\n" in tried


def test_it_says_what_it_took_for_granted(data: Path) -> None:
    told = sparekey("policy", "explain", "alex", "--at", "09:30", data=str(data)).stdout

    assert "groups: staff (the vault); the policy asks about: administrators, break-glass" in told
    assert "owner of LAPTOP for: unknown: not seen to change hands (--owner-for)" in told
    assert "blocks, an approver's no and the links of the last day: as stored" in told
    assert "network: unknown: only a conversation shows it (--network)" in told
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
    told = sparekey("policy", "explain", "alex", "--risk", "none", *more, data=str(data))

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
