"""Who is listening: the open sockets of each conversation, fed in order and dropped when they cannot keep up."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

MOST_WAITING = 200
PASSING = 0
"""The number of what is sent to whoever listens now and stands in no history."""


@dataclass(eq=False)
class Listener:
    """One socket. `queue` holds (seq, activity as JSON); None ends it."""

    session: str
    token: str
    queue: asyncio.Queue[tuple[int, bytes] | None] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def offer(self, entry: tuple[int, bytes] | None) -> None:
        """Never waits: a reader that is too slow is ended and comes back by its watermark."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            entry = None
        self.queue.put_nowait(entry)


class Hub:
    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = defaultdict(set)

    def join(self, conversation: str, listener: Listener) -> None:
        """One living socket a token: a newer one ends the older."""
        for other in self._listeners[conversation]:
            if other.token == listener.token:
                other.offer(None)
        self._listeners[conversation].add(listener)

    def leave(self, conversation: str, listener: Listener) -> None:
        listeners = self._listeners[conversation]
        listeners.discard(listener)
        if not listeners:
            del self._listeners[conversation]

    def has_listeners(self, conversation: str) -> bool:
        return conversation in self._listeners

    def publish(self, conversation: str, seq: int, activity: bytes) -> None:
        for listener in self._listeners.get(conversation, ()):
            listener.offer((seq, activity))

    def end_session(self, session: str) -> None:
        for listeners in self._listeners.values():
            for listener in listeners:
                if listener.session == session:
                    listener.offer(None)

    def sessions(self) -> frozenset[str]:
        return frozenset(listener.session for listeners in self._listeners.values() for listener in listeners)

    def end_all(self) -> None:
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.offer(None)

    @property
    def count(self) -> int:
        return sum(len(listeners) for listeners in self._listeners.values())
