"""Where no desk is configured, cases wait in the store; `sparekey cases list` shows them."""

from datetime import datetime

from bot.domain.cases import Case, Stage


class NoDesk:
    async def show(self, case: Case, since: datetime, stage: Stage, shown_as: str | None) -> str | None:
        del case, since, stage, shown_as
        return None
