"""What agents do in Teams.

Dana takes case 1001 in the channel        presses the button of its post
  Dana alone reads there: …                what pressing was answered with, which nobody else sees
  The post of case 1001 says: …
  The post of case 1001 has no “Take” any more
  Dana hears: …                            the bot says it to Dana, in their own chat
  Dana hears nothing more
Dana closes case 1001 in Teams as solved
"""

import re
from typing import TYPE_CHECKING, Any

from tests.app.visitor import spoken
from tests.stories.phrases import PHRASES, phrase
from tests.teams.teammate import Teammate, buttons_of

if TYPE_CHECKING:
    from tests.stories.teller import Telling


def in_teams(telling: "Telling", name: str) -> Teammate:
    telling.who = name
    return telling.teammate


def post_of(telling: "Telling", number: str) -> dict[str, Any]:
    return next(
        post
        for post in telling.living.there.connector.posts()
        if f"Case {number} " in f"{spoken(post)} ".replace(":", " ")
    )


@phrase(r"(\w+) takes case (\d+) in the channel")
async def takes(telling: "Telling", match: re.Match[str]) -> None:
    await in_teams(telling, match[1]).press_in_channel(post_of(telling, match[2]), f"desk:take:{match[2]}")
    await telling.living.settle()


@phrase(r"(\w+) takes case (\d+) from a post that is out of date")
async def takes_late(telling: "Telling", match: re.Match[str]) -> None:
    await in_teams(telling, match[1]).press_with({"choice": f"desk:take:{match[2]}", "title": "Take"})
    await telling.living.settle()


@phrase(r"(\w+) alone reads there: (.*)")
async def alone_reads(telling: "Telling", match: re.Match[str]) -> None:
    status, body = in_teams(telling, match[1]).answers[-1]
    assert status == 200
    assert body["type"] == "application/vnd.microsoft.activity.message"
    assert match[2] in body["value"], body


@phrase(r"The post of case (\d+) says: (.*)")
async def the_post_says(telling: "Telling", match: re.Match[str]) -> None:
    post = post_of(telling, match[1])
    assert match[2] in spoken(post), spoken(post)


@phrase(r"The post of case (\d+) has (?:a|no) “Take”(?: any more)?")
async def the_post_has_take(telling: "Telling", match: re.Match[str]) -> None:
    titles = [one["title"] for one in buttons_of(post_of(telling, match[1]))]
    assert ("Take" in titles) is ("has a" in match[0]), titles


@phrase(r"(\w+) hears: (.*)")
async def hears(telling: "Telling", match: re.Match[str]) -> None:
    telling.who = match[1]
    await telling.line(f"Bot: {match[2]}")


@phrase(r"(\w+) hears nothing more")
async def hears_nothing_more(telling: "Telling", match: re.Match[str]) -> None:
    telling.who = match[1]
    await telling.line("Bot says nothing more")


@phrase(r"(\w+) never hears: (.*)")
async def never_hears(telling: "Telling", match: re.Match[str]) -> None:
    telling.who = match[1]
    await telling.line(f"Bot does not say: {match[2]}")


@phrase(r"(\w+) leaves the agents' group a minute ago")
async def leaves_the_group(telling: "Telling", match: re.Match[str]) -> None:
    await telling.living.house.vault.file.execute("DELETE FROM membership WHERE object_id = ?", (match[1].lower(),))
    telling.living.clock.advance(61)


@phrase(r"(\w+) removes the bot in Teams")
async def removes(telling: "Telling", match: re.Match[str]) -> None:
    await in_teams(telling, match[1]).message(type="installationUpdate", action="remove", text=None)


@phrase(r"(\w+) sends a picture in Teams")
async def sends_a_picture(telling: "Telling", match: re.Match[str]) -> None:
    picture = {"contentType": "image/*", "contentUrl": "https://example.org/picture"}
    await in_teams(telling, match[1]).message(text=None, attachments=[picture])
    await telling.living.settle()


OF_AGENTS = tuple(PHRASES)
