"""What agents see of how it goes: the whole picture and nobody in it."""

import csv
import json
import re

import pytest

from adapters.desk.charts import FOOT, HEAD, HEIGHT, Mark, bars, columns
from adapters.desk.numbers import cell
from tests.app.living import Living
from tests.desk.agent import at_desk, chatted
from tests.desk.months import fill

NOT_FORMULAS = [
    ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"),
    ("asked", "asked"), ("2026-11-16", "2026-11-16"), ("", ""), ("17", "17"),
]  # fmt: skip


async def test_neither_the_page_nor_the_file_holds_anything_about_anybody(house: Living) -> None:
    await chatted(house, "kim", "I need a colleague, I am in room 4711")
    await chatted(house, "alex", f"4A7C2E1F {(await house.keys())[0]}")
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.take(1001)
    await dana.do(1001, "close", outcome="solved")

    await lee.look("/desk/numbers")
    seen = lee.page
    await lee.look("/desk/numbers.csv")
    seen += lee.page

    aliases = {json.loads(record.line)["who"] async for record in house.house.store.audit()} - {None}
    names = ("kim", "novak", "alex", "rivera", "dana", "1001", "4711", "laptop", "4a7c", *aliases)
    assert len(aliases) >= 3
    assert [name for name in names if name.casefold() in seen.casefold()] == []
    assert "asked for a colleague" in seen


async def test_the_file_says_what_the_page_says_without_a_formula(house: Living) -> None:
    await fill(house.house.store, house.clock.now(), 60)
    dana = await at_desk(house, "dana")
    await dana.look("/desk/numbers.csv")

    rows = list(csv.DictReader(dana.page.splitlines()))
    endings = [int(row["value"]) for row in rows if row["measure"] == "endings"]
    days = [int(row["value"]) for row in rows if row["per"] == "day"]

    assert sum(endings) == sum(days) > 40
    assert {row["measure"] for row in rows} == {
        "lock_outs", "endings", "to_key", "waiting", "reasons", "methods", "outcomes", "ratings",
    }  # fmt: skip
    assert not [one for row in rows for one in row.values() if one.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(("value", "written"), NOT_FORMULAS)
def test_no_cell_is_taken_for_a_formula(value: str, written: str) -> None:
    assert cell(value) == written


def test_what_is_written_into_a_chart_is_text() -> None:
    hostile = '"><script>alert(1)</script>'

    for chart in (
        bars(hostile, [Mark(hostile, 1, hostile)]),
        columns(hostile, [Mark(hostile, 1, hostile)], unit=hostile),
    ):
        assert "<script" not in chart


def test_a_chart_of_nothing_is_a_chart() -> None:
    assert columns("none", []).startswith("<svg")
    assert "<rect" not in columns("zeros", [Mark("a", 0, "0")] * 12)


def test_columns_are_as_high_as_what_they_count() -> None:
    drawn = columns("two", [Mark("a", 1, "1"), Mark("b", 2, "2")])

    assert [part.split('"')[0] for part in drawn.split(' height="')[1:]] == ["50", "100"]


def test_half_a_minute_fills_no_column() -> None:
    drawn = str(columns("Waiting", [Mark("today", 0.5, "0.5")]))

    (height,) = re.findall(r'<rect [^>]*height="([\d.]+)"', drawn)
    assert float(height) == (HEIGHT - FOOT - HEAD) / 2
