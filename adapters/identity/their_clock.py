"""Our clock beside theirs: sign-ins are judged to the second, so a clock that is wrong refuses honest people."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from aiohttp import hdrs

from bot.ports.clock import Clock

PATIENCE = aiohttp.ClientTimeout(total=10)
A_SECOND = timedelta(seconds=1)


async def seconds_ahead(http: aiohttp.ClientSession, url: str, clock: Clock) -> float | None:
    """By how much ours is ahead of theirs at the least; negative when it is behind. None when they do not say.

    They tell whole seconds, at some moment between our question and their answer: what that explains is no difference.
    """
    asked = clock.now()
    try:
        async with http.get(url, timeout=PATIENCE, allow_redirects=False) as answer:
            theirs = _told(answer)
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return None
    answered = clock.now()
    ahead, behind = asked - (theirs + A_SECOND), theirs - answered
    return max(ahead.total_seconds(), 0.0) - max(behind.total_seconds(), 0.0)


def _told(answer: aiohttp.ClientResponse) -> datetime:
    """What comes from a cache on the way says how old it is. Raises KeyError, ValueError."""
    told = parsedate_to_datetime(answer.headers[hdrs.DATE])
    age = answer.headers.get(hdrs.AGE, "0")
    since = timedelta(seconds=int(age[:9])) if age.isascii() and age.isdigit() else timedelta(0)
    return (told if told.tzinfo else told.replace(tzinfo=UTC)) + since
