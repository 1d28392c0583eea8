"""What flows owe, in rows: leased to one at a time, and of a flow's speech only the first."""

import sqlite3
from datetime import datetime, timedelta

from adapters.store.moments import micros, moment
from bot.ports.store import DEED, SAY, Owed, Queue, Turn

_HAS_ITS_TURN = """(mine.lane <> 'say' OR NOT EXISTS (
    SELECT 1 FROM owed AS earlier
    WHERE earlier.flow_id = mine.flow_id AND earlier.lane = 'say' AND earlier.seq < mine.seq))"""

_OF: dict[Queue | None, str] = {None: "true", "speech": "lane = 'say'", "deeds": "lane <> 'say'"}


def owe(db: sqlite3.Connection, turn: Turn, lease: timedelta) -> tuple[Owed, ...]:
    """What is due now is leased to the caller at once, except speech that is left or behind speech."""
    leased: list[Owed] = []
    speaks = any(owing.lane == SAY for owing in turn.owes)
    waits = speaks and (turn.leaves_speech or has_speech(db, turn.flow_id))
    for n, owing in enumerate(turn.owes):
        if owing.lane not in (SAY, DEED):
            db.execute("DELETE FROM owed WHERE flow_id = ? AND lane = ?", (turn.flow_id, owing.lane))
            leased = [one for one in leased if one.lane != owing.lane]
        if owing.body is None:
            continue
        owed = Owed(f"{turn.flow_id}/{turn.over + 1}.{n}", turn.flow_id, owing.lane, owing.body, 0, turn.at)
        is_mine = owing.due <= turn.at and not (waits and owing.lane == SAY)
        _insert_owed(db, owed, owing.due, turn.at + lease if is_mine else owing.due)
        if is_mine:
            leased.append(owed)
    return tuple(leased)


def has_speech(db: sqlite3.Connection, flow_id: str) -> bool:
    statement = "SELECT 1 FROM owed WHERE flow_id = ? AND lane = ? LIMIT 1"
    return db.execute(statement, (flow_id, SAY)).fetchone() is not None


def _insert_owed(db: sqlite3.Connection, owed: Owed, due: datetime, free_at: datetime) -> None:
    statement = "INSERT INTO owed (id, flow_id, lane, body, since, due_at, free_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
    times = (micros(owed.since), micros(due), micros(free_at))
    db.execute(statement, (owed.id, owed.flow_id, owed.lane, owed.body, *times))


def postpone(db: sqlite3.Connection, owed_id: str, until: int) -> None:
    statement = """
        UPDATE owed SET due_at = ?, free_at = ?, attempts = attempts + 1 WHERE id = ? RETURNING flow_id, lane, seq"""
    postponed = db.execute(statement, (until, until, owed_id)).fetchone()
    if postponed and postponed[1] == SAY:
        behind = "UPDATE owed SET free_at = due_at WHERE flow_id = ? AND lane = ? AND seq > ?"
        db.execute(behind, postponed)


def claim(
    db: sqlite3.Connection, at: datetime, until: datetime, queue: Queue | None, flow_id: str | None, limit: int
) -> tuple[Owed, ...]:
    # Not by the index of seq (hence the +): it would walk past every timer of the future to find the few rows due.
    statement = f"""
        SELECT id, flow_id, lane, body, attempts, since FROM owed AS mine
        WHERE free_at <= ? {"AND flow_id = ?" if flow_id else ""} AND {_OF[queue]}
          AND {_HAS_ITS_TURN}
        ORDER BY +seq LIMIT ?"""  # noqa: S608 - the conditions are literals
    values = (micros(at), flow_id, limit) if flow_id else (micros(at), limit)
    rows = db.execute(statement, values).fetchall()
    db.executemany("UPDATE owed SET free_at = ? WHERE id = ?", [(micros(until), row[0]) for row in rows])
    return tuple(Owed(row[0], row[1], row[2], row[3], row[4], moment(row[5])) for row in rows)


def next_due(db: sqlite3.Connection) -> int | None:
    """When `claim` could next find something: speech that waits behind other speech does not count."""
    statement = f"SELECT free_at FROM owed AS mine WHERE {_HAS_ITS_TURN} ORDER BY free_at LIMIT 1"  # noqa: S608 - a literal
    row = db.execute(statement).fetchone()
    return None if row is None else int(row[0])
