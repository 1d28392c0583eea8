"""The human's part of a conversation: on the way to an agent, with one, and what agents do for the person."""

from dataclasses import replace

from bot import news, standing
from bot.case_file import OfKey, OpenCase, case_of
from bot.domain.audit import Fact
from bot.domain.cases import Learnt, Reason, Urgency
from bot.domain.speech import Heard
from bot.effects import LetSleep, Say, Tell
from bot.flow import Step
from bot.queue import FindPlace
from dialogs import rating, said
from dialogs.handoff import flow as handoff
from dialogs.handoff import instead, relay
from dialogs.handoff.states import HandedOff, OpeningCase, WithHuman
from dialogs.reception.states import Left, Receiving
from dialogs.recovery import states as recovering
from dialogs.recovery.choices import HUMAN, RESTART
from dialogs.recovery.flow import Effect, Recovery
from dialogs.silence import is_waiting
from dialogs.talk import Next, Talk, void


def hand_off(talk: Talk, reason: Reason, urgency: Urgency = "normal") -> Next:
    """A human gets everything that was learnt. A link that is out stays good: the person may still help themselves."""
    urgent = urgency == "urgent" or reason in ("insisted", "insisted_today", "lost_or_stolen", "denied")
    opening = OpeningCase(reason, "urgent" if urgent else "normal", opening=talk.openings + 1)
    ended = void(talk) if reason != "asked" else ()
    after = replace(talk, floor=opening, openings=opening.opening)
    return Step(after, (*ended, _order(after, opening)), (Fact("chat.handed_off", about={"reason": reason}),))


def lost(talk: Talk, heard: Heard) -> Next:
    """At once and without proof: nobody helps themselves with this person's name until the desk says so."""
    person = talk.who.id
    frozen = standing.Frozen("lost_or_stolen", person, f"person {person}")
    freeze = Tell(standing.of_person(person), frozen)
    device = talk.target
    freezes: tuple[object, ...] = (freeze,)
    if device:
        of_device = standing.Frozen("lost_or_stolen", person, f"device {device.device.id}")
        freezes = (freeze, Tell(standing.of_device(device.device.id), of_device))
    if talk.human:
        told, facts = relay.to_human(talk.human, heard)
        return Step(talk, (*freezes, *told, Say("handoff.lost_or_stolen")), facts)
    handed = hand_off(talk, "lost_or_stolen", "urgent")
    return Step(handed.state, (*freezes, *handed.effects), handed.facts)


def alarmed(talk: Talk, event: news.SomebodyInsists | news.ComputerChangedHands) -> Next:
    """The page has said that the helpdesk is told. Where they have a case it is that one, whoever has it by now."""
    reason: Reason = "insisted" if isinstance(event, news.SomebodyInsists) else "changed_hands"
    if not talk.cases:
        return hand_off(talk, reason)
    number = talk.human.number if talk.human else max(talk.cases)
    is_handed = isinstance(talk.floor, OpeningCase | HandedOff)
    floor = talk.floor if is_handed else HandedOff(reason, number)
    vouched = talk.target.vouched if talk.target else None
    cases = dict.fromkeys((number, vouched.case) if vouched else (number,))
    told = (Tell(case_of(case), event) for case in cases)
    return Step(replace(talk, floor=floor), (*told, Say(f"handoff.{reason}", {"case": str(number)})))


def go_on(talk: Talk, event: object, *, is_problem: bool = False) -> Next:
    match talk.floor:
        case OpeningCase() as floor:
            step = handoff.opening(floor, event, _order(talk, floor))
        case HandedOff() as floor:
            taken = talk.human is not None
            step = handoff.handed_off(floor, event, is_problem=is_problem, is_taken=taken)
        case _:
            return Step(talk)
    return Step(replace(talk, floor=step.state), step.effects)


def of_case(talk: Talk, event: news.OfCase) -> Next:
    """Only one has the floor. Whoever went on with the bot hears of nobody but a human who comes, and is then with them."""
    handed = isinstance(talk.floor, HandedOff) and talk.floor.number == event.number
    mine = handed or (talk.human is not None and talk.human.number == event.number)
    wish = talk.floor.wish if handed and isinstance(talk.floor, HandedOff) else None
    facts = {"case": str(event.number)}
    is_theirs = not isinstance(talk.floor, Left) and not talk.disowned
    comes = is_theirs and talk.human is None
    match event:
        case news.AgentSaid(number, agent) if mine or (is_theirs and _is_newer(talk, number)):
            return Step(replace(talk, human=WithHuman(number, agent)), relay.from_human(event))
        case news.CaseLate() if handed and talk.human is None and wish is None:
            return Step(talk, (Say("handoff.late", facts, (*instead.LONG_WAIT, RESTART)),))
        case news.CaseTaken(number, agent) if handed or comes:
            taken = Say(f"handoff.instead.{wish}_taken" if wish else "handoff.taken", {**facts, "agent": agent})
            return Step(replace(talk, human=WithHuman(number, agent)), (taken, *_awake(talk)))
        case news.CaseHandedOver(number, agent) if mine or comes:
            handed_over = Say("handoff.handed_over", {**facts, "agent": agent})
            return Step(replace(talk, human=WithHuman(number, agent)), (handed_over, *_awake(talk)))
        case news.CaseToTeam(number, team) if mine:
            words = Say("handoff.to_team", {**facts, "team": team})
            return Step(replace(talk, human=None), (words, *_place_of(number, is_wanted=handed and not wish)))
        case news.CaseReopened(number, agent) if handed or talk.is_idle:
            reopened = Say("handoff.reopened", {**facts, "agent": agent})
            back = replace(talk, floor=HandedOff("asked", number), human=WithHuman(number, agent))
            return Step(back, (reopened,))
        case news.CaseMerged() if mine:
            return _merged(talk, event)
        case news.CasePutBack() | news.CaseReturned() if mine:
            words = Say("handoff.put_back", facts)
            if isinstance(event, news.CaseReturned):
                words = Say("handoff.returned", {**facts, "agent": event.agent})
            return Step(replace(talk, human=None), (words, *_place_of(event.number, is_wanted=handed and not wish)))
        case news.CaseClosed(_, solved) if mine:
            words = Say("handoff.closed_solved" if solved else "handoff.closed", facts, (RESTART, HUMAN))
            after = talk.begun_anew if handed else talk
            if event.chat not in ("", talk.chat):
                return Step(replace(after, human=None), (words,))
            asked = rating.Asked("human", event.number)
            return Step(replace(after, human=None, rated=asked), (words, rating.QUESTION))
        case _:
            return Step(talk)


