"""The rules that compose.yaml keeps: one public door, nothing to write to, no secret in an environment."""

import json
import re
import subprocess
import sys
from ipaddress import ip_network

import jsonschema
import pytest

from bot.settings import Settings
from tests.deployment.compose import FOLDER, compose, filled, schema, services
from tests.deployment.dockerfile import ROOT, our_stages

SERVICES = sorted(services())
SPECIFICATION = jsonschema.Draft201909Validator(schema())


def test_the_file_is_what_the_compose_specification_asks_for() -> None:
    known = {name: part for name, part in compose().items() if name != "name"}  # younger than our copy of the schema

    SPECIFICATION.validate(known)


def test_a_key_that_the_specification_does_not_know_would_be_found() -> None:
    wrong = {"services": {"bot": {"read_onli": True}}}

    with pytest.raises(jsonschema.ValidationError, match="read_onli"):
        SPECIFICATION.validate(wrong)


def test_the_proxy_alone_is_reached_from_outside() -> None:
    assert [name for name, one in services().items() if "ports" in one] == ["proxy"]
    assert not [name for name, one in services().items() if "network_mode" in one]


def test_the_proxy_and_the_bot_share_one_network_that_leads_nowhere_else() -> None:
    shared = set(services()["proxy"]["networks"]) & set(services()["bot"]["networks"])

    assert shared == {"inside"}
    assert compose()["networks"]["inside"]["internal"] is True


@pytest.mark.parametrize("shell", [{}, {"INSIDE": "10.9.8.0/29"}], ids=["as shipped", "another network"])
def test_the_bot_believes_its_proxy_and_nobody_else_whose_address_counts(shell: dict[str, str]) -> None:
    (subnet,) = [filled(one["subnet"], shell) for one in compose()["networks"]["inside"]["ipam"]["config"]]
    believed = json.loads(filled(services()["bot"]["environment"]["SPAREKEY_TRUSTED_PROXIES"], shell))

    assert Settings(trusted_proxies=believed).trusted_proxies == (subnet,)
    assert ip_network(subnet).is_private
    assert [name for name, one in services().items() if "inside" in one["networks"]] == ["proxy", "bot"]


def test_whatever_the_instructions_name_reaches_the_bot() -> None:
    named = set(re.findall(r"^\| `(SPAREKEY_\w+)`", (FOLDER / "install.md").read_text("utf-8"), re.MULTILINE))

    assert named
    assert named - {"SPAREKEY_DATA"} <= set(services()["bot"]["environment"])


def test_every_setting_reaches_the_bot() -> None:
    settings = {f"SPAREKEY_{name.upper()}" for name in Settings.model_fields}
    of_the_image = set(re.findall(r"(SPAREKEY_\w+)=", (FOLDER / "Dockerfile").read_text("utf-8")))
    of_the_demo = {"SPAREKEY_TEAMS_PLAYGROUND"}

    assert set(services()["bot"]["environment"]) == settings - of_the_image - of_the_demo


def test_each_person_has_the_limits_of_one_address() -> None:
    environment = services()["bot"]["environment"]

    assert environment["SPAREKEY_REQUESTS_AT_ONCE"] is None
    assert environment["SPAREKEY_REQUESTS_PER_SECOND"] is None


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_kept_small(name: str) -> None:
    one = services()[name]

    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "cpus", "pids_limit"} <= set(one)
    assert not one.get("privileged")
    assert not [path for path in map(str, one["volumes"]) if "docker.sock" in path]


@pytest.mark.parametrize("name", SERVICES)
def test_every_log_comes_to_an_end(name: str) -> None:
    assert {"max-size", "max-file"} <= set(services()[name]["logging"]["options"])


def test_no_capability_is_given_but_the_one_for_low_ports() -> None:
    given = {name: one["cap_add"] for name, one in services().items() if "cap_add" in one}

    assert given == {"proxy": ["NET_BIND_SERVICE"]}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_a_health_check(name: str) -> None:
    of_the_image = bool(our_stages()[-1].all("HEALTHCHECK"))

    assert "healthcheck" in services()[name] or ("build" in services()[name] and of_the_image)


@pytest.mark.parametrize("name", [name for name in SERVICES if "build" not in services()[name]])
def test_every_image_has_a_tag_that_names_a_version(name: str) -> None:
    assert re.fullmatch(r"[a-z]+:\d[\w.-]*", services()[name]["image"])


def test_the_image_is_built_from_the_dockerfile_that_is_here() -> None:
    build = services()["bot"]["build"]

    assert (FOLDER / build["context"] / build["dockerfile"]).is_file()
    assert (FOLDER / build["context"]).resolve() == ROOT


def test_every_secret_is_a_file_outside_the_checkout() -> None:
    for name, secret in compose()["secrets"].items():
        assert set(secret) == {"file"}, name
        assert secret["file"].startswith(("/etc/sparekey/", "${TEAMS_SECRET:-/dev/null}"))


def test_every_secret_that_is_used_is_declared_and_every_declared_one_used() -> None:
    used = {secret for one in services().values() for secret in one.get("secrets", [])}

    assert used == set(compose()["secrets"])


@pytest.mark.parametrize("name", SERVICES)
def test_no_environment_holds_a_secret(name: str) -> None:
    for setting, value in services()[name]["environment"].items():
        if re.search(r"SECRET|PASSWORD|CERTIFICATE|KEY", setting.replace("SPAREKEY", "")):
            assert setting.endswith("_FILE"), setting
            assert value is None or value.startswith("/run/secrets/"), setting


def test_every_file_that_is_mounted_is_here_and_cannot_be_changed() -> None:
    mounted = [path for one in services().values() for path in one["volumes"] if path.startswith(".")]

    assert mounted
    for path in mounted:
        source, _, mode = path.split(":")
        assert (FOLDER / source).is_file()
        assert mode == "ro"


def test_every_volume_is_declared() -> None:
    named = {path.split(":")[0] for one in services().values() for path in one["volumes"] if not path.startswith(".")}

    assert named == set(compose()["volumes"])


def test_the_database_is_off_until_it_is_asked_for() -> None:
    assert services()["postgres"]["profiles"] == ["postgres"]
    assert not [name for name, one in services().items() if "postgres" in one.get("depends_on", ())]


def test_there_is_one_bot_while_the_store_is_a_file() -> None:
    assert "deploy" not in services()["bot"]
    assert "scale" not in services()["bot"]


def test_the_settings_that_stand_there_are_accepted_by_the_program() -> None:
    given = {name: str(value) for name, value in services()["bot"]["environment"].items() if value is not None}
    environment = {name: filled(value, {"SITE_NAME": "sparekey.example.org"}) for name, value in given.items()}

    started = subprocess.run(
        [sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip

    assert "cannot start" not in started.stderr
    assert "policy" not in started.stderr
    assert environment["SPAREKEY_PUBLIC_URL"] == "https://sparekey.example.org"
