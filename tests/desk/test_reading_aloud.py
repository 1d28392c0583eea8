"""What somebody tries where an agent may read a key aloud: the only key that an agent ever sees. Each test is a promise of SECURITY.md."""

from collections.abc import Awaitable, Callable

import pytest

from bot import limits, standing
from bot.domain.people import PersonId
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.app.test_unlock_page import audited
from tests.desk.agent import AtDesk, at_desk
from tests.desk.aloud import (
    Between,
    agreed,
    closed,
    closed_and_opened_again,
    computer_frozen,
    computer_is_a_personal_one_now,
    computer_is_somebody_elses_now,
    first_frozen,
    first_no_agent_any_more,
    first_reports_to_the_person_now,
    handed_to_and_fro,
    in_vault,
    key_damaged,
    person_disabled,
    person_frozen,
    person_frozen_and_the_case_does_not_know_it_yet,
    put_back,
    put_back_and_taken_again,
    rights_unknown,
    second_frozen,
    second_frozen_and_the_case_does_not_know_it_yet,
    second_is_the_manager_now,
    second_no_agent_any_more,
    source_silent,
    stopped_by_the_second,
    ten_minutes_passed,
)
from tests.desk.test_rights import in_group

REFUSED: dict[Between, tuple[int, str]] = {
    put_back: (409, "You do not have this case"),
    put_back_and_taken_again: (409, "no longer there"),
    closed: (409, "You do not have this case"),
    closed_and_opened_again: (409, "no longer there"),
    handed_to_and_fro: (409, "no longer there"),
    stopped_by_the_second: (409, "no longer there"),
    person_frozen: (409, "no longer there"),
    computer_frozen: (409, "no longer there"),
    person_frozen_and_the_case_does_not_know_it_yet: (409, "is blocked"),
    first_no_agent_any_more: (403, "not in their group"),
    second_no_agent_any_more: (403, "not in their group"),
    first_frozen: (403, "Your own account is blocked"),
    second_frozen: (409, "no longer there"),
    second_frozen_and_the_case_does_not_know_it_yet: (409, "Lee Tanaka is blocked"),
    second_is_the_manager_now: (409, "This concerns Lee Tanaka"),
    first_reports_to_the_person_now: (409, "This concerns Dana Fischer"),
    person_disabled: (409, "their account is disabled"),
    computer_is_a_personal_one_now: (409, "no longer there"),
    computer_is_somebody_elses_now: (409, "no longer there"),
    ten_minutes_passed: (409, "the time for it is over"),
    key_damaged: (409, "damaged"),
    source_silent: (409, "did not answer"),
    rights_unknown: (503, "does not answer"),
}


@pytest.mark.parametrize("between", REFUSED, ids=lambda one: one.__name__.replace("_", " "))
async def test_what_happens_between_the_agreement_and_the_view_refuses_it(
    house: Living, between: Between, logged: list[str]
) -> None:
    dana, lee = await agreed(house)
    await dana.sign_in_again(1001)
    dana.signs_in_again = False
    await between(house, dana, lee)

    key = await dana.read(1001)

    status, words = REFUSED[between]
    assert key == ""
    assert dana.status == status
    assert words in dana.text
    assert await audited(house, "key.read_aloud") == 0
    house.source.is_silent = False
    await assert_no_key_is_left(house, "\n".join(logged))


@pytest.mark.parametrize("trouble", [key_damaged, source_silent], ids=["damaged", "silent"])
async def test_a_key_that_could_not_be_had_was_not_read_so_it_can_be_tried_again(
    house: Living, trouble: Between
) -> None:
    dana, lee = await agreed(house)
    await dana.sign_in_again(1001)
    await trouble(house, dana, lee)
    await dana.do(1001, "read")
    house.source.is_silent, house.source.damaged = False, set()

    assert await dana.read(1001)
    assert await audited(house, "key.read_aloud") == 1


# only the one who has the case, and has just signed in


async def test_the_second_agent_and_everybody_else_get_nothing_with_that_address(house: Living) -> None:
    _, lee = await agreed(house)
    await in_group(house, "sam")
    sam, kim = await at_desk(house, "sam"), await at_desk(house, "kim")

    keys = [await one.read(1001) for one in (lee, sam, kim)]

    assert keys == ["", "", ""]
    assert (lee.status, sam.status, kim.status) == (409, 409, 403)
    assert await audited(house, "key.read_aloud") == 0


