"""What SECURITY.md says of OWASP ASVS is what the table says, and the table names only what there is."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.security.asvs import (
    BEGIN,
    CHAPTERS,
    END,
    ROOT,
    SECURITY,
    STATUSES,
    Row,
    applicable,
    names_of,
    read,
    with_summary,
)

ROWS = read()
SETTINGS = {f"SPAREKEY_{name.upper()}" for name in Settings.model_fields}


def test_every_requirement_that_applies_has_one_row_and_no_other_has() -> None:
    assert [row.number for row in ROWS] == list(applicable())
    assert len(set(applicable())) == len(applicable())
    assert {row.chapter for row in ROWS} == set(CHAPTERS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_a_row_names_what_there_is(row: Row) -> None:
    tests = {test: names_of(ROOT / test.partition("::")[0]) for test in row.tests}

    assert row.status in STATUSES
    assert row.asks
    assert row.by
    assert [one for one in row.by if one not in SETTINGS and not (ROOT / one).is_file()] == []
    assert [test for test, names in tests.items() if test.partition("::")[2] not in names] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_whatever_is_met_has_a_test_and_whatever_is_not_has_a_reason(row: Row) -> None:
    assert row.tests if row.status == "met" else row.reason
    assert not (row.status == "met" and row.reason)


def test_the_words_are_our_own() -> None:
    """A sentence of the standard begins in one way, and is longer than ours."""
    assert [row.number for row in ROWS if "verify that" in row.asks.casefold() or len(row.asks) > 90] == []


def test_the_summary_is_that_of_the_table() -> None:
    document = SECURITY.read_text("utf-8")

    assert document == with_summary(document, ROWS), "python -m tests.security.asvs writes it anew"


@pytest.mark.parametrize("document", ["", f"{BEGIN}", f"{END}{BEGIN}", f"{BEGIN}{END}" * 2])
def test_a_document_without_its_one_place_is_refused(document: str) -> None:
    with pytest.raises(ValueError, match="places"):
        with_summary(document, ROWS)


def test_a_test_that_is_gone_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "test_x.py"
    file.write_text("async def test_one() -> None: ...\n# def test_two(): ...\ndef helper() -> None: ...\n", "utf-8")

    assert names_of(file) == {"test_one"}
    assert re.fullmatch(r"\d+(\.\d+){2}", applicable()[0])
