"""While a human has the conversation the bot is silent: it carries words to the case, and the agent's words to the person."""

from bot.case_file import AgentHeard, PersonAdded, case_of
from bot.case_pictures import PictureAdded
from bot.domain.audit import Fact
from bot.domain.speech import Heard
from bot.effects import LetSleep, Say, Tell
from bot.news import AgentSaid
from dialogs import said
from dialogs.handoff.states import WithHuman

Speech = tuple[tuple[object, ...], tuple[Fact, ...]]
"""Effects and facts."""


def is_for_human(heard: Heard, meant: said.Said) -> bool:
    """Typed words are; a button is an answer to the bot. That something was stolen the bot hears as well, and acts."""
    return heard.choice is None and not isinstance(meant, said.LostReported)


def to_human(human: WithHuman, heard: Heard) -> Speech:
    """Nothing is answered, except where somebody has pasted a key, or sent a picture: nobody knows what stands in one."""
    told = (Tell(case_of(human.number), PersonAdded(heard.text)),) if heard.text else ()
    pasted = (Say("reception.key_pasted"),) if heard.had_key else ()
    shown = pictures_to(human, heard) if heard.shown or heard.unfit else pictures(heard)
    return (*told, *pasted, *shown), (Fact("key.pasted"),) if heard.had_key else ()


def pictures(heard: Heard) -> tuple[Say, ...]:
    """The agent reads this as well, and so knows that there was one."""
    return (Say("handoff.no_pictures"),) if heard.photo else ()


def pictures_to(human: WithHuman, heard: Heard) -> tuple[object, ...]:
    """Where they are let through: the case hears that there is one, and the person who sees it and for how long."""
    agent = {"agent": human.agent}
    came = (Tell(case_of(human.number), PictureAdded()), Say("handoff.pictures.shown", agent)) if heard.shown else ()
    unfit = (Say(f"handoff.pictures.{heard.unfit}", agent),) if heard.unfit else ()
    return (*came, *unfit)


def welcome(before: WithHuman | None, after: WithHuman | None) -> tuple[Say, ...]:
    """Whoever may send pictures is told so before they do: to whom, for how long, and what never."""
    if after is None or (before is not None and before.agent == after.agent):
        return ()
    return (Say("handoff.pictures.welcome", {"agent": after.agent}),)


def from_human(event: AgentSaid) -> tuple[object, ...]:
    """The case hears of it: its clock stops when the person has an answer."""
    said = Say("handoff.agent_says", {"agent": event.agent, "text": event.text})
    return said, LetSleep("silence"), Tell(case_of(event.number), AgentHeard(event.agent))
