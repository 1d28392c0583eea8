"""Enough of Bicep to check a file without its compiler: what is declared, what is named, and with which decorations."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.deployment.dockerfile import ROOT

FOLDER = ROOT / "deployment" / "azure"
FILES = sorted(FOLDER.glob("*.bicep"))
STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'")
INSIDE = re.compile(r"\$\{([^}]*)\}")
DECLARED = re.compile(r"^(param|var|resource|module|output) (\w+)", re.MULTILINE)
OF_THE_LANGUAGE = {
    "param", "var", "resource", "module", "output", "targetScope", "using", "if", "existing", "for", "in", "true", "false",
    "null", "string", "bool", "int", "object", "array", "description", "minLength", "maxLength", "minValue", "maxValue",
    "secure", "allowed",
}  # fmt: skip
FUNCTIONS = {
    "resourceGroup", "subscriptionResourceId", "tenant", "guid", "take", "uniqueString", "empty", "json", "loadTextContent",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bicep:
    text: str

    @property
    def bare(self) -> str:
        """Without comments and with nothing left of a string but what is worked out inside it."""
        lines = []
        for line in self.text.splitlines():
            code = STRING.sub(lambda found: f"'{' '.join(INSIDE.findall(found.group()))}'", line)
            lines.append(re.sub(r"//.*", "", code))
        return "\n".join(lines)

    @property
    def declared(self) -> dict[str, str]:
        return {name: kind for kind, name in DECLARED.findall(self.bare)}

    @property
    def named(self) -> set[str]:
        """Every word that must be a symbol: not a property's name, nor what follows a dot."""
        words = re.findall(r"(?<![\w.])([A-Za-z_]\w*)(?!\w|:)", self.bare)
        return set(words) - OF_THE_LANGUAGE - FUNCTIONS

    def block(self, symbol: str) -> str:
        """A resource as it is written, to its closing brace."""
        start = re.search(rf"^(?:resource|module) {symbol} ", self.text, re.MULTILINE)
        assert start, symbol
        return self.text[start.start() : self.text.index("\n}", start.start())]

    def resources(self, kind: str) -> list[str]:
        found = re.findall(rf"^resource (\w+) '{re.escape(kind)}@", self.text, re.MULTILINE)
        return [self.block(symbol) for symbol in found]

    def parameters(self) -> dict[str, str]:
        """Each with its decorations and its line."""
        found = re.findall(r"((?:^@.*\n)*)^(param (\w+) .*)$", self.text, re.MULTILINE)
        return {name: decorations + line for decorations, line, name in found}


def read(path: Path) -> Bicep:
    return Bicep(path.read_text("utf-8"))


def main() -> Bicep:
    return read(FOLDER / "main.bicep")
