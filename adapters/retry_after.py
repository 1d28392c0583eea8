"""How long somebody who is busy asks us to wait: the header Retry-After, in either of its forms."""

from datetime import datetime
from email.utils import parsedate_to_datetime

DIGITS = 6
"""Eleven days: whoever asks for more means never."""


def retry_after(text: str | None, now: datetime) -> float | None:
    """Seconds from `now`. None: nothing was asked, or nonsense."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return float(text[:DIGITS])
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return max((at - now).total_seconds(), 0.0) if at.tzinfo else None
