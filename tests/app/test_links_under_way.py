"""A link whose making is under way, or is tried again, when every link of the person ends."""

from collections.abc import Awaitable, Callable

import pytest

from bot import challenge, standing
from bot.challenge import MakeChallenge, Waiting
from bot.conductor import Task
from bot.domain.errors import SourceUnavailable
from bot.domain.link import Links
from bot.domain.people import Network, PersonId
from bot.linking import Linking
from bot.news import ChallengeReady, ChallengeRefused
from bot.ports.policy import Decision
from tests.app.living import Living
from tests.fakes.clock import FakeClock

ALEX = PersonId("demo", "alex")
LINKS = Links(b"k" * 32)
NOW = FakeClock().now()
ENDS: dict[str | None, object] = {
    "insisted_today": standing.Insisted(NOW),
    "denied": standing.ApprovalDenied(NOW),
    "frozen": standing.Frozen("not_me", ALEX, "x"),
    None: standing.SignedOutEverywhere(ALEX),
}


class Slow:
    """A policy that is asked while something else happens; `fails_once`: and does not answer before it is asked again."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]], *, fails_once: bool) -> None:
        self.meanwhile: Callable[[], Awaitable[object]] | None = meanwhile
        self.fails_once = fails_once

    async def decide(self, _person: PersonId, _device: object, _network: Network) -> Decision:
        if self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
            if self.fails_once:
                raise SourceUnavailable("risk")
        return Decision((("sign_in",),))


@pytest.mark.parametrize("fails_once", [False, True], ids=["slow", "tried again"])
@pytest.mark.parametrize("because", ENDS)
async def test_no_link_outlives_what_ended_all_of_them_while_it_was_made(
    house: Living, *, fails_once: bool, because: str | None
) -> None:
    conductor, clock = house.house.conductor, house.clock
    device = (await house.house.vault.devices_of(ALEX)).devices[0]

    async def meanwhile() -> None:
        await conductor.handle(standing.of_person(ALEX), ENDS[because], "meanwhile")

    linking = Linking(conductor, Slow(meanwhile, fails_once=fails_once), LINKS, clock, 100)
    task = Task("task", "chat:1", MakeChallenge(ALEX, device, device.keys[0].key_ref))
    if fails_once:
        with pytest.raises(SourceUnavailable):
            await linking.make(task)
    answer = await linking.make(task)

    assert not isinstance(await conductor.state(challenge.flow_id(LINKS.challenge_id(task.id))), Waiting)
    assert answer == ChallengeRefused(because) if because else isinstance(answer, ChallengeReady)  # type: ignore[arg-type]


async def test_a_link_whose_policy_takes_its_time_is_made(house: Living) -> None:
    conductor, clock = house.house.conductor, house.clock
    device = (await house.house.vault.devices_of(ALEX)).devices[0]

    async def nothing() -> None: ...

    linking = Linking(conductor, Slow(nothing, fails_once=False), LINKS, clock, 100)
    await linking.make(Task("task", "chat:1", MakeChallenge(ALEX, device, device.keys[0].key_ref)))

    assert isinstance(await conductor.state(challenge.flow_id(LINKS.challenge_id("task"))), Waiting)
