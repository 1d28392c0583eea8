"""The other cases of the same person, as lines beside the case that an agent has open. No word of theirs and no key is in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.case_file import Filed
from bot.domain.cases import Agent, Closed, Taken

SHOWN_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Other:
    """`outcome`: empty while it is open. `agent`: who has it, or who closed it. `into`: where it was merged.
    `had_key`: how they last had it there, if they had.

    `may_come`: it can be merged into the case that is on the page.
    """

    number: int
    at: datetime
    reason: str
    outcome: str
    agent: str
    had_key: str
    into: int | None
    tags: tuple[str, ...]
    may_come: bool

    @property
    def is_open(self) -> bool:
        return not self.outcome


def others_of(others: tuple[Filed, ...], agent: Agent, *, is_mine: bool) -> Iterator[Other]:
    for filed in others:
        case, stage = filed.case, filed.stage
        yield Other(
            case.number,
            filed.since,
            case.reason,
            stage.outcome if isinstance(stage, Closed) else "",
            stage.by.name if isinstance(stage, Taken | Closed) else "",
            next((one for one in reversed(filed.heard) if one in ("shown", "read_aloud")), ""),
            stage.into if isinstance(stage, Closed) else None,
            stage.tags if isinstance(stage, Closed) else (),
            is_mine and filed.is_open and filed.holder in (None, agent) and case.reason != "disowned",
        )
