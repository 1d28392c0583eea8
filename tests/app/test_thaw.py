"""A freeze lifted from the command line, while the service runs: its owner hears of it as if an agent had done it at the desk."""

from argparse import Namespace
from datetime import UTC, datetime

import pytest

from bot import standing
from bot.commands import thaw
from bot.domain.people import PersonId
from bot.settings import Settings
from tests.app.living import Living

ALEX = PersonId("demo", "alex")


async def frozen(house: Living, flow_id: str) -> bool:
    state = await house.house.conductor.state(flow_id)
    assert isinstance(state, standing.Standing)
    return state.frozen is not None


@pytest.mark.parametrize("subject", ["person/demo/alex", "device/LAPTOP-ALEX"])
async def test_every_address_of_the_owner_is_told_and_the_notice_blocks_again(
    house: Living, subject: str, capsys: pytest.CaptureFixture[str]
) -> None:
    flow_id = f"standing:{subject}"
    await house.house.conductor.handle(flow_id, standing.Frozen("lost", ALEX, subject.replace("/", " ", 1)), "frozen")
    settings = Settings(data=house.folder)

    assert await thaw(settings, Namespace(subject=subject, by="demo/morgan")) == 0
    await house.pass_time(max((datetime.now(UTC) - house.clock.now()).total_seconds(), 0) + 1)

    assert not await frozen(house, flow_id)
    assert "Every address of theirs is told" in capsys.readouterr().out
    async with house.visitor().http.get(f"{house.base}/demo/phone/alex", headers={"Accept": "text/html"}) as answer:
        phone = await answer.text()
    assert "lifted the block under your name" in phone
    assert "/not-me/" in phone


async def test_of_a_device_that_nobody_knows_the_administrator_hears_that_nobody_is_told(
    house: Living, capsys: pytest.CaptureFixture[str]
) -> None:
    await house.house.conductor.handle("standing:device/gone", standing.Frozen("lost", ALEX, "device gone"), "frozen")

    await thaw(Settings(data=house.folder), Namespace(subject="device/gone", by="demo/morgan"))

    assert not await frozen(house, "standing:device/gone")
    assert "Nobody was told" in capsys.readouterr().out
