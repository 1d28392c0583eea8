from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.audit import FIRST_LINK, Anchor, Fact, Record, canonical, find_break, link_after

AT = datetime(2026, 11, 21, tzinfo=UTC)


def chain(length: int, *, flavour: str = "plain") -> list[Record]:
    records: list[Record] = []
    link = FIRST_LINK
    for seq in range(1, length + 1):
        line = canonical(seq, AT, Fact("key.shown", about={"n": str(seq), "flavour": flavour}), "alias")
        link = link_after(link, line)
        records.append(Record(seq, line, link))
    return records


def test_a_chain_that_nobody_touched_holds() -> None:
    assert find_break(chain(50)) is None


@pytest.mark.parametrize("place", [0, 7, 19])
def test_an_edit_is_found_where_it_was_made(place: int) -> None:
    records = chain(20)
    records[place] = replace(records[place], line=records[place].line.replace("plain", "other"))

    broken = find_break(records)

    assert broken
    assert broken.seq == place + 1


@pytest.mark.parametrize("place", [0, 7, 18])
def test_a_gap_is_found(place: int) -> None:
    records = chain(20)
    del records[place]

    broken = find_break(records)

    assert broken
    assert broken.why == f"record {place + 1} is missing"


def test_two_records_that_changed_places_are_found() -> None:
    records = chain(20)
    records[4], records[5] = replace(records[5], seq=5), replace(records[4], seq=6)

    assert find_break(records)


def test_an_edit_that_links_itself_anew_is_found_by_the_record_after_it() -> None:
    records = chain(20)
    line = records[9].line.replace("plain", "other")
    records[9] = Record(10, line, link_after(records[8].link, line))

    broken = find_break(records)

    assert broken
    assert broken.seq == 11


def test_a_roll_back_is_found_only_with_an_anchor() -> None:
    records = chain(20)
    anchor = Anchor(20, records[-1].link)

    assert find_break(records[:10]) is None
    assert find_break(records[:10], anchor)
    assert find_break(records, anchor) is None


def test_a_chain_written_anew_differs_from_its_anchor() -> None:
    anchor = Anchor(10, chain(20)[9].link)

    assert find_break(chain(20, flavour="forged")) is None
    assert find_break(chain(20, flavour="forged"), anchor)
