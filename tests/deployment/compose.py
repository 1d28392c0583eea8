"""compose.yaml as the engine would read it, with what it takes from the shell filled in."""

import json
import re
from typing import Any

import yaml

from tests.deployment.dockerfile import ROOT

FOLDER = ROOT / "deployment"
SCHEMA = ROOT / "tests" / "deployment" / "compose-spec.json"
ASKED = re.compile(r"\$\{(\w+)(?::?([-?])([^}]*))?\}")


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
    return found


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    return found


def asked_of_the_shell() -> set[str]:
    return {name for name, _, _ in ASKED.findall((FOLDER / "compose.yaml").read_text("utf-8"))}


def filled(text: str, shell: dict[str, str] | None = None) -> str:
    """With what the shell says, or what stands there for when it says nothing."""
    given = shell or {}
    return ASKED.sub(lambda asked: given.get(asked[1]) or (asked[3] if asked[2] == "-" else ""), text)
