"""Where the organisation keeps its tickets."""

from typing import Protocol

from bot.domain.tickets import Entry, Ticket, Written


class Tickets(Protocol):
    async def write(self, ticket: Ticket, entries: tuple[Entry, ...], written: Written | None) -> Written | None:
        """Bring the entries into the ticket, and make it first where there is none. The last entry is how the case stands.

        Asked again for the same, it has written once. None: tickets are kept nowhere. Raises ChannelBusy, TicketsRefuse.
        """

    async def trouble(self) -> str:
        """For an administrator: why nothing could be written now; empty when all seems well."""
