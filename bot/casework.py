"""A case for a human: opened once for each time it is owed, never lost, everything learnt kept with it.

It waits, one agent takes it, puts it back or closes it; what happens to a key that they released is noted on it.
"""

from dataclasses import replace

from bot import case_aloud, case_release, news, past, queue, ticket
from bot.case_file import (
    ByAgent,
    CaseClosed,
    CaseFiled,
    CasePutBack,
    CaseShown,
    CaseTaken,
    Event,
    Filed,
    OfKey,
    OfRelease,
    PersonAdded,
    PersonLeft,
    PersonLookedBack,
    ShowCase,
    Span,
    State,
    Unfiled,
)
from bot.domain.audit import Fact
from bot.domain.cases import (
    Chat,
    Closed,
    Stage,
    Taken,
    Waits,
)
from bot.domain.release import Proposed
from bot.domain.tickets import Entry
from bot.effects import GivenUp, Tell
from bot.flow import Step

WORDS_KEPT = 50
HEARD_KEPT = 20
AFTERWORDS_KEPT = 5
_HEARD = {
    news.LinkExpired: "expired", news.LinkVoided: "ended", news.Proved: "proved", news.NotProved: "not_proved",
    news.SomebodyInsists: "insists", news.KeyShown: "shown", news.KeyDamaged: "damaged",
    news.KeyOutOfReach: "out_of_reach", news.ComputerChangedHands: "changed_hands",
    news.GrantEnded: "ended", news.KeyChanged: "changed", news.KeyChangeImpossible: "not_changed",
}  # fmt: skip


def step(state: State, event: Event) -> Step[State, object]:
    return mirrored(state, _step(state, event))


def mirrored(state: State, stepped: Step[State, object]) -> Step[State, object]:
    """The case's ticket hears of every change that shows there."""
    if not isinstance(filed := stepped.state, Filed) or (isinstance(state, Filed) and _stands(filed) == _stands(state)):
        return stepped
    told = ticket.CaseStands(ticket.ticket_of(filed.case, filed.since), _stands(filed, filed.changes + 1))
    effects = (*stepped.effects, Tell(ticket.of_case(filed.case.number), told))
    return Step(replace(filed, changes=filed.changes + 1), effects, stepped.facts)


def _stands(filed: Filed, nth: int = 0) -> Entry:
    return ticket.entry_of(nth, filed.case, filed.stage, filed.release, filed.since)


def _step(state: State, event: Event) -> Step[State, object]:
    match state, event:
        case Unfiled(), CaseFiled(case, at):
            about = {"case": str(case.number), "reason": case.reason, "urgency": case.urgency}
            effects = (
                ShowCase(case, at, None),
                Tell(queue.OPEN, queue.CaseBegan(case.number, case.urgency == "urgent", case.team)),
                Tell(past.of_person(case.person), past.CaseCame(case.number)),
            )
            spans = (Span(case.chat, at),) if case.chat else ()
            return Step(Filed(case, at, spans=spans), effects, (Fact("case.opened", case.person, about),))
        case Filed(), PersonAdded(text, chat):
            there = speaking_in(state, chat)
            learnt = there.case.learnt
            words = (*learnt.words, text)[-WORDS_KEPT:]
            case = replace(there.case, learnt=replace(learnt, words=words))
            return shown_anew(replace(there, case=case, said=there.said + 1))
        case Filed(), PersonLookedBack(text):
            return Step(replace(state, afterwords=(*state.afterwords, text)[-AFTERWORDS_KEPT:]))
        case Filed(), PersonLeft(chat):
            return Step(without_chat(state, chat))
        case Filed(case), CaseShown(shown_as, messages, stage, wish):
            shown = replace(state, shown_as=shown_as, showing=False)
            is_now = (messages, stage, wish) == (len(case.learnt.words), state.stage, case.wish)
            return Step(shown) if is_now else shown_anew(shown)
        case Filed(), GivenUp("ShowCase"):
            return Step(replace(state, showing=False))
        case Filed(), (CaseTaken() | CasePutBack() | CaseClosed()):
            return _by_agent(state, event)
        case Filed(), _ if isinstance(event, OfKey):
            return _heard(state, event)
        case Filed(), _ if isinstance(event, OfRelease):
            return _released(state, event)
        case _:
            return Step(state)


def _by_agent(state: Filed, event: ByAgent) -> Step[State, object]:
    """Whoever comes first has it; what is not theirs nobody puts back or closes."""
    number, is_theirs = state.case.number, state.holder == event.by
    about = {"case": str(number)}
    match event:
        case CaseTaken(by, at) if isinstance(state.stage, Waits):
            told = news.CaseTaken(number, by.name)
            return moved(state, Taken(by, at), told, Fact("case.taken", by.id, about), queue.CaseHeld(number))
        case CasePutBack(by, silent) if is_theirs:
            dropped = without_unfinished_release(state)
            back, freed = Waits(state.late), queue.CaseFreed(number)
            if silent:
                fact = Fact("case.returned", by.id, {**about, "reason": "silent"})
                return moved(dropped, back, news.CaseReturned(number, by.name), fact, freed)
            return moved(dropped, back, news.CasePutBack(number), Fact("case.put_back", by.id, about), freed)
        case CaseClosed(by, at, outcome, tags) if is_theirs:
            return _closed(state, Closed(by, at, outcome, tags=tags))
        case _:
            return Step(state)


