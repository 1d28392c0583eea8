"""Stories of the served product, with the real provider: each file in `stories` is lived as those of the demo are.

    Alex signs in once more             types the number of the chat, and comes back from the provider's fresh sign-in
    Alex signs in once more as Kim      …as somebody else
    Alex is among the Administrators    as the vault's groups say from then on; the shipped policy decides, all risk accepted
Everything else is said as in `tests/stories`.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from adapters.no_risk import NoRiskSource
from bot.domain.audit import find_break
from bot.domain.policy_default import DEFAULT
from bot.proving import PolicyOfProof
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living, keys_in
from tests.app.visitor import Visitor, number_of
from tests.sign_in.served import Browser, Served, key_id_of, served
from tests.stories.phrases import Step
from tests.stories.teller import Telling

pytestmark = [pytest.mark.needs("provider"), pytest.mark.timeout(120)]
STORIES = sorted((Path(__file__).parent / "stories").glob("*.story"))


@dataclass
class Person(Visitor):
    """Who also goes where no story of the demo does: to the provider, in the same browser."""

    browser: Browser = field(kw_only=True)

    async def sign_in(self, person: str, *, private: bool = False) -> None:
        assert not private
        await self.browser.enter(person)


@dataclass
class ServedLiving:
    """What a telling needs of a house."""

    product: Served
    folder: Path
    visitors: list[Visitor] = field(default_factory=list)
    there: object = field(default_factory=lambda: SimpleNamespace(connector=SimpleNamespace(sent=[])))
    tickets: object = field(default_factory=lambda: SimpleNamespace(asked=[]))

    @property
    def house(self) -> object:
        return self.product.house

    def visitor(self) -> Visitor:
        browser = self.product.browser()
        person = Person(self.product.base, browser.http, browser=browser)
        self.visitors.append(person)
        return person

    async def settle(self) -> None:
        await self.product.house.conductor.rest()
        await self.product.house.courier.round()
        await self.product.house.conductor.rest()

    async def keys(self) -> list[str]:
        return await keys_in(self.product.house.vault)


@dataclass
class ServedTelling(Telling):
    product: Served = field(kw_only=True)

    async def line(self, line: str) -> None:
        for pattern, step in OURS:
            if match := pattern.fullmatch(line.strip()):
                await step(self, match)
                return
        await super().line(line)

    async def key_id(self, device_name: str, which: str | None) -> str:
        assert which is None
        return await key_id_of(self.product, device_name)


async def signs_in_once_more(telling: Telling, match: re.Match[str]) -> None:
    assert isinstance(telling.visitor, Person)
    browser, number = telling.visitor.browser, number_of(await telling.card())
    asked = await browser.go(f"{telling.page}/sign-in", {"number": number})
    if match[2]:  # the provider does not let them change who they are without signing out
        browser.http.cookie_jar.clear(lambda cookie: cookie.key.startswith("_session"))
        asked = await browser.go(f"{telling.page}/sign-in", {"number": number})
    page = await browser.sign_in_at_provider(asked, (match[2] or match[1]).lower())
    telling.status, telling.text = page.status, page.text
    telling.visitor.captured += [("on the way", text) for text in browser.captured]
    await telling.living.settle()


async def is_among(telling: Telling, match: re.Match[str]) -> None:
    assert isinstance(telling, ServedTelling)
    house, accepting = telling.product.house, replace(DEFAULT, when_risk_unknown="open")
    await house.vault.file.execute("INSERT INTO groups_known VALUES (0)")
    await house.vault.file.execute("INSERT INTO membership VALUES (?, ?)", (match[1].lower(), match[2]))
    shipped = PolicyOfProof(
        accepting, {"sign_in": None}, house.vault, NoRiskSource(), house.conductor.state, house.clock
    )
    telling.product.policy.decide = shipped.decide  # type: ignore[method-assign]  # the house asks whatever stands here


OURS: list[tuple[re.Pattern[str], Step]] = [
    (re.compile(r"(\w+) signs in once more(?: as (\w+))?"), signs_in_once_more),
    (re.compile(r"(\w+) is among the (\w+)"), is_among),
]


@asynccontextmanager
async def _living(folder: Path) -> AsyncIterator[ServedLiving]:
    async with served(folder) as product:
        yield ServedLiving(product, folder / "data")


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem.replace("_", " "))
async def test_the_story_comes_true_and_leaves_no_key_behind(story: Path, tmp_path: Path, logged: list[str]) -> None:
    async with _living(tmp_path) as around:
        living: Any = around
        telling = ServedTelling(cast("Living", living), product=around.product)

        for number, line in enumerate(story.read_text("utf-8").splitlines(), start=1):
            try:
                await telling.line(line)
            except AssertionError as error:
                raise AssertionError(f"{story.name}, line {number}: {line.strip()}\n{error}") from error

        await around.settle()
        await assert_no_key_is_left(living, "\n".join(logged), expected=tuple(telling.keys))
        assert find_break([record async for record in around.product.house.store.audit()]) is None
