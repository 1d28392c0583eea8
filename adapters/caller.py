"""Whose address a request comes from: the peer's, or what a proxy of ours says of it, and nobody else's word."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from aiohttp import web

LONGEST = 2_000
Network = IPv4Network | IPv6Network


class Callers:
    """`proxies`: networks whose X-Forwarded-For is believed, from its end on, up to the first that is not ours."""

    def __init__(self, proxies: Iterable[str] = ()) -> None:
        self._proxies: tuple[Network, ...] = tuple(ip_network(one) for one in proxies)

    def of(self, request: web.Request) -> str:
        caller = str(request.remote)
        if not self._proxies or not self._is_ours(caller):
            return caller
        said = ",".join(request.headers.getall("X-Forwarded-For", []))[-LONGEST:]
        for address in reversed([one.strip() for one in said.split(",") if one.strip()]):
            caller = address
            if not self._is_ours(address):
                break
        return caller

    def _is_ours(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._proxies)
