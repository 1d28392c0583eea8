"""A case as it is on file: where it can be, what can happen to it, and what it owes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot import case_aloud, case_release, news
from bot.domain.cases import (
    WAITS,
    Agent,
    Case,
    Closed,
    Learnt,
    Note,
    Outcome,
    Pause,
    Reason,
    Stage,
    Taken,
    Urgency,
    Wish,
)
from bot.domain.concerns import Why
from bot.domain.people import PersonId
from bot.domain.release import Release
from bot.effects import GivenUp


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Owed by whatever cannot go on without a human."""

    chat: str
    person: PersonId
    name: str
    reason: Reason
    urgency: Urgency
    language: str
    channel: str
    learnt: Learnt
    opening: int = 0


BEFORE = timedelta(hours=1)
"""What led to the case was said before it was opened."""


# Where a case can be


@dataclass(frozen=True, slots=True)
class Unfiled: ...


@dataclass(frozen=True, slots=True)
class Span:
    """A chat of one case, from when the case was filed. `pauses`: when that case was closed, and opened again."""

    chat: str
    since: datetime
    pauses: tuple[Pause, ...] = ()

    @property
    def begun(self) -> datetime:
        return self.since - BEFORE

    def covers(self, at: datetime) -> bool:
        return self.begun <= at and not any(one.begun < at < one.ended for one in self.pauses)


@dataclass(frozen=True, slots=True)
class Filed:
    """`shown_as`: where agents see it. `showing`: it is being shown there now; what changes meanwhile is shown after that.

    `heard`: what became of what was released, in the order in which it was told. `late`: the time to take it in is over,
    which ends at `due`.
    `answer_due`: the person waits for an answer of the agent who has it. `changes`: what its ticket was told.
    `said`: how often the person wrote.
    `afterwords`: what they said of how it was. `concerns`: what supervisors were told of it. `joining`: cases of
    theirs that were asked into this one; it stays open until they have answered. `merged`: those that came.
    `followed`: whoever has it talks in their own chat, which is told.
    `idle`: nothing has happened in it for long, and whoever has it was asked.
    `answered`: since it was filed, opened again or put back, an agent has answered.
    `spans`: of each case that it is now, what its agents may read in its chat.
    """

    case: Case
    since: datetime
    shown_as: str | None = None
    showing: bool = True
    stage: Stage = WAITS
    release: Release | None = None
    heard: tuple[str, ...] = ()
    left: bool = False
    late: bool = False
    due: datetime | None = None
    answer_due: bool = False
    changes: int = 0
    afterwords: tuple[str, ...] = ()
    said: int = 0
    notes: tuple[Note, ...] = ()
    followed: bool = False
    concerns: tuple[Why, ...] = ()
    joining: tuple[int, ...] = ()
    merged: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()
    idle: bool = False
    answered: bool = False

    @property
    def is_open(self) -> bool:
        return not isinstance(self.stage, Closed)

    def begun(self, chat: str) -> datetime:
        """From when on what was said in that chat belongs to it, or to one that became part of it."""
        return min((one.begun for one in self.spans if one.chat == chat), default=self.since)

    def covers(self, at: datetime, chat: str) -> bool:
        """Was it said in one of the cases that it is now, or just before it? While it is closed the bot alone hears them."""
        is_over = isinstance(self.stage, Closed) and at > self.stage.at
        return not is_over and any(one.chat == chat and one.covers(at) for one in self.spans)

    def paused(self, pause: Pause) -> "Filed":
        spans = tuple(replace(one, pauses=(*one.pauses, pause)) for one in self.spans)
        return replace(self, spans=spans)

    @property
    def holder(self) -> Agent | None:
        return self.stage.by if isinstance(self.stage, Taken) else None


State: TypeAlias = Unfiled | Filed


# What can happen to it


@dataclass(frozen=True, slots=True)
class CaseFiled:
    """`late_after`, `untaken_after`: seconds, of which only those of opening hours were counted."""

    case: Case
    at: datetime
    late_after: float | None = None
    untaken_after: float | None = None


@dataclass(frozen=True, slots=True)
class PersonAdded:
    """Words of the person, masked at the door. `chat`: where they wrote them."""

    text: str
    chat: str = ""


@dataclass(frozen=True, slots=True)
class PersonLookedBack:
    """Their words about how it was, masked at the door. The mark is not among them: it is nobody's in particular."""

    text: str


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """Whoever sat there said that they are somebody else: nothing more is said in that chat."""

    chat: str = ""


@dataclass(frozen=True, slots=True)
class CaseShown:
    """Agents see it now, in that stage, with that wish and with that many of the person's messages."""

    shown_as: str
    messages: int
    stage: Stage = WAITS
    wish: Wish | None = None


@dataclass(frozen=True, slots=True)
class CaseTaken:
    by: Agent
    at: datetime


@dataclass(frozen=True, slots=True)
class CasePutBack:
    """`silent`: the agent did not do it; their time was over."""

    by: Agent
    silent: bool = False


@dataclass(frozen=True, slots=True)
class CaseKept:
    """The agent is still on it, though nothing else shows that."""

    by: Agent


@dataclass(frozen=True, slots=True)
class AgentHeard:
    """The person has words of this agent."""

    agent: str


@dataclass(frozen=True, slots=True)
class CaseClosed:
    by: Agent
    at: datetime
    outcome: Outcome
    tags: tuple[str, ...] = ()


OfKey: TypeAlias = (
    news.LinkExpired | news.LinkVoided | news.Proved | news.NotProved | news.SomebodyInsists | news.KeyShown | news.KeyDamaged
    | news.KeyOutOfReach | news.ComputerChangedHands | news.OutcomeGiven | news.GrantEnded | news.KeyChanged | news.KeyChangeImpossible
)  # fmt: skip
ByAgent: TypeAlias = CaseTaken | CasePutBack | CaseKept | CaseClosed
OfRelease: TypeAlias = case_release.Event | GivenUp
Event: TypeAlias = (
    CaseFiled | PersonAdded | PersonLookedBack | PersonLeft | AgentHeard | CaseShown | ByAgent | OfRelease | OfKey
)
case_of = case_aloud.case_of


# What it owes


@dataclass(frozen=True, slots=True)
class ShowCase:
    case: Case
    since: datetime
    shown_as: str | None
    stage: Stage = WAITS
