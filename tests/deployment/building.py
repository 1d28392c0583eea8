"""Carries out the steps of the Dockerfile in a folder: the same commands in the same order, with the container's paths put under it."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tests.deployment.dockerfile import ROOT, Instruction, Stage

OURS = re.compile(r"(?<![\w./])/(?=(?:opt/sparekey|build|client|data)\b)")
NOT_IN_THE_BUILD = shutil.ignore_patterns("__pycache__", "*.pyc", "node_modules", "dist")


@dataclass(frozen=True, slots=True)
class Ground:
    """`base` stands for the base images: a folder of commands such as pip. `python` is the interpreter that stays."""

    root: Path
    base: Path
    python: str

    def moved(self, text: str) -> str:
        return OURS.sub(f"{self.root}/", text)

    def build(self, stage: Stage) -> None:
        here, environment = self.root, self._outside()
        for one in stage.instructions:
            match one.word:
                case "WORKDIR":
                    here = Path(self.moved(one.rest))
                    here.mkdir(parents=True, exist_ok=True)
                case "ENV":
                    environment |= {name: self.moved(value) for name, value in one.variables.items()}
                case "COPY":
                    self._copy(one, here)
                case "RUN":
                    self._run(one, here, environment)
                case _:
                    raise ValueError(f"{one.word} is not expected while building")

    def _outside(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPAREKEY_", "VIRTUAL_ENV"))}
        return kept | {"PATH": f"{self.base}:{kept['PATH']}", "UV_PYTHON": self.python}

    def _copy(self, one: Instruction, here: Path) -> None:
        *sources, target = one.paths
        for source in sources:
            origin = Path(self.moved(source)) if one.source_stage else ROOT / source
            if origin.is_dir():
                ignored = None if one.source_stage else NOT_IN_THE_BUILD
                shutil.copytree(origin, here / target, ignore=ignored, dirs_exist_ok=True)
            else:
                place = here / target
                shutil.copy(origin, place / PurePosixPath(source).name if place.is_dir() else place)

    def _run(self, one: Instruction, here: Path, environment: dict[str, str]) -> None:
        command = ["bash", "-euc", self.moved(one.rest)]
        done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(f"{one.rest}\n{done.stdout}\n{done.stderr}")
