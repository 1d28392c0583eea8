"""Secrets at rest: each under a data key of its own, wrapped by the installation's key, bound to the row it belongs to."""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.domain.secret import Secret

NONCE, KEY, TAG = 12, 32, 16
_WRAPPED = NONCE + KEY + TAG


class BrokenSeal(Exception):
    """The bytes were changed, moved to another row, or sealed under another key."""


class Seal:
    """AES-256-GCM twice: the value under a fresh key, that key under the wrapping key. `bound_to` is authenticated with both."""

    def __init__(self, wrapping_key: bytes) -> None:
        self._wrapper = AESGCM(wrapping_key)
        self._marking_key = hmac.digest(wrapping_key, b"mark", hashlib.sha256)

    def close(self, secret: Secret, bound_to: str) -> bytes:
        data_key = secrets.token_bytes(KEY)
        return self._wrap(data_key, bound_to) + _encrypt(AESGCM(data_key), secret.open_to("seal").encode(), bound_to)

    def open(self, sealed: bytes, bound_to: str) -> Secret:
        """Raises BrokenSeal."""
        data_key = self._unwrap(sealed[:_WRAPPED], bound_to)
        return Secret(_decrypt(AESGCM(data_key), sealed[_WRAPPED:], bound_to).decode())

    def rewrapped(self, sealed: bytes, bound_to: str, new: "Seal") -> bytes:
        """The same value under another wrapping key; the value itself stays closed."""
        return new._wrap(self._unwrap(sealed[:_WRAPPED], bound_to), bound_to) + sealed[_WRAPPED:]  # noqa: SLF001 - one of us

    def mark(self, secret: Secret) -> str:
        """Tells two equal secrets without opening either; says nothing to whoever lacks the wrapping key."""
        return hmac.digest(self._marking_key, secret.open_to("seal").encode(), hashlib.sha256).hex()

    def _wrap(self, data_key: bytes, bound_to: str) -> bytes:
        return _encrypt(self._wrapper, data_key, f"key of {bound_to}")

    def _unwrap(self, wrapped: bytes, bound_to: str) -> bytes:
        return _decrypt(self._wrapper, wrapped, f"key of {bound_to}")


def _encrypt(cipher: AESGCM, value: bytes, bound_to: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + cipher.encrypt(nonce, value, bound_to.encode())


def _decrypt(cipher: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], bound_to.encode())
    except (InvalidTag, ValueError) as error:
        raise BrokenSeal from error
