"""The open cases as rows: read once, kept by what rings, and drawn once a language for all who look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from adapters.desk.clocks import age_of, left_of, waits_for_second
from adapters.desk.showing import marks_of
from bot.case_file import Filed, case_of
from bot.case_office import CaseOffice
from bot.conductor import Conductor
from bot.domain.cases import Taken
from bot.domain.release import Proposed
from bot.ports.clock import Clock

Draw = Callable[[str, Mapping[str, object]], str]
"""In a language, out of facts."""
MOST_DRAWN = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """`rank` sorts as text: what is urgent first, then what waits longest. `said`: how often its person wrote.

    `proposed_by`: whose word needs that of a second agent.
    """

    number: int
    rank: str
    holder: str
    team: str
    html: str
    name: str = ""
    said: int = 0
    is_handed: bool = False
    proposed_by: str = ""

    @property
    def is_urgent(self) -> bool:
        return self.rank.startswith("0")


@dataclass(slots=True)
class Board:
    office: CaseOffice
    conductor: Conductor
    draw: Draw
    clock: Clock
    _drawn: dict[tuple[int, str], tuple[Filed, object, Row]] = field(default_factory=dict)

    async def rows(self, language: str) -> list[Row]:
        return [self._row(filed, language) for filed in await self.office.open_cases()]

    async def row(self, number: int, language: str) -> Row | None:
        """None: it is open no more."""
        filed = await self.conductor.recall(case_of(number))
        return self._row(filed, language) if isinstance(filed, Filed) and filed.is_open else None

    def _row(self, filed: Filed, language: str) -> Row:
        number, now = filed.case.number, self.clock.now()
        times = age, left, second = age_of(filed, now), left_of(filed, now), waits_for_second(filed, now)
        known = self._drawn.get((number, language))
        if known and known[0] == filed and known[1] == times:
            return known[2]
        holder = str(filed.holder.id) if filed.holder else ""
        facts = {
            "filed": filed,
            "case": filed.case,
            "age": age,
            "left": left,
            "second": second,
            "rank": rank_of(filed),
            "holder": holder,
            **marks_of(filed),
        }
        is_handed = isinstance(filed.stage, Taken) and filed.stage.handed_by is not None
        html, case = self.draw(language, facts), filed.case
        by = str(filed.release.first.by.id) if second and isinstance(filed.release, Proposed) else ""
        row = Row(number, rank_of(filed), holder, case.team, html, case.name, filed.said, is_handed, by)
        if len(self._drawn) >= MOST_DRAWN:
            self._drawn.clear()
        self._drawn[number, language] = filed, times, row
        return row


def rank_of(filed: Filed) -> str:
    return f"{0 if filed.case.urgency == 'urgent' else 1}{filed.since:%Y%m%d%H%M%S%f}"
