"""The engine with small flows: once, in order, again after a failure, and loudly given up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, make_dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.store import sqlite
from adapters.store.sqlite import SqliteStore
from bot import effects
from bot.codec import Codec, UnknownShape
from bot.conductor import TRIES, Conductor, Task
from bot.courier import AT_ONCE, Courier
from bot.domain.errors import ChannelBusy
from bot.effects import GivenUp, Say, Tell, Wake, Woken
from bot.flow import Step
from bot.memory import Kind
from bot.ports.store import Store
from bot.stored import dataclasses_of
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore


@dataclass(frozen=True, slots=True)
class Count:
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Do:
    what: str


@dataclass(frozen=True, slots=True)
class Write:
    """Into a system that takes its time."""


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
        case Hear("remind"):
            return Step(after, (Wake("remind", 60),))
        case Hear("write"):
            return Step(after, (Tell("toy:other", Hear("write it")), Do("x")))
        case Hear("write it"):
            return Step(after, (Write(),))
        case Hear("do both"):
            return Step(after, (Do("aloud"), Do("x")))
        case Woken("remind") | Done("aloud"):
            return Step(after, (Say("by the way"),))
        case Done("bug"):
            raise ZeroDivisionError
        case Hear(what):
            return Step(after, (Do(what),))
        case _:
            return Step(after)


@dataclass
class World:
    store: Store
    clock: FakeClock = field(default_factory=FakeClock)
    said: list[str] = field(default_factory=list)
    did: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    failures: int = 0
    mute: bool = False
    busy_for: list[float] = field(default_factory=list)
    holds: asyncio.Semaphore | None = None
    """A slow channel: each word waits in it until it is let go."""
    written: asyncio.Event = field(default_factory=asyncio.Event)
    """The slow system has answered."""
    begun: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    """The flows to which a word was begun, as it happens; `doing` likewise what was done."""
    doing: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        self.codec = Codec((*dataclasses_of(effects), Count, Do, Write, Done, Hear))
        self.conductor = Conductor(
            [Kind("toy", Count(), step)], self.store, self.codec, self.clock, self,
            {Do: self.perform, Write: self.write}, beside=frozenset({Write}),
        )  # fmt: skip
        self.courier = Courier(
            self.conductor, self.store, self.clock, history_lives=timedelta(days=1), seen_lives=timedelta(days=1)
        )

    async def write(self, _task: Task) -> Done:
        await self.written.wait()
        return Done("written")

    async def perform(self, task: Task) -> Done | None:
        assert isinstance(task.effect, Do)
        if self.failures:
            self.failures -= 1
            raise ConnectionError
        if task.effect.what == "make another speak":
            await self.conductor.handle("toy:other", Hear("twice"), task.id)
        self.did.append(task.effect.what)
        self.doing.put_nowait(task.effect.what)
        return Done(task.effect.what)

    def speaks_by_history(self, flow_id: str) -> bool:
        return flow_id.startswith("toy:history")

    def lines(self, flow_id: str, say: Say) -> tuple[str, ...]:
        return (say.text,)

    async def deliver(self, flow_id: str, said_id: str, say: Say) -> None:
        self.begun.put_nowait(flow_id)
        if self.mute:
            raise ConnectionError
        if self.busy_for:
            raise ChannelBusy(self.busy_for.pop())
        if self.holds:
            await self.holds.acquire()
        self.said.append(say.text)

    async def kept(self, flow_id: str, seqs: tuple[int, ...], lines: tuple[str, ...], says: tuple[Say, ...]) -> None:
        self.seen += lines

    async def show_typing(self, flow_id: str) -> None:
        raise NotImplementedError

    async def hear(self, what: str, event_id: str) -> None:
        """And all that comes of it, words included."""
        await self.conductor.handle("toy:1", Hear(what), event_id)
        await self.conductor.rest()

    async def owe(self, what: str, count: int = 1, kind: str = "toy:late") -> None:
        """To many flows at once; and the process that owed it dies."""
        hears = (self.conductor.remember(f"{kind}-{n}", Hear(what), "e1") for n in range(count))
        await asyncio.gather(*hears)

    async def events(self, flow_id: str = "toy:1") -> tuple[str, ...]:
        state = await self.conductor.state(flow_id)
        assert isinstance(state, Count)
        return state.events


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    store = SqliteStore(sqlite.open_file(tmp_path / "store.db"))
    yield World(store)
    await store.close()


@asynccontextmanager
async def running(world: World) -> AsyncIterator[None]:
    """The courier goes its rounds; whoever waits for what it never does is told so soon."""
    run = asyncio.create_task(world.courier.run())
    try:
        async with asyncio.timeout(60):
            yield
    finally:
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run


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


async def test_a_lasting_deed_is_tried_for_a_day(world: World) -> None:
    world.conductor._lasting = frozenset({Do})
    world.failures = 10_000
    await world.conductor.handle("toy:1", Hear("x"), "e1")
    for _ in range(200):
        world.clock.advance(400)
        await world.courier.round()
    tried_on = repr(GivenUp("Do")) not in await world.events()
    for _ in range(30):
        world.clock.advance(400)
        await world.courier.round()

    assert tried_on
    assert repr(GivenUp("Do")) in await world.events()


async def test_speech_keeps_its_order_through_a_mute_channel(world: World) -> None:
    world.mute = True
    await world.hear("twice", "e1")
    world.mute = False
    await world.hear("twice", "e2")
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
    await world.hear("twice", "e1")
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


async def test_what_follows_postponed_words_is_said_right_after_them(world: World) -> None:
    world.busy_for = [20.0]
    await world.hear("twice", "e1")
    world.clock.advance(20)

    await world.courier.round()

    assert world.said == ["one", "two"]


async def test_what_waits_behind_postponed_words_never_overtakes_them(world: World) -> None:
    world.busy_for = [20.0]
    await world.hear("twice", "e1")
    await world.hear("twice", "e2")
    world.clock.advance(19)
    await world.courier.round()
    assert world.said == []

    world.clock.advance(1)
    await world.courier.round()

    assert world.said == ["one", "two", "one", "two"]


async def test_where_all_goes_well_a_turn_costs_one_commit_and_a_settle_a_message(tmp_path: Path) -> None:
    file = sqlite.open_file(tmp_path / "store.db")
    counted = Counted(SqliteStore(file))
    world = World(cast("Store", counted))  # a store, as far as it is asked

    await world.hear("twice", "e1")

    assert world.said == ["one", "two"]
    assert counted.calls == ["load", "commit", "settle", "settle"]
    await file.close()


class Counted:
    def __init__(self, store: SqliteStore) -> None:
        self._store, self.calls = store, list[str]()

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._store, name)


async def test_a_thousand_words_queued_for_one_person_are_all_said() -> None:
    world = World(FakeStore())
    world.mute = True
    await world.hear("twice", "e1")
    world.mute = False
    for n in range(500):
        await world.conductor.remember("toy:1", Hear("twice"), f"more{n}")
    world.clock.advance(61)

    await world.courier.round()

    assert world.said == ["one", "two"] * 501


async def test_the_second_deed_of_a_turn_does_not_wait_until_the_first_was_spoken_of(world: World) -> None:
    world.holds = asyncio.Semaphore(0)
    remembered = await world.conductor.remember("toy:1", Hear("do both"), "e1")
    acting = asyncio.create_task(world.conductor.act(remembered.owed))

    async with asyncio.timeout(60):
        done = [await world.doing.get(), await world.doing.get()]

    assert (done, world.said) == (["aloud", "x"], [])
    world.holds.release()
    await acting
    assert world.said == ["by the way"], "whoever acts waits for the words as well"


async def test_a_deed_does_not_wait_until_what_it_makes_another_flow_say_is_said(world: World) -> None:
    world.holds = asyncio.Semaphore(0)

    async with asyncio.timeout(60):
        await world.conductor.handle("toy:1", Hear("make another speak"), "e1")

    assert (world.did, world.said) == (["make another speak"], [])
    world.holds.release()
    world.holds.release()
    await world.conductor.rest()
    assert world.said == ["one", "two"]


async def test_a_slow_channel_delays_no_deed(world: World) -> None:
    world.holds = asyncio.Semaphore(0)
    await world.owe("twice", 2 * AT_ONCE)
    await world.owe("x", kind="toy:deed")
    world.clock.advance(61)

    async with running(world):
        assert await world.doing.get() == "x"

    assert world.said == []


async def test_nobody_waits_for_a_slow_system_and_its_answer_arrives_all_the_same(world: World) -> None:
    async with asyncio.timeout(30):
        await world.conductor.handle("toy:1", Hear("write"), "e1")

    assert world.did == ["x"]
    world.written.set()
    await world.conductor.rest()
    assert repr(Done("written")) in cast("Count", await world.conductor.state("toy:other")).events


async def test_no_deed_of_a_turn_waits_for_a_slow_system(world: World) -> None:
    remembered = await world.conductor.remember("toy:1", Hear("write"), "e1")

    async with asyncio.timeout(30):
        await world.conductor.act(remembered.owed)

    assert world.did == ["x"]
    world.written.set()
    await world.conductor.rest()
    assert repr(Done("written")) in await world.events("toy:other")


async def test_what_timers_give_cause_to_say_delays_no_other_timer(world: World) -> None:
    world.holds = asyncio.Semaphore(0)
    await world.owe("remind", 2 * AT_ONCE)
    await world.owe("x", kind="toy:deed")
    world.clock.advance(61)

    async with running(world):
        assert await world.doing.get() == "x"
        for _ in range(AT_ONCE):
            await world.begun.get()

    assert world.begun.empty(), "no more than so many are under way"


async def test_each_word_that_ends_makes_room_for_the_next(world: World) -> None:
    world.holds = asyncio.Semaphore(0)
    await world.owe("remind", AT_ONCE + 2)
    world.clock.advance(61)

    async with running(world):
        first = [await world.begun.get() for _ in range(AT_ONCE)]
        assert world.begun.empty()
        world.holds.release()
        another = await world.begun.get()

    assert another not in first
    assert world.said == ["by the way"]


async def test_a_round_ends_when_all_that_was_due_is_done_and_said(world: World) -> None:
    await world.owe("remind", AT_ONCE + 2)
    await world.owe("twice", AT_ONCE + 2, kind="toy:talk")
    await world.owe("x", kind="toy:deed")
    world.clock.advance(61)

    performed = await world.courier.round()

    timers, first_words = AT_ONCE + 2, AT_ONCE + 2
    assert len(world.said) == timers + 2 * first_words
    assert world.did == ["x"]
    seconds_of_talk = performed - (timers + timers + first_words + 1)
    assert 0 <= seconds_of_talk <= first_words, (
        "whoever is first says the second word: the round, or who said the first"
    )
    assert await world.store.next_due() is None
    assert await world.courier.round() == 0


async def test_a_courier_that_is_stopped_leaves_nothing_under_way(world: World) -> None:
    world.holds = asyncio.Semaphore(0)
    await world.owe("twice")
    world.clock.advance(61)

    async with running(world):
        await world.begun.get()

    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_mistake_in_one_effect_ends_no_courier_and_is_no_secret_in_a_round(world: World) -> None:
    await world.owe("bug")
    await world.owe("x", kind="toy:deed")
    world.clock.advance(61)
    async with running(world):
        assert {await world.doing.get(), await world.doing.get()} == {"bug", "x"}

    world.clock.advance(61)
    with pytest.raises(ZeroDivisionError):
        await world.courier.round()


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
