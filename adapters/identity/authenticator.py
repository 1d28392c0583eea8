"""Proof by authenticator code: seeds sealed at rest, each code good once, unknown people refused in the same time."""

import base64
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from adapters.identity.totp import matching_counter
from adapters.sources.vault.sealing import BrokenSeal, Seal
from adapters.store.moments import micros, moment
from adapters.store.sqlite_file import SqliteFile
from bot.domain.errors import ProofRefused
from bot.domain.people import PersonId
from bot.domain.secret import Secret
from bot.ports.seeds import Enrolled

SEED_BYTES = 20
_NOBODY = b"\0" * SEED_BYTES


@dataclass(frozen=True, slots=True)
class _Kept:
    sealed: bytes
    last_counter: int
    enrolled: Enrolled


class Authenticator:
    name = "authenticator"

    def __init__(self, file: SqliteFile, seal: Seal) -> None:
        self._file, self._seal = file, seal

    # proof

    async def prove(self, person: PersonId, answer: str, at: datetime) -> None:
        """A seed that is too young is refused like a wrong code, and its code is not used up."""
        found = await self._file.run(partial(_seed, object_id=person.object_id))
        seed, newer_than = (self._opened(person, found.sealed), found.last_counter) if found else (_NOBODY, 0)
        counter = matching_counter(seed, _bare(answer), at, newer_than=newer_than)
        if found is None or counter is None or not found.enrolled.is_usable(at):
            raise ProofRefused
        if not await self._file.run(partial(_spend, object_id=person.object_id, counter=counter)):
            raise ProofRefused

    # enrolment

    async def enrolled(self, person: PersonId) -> Enrolled | None:
        found = await self._file.run(partial(_seed, object_id=person.object_id))
        return None if found is None else found.enrolled

    async def prepare(self, person: PersonId, seed_id: str) -> Secret:
        seed = Secret(base64.b32encode(secrets.token_bytes(SEED_BYTES)).decode())
        sealed = self._seal.close(seed, _bound_to(person))
        await self._file.execute("INSERT INTO pending_seed VALUES (?, ?, ?)", (seed_id, person.object_id, sealed))
        return seed

    async def try_first_code(self, person: PersonId, seed_id: str, code: str, at: datetime) -> int:
        sealed = await self._file.run(partial(_pending, seed_id=seed_id, object_id=person.object_id))
        seed = self._opened(person, sealed) if sealed else _NOBODY
        counter = matching_counter(seed, _bare(code), at, newer_than=0)
        if sealed is None or counter is None:
            raise ProofRefused
        return counter

    async def activate(
        self, person: PersonId, seed_id: str, counter: int, since: datetime, usable_from: datetime
    ) -> None:
        row = (seed_id, counter, micros(since), micros(usable_from))
        await self._file.run(partial(_activate, object_id=person.object_id, row=row))

    async def remove(self, person: PersonId, seed_id: str) -> None:
        await self._file.execute("DELETE FROM seed WHERE object_id = ? AND id = ?", (person.object_id, seed_id))

    async def forget(self, person: PersonId, seed_id: str) -> None:
        await self._file.execute("DELETE FROM pending_seed WHERE object_id = ? AND id = ?", (person.object_id, seed_id))

    async def enrol(self, person: PersonId, seed: Secret, usable_from: datetime | None = None) -> None:
        """At once, whatever was there before, and nobody asked: for the demo's people and tests alone."""
        sealed = self._seal.close(seed, _bound_to(person))
        row = (person.object_id, sealed, secrets.token_hex(8), None if usable_from is None else micros(usable_from))
        statement = "INSERT OR REPLACE INTO seed (object_id, sealed, id, usable_from) VALUES (?, ?, ?, ?)"
        await self._file.execute(statement, row)

    async def seed_of(self, person: PersonId) -> Secret | None:
        """For the demo's simulated phone alone."""
        found = await self._file.run(partial(_seed, object_id=person.object_id))
        return None if found is None else self._seal.open(found.sealed, _bound_to(person))

    def _opened(self, person: PersonId, sealed: bytes) -> bytes:
        try:
            seed = self._seal.open(sealed, _bound_to(person))
        except BrokenSeal as error:
            raise ProofRefused from error
        return base64.b32decode(seed.open_to("check"))


def _bare(code: str) -> str:
    return "".join(letter for letter in code if not letter.isspace())


def _bound_to(person: PersonId) -> str:
    return f"seed of {person}"


def _seed(db: sqlite3.Connection, object_id: str) -> _Kept | None:
    statement = "SELECT sealed, last_counter, id, enrolled_at, usable_from FROM seed WHERE object_id = ?"
    row = db.execute(statement, (object_id,)).fetchone()
    if row is None:
        return None
    sealed, last_counter, seed_id, since, usable_from = row
    return _Kept(sealed, last_counter, Enrolled(seed_id, _moment(since), _moment(usable_from)))


def _moment(at: int | None) -> datetime | None:
    return None if at is None else moment(at)


def _pending(db: sqlite3.Connection, seed_id: str, object_id: str) -> bytes | None:
    statement = "SELECT sealed FROM pending_seed WHERE id = ? AND object_id = ?"
    row = db.execute(statement, (seed_id, object_id)).fetchone()
    return None if row is None else bytes(row[0])


def _spend(db: sqlite3.Connection, object_id: str, counter: int) -> bool:
    """One statement decides between two parallel proofs with one code."""
    statement = "UPDATE seed SET last_counter = ? WHERE object_id = ? AND last_counter < ?"
    return db.execute(statement, (counter, object_id, counter)).rowcount == 1


def _activate(db: sqlite3.Connection, object_id: str, row: tuple[str, int, int, int]) -> None:
    """Moved, so that asking again finds nothing to move; an older one that comes late does not replace a newer one."""
    seed_id, counter, since, usable_from = row
    taken = "DELETE FROM pending_seed WHERE id = ? AND object_id = ? RETURNING sealed"
    found = db.execute(taken, (seed_id, object_id)).fetchone()
    newer = "SELECT 1 FROM seed WHERE object_id = ? AND enrolled_at > ?"
    if found is None or db.execute(newer, (object_id, since)).fetchone():
        return
    statement = (
        "INSERT OR REPLACE INTO seed (object_id, sealed, last_counter, id, enrolled_at, usable_from) "
        "VALUES (?, ?, ?, ?, ?, ?)"
    )
    db.execute(statement, (object_id, found[0], counter, seed_id, since, usable_from))
