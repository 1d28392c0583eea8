"""Every story in this folder is lived, and afterwards everything that it left behind is searched for keys."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.audit import find_break
from bot.domain.hours import WEEKDAYS
from tests.app.canary import assert_no_code_is_left, assert_no_key_is_left
from tests.app.living import Living, living, unhurried
from tests.stories.teller import Telling

HOURS = re.compile(r"^The helpdesk opens on weekdays (\S+) in (\S+)$", re.MULTILINE)
TEAMS = re.compile(r"^The helpdesk has the teams .*$", re.MULTILINE)
PICTURES = re.compile(r"^Pictures are let through$", re.MULTILINE)
TEAM = re.compile(r"(?:teams|and) ([\w ]+) \(weekdays (\S+) in ([\w/]+)(?:, for (\w+))?\)")
STORIES = sorted(Path(__file__).parent.glob("*.story"))


def week(table: str, span: str, zone: str) -> str:
    days = "".join(f'{day} = ["{span}"]\n' for day in WEEKDAYS[:5])
    return f'time_zone = "{zone}"\n[{table}open]\n{days}'


def team(told: re.Match[str]) -> str:
    """Its group is called as it is."""
    platforms = f'platforms = ["{told[4]}"]\n' if told[4] else ""
    return f'[[team]]\nname = "{told[1]}"\ngroup = "{told[1]}"\n{platforms}{week("team.", told[2], told[3])}'


@pytest.fixture
async def house(story: Path, tmp_path: Path) -> AsyncIterator[Living]:
    """Where a story names the helpdesk's hours, or its teams with theirs, they hold from the beginning; so does that pictures are let through."""
    settings, told = unhurried(), story.read_text("utf-8")
    if hours := HOURS.search(told) or TEAMS.search(told):
        text = "".join(map(team, TEAM.finditer(hours[0]))) or week("", hours[1], hours[2])
        (tmp_path / "hours.toml").write_text(text, "utf-8")
        settings = settings.model_copy(update={"hours_file": tmp_path / "hours.toml"})
    if PICTURES.search(told):
        settings = settings.model_copy(update={"relay_images": True})
    async with living(tmp_path, settings) as one:
        yield one


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem.replace("_", " "))
async def test_the_story_comes_true_and_leaves_no_key_behind(story: Path, house: Living, logged: list[str]) -> None:
    telling = Telling(house)

    for number, line in enumerate(story.read_text("utf-8").splitlines(), start=1):
        try:
            await telling.line(line)
        except AssertionError as error:
            raise AssertionError(f"{story.name}, line {number}: {line.strip()}\n{error}") from error

    await house.settle()  # what nobody waited for is done as well
    await assert_no_key_is_left(house, "\n".join(logged), expected=tuple(telling.keys))
    await assert_no_code_is_left(house, "\n".join(logged), telling.codes)
    assert find_break([record async for record in house.house.store.audit()]) is None
