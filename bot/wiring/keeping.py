"""What an installation keeps, opened: its key, the vault, the store."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.sources.vault import rows, wrapping_key
from adapters.sources.vault import vault as vault_source
from adapters.sources.vault.sealing import Seal
from adapters.sources.vault.vault import Vault
from adapters.store import sqlite
from adapters.store.sqlite import SqliteStore
from bot.ports.clock import Clock
from bot.settings import Settings


def derived(key: bytes, purpose: str) -> bytes:
    """One key a purpose, so that none of them helps against another."""
    return hmac.digest(key, f"sparekey {purpose}".encode(), hashlib.sha256)


@asynccontextmanager
async def open_vault(settings: Settings, folder: Path, clock: Clock) -> AsyncIterator[Vault]:
    seal = Seal(derived(installation_key(settings, folder), "vault"))
    vault = Vault(vault_source.open_file(folder / "vault.db"), seal, clock)
    try:
        yield vault
    finally:
        await vault.close()


async def groups_in_vault(folder: Path) -> tuple[str, ...] | None:
    """Those that somebody is in; None where groups were never imported. No key is needed, and none is made."""
    file = vault_source.open_file(folder / "vault.db")
    try:
        return await file.run(rows.group_names)
    finally:
        await file.close()


@asynccontextmanager
async def open_store(folder: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(sqlite.open_file(folder / "sparekey.db"))
    try:
        yield store
    finally:
        await store.close()


def installation_key(settings: Settings, folder: Path) -> bytes:
    return wrapping_key.load_or_make(settings.wrapping_key_file or folder / "wrapping.key")
