"""The official botframework-directlinejs, unmodified, holds a whole conversation over a socket and by polling."""

import asyncio
from pathlib import Path

import pytest

from tests.app.living import Living

CLIENTS = Path(__file__).parent


@pytest.mark.needs("node")
@pytest.mark.browser
@pytest.mark.parametrize("how", ["socket", "polling"])
async def test_the_official_client_holds_a_conversation(house: Living, how: str) -> None:
    visitor = house.visitor()
    await visitor.sign_in("alex")
    token = (await visitor.json("POST", "/chat/token"))["token"]
    computer = await house.house.computers.named("LAPTOP-ALEX")
    assert computer
    assert computer.key_id

    process = await asyncio.create_subprocess_exec(
        "node", "clients/talk.js", f"{house.base}/v3/directline", token, how, computer.key_id[:8],
        cwd=CLIENTS, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, problems = await asyncio.wait_for(process.communicate(), 60)

    assert process.returncode == 0, problems.decode()
    assert out.decode().startswith(f"OK {how}")
