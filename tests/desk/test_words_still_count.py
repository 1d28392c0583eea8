"""Between agents' words and the key lie minutes: what happens in them voids a code, a grant and a link in the chat."""

import pytest

from bot import standing
from bot.case_aloud import case_of
from bot.case_file import Filed
from bot.domain.people import PersonId
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.app.test_unlock_page import audited
from tests.app.visitor import GROUPS, Visitor
from tests.desk.agent import AtDesk, at_desk
from tests.desk.aloud import (
    Between,
    computer_is_a_personal_one_now,
    computer_is_somebody_elses_now,
    first_no_agent_any_more,
    first_reports_to_the_person_now,
    person_disabled,
    rights_unknown,
    second_is_the_manager_now,
    second_no_agent_any_more,
)
from tests.desk.test_attacks import phone, typed, with_code

OF_ONE: tuple[Between, ...] = (
    first_no_agent_any_more,
    first_reports_to_the_person_now,
    person_disabled,
    computer_is_a_personal_one_now,
    computer_is_somebody_elses_now,
    rights_unknown,
)
OF_TWO: tuple[Between, ...] = (*OF_ONE, second_no_agent_any_more, second_is_the_manager_now)
after = pytest.mark.parametrize("between", OF_TWO, ids=lambda one: one.__name__.replace("_", " "))
after_one = pytest.mark.parametrize("between", OF_ONE, ids=lambda one: one.__name__.replace("_", " "))


ALEX = PersonId("demo", "alex")
SAID = [(standing.Insisted, "insisted_today"), (standing.ApprovalDenied, "denied")]


async def granted_by_code(house: Living) -> tuple[Visitor, str, AtDesk]:
    """The code was typed and nobody is telling the person what to do: the key is one press away."""
    dana, code = await with_code(house)
    alex = await phone(house)
    _, path = await typed(alex, code)
    await alex.page(f"{path}/answer", {"somebody": "no"})
    return alex, path, dana


async def granted_by_link(house: Living) -> tuple[Visitor, str, AtDesk]:
    """The person proved themselves in the conversation, on the page that an agent's word brought them."""
    alex = house.visitor()
    await alex.sign_in("alex")
    await alex.enter()
    await alex.say("human")
    await alex.until("Your case number is 1001")
    dana = await at_desk(house, "dana")
    await dana.take(1001)
    await dana.release(1001, "alex")
    return alex, await alex.prove(await alex.until("I have found the key"), "alex"), dana


async def shown(alex: Visitor, path: str) -> tuple[int, bool]:
    status, page = await alex.page(f"{path}/show", {"nth": "1"})
    alex.captured.pop()
    return status, bool(GROUPS.search(page))


@after
async def test_a_code_is_worth_nothing_when_what_it_rests_on_is_gone(house: Living, between: Between) -> None:
    dana, code = await with_code(house)
    await between(house, dana, dana)

    assert (await typed(await phone(house), code))[0] == 422
    assert await audited(house, "proof.accepted") == 0


@after
async def test_a_code_that_was_typed_shows_nothing_when_what_it_rests_on_is_gone(
    house: Living, between: Between
) -> None:
    alex, path, dana = await granted_by_code(house)
    await between(house, dana, dana)

    status, is_key = await shown(alex, path)

    assert not is_key
    assert status == (200 if between is rights_unknown else 404)
    assert await audited(house, "key.shown") == 0
    await assert_no_key_is_left(house)


@after_one
async def test_a_link_in_the_chat_shows_nothing_when_the_word_it_rests_on_is_gone(
    house: Living, between: Between
) -> None:
    alex, path, dana = await granted_by_link(house)
    await between(house, dana, dana)

    _, is_key = await shown(alex, path)

    assert not is_key
    assert await audited(house, "key.shown") == 0


async def said_elsewhere(house: Living, event: type[standing.Insisted | standing.ApprovalDenied]) -> Filed:
    """On the page of another link of Alex's, or by the manager who was asked there."""
    await house.house.conductor.handle(standing.of_person(ALEX), event(house.clock.now()), "elsewhere")
    filed = await house.house.conductor.state(case_of(1001))
    assert isinstance(filed, Filed)
    return filed


@pytest.mark.parametrize(("event", "heard"), SAID)
async def test_a_code_from_before_somebody_insisted_or_denied_is_void_and_there_is_no_other(
    house: Living, event: type[standing.Insisted | standing.ApprovalDenied], heard: str
) -> None:
    dana, code = await with_code(house)

    filed = await said_elsewhere(house, event)

    assert (filed.release, filed.heard[-1]) == (None, heard)
    assert (await typed(await phone(house), code))[0] == 422
    assert not await dana.code(1001)


@pytest.mark.parametrize(("event", "heard"), SAID)
async def test_a_chat_has_no_new_link_by_a_word_from_before_somebody_insisted_or_denied_and_one_by_a_word_from_after(
    house: Living, event: type[standing.Insisted | standing.ApprovalDenied], heard: str
) -> None:
    alex, _, dana = await granted_by_link(house)
    house.clock.advance(1)

    filed = await said_elsewhere(house, event)
    await alex.until("has taken the page for your key back")
    await alex.say("new link")
    given = await audited(house, "link.given")
    house.clock.advance(31)
    await dana.release(1001, "alex")
    await alex.until("I have found the key")

    assert (filed.release, filed.heard[-1]) == (None, heard)
    assert (given, await audited(house, "link.given")) == (1, 2)


async def test_while_nothing_happens_both_show_the_key(house: Living) -> None:
    alex, path, _ = await granted_by_link(house)
    assert await shown(alex, path) == (200, True)


async def test_a_directory_that_is_silent_for_a_moment_costs_nobody_the_grant(house: Living) -> None:
    alex, path, dana = await granted_by_code(house)
    known = await house.house.vault.file.run(lambda db: db.execute("SELECT * FROM groups_known").fetchall())
    await rights_unknown(house, dana, dana)
    silent = await shown(alex, path)
    for row in known:
        marks = ", ".join("?" * len(row))
        await house.house.vault.file.execute(f"INSERT INTO groups_known VALUES ({marks})", tuple(row))

    assert silent[1] is False
    assert await shown(alex, path) == (200, True)
