"""What agents do with a case between themselves. Rights are asked each time; nobody reads or writes notes on their own case."""

import secrets

from bot import case_handing, case_merging, queue
from bot.agents import NotAnAgent, RightsUnknown
from bot.case_file import Filed, case_of
from bot.case_office import CaseOffice
from bot.conductor import Conductor
from bot.domain.cases import Agent, Closed, Note
from bot.domain.errors import SourceUnavailable
from bot.domain.people import PersonId
from bot.domain.roster import Roster
from bot.domain.tidy import kept
from bot.helpdesk import Helpdesk, Refused
from bot.ports.clock import Clock
from bot.ports.sources import Logins

LONGEST_NOTE = 1_000


class HandingOn:
    def __init__(
        self, desk: Helpdesk, conductor: Conductor, office: CaseOffice, roster: Roster, logins: Logins, clock: Clock
    ) -> None:
        self._desk, self._conductor, self._office, self._roster = desk, conductor, office, roster
        self._logins, self._clock = logins, clock

    async def note(self, who: PersonId, number: int, words: str, form: str) -> None:
        """For colleagues, whoever has the case, also when it is closed. One form is one note; keys go no further than here."""
        agent, filed = await self._not_their_own(who, number)
        note = self._note_of(agent, words)
        if len(filed.notes) >= case_handing.NOTES_KEPT:
            raise Refused("many_notes")
        await self._conductor.handle(case_of(number), case_handing.NoteAdded(note), f"noted/{agent.id}/{form}")

    async def hand_over(self, who: PersonId, number: int, login: str, words: str, form: str) -> None:
        """To a colleague, who has it at once. Raises Refused where they are no agent, or it is their own."""
        agent, filed = await self._not_their_own(who, number)
        self._desk.require_holder(filed, agent)
        note, to = self._note_of(agent, words), await self._colleague(login)
        if to.id == agent.id:
            raise Refused("yourself")
        if to.id == filed.case.person:
            raise Refused("their_own", to.name)
        handed = case_handing.CaseHandedOver(agent, to, note.at, note)
        after = await self._conductor.handle(case_of(number), handed, f"handed over/{agent.id}/{form}")
        self._desk.require_holder(after, to)

    async def to_team(self, who: PersonId, number: int, team: str, words: str, form: str) -> None:
        """Back into the queue, for another team. Whoever is in none of its groups may take it from there as well."""
        agent, filed = await self._not_their_own(who, number)
        self._desk.require_holder(filed, agent)
        if team not in self._roster.names or team == filed.case.team:
            raise Refused("no_team")
        late_after = self._office.late_after(self._roster.named(team))
        moved = case_handing.CaseToTeam(agent, team, self._note_of(agent, words), late_after)
        await self._conductor.handle(case_of(number), moved, f"to team/{agent.id}/{form}")

    async def reopen(self, who: PersonId, number: int) -> None:
        """A closed case, for whoever opens it. Where it still leaves the queue it would be lost there: that is waited for.

        Where the person has another open in the same chat, its agent alone speaks there.
        """
        agent, filed = await self._not_their_own(who, number)
        found = await self._conductor.state(queue.OPEN)
        if isinstance(filed.stage, Closed) and filed.stage.into:
            raise Refused("merged", str(filed.stage.into))
        if isinstance(filed.stage, Closed) and isinstance(found, queue.Queue) and number in found.numbers:
            raise Refused("closing")
        for other in await self._office.beside(filed):
            raise Refused("another_open", str(other.case.number))
        team = self._roster.named(filed.case.team)
        late, untaken = self._office.late_after(team), self._office.untaken_after(team)
        reopened = case_handing.CaseReopened(agent, self._clock.now(), late, untaken)
        after = await self._conductor.handle(case_of(number), reopened, f"reopened/{agent.id}/{filed.changes}")
        self._desk.require_holder(after, agent)

    async def merge(self, who: PersonId, number: int, other: int) -> None:
        """Another open case of the same person goes on in the one that the agent has. The other decides whether it comes."""
        agent, filed = await self._not_their_own(who, number)
        self._desk.require_holder(filed, agent)
        theirs = await self._desk.filed(other)
        if theirs.case.person != filed.case.person:
            raise Refused("no_case")
        asked = case_merging.MergeAsked(other, agent, self._clock.now())
        await self._conductor.handle(case_of(number), asked, f"merged/{agent.id}/{secrets.token_hex(8)}")
        after = await self._desk.filed(number)
        if other not in (*after.joining, *after.merged):
            holder = (await self._desk.filed(other)).holder
            raise Refused("taken", holder.name) if holder and holder != agent else Refused("gone")

    async def _colleague(self, login: str) -> Agent:
        """Whoever is none is refused alike, known or not."""
        try:
            found = await self._logins.by_login(login.strip()[:200])
        except SourceUnavailable as error:
            raise RightsUnknown from error
        if found is None:
            raise Refused("no_colleague")
        try:
            return await self._desk.agents.require(found.id, as_of_now=True)
        except RightsUnknown:
            raise
        except NotAnAgent as error:
            raise Refused("no_colleague") from error

    async def _not_their_own(self, who: PersonId, number: int) -> tuple[Agent, Filed]:
        agent = await self._desk.agents.require(who)
        filed = await self._desk.filed(number)
        if filed.case.person == agent.id:
            raise Refused("own_case")
        return agent, filed

    def _note_of(self, agent: Agent, words: str) -> Note:
        text = kept(words, LONGEST_NOTE).text
        if not text:
            raise Refused("no_note")
        return Note(agent, self._clock.now(), text)
