"""Whose address a request comes from: the peer's, or what a proxy of ours says of it, and nobody else's word."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

LONGEST = 2_000
Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

IN_IPV6 = IPv6Network("::ffff:0:0/96")
"""Where IPv4 addresses appear on sockets that speak both."""
ONE_HOUSEHOLD = 64
"""Bits: whoever has one IPv6 address has all that begin like it, so they count as one."""
_ENTRY = re.compile(r"\[(?P<six>[^\[\]]+)\](?::\d+)?|(?P<four>[\d.]+):\d+|(?P<bare>[^\[\]]+)", re.ASCII)


class Callers:
    """`proxies`: networks whose X-Forwarded-For is believed, from its end on, up to the first that is not ours."""

    def __init__(self, proxies: Iterable[str] = ()) -> None:
        self._proxies: tuple[Network, ...] = tuple(_plain(ip_network(one)) for one in proxies)

    def of(self, request: web.Request) -> str:
        """What is no address counts as the peer that passed it on: nobody chooses a name of their own."""
        peer = caller = _read(str(request.remote))
        if peer is None or not self._is_ours(peer):
            return _counted(peer)
        said = ",".join(request.headers.getall("X-Forwarded-For", []))[-LONGEST:]
        for entry in reversed([one.strip() for one in said.split(",") if one.strip()]):
            caller = _read(entry)
            if caller is None:
                return _counted(peer)
            if not self._is_ours(caller):
                break
        return _counted(caller)

    def is_in(self, request: web.Request, networks: Iterable[Network]) -> bool:
        try:
            caller = ip_network(self.of(request))
        except ValueError:
            return False
        return any(_within(caller, network) for network in networks)

    def _is_ours(self, address: Address) -> bool:
        return any(address in network for network in self._proxies)


def _read(text: str) -> Address | None:
    """With or without a port. None: it is no address."""
    found = _ENTRY.fullmatch(text)
    try:
        address = ip_address(found.group(found.lastgroup or 0) if found else "")
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _counted(address: Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), ONE_HOUSEHOLD), strict=False))
    return str(address)


def _within(caller: Network, network: Network) -> bool:
    if isinstance(caller, IPv4Network):
        return isinstance(network, IPv4Network) and caller.subnet_of(network)
    return isinstance(network, IPv6Network) and caller.subnet_of(network)


def _plain(network: Network) -> Network:
    if isinstance(network, IPv6Network) and network.subnet_of(IN_IPV6):
        address = network.network_address.ipv4_mapped
        return ip_network(f"{address}/{network.prefixlen - IN_IPV6.prefixlen}")
    return network
