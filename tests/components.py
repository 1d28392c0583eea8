"""What some tests need beyond Python: found, or named as missing."""

import shutil
from pathlib import Path

HERE = Path(__file__).parent
NODE_MODULES = HERE / "browser" / "node_modules"


def missing_component(name: str) -> str | None:
    """None if it is there, otherwise what is missing in words."""
    match name:
        case "chromium":
            return None if chromium() else "Debian's chromium"
        case "node":
            has_clients = (NODE_MODULES / "botframework-directlinejs").is_dir()
            return None if shutil.which("node") and has_clients else "node with the clients of tests/browser"
        case _:
            raise ValueError(name)


def chromium() -> str | None:
    return shutil.which("chromium")
