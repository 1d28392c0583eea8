"""Tells people, by another way than the chat, what happened under their name."""

from datetime import datetime
from typing import Literal, Protocol

from bot.domain.people import PersonId

Alarm = Literal["key_released", "key_shown", "key_read_aloud", "block_lifted"]
"""Agents are about to release a key; it was shown; one read it to the person; they lifted a freeze, of a device where one is named."""


class Notices(Protocol):
    async def key_shown(self, notice_id: str, person: PersonId, device_name: str, at: datetime, link: str) -> None:
        """`link` leads to "This was not me". Asking twice with one id tells once."""

    async def approval_asked(
        self, notice_id: str, person: PersonId, approver: PersonId | None, device_name: str, at: datetime, link: str
    ) -> None:
        """To the approver alone, None being security: the person asks. `link` leads to their page. Otherwise as `key_shown`."""

    async def enrolment_changed(self, notice_id: str, person: PersonId, what: str, at: datetime, link: str) -> None:
        """`what` is one of `authenticator_added`, `_replaced`, `_removed`. Otherwise as `key_shown`."""

    async def at_every_address(
        self, notice_id: str, person: PersonId, what: Alarm, device_name: str, at: datetime, link: str
    ) -> None:
        """For what agents do without the person's own proof: to all addresses on record. Otherwise as `key_shown`."""
