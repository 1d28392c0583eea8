"""A case whose agent talks in their own chat tells that chat what happens to it: by difference, as its ticket is told.

Whatever an event does to a case, an agent who has it no more hears so, and whoever has it now hears what the person writes.
"""

from dataclasses import replace
from typing import TypeAlias

from bot import case_clocks, case_idling
from bot.agent_chat import (
    CaseFollowed,
    CaseHanded,
    CaseHere,
    CaseLeft,
    CaseReminded,
    PersonGone,
    PictureCame,
    WhyLeft,
    WordsCame,
    of_agent,
)
from bot.case_file import Filed, PersonAdded, PersonLeft, State
from bot.case_merging import CaseJoined
from bot.case_pictures import PictureAdded
from bot.domain.cases import Closed, Taken
from bot.effects import Tell, Woken
from bot.flow import Step

Next: TypeAlias = Step[State, object]


def step(state: State, event: case_clocks.Event | CaseFollowed) -> Next:
    if isinstance(event, CaseFollowed):
        return _followed(state, event)
    stepped = case_idling.step(state, event)
    if not isinstance(state, Filed) or not isinstance(after := stepped.state, Filed):
        return stepped
    if state.holder != after.holder:
        return _moved(state, after, stepped, event)
    return _told(state, after, stepped, event)


def _followed(state: State, asked: CaseFollowed) -> Next:
    """Asked again it answers again: so a chat that is not sure asks how the case stands."""
    by = asked.by
    if not isinstance(state, Filed):
        return Step(state)
    if state.holder is None or state.holder.id != by:
        return Step(state, (Tell(of_agent(by), _left(state)),))
    here = CaseHere(state.case, state.since, asked.pressed_for)
    return Step(replace(state, followed=True), (Tell(of_agent(by), here),))


def _moved(before: Filed, after: Filed, stepped: Next, event: object) -> Next:
    """The chat hears first that it left, so that it knows what was read before the case it goes on in has words."""
    told: tuple[Tell, ...] = ()
    if before.followed and before.holder is not None:
        told = (Tell(of_agent(before.holder.id), _left(after, event)),)
    if isinstance(after.stage, Taken) and after.stage.handed_by is not None:
        handed = CaseHanded(after.case.number, after.stage.handed_by.name)
        told = (*told, Tell(of_agent(after.stage.by.id), handed))
    return replace(stepped, state=replace(after, followed=False), effects=(*told, *stepped.effects))


def _told(before: Filed, after: Filed, stepped: Next, event: object) -> Next:
    if not after.followed or not isinstance(after.stage, Taken):
        return stepped
    number, chat = after.case.number, of_agent(after.stage.by.id)
    has_words = isinstance(event, PersonAdded | CaseJoined)
    told: tuple[Tell, ...] = (Tell(chat, WordsCame(number)),) if has_words else ()
    if isinstance(event, PictureAdded):
        told = (Tell(chat, PictureCame(number)),)
    if isinstance(event, PersonLeft) and after.left:
        told = (*told, Tell(chat, PersonGone(number)))
    if after.stage.silent and before.stage != after.stage:
        told = (*told, Tell(chat, CaseReminded(number)))
    if after.idle and not before.idle:
        told = (*told, Tell(chat, CaseReminded(number, idle=True)))
    return replace(stepped, effects=(*stepped.effects, *told))


def _left(now: Filed, event: object = None) -> CaseLeft:
    match now.stage:
        case Closed(into=int(into)):
            return CaseLeft(now.case.number, "merged", str(into))
        case Closed(by):
            return CaseLeft(now.case.number, "closed", by.name)
        case Taken(by):
            return CaseLeft(now.case.number, "handed", by.name)
        case _:
            why: WhyLeft = "idle" if event == Woken(case_idling.TIMER) else "returned"
            return CaseLeft(now.case.number, why if isinstance(event, Woken) else "back")
