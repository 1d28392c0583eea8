"""What the desk's pages say by the clock alone: how old a case is, how long somebody has to wait, and when it says something else."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import TypeAlias

from bot.case_file import Filed
from bot.domain.cases import Waits
from bot.domain.release import RELEASE_LIVES, Agreed, Proposed, Release

A_LONG_TIME = timedelta(hours=2)
SECONDS_OF = {"hours": 3600, "minutes": 60}
Said: TypeAlias = tuple[str, Mapping[str, str]]
"""A text and its facts."""


def age_of(filed: Filed, now: datetime) -> tuple[str, int]:
    """A text and its number."""
    age = max(now - filed.since, timedelta(0))
    unit = _unit_of(age)
    return unit, int(age.total_seconds() // SECONDS_OF[unit])


def left_of(filed: Filed, now: datetime) -> tuple[str, int] | None:
    """How long somebody still has to take it in, likewise; None where nobody need, or it is late already."""
    if filed.due is None or filed.late or not isinstance(filed.stage, Waits):
        return None
    left = max(filed.due - now, timedelta(0))
    unit = _unit_of(left)
    return unit, ceil(left.total_seconds() / SECONDS_OF[unit])


def waits_for_second(filed: Filed, now: datetime) -> bool:
    """One agent is sure of a person, and another has yet to be."""
    return isinstance(filed.release, Proposed) and now - filed.release.first.at < RELEASE_LIVES


def clocks_of(filed: Filed, now: datetime) -> Mapping[str, Said]:
    """Those on the page of a case, by their names there."""
    unit, n = age_of(filed, now)
    return {"age": (f"desk.age.{unit}", {"n": str(n)}), **_wait_of(filed.release, now)}


def phase_of(filed: Filed, now: datetime) -> int:
    """How far time has brought its release: a page that was drawn in another phase is out of date, though nobody did anything."""
    return sum(moment <= now for moment in _moments_of(filed.release))


def seconds_of_phase(filed: Filed, now: datetime) -> float:
    """How long it lasts yet."""
    coming = [moment for moment in _moments_of(filed.release) if moment > now]
    return (min(coming) - now).total_seconds() if coming else float("inf")


def _wait_of(release: Release | None, now: datetime) -> Mapping[str, Said]:
    if not isinstance(release, Agreed) or release.opens_at is None or release.opens_at <= now:
        return {}
    text = "desk.aloud.waiting" if release.plan.aloud else "desk.release.waiting"
    return {"wait": (text, {"n": str(ceil((release.opens_at - now).total_seconds() / 60))})}


def _moments_of(release: Release | None) -> Iterable[datetime]:
    match release:
        case Proposed(first=first):
            return (first.at + RELEASE_LIVES,)
        case Agreed(opens_at=opens_at, until=until):
            return (until,) if opens_at is None else (opens_at, until)
        case None:
            return ()


def _unit_of(time: timedelta) -> str:
    return "hours" if time >= A_LONG_TIME else "minutes"
