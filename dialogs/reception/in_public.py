"""Where others read along, nothing is said about anybody: only where to find the chat for one."""

from dataclasses import dataclass

from bot.domain.speech import SpokenTo
from bot.effects import Say
from bot.flow import Step


@dataclass(frozen=True, slots=True)
class Listening:
    """It has no memory: what was said in public is not kept."""


def step(state: Listening, event: object) -> Step[Listening, Say]:
    if not isinstance(event, SpokenTo):
        return Step(state)
    return Step(state, (Say("teams.in_public", language=event.language),))
