"""The engine with small flows: once, in order, again after a failure, and loudly given up."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, make_dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.store import sqlite
from adapters.store.sqlite import SqliteStore
from bot import effects
from bot.codec import Codec, UnknownShape
from bot.conductor import TRIES, Conductor, Kind, Task
from bot.courier import Courier
from bot.effects import GivenUp, Say, Tell, Wake, Woken
from bot.flow import Step
from bot.stored import dataclasses_of
from tests.fakes.clock import FakeClock


@dataclass(frozen=True, slots=True)
class Count:
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Do:
    what: str


@dataclass(frozen=True, slots=True)
class Done:
    what: str


@dataclass(frozen=True, slots=True)
class Hear:
    what: str


def step(state: Any, event: Any) -> Step[Any, Any]:
    after = Count((*state.events, repr(event)))
    match event:
        case Hear("twice"):
            return Step(after, (Say("one"), Say("two")))
        case Hear("tell"):
            return Step(after, (Tell("toy:other", Hear("news")),))
        case Hear("wake"):
            return Step(after, (Wake("up", 60),))
        case Hear(what):
            return Step(after, (Do(what),))
        case _:
            return Step(after)


@dataclass
class World:
    store: SqliteStore
    clock: FakeClock = field(default_factory=FakeClock)
    said: list[str] = field(default_factory=list)
    did: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    failures: int = 0
    mute: bool = False

    def __post_init__(self) -> None:
        self.codec = Codec((*dataclasses_of(effects), Count, Do, Done, Hear))
        self.conductor = Conductor(
            [Kind("toy", Count(), step)], self.store, self.codec, self.clock, self, {Do: self.perform}
        )
        self.courier = Courier(
            self.conductor, self.store, self.clock, history_lives=timedelta(days=1), seen_lives=timedelta(days=1)
        )

    async def perform(self, task: Task) -> Done | None:
        assert isinstance(task.effect, Do)
        if self.failures:
            self.failures -= 1
            raise ConnectionError
        self.did.append(task.effect.what)
        return Done(task.effect.what)

    def speaks_by_history(self, flow_id: str) -> bool:
        return flow_id.startswith("toy:history")

    def lines(self, flow_id: str, say: Say) -> tuple[str, ...]:
        return (say.text,)

    async def deliver(self, flow_id: str, said_id: str, say: Say) -> None:
        if self.mute:
            raise ConnectionError
        self.said.append(say.text)

    async def kept(self, flow_id: str, seqs: tuple[int, ...], lines: tuple[str, ...], says: tuple[Say, ...]) -> None:
        self.seen += lines

    async def events(self, flow_id: str = "toy:1") -> tuple[str, ...]:
        state = await self.conductor.state(flow_id)
        assert isinstance(state, Count)
        return state.events


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    store = SqliteStore(sqlite.open_file(tmp_path / "store.db"))
    yield World(store)
    await store.close()


async def test_a_repeated_event_changes_nothing_and_does_nothing(world: World) -> None:
    await asyncio.gather(*(world.conductor.handle("toy:1", Hear("x"), "e1") for _ in range(20)))

    assert world.did == ["x"]
    assert len(await world.events()) == 2


async def test_many_events_at_once_all_count(world: World) -> None:
    await asyncio.gather(*(world.conductor.handle("toy:1", Hear(f"x{n}"), f"e{n}") for n in range(50)))

    assert len(await world.events()) == 100
    assert sorted(world.did) == sorted(f"x{n}" for n in range(50))


async def test_two_processes_on_one_flow_redo_the_step_that_came_late(world: World) -> None:
    other = World(world.store)

    await asyncio.gather(
        *(one.conductor.handle("toy:1", Hear("x"), f"e{n}") for n, one in enumerate([world, other] * 10))
    )

    assert len(await world.events()) == 40


async def test_a_failing_deed_is_tried_again_later(world: World) -> None:
    world.failures = 2
    await world.conductor.handle("toy:1", Hear("x"), "e1")
    assert world.did == []

    for _ in range(3):
        world.clock.advance(10)
        await world.courier.round()

    assert world.did == ["x"]


async def test_a_deed_that_never_succeeds_is_given_up_loudly(world: World) -> None:
    world.failures = 10_000
    await world.conductor.handle("toy:1", Hear("x"), "e1")
    for _ in range(TRIES + 2):
        world.clock.advance(400)
        await world.courier.round()

    assert repr(GivenUp("Do")) in await world.events()
    assert world.did == []


async def test_speech_keeps_its_order_through_a_mute_channel(world: World) -> None:
    world.mute = True
    await world.conductor.handle("toy:1", Hear("twice"), "e1")
    world.mute = False
    await world.conductor.handle("toy:1", Hear("twice"), "e2")
    for _ in range(8):
        world.clock.advance(100)
        await world.courier.round()

    assert world.said == ["one", "two", "one", "two"]


async def test_where_the_history_is_the_channel_speech_is_kept_with_its_event_and_owed_no_more(world: World) -> None:
    await world.conductor.remember("toy:history", Hear("twice"), "e1", lines=("heard",))  # and here the process dies

    assert [line.body for line in await world.store.history("toy:history")] == ["heard", "one", "two"]
    assert await world.store.next_due() is None
    assert world.seen == ["heard", "one", "two"]


async def test_deeds_do_not_wait_for_speech_that_cannot_be_delivered(world: World) -> None:
    world.mute = True
    await world.conductor.handle("toy:1", Hear("twice"), "e1")
    await world.conductor.handle("toy:1", Hear("x"), "e2")

    assert world.did == ["x"]


async def test_news_for_another_flow_arrives_once_under_the_id_of_the_debt(world: World) -> None:
    await world.conductor.handle("toy:1", Hear("tell"), "e1")

    assert await world.events("toy:other") == (repr(Hear("news")), repr(Done("news")))
    assert world.did == ["news"]


async def test_a_timer_fires_when_its_time_has_come_also_in_another_life(world: World) -> None:
    await world.conductor.handle("toy:1", Hear("wake"), "e1")
    later = World(world.store)
    await later.courier.round()
    assert repr(Woken("up")) not in await later.events()

    later.clock.advance(61)
    await later.courier.round()

    assert repr(Woken("up")) in await later.events()


async def test_what_a_crash_left_is_done_by_the_next_life(world: World) -> None:
    await world.conductor.remember("toy:1", Hear("x"), "e1")  # and here the process dies
    later = World(world.store)
    later.clock.advance(120)

    await later.courier.round()

    assert later.did == ["x"]
    assert repr(Done("x")) in await later.events()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"is":"nobody"}',
        '{"is":"test_conductor.Do"}',
        '{"is":"test_conductor.Do","what":1}',
        '{"is":"test_conductor.Do","what":"a","more":1}',
    ],
)
def test_an_unknown_shape_is_refused_never_guessed_at(text: str, world: World) -> None:
    with pytest.raises(UnknownShape):
        world.codec.decode(text, object)


def test_a_shape_in_anothers_place_is_refused(world: World) -> None:
    with pytest.raises(UnknownShape):
        world.codec.decode(world.codec.encode(Do("a")), Say)
    with pytest.raises(UnknownShape):
        world.codec.encode(make_dataclass("Stranger", [])())
