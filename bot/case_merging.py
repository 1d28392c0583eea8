"""Two cases of one person become one: asked by whoever has the one, answered by the other, and nothing of either is lost.

The case that is asked decides alone, in its own flow, whether it comes: so of two agents one gets it. Until it has
answered the case that asked is not closed, and asks into no third; what comes therefore always finds it open.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot import case_handing, case_release, casework, news, queue
from bot.case_aloud import case_of
from bot.case_file import CaseClosed, Filed, PersonAdded, PersonLeft, PersonLookedBack, State
from bot.case_handing import CaseReopened, NoteAdded
from bot.domain.audit import Fact
from bot.domain.cases import Agent, Chat, Closed, Learnt, Waits
from bot.domain.people import PersonId
from bot.effects import Tell
from bot.flow import Step

Next: TypeAlias = Step[State, object]


@dataclass(frozen=True, slots=True)
class MergeAsked:
    """By whoever has this case: `number` is to go on in it."""

    number: int
    by: Agent
    at: datetime


@dataclass(frozen=True, slots=True)
class JoinAsked:
    """From the case `into`, which is `person`'s and held `by` this agent."""

    number: int
    into: int
    person: PersonId
    by: Agent
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseJoined:
    """All of the case that comes, as it stood."""

    by: Agent
    filed: Filed


@dataclass(frozen=True, slots=True)
class JoinRefused:
    number: int


Event: TypeAlias = MergeAsked | JoinAsked | CaseJoined | JoinRefused | case_handing.Event


def step(state: State, event: Event) -> Next:
    match state, event:
        case Filed(), MergeAsked():
            return _asked(state, event)
        case _, JoinAsked():
            return casework.mirrored(state, _answered(state, event))
        case Filed(), CaseJoined() if event.filed.case.number in state.joining:
            return casework.mirrored(state, _joined(state, event))
        case Filed(), JoinRefused(number):
            return Step(replace(state, joining=_without(state.joining, number)))
        case _, MergeAsked() | CaseJoined() | JoinRefused():
            return Step(state)
        case Filed(joining=(_, *_)), CaseClosed():
            return Step(state)
        case Filed(stage=Closed(into=int(into))), PersonAdded() | PersonLeft() | PersonLookedBack() | NoteAdded():
            return Step(state, (Tell(case_of(into), event),))
        case Filed(stage=Closed(into=int())), CaseReopened():
            return Step(state)
        case _:
            return case_handing.step(state, event)


def _asked(state: Filed, event: MergeAsked) -> Next:
    case = state.case
    if state.holder != event.by or event.number in (case.number, *state.joining) or case.reason == "disowned":
        return Step(state)
    asked = JoinAsked(event.number, case.number, case.person, event.by, event.at)
    return Step(replace(state, joining=(*state.joining, event.number)), (Tell(case_of(event.number), asked),))


def _answered(state: State, event: JoinAsked) -> Next:
    """It comes if it is the same person's and nobody else's: what waits, or what that agent has as well."""
    if not isinstance(state, Filed) or not _may_come(state, event):
        return Step(state, (Tell(case_of(event.into), JoinRefused(event.number)),))
    case, by = state.case, event.by
    closed = replace(state, stage=Closed(by, event.at, "merged", event.into), release=None)
    shown = casework.shown_anew(closed)
    joined = Tell(case_of(event.into), CaseJoined(by, replace(state, release=None)))
    effects = (
        *case_release.void(case, state.release),
        *shown.effects,
        Tell(queue.OPEN, queue.CaseEnded(case.number)),
        joined,
    )
    fact = Fact("case.merged", by.id, {"case": str(case.number), "into": str(event.into)})
    return Step(shown.state, effects, (fact,))


def _may_come(state: Filed, event: JoinAsked) -> bool:
    """Whoever said that the account is not theirs is somebody else, whatever name their case is under."""
    is_free = isinstance(state.stage, Waits) or state.holder == event.by
    is_theirs = state.case.person == event.person and state.case.reason != "disowned"
    return is_free and is_theirs and not state.joining and state.case.number != event.into


def _joined(state: Filed, event: CaseJoined) -> Next:
    """What was released by a code is void where there is a chat from now on: it would go there instead."""
    theirs, number = event.filed, event.filed.case.number
    first, last = sorted((state, theirs), key=lambda filed: filed.case.number)
    together = _with_chats(state, first, last)
    urgent = "urgent" in (state.case.urgency, theirs.case.urgency)
    words = (*first.case.learnt.words, *last.case.learnt.words)[-casework.WORDS_KEPT :]
    learnt = replace(_learnt(state.case.learnt, theirs.case.learnt), words=words)
    wish = state.case.wish or theirs.case.wish
    case = replace(together.case, learnt=learnt, urgency="urgent" if urgent else "normal", wish=wish)
    gets_chat = not state.case.chat and bool(case.chat)
    after = replace(
        together,
        case=case,
        joining=_without(state.joining, number),
        merged=(*state.merged, *theirs.merged, number),
        spans=(*state.spans, *theirs.spans),
        notes=tuple(sorted((*state.notes, *theirs.notes), key=lambda note: note.at))[-case_handing.NOTES_KEPT :],
        said=state.said + theirs.said,
        heard=(*first.heard, *last.heard)[-casework.HEARD_KEPT :],
        late=(state.late or theirs.late) and not state.answered,
        release=None if gets_chat else state.release,
    )
    shown = casework.shown_anew(after)
    voided = case_release.void(state.case, state.release) if gets_chat else ()
    merged = news.CaseMerged(number, case.number, state.holder.name if state.holder else "")
    told = tuple(Tell(chat, merged) for chat in theirs.case.chats)
    began = (Tell(queue.OPEN, queue.CaseBegan(case.number, urgent=True)),) if urgent else ()
    return replace(shown, effects=(*voided, *shown.effects, *began, *told))


def _with_chats(state: Filed, first: Filed, last: Filed) -> Filed:
    """Until they write again, they are answered in the chat of the case that they came with last."""
    chats = [chat for filed in (last, first) for chat in _chats(filed)]
    if not chats:
        return state
    here = next((chat for chat in chats if not chat.left), chats[0])
    others = tuple(chat for chat in chats if chat.id != here.id)
    return replace(state, case=replace(state.case, chat=here.id, channel=here.channel, others=others), left=here.left)


def _chats(filed: Filed) -> tuple[Chat, ...]:
    case = filed.case
    return (*((Chat(case.chat, case.channel, filed.left),) if case.chat else ()), *case.others)


def _learnt(mine: Learnt, theirs: Learnt) -> Learnt:
    """What the one does not know the other may."""
    device = mine if mine.device_id else theirs
    return Learnt(
        mine.platform or theirs.platform,
        mine.key_id_typed or theirs.key_id_typed,
        device.device_id,
        device.device_name,
        _both(mine.silent_sources, theirs.silent_sources),
        _both(mine.keys_tried, theirs.keys_tried),
        _both(mine.proof, theirs.proof),
    )


def _both(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*mine, *theirs)))


def _without(numbers: tuple[int, ...], gone: int) -> tuple[int, ...]:
    return tuple(number for number in numbers if number != gone)
