"""Every story in this folder is lived, and afterwards everything that it left behind is searched for keys."""

from pathlib import Path

import pytest

from bot.domain.audit import find_break
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.stories.teller import Telling

STORIES = sorted(Path(__file__).parent.glob("*.story"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem.replace("_", " "))
async def test_the_story_comes_true_and_leaves_no_key_behind(story: Path, house: Living, logged: list[str]) -> None:
    telling = Telling(house)

    for number, line in enumerate(story.read_text("utf-8").splitlines(), start=1):
        try:
            await telling.line(line)
        except AssertionError as error:
            raise AssertionError(f"{story.name}, line {number}: {line.strip()}\n{error}") from error

    await assert_no_key_is_left(house, "\n".join(logged), expected=tuple(telling.keys))
    assert find_break([record async for record in house.house.store.audit()]) is None
