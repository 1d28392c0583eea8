"""Who is signed in to the web: server-side sessions that end by age, by idleness, or from here at once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.people import PersonId, Principal


@dataclass(frozen=True, slots=True)
class Lives:
    """How long a session lives at most, and how long when nobody does anything."""

    longest: timedelta
    idle: timedelta


ON_ONES_OWN = Lives(timedelta(hours=8), timedelta(minutes=30))
ON_A_SHARED_COMPUTER = Lives(timedelta(minutes=30), timedelta(minutes=10))
A_WHILE = timedelta(minutes=1)
"""What is done so soon after something else need not be noted: one write a minute is enough."""


def lives_of(principal: Principal) -> Lives:
    return ON_A_SHARED_COMPUTER if principal.on_shared_computer else ON_ONES_OWN


@dataclass(frozen=True, slots=True)
class Session:
    """`id` is the hash of the cookie. `chat` is the conversation that this session speaks in, if it has begun one.

    `seen_at`: when the person last did something. What a tab does by itself is nothing that a person did.
    """

    id: str
    principal: Principal
    csrf: str
    chat: str | None
    seen_at: datetime
    ends_at: datetime

    def is_over(self, at: datetime) -> bool:
        return at >= self.ends_at or at - self.seen_at >= lives_of(self.principal).idle

    def stepped_up(self, browser: str) -> "Session":
        """The same session in the browser that came back from a fresh sign-in: who only has a copy of its cookie is not there."""
        return replace(self, id=f"{self.id}.{browser}")

    def has_rested(self, at: datetime) -> bool:
        """Is it worth a `touch`?"""
        return at - self.seen_at >= A_WHILE


class Sessions(Protocol):
    async def begin(self, session: Session) -> None: ...

    async def find(self, session_id: str, at: datetime) -> Session | None:
        """None when unknown or ended, and for good when it is over. A look: the session goes on idling."""

    async def touch(self, session_id: str, at: datetime) -> None:
        """The person did something: opened a page, posted a form, said something. Revives nothing that is over."""

    async def speaks_in(self, session_id: str, chat: str) -> None: ...

    async def end(self, session_id: str) -> None: ...

    async def end_all(self, person: PersonId) -> tuple[str, ...]:
        """The ids of those that ended, so that their sockets can be closed."""
