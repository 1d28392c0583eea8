"""What an ID token says, checked by us: msal only carries it. Who it is about, by tenant and object id, and how fresh it is."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import jwt
import orjson
from jwt.types import Options

from adapters.identity.signing_keys import SigningKey
from bot.domain.errors import SignInRefused
from bot.domain.people import PersonId
from bot.ports.clock import Clock

LEEWAY = 60
LONGEST_LIFE = 24 * 3600
LONGEST = 16 * 1024

_ONLY_THE_SIGNATURE: Options = {
    "verify_signature": True, "verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False,
    "verify_iss": False, "verify_sub": False, "verify_jti": False, "require": [],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`at`: when the person last proved themselves to the provider. `contexts`: what it says about how."""

    person: PersonId
    at: datetime | None
    contexts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Expected:
    issuer: str
    client_id: str
    tenant: str
    nonce: str


class Keys(Protocol):
    async def find(self, key_id: str) -> SigningKey | None: ...


async def read_id_token(token: str, keys: Keys, expected: Expected, clock: Clock) -> SignedIn:
    """The obligations, in the order in which they are owed. Raises SignInRefused."""
    # 1. Signed with RS256 by a key of the provider.
    claims = await _signed(token, keys)
    # 2. Issued by it, for us alone, at our own request.
    _require(claims.get("iss") == expected.issuer, "issuer")
    _require(claims.get("aud") in (expected.client_id, [expected.client_id]), "audience")
    _require(claims.get("azp", expected.client_id) == expected.client_id, "authorized party")
    _require(claims.get("nonce") == expected.nonce, "nonce")
    # 3. Valid now.
    _require_time(claims, clock.now().timestamp())
    # 4. About somebody of our own tenant, named by an id that is never given to anybody else.
    tenant, object_id = claims.get("tid", expected.tenant), claims.get("oid", claims.get("sub"))
    _require(tenant == expected.tenant, "tenant")
    if not isinstance(object_id, str) or not object_id.isprintable() or not 0 < len(object_id) < 200:  # noqa: PLR2004
        raise SignInRefused("subject")
    return SignedIn(PersonId(expected.tenant, object_id), _auth_time(claims), _contexts(claims))


async def _signed(token: str, keys: Keys) -> Mapping[str, object]:
    if len(token) > LONGEST or not token.isascii() or token.count(".") != 2:  # noqa: PLR2004
        raise SignInRefused("token")
    head = token.partition(".")[0]
    try:
        header = orjson.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (orjson.JSONDecodeError, binascii.Error, ValueError):
        raise SignInRefused("token") from None
    if not isinstance(header, dict) or header.get("alg") != "RS256" or "crit" in header:
        raise SignInRefused("algorithm")
    key_id = header.get("kid")
    key = await keys.find(key_id) if isinstance(key_id, str) else None
    if key is None:
        raise SignInRefused("key")
    try:
        claims: Mapping[str, object] = jwt.decode(token, key.public, algorithms=["RS256"], options=_ONLY_THE_SIGNATURE)
    except jwt.PyJWTError:
        raise SignInRefused("signature") from None
    return claims


def _require(holds: bool, what: str) -> None:  # noqa: FBT001 - a check
    if not holds:
        raise SignInRefused(what)


def _require_time(claims: Mapping[str, object], now: float) -> None:
    expires, issued, begins = _number(claims, "exp"), _number(claims, "iat"), claims.get("nbf", claims.get("iat"))
    _require(expires is not None and issued is not None, "times")
    begins = begins if isinstance(begins, int | float) and not isinstance(begins, bool) else None
    if expires is None or issued is None or begins is None:
        raise SignInRefused("times")
    _require(now < expires + LEEWAY, "expired")
    _require(issued - LEEWAY <= now and begins - LEEWAY <= now, "not yet valid")
    _require(expires - issued <= LONGEST_LIFE, "lifetime")


def _number(claims: Mapping[str, object], name: str) -> float | None:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2**40:
        return None
    return float(value)


def _auth_time(claims: Mapping[str, object]) -> datetime | None:
    moment = _number(claims, "auth_time")
    return None if moment is None else datetime.fromtimestamp(moment, UTC)


def _contexts(claims: Mapping[str, object]) -> frozenset[str]:
    """`acr` of any provider, `acrs` of Entra's authentication contexts."""
    found = [claims.get("acr")]
    several = claims.get("acrs")
    found += several if isinstance(several, list) else [several]
    return frozenset(one for one in found if isinstance(one, str))
