"""Nobody sees an activity before this gate has: signed by the channel, for us, for our tenant, from an address that we trust.

Every refusal looks the same from outside. `why` is for the log and for tests, never for the answer.
"""

import base64
import binascii
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

import jwt
import orjson
from botbuilder.schema import Activity
from jwt.types import Options

from adapters.botframework.codec import BadActivity, read_activity
from adapters.identity.signing_keys import SigningKey
from adapters.teams.cloud import ServiceHosts
from bot.ports.clock import Clock

CHANNEL = "msteams"
LONGEST_HEADER = 16 * 1024
LARGEST_BODY = 256 * 1024
LEEWAY = timedelta(seconds=60)
LONGEST_LIFE = timedelta(hours=24)
REMEMBERED = 2_000
LONGEST_ID = 300
_OURS = frozenset({"appid", "azp", "idtyp", "ver"})
"""Claims of tokens that Entra gives to applications: ours is one of them, and must never open our own door."""

Why = Literal[
    "header", "token", "algorithm", "key", "signature", "claims", "issuer", "audience", "own_token", "time", "lifetime",
    "body", "channel", "endorsement", "service_url", "tenant", "identity", "replay",
]  # fmt: skip


class Refused(Exception):
    """Not let in."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Keys(Protocol):
    def at_hand(self, key_id: str) -> SigningKey | None: ...

    async def find(self, key_id: str) -> SigningKey | None: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a genuine token says. It is looked at again at every use: time passes, and activities differ."""

    key_id: str
    key: SigningKey
    service_url: str
    not_before: float
    expires: float


class Gate:
    def __init__(self, keys: Keys, clock: Clock, *, issuer: str, app_id: str, tenant: str, hosts: ServiceHosts) -> None:
        self._keys, self._clock, self._hosts = keys, clock, hosts
        self._issuer, self._app_id, self._tenant = issuer, app_id, tenant
        self._verdicts: OrderedDict[bytes, Verdict] = OrderedDict()

    @staticmethod
    def glance(authorization: str) -> None:
        """Before the body is waited for: whoever has no token at all need not send one. Raises Refused."""
        _bearer(authorization)

    async def admit(self, authorization: str, body: bytes) -> Activity:
        """The obligations, in the order in which they are owed. Raises Refused."""
        # 1. A bearer token of a size that a token has.
        token = _bearer(authorization)
        # 2. Signed with RS256 by a key of the channel; issued by it, for us alone, and not one of our own.
        verdict, key = await self._verdict(token)
        # 3. Valid now.
        self._require_time(verdict)
        # 4. Only now the body is read.
        activity = _activity(body)
        # 5. From the channel that we serve, by a key that may sign for it.
        if activity.channel_id != CHANNEL:
            raise Refused("channel")
        if CHANNEL not in key.endorsements:
            raise Refused("endorsement")
        # 6. Answers go to the address that the token names, and only to a host that we know.
        if activity.service_url != verdict.service_url:
            raise Refused("service_url")
        if not self._hosts.allow(verdict.service_url):
            raise Refused("service_url")
        # 7. From our own tenant, in both places that say so.
        require_tenant(activity, self._tenant)
        # 8. With a conversation and an id of its own, without which it could be replayed.
        require_identity(activity)
        return activity

    async def _verdict(self, token: bytes) -> tuple[Verdict, SigningKey]:
        """A token that was found genuine is not verified again, as long as its key is still the channel's."""
        mark = hashlib.sha256(token).digest()
        known = self._verdicts.get(mark)
        if known is not None and self._keys.at_hand(known.key_id) == known.key:
            return known, known.key
        key_id = _key_id(token)
        found = await self._keys.find(key_id)
        if found is None:
            raise Refused("key")
        verdict = self._verified(token, key_id, found)
        self._verdicts[mark] = verdict
        if len(self._verdicts) > REMEMBERED:
            self._verdicts.popitem(last=False)
        return verdict, found

    def _verified(self, token: bytes, key_id: str, key: SigningKey) -> Verdict:
        try:
            claims = jwt.decode(token, key.public, algorithms=["RS256"], options=_ONLY_THE_SIGNATURE)
        except jwt.PyJWTError:
            raise Refused("signature") from None
        if claims.get("iss") != self._issuer:
            raise Refused("issuer")
        if claims.get("aud") != self._app_id:
            raise Refused("audience")
        if _OURS & claims.keys():
            raise Refused("own_token")
        service_url = claims.get("serviceurl")
        if not isinstance(service_url, str) or not service_url:
            raise Refused("claims")
        not_before, expires = _moment(claims, "nbf"), _moment(claims, "exp")
        if expires - not_before > LONGEST_LIFE.total_seconds():
            raise Refused("lifetime")
        return Verdict(key_id, key, service_url, not_before, expires)

    def _require_time(self, verdict: Verdict) -> None:
        now, leeway = self._clock.now().timestamp(), LEEWAY.total_seconds()
        if not verdict.not_before - leeway <= now < verdict.expires + leeway:
            raise Refused("time")


_ONLY_THE_SIGNATURE: Options = {
    "verify_signature": True, "verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False,
    "verify_iss": False, "verify_sub": False, "verify_jti": False, "require": [],
}  # fmt: skip
"""The claims are checked by us, with our own clock and our own limits."""


def require_tenant(activity: Activity, tenant: str) -> None:
    data = activity.channel_data if isinstance(activity.channel_data, dict) else {}
    named = data.get("tenant")
    in_data = named.get("id") if isinstance(named, dict) else None
    in_conversation = activity.conversation.tenant_id if activity.conversation else None
    if in_data != tenant or in_conversation != tenant:
        raise Refused("tenant")


def require_identity(activity: Activity) -> None:
    conversation = activity.conversation.id if activity.conversation else None
    accounts = (activity.from_property, activity.recipient)
    others = [part for one in accounts if one is not None for part in (one.id, one.aad_object_id) if part]
    for name in (activity.id, conversation, *others):
        if not name or len(name) > LONGEST_ID or not name.isprintable():
            raise Refused("identity")


def _bearer(authorization: str) -> bytes:
    if len(authorization) > LONGEST_HEADER or not authorization.isascii():
        raise Refused("header")
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer" or token.count(".") != 2 or " " in token:  # noqa: PLR2004
        raise Refused("header")
    return token.encode()


def _key_id(token: bytes) -> str:
    """The header is read before it is believed: it only says which key to try, and RS256 is the only algorithm."""
    head = token.partition(b".")[0]
    try:
        header = orjson.loads(base64.urlsafe_b64decode(head + b"=" * (-len(head) % 4)))
    except (orjson.JSONDecodeError, binascii.Error, ValueError):
        raise Refused("token") from None
    if not isinstance(header, dict) or header.get("alg") != "RS256":
        raise Refused("algorithm")
    key_id = header.get("kid")
    if "crit" in header or not isinstance(key_id, str):
        raise Refused("key")
    return key_id


def _moment(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2**40:  # NaN fails as well
        raise Refused("claims")
    return float(value)


def _activity(body: bytes) -> Activity:
    if len(body) > LARGEST_BODY:
        raise Refused("body")
    try:
        return read_activity(body)
    except BadActivity:
        raise Refused("body") from None
