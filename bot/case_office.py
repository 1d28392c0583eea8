"""Opens cases, shows them where agents look, and knows their place: asked twice for the same task, it opens one."""

from dataclasses import dataclass
from datetime import timedelta

from bot import past, queue
from bot.case_clocks import BeginClocks, ClocksBegan
from bot.case_file import CaseFiled, CaseShown, Filed, OpenCase, ShowCase, case_of
from bot.case_wish import NoteWish, PersonWished
from bot.conductor import Conductor, Task
from bot.domain.cases import Case, Chat, Wish
from bot.domain.people import PersonId
from bot.domain.roster import ONE_TEAM, Roster, Team
from bot.domain.speech import Channel
from bot.news import CaseOpened, Opening, PlaceFound, Waiting
from bot.ports.clock import Clock
from bot.ports.desk import Desk
from bot.ports.store import Store
from bot.queue import FindPlace

SHOWN_AT_MOST = 1_000
UNTAKEN = 4
"""Times of a first answer after which a case that nobody has is long untaken."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """When which team is there. `takes_turns`: agents take cases there, so that a place in the queue means something.

    `first_answer`: for how long of its hours a case may wait there before it is late.
    """

    roster: Roster = ONE_TEAM
    takes_turns: bool = False
    first_answer: timedelta = timedelta(minutes=15)


class CaseOffice:
    def __init__(self, conductor: Conductor, store: Store, clock: Clock, desk: Desk, staffing: Staffing) -> None:
        self._conductor, self._store, self._clock, self._desk = conductor, store, clock, desk
        self._staffing = staffing

    async def open(self, task: Task) -> CaseOpened:
        wanted = task.effect
        if not isinstance(wanted, OpenCase):
            raise TypeError
        number = await self._store.number("case", task.id)
        team = self._staffing.roster.for_case(wanted.language, wanted.learnt.platform)
        case = Case(
            number, wanted.chat, wanted.person, wanted.name, wanted.reason, wanted.urgency,
            wanted.language, wanted.channel, wanted.learnt, team=team.name,
        )  # fmt: skip
        filed = CaseFiled(case, self._clock.now(), self.late_after(team), self.untaken_after(team))
        await self._conductor.handle(case_of(number), filed, task.id)
        return CaseOpened(number, wanted.opening, await self._waiting(number, team))

    async def place(self, task: Task) -> PlaceFound:
        wanted = task.effect
        if not isinstance(wanted, FindPlace):
            raise TypeError
        filed = await self._conductor.recall(case_of(wanted.number))
        team = self._staffing.roster.named(filed.case.team if isinstance(filed, Filed) else "")
        return PlaceFound(wanted.number, await self._waiting(wanted.number, team))

    async def note_wish(self, task: Task) -> None:
        wanted = task.effect
        if not isinstance(wanted, NoteWish):
            raise TypeError
        wish = Wish(wanted.what, self._clock.now()) if wanted.what else None
        await self._conductor.handle(case_of(wanted.number), PersonWished(wish), task.id)

    async def begin_clocks(self, task: Task) -> None:
        """From now on, in the hours of the team that it waits for."""
        wanted = task.effect
        if not isinstance(wanted, BeginClocks):
            raise TypeError
        filed = await self._conductor.state(case_of(wanted.number))
        team = self._staffing.roster.named(filed.case.team if isinstance(filed, Filed) else "")
        began = ClocksBegan(self._clock.now(), self.late_after(team), self.untaken_after(team))
        await self._conductor.handle(case_of(wanted.number), began, task.id)

    def late_after(self, team: Team) -> float | None:
        """Seconds until the team was there for the time of a first answer; None where it is never there."""
        return self._there_for(team, 1)

    def untaken_after(self, team: Team) -> float | None:
        return self._there_for(team, UNTAKEN) if self._staffing.takes_turns else None

    def _there_for(self, team: Team, times: int) -> float | None:
        now = self._clock.now()
        late = team.hours.after(now, times * self._staffing.first_answer)
        return (late - now).total_seconds() if late else None

    async def _waiting(self, number: int, team: Team) -> Waiting:
        """As it is now: a place that was true a minute ago is no place."""
        hours, now, place = team.hours, self._clock.now(), None
        found = await self._conductor.state(queue.OPEN)
        if self._staffing.takes_turns and isinstance(found, queue.Queue):
            place = queue.place_of(found, number)
        if not hours.is_promise:
            return Waiting(place, team=team.name)
        if hours.is_open(now):
            return Waiting(place, "open", team=team.name)
        opens = hours.opens_after(now)
        if opens is None:
            return Waiting(place, "closed", team=team.name)
        local = opens.astimezone(hours.zone)
        day = hours.day_of(opens, seen_from=now)
        at = Opening(day, f"{local:%Y-%m-%d}", f"{local:%H:%M}", hours.place_name())
        return Waiting(place, "closed", at, team.name)

    async def open_cases(self) -> tuple[Filed, ...]:
        """What is urgent first, then what waits longest."""
        found = await self._conductor.state(queue.OPEN)
        numbers = found.numbers if isinstance(found, queue.Queue) else ()
        filed = [await self._conductor.recall(case_of(number)) for number in numbers[:SHOWN_AT_MOST]]
        cases = [one for one in filed if isinstance(one, Filed) and one.is_open]
        return tuple(sorted(cases, key=lambda one: (one.case.urgency != "urgent", one.since)))

    async def cases_of(self, person: PersonId) -> tuple[Filed, ...]:
        """All that are remembered of them, the newest first."""
        found = await self._conductor.state(past.of_person(person))
        numbers = found.numbers if isinstance(found, past.Past) else ()
        filed = [await self._conductor.state(case_of(number)) for number in reversed(numbers)]
        since = self._clock.now() - past.KEPT
        return tuple(one for one in filed if isinstance(one, Filed) and (one.is_open or one.since > since))

    async def beside(self, filed: Filed) -> tuple[Filed, ...]:
        """Other open cases of that person in a chat that this one has: two agents would speak there."""
        others = (one for one in await self.cases_of(filed.case.person) if one.case.number != filed.case.number)
        return tuple(one for one in others if one.is_open and set(one.case.chats) & set(filed.case.chats))

    async def chat_of(self, person: PersonId, channel: Channel) -> str | None:
        """The conversation in which this person waits for a human or talks with one; nobody goes back to what they have left.

        Nor into one where somebody else sits, and has a human for themselves.
        """
        chats = [
            (filed.case.number, chat.id)
            for filed in await self.open_cases()
            if filed.case.person == person and filed.case.reason != "disowned"
            for chat in (Chat(filed.case.chat, filed.case.channel, filed.left), *filed.case.others)
            if chat.channel == channel and not chat.left
        ]
        return max(chats, default=(0, None))[1]

    async def show(self, task: Task) -> CaseShown | None:
        """At least once: no channel can be asked whether it has shown something already."""
        wanted = task.effect
        if not isinstance(wanted, ShowCase):
            raise TypeError
        shown_as = await self._desk.show(wanted.case, wanted.since, wanted.stage, wanted.shown_as)
        return CaseShown(shown_as, len(wanted.case.learnt.words), wanted.stage, wanted.case.wish) if shown_as else None
