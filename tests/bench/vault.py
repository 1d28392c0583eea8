"""Look-ups in the vault at a thousand and at a million keys: the time must stay flat."""

import asyncio
import os
import secrets
import sqlite3
import tempfile
import time
from pathlib import Path

from adapters.clock import SystemClock
from adapters.sources.vault import vault as vault_source
from adapters.sources.vault.rows import bound_to
from adapters.sources.vault.sealing import Seal
from adapters.sources.vault.vault import Vault
from bot.domain.people import PersonId
from bot.domain.recovery_key import mint_bitlocker_key

SIZES = (1_000, 100_000, 1_000_000)
LOOK_UPS = 200
AIM = 1.5


def _key_id() -> str:
    digits = os.urandom(16).hex().upper()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _fill(db: sqlite3.Connection, sealed: bytes, start: int, stop: int) -> None:
    """One key a device, one device a person. Every row is as large as a real one; only the sampled keys open."""
    numbers = range(start, stop)
    db.executemany(
        "INSERT INTO person VALUES (?, 'bench', ?, 'Some Name', 'Some', 'some@example.org', NULL, 'en', 1)",
        ((f"p{n}", f"l{n}") for n in numbers),
    )
    db.executemany(
        "INSERT INTO device (id, name, platform, ownership, owner, serial) VALUES (?, ?, 'windows', 'corporate', ?, 'S')",
        ((f"d{n}", f"PC-{n}", f"p{n}") for n in numbers),
    )
    rows = (
        (
            f"vault:{n:024x}",
            f"d{n}",
            "bitlocker",
            "system",
            _key_id(),
            0,
            1,
            f"{n:064x}",
            sealed,
        )
        for n in numbers
    )
    db.executemany("INSERT INTO key VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


async def _microseconds(vault: Vault, seal: Seal, size: int) -> float:
    chosen = [secrets.randbelow(size) for _ in range(LOOK_UPS)]
    for n in chosen:  # give these rows a key that opens
        sealed = seal.close(mint_bitlocker_key(secrets.randbelow), bound_to(f"d{n}", f"vault:{n:024x}"))
        await vault.file.execute("UPDATE key SET sealed = ? WHERE ref = ?", (sealed, f"vault:{n:024x}"))
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        for n in chosen:
            (device,) = (await vault.devices_of(PersonId("bench", f"p{n}"))).devices
            await vault.knows_key_id(secrets.token_hex(4).upper())
            await vault.fetch(device.keys[0].key_ref)
        best = min(best, time.perf_counter() - begun)
    return best / LOOK_UPS * 1e6


async def measure() -> list[tuple[int, float]]:
    seal = Seal(secrets.token_bytes(32))
    found = []
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault(vault_source.open_file(Path(folder) / "vault.db"), seal, SystemClock())
        sealed = seal.close(mint_bitlocker_key(secrets.randbelow), "filling")
        filled = 0
        for size in SIZES:
            for start in range(filled, size, 50_000):
                stop = min(start + 50_000, size)
                await vault.file.run(lambda db, start=start, stop=stop: _fill(db, sealed, start, stop))  # type: ignore[misc]
            filled = size
            found.append((size, await _microseconds(vault, seal, size)))
        await vault.close()
    return found


def run() -> None:
    print("vault: a person's devices, a foreign Key ID and one key, together")
    rows = asyncio.run(measure())
    for size, microseconds in rows:
        print(f"{size:>10,} keys  {microseconds:8.0f} microseconds")
    print(f"ratio of the largest to the smallest: {rows[-1][1] / rows[0][1]:.2f} (aim: at most {AIM})\n")
