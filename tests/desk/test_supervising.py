"""What supervisors are told is how things stand when they are told, and they alone see it at the desk."""

from bot.conductor import Task
from bot.domain.concerns import Concern, WaitingCase
from bot.supervising import Supervising
from bot.supervision import TellSupervisors
from tests.app.living import Living
from tests.desk.agent import at_desk
from tests.desk.test_relay import waiting


class Told:
    def __init__(self) -> None:
        self.cases: list[tuple[int, ...]] = []

    async def cases_wait(self, _notice_id: str, cases: tuple[WaitingCase, ...], _at: object) -> None:
        self.cases.append(tuple(case.number for case in cases))


async def test_what_was_taken_meanwhile_is_told_to_nobody(house: Living) -> None:
    await waiting(house, "kim")
    await waiting(house, "sam")
    await house.pass_time(15 * 60)
    told = Told()
    supervising = Supervising(house.house.conductor, told, house.clock)
    owed = TellSupervisors((Concern(1001, "late"), Concern(1002, "late")))

    await supervising.tell(Task("a", "supervision:desk", owed))
    dana = await at_desk(house, "dana")
    await dana.take(1001)
    await supervising.tell(Task("b", "supervision:desk", owed))
    await dana.take(1002)
    await supervising.tell(Task("c", "supervision:desk", owed))

    assert told.cases == [(1001, 1002), (1002,)]


async def test_no_agent_sees_what_supervisors_see_and_no_name_is_in_it(house: Living) -> None:
    await waiting(house, "kim")
    await house.pass_time(15 * 60)
    dana, morgan = await at_desk(house, "dana"), await at_desk(house, "morgan")

    for_dana = await dana.look("/desk/searches")
    for_morgan = await morgan.look("/desk/searches")

    assert (for_dana, for_morgan) == (403, 200)
    assert "Case 1001" in morgan.text
    assert "Kim" not in morgan.text
    assert "wait too long" not in dana.text
