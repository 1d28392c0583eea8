"""Where every flow stands: an event is remembered once, with all that it changed, in one transaction; nothing is done here."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakValueDictionary

from bot.codec import Codec
from bot.effects import LetSleep, Say, Wake
from bot.flow import Step
from bot.ports.clock import Clock
from bot.ports.store import DEED, SAY, AlreadySeen, Owed, Owing, StaleFlow, Store, Turn, wake

LEASE = 60.0
"""Seconds for which effects are leased; longer than the longest effect may take."""
REMEMBERED_STATES = 10_000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of flow: the first part of its ids, where it begins, and its step."""

    name: str
    start: object
    step: Callable[[object, object], Step[object, object]]


class Voice(Protocol):
    """Brings a message to the person, and says which lines the history keeps of it."""

    def speaks_by_history(self, flow_id: str) -> bool:
        """Where the person reads the history itself, a line in it is the message: nothing more is owed."""

    def lines(self, flow_id: str, say: Say) -> tuple[str, ...]: ...

    async def deliver(self, flow_id: str, said_id: str, say: Say) -> None: ...

    async def kept(self, flow_id: str, seqs: tuple[int, ...], lines: tuple[str, ...], says: tuple[Say, ...]) -> None:
        """The lines are in the history now: whoever listens may have them. `says` are what the last of them say."""

    async def show_typing(self, flow_id: str) -> None:
        """Somebody is writing to the person. Nothing is kept of it, and nobody is told when it does not arrive."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What `remember` left: the flow's state now, the effects to act upon, the history lines written."""

    flow_id: str
    state: object
    owed: tuple[Owed, ...] = ()
    seqs: tuple[int, ...] = ()
    fresh: bool = True


class Memory:
    def __init__(
        self,
        kinds: Iterable[Kind],
        store: Store,
        codec: Codec,
        clock: Clock,
        voice: Voice,
        changed: Callable[[str], None] = lambda _flow_id: None,
    ) -> None:
        """`changed` is called with the id of a flow when something of it is durable: whoever looks at it may look again."""
        self._kinds = {kind.name: kind for kind in kinds}
        self._store, self._codec, self._clock, self._voice, self._changed = store, codec, clock, voice, changed
        self._known: OrderedDict[str, tuple[object, int]] = OrderedDict()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def recall(self, flow_id: str) -> object:
        """The flow as it was last seen here; another process may have gone on since."""
        return (await self._load(flow_id))[0]

    async def state(self, flow_id: str) -> object:
        """The flow as it stands now in the store."""
        self._known.pop(flow_id, None)
        return (await self._load(flow_id))[0]

    async def was_here(self, flow_id: str, event_id: str) -> bool:
        """Whether this flow has remembered that event already; for somebody who has two flows to choose from."""
        return await self._store.was_seen(flow_id, event_id)

    async def remember(
        self,
        flow_id: str,
        event: object,
        event_id: str,
        *,
        lines: tuple[str, ...] = (),
        settles: str | None = None,
        leaves_speech: bool = False,
    ) -> Remembered:
        """First: state, event id, history, audit and what is owed, in one transaction. Redone if another turn came first.

        `leaves_speech`: what it says stays owed, to be claimed; the caller will not act upon it.
        """
        lock = self._turns.get(flow_id)
        if lock is None:
            lock = self._turns[flow_id] = asyncio.Lock()
        async with lock:
            while True:
                state, version = await self._load(flow_id)
                step = self._kind(flow_id).step(state, event)
                says = self._said_at_once(flow_id, step)
                kept = lines + tuple(line for say in says for line in self._voice.lines(flow_id, say))
                turn = self._turn(
                    flow_id, version, step, event_id, kept, settles, without=says, leaves_speech=leaves_speech
                )
                try:
                    committed = await self._store.commit(turn, LEASE)
                except StaleFlow:
                    self._known.pop(flow_id, None)
                except AlreadySeen:
                    self._known.pop(flow_id, None)
                    return Remembered(flow_id, (await self._load(flow_id))[0], fresh=False)
                else:
                    self._know(flow_id, step.state, committed.version)
                    self._changed(flow_id)
                    if kept:
                        await self._voice.kept(flow_id, committed.seqs, kept, says)
                    return Remembered(flow_id, step.state, committed.owed, committed.seqs)

    def _said_at_once(self, flow_id: str, step: Step[object, object]) -> tuple[Say, ...]:
        says = tuple(effect for effect in step.effects if isinstance(effect, Say))
        return says if says and self._voice.speaks_by_history(flow_id) else ()

    def _turn(
        self,
        flow_id: str,
        version: int,
        step: Step[object, object],
        event_id: str,
        lines: tuple[str, ...],
        settles: str | None,
        *,
        without: tuple[Say, ...],
        leaves_speech: bool,
    ) -> Turn:
        now = self._clock.now()
        owed = (effect for effect in step.effects if not (without and isinstance(effect, Say)))
        owes = tuple(self._owing(effect, now) for effect in owed)
        state = self._codec.encode(step.state)
        return Turn(flow_id, version, state, event_id, now, owes, settles, lines, step.facts, leaves_speech)

    def _owing(self, effect: object, now: datetime) -> Owing:
        match effect:
            case Say():
                return Owing(SAY, self._codec.encode(effect), now)
            case Wake(name, after):
                return Owing(wake(name), self._codec.encode(effect), now + timedelta(seconds=after))
            case LetSleep(name):
                return Owing(wake(name), None, now)
            case _:
                return Owing(DEED, self._codec.encode(effect), now)

    async def _load(self, flow_id: str) -> tuple[object, int]:
        known = self._known.get(flow_id)
        if known is not None:
            return known
        saved = await self._store.load(flow_id)
        if saved is None:
            return self._kind(flow_id).start, 0
        state = self._codec.decode(saved.state, object)
        self._know(flow_id, state, saved.version)
        return state, saved.version

    def _know(self, flow_id: str, state: object, version: int) -> None:
        """A state at hand saves a look-up; the version catches it when it is old."""
        self._known[flow_id] = (state, version)
        self._known.move_to_end(flow_id)
        if len(self._known) > REMEMBERED_STATES:
            self._known.popitem(last=False)

    def _kind(self, flow_id: str) -> Kind:
        return self._kinds[flow_id.partition(":")[0]]
