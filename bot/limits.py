"""How often what may happen in a day, and how long to wait after failures: numbers, and moments that are counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(hours=24)
LINKS_A_DAY = 12
"""In one session: nothing is proved for a link, so whoever has a copy of a session uses up that session's alone."""
LINKS_OF_ONE_A_DAY = 60
"""Of one person or device, whatever the session: so many that only who signs in again and again comes near."""
VOUCHED_LINKS_A_DAY = 120
"""Whoever an agent has looked at is not held up by what went wrong before; the agents have caps of their own."""
RELEASES_A_SHIFT, READINGS_A_SHIFT = 20, 5
"""Words of one agent, and those among them for a key that is read aloud, which is rare."""
CODES_A_DAY_BY_NETWORK = 60
"""Wrong ones: a guest network may be behind one address, and a code has 44 bits."""
FAILURES_A_DAY = 15
FREE_TRIES, FIRST_WAIT, LONGEST_WAIT = 5, timedelta(seconds=10), timedelta(minutes=5)
"""As many failures as one link allows cost no wait; each one more doubles it."""
FREE_IN_A_NETWORK = 50
"""A whole company may come from one address. The waits alone hold it back; they allow some 340 failures a day."""
FREE_EVERYWHERE = 300
"""Of everybody together. More is no bad morning any more: somebody guesses, from many accounts or many networks."""
LOOK_UPS_A_DAY, LOOK_UPS_OF_ONE_A_DAY = 40, 200
"""In one session, and of one person whatever the session, as links are. Of an agent in a shift as many as in a session."""
APPROVALS_A_DAY = 4
ASKED_A_DAY, SECURITY_ASKED_A_DAY = 12, 60
"""How often one approver is asked: nobody can flood them with mails."""


@dataclass(frozen=True, slots=True)
class Moment:
    id: str
    at: datetime


def counted(moments: tuple[Moment, ...], id_: str, now: datetime, at_most: int | None) -> tuple[Moment, ...]:
    """What has left the window is forgotten; one more is counted only if the limit allows it."""
    recent = tuple(moment for moment in moments if now - moment.at < WINDOW)
    return (*recent, Moment(id_, now)) if at_most is None or len(recent) < at_most else recent


def was_allowed(moments: tuple[Moment, ...], id_: str) -> bool:
    return any(moment.id == id_ for moment in moments)


def wait_before(tries: tuple[Moment, ...], id_: str, now: datetime, free: int) -> timedelta:
    """How long it is too soon for this try."""
    before = [moment.at for moment in tries if moment.id != id_ and now - moment.at < WINDOW]
    if len(before) < free:
        return timedelta(0)
    wait = FIRST_WAIT
    for _ in before[free:]:
        wait = min(wait * 2, LONGEST_WAIT)
    return max(before[-1] + wait - now, timedelta(0))