async def test_a_second_agent_who_takes_the_case_does_not_read_in_the_firsts_place(house: Living) -> None:
    dana, lee = await agreed(house)
    await dana.do(1001, "put-back")
    await lee.take(1001)

    assert await lee.read(1001) == ""
    assert await audited(house, "key.read_aloud") == 0


@pytest.mark.parametrize("seconds", [59, 61 + 600])
async def test_nothing_is_read_before_the_wait_is_over_nor_ten_minutes_after(house: Living, seconds: int) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    await dana.read_aloud(1001, "alex")
    await lee.agree(1001)
    await house.pass_time(seconds)

    assert await dana.read(1001) == ""
    assert "cannot be read now" in dana.text


async def test_no_code_and_no_link_come_out_of_an_agreement_to_read(house: Living) -> None:
    dana, lee = await agreed(house)

    codes = [await dana.code(1001), await lee.code(1001)]

    assert codes == ["", ""]
    assert await audited(house, "case.code_given") == await audited(house, "link.given") == 0


async def test_nothing_is_read_of_what_was_released_to_the_persons_own_page(house: Living) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    await dana.release(1001, "alex", lost_phone=True)
    await lee.agree(1001)
    await house.pass_time(61)

    assert await dana.read(1001) == ""
    assert "no longer there" in dana.text


# whom it is proposed for


@pytest.mark.parametrize("field", ["why", "how"])
async def test_without_a_reason_that_we_know_nothing_is_proposed(house: Living, field: str) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("alex")
    await dana.sign_in_again(1001)
    fields = {"key": await dana.key_of("alex"), "how": "in_person", "note": "badge", "why": "no_device"}

    assert await dana.do(1001, "read-aloud", **{**fields, field: "because"}) == 400
    assert await dana.do(1001, "read-aloud", **{**fields, "note": " "}) == 409
    assert await audited(house, "case.vouched") == 0


async def personal_of_its_person(house: Living, dana: AtDesk) -> str:
    await in_vault(house, "UPDATE device SET ownership = 'personal' WHERE name = 'LAPTOP-ALEX'")
    return await dana.key_of("alex")


async def of_somebody_else(_: Living, dana: AtDesk) -> str:
    return await dana.key_of("sam")


async def made_up(_: Living, __: AtDesk) -> str:
    return "vault:nonsense"


@pytest.mark.parametrize("key_of", [personal_of_its_person, of_somebody_else, made_up], ids=lambda one: one.__name__)
async def test_a_key_of_a_personal_or_anothers_computer_is_read_to_nobody(
    house: Living, key_of: Callable[[Living, AtDesk], Awaitable[str]]
) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("alex")
    key = await key_of(house, dana)
    await dana.sign_in_again(1001)

    status = await dana.do(1001, "read-aloud", key=key, how="in_person", note="badge", why="no_device")
    await dana.look("/desk/cases/1001")

    assert status == 409
    assert key not in dana.page
    assert await audited(house, "case.vouched") == 0
    assert await dana.read(1001) == ""


async def test_an_agent_reads_no_more_keys_aloud_than_a_shift_allows_and_still_releases_others(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("alex")
    for _ in range(limits.READINGS_A_SHIFT):
        assert await dana.read_aloud(1001, "alex") == 200
        await dana.do(1001, "withdraw")

    status = await dana.read_aloud(1001, "alex")

    assert status == 409
    assert "what one agent may do in a shift" in dana.text
    assert await dana.release(1001, "alex") == 200


async def test_a_second_word_for_a_reading_is_counted_as_one(house: Living) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    flow_id = standing.of_agent(PersonId("demo", "lee"))
    for n in range(limits.READINGS_A_SHIFT):
        given = standing.WordGiven(f"w{n}", house.clock.now(), aloud=True)
        await house.house.conductor.handle(flow_id, given, f"w{n}")
    await dana.read_aloud(1001, "alex")

    assert await lee.agree(1001) == 409
    assert "what one agent may do in a shift" in lee.text


async def test_whoever_is_too_close_neither_proposes_nor_agrees(house: Living) -> None:
    await in_vault(house, "UPDATE person SET manager = 'lee' WHERE login = 'alex'")
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    await dana.read_aloud(1001, "alex")

    assert await dana.agree(1001) == 409
    assert "You were the first" in dana.text
    assert await lee.agree(1001) == 409
    assert "This concerns Lee Tanaka" in lee.text
