"""Proof by authenticator code: seeds sealed at rest, each code good once, unknown people refused in the same time."""

import base64
import sqlite3
from datetime import datetime
from functools import partial

from adapters.identity.totp import matching_counter
from adapters.sources.vault.sealing import BrokenSeal, Seal
from adapters.store.sqlite_file import SqliteFile
from bot.domain.errors import ProofRefused
from bot.domain.people import PersonId
from bot.domain.secret import Secret

_NOBODY = b"\0" * 20


class Authenticator:
    name = "authenticator"

    def __init__(self, file: SqliteFile, seal: Seal) -> None:
        self._file, self._seal = file, seal

    async def prove(self, person: PersonId, answer: str, at: datetime) -> None:
        found = await self._file.run(partial(_seed, object_id=person.object_id))
        seed, newer_than = self._opened(person, found)
        code = "".join(letter for letter in answer if not letter.isspace())
        counter = matching_counter(seed, code, at, newer_than=newer_than)
        if found is None or counter is None:
            raise ProofRefused
        if not await self._file.run(partial(_spend, object_id=person.object_id, counter=counter)):
            raise ProofRefused

    async def enrol(self, person: PersonId, seed: Secret) -> None:
        """Replaces whatever seed was there; the counter begins anew."""
        sealed = self._seal.close(seed, _bound_to(person))
        await self._file.run(partial(_keep, object_id=person.object_id, sealed=sealed))

    async def seed_of(self, person: PersonId) -> Secret | None:
        """For the demo's simulated phone alone."""
        found = await self._file.run(partial(_seed, object_id=person.object_id))
        return None if found is None else self._seal.open(found[0], _bound_to(person))

    def _opened(self, person: PersonId, found: tuple[bytes, int] | None) -> tuple[bytes, int]:
        if found is None:
            return _NOBODY, 0
        try:
            seed = self._seal.open(found[0], _bound_to(person))
        except BrokenSeal as error:
            raise ProofRefused from error
        return base64.b32decode(seed.open_to("check")), found[1]


def _bound_to(person: PersonId) -> str:
    return f"seed of {person}"


def _seed(db: sqlite3.Connection, object_id: str) -> tuple[bytes, int] | None:
    row = db.execute("SELECT sealed, last_counter FROM seed WHERE object_id = ?", (object_id,)).fetchone()
    return None if row is None else (row[0], row[1])


def _spend(db: sqlite3.Connection, object_id: str, counter: int) -> bool:
    """One statement decides between two parallel proofs with one code."""
    statement = "UPDATE seed SET last_counter = ? WHERE object_id = ? AND last_counter < ?"
    return db.execute(statement, (counter, object_id, counter)).rowcount == 1


def _keep(db: sqlite3.Connection, object_id: str, sealed: bytes) -> None:
    db.execute("INSERT OR REPLACE INTO seed VALUES (?, ?, 0)", (object_id, sealed))
