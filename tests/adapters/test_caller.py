"""Whose address counts where a limit is kept by address."""

from unittest.mock import NonCallableMock

import pytest
from aiohttp.test_utils import make_mocked_request

from adapters.caller import Callers

PROXIES = ("10.0.0.0/8", "::1/128")


def caller(peer: str, forwarded: list[str], proxies: tuple[str, ...] = PROXIES) -> str:
    headers = [("X-Forwarded-For", one) for one in forwarded]
    transport = NonCallableMock()
    transport.get_extra_info.side_effect = lambda name, default=None: (peer, 1) if name == "peername" else default
    from multidict import CIMultiDict  # noqa: PLC0415

    return Callers(proxies).of(make_mocked_request("POST", "/", CIMultiDict(headers), transport=transport))


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["9.9.9.9, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["198.51.100.1, 10.0.0.3"], "198.51.100.1"),
        ("10.0.0.2", ["9.9.9.9", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", [], "10.0.0.2"),
        ("10.0.0.2", ["nonsense"], "nonsense"),
        ("10.0.0.2", [" , ,198.51.100.1, "], "198.51.100.1"),
        ("::1", ["2001:db8::7"], "2001:db8::7"),
        ("10.0.0.2", ["10.0.0.9, 10.0.0.3"], "10.0.0.9"),
    ],
)
def test_only_our_own_proxies_are_believed(peer: str, forwarded: list[str], found: str) -> None:
    assert caller(peer, forwarded) == found


def test_without_proxies_nobody_is_believed() -> None:
    assert caller("10.0.0.2", ["198.51.100.1"], ()) == "10.0.0.2"
