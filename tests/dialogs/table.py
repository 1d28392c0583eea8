"""Every state meets every event: states are data, so a whole flow fits into one table and one picture of its transitions."""

from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from typing import Any

from bot.flow import Step

GOLDEN = Path(__file__).parent / "golden"
Stepping = Callable[[Any, Any], Step[Any, Any]]


def transitions(step: Stepping, states: Iterable[Any], events: Iterable[Any], name: Callable[[Any], str]) -> str:
    """One line for each arrow between two states, with what it owes: the golden diagram."""
    rows = set()
    for state, event in product(states, events):
        taken = step(state, event)
        owes = " ".join(sorted({type(effect).__name__ for effect in taken.effects} - {"Say", "Wake", "LetSleep"}))
        if name(taken.state) != name(state) or owes:
            rows.add(f"{name(state)} --{type(event).__name__}--> {name(taken.state)}" + (f"  [{owes}]" if owes else ""))
    return "\n".join(sorted(rows)) + "\n"


def assert_golden(file: str, drawn: str) -> None:
    """The diagram is checked in: whoever changes a flow sees in the review which arrows changed."""
    path = GOLDEN / file
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, "utf-8")
        raise AssertionError(f"{file} was drawn for the first time: look at it and check it in")
    assert drawn == path.read_text("utf-8")
