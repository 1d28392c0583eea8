"""What the runbook and its neighbours tell an administrator to type is what the program and the files understand."""

import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from adapters.sources.vault import wrapping_key
from bot.__main__ import _parser
from bot.settings import Settings
from tests.deployment.compose import asked_of_the_shell, services
from tests.deployment.dockerfile import ROOT, our_stages

RUNBOOK = ROOT / "deployment" / "runbook.md"
DOCUMENTS = [RUNBOOK, ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "ARCHITECTURE.md"]
DEPLOYED = sorted(path for path in (ROOT / "deployment").rglob("*") if path.is_file())
QUOTED = re.compile(r"`([^`\n]+)`")
OURS = re.compile(r"(?:^|\bbot )sparekey ((?!\|)[a-z].*)|--no-deps.* bot (.+)")
SITUATIONS = ("401", "429", "signing keys", "issuer is down", "disk is full", "audit does not hold", "leaked")


def _commands() -> Iterable[str]:
    """Every command of the program that stands in a document, as somebody would type it after `sparekey`."""
    for path in DOCUMENTS:
        for quoted in QUOTED.findall(path.read_text("utf-8")):
            if found := OURS.search(quoted):
                yield re.sub(r"\[[^]]*\]|>.*|…", "", found.group(1) or found.group(2)).strip()


@pytest.mark.parametrize("command", sorted(set(_commands())))
def test_every_command_in_the_documents_is_understood(command: str) -> None:
    asked = shlex.split(command)

    if len(asked) > 1 or asked[0] in {"demo", "serve"}:
        assert callable(_parser().parse_args(asked).do)
    else:
        assert asked[0] in _parser().format_help() + _parser().format_usage()


@pytest.mark.parametrize("path", DEPLOYED, ids=lambda path: path.name)
def test_every_setting_that_is_named_is_a_setting_of_the_program(path: Path) -> None:
    named = set(re.findall(r"\bSPAREKEY_[A-Z_]*[A-Z]\b(?!_?…)", path.read_text("utf-8")))

    assert named <= {f"SPAREKEY_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_bad_day_has_its_numbered_steps(situation: str) -> None:
    chapters = re.split(r"^### ", RUNBOOK.read_text("utf-8"), flags=re.MULTILINE)[1:]
    (chapter,) = [one for one in chapters if situation in one.splitlines()[0]]

    assert re.findall(r"^(\d)\. ", chapter, re.MULTILINE)[:3] == ["1", "2", "3"]


def test_every_list_counts_without_a_gap() -> None:
    for chapter in re.split(r"^#+ ", RUNBOOK.read_text("utf-8"), flags=re.MULTILINE):
        numbers = [int(number) for number in re.findall(r"^(\d)\. ", chapter, re.MULTILINE)]
        assert numbers == list(range(1, len(numbers) + 1)), chapter.splitlines()[0]


def test_every_file_that_is_named_exists() -> None:
    text = RUNBOOK.read_text("utf-8")
    named = set(re.findall(r"deployment/[\w./]+\w", text)) | {
        f"deployment/{one}" for one in re.findall(r"azure/\w+\.\w+", text)
    }

    missing = {path for path in named if not (ROOT / path).exists()}

    assert missing <= {"deployment/.env"}


def test_what_compose_asks_of_the_shell_is_explained() -> None:
    text = RUNBOOK.read_text("utf-8")

    assert {name for name in asked_of_the_shell() if not re.search(rf"`{name}[`=]", text)} == set()


def test_secrets_are_given_to_the_user_that_the_container_has() -> None:
    user = our_stages()[-1].all("USER")[-1].rest

    assert f"chown {user} /etc/sparekey/wrapping.key" in RUNBOOK.read_text("utf-8")
    assert services()["bot"].get("user", user) == user


def test_a_wrapping_key_made_as_the_runbook_says_is_accepted(tmp_path: Path) -> None:
    command = re.search(r"\(umask 077; (.*)\)", RUNBOOK.read_text("utf-8"))
    assert command
    place = tmp_path / "wrapping.key"

    subprocess.run(
        ["bash", "-euc", f"umask 077; {command.group(1)}".replace("/etc/sparekey/wrapping.key", str(place))], check=True
    )

    assert len(wrapping_key.load(place)) == wrapping_key.LENGTH


def test_a_backup_made_as_the_runbook_says_holds_what_was_there(tmp_path: Path) -> None:
    script = re.search(r"exec bot python -c \"\n(.*?)\n   \"", RUNBOOK.read_text("utf-8"), re.DOTALL)
    assert script
    for name in ("sparekey", "vault"):
        with sqlite3.connect(tmp_path / f"{name}.db") as file:
            file.execute("PRAGMA journal_mode = WAL")
            file.execute(f"CREATE TABLE {name} AS SELECT 42 AS answer")
        file.close()

    lines = [line.removeprefix("   ") for line in script.group(1).splitlines()]
    subprocess.run([sys.executable, "-c", "\n".join(lines).replace("/data/", f"{tmp_path}/")], check=True)

    for name in ("sparekey", "vault"):
        copy = sqlite3.connect(tmp_path / f"{name}.backup")
        assert copy.execute(f"SELECT answer FROM {name}").fetchone() == (42,)
        copy.close()


def test_it_says_what_serve_says_when_something_is_missing() -> None:
    environment: dict[str, str] = {}
    said = subprocess.run(
        [sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip

    assert said.returncode == 2
    assert said.stderr.startswith("sparekey will not start")
    assert "“sparekey will not start” and the exit code 2" in " ".join(RUNBOOK.read_text("utf-8").split())


@pytest.mark.parametrize("path", DEPLOYED, ids=lambda path: path.name)
def test_nobodys_home_is_taken_for_granted(path: Path) -> None:
    assert not re.findall(r"(?<![\w.])(?:/root|/home/\w+)\b", path.read_text("utf-8"))