def _awake(talk: Talk) -> tuple[LetSleep, ...]:
    """Nobody is asked whether they are still there while a human has them."""
    return (LetSleep("silence"),) if is_waiting(talk) else ()


def _is_newer(talk: Talk, number: int) -> bool:
    """Of two cases in one conversation the agent of the newer speaks; to the other the desk says so."""
    return talk.human is None or number > talk.human.number


def _merged(talk: Talk, event: news.CaseMerged) -> Next:
    """What is written here goes on to the other case, and whoever has that speaks here as well."""
    floor = replace(talk.floor, number=event.into) if isinstance(talk.floor, HandedOff) else talk.floor
    facts = {"case": str(event.into), "merged": str(event.number)}
    words: tuple[Say, ...] = (Say("handoff.merged", facts),)
    if event.agent:
        words = (*words, Say("handoff.taken", {"case": str(event.into), "agent": event.agent}))
    human = WithHuman(event.into, event.agent) if event.agent else None
    return Step(replace(talk, floor=floor, human=human), words)


def released(talk: Talk, event: news.Released) -> Next:
    """Agents have made sure who it is: from here on it goes as it does for everybody."""
    if talk.disowned or event.vouched.person != talk.who.id:
        return Step(talk)
    ended = void(talk)
    target = recovering.Target(event.device, event.key_ref, vouched=event.vouched)
    step = Recovery(talk.who).make_link(target)
    learnt = replace(talk.learnt, device_id=event.device.id, device_name=event.device.name)
    words = Say("handoff.released", {"device": event.device.name})
    return Step(replace(talk, floor=step.state, learnt=learnt), (*ended, words, *step.effects), step.facts)


def release_ended(talk: Talk, number: int) -> Next:
    target = talk.target
    if target is None and talk.link is not None:
        return Step(talk, void(talk))  # it may rest on their word
    if target is None or target.vouched is None or target.vouched.case != number:
        return Step(talk)
    words = Say("handoff.release_ended", {"case": str(number)}, (RESTART, HUMAN))
    return Step(replace(talk, floor=Receiving(), learnt=Learnt()), (*void(talk), words))


def told_of_key(floor: recovering.State, event: object) -> tuple[Tell, ...]:
    """The agent who released the key sees what becomes of it, also what is pressed in the chat."""
    if not isinstance(floor, recovering.Proving | recovering.AskingOutcome) or floor.target.vouched is None:
        return ()
    if isinstance(event, said.Worked | said.DidNotWork):
        event = news.OutcomeGiven(floor.challenge_id, worked=isinstance(event, said.Worked))
    if not isinstance(event, OfKey) or getattr(event, "challenge_id", "") != floor.challenge_id:
        return ()
    return (Tell(case_of(floor.target.vouched.case), event),)


def beside_key(
    talk: Talk, floor: recovering.State, event: object, step: Step[recovering.State, Effect]
) -> Step[recovering.State, Effect]:
    """While a human has the conversation the bot does not speak up about a link of its own that has run out."""
    effects = step.effects
    is_own = talk.human is not None and isinstance(floor, recovering.Proving) and floor.target.vouched is None
    if is_own and isinstance(event, news.LinkExpired | news.GrantEnded):
        effects = tuple(effect for effect in effects if not isinstance(effect, Say))
    return replace(step, effects=(*effects, *told_of_key(floor, event)))


def _place_of(number: int, *, is_wanted: bool) -> tuple[FindPlace, ...]:
    """Whoever went on with the bot, or does not wait, need not hear of it."""
    return (FindPlace(number),) if is_wanted else ()


def _order(talk: Talk, opening: OpeningCase) -> OpenCase:
    return OpenCase(
        talk.chat, talk.who.id, talk.who.name, opening.reason, opening.urgency,
        talk.language, talk.channel, talk.learnt, opening.opening,
    )  # fmt: skip
