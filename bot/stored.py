"""The shapes that may stand in the store. What is not listed here is neither written nor read."""

import dataclasses
from collections.abc import Iterator
from types import ModuleType

from bot import address, casework, challenge, effects, finding, keychange, news, standing
from bot.codec import Codec
from bot.domain import cases, devices, key_id, people, speech

MODULES: tuple[ModuleType, ...] = (
    address, casework, challenge, effects, finding, keychange, news, standing, cases, devices, key_id, people, speech,
)  # fmt: skip


def codec_of(*more: ModuleType) -> Codec:
    """`more`: the states and effects of the dialogs, which the engine does not know."""
    return Codec(cls for module in (*MODULES, *more) for cls in dataclasses_of(module))


def dataclasses_of(module: ModuleType) -> Iterator[type]:
    for value in vars(module).values():
        if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == module.__name__:
            yield value
