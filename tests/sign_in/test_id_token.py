"""ID tokens as a forger, a thief or a broken provider would make them: each is refused for its own reason."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.identity.id_token import Expected, SignedIn, hinted, read_id_token
from adapters.identity.signing_keys import SigningKey, read_keys
from bot.domain.errors import SignInRefused
from tests.fakes.clock import FakeClock
from tests.teams.microsoft import Key

PROVIDER, STRANGER = Key("key-1"), Key("key-1")
ISSUER, CLIENT, NONCE = "https://login.example.org/tenant/v2.0", "sparekey", "0123456789abcdef"
EXPECTED = Expected(ISSUER, CLIENT, "demo", NONCE)
CLOCK = FakeClock()
NOW = CLOCK.now().timestamp()


class Keys:
    keys = read_keys({"keys": [PROVIDER.public()]}, endorsed=False)

    async def find(self, key_id: str) -> SigningKey | None:
        return self.keys.get(key_id)


def claims(**changes: Any) -> dict[str, Any]:
    content = {
        "iss": ISSUER, "aud": CLIENT, "nonce": NONCE, "sub": "s1", "oid": "alex", "tid": "demo",
        "iat": int(NOW), "exp": int(NOW) + 300, "auth_time": int(NOW) - 2, "acr": "mfa",
    }  # fmt: skip
    return {name: value for name, value in (content | changes).items() if value is not None}


def signed(key: Key = PROVIDER, algorithm: str = "RS256", header: dict[str, Any] | None = None, **changes: Any) -> str:
    return jwt.encode(claims(**changes), key.private, algorithm, headers={"kid": key.id} | (header or {}))


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def by_mac(secret: bytes) -> str:
    text = f"{part({'alg': 'HS256', 'kid': 'key-1'})}.{part(claims())}"
    return (
        f"{text}.{base64.urlsafe_b64encode(hmac.digest(secret, text.encode(), hashlib.sha256)).rstrip(b'=').decode()}"
    )


def public_pem() -> bytes:
    public = PROVIDER.private.public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def by_curve() -> str:
    return jwt.encode(claims(), ec.generate_private_key(ec.SECP256R1()), "ES256", headers={"kid": "key-1"})


FORGED: dict[str, tuple[str, Callable[[], str]]] = {
    "nothing": ("token", lambda: ""),
    "two parts": ("token", lambda: signed().rpartition(".")[0]),
    "four parts": ("token", lambda: f"{signed()}.AAAA"),
    "endless": ("token", lambda: signed(padding="x" * 20_000)),
    "letters that no token has": ("token", lambda: signed() + "é"),
    "a header that is none": ("token", lambda: f"%%%.{part(claims())}.AAAA"),
    "unsigned": ("algorithm", lambda: f"{part({'alg': 'none', 'kid': 'key-1'})}.{part(claims())}."),
    "signed with the public key as a password": ("algorithm", lambda: by_mac(public_pem())),
    "signed with our own secret": ("algorithm", lambda: by_mac(b"a-secret-of-the-tests-0123456789abcdef")),
    "RS512": ("algorithm", lambda: signed(algorithm="RS512")),
    "PS256": ("algorithm", lambda: signed(algorithm="PS256")),
    "ES256": ("algorithm", by_curve),
    "a critical extension": ("algorithm", lambda: signed(header={"crit": ["b64"], "b64": True})),
    "no key id": ("key", lambda: jwt.encode(claims(), PROVIDER.private, "RS256")),
    "a key id that nobody knows": ("key", lambda: signed(header={"kid": "key-2"})),
    "a key of its own": ("signature", lambda: signed(STRANGER, header={"jwk": STRANGER.public()})),
    "signed by a stranger": ("signature", lambda: signed(STRANGER)),
    "no signature": ("signature", lambda: signed().rpartition(".")[0] + "."),
    "other claims": (
        "signature",
        lambda: ".".join((signed().split(".")[0], part(claims(oid="kim")), signed().split(".")[2])),
    ),
    "another issuer": ("issuer", lambda: signed(iss="https://evil.example.org")),
    "a longer issuer": ("issuer", lambda: signed(iss=f"{ISSUER}.evil.example.org")),
    "no issuer": ("issuer", lambda: signed(iss=None)),
    "for another client": ("audience", lambda: signed(aud="other")),
    "for us and another": ("audience", lambda: signed(aud=[CLIENT, "other"])),
    "for nobody": ("audience", lambda: signed(aud=None)),
    "at another's request": ("authorized party", lambda: signed(azp="other")),
    "of another request": ("nonce", lambda: signed(nonce="another")),
    "of no request": ("nonce", lambda: signed(nonce=None)),
    "expired": ("expired", lambda: signed(exp=int(NOW) - 61, iat=int(NOW) - 400)),
    "never expires": ("times", lambda: signed(exp=None)),
    "expires at a word": ("times", lambda: signed(exp="soon")),
    "expires at true": ("times", lambda: signed(exp=True)),
    "issued at no time": ("times", lambda: signed(iat=None)),
    "issued tomorrow": ("not yet valid", lambda: signed(iat=int(NOW) + 86_400, exp=int(NOW) + 86_700)),
    "valid tomorrow": ("not yet valid", lambda: signed(nbf=int(NOW) + 86_400)),
    "valid at a word": ("times", lambda: signed(nbf="soon")),
    "valid at no number": ("times", lambda: signed(nbf=float("nan"))),
    "valid since ever": ("times", lambda: signed(nbf=float("-inf"))),
    "expires at no number": ("times", lambda: signed(exp=float("nan"))),
    "expires after all time": ("times", lambda: signed(exp=float("inf"))),
    "issued at no number": ("times", lambda: signed(iat=float("nan"))),
    "signed in two minutes from now": ("sign-in in the future", lambda: signed(auth_time=int(NOW) + 120)),
    "signed in in the year 2100": ("sign-in in the future", lambda: signed(auth_time=4_102_444_800)),
    "signed in in a year that no calendar has": ("sign-in in the future", lambda: signed(auth_time=2**39)),
    "signed in at a number beyond all floats": ("sign-in in the future", lambda: signed(auth_time=10**400)),
    "signed in after all time": ("sign-in in the future", lambda: signed(auth_time=float("inf"))),
    "signed in at no number": ("sign-in in the future", lambda: signed(auth_time=float("nan"))),
    "lives for two days": ("lifetime", lambda: signed(exp=int(NOW) + 172_800)),
    "of another tenant": ("tenant", lambda: signed(tid="other")),
    "of a tenant that is a list": ("tenant", lambda: signed(tid=["demo"])),
    "about nobody": ("subject", lambda: signed(oid=None, sub=None)),
    "about a number": ("subject", lambda: signed(oid=7)),
    "about an empty name": ("subject", lambda: signed(oid="")),
    "about an endless name": ("subject", lambda: signed(oid="x" * 300)),
    "about a line break": ("subject", lambda: signed(oid="alex\nkim")),
}


async def read(token: str, expected: Expected = EXPECTED) -> SignedIn:
    return await read_id_token(token, Keys(), expected, CLOCK)


async def test_the_genuine_one_says_who_and_when_and_how() -> None:
    found = await read(signed())

    assert (found.person.tenant, found.person.object_id) == ("demo", "alex")
    assert found.at is not None
    assert found.at.timestamp() == int(NOW) - 2
    assert found.contexts == {"mfa"}


@pytest.mark.parametrize(
    ("claim", "contexts"), [("acr", {"c1"}), ("acrs", {"mfa", "c2"})], ids=["acr", "acrs"]
)  # fmt: skip
async def test_only_the_claim_that_was_configured_says_how(claim: Literal["acr", "acrs"], contexts: set[str]) -> None:
    token = signed(acr="c1", acrs=["mfa", "c2"])

    assert (await read(token, replace(EXPECTED, context_claim=claim))).contexts == contexts


async def test_a_single_context_of_entra_need_not_be_a_list() -> None:
    assert (await read(signed(acrs="c1"), replace(EXPECTED, context_claim="acrs"))).contexts == {"c1"}


@pytest.mark.parametrize(("why", "make"), FORGED.values(), ids=FORGED.keys())
async def test_a_forged_token_is_refused_for_its_own_reason(why: str, make: Callable[[], str]) -> None:
    with pytest.raises(SignInRefused, match=f"^{why}$"):
        await read(make())


@pytest.mark.parametrize("auth_time", [None, "now", "4102444800", True, [1], -1, float("-inf")], ids=str)
async def test_a_sign_in_of_no_known_time_is_never_fresh(auth_time: object) -> None:
    assert (await read(signed(auth_time=auth_time))).at is None


async def test_a_provider_whose_clock_is_a_little_ahead_is_borne() -> None:
    assert (await read(signed(auth_time=int(NOW) + 60))).at is not None


@pytest.mark.parametrize("acr", [None, 1, ["mfa"], {"mfa": True}], ids=str)
async def test_a_context_that_is_no_word_says_nothing(acr: object) -> None:
    assert (await read(signed(acr=acr))).contexts == frozenset()


@pytest.mark.parametrize("acrs", [None, 1, [1, None, ["c1"]], {"c1": True}], ids=str)
async def test_a_context_of_entra_that_is_no_word_says_nothing(acrs: object) -> None:
    assert (await read(signed(acrs=acrs), replace(EXPECTED, context_claim="acrs"))).contexts == frozenset()


async def test_a_provider_without_tenants_names_people_by_their_subject() -> None:
    found = await read(signed(oid=None, tid=None))

    assert (found.person.tenant, found.person.object_id) == ("demo", "s1")


@pytest.mark.parametrize("name", [{}, {"login_hint": "alex@example.org"}, {"login_hint": 5}])
def test_a_sign_out_names_whom_it_is_of_as_the_provider_asks_for_it(name: dict[str, Any]) -> None:
    token = signed(**name)
    expected = {"logout_hint": "alex@example.org"} if name.get("login_hint") == "alex@example.org" else {}

    assert hinted(token) == {"id_token_hint": token} | expected
    assert hinted("") == {}
