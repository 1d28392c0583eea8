"""What forgers, thieves and broken senders bring to the gate: each is refused, and each would get in if its rule were gone."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.teams.microsoft import APP_ID, ISSUER, TENANT, Issuer, Key
from tests.teams.teammate import activity

STRANGER = Key("key-1")
"""Signs under the name of the channel's key, and is not it."""
WEBCHAT_KEY = Key("key-webchat", endorsements=["webchat"])
UNENDORSED_KEY = Key("key-nobody", endorsements=[])
ELSEWHERE = "https://evil.example.org/emea/"


@dataclass(frozen=True)
class Scene:
    """Who signs, where the channel lives, and what time it is."""

    issuer: Issuer
    service_url: str
    now: float

    def token(self, key: Key | None = None, **claims: Any) -> str:
        return self.issuer.token(claims.pop("serviceurl", self.service_url), now=self.now, key=key, **claims)

    def activity(self, **more: Any) -> dict[str, Any]:
        return activity(self.service_url, "alex", **more)


@dataclass(frozen=True)
class Forgery:
    """`over_http`: it can be sent by an HTTP client at all."""

    name: str
    rule: str
    header: Callable[[Scene], str]
    body: Callable[[Scene], bytes]
    over_http: bool = field(default=True)


Claims = dict[str, Any]


def genuine(scene: Scene) -> tuple[str, bytes]:
    return f"Bearer {scene.token()}", json.dumps(scene.activity()).encode()


def _whole_body(scene: Scene) -> bytes:
    return json.dumps(scene.activity()).encode()


def _header(name: str, rule: str, header: Callable[[Scene], str], *, over_http: bool = True) -> Forgery:
    return Forgery(name, rule, header, _whole_body, over_http)


def _token(name: str, rule: str, token: Callable[[Scene], str]) -> Forgery:
    return _header(name, rule, lambda scene: f"Bearer {token(scene)}")


def _claims(name: str, rule: str, **claims: Any) -> Forgery:
    return _token(name, rule, lambda scene: scene.token(**claims))


def _moment(name: str, rule: str, **offsets: float) -> Forgery:
    return _token(
        name, rule, lambda scene: scene.token(None, **{key: scene.now + value for key, value in offsets.items()})
    )


def _body(name: str, rule: str, body: Callable[[Scene], bytes], *, over_http: bool = True) -> Forgery:
    return Forgery(name, rule, lambda scene: f"Bearer {scene.token()}", body, over_http)


def _changed(name: str, rule: str, **more: Any) -> Forgery:
    """A genuine token, and an activity that differs in these fields; None takes a field away."""

    def body(scene: Scene) -> bytes:
        content = scene.activity(**more)
        return json.dumps({key: value for key, value in content.items() if value is not None}).encode()

    return _body(name, rule, body)


def _at(name: str, url: str) -> Forgery:
    """Token and activity agree on the address, and it is not one of the channel's."""
    return Forgery(
        name, "service_url",
        lambda scene: f"Bearer {scene.token(serviceurl=url)}",
        lambda scene: json.dumps(scene.activity(serviceUrl=url)).encode(),
    )  # fmt: skip


def _part(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _with_header(scene: Scene, **header: Any) -> str:
    """A genuine token whose header says something else; signed by the channel's own key all the same."""
    claims = jwt.decode(scene.token(), options={"verify_signature": False})
    parts = {"alg": "RS256", "typ": "JWT", "kid": "key-1"} | header
    kept = {name: value for name, value in parts.items() if value is not None}
    return _signed(scene, _part(kept), _part(claims))


def _signed(scene: Scene, head: str, claims: str) -> str:
    algorithm = jwt.get_algorithm_by_name("RS256")
    signature = algorithm.sign(f"{head}.{claims}".encode(), scene.issuer.keys[0].private)
    return f"{head}.{claims}.{_part(signature)}"


def _by_mac(scene: Scene, secret: bytes) -> str:
    claims = jwt.decode(scene.token(), options={"verify_signature": False})
    text = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'key-1'})}.{_part(claims)}"
    return f"{text}.{_part(hmac.digest(secret, text.encode(), hashlib.sha256))}"


def _unsigned(scene: Scene, alg: str) -> str:
    claims = jwt.decode(scene.token(), options={"verify_signature": False})
    return f"{_part({'alg': alg, 'kid': 'key-1'})}.{_part(claims)}."


def _by(scene: Scene, algorithm: str, key: Any) -> str:
    claims = jwt.decode(scene.token(), options={"verify_signature": False})
    return jwt.encode(claims, key, algorithm, headers={"kid": "key-1"})


