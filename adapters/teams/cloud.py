"""Which Microsoft cloud we belong to: who signs its tokens, who gives us ours, and which hosts may ever receive one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

CloudName = Literal["public", "us_government"]
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_URL = 300


@dataclass(frozen=True, slots=True)
class Cloud:
    issuer: str
    metadata_url: str
    login: str
    scope: str
    service_hosts: tuple[str, ...]
    service_url: str = ""
    """Where a conversation is begun that nobody has written in yet."""


CLOUDS: Mapping[CloudName, Cloud] = {
    "public": Cloud(
        "https://api.botframework.com",
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        "https://login.microsoftonline.com",
        "https://api.botframework.com/.default",
        ("smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com"),
        "https://smba.trafficmanager.net/teams/",
    ),
    "us_government": Cloud(
        "https://api.botframework.us",
        "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
        "https://login.microsoftonline.us",
        "https://api.botframework.us/.default",
        ("smba.infra.gov.teams.microsoft.us", "smba.infra.dod.teams.microsoft.us"),
        "https://smba.infra.gov.teams.microsoft.us/teams/",
    ),
}


@dataclass(frozen=True, slots=True)
class ServiceHosts:
    """The hosts that may receive our token, by their exact names: anybody can register a name below trafficmanager.net.

    `on_loopback`: plain HTTP to this machine is let pass as well. Only tests and the playground ask for it.
    """

    names: frozenset[str]
    on_loopback: bool = False

    def allow(self, url: str) -> bool:
        return _is_allowed(self.names, self.on_loopback, url)


@lru_cache(maxsize=1_000)
def _is_allowed(names: frozenset[str], on_loopback: bool, url: str) -> bool:  # noqa: FBT001 - two fields of the above
    if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or any(odd in url for odd in "\\ @?#"):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if on_loopback and parts.scheme in ("http", "https") and parts.hostname in LOOPBACK:
        return True
    return parts.scheme == "https" and parts.hostname in names and port in (None, 443)
