"""Direct Line tokens: who speaks in which conversation, for half an hour, signed by us and bound to a living session."""

import base64
import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import orjson

from bot.domain.people import PersonId

Use = Literal["token", "stream"]
LIVES: dict[Use, timedelta] = {"token": timedelta(minutes=30), "stream": timedelta(seconds=60)}
REMEMBERED = 4_096
_HEAD = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=")


class BadToken(Exception):
    """Forged, expired, or meant for something else: the caller learns no more."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What a token says. `session` is the hash of the session that it lives and dies with."""

    conversation: str
    user: str
    session: str
    use: Use
    expires: float


class Tokens:
    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: OrderedDict[str, Pass] = OrderedDict()

    def make(self, conversation: str, user: str, session: str, use: Use, now: datetime) -> str:
        expires = int((now + LIVES[use]).timestamp())
        claims = {"conv": conversation, "user": user, "sid": session, "use": use, "exp": expires}
        content = _HEAD + b"." + _encode(orjson.dumps(claims))
        return (content + b"." + self._sign(content)).decode()

    def read(self, token: str, use: Use, now: datetime) -> Pass:
        """Raises BadToken. A signature that held once is not worked out again; the time always is."""
        known = self._known.get(token)
        if known is None:
            known = self._verify(token)
            self._known[token] = known
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        if known.use != use or now.timestamp() >= known.expires:
            raise BadToken
        return known

    def _verify(self, token: str) -> Pass:
        content, _, signature = token.encode("utf-8", "replace").rpartition(b".")
        if not hmac.compare_digest(self._sign(content), signature) or not content.startswith(_HEAD + b"."):
            raise BadToken
        claims = orjson.loads(base64.urlsafe_b64decode(content[len(_HEAD) + 1 :] + b"=="))
        return Pass(claims["conv"], claims["user"], claims["sid"], claims["use"], float(claims["exp"]))

    def _sign(self, content: bytes) -> bytes:
        return _encode(hmac.digest(self._key, content, hashlib.sha256))


def user_of(person: PersonId) -> str:
    """The name a person has on the wire: always the same, and it gives nobody away."""
    return f"dl_{hashlib.sha256(str(person).encode()).hexdigest()[:24]}"


def _encode(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
