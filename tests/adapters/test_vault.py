"""The embedded key source, directory and key changer, and the compound of several."""

import asyncio
import gc
import secrets
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.sources.several import Several
from adapters.sources.vault import vault as vault_source
from adapters.sources.vault import wrapping_key
from adapters.sources.vault.importing import import_csv
from adapters.sources.vault.sealing import Seal
from adapters.sources.vault.vault import Vault
from adapters.sources.vault.wrapping_key import UnsafeKeyFile
from bot.domain.devices import Findings
from bot.domain.errors import DamagedKey, NoSuchKey, SourceUnavailable
from bot.domain.key_id import canonical_key_id
from bot.domain.people import PersonId
from bot.domain.recovery_key import RecoveryKeyKind, mint_bitlocker_key
from bot.domain.secret import Secret
from tests.fakes.clock import FakeClock

ALEX = PersonId("t", "alex")
PERSON = "INSERT INTO person VALUES (?, 't', ?, 'Some Name', 'Some', '', NULL, 'en', 1)"
DEVICE = "INSERT INTO device VALUES (?, ?, 'windows', 'corporate', ?, 'S', ?)"


@pytest.fixture
async def vault(tmp_path: Path) -> AsyncIterator[Vault]:
    one = Vault(vault_source.open_file(tmp_path / "vault.db"), Seal(secrets.token_bytes(32)), FakeClock())
    for who in ("alex", "sam"):
        await one.file.execute(PERSON, (who, who))
    for device, owner, can_change in (("d1", "alex", 1), ("d2", "sam", 0)):
        await one.file.execute(DEVICE, (device, device.upper(), owner, can_change))
    yield one
    await one.close()


async def keep(vault: Vault, device: str, days: int, *, data: bool = False) -> tuple[str, str, str]:
    key, key_id = mint_bitlocker_key(secrets.randbelow), canonical_key_id(secrets.token_hex(16))
    at = FakeClock().now() + timedelta(days=days)
    ref = await vault.escrow(device, "data" if data else "system", "bitlocker", key_id, key, at)
    return ref, key_id, key.open_to("check")


async def test_a_person_sees_their_own_devices_and_no_others(vault: Vault) -> None:
    mine, _, _ = await keep(vault, "d1", 0)
    await keep(vault, "d2", 0)

    found = await vault.devices_of(ALEX)

    assert [device.name for device in found.devices] == ["D1"]
    assert [card.key_ref for card in found.devices[0].keys] == [mine]
    assert await vault.devices_of(PersonId("other", "alex")) == Findings()


async def test_candidates_come_in_the_order_they_are_tried(vault: Vault) -> None:
    data, _, _ = await keep(vault, "d1", 3, data=True)
    oldest, _, _ = await keep(vault, "d1", 0)
    newest, _, _ = await keep(vault, "d1", 2)
    middle, _, _ = await keep(vault, "d1", 1)

    cards = (await vault.devices_of(ALEX)).devices[0].keys

    assert [card.key_ref for card in cards] == [newest, middle, oldest, data]
    assert [card.current for card in cards] == [True, False, False, True]
    assert set(await vault.newest("d1")) == {newest, data}


async def test_the_key_that_was_put_in_comes_out(vault: Vault) -> None:
    ref, _, key = await keep(vault, "d1", 0)

    kind, fetched = await vault.fetch(ref)

    assert (kind, fetched.open_to("check")) == ("bitlocker", key)
    with pytest.raises(NoSuchKey):
        await vault.fetch("vault:nothing")


async def test_a_row_moved_to_another_device_is_damaged(vault: Vault) -> None:
    ref, _, _ = await keep(vault, "d2", 0)
    await vault.file.execute("UPDATE key SET device_id = 'd1' WHERE ref = ?", (ref,))

    with pytest.raises(DamagedKey):
        await vault.fetch(ref)


@pytest.mark.parametrize("length", [4, 8, 9, 12, 20, 32])
async def test_a_key_id_is_known_by_any_beginning_of_it(vault: Vault, length: int) -> None:
    _, key_id, _ = await keep(vault, "d2", 0)

    assert await vault.knows_key_id(key_id.replace("-", "")[:length])
    assert not await vault.knows_key_id("0" * 31)


