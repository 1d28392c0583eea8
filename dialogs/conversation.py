"""The root of every conversation with a person: which dialog has the floor, and what may happen anywhere."""

from dataclasses import dataclass, replace
from typing import TypeAlias

from bot import news, standing
from bot.casework import OpenCase
from bot.challenge import MakeChallenge, Voided, flow_id
from bot.domain.audit import Fact
from bot.domain.cases import Learnt, Reason, Urgency
from bot.domain.people import Principal
from bot.domain.speech import Channel, Heard, Opened
from bot.effects import GivenUp, LetSleep, Say, Tell, Wake, Woken
from bot.flow import Step
from dialogs import said
from dialogs.guidance import flow as guidance
from dialogs.guidance import states as searching
from dialogs.handoff import flow as handoff
from dialogs.handoff.states import HandedOff, OpeningCase
from dialogs.learning import about_device, learn, learn_words
from dialogs.listen import listen
from dialogs.reception.states import Left, Receiving, Unopened
from dialogs.recovery import states as recovering
from dialogs.recovery.choices import ABOUT_PASTED, ABOUT_PLATFORM, HUMAN, RESTART
from dialogs.recovery.flow import Recovery

NUDGE_AFTER, CLOSE_AFTER = 600.0, 900.0
LANGUAGES = ("en", "de")

