"""An agent's own chat with the bot, where they talk with one of their people at a time: how it stands, what it hears and owes.

Nothing of it is kept anywhere else, so any replica goes on with it. The words are in `dialogs.agents`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from bot.domain.cases import Case, Outcome
from bot.domain.people import PersonId

KIND = "agent_chat"
OF_DESK = "desk:"
"""What the buttons of the desk begin with, in an agent's own chat and in the agents' channel."""
LONGEST_NUMBER = 9

Deed = Literal["take", "next", "talk", "pause", "back", "keep", "close"]
DEEDS: tuple[Deed, ...] = get_args(Deed)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
ALONE = frozenset[Deed](("next", "pause"))
"""What is done without naming a case."""
WhyLeft = Literal["closed", "merged", "back", "returned", "idle", "handed"]
What = Literal["take", "next", "say", "read", "do"]


def of_agent(who: PersonId) -> str:
    return f"{KIND}:teams:{who}"


# How it stands


@dataclass(frozen=True, slots=True)
class Away:
    """Nothing of the desk was ever done from here."""


@dataclass(frozen=True, slots=True)
class InHand:
    """A case that this agent has here. `read`: how far in the person's history they were shown it.

    `reading`: it is being read on, `more`: and has to be once more. `announced`: that there are words, while others have the floor.
    """

    number: int
    name: str
    read: str = ""
    reading: bool = False
    more: bool = False
    announced: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Words of the agent, masked at the door, on their way to the person of that case."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class AtDesk:
    """`current`: whose what is typed here is. `outgoing`: one after the other, the first is on its way."""

    who: PersonId
    language: str
    cases: tuple[InHand, ...] = ()
    current: int | None = None
    outgoing: tuple[Outgoing, ...] = ()

    def case(self, number: int | None) -> InHand | None:
        return next((one for one in self.cases if one.number == number), None)


State: TypeAlias = Away | AtDesk


# What is pressed and typed


@dataclass(frozen=True, slots=True)
class Pressed:
    who: PersonId
    language: str
    deed: Deed
    number: int = 0
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    text: str
    had_key: bool = False


# What a case tells, and is told


@dataclass(frozen=True, slots=True)
class CaseFollowed:
    """To the case: whoever has it talks in their own chat, which from now on hears what happens to it.

    `pressed_for`: they asked for it in this chat just now.
    """

    by: PersonId
    pressed_for: bool = False


@dataclass(frozen=True, slots=True)
class CaseHere:
    case: Case
    since: datetime
    pressed_for: bool = False


@dataclass(frozen=True, slots=True)
class CaseHanded:
    """A colleague has handed it to this agent."""

    number: int
    by: str


@dataclass(frozen=True, slots=True)
class CaseLeft:
    """It is this agent's no more. `by`: who closed it, or has it now; of one that was merged, the number in which it goes on."""

    number: int
    why: WhyLeft
    by: str = ""


@dataclass(frozen=True, slots=True)
class WordsCame:
    """The person wrote; what, stands in their history."""

    number: int


@dataclass(frozen=True, slots=True)
class PictureCame:
    """The person sent a picture, which is shown at the desk alone."""

    number: int


@dataclass(frozen=True, slots=True)
class PersonGone:
    """Whoever sat there said that they are somebody else: nothing reaches the person there any more."""

    number: int


@dataclass(frozen=True, slots=True)
class CaseReminded:
    """The person has waited long for an answer; or nothing at all has happened in it for long."""

    number: int
    idle: bool = False


# What it owes


@dataclass(frozen=True, slots=True)
class FindNext:
    """Whoever waits longest, of those whom this agent may take."""

    who: PersonId


@dataclass(frozen=True, slots=True)
class TakeCase:
    """`in_turn`: whichever is next; if somebody else was faster, it is another."""

    who: PersonId
    number: int
    in_turn: bool = False


@dataclass(frozen=True, slots=True)
class PassOn:
    who: PersonId
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class ReadOn:
    who: PersonId
    number: int
    after: str


@dataclass(frozen=True, slots=True)
class DoDeed:
    """`outcome`: of a case that is closed."""

    who: PersonId
    number: int
    deed: Deed
    outcome: Outcome | None = None


# What comes back


@dataclass(frozen=True, slots=True)
class NextFound:
    number: int | None


@dataclass(frozen=True, slots=True)
class CaseGot:
    number: int


@dataclass(frozen=True, slots=True)
class PassedOn:
    number: int


@dataclass(frozen=True, slots=True)
class LinesRead:
    """`after`: from where, and `to`: how far it was looked at."""

    number: int
    lines: tuple[str, ...]
    to: str
    after: str


@dataclass(frozen=True, slots=True)
class NotDone:
    """The desk refused. `why` is one of its reasons, `name` whose doing it is."""

    what: What
    number: int
    why: str
    name: str = ""


def choice_of(deed: Deed, number: int = 0, outcome: Outcome | None = None) -> str:
    parts = [deed, *([str(number)] if number else []), *([outcome] if outcome else [])]
    return OF_DESK + ":".join(parts)


def pressed(choice: str, who: PersonId, language: str) -> Pressed | None:
    """What a button means; None for what is none of ours, letter by letter: it came back from a client."""
    deed, _, rest = choice.removeprefix(OF_DESK).partition(":")
    digits, _, outcome = rest.partition(":")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER else 0
    found_deed = next((one for one in DEEDS if one == deed), None)
    found_outcome = next((one for one in OUTCOMES if one == outcome and deed == "close"), None)
    if found_deed is None or (found_deed in ALONE) is bool(number):
        return None
    is_ours = choice == choice_of(found_deed, number, found_outcome)
    return Pressed(who, language, found_deed, number, found_outcome) if is_ours else None
