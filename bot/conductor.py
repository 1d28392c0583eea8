"""Drives every flow: remember first, act second, so a crash at any line loses nothing and says nothing twice."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.codec import Codec
from bot.domain.errors import ChannelBusy, PersonUnreachable
from bot.effects import GivenUp, Say, Tell, Wake, Woken
from bot.memory import LEASE, Kind, Memory, Voice
from bot.ports.clock import Clock
from bot.ports.store import SAY, NotOwed, Owed, Settled, Store

PATIENCE = 20.0
"""Seconds that one effect may take."""
SPEECH_LIVES = timedelta(hours=1)
TRIES = 8
LASTS = timedelta(hours=24)

log = structlog.get_logger()


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


class Conductor(Memory):
    """A memory that does what is owed."""

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
        """
        super().__init__(kinds, store, codec, clock, voice, changed)
        self._perform, self._lasting, self._beside = perform, lasting, beside
        self._acting: set[asyncio.Task[None]] = set()

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

    # one of what is owed

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


def _apart(owed: tuple[Owed, ...]) -> tuple[tuple[Owed, ...], tuple[Owed, ...]]:
    """Speech, and everything else."""
    return tuple(one for one in owed if one.lane == SAY), tuple(one for one in owed if one.lane != SAY)
