"""What a case was about: chosen from what administrators wrote, when it is closed, and counted without anybody's name."""

import json

from tests.app.living import Living
from tests.desk.agent import at_desk
from tests.desk.test_merging import case


async def test_tags_stand_on_the_case_in_the_history_and_in_the_numbers(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("kim")

    await dana.do(1001, "close", outcome="solved", **{"tag.after_update": "on", "tag.passed_on": "on"})
    await dana.look("/desk/cases/1001")
    on_case = dana.text
    await dana.open("kim")
    beside = dana.page.partition("others-title")[2]
    await dana.look("/desk/numbers")
    numbers = dana.text
    await dana.look("/desk/numbers.csv")

    assert "After an update Computer had another owner" in on_case.partition("They are back in.")[2][:60]
    assert "After an update" in beside
    assert "Suspicious" not in beside.partition("</section>")[0]
    assert "What cases were about" in numbers
    assert ",tags,after_update,1" in dana.page
    assert ",tags,passed_on,1" in dana.page
    assert "suspicious" not in dana.page


async def test_no_other_tag_is_taken_and_the_case_stays_open(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("kim")

    status = await dana.do(1001, "close", outcome="solved", **{"tag.my_own": "on"})

    assert status == 400
    assert (await case(house, 1001)).is_open


async def test_the_audit_holds_a_tags_id_and_a_case_without_one_holds_none(house: Living) -> None:
    dana = await at_desk(house, "dana")
    for number in (1001, 1002):
        await dana.open("kim")
        tags = {"tag.phone_lost": "on"} if number == 1001 else {}
        await dana.do(number, "close", outcome="solved", **tags)

    facts = [json.loads(record.line) async for record in house.house.store.audit()]
    assert [fact["about"] for fact in facts if fact["what"] == "case.closed"] == [
        {"case": "1001", "outcome": "solved", "tags": "phone_lost"},
        {"case": "1002", "outcome": "solved"},
    ]


async def test_a_ticket_says_what_it_was_about_in_the_organisations_words(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("kim")
    await dana.do(1001, "close", outcome="solved", **{"tag.after_update": "on"})
    await house.settle()

    assert "They are back in. Tags: After an update." in "".join(house.tickets.note_lines())
