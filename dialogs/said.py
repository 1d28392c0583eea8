"""What a person can mean, in whatever words or with whichever button they said it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.domain.devices import Platform
from bot.domain.key_id import TypedKeyId


@dataclass(frozen=True, slots=True)
class Told:
    """The problem, as far as it was told: which kind of computer, which Key ID."""

    platform: Platform | None = None
    key_id: TypedKeyId | None = None


@dataclass(frozen=True, slots=True)
class DevicePicked:
    device_id: str


@dataclass(frozen=True, slots=True)
class Worked: ...


@dataclass(frozen=True, slots=True)
class DidNotWork: ...


@dataclass(frozen=True, slots=True)
class NewLinkAsked: ...


@dataclass(frozen=True, slots=True)
class NoKeyIdSeen: ...


@dataclass(frozen=True, slots=True)
class PrivateComputer: ...


@dataclass(frozen=True, slots=True)
class FoundIt: ...


@dataclass(frozen=True, slots=True)
class NotThere: ...


@dataclass(frozen=True, slots=True)
class HumanAsked: ...


@dataclass(frozen=True, slots=True)
class LostReported: ...


@dataclass(frozen=True, slots=True)
class NotMySession: ...


@dataclass(frozen=True, slots=True)
class RestartAsked: ...


@dataclass(frozen=True, slots=True)
class KeyPasted: ...


@dataclass(frozen=True, slots=True)
class KeyChangeWanted: ...


@dataclass(frozen=True, slots=True)
class PhotoSent: ...


@dataclass(frozen=True, slots=True)
class Greeted: ...


@dataclass(frozen=True, slots=True)
class Thanked: ...


@dataclass(frozen=True, slots=True)
class Rated:
    """How it was."""

    mark: Literal["good", "bad"]


@dataclass(frozen=True, slots=True)
class Commented:
    """Words beside a mark."""

    text: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words that we did not understand. They go along when a human takes over."""

    text: str


Said: TypeAlias = (
    Told | DevicePicked | Worked | DidNotWork | NewLinkAsked | NoKeyIdSeen | PrivateComputer | FoundIt | NotThere
    | HumanAsked | LostReported | NotMySession | RestartAsked | KeyPasted | KeyChangeWanted | PhotoSent
    | Greeted | Thanked | Rated | Commented | Unclear
)  # fmt: skip
