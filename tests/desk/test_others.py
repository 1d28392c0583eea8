"""What an agent sees of the same person's other cases, for how long, and when nothing of it is left."""

from dataclasses import replace
from datetime import timedelta

from adapters.desk.others import others_of
from bot import news, past
from bot.case_file import Filed, case_of
from bot.domain.cases import Agent
from bot.domain.people import PersonId
from bot.effects import Wake, Woken
from bot.flow import run
from tests.app.living import Living
from tests.desk.agent import AtDesk, at_desk

KIM, DANA = PersonId("demo", "kim"), Agent(PersonId("demo", "dana"), "Dana Fischer")


async def closed_cases(house: Living, count: int) -> AtDesk:
    """Of Kim's, and one more that is open and on the page."""
    dana = await at_desk(house, "dana")
    for number in range(1001, 1001 + count):
        await dana.open("kim")
        await dana.do(number, "close", outcome="solved")
        await house.pass_time(60)
    await dana.open("kim")
    await dana.look(f"/desk/cases/{1001 + count}")
    return dana


def listed(agent: AtDesk) -> list[int]:
    return [number for number in range(1000, 1100) if f'/desk/cases/{number}">Case {number}</a>' in agent.page]


async def test_the_newest_are_shown_first_and_the_others_behind_a_word(house: Living) -> None:
    dana = await closed_cases(house, 5)

    places = [dana.page.index(f">Case {number}</a>") for number in (1005, 1004, 1003, 1002, 1001)]

    assert places == sorted(places)
    assert listed(dana) == [1001, 1002, 1003, 1004, 1005]
    assert "Case 1006</a>" not in dana.page
    assert dana.page.index("Case 1003</a>") < dana.page.index("2 more") < dana.page.index("Case 1002</a>")


async def test_after_half_a_year_a_case_that_is_over_is_remembered_no_more(house: Living) -> None:
    dana = await closed_cases(house, 1)
    before = listed(dana)
    house.clock.advance(past.KEPT.total_seconds() - 30)
    dana = await at_desk(house, "dana")

    await dana.look("/desk/cases/1002")

    assert before == [1001]
    assert listed(dana) == []


async def test_whoever_is_erased_has_no_other_cases(house: Living) -> None:
    dana = await closed_cases(house, 1)
    await house.house.store.forget_person(KIM)

    await dana.look("/desk/cases/1002")

    assert listed(dana) == []


async def test_that_a_key_was_read_to_them_is_told(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("alex")
    before = await house.house.conductor.state(case_of(1001))
    assert isinstance(before, Filed)

    (other,) = others_of((replace(before, heard=("expired", "read_aloud", "worked")),), DANA, is_mine=True)

    assert (other.had_key, other.may_come) == ("read_aloud", True)


async def test_that_a_key_was_shown_is_told_and_nothing_of_the_key(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("alex")
    await house.house.conductor.handle(case_of(1001), news.KeyShown("c1", "vault:current"), "shown")
    await dana.do(1001, "close", outcome="solved")

    await dana.open("alex")
    await dana.look("/desk/cases/1002")

    assert "They are back in. The key was shown to them." in dana.text
    assert "vault:current" not in dana.page.partition("others-title")[2].partition("</section>")[0]


def test_the_list_holds_the_last_twenty_and_is_empty_when_nothing_was_added_for_half_a_year() -> None:
    came = [past.CaseCame(number) for number in (*range(1, 25), 24)]

    kept = run(past.step, past.Past(), came)
    asked = past.step(kept.state, past.CaseCame(30))

    assert kept.state == past.Past(tuple(range(5, 25)))
    assert asked.effects == (Wake("forget", timedelta(days=180).total_seconds()),)
    assert past.step(asked.state, Woken("forget")).state == past.Past()
