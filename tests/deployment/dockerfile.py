"""The Dockerfile as its instructions, stage by stage, so that tests read what the builder reads."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCKERFILE = ROOT / "deployment" / "Dockerfile"
KNOWN = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
KNOWN |= {"ADD", "ARG", "LABEL", "SHELL", "STOPSIGNAL"}


@dataclass(frozen=True, slots=True)
class Instruction:
    word: str
    rest: str

    @property
    def source_stage(self) -> str:
        found = re.match(r"--from=(\S+)", self.rest)
        return found.group(1) if found else ""

    @property
    def paths(self) -> list[str]:
        return [word for word in shlex.split(self.rest) if not word.startswith("--")]

    @property
    def variables(self) -> dict[str, str]:
        return dict(word.split("=", 1) for word in shlex.split(self.rest))

    @property
    def as_list(self) -> list[str]:
        """The exec form, with or without options before it."""
        found: list[str] = json.loads(self.rest[self.rest.index("[") :])
        return found


@dataclass(frozen=True, slots=True)
class Stage:
    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, word: str) -> list[Instruction]:
        return [one for one in self.instructions if one.word == word]

    def only(self, word: str) -> Instruction:
        (one,) = self.all(word)
        return one

    @property
    def environment(self) -> dict[str, str]:
        return {name: value for one in self.all("ENV") for name, value in one.variables.items()}


def stages(text: str) -> list[Stage]:
    found: list[Stage] = []
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, rest = " ".join(line.split(" ")).strip().partition(" ")
        if not word:
            continue
        if word not in KNOWN:
            raise ValueError(f"{word} is no instruction")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(base.strip(), name.strip()))
        else:
            found[-1].instructions.append(Instruction(word, rest.strip()))
    return found


def our_stages() -> list[Stage]:
    return stages(DOCKERFILE.read_text("utf-8"))
