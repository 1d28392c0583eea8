"""The rules that the image keeps, read off its Dockerfile: no engine is needed to break one."""

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import pytest

from bot.__main__ import _parser
from bot.settings import Settings
from tests.deployment.dockerfile import ROOT, Stage, our_stages

SECRET = re.compile(r"secret|passw|token|credential|private|api_?key|wrapping", re.IGNORECASE)


@pytest.fixture
def image() -> list[Stage]:
    return our_stages()


def test_what_runs_is_nobody_in_particular_with_a_number_that_stays(image: list[Stage]) -> None:
    user = image[-1].all("USER")[-1].rest

    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert f"--uid {user.split(':')[0]} " in image[-1].only("RUN").rest


def test_nothing_is_run_after_the_user_was_taken_away(image: list[Stage]) -> None:
    words = [one.word for one in image[-1].instructions]

    assert "RUN" not in words[words.index("USER") :]
    assert "COPY" not in words[words.index("USER") :]


def test_the_image_says_how_its_health_is_asked(image: list[Stage]) -> None:
    check = image[-1].only("HEALTHCHECK")

    assert check.as_list[0] == "python"
    assert "/health" in check.as_list[-1]
    assert {"--interval", "--timeout", "--start-period", "--retries"} <= set(re.findall(r"--[a-z-]+", check.rest))


def test_every_base_has_a_tag_that_names_a_version(image: list[Stage]) -> None:
    for stage in image:
        assert re.fullmatch(r"[a-z]+:\d[\w.-]+", stage.base), stage.base


def test_what_is_built_and_what_runs_have_the_same_python(image: list[Stage]) -> None:
    _, program, runs = image

    assert program.base == runs.base


def test_nothing_is_added_from_an_address_or_unpacked_by_surprise(image: list[Stage]) -> None:
    for stage in image:
        assert not stage.all("ADD")
        assert not any(re.search(r"https?://|\bcurl\b|\bwget\b", one.rest) for one in stage.all("RUN"))


def test_no_secret_is_baked_into_a_layer(image: list[Stage]) -> None:
    for stage in image:
        assert not stage.all("ARG")
        assert not [name for name in stage.environment if SECRET.search(name)]
        assert not [one for one in stage.all("COPY") if any(SECRET.search(path) for path in one.paths)]


def test_nothing_is_installed_that_no_lock_file_or_number_pins(image: list[Stage]) -> None:
    commands = [one.rest for stage in image for one in stage.all("RUN")]

    assert all("==" in one for one in commands if "pip install" in one)
    assert all("--locked" in one for one in commands if "uv sync" in one)
    assert not any("npm install" in one or "apt-get" in one for one in commands)


def test_everything_that_is_copied_exists(image: list[Stage]) -> None:
    ignored = {PurePosixPath("adapters/webchat/assets/dist")}
    for source in _copied_from_the_checkout(image):
        assert (ROOT / source).exists(), source
        assert PurePosixPath(source) not in ignored


def test_everything_that_is_copied_from_a_stage_was_made_there(image: list[Stage]) -> None:
    names = {stage.name for stage in image}
    for stage in image:
        for one in stage.all("COPY"):
            assert one.source_stage in names | {""}


def test_the_build_sees_what_is_copied_and_nothing_else(image: list[Stage]) -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}

    assert "*" in lines
    assert let_in == {PurePosixPath(source).parts[0] for source in _copied_from_the_checkout(image)}


def test_the_packages_of_the_wheel_are_all_copied(image: list[Stage]) -> None:
    packages = re.search(r"^packages = \[(.*)\]$", _text("pyproject.toml"), re.MULTILINE)

    assert packages
    assert set(re.findall(r'"(\w+)"', packages.group(1))) <= set(_copied_from_the_checkout(image))


def test_the_client_is_fetched_as_the_makefile_fetches_it(image: list[Stage]) -> None:
    makefile, steps = _text("Makefile"), " ".join(one.rest for one in image[0].all("RUN"))
    fetch = re.search(r"^NPM_CI := (.*)$", makefile, re.MULTILINE)

    assert fetch
    assert fetch.group(1) in steps
    for name in ("webchat.js", "webchat.js.LICENSE.txt"):
        assert f"/node_modules/botframework-webchat/dist/{name}" in makefile
        assert f"node_modules/botframework-webchat/dist/{name}" in steps
    assert "gzip -9 -n" in makefile
    assert "gzip -9 -n" in steps


def test_uv_is_the_one_of_the_makefile(image: list[Stage]) -> None:
    version = re.search(r"^UV_VERSION := (\S+)$", _text("Makefile"), re.MULTILINE)

    assert version
    assert f"uv=={version.group(1)}" in image[1].all("RUN")[0].rest


def test_it_starts_with_a_command_that_the_program_knows(image: list[Stage]) -> None:
    start = image[-1].only("ENTRYPOINT").as_list + image[-1].only("CMD").as_list

    assert start[0] == "sparekey"
    assert callable(_parser().parse_args(start[1:]).do)
    assert start[1:] == ["serve"]


def test_the_demo_cannot_be_served_from_a_container(image: list[Stage]) -> None:
    host = image[-1].environment["SPAREKEY_HOST"]

    assert not Settings(host=host).is_on_loopback


def test_its_settings_are_settings_of_the_program(image: list[Stage]) -> None:
    ours = {name for name in image[-1].environment if name.startswith("SPAREKEY_")}

    assert ours <= {f"SPAREKEY_{name.upper()}" for name in Settings.model_fields}
    assert image[-1].environment["SPAREKEY_DATA"] in image[-1].only("VOLUME").as_list
    assert image[-1].environment["SPAREKEY_PORT"] == image[-1].only("EXPOSE").rest


def _copied_from_the_checkout(image: list[Stage]) -> Iterable[str]:
    return [path for stage in image for one in stage.all("COPY") if not one.source_stage for path in one.paths[:-1]]


def _text(path: str | Path) -> str:
    return (ROOT / path).read_text("utf-8")
