"""Real OpenID providers, one a test and all of them in one process of Node: to start that takes longer than most tests."""

import atexit
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

IDP = Path(__file__).parents[1] / "idp"


@contextmanager
def provider(
    folder: Path, port: int, redirect: str, home: str, authorize_at: str = ""
) -> Iterator[tuple[str, Callable[[], None]]]:
    """Its issuer, and what silences it. What it was asked stands in `provider.log`."""
    begun = {
        "port": port, "tls": str(folder / "served.pem"), "redirect": redirect, "home": home, "authorizeAt": authorize_at,
        "log": str(folder / "provider.log"),
    }  # fmt: skip
    is_there = True

    def silence() -> None:
        nonlocal is_there
        if is_there:
            _tell(_node(), {"end": port})
            is_there = False

    _tell(_node(), begun)
    try:
        yield f"https://localhost:{port}/oidc", silence
    finally:
        silence()


@cache
def _node() -> "subprocess.Popen[str]":
    node = subprocess.Popen(["node", "provider.mjs"], cwd=IDP, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(_end, node)
    return node


def _tell(node: "subprocess.Popen[str]", line: dict[str, object]) -> None:
    assert node.stdin
    assert node.stdout
    node.stdin.write(f"{json.dumps(line)}\n")
    node.stdin.flush()
    while (said := node.stdout.readline()) != "done\n":
        assert said, "the process of the providers is gone"


def _end(node: "subprocess.Popen[str]") -> None:
    node.kill()
    with node:
        pass
