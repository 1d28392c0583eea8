"""What an auditor asks about, chained by hash so that an edit, a gap or a reorder shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.people import PersonId

FIRST_LINK = "0" * 64


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened: `what` as subject.verb, to whom, and the plain words about it. Never a key."""

    what: str
    person: PersonId | None = None
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the audit as it is stored: `line` is canonical JSON, `link` the hash over it and all before it."""

    seq: int
    line: str
    link: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold, and why."""

    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A point of the chain that somebody wrote down elsewhere: whatever is older cannot be rewritten unseen."""

    seq: int
    link: str


def canonical(seq: int, at: datetime, fact: Fact, alias: str | None) -> str:
    """The one spelling of a record. People appear under their alias, so that they can be forgotten."""
    content = {"seq": seq, "at": at.isoformat(), "what": fact.what, "who": alias, "about": dict(fact.about)}
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def link_after(previous: str, line: str) -> str:
    return hashlib.sha256(f"{previous}\n{line}".encode()).hexdigest()


def find_break(records: Iterable[Record], anchor: Anchor | None = None) -> Break | None:
    """Walk the chain from its beginning; the first record that does not fit is the answer."""
    previous, expected = FIRST_LINK, 1
    anchored = anchor is None
    for record in records:
        if record.seq != expected:
            return Break(expected, f"record {expected} is missing")
        if link_after(previous, record.line) != record.link:
            return Break(record.seq, f"record {record.seq} is not what was written")
        if _seq_inside(record.line) != record.seq:
            return Break(record.seq, f"record {record.seq} stands in another's place")
        if anchor and record.seq == anchor.seq:
            if record.link != anchor.link:
                return Break(record.seq, f"record {record.seq} differs from the anchor")
            anchored = True
        previous, expected = record.link, expected + 1
    return (
        None if anchored or anchor is None else Break(anchor.seq, f"the records end before the anchor at {anchor.seq}")
    )


def _seq_inside(line: str) -> int | None:
    try:
        content = json.loads(line)
    except ValueError:
        return None
    seq = content.get("seq") if isinstance(content, dict) else None
    return seq if isinstance(seq, int) else None
