"""Microsoft's own Agents Playground, unmodified, drives the whole recovery, and an agent's part, as a Teams client would."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.components import ALONE

ROOT = Path(__file__).parents[2]


@pytest.mark.needs("chromium")
@pytest.mark.needs("node")
@pytest.mark.needs("namespace")
@pytest.mark.browser
@pytest.mark.timeout(180)
@pytest.mark.parametrize("script", ["playground", "agents_playground"])
def test_in_teams_a_stranger_unlocks_the_laptop_and_an_agent_helps_somebody(script: str, tmp_path: Path) -> None:
    command = [*ALONE, sys.executable, "-m", f"tests.browser.{script}", str(tmp_path)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)

    logs = "\n".join(path.read_text("utf-8", errors="replace")[-2_000:] for path in tmp_path.glob("*.log"))
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{logs}"
    assert "Traceback" not in logs
