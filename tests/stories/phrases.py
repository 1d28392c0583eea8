"""The phrases that a story may use, each with what it does."""

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.stories.teller import Telling

Step = Callable[["Telling", re.Match[str]], Awaitable[None]]
PHRASES: list[tuple[re.Pattern[str], Step]] = []


def phrase(pattern: str) -> Callable[[Step], Step]:
    def keep(step: Step) -> Step:
        PHRASES.append((re.compile(pattern), step))
        return step

    return keep