async def test_the_files_hold_no_key(vault: Vault, tmp_path: Path) -> None:
    kept = [await keep(vault, "d1", n) for n in range(20)]
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    for _, _, key in kept:
        assert key.encode() not in raw
        assert key.replace("-", "").encode() not in raw
        assert key[7:20].encode() not in raw


async def test_a_change_is_ordered_once_and_only_of_a_device_that_can(vault: Vault) -> None:
    assert await vault.order("d1", "order-1")
    assert await vault.order("d1", "order-1")
    assert not await vault.order("d2", "order-2")
    assert await vault.has_order("d1")

    await vault.finish_orders("d1")
    assert not await vault.has_order("d1")


async def test_a_closed_vault_is_unavailable_not_empty(vault: Vault) -> None:
    await vault.file.close()

    with pytest.raises(SourceUnavailable):
        await vault.devices_of(ALEX)


class Silent:
    name = "silent"

    async def devices_of(self, person: PersonId) -> Findings:
        await asyncio.sleep(60)
        raise AssertionError(person)

    async def knows_key_id(self, digits: str) -> bool:
        raise SourceUnavailable(self.name)

    async def by_key_id(self, beginnings: tuple[str, ...]) -> Findings:
        await asyncio.sleep(60)
        raise AssertionError(beginnings)

    async def fetch(self, key_ref: str) -> tuple[RecoveryKeyKind, Secret]:
        await asyncio.sleep(60)
        raise AssertionError(key_ref)


async def test_several_sources_answer_with_what_they_have_and_name_who_was_silent(vault: Vault) -> None:
    ref, key_id, key = await keep(vault, "d1", 0)
    several = Several((vault, Silent()), patience=0.05)

    found = await several.devices_of(ALEX)

    assert [device.name for device in found.devices] == ["D1"]
    assert found.silent == ("silent",)
    assert await several.knows_key_id(key_id[:8])
    assert (await several.by_key_id((key_id[:8],))).silent == ("silent",)
    assert (await several.fetch(ref))[1].open_to("check") == key
    with pytest.raises(SourceUnavailable):
        await several.fetch("silent:x")


async def test_the_vault_notes_when_an_import_gives_a_computer_to_somebody_else(vault: Vault, tmp_path: Path) -> None:
    people = "object_id,tenant,login,name,given_name,mail,manager,language,enabled\n"
    people += "".join(f"{one},t,{one},{one} Name,,,,en,yes\n" for one in ("ann", "ben"))
    (tmp_path / "people.csv").write_text(people)
    (tmp_path / "keys.csv").write_text("device_id,drive,key_id,stored_at,recovery_key\n")

    async def since(owner: str) -> datetime | None:
        line = f"device_id,name,platform,ownership,owner,serial\nx1,X1,windows,corporate,{owner},S\n"
        (tmp_path / "devices.csv").write_text(line)
        report = await import_csv(vault, *(tmp_path / f"{name}.csv" for name in ("people", "devices", "keys")))
        assert report.is_clean, report.problems
        return (await vault.devices_of(PersonId("t", owner))).devices[0].owner_since

    first, again = await since("ann"), await since("ann")
    changed = await since("ben")

    assert (first, again) == (None, None), "nobody knows what was before"
    assert changed == vault.now()
    assert await since("ben") == changed


async def test_a_caller_who_goes_at_once_leaves_no_question_half_asked(vault: Vault) -> None:
    """A coroutine that nobody awaits is an error here: pytest makes one of the warning."""
    asking = asyncio.ensure_future(Several((vault,)).devices_of(ALEX))
    await asyncio.sleep(0)

    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    gc.collect()


def test_the_wrapping_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    path = tmp_path / "wrapping.key"

    made = wrapping_key.load_or_make(path)

    assert len(made) == 32
    assert path.stat().st_mode & 0o777 == 0o400
    assert wrapping_key.load_or_make(path) == made
    path.chmod(0o440)
    with pytest.raises(UnsafeKeyFile):
        wrapping_key.load_or_make(path)


@pytest.mark.parametrize("text", ["", "not base64!", "c2hvcnQ="])
def test_a_file_without_a_key_is_refused(text: str) -> None:
    with pytest.raises(UnsafeKeyFile):
        wrapping_key.parse(text)
