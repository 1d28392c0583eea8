"""Where no desk is configured, cases wait in the store; `sparekey cases list` shows them."""

from datetime import datetime

from bot.domain.cases import Case


class NoDesk:
    async def show(self, case: Case, since: datetime, shown_as: str | None) -> str | None:
        del case, since, shown_as
        return None
