"""The root of every conversation with a person: which dialog has the floor, and what may happen anywhere."""

from dataclasses import replace

from bot import news
from bot.case_file import PersonLeft, case_of
from bot.challenge import MakeChallenge
from bot.domain.audit import Fact
from bot.domain.cases import Learnt
from bot.domain.speech import Heard, Opened
from bot.effects import GivenUp, LetSleep, Say, Tell, Woken
from bot.flow import Step
from dialogs import rating, said, silence, with_human
from dialogs.guidance import flow as guidance
from dialogs.guidance import states as searching
from dialogs.handoff import relay
from dialogs.handoff.states import HandedOff, OpeningCase
from dialogs.learning import about_device, learn, learn_words
from dialogs.listen import listen
from dialogs.reception.states import Left, Receiving, Unopened
from dialogs.recovery import states as recovering
from dialogs.recovery.choices import ABOUT_PASTED, ABOUT_PLATFORM, HUMAN, RESTART
from dialogs.recovery.flow import Effect, Recovery
from dialogs.silence import is_waiting
from dialogs.talk import Next, State, Talk, stamped, void
from dialogs.texts.catalogue import LANGUAGES

LEFT = Say("reception.left", choices=(HUMAN,))
_ASKING_FOR_DIGITS = (recovering.AskingKeyId, recovering.AskingMoreDigits)


