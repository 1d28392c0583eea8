"""Where agents see that somebody waits."""

from datetime import datetime
from typing import Protocol

from bot.domain.cases import Case, Stage


class Desk(Protocol):
    async def show(self, case: Case, since: datetime, stage: Stage, shown_as: str | None) -> str | None:
        """Show the case, or show it anew where it stands as `shown_as`. The answer names that place; None: there is none."""
