"""What the Dockerfile does, done here without an engine: built, owned by somebody else, started by nobody in particular, asked for its health."""

import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deployment.building import Ground
from tests.deployment.dockerfile import Stage, our_stages
from tests.ports import free_port

NOBODY = 10001
ENOUGH = 30.0


@dataclass(frozen=True, slots=True)
class Installed:
    """A tree that belongs to whoever runs the tests, and two folders that do not."""

    ground: Ground
    image: Stage
    port: int

    @property
    def environment(self) -> dict[str, str]:
        theirs = {name: self.ground.moved(value) for name, value in self.image.environment.items()}
        here = {"SPAREKEY_HOST": "127.0.0.1", "SPAREKEY_PORT": str(self.port), "TMPDIR": str(self.ground.root / "tmp")}
        return theirs | here

    def command(self, *words: str) -> list[str]:
        found = shutil.which(words[0], path=self.environment["PATH"])
        assert found, words[0]
        as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"]
        return [*(as_nobody if os.geteuid() == 0 else []), found, *words[1:]]

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*words), env=self.environment, cwd=self.ground.root / "data", timeout=ENOUGH, check=False,
            capture_output=True, text=True,
        )  # fmt: skip

    def is_healthy(self) -> bool:
        return self.run(*self.image.only("HEALTHCHECK").as_list).returncode == 0


@pytest.fixture(scope="module")
def installed() -> Iterator[Installed]:
    with tempfile.TemporaryDirectory(prefix="sparekey-image-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        venv.create(root / "base", with_pip=True)
        client, program, image = our_stages()
        ground = Ground(root, root / "base" / "bin", _python_for_everybody())
        ground.build(client)
        ground.build(program)
        for name in ("data", "tmp"):
            (root / name).mkdir(mode=0o700, exist_ok=True)
            if os.geteuid() == 0:
                os.chown(root / name, NOBODY, NOBODY)
        _take_away_writing(root / "opt")
        yield Installed(ground, image, free_port())
        _give_back_writing(root / "opt")


def test_the_installed_program_is_found_healthy_while_it_lives_and_not_before_or_after(installed: Installed) -> None:
    before = installed.is_healthy()
    with _demo(installed):
        meanwhile = installed.is_healthy()
    after = installed.is_healthy()

    assert (before, meanwhile, after) == (False, True, False)


def test_the_installed_program_writes_nowhere_but_into_its_data(installed: Installed) -> None:
    before = _files(installed.ground.root / "opt")
    with _demo(installed):
        pass

    assert _files(installed.ground.root / "opt") == before
    assert {path.name for path in (installed.ground.root / "data").iterdir()} >= {"sparekey.db", "vault.db"}


def test_the_installed_program_needs_nothing_of_the_build(installed: Installed) -> None:
    where = installed.run("python", "-c", "import adapters, sys; print(adapters.__file__, sys.path)")

    assert str(installed.ground.root / "opt" / "sparekey") in where.stdout
    assert str(installed.ground.root / "build") not in where.stdout


@contextmanager
def _demo(installed: Installed) -> Iterator[None]:
    with subprocess.Popen(
        installed.command("sparekey", "demo"), env=installed.environment, cwd=installed.ground.root / "data",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        try:
            _wait_until_ready(process)
            yield
        finally:
            process.terminate()
            assert process.wait(ENOUGH) == 0


def _wait_until_ready(process: "subprocess.Popen[str]") -> None:
    end, said = time.monotonic() + ENOUGH, ""
    assert process.stdout
    while select.select([process.stdout], [], [], max(0.0, end - time.monotonic()))[0]:
        line = process.stdout.readline()
        said += line
        if "is ready" in line:
            return
        assert line, said
    raise AssertionError(f"not ready in time: {said}")


def _python_for_everybody() -> str:
    """An interpreter that an unprivileged user may run too: one in root's home is of no use to them."""
    for path in (Path(sys.executable).resolve(), Path("/usr/local/bin/python3"), Path("/usr/bin/python3")):
        if path.exists() and (os.geteuid() != 0 or all(folder.stat().st_mode & 1 for folder in path.parents)):
            return str(path)
    raise AssertionError("there is no Python that an unprivileged user may run")


def _files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def _take_away_writing(folder: Path) -> None:
    subprocess.run(["chmod", "-R", "a-w", str(folder)], check=True)


def _give_back_writing(folder: Path) -> None:
    subprocess.run(["chmod", "-R", "u+w", str(folder)], check=True)