class Conversation:
    """The flow itself. It has no memory of its own: everything stands in the Talk.

    `pictures`: agents may be shown some, from the web chat.
    """

    def __init__(self, *, pictures: bool = False) -> None:
        self._pictures = pictures

    def step(self, state: State, event: object) -> Next:
        match state, event:
            case Unopened(), Opened():
                return self.welcome(event)
            case Unopened(), _:
                return Step(state)
            case Talk(), Opened():
                return self.came_back(state, event)
            case Talk(), _:
                return stamped(state, self.going_on(state, event))

    def welcome(self, opened: Opened) -> Next:
        who, channel, spoken = opened.principal, opened.channel, opened.language[:2].lower()
        talk = Talk(opened.chat, who, channel, spoken if spoken in LANGUAGES else "en", Receiving(), Learnt())
        step = self.first_words(talk, opened)
        came = Fact("chat.opened", about={"channel": channel, "how": who.how})
        return stamped(talk, Step(step.state, step.effects, (came, *step.facts)))

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
        """The same conversation over a newer sign-in: no second greeting. Anybody else is not let in by the door.

        Whoever waits for a human may come from another browser: every browser that has the chat sees that one has come.
        """
        if opened.principal.id != talk.who.id:
            return Step(talk)
        language = opened.language[:2].lower()
        if talk.who != opened.principal:
            talk = replace(talk, who=opened.principal)
        if opened.first and language != talk.language and language in LANGUAGES:
            talk = replace(talk, language=language)
        if opened.turned_away:
            return stamped(talk, self.turn_away(talk, opened))
        if opened.first:
            return stamped(talk, self.going_on(talk, opened.first))
        cases = sorted(talk.cases)
        back = (Say("handoff.back", {"case": str(cases[-1])}),) if cases and talk.channel == "webchat" else ()
        return stamped(talk, Step(talk, back))

    def turn_away(self, talk: Talk, opened: Opened) -> Next:
        """To a human, with every word; nothing else is done for somebody whom the directory does not know.

        A freeze needs no directory. One that is silent is asked again at the next message.
        """
        heard = opened.first or Heard()
        meant = rating.meant(talk.rated, heard, listen(heard))
        if isinstance(meant, rating.About):
            return self.rated(talk, meant)
        talk = replace(talk, learnt=learn_words(talk.learnt, heard.text, meant))
        if isinstance(meant, said.LostReported):
            return with_human.lost(talk, heard)
        if isinstance(talk.floor, OpeningCase | HandedOff):
            return with_human.go_on(talk, heard) if opened.first else Step(talk)
        if opened.turned_away == "source_silent" and not isinstance(meant, said.HumanAsked):
            return Step(talk, (Say("reception.directory_silent", choices=(HUMAN,)),))
        return with_human.hand_off(talk, opened.turned_away or "unknown_person")

    def going_on(self, talk: Talk, event: object) -> Next:
        match event:
            case Heard():
                meaning = listen(
                    event, key_id_asked=isinstance(talk.floor, _ASKING_FOR_DIGITS), called=talk.who.given_name
                )
                meant = rating.meant(talk.rated, event, meaning)
                talk = self.noted(talk, event, meant)
                step = self.hear(talk, event, meant)
            case _:
                step = self.happen(replace(talk, learnt=learn(talk.learnt, event)), event)
        return silence.watched(talk, step, event)

    # what a person says

    @staticmethod
    def noted(talk: Talk, heard: Heard, meant: said.Said) -> Talk:
        """A comment is about what is over: it goes along to no other case."""
        if isinstance(meant, rating.About):
            return replace(talk, nudged=False)
        learnt = learn_words(talk.learnt, heard.text, meant)
        asked = talk.rated if heard.had_key else rating.later(talk.rated)
        if talk.nudged or learnt is not talk.learnt or asked != talk.rated:
            return replace(talk, nudged=False, learnt=learnt, rated=asked)
        return talk

    def hear(self, talk: Talk, heard: Heard, meant: said.Said) -> Next:
        if talk.human and relay.is_for_human(heard, meant):
            return Step(talk, *relay.to_human(talk.human, heard))
        match meant:
            case said.HumanAsked() if talk.human:
                return Step(talk, (Say("handoff.with_human", {"case": str(talk.human.number)}, (RESTART,)),))
            case said.LostReported():
                return with_human.lost(talk, heard)
            case said.NotMySession():
                return self.leave(talk)
            case said.HumanAsked() if isinstance(talk.floor, Left):
                return with_human.hand_off(replace(talk, disowned=True), "disowned")
            case _ if isinstance(talk.floor, Left):
                return Step(talk, (LEFT,))
            case said.Rated() | said.Commented():
                return self.rated(talk, meant)
            case said.RestartAsked():
                return self.restart(talk, "reception.again")
            case said.KeyPasted():
                return Step(talk, (Say("reception.key_pasted", choices=ABOUT_PASTED),), (Fact("key.pasted"),))
            case _ if isinstance(talk.floor, OpeningCase | HandedOff):
                return with_human.go_on(talk, heard, is_problem=isinstance(meant, said.Told))
            case said.HumanAsked():
                return with_human.hand_off(talk, "asked")
            case said.KeyChangeWanted():
                return with_human.hand_off(talk, "pasted_key")
            case said.PhotoSent():
                return Step(talk, (Say("reception.no_photos", choices=(HUMAN,)),))
            case said.PrivateComputer():
                return self.guide(talk)
            case _:
                return self.matter(talk, meant)

    @staticmethod
    def rated(talk: Talk, about: rating.About) -> Next:
        state, effects, facts = rating.answered(talk.rated, about)
        return Step(replace(talk, rated=state), effects, facts)

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
                return with_human.go_on(talk, event)
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
        step = with_human.beside_key(talk, floor, event, step)
        learnt = talk.learnt
        for effect in step.effects:
            if isinstance(effect, MakeChallenge):
                learnt = about_device(learnt, effect)
        talk = replace(talk, learnt=learnt)
        if isinstance(step.state, recovering.Solved) and not isinstance(floor, recovering.Solved):
            return self.solved(replace(talk, floor=floor), step)
        if isinstance(step.state, recovering.Stuck):
            handed = with_human.hand_off(replace(talk, floor=floor), step.state.reason)
            return Step(handed.state, (*step.effects, *handed.effects), (*step.facts, *handed.facts))
        return Step(replace(talk, floor=step.state), step.effects, step.facts)

    @staticmethod
    def solved(talk: Talk, step: Step[recovering.State, Effect]) -> Next:
        """Where agents were needed they are asked about when the case is closed."""
        target = talk.target
        by_human = talk.human is not None or (target is not None and target.vouched is not None)
        facts = (*step.facts, Fact("chat.solved", about={"by": "human" if by_human else "bot"}))
        talk = replace(talk, floor=step.state)
        if by_human:
            return Step(talk, step.effects, facts)
        return Step(replace(talk, rated=rating.Asked("bot")), (*step.effects, rating.QUESTION), facts)

    def guide(self, talk: Talk) -> Next:
        begun = guidance.begin()
        return Step(replace(talk, floor=begun.state), (*void(talk), *begun.effects))

    # what the world tells

    def happen(self, talk: Talk, event: object) -> Next:
        match event:
            case news.KeyChanged(device_name):
                return Step(talk, (Say("recovery.key_changed", {"device": device_name}),))
            case news.KeyChangeImpossible(device_name):
                return Step(talk, (Say("recovery.key_not_changed", {"device": device_name}),))
            case Woken("silence"):
                return self.silent(talk)
            case news.Released():
                return with_human.released(talk, event)
            case news.ReleaseEnded(number):
                return with_human.release_ended(talk, number)
            case _ if isinstance(event, news.OfCase):
                return self.of_case(talk, event)
            case news.CaseOpened(number, opening) if not talk.awaits(opening):
                return Step(talk, (Say("handoff.case", {"case": str(number)}),))
            case news.ApprovalDenied():
                return with_human.hand_off(talk, "denied")
            case news.SomebodyInsists() | news.ComputerChangedHands() if not talk.awaits_key or talk.cases:
                return with_human.alarmed(talk, event)
            case news.PlaceFound() | GivenUp("FindPlace"):
                return with_human.go_on(talk, event)
            case GivenUp(effect) if effect != "OpenCase":
                return with_human.hand_off(talk, "broken")
            case _ if isinstance(talk.floor, OpeningCase | HandedOff):
                return with_human.go_on(talk, event)
            case _ if isinstance(talk.floor, Receiving | Left | searching.State):
                return Step(talk)
            case _:
                return self.matter(talk, event)

    def of_case(self, talk: Talk, event: news.OfCase) -> Next:
        step = with_human.of_case(talk, event)
        if not self._pictures or talk.channel != "webchat" or not isinstance(step.state, Talk):
            return step
        return replace(step, effects=(*step.effects, *relay.welcome(talk.human, step.state.human)))

    def silent(self, talk: Talk) -> Next:
        """Ask once, then close. Nothing is changed under a person who may still be locked out."""
        if not is_waiting(talk):
            return Step(talk)
        if talk.nudged:
            return self.restart(talk, "reception.closed")
        return Step(replace(talk, nudged=True), (Say("reception.still_there", choices=(RESTART, HUMAN)),))

    # what may happen anywhere

    def restart(self, talk: Talk, text: str) -> Next:
        says = LEFT if talk.disowned else Say(text, choices=ABOUT_PLATFORM)
        return Step(replace(talk.begun_anew, nudged=False), (*void(talk), LetSleep("silence"), says))

    def leave(self, talk: Talk) -> Next:
        """A web session can be left for a private one. A Teams chat belongs to its person for ever: only this turn ends."""
        facts = (Fact("session.disowned"),)
        if talk.channel == "teams":
            again = replace(talk.begun_anew, rated=None)
            return Step(again, (*void(talk), LetSleep("silence"), Say("reception.left_teams")), facts)
        left = tuple(Tell(case_of(number), PersonLeft()) for number in talk.cases)
        return Step(
            replace(talk, floor=Left(), human=None, rated=None, disowned=True),
            (*void(talk), *left, LEFT),
            facts,
        )
