"""Searches everything that is left behind for every key there is: in any spelling, the answer must be nowhere."""

import json
from collections.abc import Iterable, Iterator

from tests.app.living import Living


async def assert_no_key_is_left(living: Living, logged: str = "", *, expected: tuple[str, ...] = ()) -> None:
    keys = (*await living.keys(), *expected)
    assert keys
    left = {name: content.casefold() for name, content in _left_behind(living, logged)}
    left["audit"] = "\n".join([record.line async for record in living.house.store.audit()]).casefold()
    for key in keys:
        for spelling in _spellings(key):
            found = [name for name, content in left.items() if spelling in content]
            assert not found, f"a key is left in {found}"


async def assert_no_code_is_left(living: Living, logged: str, codes: Iterable[str]) -> None:
    """Codes of the desk stand in one response, and nowhere as they are."""
    left = {name: content.upper() for name, content in _left_behind(living, logged)}
    left["audit"] = "\n".join([record.line async for record in living.house.store.audit()]).upper()
    for code in codes:
        for spelling in (code, code.replace(" ", "")):
            found = [name for name, content in left.items() if spelling in content]
            assert not found, f"a code is left in {found}"


def _left_behind(living: Living, logged: str) -> Iterator[tuple[str, str]]:
    """Databases with their write-ahead logs as raw bytes, everything that was sent, everything that was logged."""
    for path in living.folder.iterdir():
        yield path.name, path.read_bytes().decode("latin-1")
    for number, visitor in enumerate(living.visitors):
        for nth, (what, content) in enumerate(visitor.captured):
            yield f"visitor {number}, answer {nth}, {what}", content
    for nth, sent in enumerate(living.there.connector.sent):
        yield f"Teams, request {nth}, {sent.method} {sent.path}", json.dumps(sent.body, ensure_ascii=False)
    for nth, (line, body) in enumerate(living.tickets.asked):
        yield f"ServiceNow, request {nth}, {line}", f"{line} {body}"
    yield "log", logged


def _spellings(key: str) -> Iterator[str]:
    """Whole, and any three groups in a row, with the usual separators."""
    groups = key.casefold().split("-")
    for separator in ("-", "", " "):
        for start in range(len(groups) - 2):
            yield separator.join(groups[start : start + 3])
