"""Drives every flow: remember first, act second, so a crash at any line loses nothing and says nothing twice."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

from bot.codec import Codec
from bot.domain.errors import ChannelBusy, PersonUnreachable
from bot.effects import GivenUp, LetSleep, Say, Tell, Wake, Woken
from bot.flow import Step
from bot.ports.clock import Clock
from bot.ports.store import DEED, SAY, AlreadySeen, NotOwed, Owed, Owing, Settled, StaleFlow, Store, Turn, wake

LEASE = 60.0
"""Seconds for which effects are leased; longer than the longest effect may take."""
PATIENCE = 20.0
"""Seconds that one effect may take."""
SPEECH_LIVES = timedelta(hours=1)
TRIES = 8
LASTS = timedelta(hours=24)
REMEMBERED_STATES = 10_000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of flow: the first part of its ids, where it begins, and its step."""

    name: str
    start: object
    step: Callable[[object, object], Step[object, object]]


@dataclass(frozen=True, slots=True)
class Task:
    """An effect to perform. `id` stays the same at every attempt."""

    id: str
    flow_id: str
    effect: object


Hand = Callable[[tuple[Owed, ...]], None]
"""Takes speech that a deed gave cause to, so that whoever does the deed need not wait for it."""
Perform = Callable[[Task], Awaitable[object | None]]
"""Carries an effect out; what it returns is the next event of the same flow. Idempotent on the task's id."""


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


