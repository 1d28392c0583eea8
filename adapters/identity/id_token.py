"""What an ID token says, checked by us: msal only carries it. Who it is about, by tenant and object id, and how fresh it is."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, Protocol

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
LAST_MOMENT = 2**40

_NOTHING: Options = {"verify_signature": False}
_ONLY_THE_SIGNATURE: Options = {
    "verify_signature": True, "verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False,
    "verify_iss": False, "verify_sub": False, "verify_jti": False, "require": [],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`at`: when the person last proved themselves to the provider. `contexts`: what the one claim that counts says about how."""

    person: PersonId
    at: datetime | None
    contexts: frozenset[str]
    token: str = field(default="", repr=False)
    """Only for what must be able to end at the provider."""


@dataclass(frozen=True, slots=True)
class Expected:
    issuer: str
    client_id: str
    tenant: str
    nonce: str
    context_claim: Literal["acr", "acrs"] = "acr"
    """`acr` of any provider, or `acrs` of Entra's authentication contexts: what the other one says proves nothing."""


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
    now = clock.now().timestamp()
    _require_time(claims, now)
    # 4. About somebody of our own tenant, named by an id that is never given to anybody else.
    tenant, object_id = claims.get("tid", expected.tenant), claims.get("oid", claims.get("sub"))
    _require(tenant == expected.tenant, "tenant")
    if not isinstance(object_id, str) or not object_id.isprintable() or not 0 < len(object_id) < 200:  # noqa: PLR2004
        raise SignInRefused("subject")
    # 5. After a sign-in that has taken place: one in the future would stay fresh until then.
    at = _auth_time(claims, now)
    return SignedIn(PersonId(expected.tenant, object_id), at, _contexts(claims, expected.context_claim))


def hinted(token: str) -> dict[str, str]:
    """Of whom a sign-out is: the token, and for Entra the name under which it knows its own sessions."""
    if not token:
        return {}
    name = jwt.decode(token, options=_NOTHING).get("login_hint")
    return {"id_token_hint": token} | ({"logout_hint": name} if isinstance(name, str) else {})


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
    expires, issued = _number(claims, "exp"), _number(claims, "iat")
    begins = _number(claims, "nbf") if "nbf" in claims else issued
    if expires is None or issued is None or begins is None:
        raise SignInRefused("times")
    _require(now < expires + LEEWAY, "expired")
    _require(issued - LEEWAY <= now and begins - LEEWAY <= now, "not yet valid")
    _require(expires - issued <= LONGEST_LIFE, "lifetime")


def _number(claims: Mapping[str, object], name: str) -> float | None:
    """Seconds of the epoch. JSON as Python reads it knows NaN and Infinity; they are none, and true is no 1."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LAST_MOMENT:
        return None
    return float(value)


def _auth_time(claims: Mapping[str, object], now: float) -> datetime | None:
    """None where the provider does not say it in a way that we know: that is never fresh."""
    said = claims.get("auth_time")
    if isinstance(said, bool) or not isinstance(said, int | float) or said < 0:
        return None
    # Written so that NaN fails as well.
    _require(said <= now + LEEWAY, "sign-in in the future")
    return datetime.fromtimestamp(said, UTC)


def _contexts(claims: Mapping[str, object], claim: str) -> frozenset[str]:
    said = claims.get(claim)
    found = said if claim == "acrs" and isinstance(said, list) else [said]
    return frozenset(one for one in found if isinstance(one, str))
