"""One person's conversation: who it is with, which dialog has the floor, and what is known of it from there."""

from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.case_file import PersonAdded, PersonLeft
from bot.case_pictures import PictureAdded
from bot.challenge import Voided, flow_id
from bot.domain.cases import Learnt
from bot.domain.people import Principal
from bot.domain.speech import Channel
from bot.effects import Say, Tell
from bot.flow import Step
from dialogs import rating
from dialogs.guidance import states as searching
from dialogs.handoff.states import HandedOff, OpeningCase, WithHuman
from dialogs.reception.states import Left, Receiving, Unopened
from dialogs.recovery import states as recovering

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

    `nudged`: asked whether they are still there. `openings`: how often a case was asked for. `human`: an agent has it.
    `rated`: they were asked how it was. `disowned`: whoever sits there said that the account is not theirs; that stays.
    `link`: one that went out and may be good still, though no dialog that has the floor speaks of it.
    """

    chat: str
    who: Principal
    channel: Channel
    language: str
    floor: Floor
    learnt: Learnt
    nudged: bool = False
    openings: int = 0
    human: WithHuman | None = None
    rated: rating.State = None
    disowned: bool = False
    link: str | None = None

    @property
    def begun_anew(self) -> "Talk":
        """Nothing is known any more but whose conversation it is."""
        return replace(self, floor=Left() if self.disowned else Receiving(), learnt=Learnt(), human=None)

    @property
    def target(self) -> recovering.Target | None:
        """The key that they are on their way to."""
        match self.floor:
            case recovering.MakingLink(target) | recovering.Proving(target) | recovering.AskingOutcome(target):
                return target
            case _:
                return None

    @property
    def cases(self) -> frozenset[int]:
        """What agents know this conversation by."""
        of_floor = {self.floor.number} if isinstance(self.floor, HandedOff) else set[int]()
        return frozenset(of_floor | ({self.human.number} if self.human else set()))

    @property
    def is_idle(self) -> bool:
        """Nothing is going on that a human who comes back could disturb."""
        return self.human is None and isinstance(self.floor, Receiving | recovering.Solved)

    @property
    def awaits_key(self) -> bool:
        """They are at a link that is out, or at a key that was shown."""
        return isinstance(self.floor, recovering.Proving | recovering.AskingOutcome)

    @property
    def awaits_approval(self) -> bool:
        return isinstance(self.floor, recovering.Proving) and self.floor.approval

    def awaits(self, opening: int) -> bool:
        """That case, and none that was given up."""
        return isinstance(self.floor, OpeningCase) and self.floor.opening == opening


State: TypeAlias = Unopened | Talk
Next: TypeAlias = Step[State, object]


def void(talk: Talk) -> tuple[Tell, ...]:
    """A link that is out is worth nothing any more. One that is over takes no notice."""
    links = dict.fromkeys(link for link in (talk.link, _link_of(talk.floor)) if link is not None)
    return tuple(Tell(flow_id(link), Voided("replaced")) for link in links)


def _link_of(floor: Floor) -> str | None:
    match floor:
        case recovering.Proving(_, challenge_id) | recovering.AskingOutcome(_, challenge_id):
            return challenge_id
        case _:
            return None


def _holding(before: Talk, after: Talk, effects: tuple[object, ...]) -> tuple[Talk, tuple[object, ...]]:
    """One link at a time is good, and the conversation knows it until it is void."""
    known, of_floor = before.link or _link_of(before.floor), _link_of(after.floor)
    if known is not None and (known == of_floor or _ends(effects, known)):
        known = None
    if known is not None and of_floor is not None:
        effects = (*effects, Tell(flow_id(known), Voided("replaced")))
        known = None
    return (after if known == after.link else replace(after, link=known)), effects


def _ends(effects: tuple[object, ...], link: str) -> bool:
    return any(
        isinstance(one, Tell) and one.flow_id == flow_id(link) and isinstance(one.event, Voided) for one in effects
    )


def _stamped(effect: object, talk: Talk) -> object:
    match effect:
        case Say() if effect.language != talk.language:
            return replace(effect, language=talk.language)
        case Tell(_, (PersonAdded() | PictureAdded() | PersonLeft()) as event):
            return replace(effect, event=replace(event, chat=talk.chat))
        case _:
            return effect


def stamped(talk: Talk, step: Next) -> Next:
    """Every word in the person's language, every fact under the person's name, every word to agents from where it was written."""
    after, owed = _holding(talk, step.state if isinstance(step.state, Talk) else talk, step.effects)
    effects = tuple(_stamped(effect, after) for effect in owed)
    return Step(after, effects, tuple(replace(fact, person=talk.who.id) for fact in step.facts))
