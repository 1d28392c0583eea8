"""The flow of an agent's fresh sign-in: for one case, in one browser, for a few minutes. A newer one takes its place."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from bot.domain.audit import Fact
from bot.domain.people import PersonId
from bot.flow import Step

PERMISSION_LIVES = timedelta(minutes=5)


# Where it can be


@dataclass(frozen=True, slots=True)
class Unpermitted: ...


@dataclass(frozen=True, slots=True)
class Permitted:
    """The agent has just signed in freshly, for this case. `session`: as it is in the browser that came back."""

    case: int
    session: str
    until: datetime

    def covers(self, case: int, session: str, at: datetime) -> bool:
        return (self.case, self.session) == (case, session) and at < self.until


State: TypeAlias = Unpermitted | Permitted


# What can happen to it


@dataclass(frozen=True, slots=True)
class SteppedUp:
    agent: PersonId
    case: int
    session: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StepUpRefused:
    """Somebody else signed in where the agent was to. What was permitted stays with whoever has it."""

    agent: PersonId
    case: int


Event: TypeAlias = SteppedUp | StepUpRefused


def of_agent(agent: PersonId) -> str:
    return f"agent:{agent}"


def step(state: State, event: Event) -> Step[State, object]:
    match event:
        case SteppedUp(agent, case, session, at):
            permitted = Permitted(case, session, at + PERMISSION_LIVES)
            return Step(permitted, facts=(Fact("agent.signed_in_again", agent, {"case": str(case)}),))
        case StepUpRefused(agent, case):
            about = {"case": str(case), "why": "another person"}
            return Step(state, facts=(Fact("agent.sign_in_failed", agent, about),))
        case _:
            assert_never(event)
