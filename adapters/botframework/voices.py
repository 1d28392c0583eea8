"""Several channels as one voice: the beginning of a conversation's id says which of them speaks there."""

from collections.abc import Mapping

from bot.effects import Say
from bot.memory import Voice


class Voices:
    """`by_prefix`: what follows the kind in a flow's id. What begins otherwise belongs to `others`."""

    def __init__(self, by_prefix: Mapping[str, Voice], others: Voice) -> None:
        self._by_prefix, self._others = by_prefix, others

    def speaks_by_history(self, flow_id: str) -> bool:
        return self._of(flow_id).speaks_by_history(flow_id)

    def lines(self, flow_id: str, say: Say) -> tuple[str, ...]:
        return self._of(flow_id).lines(flow_id, say)

    async def deliver(self, flow_id: str, said_id: str, say: Say) -> None:
        await self._of(flow_id).deliver(flow_id, said_id, say)

    async def kept(self, flow_id: str, seqs: tuple[int, ...], lines: tuple[str, ...], says: tuple[Say, ...]) -> None:
        await self._of(flow_id).kept(flow_id, seqs, lines, says)

    async def show_typing(self, flow_id: str) -> None:
        await self._of(flow_id).show_typing(flow_id)

    def _of(self, flow_id: str) -> Voice:
        prefix, colon, _ = flow_id.partition(":")[2].partition(":")
        return self._by_prefix.get(prefix, self._others) if colon else self._others