def _closed(state: Filed, closed: Closed) -> Step[State, object]:
    number, effects = state.case.number, tuple[object, ...]()
    if closed.outcome != "solved":
        effects = case_release.void(state.case, state.release)
        state = replace(state, release=None)
    about = {"case": str(number), "outcome": closed.outcome} | ({"tags": " ".join(closed.tags)} if closed.tags else {})
    fact = Fact("case.closed", closed.by.id, about)
    told = news.CaseClosed(number, solved=closed.outcome == "solved", chat=state.case.chat)
    step = moved(state, closed, told, fact, queue.CaseEnded(number))
    return replace(step, effects=(*effects, *step.effects))


def without_unfinished_release(state: Filed) -> Filed:
    """Whoever gave the first word of two, or was to read the key, has the case no more."""
    release = state.release
    is_unfinished = release is not None and (isinstance(release, Proposed) or release.plan.aloud)
    return replace(state, release=None) if is_unfinished else state


def moved(state: Filed, stage: Stage, told: object, fact: Fact, of_queue: queue.Event) -> Step[State, object]:
    """The queue hears of it first, so that the person, who is told next, can be told a place that is true."""
    shown = shown_anew(replace(state, stage=stage))
    chats = tuple(Tell(chat, told) for chat in state.case.chats)
    return replace(shown, effects=(*shown.effects, Tell(queue.OPEN, of_queue), *chats), facts=(fact,))


def speaking_in(state: Filed, chat: str) -> Filed:
    """What the agent says goes to where the person last wrote, if that is a chat of theirs that the case knows."""
    case = state.case
    there = next((other for other in case.others if other.id == chat), None)
    if there is None:
        return state
    here = Chat(case.chat, case.channel, state.left)
    others = tuple(here if other.id == chat else other for other in case.others)
    return replace(state, case=replace(case, chat=there.id, channel=there.channel, others=others), left=there.left)


def without_chat(state: Filed, chat: str) -> Filed:
    """From one of several the agent's words go to another, as long as there is one."""
    case = state.case
    if any(other.id == chat for other in case.others):
        others = (replace(other, left=other.left or other.id == chat) for other in case.others)
        return replace(state, case=replace(case, others=tuple(others)))
    left = replace(state, left=True)
    still = next((other.id for other in case.others if not other.left), "")
    return speaking_in(left, still)


def _released(state: Filed, event: OfRelease) -> Step[State, object]:
    """Only whoever has the case proposes and reads; a second agent gives their word on a case that is another's."""
    is_news = isinstance(event, case_release.NoticesSent | news.ReleaseFrozen | GivenUp)
    by = event.word.by if isinstance(event, case_release.ReleaseProposed) else case_aloud.reader_of(event)
    if (state.holder is None and not is_news) or (by and by != state.holder):
        return Step(state)
    step = case_release.step(state.case, state.release, event)
    what = event.what if isinstance(event, news.ReleaseFrozen) else case_aloud.heard_of(event)
    if what and step.facts:
        state = replace(state, heard=(*state.heard, what)[-HEARD_KEPT:])
    return Step(replace(state, release=step.state), step.effects, step.facts)


def _heard(state: Filed, event: OfKey) -> Step[State, object]:
    """The person's conversation, if there is one, hears what concerns the key afterwards."""
    what = (
        ("worked" if event.worked else "did_not_work") if isinstance(event, news.OutcomeGiven) else _HEARD[type(event)]
    )
    heard = replace(state, heard=(*state.heard, what)[-HEARD_KEPT:], release=case_release.after(state.release, event))
    if isinstance(event, news.SomebodyInsists) and state.is_open and state.case.urgency != "urgent":
        return _made_urgent(heard)
    is_for_all = isinstance(event, news.KeyChanged | news.KeyChangeImpossible) and state.case.chat
    return Step(heard, (Tell(state.case.chat, event),) if is_for_all else ())


def _made_urgent(state: Filed) -> Step[State, object]:
    shown = shown_anew(replace(state, case=replace(state.case, urgency="urgent")))
    first = Tell(queue.OPEN, queue.CaseBegan(state.case.number, urgent=True, team=state.case.team))
    return replace(shown, effects=(*shown.effects, first))


def shown_anew(state: Filed) -> Step[State, object]:
    """One after the other: the place must be known before it can be shown there anew."""
    if state.showing:
        return Step(state)
    return Step(replace(state, showing=True), (ShowCase(state.case, state.since, state.shown_as, state.stage),))
