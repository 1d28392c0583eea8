"""An agent in their own chat: they have several cases, talk with one person at a time, and never with the wrong one.

What is typed goes to whoever is current, one after the other; the words of the others wait until they are. What leads to a
key is done at the desk's pages alone.
"""

from dataclasses import replace
from typing import TypeAlias

from bot import case_idling
from bot.agent_chat import (
    AtDesk,
    CaseFollowed,
    CaseGot,
    CaseHanded,
    CaseHere,
    CaseLeft,
    CaseReminded,
    DoDeed,
    FindNext,
    InHand,
    LinesRead,
    NextFound,
    NotDone,
    Outgoing,
    PassedOn,
    PassOn,
    PersonGone,
    PictureCame,
    Pressed,
    ReadOn,
    State,
    TakeCase,
    Typed,
    WordsCame,
    choice_of,
)  # fmt: skip
from bot.case_clocks import REMINDED_AFTER, RETURNED_AFTER
from bot.case_file import case_of
from bot.domain.cases import Case
from bot.effects import Choice, GivenUp, Say, Tell, Wake, Woken
from bot.flow import Step
from dialogs.agents.words import NEXT, PAUSE, about, deeds, endings, facts_of, others, put_back, talk

READ_AGAIN = 60.0
Next: TypeAlias = Step[State, object]
NO_AGENT = ("not_an_agent", "blocked")
NOT_THEIRS = ("not_yours", "taken", "no_case")


def step(state: State, event: object) -> Next:
    match state, event:
        case _, Pressed(who, language):
            now = replace(state, who=who, language=language) if isinstance(state, AtDesk) else AtDesk(who, language)
            return _spoken(_pressed(now, event))
        case AtDesk(), _:
            return _spoken(_happen(state, event))
        case _:
            return Step(state)


def _spoken(step: Next) -> Next:
    """Every word in the agent's language."""
    language = step.state.language if isinstance(step.state, AtDesk) else "en"
    effects = (replace(one, language=language) if isinstance(one, Say) else one for one in step.effects)
    return Step(step.state, tuple(effects))


# what the agent does


def _pressed(state: AtDesk, pressed: Pressed) -> Next:
    number, case = pressed.number, state.case(pressed.number)
    match pressed.deed:
        case "take":
            return Step(state, (TakeCase(state.who, number),))
        case "next":
            return Step(state, (FindNext(state.who),))
        case "pause":
            return Step(replace(state, current=None), (Say("agents.paused", choices=others(state, None)),))
        case _ if case is None:
            return Step(state, (Say("agents.not_here", {"case": str(number)}, (*others(state, None), NEXT)),))
        case "talk":
            return _switched(state, case)
        case "close" if pressed.outcome is None:
            return Step(state, (Say("agents.how_ended", about(case), endings(number)),))
        case deed:
            return Step(state, (DoDeed(state.who, number, deed, pressed.outcome),))


def _switched(state: AtDesk, case: InHand) -> Next:
    switched = replace(state, current=case.number)
    said = Say("agents.now", about(case), (*others(state, case.number), PAUSE))
    return _after(said, _reading(switched, replace(case, announced=False)))


def _typed(state: AtDesk, typed: Typed) -> Next:
    """Nothing is guessed: whoever is current when the words are remembered has them."""
    if state.current is None:
        return Step(state, (Say("agents.to_nobody", choices=(*others(state, None), NEXT)),))
    if not typed.text:
        return Step(state, (Say("agents.no_pictures"),))
    outgoing = Outgoing(state.current, typed.text)
    owed: tuple[object, ...] = (Say("agents.key_masked"),) if typed.had_key else ()
    if not state.outgoing:
        owed = (*owed, PassOn(state.who, outgoing.number, outgoing.text))
    return Step(replace(state, outgoing=(*state.outgoing, outgoing)), owed)


# what happens


def _happen(state: AtDesk, event: object) -> Next:
    match event:
        case Typed():
            return _typed(state, event)
        case CaseGot(number):
            return Step(state, (Tell(case_of(number), CaseFollowed(state.who, pressed_for=True)),))
        case NextFound(number):
            found = TakeCase(state.who, number, in_turn=True) if number else Say("agents.nobody_waits")
            return Step(state, (found,))
        case CaseHere(case):
            return _here(state, case, event)
        case CaseHanded(number, by):
            handed = Say("agents.handed", {"case": str(number), "agent": by})
            return Step(state, (handed, Tell(case_of(number), CaseFollowed(state.who))))
        case CaseLeft():
            return _gone(state, event)
        case WordsCame(number):
            return _words_came(state, number)
        case PictureCame(number) if shown := state.case(number):
            return Step(state, (Say("agents.picture", about(shown)),))
        case PersonGone(number) if gone := state.case(number):
            return Step(state, (Say("agents.gone", about(gone), (put_back(number),)),))
        case CaseReminded():
            return _reminded(state, event)
        case LinesRead():
            return _read(state, event)
        case PassedOn():
            return _next_out(state)
        case NotDone():
            return _refused(state, event)
        case GivenUp("PassOn"):
            return _after(_not_sent(state), _next_out(state))
        case GivenUp("ReadOn"):
            cases = tuple(replace(one, reading=False) for one in state.cases)
            return Step(replace(state, cases=cases), (Wake("read", READ_AGAIN),))
        case GivenUp("TakeCase" | "FindNext" | "DoDeed"):
            return Step(state, (Say("agents.broken"),))
        case Woken("read") if current := state.case(state.current):
            return _reading(state, current)
        case _:
            return Step(state)


