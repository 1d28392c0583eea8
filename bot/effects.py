"""What any flow may owe the world: words to its person, news to another flow, a call at a later time."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: `id` comes back when it is pressed, `text` is an entry of the catalogue, `facts` fill its blanks."""

    id: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Say:
    """One message. `text` is an entry of the catalogue, never a sentence.

    `link` names a challenge: beside the words stand a button to its page, a QR code of it and its two-digit `number`.
    """

    text: str
    facts: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    link: str | None = None
    number: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Tell:
    """News for another flow. It arrives once, under the id of this owed effect."""

    flow_id: str
    event: object


@dataclass(frozen=True, slots=True)
class Wake:
    """Call this flow back after so many seconds. A second call of the same name replaces the first."""

    name: str
    after: float


@dataclass(frozen=True, slots=True)
class LetSleep:
    """Take a call back."""

    name: str


@dataclass(frozen=True, slots=True)
class Woken:
    """The event that a `Wake` becomes when its time has come."""

    name: str


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The event that an effect becomes when it could not be carried out after every retry."""

    effect: str
