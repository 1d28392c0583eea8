"""Tells the owner of a key, by another way than the chat, that it was shown."""

from datetime import datetime
from typing import Protocol

from bot.domain.people import PersonId


class Notices(Protocol):
    async def key_shown(self, notice_id: str, person: PersonId, device_name: str, at: datetime, link: str) -> None:
        """`link` leads to "This was not me". Asking twice with one id tells once."""
