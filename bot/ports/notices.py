"""Tells people, by another way than the chat, what happened under their name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.domain.people import PersonId

About = Literal["key_shown", "enrolment_changed", "approval_asked", "key_released", "key_read_aloud", "block_lifted"]
"""The last three: agents are about to release a key; one read it to the person; they lifted a freeze, of a device where one is named."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`person`: under whose name it happened. `link` leads to "This was not me", or for an approver to their page.

    `link_of_others`: for readers who are somebody else; their page names the person.

    `change` of an enrolment: `authenticator_added`, `_replaced` or `_removed`.
    `approver`: whom alone the person asks, None being security.
    `widely`: what agents do without the person's own proof, to all addresses on record.
    """

    id: str
    about: About
    person: PersonId
    at: datetime
    link: str
    device_name: str | None = None
    change: str | None = None
    approver: PersonId | None = None
    widely: bool = False
    link_of_others: str = ""


class Notices(Protocol):
    async def tell(self, notice: Notice) -> None:
        """Asking twice with one id tells once."""
