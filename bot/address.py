"""Where a conversation can be spoken to again: kept beside it, because a key change is confirmed days later."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.flow import Step


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody has written from there yet."""


@dataclass(frozen=True, slots=True)
class Address:
    """As the channel last gave it. Whoever uses it checks its host again."""

    service_url: str
    conversation: str
    bot: str
    person: str


State: TypeAlias = Unknown | Address


@dataclass(frozen=True, slots=True)
class Met:
    address: Address


@dataclass(frozen=True, slots=True)
class Gone:
    """They have removed us: nothing reaches them there."""


def address_of(chat: str) -> str:
    return f"address:{chat.partition(':')[2]}"


def step(state: State, event: object) -> Step[State, object]:
    match event:
        case Met(address):
            return Step(address)
        case Gone():
            return Step(Unknown())
        case _:
            return Step(state)
