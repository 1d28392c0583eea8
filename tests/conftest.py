"""What every test may ask for, and the rule that a missing component is told, never passed over."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog
from aiohttp import web_app

from tests.app.living import Living, living
from tests.components import missing_component

NOT_RUN = pytest.StashKey[list[str]]()
IN_MEMORY, ROOMY = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - pytest makes a folder of its own in it
"""Where a test's files live, if there is room: no test pulls the plug, and a killed process loses nothing that it has written."""

hypothesis.settings.register_profile("unhurried", deadline=None)  # a busy machine is no bug
hypothesis.settings.load_profile("unhurried")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Living]:
    async with living(tmp_path) as one:
        yield one


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[str]]:
    """Everything that is logged during a test, as text."""
    lines: list[str] = []

    def keep(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        lines.append(repr(event))
        return event

    structlog.configure(
        processors=[keep, structlog.processors.JSONRenderer()], logger_factory=structlog.ReturnLoggerFactory()
    )
    yield lines
    structlog.reset_defaults()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """aiohttp remembers the last thousand applications that answered, and with each a whole house: gigabytes."""
    web_app._cached_build_middleware.cache_clear()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[NOT_RUN] = []
    if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOMY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without its component a test is listed as NOT RUN; in CI that is a failure."""
    for mark in item.iter_markers("needs"):
        missing = missing_component(mark.args[0])
        if missing is None:
            continue
        if os.environ.get("CI") == "true":
            pytest.fail(f"{missing} is missing, and nothing is skipped in CI", pytrace=False)
        item.config.stash[NOT_RUN].append(f"{item.nodeid}: {missing}")
        pytest.skip(f"{missing} is missing")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash[NOT_RUN]:
        terminalreporter.write_line(f"NOT RUN {line}", yellow=True)