def _here(state: AtDesk, case: Case, here: CaseHere) -> Next:
    """Whoever talks with somebody, or with the bot, goes on doing so: words on their way to one must not reach another."""
    if state.case(case.number):
        return Step(state)
    facts = facts_of(here)
    if not case.chat:
        return Step(state, (Say("agents.case", {**facts, "what": "called"}, (NEXT,)),))
    mine = InHand(case.number, case.name)
    with_it = replace(state, cases=(*state.cases, mine))
    if state.current is not None or not here.pressed_for:
        return Step(with_it, (Say("agents.case", {**facts, "what": "waits"}, (talk(mine), *deeds(case.number))),))
    choices = (*deeds(case.number), PAUSE)
    return _after(
        Say("agents.case", {**facts, "what": "now"}, choices), _reading(replace(with_it, current=case.number), mine)
    )


def _gone(state: AtDesk, left: CaseLeft) -> Next:
    case = state.case(left.number)
    if case is None:
        return Step(state)
    goes_on_in = left.by if left.why == "merged" else ""
    rest = (one for one in state.cases if one is not case)
    cases = tuple(_read_too(one, case) if str(one.number) == goes_on_in else one for one in rest)
    after = replace(state, cases=cases, current=None if state.current == left.number else state.current)
    said = Say(f"agents.left.{left.why}", {**about(case), "agent": left.by}, (*others(after, after.current), NEXT))
    return Step(after, (said,))


def _read_too(into: InHand, gone: InHand) -> InHand:
    """What was read of the case that went needs no reading again. A mark is a list; one said twice counts once."""
    return replace(into, read=",".join(mark for mark in (into.read, gone.read) if mark))


def _words_came(state: AtDesk, number: int) -> Next:
    case = state.case(number)
    if case is None:
        return Step(state)
    return _reading(state, case) if state.current == number else _announced(state, case)


def _announced(state: AtDesk, case: InHand) -> Next:
    """That they wrote, not what: it is read when they have the floor."""
    if case.announced:
        return Step(_with(state, case))
    announced = _with(state, replace(case, announced=True))
    return Step(announced, (Say("agents.wrote", about(case), (talk(case),)),))


def _reminded(state: AtDesk, event: CaseReminded) -> Next:
    number = event.number
    case = state.case(number)
    if case is None:
        return Step(state)
    switch = () if state.current == number else (talk(case),)
    keep = Choice(choice_of("keep", number), "agents.choice.keep", about(case))
    times = {"n": f"{REMINDED_AFTER / 60:.0f}", "left": f"{RETURNED_AFTER / 60:.0f}"}
    if event.idle:
        times = {"n": f"{case_idling.ASKED_AFTER / 3600:.0f}", "left": f"{case_idling.RETURNED_AFTER / 60:.0f}"}
    text = "agents.idle" if event.idle else "agents.reminded"
    return Step(state, (Say(text, {**about(case), **times}, (*switch, keep, put_back(number))),))


def _reading(state: AtDesk, case: InHand) -> Next:
    """One reading at a time, so that what is read is said once and in its order."""
    if case.reading:
        return Step(_with(state, replace(case, more=True)))
    return Step(_with(state, replace(case, reading=True, more=False)), (ReadOn(state.who, case.number, case.read),))


def _read(state: AtDesk, read: LinesRead) -> Next:
    case = state.case(read.number)
    if case is None:
        return Step(state)
    done = replace(case, reading=False)
    if read.after != case.read and state.current == read.number:
        return _reading(state, done)
    if state.current != read.number:
        return _announced(state, done) if read.lines else Step(_with(state, done))
    says = tuple(Say("agents.person_said", {**about(case), "text": line}) for line in read.lines)
    done = replace(done, read=read.to)
    after: Next = _reading(state, done) if case.more else Step(_with(state, done))
    return Step(after.state, (*says, *after.effects))


def _next_out(state: AtDesk) -> Next:
    rest = state.outgoing[1:]
    owed = (PassOn(state.who, rest[0].number, rest[0].text),) if rest else ()
    return Step(replace(state, outgoing=rest), owed)


def _refused(state: AtDesk, refused: NotDone) -> Next:
    """Whoever is no agent any more has nothing here: what they type goes to the bot, who may help them as everybody."""
    why = Say(f"desk.refused.{refused.why}", {"name": refused.name})
    if refused.why in NO_AGENT:
        says = (_not_sent(state), why) if refused.what == "say" else (why,)
        out: Next = _next_out(state) if refused.what == "say" else Step(state)
        after = out.state if isinstance(out.state, AtDesk) else state
        return Step(replace(after, cases=(), current=None), (*says, *out.effects))
    if refused.what == "next" and refused.why == "taken":
        return Step(state, (FindNext(state.who),))
    asked = (Tell(case_of(refused.number), CaseFollowed(state.who)),) if refused.why in NOT_THEIRS else ()
    match refused.what:
        case "say":
            out = _next_out(state)
            return Step(out.state, (_not_sent(state), why, *asked, *out.effects))
        case "next":
            return Step(state, (why,))
        case "do":
            return Step(state, asked or (why,))
        case "read":
            case = state.case(refused.number)
            return Step(_with(state, replace(case, reading=False)) if case else state, asked)
        case _:
            return Step(state)


def _not_sent(state: AtDesk) -> Say:
    return Say("agents.not_sent", {"text": state.outgoing[0].text if state.outgoing else ""})


def _with(state: AtDesk, case: InHand) -> AtDesk:
    return replace(state, cases=tuple(case if one.number == case.number else one for one in state.cases))


def _after(said: Say, step: Next) -> Next:
    return replace(step, effects=(said, *step.effects))
