"""Teams' own limits: so many messages a conversation in one second, two, thirty, and an hour. Kept, so that none is refused."""

from collections import OrderedDict, deque
from collections.abc import Sequence

WINDOWS: Sequence[tuple[int, float]] = ((7, 1.0), (8, 2.0), (60, 30.0), (1_800, 3_600.0))
REMEMBERED = 10_000


class Pace:
    """Remembers when each conversation was spoken to. Kept in memory: another replica's messages count at Teams alone."""

    def __init__(self, windows: Sequence[tuple[int, float]] = WINDOWS) -> None:
        self._windows = windows
        self._most = max(count for count, _ in windows)
        self._sent: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, conversation: str, now: float) -> float:
        """Seconds until the next message may leave; 0 counts it as leaving now."""
        sent = self._sent.get(conversation)
        if sent is None:
            sent = self._sent[conversation] = deque(maxlen=self._most)
            if len(self._sent) > REMEMBERED:
                self._sent.popitem(last=False)
        else:
            self._sent.move_to_end(conversation)
        waits = (sent[-count] + seconds - now for count, seconds in self._windows if len(sent) >= count)
        longest = max(waits, default=0.0)
        if longest > 0:
            return longest
        sent.append(now)
        return 0.0