Floor: TypeAlias = (
    Receiving | Left
    | recovering.AskingPlatform | recovering.AskingKeyId | recovering.Looking | recovering.AskingMoreDigits
    | recovering.PickingDevice | recovering.MakingLink | recovering.Proving | recovering.AskingOutcome
    | recovering.Solved | recovering.Stuck
    | searching.Searching | searching.SearchedAll | searching.FoundByThemselves
    | OpeningCase | HandedOff
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Talk:
    """One person's conversation. `chat` is its own id, so that others can tell it news.

    `nudged`: asked whether they are still there. `openings`: how often a case was asked for.
    """

    chat: str
    who: Principal
    channel: Channel
    language: str
    floor: Floor
    learnt: Learnt
    nudged: bool = False
    openings: int = 0


State: TypeAlias = Unopened | Talk
Next: TypeAlias = Step[State, object]
_ASKING_FOR_DIGITS = (recovering.AskingKeyId, recovering.AskingMoreDigits)


class Conversation:
    """The flow itself. It has no memory of its own: everything stands in the Talk."""

    def step(self, state: State, event: object) -> Next:
        match state, event:
            case Unopened(), Opened():
                return self.welcome(event)
            case Unopened(), _:
                return Step(state)
            case Talk(), Opened():
                return self.came_back(state, event)
            case Talk(), _:
                return self.stamped(state, self.going_on(state, event))

    def welcome(self, opened: Opened) -> Next:
        who, channel, spoken = opened.principal, opened.channel, opened.language[:2].lower()
        talk = Talk(opened.chat, who, channel, spoken if spoken in LANGUAGES else "en", Receiving(), Learnt())
        step = self.first_words(talk, opened)
        came = Fact("chat.opened", about={"channel": channel, "how": who.how})
        return self.stamped(talk, Step(step.state, step.effects, (came, *step.facts)))

    def first_words(self, talk: Talk, opened: Opened) -> Next:
        """Whoever comes in with the problem on their lips is not asked for it."""
        name = {"name": talk.who.given_name}
        if opened.turned_away:
            return self.turn_away(talk, opened)
        if opened.first is None or isinstance(listen(opened.first), said.Greeted | said.Unclear):
            return Step(talk, (Say("reception.greeting", name, ABOUT_PLATFORM),))
        step = self.going_on(talk, opened.first)
        return Step(step.state, (Say("reception.hello", name), *step.effects), step.facts)

    def came_back(self, talk: Talk, opened: Opened) -> Next:
        """The same conversation over a newer sign-in: no second greeting. Anybody else is not let in by the door."""
        if opened.principal.id != talk.who.id:
            return Step(talk)
        language = opened.language[:2].lower()
        if talk.who != opened.principal:
            talk = replace(talk, who=opened.principal)
        if opened.first and language != talk.language and language in LANGUAGES:
            talk = replace(talk, language=language)
        if opened.turned_away:
            return self.stamped(talk, self.turn_away(talk, opened))
        return self.stamped(talk, self.going_on(talk, opened.first)) if opened.first else Step(talk)

    def turn_away(self, talk: Talk, opened: Opened) -> Next:
        """To a human, with every word; nothing else is done for somebody whom the directory does not know.

        A freeze needs no directory. One that is silent is asked again at the next message.
        """
        heard = opened.first or Heard()
        meant = listen(heard)
        talk = replace(talk, learnt=learn_words(talk.learnt, heard.text, meant))
        if isinstance(meant, said.LostReported):
            return self.lost(talk)
        if isinstance(talk.floor, OpeningCase | HandedOff):
            return self.with_human(talk, heard) if opened.first else Step(talk)
        if opened.turned_away == "source_silent" and not isinstance(meant, said.HumanAsked):
            return Step(talk, (Say("reception.directory_silent", choices=(HUMAN,)),))
        return self.hand_off(talk, opened.turned_away or "unknown_person")

    def going_on(self, talk: Talk, event: object) -> Next:
        match event:
            case Heard():
                meant = listen(event, key_id_asked=isinstance(talk.floor, _ASKING_FOR_DIGITS))
                learnt = learn_words(talk.learnt, event.text, meant)
                if talk.nudged or learnt is not talk.learnt:
                    talk = replace(talk, nudged=False, learnt=learnt)
                step = self.hear(talk, event, meant)
            case _:
                step = self.happen(replace(talk, learnt=learn(talk.learnt, event)), event)
        return self.watched(talk, step, event)

    # what a person says

    def hear(self, talk: Talk, heard: Heard, meant: said.Said) -> Next:
        match meant:
            case said.LostReported():
                return self.lost(talk)
            case said.NotMySession():
                return self.leave(talk)
            case _ if isinstance(talk.floor, Left):
                return Step(talk, (Say("reception.left"),))
            case said.RestartAsked():
                return self.restart(talk, "reception.again")
            case said.KeyPasted():
                return Step(talk, (Say("reception.key_pasted", choices=ABOUT_PASTED),), (Fact("key.pasted"),))
            case _ if isinstance(talk.floor, OpeningCase | HandedOff):
                return self.with_human(talk, heard, is_problem=isinstance(meant, said.Told))
            case said.HumanAsked():
                return self.hand_off(talk, "asked")
            case said.KeyChangeWanted():
                return self.hand_off(talk, "pasted_key")
            case said.PhotoSent():
                return Step(talk, (Say("reception.no_photos", choices=(HUMAN,)),))
            case said.PrivateComputer():
                return self.guide(talk)
            case _:
                return self.matter(talk, meant)

    def matter(self, talk: Talk, event: object) -> Next:
        """The dialog that has the floor goes on."""
        match talk.floor:
            case Receiving():
                return self.received(talk, event)
            case searching.Searching() | searching.SearchedAll() | searching.FoundByThemselves() as floor:
                if isinstance(event, said.Told) and (event.platform or event.key_id):
                    return self.recover(talk, recovering.AskingPlatform(), event)
                step = guidance.step(floor, event)
                return Step(replace(talk, floor=step.state), step.effects)
            case OpeningCase() | HandedOff():
                return self.with_human(talk, event)
            case Left():
                return Step(talk)
            case floor:
                return self.recover(talk, floor, event)

    def received(self, talk: Talk, event: object) -> Next:
        match event:
            case said.Greeted():
                return Step(talk, (Say("reception.how_can_i_help", choices=ABOUT_PLATFORM),))
            case said.Thanked():
                return Step(talk, (Say("recovery.you_are_welcome"),))
            case said.Told() | said.NoKeyIdSeen():
                return self.recover(talk, recovering.AskingPlatform(), event)
            case _:
                return Step(talk, (Say("reception.not_understood", choices=ABOUT_PLATFORM),))

    def recover(self, talk: Talk, floor: recovering.State, event: object) -> Next:
        step = Recovery(talk.who).step(floor, event)  # type: ignore[arg-type]  # what it does not expect it answers kindly
        learnt = talk.learnt
        for effect in step.effects:
            if isinstance(effect, MakeChallenge):
                learnt = about_device(learnt, effect)
        talk = replace(talk, learnt=learnt)
        if isinstance(step.state, recovering.Stuck):
            handed = self.hand_off(replace(talk, floor=floor), step.state.reason)
            return Step(handed.state, (*step.effects, *handed.effects), (*step.facts, *handed.facts))
        return Step(replace(talk, floor=step.state), step.effects, step.facts)

    def guide(self, talk: Talk) -> Next:
        begun = guidance.begin()
        return Step(replace(talk, floor=begun.state), (*self.void(talk), *begun.effects))

    # what the world tells

    def happen(self, talk: Talk, event: object) -> Next:
        match event:
            case news.KeyChanged(device_name):
                return Step(talk, (Say("recovery.key_changed", {"device": device_name}),))
            case news.KeyChangeImpossible(device_name):
                return Step(talk, (Say("recovery.key_not_changed", {"device": device_name}),))
            case Woken("silence"):
                return self.silence(talk)
            case news.CaseOpened(number, opening) if not _is_awaited(talk.floor, opening):
                return Step(talk, (Say("handoff.case", {"case": str(number)}),))
            case GivenUp(effect) if effect != "OpenCase":
                return self.hand_off(talk, "broken")
            case _ if isinstance(talk.floor, OpeningCase | HandedOff):
                return self.with_human(talk, event)
            case _ if isinstance(talk.floor, Receiving | Left | searching.State):
                return Step(talk)
            case _:
                return self.matter(talk, event)

    def silence(self, talk: Talk) -> Next:
        """Ask once, then close. Nothing is changed under a person who may still be locked out."""
        if not _is_waiting(talk.floor):
            return Step(talk)
        if talk.nudged:
            return self.restart(talk, "reception.closed")
        return Step(replace(talk, nudged=True), (Say("reception.still_there", choices=(RESTART, HUMAN)),))

    # what may happen anywhere

    def restart(self, talk: Talk, text: str) -> Next:
        fresh = replace(talk, floor=Receiving(), learnt=Learnt(), nudged=False)
        return Step(fresh, (*self.void(talk), LetSleep("silence"), Say(text, choices=ABOUT_PLATFORM)))

    def leave(self, talk: Talk) -> Next:
        """A web session can be left for a private one. A Teams chat belongs to its person for ever: only this turn ends."""
        facts = (Fact("session.disowned"),)
        if talk.channel == "teams":
            again = replace(talk, floor=Receiving(), learnt=Learnt())
            return Step(again, (*self.void(talk), LetSleep("silence"), Say("reception.left_teams")), facts)
        return Step(replace(talk, floor=Left()), (*self.void(talk), Say("reception.left")), facts)

    def lost(self, talk: Talk) -> Next:
        """At once and without proof: nobody helps themselves with this person's name until the desk says so."""
        person = talk.who.id
        frozen = standing.Frozen("lost_or_stolen", person, f"person {person}")
        freeze = Tell(standing.of_person(person), frozen)
        device = _target(talk.floor)
        freezes: tuple[object, ...] = (freeze,)
        if device:
            of_device = standing.Frozen("lost_or_stolen", person, f"device {device.device.id}")
            freezes = (freeze, Tell(standing.of_device(device.device.id), of_device))
        handed = self.hand_off(talk, "lost_or_stolen", "urgent")
        return Step(handed.state, (*freezes, *handed.effects), handed.facts)

    def hand_off(self, talk: Talk, reason: Reason, urgency: Urgency = "normal") -> Next:
        """A human gets everything that was learnt. A link that is out stays good: the person may still help themselves."""
        urgent = urgency == "urgent" or reason in ("insisted", "lost_or_stolen")
        opening = OpeningCase(reason, "urgent" if urgent else "normal", opening=talk.openings + 1)
        ended = self.void(talk) if reason != "asked" else ()
        after = replace(talk, floor=opening, openings=opening.opening)
        return Step(after, (*ended, self.case(after, opening)), (Fact("chat.handed_off", about={"reason": reason}),))

    def case(self, talk: Talk, opening: OpeningCase) -> OpenCase:
        return OpenCase(
            talk.chat,
            talk.who.id,
            talk.who.name,
            opening.reason,
            opening.urgency,
            talk.language,
            talk.channel,
            talk.learnt,
            opening.opening,
        )

    def with_human(self, talk: Talk, event: object, *, is_problem: bool = False) -> Next:
        match talk.floor:
            case OpeningCase() as floor:
                step = handoff.opening(floor, event, self.case(talk, floor))
            case HandedOff() as floor:
                step = handoff.handed_off(floor, event, is_problem=is_problem)
            case _:
                return Step(talk)
        return Step(replace(talk, floor=step.state), step.effects)

    def void(self, talk: Talk) -> tuple[Tell, ...]:
        """A link that is out is worth nothing any more."""
        match talk.floor:
            case recovering.Proving(_, challenge_id) | recovering.AskingOutcome(_, challenge_id):
                return (Tell(flow_id(challenge_id), Voided("replaced")),)
            case _:
                return ()

    # around every step

    def watched(self, before: Talk, step: Next, event: object) -> Next:
        """The silence clock runs while the conversation waits for its person."""
        talk = step.state
        if not isinstance(talk, Talk) or not isinstance(event, Heard | Woken | news.ChallengeReady | news.KeyShown):
            return step
        if _is_waiting(talk.floor):
            clock: object = Wake("silence", CLOSE_AFTER if talk.nudged else NUDGE_AFTER)
        elif _is_waiting(before.floor):
            clock = LetSleep("silence")
        else:
            return step
        return Step(talk, (*step.effects, clock), step.facts)

    def stamped(self, talk: Talk, step: Next) -> Next:
        """Every word in the person's language, every fact under the person's name."""
        after = step.state if isinstance(step.state, Talk) else talk
        effects = tuple(
            replace(effect, language=after.language)
            if isinstance(effect, Say) and effect.language != after.language
            else effect
            for effect in step.effects
        )
        return Step(step.state, effects, tuple(replace(fact, person=talk.who.id) for fact in step.facts))


def _is_waiting(floor: Floor) -> bool:
    return isinstance(
        floor,
        recovering.AskingPlatform | recovering.AskingKeyId | recovering.AskingMoreDigits | recovering.PickingDevice
        | recovering.Proving | recovering.AskingOutcome | searching.Searching,
    )  # fmt: skip


def _is_awaited(floor: Floor, opening: int) -> bool:
    return isinstance(floor, OpeningCase) and floor.opening == opening


def _target(floor: Floor) -> recovering.Target | None:
    match floor:
        case recovering.MakingLink(target) | recovering.Proving(target) | recovering.AskingOutcome(target):
            return target
        case _:
            return None
