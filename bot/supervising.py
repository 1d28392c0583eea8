"""Tells supervisors of cases that wait too long, as they stand at that moment: what was taken meanwhile is no concern."""

from bot.case_file import Filed, case_of
from bot.conductor import Conductor, Task
from bot.domain.cases import Waits
from bot.domain.concerns import WaitingCase, Why
from bot.ports.clock import Clock
from bot.ports.supervisors import Supervisors
from bot.supervision import TellSupervisors


def waiting_case(filed: Filed) -> WaitingCase | None:
    """None: it is in somebody's hands, or was no concern."""
    if not isinstance(filed.stage, Waits) or not filed.concerns:
        return None
    case = filed.case
    return WaitingCase(case.number, filed.concerns, case.reason, case.urgency, filed.since)


class Supervising:
    def __init__(self, conductor: Conductor, supervisors: Supervisors, clock: Clock) -> None:
        self._conductor, self._supervisors, self._clock = conductor, supervisors, clock

    async def tell(self, task: Task) -> None:
        wanted = task.effect
        if not isinstance(wanted, TellSupervisors):
            raise TypeError
        whys: dict[int, list[Why]] = {}
        for concern in wanted.concerns:
            whys.setdefault(concern.number, []).append(concern.why)
        found = [await self._still(number, tuple(of_it)) for number, of_it in sorted(whys.items())]
        if cases := tuple(case for case in found if case is not None):
            await self._supervisors.cases_wait(task.id, cases, self._clock.now())

    async def _still(self, number: int, whys: tuple[Why, ...]) -> WaitingCase | None:
        filed = await self._conductor.state(case_of(number))
        case = waiting_case(filed) if isinstance(filed, Filed) else None
        return WaitingCase(number, whys, case.reason, case.urgency, case.since) if case else None
