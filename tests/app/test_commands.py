"""The command line as an administrator meets it, in a process of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.forked import ROOT, command
from tests.ports import free_port

PEOPLE = "object_id,tenant,login,name,given_name,mail,manager,language,enabled\np1,t,alex,Alex Rivera,Alex,alex@example.org,,en,yes\n"
DEVICES = "device_id,name,platform,ownership,owner,serial\nd1,LAPTOP,windows,corporate,p1,S1\n"
KEY = "-".join(["000011"] * 8)
KEYS = f"device_id,drive,key_id,stored_at,recovery_key\nd1,system,7FE7A5BB-8D70-4720-8D5D-B8F67CB5903A,2026-05-01T09:30:00Z,{KEY}\n"


def sparekey(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SPAREKEY_")}
    environment |= {f"SPAREKEY_{name.upper()}": value for name, value in settings.items()}
    return command(environment, *arguments)


def files(folder: Path, people: str = PEOPLE, devices: str = DEVICES, keys: str = KEYS) -> list[str]:
    for name, content in (("people", people), ("devices", devices), ("keys", keys)):
        (folder / f"{name}.csv").write_text(content, "utf-8")
    return [str(folder / f"{name}.csv") for name in ("people", "devices", "keys")]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org", "::"])
def test_the_demo_listens_on_loopback_only(host: str) -> None:
    refused = sparekey("demo", host=host)

    assert refused.returncode == 2
    assert "loopback only" in refused.stderr


WHOLE = {
    "public_url": "https://sparekey.example.org", "oidc_issuer": "https://login.example.org/tenant/v2.0", "oidc_client_id": "x",
    "oidc_tenant": "t", "oidc_step_up": "mfa", "mail_host": "mail.example.org", "mail_sender": "sparekey@example.org",
}  # fmt: skip
WEAK = '[[rules]]\nname = "all"\nsets = [["authenticator"]]\n'


@pytest.mark.parametrize(
    ("without", "word"),
    [
        ("public_url", "SPAREKEY_PUBLIC_URL"),
        ("oidc_issuer", "SPAREKEY_OIDC_ISSUER"),
        ("oidc_step_up", "SPAREKEY_OIDC_STEP_UP"),
        ("mail_host", "SPAREKEY_MAIL_HOST"),
        ("data", "SPAREKEY_DATA"),
    ],
)
def test_serve_says_what_is_missing_and_serves_nobody(tmp_path: Path, without: str, word: str) -> None:
    (tmp_path / "secret").write_text("x")
    settings = WHOLE | {"data": str(tmp_path), "oidc_secret_file": str(tmp_path / "secret")}
    settings.pop(without)

    refused = sparekey("serve", **settings)

    assert refused.returncode in (1, 2)
    assert word in refused.stderr


def test_serve_refuses_a_policy_that_a_phone_alone_satisfies(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "policy.toml").write_text(f'never_self_service = ["administrators"]\n{WEAK}')
    settings = WHOLE | {"data": str(tmp_path), "oidc_secret_file": str(tmp_path / "secret")}

    refused = sparekey("serve", **settings, policy_file=str(tmp_path / "policy.toml"))

    assert refused.returncode == 2
    assert "will not start" in refused.stderr


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("hours", 'time_zone = "Berlin"\n[open]\nmonday = ["08:00-17:00"]\n', "the opening hours cannot be read: hours.toml: `time_zone`"),
        ("replies", '[[replies]]\ntitle.en = "Come by"\n', "the replies cannot be read: replies.toml: reply 1: `title.de`: is missing"),
        ("tags", '[[tags]]\nid = "Ours"\n', "the tags cannot be read: tags.toml: tag 1: `id`: needs small letters"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["serve", "demo"])
def test_nobody_is_served_under_a_file_that_cannot_be_read(
    command: str, file: str, content: str, why: str, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / f"{file}.toml").write_text(content)
    settings = WHOLE | {"data": str(tmp_path), "oidc_secret_file": str(tmp_path / "secret")}

    refused = sparekey(command, **settings, **{f"{file}_file": str(tmp_path / f"{file}.toml")})

    assert refused.returncode == 2
    assert f"sparekey will not start: {why}" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("short", "it has fewer than 24 bytes"),
        ("whsec_???", "what follows whsec_ is not Base64"),
        ("", "is empty"),
        (None, "cannot be read: No such file or directory"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_secret_of_the_tickets_that_is_none_stops_the_start_in_words(
    command: str, content: str | None, why: str, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("x")
    if content is not None:
        (tmp_path / "tickets").write_text(content)
    settings = WHOLE | {"data": str(tmp_path), "oidc_secret_file": str(tmp_path / "secret"), "tickets": "webhook"}
    hook = {"tickets_url": "https://hooks.example.org/x", "tickets_secret_file": str(tmp_path / "tickets")}

    refused = sparekey(command, **settings, **hook)

    assert refused.returncode == 2
    assert "sparekey will not start: SPAREKEY_TICKETS_SECRET_FILE: " in refused.stderr
    assert why in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("missing", ["oidc_secret_file", "oidc_certificate_file", "mail_password_file"])
def test_a_secret_that_cannot_be_read_stops_the_start_and_its_setting_is_named(missing: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    settings = WHOLE | {"data": str(tmp_path), "mail_user": "bot", "mail_security": "starttls"}
    other = {} if missing.startswith("oidc") else {"oidc_secret_file": str(tmp_path / "secret")}

    refused = sparekey("serve", **settings, **other, **{missing: str(tmp_path / "none")})

    assert refused.returncode == 2
    assert f"will not start: SPAREKEY_{missing.upper()}: " in refused.stderr


@pytest.mark.parametrize(
    "setting",
    [{"port": "70000"}, {"history_days": "0"}, {"allowed_origins": '["intranet"]'}, {"public_url": "ftp://x"}],
)
def test_a_setting_that_makes_no_sense_stops_the_start_and_is_named(setting: dict[str, str]) -> None:
    refused = sparekey("cases", "list", **setting)

    assert refused.returncode == 1
    assert next(iter(setting)).casefold() in refused.stderr.casefold()


def test_every_setting_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    for name, field in Settings.model_fields.items():
        assert f"`SPAREKEY_{name.upper()}`" in readme
        assert str(field.description) in readme
    assert len(re.findall(r"^\| `SPAREKEY_", readme, re.MULTILINE)) == len(Settings.model_fields)


def test_an_import_is_taken_whole_and_again_without_a_change(tmp_path: Path) -> None:
    first = sparekey("vault", "import", *files(tmp_path), data=str(tmp_path / "data"))
    again = sparekey("vault", "import", *files(tmp_path), data=str(tmp_path / "data"))

    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    assert "1 people, 1 devices, 1 keys" in first.stdout


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ({"people": PEOPLE.replace("p1,t", ",t")}, "people.csv, line 2, object_id: is empty"),
        ({"people": PEOPLE.replace(",,en", ",boss,en")}, "manager: is nobody"),
        ({"people": "login,name\nx,y\n"}, "the column(s) object_id"),
        ({"devices": DEVICES.replace("windows", "amiga")}, "platform: is none of windows, mac"),
        ({"devices": DEVICES.replace("p1", "p9")}, "owner: is nobody"),
        ({"keys": KEYS.replace("000011-000011", "000011-000012", 1)}, "recovery_key: group 2 fails its check"),
        ({"keys": KEYS.replace("7FE7A5BB", "7FE7A5B")}, "key_id: a full Key ID has 32"),
        ({"keys": KEYS.replace("2026-05-01T09:30:00Z", "yesterday")}, "stored_at: is not a moment"),
        ({"keys": KEYS.replace("d1,", "d9,")}, "device_id: is no device"),
        ({"keys": ""}, "keys.csv: the column(s)"),
    ],
)
def test_one_bad_line_imports_nothing_and_is_told_without_the_key(
    tmp_path: Path, bad: dict[str, str], word: str
) -> None:
    refused = sparekey("vault", "import", *files(tmp_path, **bad), data=str(tmp_path / "data"))
    healed = sparekey("vault", "import", *files(tmp_path), data=str(tmp_path / "data"))

    assert refused.returncode == 1
    assert word in refused.stdout
    assert "Nothing was imported" in refused.stdout
    assert "000011-000011" not in refused.stdout + refused.stderr
    assert healed.returncode == 0


def test_semicolons_and_a_byte_order_mark_are_understood(tmp_path: Path) -> None:
    paths = files(
        tmp_path,
        people="\ufeff" + PEOPLE.replace(",", ";"),
        devices=DEVICES.replace(",", ";"),
        keys=KEYS.replace(",", ";"),
    )

    taken = sparekey("vault", "import", *paths, data=str(tmp_path / "data"))

    assert taken.returncode == 0, taken.stdout


def test_the_audit_is_verified_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()

    holds = sparekey("audit", "verify", data=str(tmp_path / "data"))
    empty = sparekey("audit", "anchor", data=str(tmp_path / "data"))

    assert (holds.returncode, holds.stdout) == (0, "The audit holds: 0 records.\n")
    assert empty.returncode == 1


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    sparekey("vault", "import", *files(tmp_path), data=str(data))
    (data / "wrapping.key").chmod(0o444)

    refused = sparekey("vault", "import", *files(tmp_path), data=str(data))

    assert refused.returncode != 0
    assert "may be read by others" in refused.stderr


def test_the_demo_starts_says_where_and_ends_when_told(tmp_path: Path) -> None:
    port = str(free_port())
    environment = os.environ | {"SPAREKEY_PORT": port, "SPAREKEY_DATA": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout

    line = process.stdout.readline()
    process.terminate()

    assert line == f"Sparekey is ready: http://localhost:{port}/\n"
    assert process.wait(60) == 0
    process.stdout.close()
    assert (tmp_path / "wrapping.key").stat().st_mode & 0o777 == 0o400
