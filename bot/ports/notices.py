"""Tells people, by another way than the chat, what happened under their name."""

from datetime import datetime
from typing import Protocol

from bot.domain.people import PersonId


class Notices(Protocol):
    async def key_shown(self, notice_id: str, person: PersonId, device_name: str, at: datetime, link: str) -> None:
        """`link` leads to "This was not me". Asking twice with one id tells once."""

    async def enrolment_changed(self, notice_id: str, person: PersonId, what: str, at: datetime, link: str) -> None:
        """`what` is one of `authenticator_added`, `_replaced`, `_removed`. Otherwise as `key_shown`."""
