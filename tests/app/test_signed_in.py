"""What `Unlocking.signed_in` looks at itself: whoever made the sign-in sure before it is not relied upon."""

from datetime import datetime, timedelta

import pytest

from adapters.sources.vault import wrapping_key
from bot.challenge import Claimed, flow_id
from bot.domain.errors import ProofRefused
from bot.domain.link import Links
from bot.domain.people import PersonId
from bot.unlocking import SECONDS_ROUNDED, SomebodyElse, Unlocking
from bot.wiring.keeping import derived
from tests.app.living import Living
from tests.app.test_unlock_page import with_link
from tests.app.visitor import number_of

ALEX, KIM = PersonId("demo", "alex"), PersonId("demo", "kim")
BEFORE, AFTER = "before", "after"
"""The secrets of the browser: with which it claimed the link, and which it would have from the sign-in on."""


class AtTheLink:
    """A link of Alex's, claimed in one browser."""

    def __init__(self, house: Living, path: str, number: str) -> None:
        links = Links(derived(wrapping_key.load_or_make(house.folder / "wrapping.key"), "links"))
        inside = house.house
        self.unlocking = Unlocking(inside.conductor, house.source, {}, inside.vault, links, house.clock, None)
        self.house, self.link, self.number = house, path.rpartition("/")[2], number
        self.name = self.unlocking.name_of(self.link)

    async def number_typed(self) -> None:
        await self.unlocking.prove(self.link, BEFORE, self.number, {})

    async def signed_in(self, person: PersonId, at: datetime | None) -> None:
        await self.unlocking.signed_in(self.name, BEFORE, person, at, AFTER)

    async def claimed(self) -> Claimed:
        state = await self.house.house.conductor.state(flow_id(self.name))
        assert isinstance(state, Claimed)
        return state


@pytest.fixture
async def there(house: Living) -> AtTheLink:
    _, card, path = await with_link(house)
    one = AtTheLink(house, path, number_of(card))
    await one.unlocking.claim(one.link, BEFORE)
    return one


async def test_a_sign_in_proves_nothing_before_the_number_from_the_chat(there: AtTheLink) -> None:
    with pytest.raises(ProofRefused):
        await there.signed_in(ALEX, there.house.clock.now())

    assert (await there.claimed()).proved == ()
    assert (await there.claimed()).browser == BEFORE


@pytest.mark.parametrize("too_early", [timedelta(seconds=1), timedelta(hours=1), None])
async def test_a_sign_in_from_before_the_link_proves_nothing(there: AtTheLink, too_early: timedelta | None) -> None:
    """`None`: the provider does not say when it was."""
    await there.number_typed()
    made_at = (await there.claimed()).made_at
    at = None if too_early is None else made_at - SECONDS_ROUNDED - too_early

    with pytest.raises(ProofRefused):
        await there.signed_in(ALEX, at)

    assert (await there.claimed()).proved == ()
    assert (await there.claimed()).tries_left == 4


async def test_a_sign_in_of_somebody_else_proves_nothing(there: AtTheLink) -> None:
    await there.number_typed()

    with pytest.raises(SomebodyElse):
        await there.signed_in(KIM, there.house.clock.now())

    assert (await there.claimed()).proved == ()


async def test_a_sign_in_of_a_moment_before_the_link_holds_as_clocks_differ(there: AtTheLink) -> None:
    await there.number_typed()
    made_at = (await there.claimed()).made_at

    await there.signed_in(ALEX, made_at - SECONDS_ROUNDED)

    assert (await there.claimed()).proved == ("sign_in",)
    assert (await there.claimed()).browser == AFTER
