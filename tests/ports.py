"""Ports for servers that must know theirs before they start."""

import os
import secrets
import socket

# Below what Linux hands out for outgoing connections and for "any port": a server that starts meanwhile cannot be given it.
# Test processes that run side by side have each their own, because none of them sees what another has found and not yet taken.
_SIDE_BY_SIDE = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_WHICH = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_OURS = range(18_000 + _WHICH, 32_000, _SIDE_BY_SIDE)


def free_port() -> int:
    while True:
        port = secrets.choice(_OURS)
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
