"""What an agent hears of on whatever page they are: their own cases with how much was said there, and what calls for them."""

from collections.abc import Collection, Iterable, Mapping

from adapters.desk.board import Row


def calls_for(agent: str, own: Collection[str], rows: Iterable[Row]) -> Mapping[str, object]:
    """`own`: the agent's teams; whoever is in none hears of every one's. A call that was not there before is a new one."""
    known = sorted(rows, key=lambda row: row.number)
    mine = [row for row in known if row.holder == agent]
    calls = [call for row in known for call in _calls_of(row, agent, own)]
    return {"mine": [{"number": row.number, "name": row.name, "said": row.said} for row in mine], "calls": calls}


def _calls_of(row: Row, agent: str, own: Collection[str]) -> Iterable[str]:
    if not row.holder and (row.is_urgent or not own or row.team in own):
        yield f"new {row.number}"
    if row.holder == agent and row.is_handed:
        yield f"handed {row.number}"
    if row.proposed_by not in ("", agent):
        yield f"second {row.number}"
