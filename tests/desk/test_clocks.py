"""What time alone changes on the page of a case, by the server's clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.desk.clocks import clocks_of, phase_of, seconds_of_phase
from bot.case_file import Filed
from bot.domain.cases import Agent, Case, Learnt
from bot.domain.devices import Device
from bot.domain.people import PersonId
from bot.domain.release import Agreed, Plan, Proposed, Word
from tests.app.living import Living
from tests.desk.agent import at_desk
from tests.desk.test_relay import stream

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DANA = Agent(PersonId("demo", "dana"), "Dana Fischer")
ALEX = PersonId("demo", "alex")
PC = Device("pc", "LAPTOP-ALEX", "windows", "corporate", ALEX, "SN-1")
CASE = Case(1001, "", ALEX, "Alex", "called", "normal", "en", "desk", Learnt())
WORD = Word(DANA, "in_person", "badge", NOW)
AGREED = Agreed(Plan("one", PC, "key", (), 2), (WORD,), NOW)


def filed(release: Proposed | Agreed | None) -> Filed:
    return Filed(CASE, NOW, release=release)


def after(**time: float) -> datetime:
    return NOW + timedelta(**time)


def test_a_case_without_a_release_has_one_phase_and_an_age() -> None:
    assert phase_of(filed(None), after(days=3)) == 0
    assert seconds_of_phase(filed(None), NOW) == float("inf")
    assert clocks_of(filed(None), after(minutes=7)) == {"age": ("desk.age.minutes", {"n": "7"})}


def test_the_wait_is_rounded_up_and_ends_to_the_second() -> None:
    told = filed(replace(AGREED, told_at=NOW))

    assert clocks_of(told, after(seconds=539.9))["wait"] == ("desk.release.waiting", {"n": "2"})
    assert clocks_of(told, after(seconds=599.9))["wait"] == ("desk.release.waiting", {"n": "1"})
    assert "wait" not in clocks_of(told, after(seconds=600))
    assert [phase_of(told, after(seconds=s)) for s in (599.9, 600, 3599.9, 3600)] == [0, 1, 1, 2]
    assert seconds_of_phase(told, after(seconds=570)) == 30


def test_while_notices_are_on_their_way_no_wait_is_promised() -> None:
    assert "wait" not in clocks_of(filed(AGREED), NOW)
    assert phase_of(filed(AGREED), after(minutes=59)) == 0


def test_a_wait_for_reading_aloud_says_so_and_its_time_is_over_sooner() -> None:
    aloud = replace(AGREED, plan=replace(AGREED.plan, aloud="no_device"), told_at=NOW)

    assert clocks_of(filed(aloud), NOW)["wait"] == ("desk.aloud.waiting", {"n": "10"})
    assert phase_of(filed(aloud), after(minutes=20)) == 2


def test_a_proposal_that_nobody_agreed_to_is_over_after_an_hour() -> None:
    proposed = filed(Proposed(AGREED.plan, WORD))

    assert [phase_of(proposed, after(minutes=n)) for n in (59, 60)] == [0, 1]


async def test_the_page_of_a_case_hears_when_a_wait_is_over_though_nobody_did_anything(house: Living) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    await dana.release(1001, "alex", lost_phone=True)
    await lee.agree(1001)
    await house.pass_time(59.9)
    async with stream(dana, "/desk/cases/1001/live") as page:
        waits = await page.until("clocks")
        house.clock.advance(1)
        while (over := await page.until("clocks"))["phase"] == waits["phase"]:
            pass

    assert "the code can be made in 1 min" in waits["words"]["wait"]
    assert list(over["words"]) == ["age"]
