"""How whoever looks after the desk hears that cases wait too long."""

from datetime import datetime
from typing import Protocol

from bot.domain.concerns import WaitingCase


class Supervisors(Protocol):
    async def cases_wait(self, notice_id: str, cases: tuple[WaitingCase, ...], at: datetime) -> None:
        """Tell it. The same id is the same notice, however often it is asked for. Raises what may be tried again."""


class NobodyTold:
    """Where no address is named: what waits stands on the supervisors' page."""

    async def cases_wait(self, notice_id: str, cases: tuple[WaitingCase, ...], at: datetime) -> None:
        del notice_id, cases, at
