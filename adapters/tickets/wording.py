"""What agents of another system read in a ticket: sentences of the catalogue, made of the few facts that a ticket has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.tags import Tag, titles
from bot.domain.tickets import Entry, Ticket
from bot.ports.words import Words

Named = Literal["name", "name_and_id"]


@dataclass(frozen=True, slots=True)
class Wording:
    """`named`: whether a person's id in the directory goes along with their name."""

    words: Words
    language: str
    named: Named = "name"
    tags: Sequence[Tag] = ()

    def title(self, ticket: Ticket) -> str:
        return self._phrase("ticket.title", case=str(ticket.number), reason=self._reason(ticket))

    def description(self, ticket: Ticket) -> str:
        language = ticket.language if ticket.language in self.words.languages else "en"
        rows = {
            "case.who": self.who(ticket),
            "case.reason": self._reason(ticket),
            "case.device": ticket.device_name or self._phrase("case.unknown"),
            "case.language": self._phrase(f"case.languages.{language}"),
            "case.channel": self._phrase(f"case.channels.{ticket.channel}"),
        }
        return "\n".join(f"{self._phrase(name)}: {value}" for name, value in rows.items())

    def note(self, ticket: Ticket, entry: Entry) -> str:
        """With the id of the entry, by which whoever reads it knows that it is the same."""
        if entry.into:
            return self._noted(
                ticket, entry, self._phrase("ticket.merged", case=str(ticket.number), into=str(entry.into))
            )
        happened = self._phrase(f"ticket.{entry.stage}", case=str(ticket.number))
        outcome = f" {self._phrase(f'desk.outcome.{entry.outcome}')}" if entry.outcome else ""
        tags = ", ".join(titles(self.tags, entry.tags, self.language))
        tagged = f" {self._phrase('ticket.tags', tags=tags)}" if tags else ""
        team = f" {self._phrase('ticket.team', team=entry.team)}" if entry.team and entry.stage != "closed" else ""
        return self._noted(ticket, entry, f"{happened}{team}{outcome}{tagged}")

    @staticmethod
    def _noted(ticket: Ticket, entry: Entry, words: str) -> str:
        moment = f"{entry.at:%Y-%m-%d %H:%M} UTC. " if entry.at else ""
        return f"{moment}{words} [{entry.id_in(ticket)}]"

    def who(self, ticket: Ticket) -> str:
        return f"{ticket.name} ({ticket.person.object_id})" if self.named == "name_and_id" else ticket.name

    def _reason(self, ticket: Ticket) -> str:
        return self._phrase(f"case.reasons.{ticket.reason}")

    def _phrase(self, text: str, **facts: str) -> str:
        return self.words.phrase(self.language, text, facts)
