"""The address of a challenge and its number, worked out from a secret of the installation: nothing to steal is stored."""

import base64
import hashlib
import hmac


class Links:
    """A challenge's id, its number and its 256-bit link are keyed hashes: the same after a crash, unknown to readers of the database."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def challenge_id(self, owed_id: str) -> str:
        return _text(self._hash("challenge", owed_id)[:16])

    def number(self, challenge_id: str) -> str:
        return str(10 + int.from_bytes(self._hash("number", challenge_id)) % 90)

    def link(self, challenge_id: str) -> str:
        return f"{challenge_id}.{_text(self._hash('link', challenge_id))}"

    def challenge_of(self, link: str) -> str | None:
        """None for a link that we did not make. Takes the same time for every wrong one."""
        challenge_id, _, _rest = link.partition(".")
        right = hmac.compare_digest(self.link(challenge_id).encode(), link.encode("utf-8", "replace"))
        return challenge_id if right else None

    def approval_id(self, challenge_id: str) -> str:
        return _text(self._hash("approval", challenge_id)[:16])

    def approval_number(self, approval_id: str, approver: str, other_than: str) -> str:
        """Another for each approver, and never the one that stands in the chat."""
        place = int.from_bytes(self._hash("approval number", f"{approval_id}\n{approver}")) % 90
        number = str(10 + place)
        return str(10 + (place + 1) % 90) if number == other_than else number

    def objection(self, owed_id: str, subject: str) -> str:
        """The link of "This was not me"."""
        return _text(self._hash("objection", f"{owed_id}\n{subject}"))

    def _hash(self, purpose: str, about: str) -> bytes:
        return hmac.digest(self._secret, f"{purpose}\n{about}".encode(), hashlib.sha256)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
