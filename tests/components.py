"""What some tests need beyond Python: found, or named as missing."""

import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
ALONE = ("unshare", "--net") if os.geteuid() == 0 else ("unshare", "--net", "--map-root-user")
"""Runs what follows in a network of its own, where nothing but its own loopback is."""
NODE_MODULES = HERE / "browser" / "node_modules"


def missing_component(name: str) -> str | None:
    """None if it is there, otherwise what is missing in words."""
    match name:
        case "chromium":
            return None if chromium() else "Debian's chromium"
        case "node":
            has_clients = all(
                (NODE_MODULES / name).is_dir()
                for name in ("botframework-directlinejs", "@microsoft/m365agentsplayground")
            )
            return None if shutil.which("node") and has_clients else "node with the clients of tests/browser"
        case "provider":
            is_there = shutil.which("node") and (HERE / "idp" / "node_modules" / "oidc-provider").is_dir()
            return None if is_there else "node with the OpenID provider of tests/idp"
        case "namespace":
            return None if can_unshare() else "a network namespace of our own (root, or user namespaces)"
        case _:
            raise ValueError(name)


def chromium() -> str | None:
    return shutil.which("chromium")


def can_unshare() -> bool:
    return subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode == 0