def _public_pem(scene: Scene) -> bytes:
    public = scene.issuer.keys[0].private.public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _swapped(scene: Scene, place: int, part: str) -> str:
    parts = scene.token().split(".")
    parts[place] = part
    return ".".join(parts)


def _flipped(scene: Scene) -> str:
    head, claims, signature = scene.token().split(".")
    return f"{head}.{claims}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def _promoted(scene: Scene) -> str:
    """The claims of somebody else's life, under a genuine signature."""
    claims = jwt.decode(scene.token(), options={"verify_signature": False})
    return _swapped(scene, 1, _part(claims | {"exp": int(scene.now) + 7200}))


def _conversation(**more: Any) -> dict[str, Any]:
    content = {"conversationType": "personal", "tenantId": TENANT, "id": "a:1alex"} | more
    return {name: value for name, value in content.items() if value is not None}


def _deep(scene: Scene) -> bytes:
    return json.dumps(scene.activity(value=None)).replace('"value": null', f'"value": {"[" * 200}{"]" * 200}').encode()


def forgeries() -> tuple[Forgery, ...]:
    return (
        # header
        _header("no header", "header", lambda _: ""),
        _header("another scheme", "header", lambda scene: f"Basic {scene.token()}"),
        _header("scheme in small letters", "header", lambda scene: f"bearer {scene.token()}"),
        _header("a scheme alone", "header", lambda _: "Bearer"),
        _header("no token after the scheme", "header", lambda _: "Bearer "),
        _header("two blanks", "header", lambda scene: f"Bearer  {scene.token()}"),
        _header("a token and another", "header", lambda scene: f"Bearer {scene.token()} {scene.token()}"),
        _header("a token of two parts", "header", lambda scene: f"Bearer {scene.token().rpartition('.')[0]}"),
        _header("a token of four parts", "header", lambda scene: f"Bearer {scene.token()}.AAAA"),
        _header("17 kilobytes", "header", lambda scene: f"Bearer {scene.token(padding='x' * 17_000)}", over_http=False),
        _header("letters that no header has", "header", lambda scene: f"Bearer {scene.token()}é", over_http=False),
        # the token's own header
        _token("a header that is no base64", "token", lambda scene: _swapped(scene, 0, "%%%")),
        _token("a header that is no JSON", "token", lambda scene: _swapped(scene, 0, _part(b"\xff{"))),
        _token("a header of one letter", "token", lambda scene: _swapped(scene, 0, "A")),
        _token("a header that is a list", "algorithm", lambda scene: _signed(scene, _part(["RS256"]), _part({}))),
        _token("unsigned", "algorithm", lambda scene: _unsigned(scene, "none")),
        _token("unsigned, spelt otherwise", "algorithm", lambda scene: _unsigned(scene, "nOnE")),
        _token("signed with the public key as a password", "algorithm", lambda scene: _by_mac(scene, _public_pem(scene))),
        _token("signed with our app id as a password", "algorithm", lambda scene: _by_mac(scene, APP_ID.encode())),
        _token("RS384", "algorithm", lambda scene: _by(scene, "RS384", scene.issuer.keys[0].private)),
        _token("PS256", "algorithm", lambda scene: _by(scene, "PS256", scene.issuer.keys[0].private)),
        _token("ES256", "algorithm", lambda scene: _by(scene, "ES256", ec.generate_private_key(ec.SECP256R1()))),
        _token("no algorithm", "algorithm", lambda scene: _with_header(scene, alg=None)),
        _token("an algorithm that only looks like it", "algorithm", lambda scene: _with_header(scene, alg="rs256")),
        # the key
        _token("no key id", "key", lambda scene: _with_header(scene, kid=None)),
        _token("an empty key id", "key", lambda scene: _with_header(scene, kid="")),
        _token("a number as key id", "key", lambda scene: _with_header(scene, kid=1)),
        _token("a list as key id", "key", lambda scene: _with_header(scene, kid=["key-1"])),
        _token("a key id that nobody knows", "key", lambda scene: scene.token(Key("key-2", scene.issuer.keys[0].private))),
        _token("a key id that is a path", "key", lambda scene: _with_header(scene, kid="../../etc/passwd")),
        _token("a critical extension", "key", lambda scene: _with_header(scene, crit=["exp"], exp=1)),
        # the signature
        _token("signed by a stranger", "signature", lambda scene: scene.token(STRANGER)),
        _token("signed by a stranger who brings the key", "signature", _brought),
        _token("one bit of the signature", "signature", _flipped),
        _token("no signature", "signature", lambda scene: _swapped(scene, 2, "")),
        _token("half a signature", "signature", lambda scene: scene.token()[:-100]),
        _token("other claims under the signature", "signature", _promoted),
        _token("claims that are no JSON", "signature", lambda scene: _signed(scene, _part({"alg": "RS256", "kid": "key-1"}), _part(b"{"))),
        _token("claims that are a list", "signature", lambda scene: _signed(scene, _part({"alg": "RS256", "kid": "key-1"}), _part([1]))),
        # issuer
        _claims("another issuer", "issuer", iss="https://evil.example.org"),
        _claims("no issuer", "issuer", iss=None),
        _claims("an issuer with a slash", "issuer", iss=f"{ISSUER}/"),
        _claims("a longer issuer", "issuer", iss=f"{ISSUER}.evil.example.org"),
        _claims("the issuer of Entra", "issuer", iss=f"https://login.microsoftonline.com/{TENANT}/v2.0"),
        _claims("the issuer of another cloud", "issuer", iss="https://api.botframework.us"),
        # audience
        _claims("for another bot", "audience", aud="99999999-2222-3333-4444-555555555555"),
        _claims("for nobody", "audience", aud=None),
        _claims("for us and others", "audience", aud=[APP_ID, "99999999-2222-3333-4444-555555555555"]),
        _claims("for a list of us", "audience", aud=[APP_ID]),
        _claims("for the connector, as our own token is", "audience", aud=ISSUER),
        _claims("for us, with a prefix", "audience", aud=f"api://{APP_ID}"),
        # our own token, or another application's
        _claims("a token of an application", "own_token", appid=APP_ID),
        _claims("a token of an application, version 2", "own_token", azp=APP_ID),
        _claims("a token of Entra", "own_token", ver="2.0"),
        _claims("a token for an application", "own_token", idtyp="app"),
        _claims("a token of a skill", "own_token", appid="99999999-2222-3333-4444-555555555555", ver="1.0"),
        # time
        _moment("expired", "time", exp=-61, nbf=-3600),
        _moment("expired a year ago", "time", exp=-31_536_000, nbf=-31_539_600),
        _moment("not yet valid", "time", nbf=61, exp=3600),
        _moment("valid next year", "time", nbf=31_536_000, exp=31_539_600),
        _claims("never expires", "claims", exp=None),
        _claims("began never", "claims", nbf=None),
        _claims("expires at a word", "claims", exp="tomorrow"),
        _claims("expires at true", "claims", exp=True),
        _claims("began before there was time", "claims", nbf=-1),
        _claims("began at nought", "claims", nbf=0),
        _claims("expires in the year 40000", "claims", exp=1_200_000_000_000, nbf=1_199_999_999_000),
        _moment("lives a second too long", "lifetime", nbf=-10, exp=24 * 3600 - 9),
        _moment("lives for 25 hours", "lifetime", nbf=-10, exp=25 * 3600),
        _moment("lives for a year", "lifetime", nbf=-10, exp=31_536_000),
        _moment("lived for years, and still does", "lifetime", nbf=-31_536_000, exp=60),
        # the address of the channel
        _claims("no address in the token", "claims", serviceurl=None),
        _claims("an empty address in the token", "claims", serviceurl=""),
        _claims("a number as address in the token", "claims", serviceurl=1),
        _claims("another address in the token", "service_url", serviceurl=ELSEWHERE),
        _changed("another address in the activity", "service_url", serviceUrl=ELSEWHERE),
        _changed("no address in the activity", "service_url", serviceUrl=None),
        _changed("an empty address in the activity", "service_url", serviceUrl=""),
        _body("an address without its slash", "service_url", lambda scene: json.dumps(scene.activity(serviceUrl=scene.service_url.rstrip("/"))).encode()),
        _body("an address with more after it", "service_url", lambda scene: json.dumps(scene.activity(serviceUrl=f"{scene.service_url}x/")).encode()),
        _at("a foreign host", ELSEWHERE),
        _at("a host that anybody could register", "https://smba2.trafficmanager.net/emea/"),
        _at("a host below ours", "https://x.smba.trafficmanager.net/emea/"),
        _at("a host that begins like ours", "https://smba.trafficmanager.net.evil.org/"),
        _at("our host as a user name", "https://smba.trafficmanager.net@evil.org/"),
        _at("our host before a backslash", "https://smba.trafficmanager.net\\@evil.org/"),
        _at("our host in the fragment", "https://evil.org/#smba.trafficmanager.net"),
        _at("our host in the query", "https://evil.org/?smba.trafficmanager.net"),
        _at("our host with a dot after it", "https://smba.trafficmanager.net./emea/"),
        _at("our host at another port", "https://smba.trafficmanager.net:8443/emea/"),
        _at("our host at no port", "https://smba.trafficmanager.net:99999/emea/"),
        _at("our host without encryption", "http://smba.trafficmanager.net/emea/"),
        _at("our host by another scheme", "ftp://smba.trafficmanager.net/emea/"),
        _at("the cloud's own metadata", "http://169.254.169.254/metadata/"),
        _at("a host in letters that look alike", "https://smbа.trafficmanager.net/emea/"),
        _at("a host with a line break", "https://smba.trafficmanager.net/\r\nHost:evil.org/"),
        _at("our host with a letter that is none of ours", "https://smba.trafficmanager.net/emeä/"),
        _at("our host after a user name", "https://evil.org@smba.trafficmanager.net/emea/"),
        _at("our host with a question", "https://smba.trafficmanager.net/emea/?to=evil.org"),
        _at("a very long address", f"https://smba.trafficmanager.net/{'x' * 400}/"),
        _at("an unfinished address", "https://[smba.trafficmanager.net/"),
        # channel
        _changed("from the web chat", "channel", channelId="webchat"),
        _changed("from the emulator", "channel", channelId="emulator"),
        _changed("from no channel", "channel", channelId=None),
        _changed("from a channel that only looks like it", "channel", channelId="MSTeams"),
        _token("by a key of another channel", "endorsement", lambda scene: scene.token(WEBCHAT_KEY)),
        _token("by a key of no channel", "endorsement", lambda scene: scene.token(UNENDORSED_KEY)),
        Forgery("by a key of another channel, in its name", "channel", lambda scene: f"Bearer {scene.token(WEBCHAT_KEY)}",
                lambda scene: json.dumps(scene.activity(channelId="webchat")).encode()),
        # tenant
        _changed("of another tenant", "tenant", channelData={"tenant": {"id": "other"}}, conversation=_conversation(tenantId="other")),
        _changed("of another tenant, as the channel's data say", "tenant", channelData={"tenant": {"id": "other"}}),
        _changed("of another tenant, as the conversation says", "tenant", conversation=_conversation(tenantId="other")),
        _changed("of no tenant, as the channel's data say", "tenant", channelData={}),
        _changed("of no tenant, as the conversation says", "tenant", conversation=_conversation(tenantId=None)),
        _changed("without the channel's data", "tenant", channelData=None),
        _changed("with words as the channel's data", "tenant", channelData="demo"),
        _changed("with a list as tenant", "tenant", channelData={"tenant": ["demo"]}),
        _changed("of our tenant in large letters", "tenant", channelData={"tenant": {"id": "DEMO"}}, conversation=_conversation(tenantId="DEMO")),
        # identity
        _changed("without an id", "identity", id=None),
        _changed("with an empty id", "identity", id=""),
        _changed("with an endless id", "identity", id="1" * 301),
        _changed("with an id that cannot be read", "identity", id="17\x00000"),
        _changed("without a conversation", "tenant", conversation=None),
        _changed("without the conversation's id", "identity", conversation=_conversation(id=None)),
        _changed("with an endless conversation", "identity", conversation=_conversation(id="a" * 301)),
        # body
        _body("nothing at all", "body", lambda _: b""),
        _body("no JSON", "body", lambda _: b"hello"),
        _body("half an activity", "body", lambda scene: _whole_body(scene)[:-20]),
        _body("a list", "body", lambda scene: b"[" + _whole_body(scene) + b"]"),
        _body("broken letters", "body", lambda scene: _whole_body(scene).replace(b"hello", b"\xff\xfe")),
        _body("too deep", "body", _deep),
        _body("too large", "body", lambda scene: json.dumps(scene.activity(value={str(at): "x" * 1_000 for at in range(300)})).encode()),
        _changed("without a type", "body", type=None),
        _changed("with words for a sender", "body", **{"from": "alex"}),
        _changed("with a number for words", "body", text=1),
    )  # fmt: skip


def _brought(scene: Scene) -> str:
    """The header carries the key that signed, and where to fetch it: nobody looks."""
    claims = jwt.decode(scene.token(), options={"verify_signature": False})
    header = {"kid": "key-1", "jwk": STRANGER.public(), "jku": ELSEWHERE, "x5u": ELSEWHERE}
    return jwt.encode(claims, STRANGER.private, "RS256", headers=header)
