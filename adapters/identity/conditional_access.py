"""Which policies of Conditional Access would keep out the phone of somebody who is locked out. Read-only, for `doctor` alone."""

from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp
import orjson
from aiohttp import hdrs
from yarl import URL

from adapters.identity.entra_risk import GRAPH, NoAnswer
from adapters.teams.credential import Credential

PERMISSION = "Policy.Read.All"
PATIENCE = aiohttp.ClientTimeout(total=10)
MOST_PAGES = 20
PHONES = frozenset({"android", "iOS"})
OF_THE_DEVICE = frozenset({"compliantDevice", "domainJoinedDevice"})
"""What a phone that nobody manages never fulfils."""


class NotPermitted(Exception):
    """Graph would say, but not to us: the permission is missing."""


async def phones_kept_out(
    http: aiohttp.ClientSession, credential: Credential, client_id: str, context: str | None, base: str = GRAPH
) -> tuple[str, ...]:
    """The names of such policies, for our sign-in or for the authentication context that we ask for.

    Raises NotPermitted, NoAnswer, NoToken, aiohttp.ClientError, TimeoutError.
    """
    named: list[str] = []
    url = f"{base}/v1.0/identity/conditionalAccess/policies"
    for _ in range(MOST_PAGES):
        content = await _page(http, credential, url)
        named += [str(one.get("displayName")) for one in _objects(content) if keeps_phones_out(one, client_id, context)]
        following = content.get("@odata.nextLink")
        if not isinstance(following, str):
            return tuple(named)
        if URL(following).origin() != URL(base).origin():
            raise NoAnswer("led elsewhere")
        url = following
    raise NoAnswer("too many pages")


async def _page(http: aiohttp.ClientSession, credential: Credential, url: str) -> Mapping[str, Any]:
    token = await credential.token()
    headers = {hdrs.ACCEPT: "application/json"}
    if token is not None:
        headers[hdrs.AUTHORIZATION] = f"Bearer {token.open_to('channel')}"
    async with http.get(URL(url, encoded=True), headers=headers, allow_redirects=False, timeout=PATIENCE) as answer:
        if answer.status == 403:  # noqa: PLR2004
            raise NotPermitted
        if answer.status != 200:  # noqa: PLR2004
            raise NoAnswer(f"status {answer.status}")
        try:
            content = orjson.loads(await answer.read())
        except orjson.JSONDecodeError:
            raise NoAnswer("not JSON") from None
    if not isinstance(content, dict) or not isinstance(content.get("value"), list):
        raise NoAnswer("not a list of policies")
    return content


def _objects(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (one for one in content["value"] if isinstance(one, dict))


def keeps_phones_out(policy: Mapping[str, Any], client_id: str, context: str | None) -> bool:
    """In force, about us, about phones, and without a way round the device. Whom it is for is not looked at."""
    conditions = _part(policy, "conditions")
    return (
        policy.get("state") == "enabled"
        and _is_about_us(_part(conditions, "applications"), client_id, context)
        and _is_about_phones(_part(conditions, "platforms"))
        and _asks_for_the_device(_part(policy, "grantControls"))
    )


def _is_about_us(applications: Mapping[str, Any], client_id: str, context: str | None) -> bool:
    if context is not None and context in _names(applications, "includeAuthenticationContextClassReferences"):
        return True
    included, excluded = (
        {name.casefold() for name in _names(applications, key)}
        for key in ("includeApplications", "excludeApplications")
    )
    return bool({"all", client_id.casefold()} & included) and client_id.casefold() not in excluded


def _is_about_phones(platforms: Mapping[str, Any]) -> bool:
    """Without a word of platforms it is about all of them."""
    included = _names(platforms, "includePlatforms") or {"all"}
    meant = PHONES if "all" in included else PHONES & included
    return bool(meant - _names(platforms, "excludePlatforms"))


def _asks_for_the_device(controls: Mapping[str, Any]) -> bool:
    """With OR anything else that is offered is a way round."""
    built_in = _names(controls, "builtInControls")
    others = built_in - OF_THE_DEVICE or any(
        controls.get(key) for key in ("authenticationStrength", "customAuthenticationFactors", "termsOfUse")
    )
    return bool(built_in & OF_THE_DEVICE) and (controls.get("operator") != "OR" or not others)


def _part(whole: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = whole.get(key)
    return part if isinstance(part, dict) else {}


def _names(whole: Mapping[str, Any], key: str) -> frozenset[str]:
    found = whole.get(key)
    return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()
