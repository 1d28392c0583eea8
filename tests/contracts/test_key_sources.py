"""What every key source promises of a search by Key ID: the vault, several as one, and the one that can be silent."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.sources.several import Several
from adapters.sources.vault import vault as vault_source
from adapters.sources.vault.sealing import Seal
from adapters.sources.vault.vault import Vault
from bot.domain.devices import Findings
from bot.domain.people import PersonId
from bot.domain.recovery_key import mint_bitlocker_key
from bot.ports.sources import KeySource
from tests.fakes.clock import FakeClock
from tests.fakes.moody_source import MoodySource

PERSON = "INSERT INTO person VALUES (?, 't', ?, 'Some Name', 'Some', '', NULL, 'en', 1)"
DEVICE = "INSERT INTO device VALUES (?, ?, 'windows', ?, ?, 'S', 0)"
ONE = "4A7C2E10-AAAA-BBBB-CCCC-0123456789AB"
SAME_BEGINNING = "4A7C2E10-DDDD-BBBB-CCCC-0123456789AB"
OTHER = "FFFF2E10-AAAA-BBBB-CCCC-0123456789AB"


@pytest.fixture(params=["vault", "several", "moody"])
async def source(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[KeySource]:
    vault = Vault(vault_source.open_file(tmp_path / "vault.db"), Seal(secrets.token_bytes(32)), FakeClock())
    for owner, device, ownership in (("alex", "d1", "corporate"), ("sam", "d2", "personal")):
        await vault.file.execute(PERSON, (owner, owner))
        await vault.file.execute(DEVICE, (device, device.upper(), ownership, owner))
    for device, key_id in (("d1", ONE), ("d1", OTHER), ("d2", SAME_BEGINNING)):
        key = mint_bitlocker_key(secrets.randbelow)
        await vault.escrow(device, "system", "bitlocker", key_id, key, FakeClock().now())
    sources: dict[str, KeySource] = {"vault": vault, "several": Several((vault,)), "moody": MoodySource(vault)}
    yield sources[request.param]
    await vault.close()


def named(found: Findings) -> dict[str, list[str | None]]:
    return {device.name: [card.key_id for card in device.keys] for device in found.devices}


@pytest.mark.parametrize(
    ("beginnings", "expected"),
    [
        (("4A7C2E10",), {"D1": [ONE], "D2": [SAME_BEGINNING]}),
        (("4A7C2E10AAAA",), {"D1": [ONE]}),
        (("4A7C2E10DDDDBBBBCCCC0123456789AB",), {"D2": [SAME_BEGINNING]}),
        (("FFFF", "4A7C2E10AA"), {"D1": [OTHER, ONE]}),
        (("4A7C2E10A", "4A7C2E10AA"), {"D1": [ONE]}),
        (("AAAA2E10",), {}),
        ((), {}),
    ],
)
async def test_everybodys_devices_are_found_by_how_a_key_id_begins_with_those_keys_alone(
    source: KeySource, beginnings: tuple[str, ...], expected: dict[str, list[str]]
) -> None:
    assert named(await source.by_key_id(beginnings)) == expected


async def test_whose_it_is_and_whether_it_is_the_organisations_is_told(source: KeySource) -> None:
    found = await source.by_key_id(("4A7C2E10",))

    assert {(device.owner, device.ownership) for device in found.devices} == {
        (PersonId("t", "alex"), "corporate"),
        (PersonId("t", "sam"), "personal"),
    }
    assert found.silent == ()
