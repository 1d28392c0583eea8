"""An agreement to read a key aloud, and what may happen between it and the view."""

from collections.abc import Awaitable, Callable

from bot import standing
from bot.case_file import Filed, case_of
from bot.domain.people import PersonId
from bot.domain.release import Agreed
from tests.app.living import Living
from tests.desk.agent import AtDesk, at_desk
from tests.desk.test_rights import in_group

ALEX = PersonId("demo", "alex")


async def agreed(house: Living) -> tuple[AtDesk, AtDesk]:
    """Two agents are sure of Alex, who has no other screen, and the wait is over. Nobody has read anything yet."""
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    await dana.read_aloud(1001, "alex")
    await lee.agree(1001)
    await house.pass_time(61)
    return dana, lee


async def release(house: Living) -> Agreed | None:
    found = await house.house.conductor.state(case_of(1001))
    assert isinstance(found, Filed)
    return found.release if isinstance(found.release, Agreed) else None


async def in_vault(house: Living, statement: str) -> None:
    await house.house.vault.file.execute(statement, ())


async def froze(house: Living, flow_id: str) -> None:
    await house.house.conductor.handle(flow_id, standing.Frozen("not_me", ALEX, flow_id), f"frozen/{flow_id}")
    await house.settle()


async def put_back(_: Living, dana: AtDesk, __: AtDesk) -> None:
    await dana.do(1001, "put-back")


async def put_back_and_taken_again(_: Living, dana: AtDesk, __: AtDesk) -> None:
    await dana.do(1001, "put-back")
    await dana.take(1001)


async def closed(_: Living, dana: AtDesk, __: AtDesk) -> None:
    await dana.do(1001, "close", outcome="solved")


async def closed_and_opened_again(_: Living, dana: AtDesk, __: AtDesk) -> None:
    await dana.do(1001, "close", outcome="solved")
    await dana.do(1001, "reopen")


async def handed_to_and_fro(_: Living, dana: AtDesk, lee: AtDesk) -> None:
    await dana.do(1001, "hand-over", to="lee", words="lunch", form="one")
    await lee.do(1001, "hand-over", to="dana", words="back", form="two")


async def stopped_by_the_second(_: Living, __: AtDesk, lee: AtDesk) -> None:
    await lee.do(1001, "withdraw")


async def person_frozen(house: Living, _: AtDesk, __: AtDesk) -> None:
    await froze(house, standing.of_person(ALEX))


async def computer_frozen(house: Living, _: AtDesk, __: AtDesk) -> None:
    found = await release(house)
    assert found
    await froze(house, standing.of_device(found.plan.device.id))


async def person_frozen_and_the_case_does_not_know_it_yet(house: Living, _: AtDesk, __: AtDesk) -> None:
    frozen = standing.Frozen("not_me", ALEX, "person")
    await house.house.conductor.remember(standing.of_person(ALEX), frozen, "frozen", leaves_speech=True)


async def first_no_agent_any_more(house: Living, _: AtDesk, __: AtDesk) -> None:
    await in_group(house, "dana", is_in=False)


async def second_no_agent_any_more(house: Living, _: AtDesk, __: AtDesk) -> None:
    await in_group(house, "lee", is_in=False)


async def first_frozen(house: Living, _: AtDesk, __: AtDesk) -> None:
    await froze(house, standing.of_person(PersonId("demo", "dana")))


async def second_frozen(house: Living, _: AtDesk, __: AtDesk) -> None:
    await froze(house, standing.of_person(PersonId("demo", "lee")))


async def second_frozen_and_the_case_does_not_know_it_yet(house: Living, _: AtDesk, __: AtDesk) -> None:
    lee = PersonId("demo", "lee")
    frozen = standing.Frozen("not_me", lee, "person")
    await house.house.conductor.remember(standing.of_person(lee), frozen, "frozen", leaves_speech=True)


async def second_is_the_manager_now(house: Living, _: AtDesk, __: AtDesk) -> None:
    await in_vault(house, "UPDATE person SET manager = 'lee' WHERE login = 'alex'")


async def first_reports_to_the_person_now(house: Living, _: AtDesk, __: AtDesk) -> None:
    await in_vault(house, "UPDATE person SET manager = 'alex' WHERE login = 'dana'")


async def person_disabled(house: Living, _: AtDesk, __: AtDesk) -> None:
    await in_vault(house, "UPDATE person SET enabled = 0 WHERE login = 'alex'")


async def computer_is_a_personal_one_now(house: Living, _: AtDesk, __: AtDesk) -> None:
    await in_vault(house, "UPDATE device SET ownership = 'personal' WHERE name = 'LAPTOP-ALEX'")


async def computer_is_somebody_elses_now(house: Living, _: AtDesk, __: AtDesk) -> None:
    await in_vault(house, "UPDATE device SET owner = 'kim' WHERE name = 'LAPTOP-ALEX'")


async def ten_minutes_passed(house: Living, _: AtDesk, __: AtDesk) -> None:
    await house.pass_time(600)


async def key_damaged(house: Living, dana: AtDesk, _: AtDesk) -> None:
    house.source.damaged.add(await dana.key_of("alex"))


async def source_silent(house: Living, _: AtDesk, __: AtDesk) -> None:
    house.source.is_silent = True


async def rights_unknown(house: Living, _: AtDesk, __: AtDesk) -> None:
    await in_vault(house, "DELETE FROM groups_known")


Between = Callable[[Living, AtDesk, AtDesk], Awaitable[None]]
