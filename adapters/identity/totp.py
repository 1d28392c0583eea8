"""Authenticator codes (RFC 6238: SHA-1, six digits, thirty seconds), pure and in constant time."""

import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote

PERIOD, DIGITS = 30, 6


def counter_at(moment: datetime) -> int:
    return int(moment.timestamp()) // PERIOD


def totp_code(seed: bytes, counter: int) -> str:
    digest = hmac.digest(seed, counter.to_bytes(8), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_counter(seed: bytes, code: str, moment: datetime, *, newer_than: int) -> int | None:
    """The step whose code this is: the present one or the one before, if newer than the last one used."""
    given = code.encode("utf-8", "replace")
    now = counter_at(moment)
    matching = None
    for counter in (now - 1, now):  # both are worked out, whichever fits
        fits = hmac.compare_digest(totp_code(seed, counter).encode(), given)
        if fits and counter > newer_than:
            matching = counter
    return matching


def provisioning_uri(seed_base32: str, account: str, issuer: str) -> str:
    """What an authenticator app reads from the enrolment's QR code. As secret as the seed in it."""
    secret = seed_base32.rstrip("=")  # the apps want no padding
    name, by = quote(account, safe=""), quote(issuer, safe="")
    return f"otpauth://totp/{by}:{name}?secret={secret}&issuer={by}"
