"""Who is asking: identity is tenant and object id, never a mail address or a name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

HowSignedIn = Literal["demo", "oidc", "teams"]
Network = Literal["inside", "outside", "unknown"]


@dataclass(frozen=True, slots=True)
class PersonId:
    tenant: str
    object_id: str

    def __str__(self) -> str:
        return f"{self.tenant}/{self.object_id}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the directory, as the directory knows them now."""

    id: PersonId
    name: str
    given_name: str
    mail: str
    manager: PersonId | None = None
    language: str = "en"
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is speaking, and how that is known. Made only by a sign-in, a session, or the channel's gate.

    `network`: where the conversation was opened from, as far as the channel shows it.
    """

    id: PersonId
    name: str
    given_name: str
    how: HowSignedIn
    signed_in_at: datetime
    on_shared_computer: bool = False
    network: Network = "unknown"

    @property
    def session_since(self) -> datetime | None:
        """Which of their web sessions this is; None in Teams, where one lasts for ever."""
        return None if self.how == "teams" else self.signed_in_at