class Conductor:
    def __init__(
        self,
        kinds: Iterable[Kind],
        store: Store,
        codec: Codec,
        clock: Clock,
        voice: Voice,
        perform: Mapping[type, Perform],
        lasting: frozenset[type] = frozenset(),
        beside: frozenset[type] = frozenset(),
        changed: Callable[[str], None] = lambda _flow_id: None,
    ) -> None:
        """`lasting`: deeds that are tried for a day, because somebody must hear of them.

        `beside`: deeds that other systems take their time for; nobody who gives cause to one waits for it, nor does another deed.

        `changed` is called with the id of a flow when something of it is durable: whoever looks at it may look again.
        """
        self._lasting, self._beside, self._changed = lasting, beside, changed
        self._kinds = {kind.name: kind for kind in kinds}
        self._store, self._codec, self._clock, self._voice, self._perform = store, codec, clock, voice, perform
        self._known: OrderedDict[str, tuple[object, int]] = OrderedDict()
        self._acting: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def handle(self, flow_id: str, event: object, event_id: str) -> object:
        """Apply one event exactly once, do what it asked for, and return the state it left.

        It is called by deeds and pages, so what is to be said is said beside them: they do not wait for a channel.
        """
        remembered = await self.remember(flow_id, event, event_id)
        await self.follow(remembered.owed)
        return remembered.state

    async def follow(self, owed: tuple[Owed, ...]) -> None:
        """Do what an event asked for, as `handle` does; for whoever has to know first whether it was new."""
        speech, deeds = _apart(owed)
        self._speak_soon(speech)
        await self.do(deeds, self._speak_soon)

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

    def act_soon(self, owed: tuple[Owed, ...]) -> None:
        """Act beside the caller, who has an answer to give first."""
        if owed:
            self.beside(self.act(owed))

    def _speak_soon(self, speech: tuple[Owed, ...]) -> None:
        if speech:
            self.beside(self.speak(speech))

    def beside(self, work: Coroutine[object, object, None]) -> None:
        """Keep hold of work that nobody waits for."""
        task = asyncio.get_running_loop().create_task(work)
        self._acting.add(task)
        task.add_done_callback(self._acting.discard)

    @property
    def under_way(self) -> int:
        return len(self._acting)

    async def rest(self) -> None:
        """Until nothing that was begun beside its caller is still under way."""
        while self._acting:
            await asyncio.gather(*self._acting, return_exceptions=True)

    async def act(self, owed: tuple[Owed, ...]) -> None:
        """Second: perform. Speech keeps its order; deeds do not wait for it."""
        speech, deeds = _apart(owed)
        if not deeds:
            await self.speak(speech)
            return
        speaking: list[asyncio.Task[None]] = []

        def speak_beside(words: tuple[Owed, ...]) -> None:
            if words:
                speaking.append(asyncio.create_task(self.speak(words)))

        speak_beside(speech)
        try:
            await self.do(deeds, speak_beside)
        finally:
            await asyncio.gather(*speaking)  # whatever becomes of the deeds, a word once begun is ended

    async def do(self, deeds: tuple[Owed, ...], hand: Hand | None = None) -> None:
        """Deeds, and the deeds that follow from them. What is to be said of it goes to `hand`; without, it stays owed.

        With a hand nobody waits for other systems either: deeds of that kind are begun, and the next ones done.
        """
        while deeds:
            if hand and self._takes_its_time(deeds[0]):
                self.beside(self._see_through(deeds[0]))
                deeds = deeds[1:]
                continue
            speech, following = _apart(await self._carry_out(deeds[0], leaves_speech=hand is None))
            if hand:
                hand(speech)
            deeds = following + deeds[1:]

    def _takes_its_time(self, deed: Owed) -> bool:
        """The codec remembers what it has just written, so this reads nothing."""
        return type(self._codec.decode(deed.body, object)) in self._beside

    async def _see_through(self, deed: Owed) -> None:
        await self.act(await self._carry_out(deed, leaves_speech=False))

    async def speak(self, speech: tuple[Owed, ...]) -> None:
        """Leased speech of one flow, in its order, and then whatever waited behind it."""
        while speech:
            more = False
            for one in speech:
                settled = await self._utter(one)
                if settled is None:
                    return
                more = settled.more
            flow_id = speech[-1].flow_id
            speech = await self._store.claim(self._clock.now(), LEASE, queue="speech", flow_id=flow_id) if more else ()

    # what is owed

    async def _utter(self, owed: Owed) -> Settled | None:
        """None: it will be said later, and what follows must wait for it."""
        say = self._codec.decode(owed.body, Say)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._voice.deliver(owed.flow_id, owed.id, say)
        except Exception as error:  # noqa: BLE001 - the conductor's edge: whatever a channel does wrong, the flow goes on
            if not isinstance(error, PersonUnreachable) and self._clock.now() - owed.since < SPEECH_LIVES:
                await self._later(owed, error)
                return None
            log.warning("speech given up", flow=owed.flow_id, effect=owed.id, error=type(error).__name__)
        lines = self._voice.lines(owed.flow_id, say)
        try:
            settled = await self._store.settle(owed.id, self._clock.now(), lines)
        except NotOwed:
            return Settled((), more=True)
        self._changed(owed.flow_id)
        await self._voice.kept(owed.flow_id, settled.seqs, lines, (say,) * len(lines))
        return settled

    async def _carry_out(self, owed: Owed, *, leaves_speech: bool) -> tuple[Owed, ...]:
        """What follows from it."""
        effect = self._codec.decode(owed.body, object)
        if isinstance(effect, Tell):
            return await self._pass_on(owed, effect, leaves_speech=leaves_speech)
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._answer(Task(owed.id, owed.flow_id, effect))
        except Exception as error:  # noqa: BLE001 - the conductor's edge
            if self._may_be_tried_again(owed, effect, error):
                await self._later(owed, error)
                return ()
            log.error(  # noqa: TRY400 - an exception may hold what a log must not
                "effect given up", flow=owed.flow_id, effect=owed.id, error=type(error).__name__
            )
            answer = GivenUp(type(effect).__name__)
        return await self._settle(owed, answer, leaves_speech=leaves_speech)

    def _may_be_tried_again(self, owed: Owed, effect: object, error: Exception) -> bool:
        if isinstance(error, PersonUnreachable):
            return False
        lasts = type(effect) in self._lasting and self._clock.now() - owed.since < LASTS
        return lasts or owed.attempts + 1 < TRIES

    async def _settle(self, owed: Owed, answer: object | None, *, leaves_speech: bool) -> tuple[Owed, ...]:
        try:
            if answer is None:
                await self._store.settle(owed.id, self._clock.now())
                return ()
            event_id = f"{owed.id}/answer"
            remembered = await self.remember(
                owed.flow_id, answer, event_id, settles=owed.id, leaves_speech=leaves_speech
            )
        except NotOwed:
            return ()
        return remembered.owed

    async def _answer(self, task: Task) -> object | None:
        if isinstance(task.effect, Wake):
            return Woken(task.effect.name)
        return await self._perform[type(task.effect)](task)

    async def _pass_on(self, owed: Owed, tell: Tell, *, leaves_speech: bool) -> tuple[Owed, ...]:
        """News has arrived when it is remembered; what it makes the other flow do is that flow's own debt. Never given up."""
        try:
            remembered = await self.remember(tell.flow_id, tell.event, owed.id, leaves_speech=leaves_speech)
            await self._store.settle(owed.id, self._clock.now())
        except NotOwed:
            return ()
        except Exception as error:  # noqa: BLE001 - the conductor's edge
            await self._later(owed, error)
            return ()
        return remembered.owed

    async def _later(self, owed: Owed, error: Exception) -> None:
        asked = error.after if isinstance(error, ChannelBusy) else None
        wait = timedelta(seconds=min(max(2.0**owed.attempts, asked or 0.0), 300.0))
        log.warning(
            "effect postponed", flow=owed.flow_id, effect=owed.id, error=type(error).__name__, seconds=wait.seconds
        )
        await self._store.postpone(owed.id, self._clock.now() + wait)

    # what is remembered

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


def _apart(owed: tuple[Owed, ...]) -> tuple[tuple[Owed, ...], tuple[Owed, ...]]:
    """Speech, and everything else."""
    return tuple(one for one in owed if one.lane == SAY), tuple(one for one in owed if one.lane != SAY)
