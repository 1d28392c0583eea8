"""Where no ticket system is configured, a case is its own record."""

from bot.domain.tickets import Entry, Ticket, Written


class Nowhere:
    async def write(self, ticket: Ticket, entries: tuple[Entry, ...], written: Written | None) -> Written | None:
        del ticket, entries, written
        return None

    async def trouble(self) -> str:
        return ""
