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
        ("10.0.0.2", [" , ,198.51.100.1, "], "198.51.100.1"),
        ("::1", ["2001:db8::7"], "2001:db8::/64"),
        ("10.0.0.2", ["10.0.0.9, 10.0.0.3"], "10.0.0.9"),
    ],
)
def test_only_our_own_proxies_are_believed(peer: str, forwarded: list[str], found: str) -> None:
    assert caller(peer, forwarded) == found


def test_without_proxies_nobody_is_believed() -> None:
    assert caller("10.0.0.2", ["198.51.100.1"], ()) == "10.0.0.2"


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("::ffff:203.0.113.7", [], "203.0.113.7"),
        ("::ffff:10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["198.51.100.1, ::ffff:10.0.0.3"], "198.51.100.1"),
        ("10.0.0.2", ["::FFFF:c633:6401"], "198.51.100.1"),
    ],
)
def test_an_address_counts_as_itself_in_the_dress_of_ipv6(peer: str, forwarded: list[str], found: str) -> None:
    assert caller(peer, forwarded) == found


@pytest.mark.parametrize("proxy", ["::ffff:10.0.0.0/104", "::ffff:10.0.0.2/128"])
@pytest.mark.parametrize("peer", ["10.0.0.2", "::ffff:10.0.0.2"])
def test_a_proxy_may_be_named_in_the_dress_of_ipv6(peer: str, proxy: str) -> None:
    assert caller(peer, ["198.51.100.1"], (proxy,)) == "198.51.100.1"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("198.51.100.1:5555", "198.51.100.1"),
        ("198.51.100.1:1, 10.0.0.3:2", "198.51.100.1"),
        ("[2001:db8::1]:443", "2001:db8::/64"),
        ("[2001:db8::1]", "2001:db8::/64"),
        ("[::ffff:198.51.100.1]:443", "198.51.100.1"),
    ],
)
def test_the_port_of_a_caller_does_not_count(said: str, found: str) -> None:
    assert caller("10.0.0.2", [said]) == found


def test_all_addresses_of_one_ipv6_network_are_one_caller() -> None:
    peers = ["2001:db8:0:7::1", "2001:db8:0:7:ffff::9", "2001:0DB8:0000:0007::2", "2001:db8:0:7::1%eth0"]

    assert {caller(peer, []) for peer in peers} == {"2001:db8:0:7::/64"}
    assert {caller("10.0.0.2", [one]) for one in peers} == {"2001:db8:0:7::/64"}
    assert caller("2001:db8:0:8::1", []) == "2001:db8:0:8::/64"


@pytest.mark.parametrize(
    "said",
    [
        "nonsense",
        "unknown",
        "_hidden",
        "198.51.100.256",
        "198.51.100.1:port",
        "198.51.100.1:",
        "198.51.100.1:١",
        "198.51.100.1:5:5",
        "198.51.100.1/8",
        "[2001:db8::1",
        "[2001:db8::1]443",
        "[2001:db8::1]:x",
        "2001:db8::1]",
        "[]",
        ":",
        "1",
        "nonsense, 10.0.0.3",
        "198.51.100.1, nonsense",
        "198.51.100.1, nonsense, 10.0.0.3",
    ],
)
def test_what_is_no_address_counts_as_the_proxy_that_passed_it_on(said: str) -> None:
    assert caller("10.0.0.2", [said]) == "10.0.0.2"
