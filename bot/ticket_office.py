"""Writes what a ticket is owed. A system that is down is asked again; one that refuses us is an administrator's business."""

import structlog

from bot.conductor import Task
from bot.domain.errors import TicketsRefuse
from bot.ports.tickets import Tickets
from bot.ticket import TicketRefused, TicketWritten, WriteTicket

log = structlog.get_logger()


class TicketOffice:
    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def write(self, task: Task) -> TicketWritten | TicketRefused:
        wanted = task.effect
        if not isinstance(wanted, WriteTicket):
            raise TypeError
        try:
            written = await self._tickets.write(wanted.ticket, wanted.entries, wanted.written)
        except TicketsRefuse as refused:
            log.error("the ticket system refuses us", flow=task.flow_id, why=str(refused))  # noqa: TRY400 - its words are ours
            return TicketRefused()
        return TicketWritten(wanted.entries[-1].nth, written)
