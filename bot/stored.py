"""The shapes that may stand in the store. What is not listed here is neither written nor read."""

import dataclasses
from collections.abc import Iterator
from types import ModuleType

from bot import (
    address,
    agent_chat,
    agent_sign_in,
    approval,
    case_clocks,
    case_file,
    case_handing,
    case_merging,
    case_pictures,
    case_release,
    case_wish,
    challenge,
    effects,
    finding,
    keychange,
    limits,
    news,
    oversight,
    past,
    queue,
    standing,
    supervision,
    ticket,
)  # fmt: skip
from bot.codec import Codec
from bot.domain import cases, concerns, devices, key_id, people, release, speech, tickets

MODULES: tuple[ModuleType, ...] = (
    address, agent_chat, agent_sign_in, approval, case_clocks, case_file, case_handing, case_merging, case_pictures, case_release,
    case_wish, challenge, effects, finding, keychange, limits, news, oversight, past, queue, standing, supervision, ticket, cases,
    concerns, devices, key_id, people, release, speech, tickets,
)  # fmt: skip


def codec_of(*more: ModuleType) -> Codec:
    """`more`: the states and effects of the dialogs, which the engine does not know."""
    return Codec(cls for module in (*MODULES, *more) for cls in dataclasses_of(module))


def dataclasses_of(module: ModuleType) -> Iterator[type]:
    for value in vars(module).values():
        if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == module.__name__:
            yield value
