"""A search by Key ID: what an agent finds, what they never find, and what stays on record of it."""

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bot import oversight
from bot.domain.cases import Agent
from bot.domain.people import PersonId
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.desk.agent import AtDesk, at_desk, found_on

NOTHING = "Nothing was found."
A_DAY = 24 * 3600


async def searched(house: Living, what: str = "key_id.searched") -> list[dict[str, Any]]:
    facts = [json.loads(record.line) async for record in house.house.store.audit()]
    return [fact["about"] for fact in facts if fact["what"] == what]


async def beginning(agent: AtDesk, device: str = "LAPTOP-ALEX") -> str:
    return (await agent.key_id_of(device))[:8]


def unlike(digits: str) -> str:
    """As many characters, of which none is right or looks like the right one."""
    return digits.translate(str.maketrans("0123456789ABCDEF", "55FF1E1E55E11512"))


def alike(digits: str) -> str:
    """With its first character misread, whatever it is."""
    return digits.translate(str.maketrans("0123456789ABCDEF", "D778A651B44800FE"))[0] + digits[1:]


async def test_whose_computer_it_is_is_found_however_its_key_id_was_typed(house: Living) -> None:
    dana = await at_desk(house, "dana")
    whole = await dana.key_id_of("LAPTOP-ALEX")
    digits = whole.replace("-", "")

    for typed in (
        digits[:8],
        digits[:8].lower(),
        f"Key ID: {whole}",
        " ".join(digits[at : at + 4] for at in (0, 4, 8)),
    ):
        assert await dana.search(typed) == 200

        assert "LAPTOP-ALEX" in dana.text
        assert "Alex Rivera" in dana.text
        assert "the current one" in dana.text
        assert "character by character" not in dana.text


async def test_an_older_key_is_found_and_called_so(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await house.house.vault.file.execute("UPDATE key SET is_current = 0 WHERE device_id = 'LAPTOP-ALEX'", ())

    await dana.search(await beginning(dana))

    assert "an older one" in dana.text


async def test_one_misread_character_is_named_as_nearly(house: Living) -> None:
    dana = await at_desk(house, "dana")

    await dana.search(alike(await beginning(dana)))

    assert "LAPTOP-ALEX" in dana.text
    assert "character by character" in dana.text


@pytest.mark.parametrize(
    "typed", ["", "4A7C2E1", "no key id at all", "123456-234567-345678-456789-567890-678901-789012-890123"]
)
async def test_less_than_a_beginning_is_no_search(house: Living, typed: str) -> None:
    dana = await at_desk(house, "dana")

    status = await dana.search(typed)

    assert status == 422
    assert "at least its first eight characters" in dana.text
    assert await searched(house) == []
    assert "234567" not in dana.page


async def test_without_a_reason_nothing_is_searched_for(house: Living) -> None:
    dana = await at_desk(house, "dana")
    typed = await beginning(dana)

    statuses = [
        await dana.search(typed, words="  "),
        await dana.search(typed, reason=""),
        await dana.search(typed, reason="fun"),
    ]

    assert statuses == [422, 400, 400]
    assert await searched(house) == []


async def test_a_personal_computer_answers_like_a_key_id_that_nobody_has(house: Living) -> None:
    dana = await at_desk(house, "dana")
    whole = await dana.key_id_of("LAPTOP-ALEX")
    await house.house.vault.file.execute("UPDATE device SET ownership = 'personal' WHERE name = 'LAPTOP-ALEX'", ())

    pages = []
    for typed in (whole, whole[:8], alike(whole[:8]), unlike(whole[:8])):
        assert await dana.search(typed) == 200
        pages.append(re.sub(r"Search for \S+", "", dana.text))

    assert set(pages) == {pages[0]}
    assert NOTHING in pages[0]
    assert [(about["found"], about["devices"]) for about in await searched(house)] == [("0", "")] * 4
    assert "Alex" not in "".join(pages)


async def test_each_search_stands_in_the_audit_before_it_is_answered_without_the_agents_words(house: Living) -> None:
    dana = await at_desk(house, "dana")
    typed = await beginning(dana)

    await dana.search(typed, reason="found_computer", words="left on a train by Kim")
    await dana.search(unlike(typed))

    shown = f"{typed[:4]} {typed[4:]}"
    first, second = await searched(house)
    assert first == {"typed": shown, "reason": "found_computer", "found": "1", "devices": "LAPTOP-ALEX"}
    assert second["found"] == "0"
    assert "train" not in "".join([record.line async for record in house.house.store.audit()])


async def test_what_cannot_be_audited_is_not_shown(house: Living) -> None:
    dana = await at_desk(house, "dana")
    with closing(sqlite3.connect(house.folder / "sparekey.db")) as db, db:
        db.execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")

    status = await dana.search(await beginning(dana))

    assert status >= 500
    assert "LAPTOP-ALEX" not in dana.page
    assert await searched(house) == []


async def test_more_of_a_key_id_than_its_beginning_stands_nowhere_on_record(house: Living) -> None:
    dana = await at_desk(house, "dana")
    whole = await dana.key_id_of("LAPTOP-ALEX")

    await dana.search(whole)

    kept = re.sub(r"[ -]", "", str(await house.house.store.flows(oversight.KIND)) + str(await searched(house)))
    assert whole[:8] in kept
    assert whole[9:13] + whole[14:18] not in kept


async def test_a_shift_allows_so_many_searches_found_or_not_and_the_rest_find_nothing(house: Living) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    typed = await beginning(dana)
    fields = {"csrf": dana.csrf, "key_id": unlike(typed), "reason": "caller", "words": "x"}
    answers = await asyncio.gather(
        *(dana.visitor.page("/desk/search", fields) for _ in range(oversight.SEARCHES_A_SHIFT + 3))
    )

    refused = await dana.search(typed)

    assert sorted(status for status, _ in answers).count(409) == 3
    assert refused == 409
    assert "what one agent may do in a shift" in dana.text
    assert "LAPTOP-ALEX" not in dana.text
    assert len(await searched(house)) == oversight.SEARCHES_A_SHIFT
    assert len(await searched(house, "key_id.search_refused")) == 4
    assert await lee.search(typed) == 200
    house.clock.advance(24 * 3600)
    await dana.visitor.sign_in("dana")
    await dana.look()
    assert await dana.search(typed) == 200


async def test_a_source_that_does_not_answer_is_named_and_the_search_counts(house: Living) -> None:
    dana = await at_desk(house, "dana")
    house.source.is_silent = True

    status = await dana.search(await beginning(dana))

    assert status == 200
    assert "Did not answer: vault." in dana.text
    assert [about["silent"] for about in await searched(house)] == ["vault"]


async def test_a_directory_that_does_not_answer_shows_no_computer(house: Living) -> None:
    dana = await at_desk(house, "dana")
    typed = await beginning(dana)
    await house.house.vault.file.execute("DELETE FROM groups_known", ())
    house.clock.advance(61)

    assert await dana.search(typed) == 503
    assert "LAPTOP" not in dana.text


async def test_open_cases_of_the_owner_are_named_and_one_is_opened_from_here(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.search(await beginning(dana))
    person, form = found_on(dana.page)

    await dana.post("/desk/search/open", person=person, form=form)
    opened = dana.text
    await dana.look()
    await dana.search(await beginning(dana))

    assert "Case 1001" in opened
    assert "Alex Rivera" in opened
    assert "/desk/cases/1001" in dana.page


@pytest.mark.parametrize("person", ["", "demo/nobody", "other/alex", "demo", "demo/alex/x"])
async def test_for_nobody_the_directory_knows_no_case_is_opened(house: Living, person: str) -> None:
    dana = await at_desk(house, "dana")

    status = await dana.post("/desk/search/open", person=person, form="a-form")

    assert status == 409
    assert await house.house.store.flows("case") == []


async def test_keys_that_are_pasted_anywhere_are_left_nowhere(house: Living, logged: list[str]) -> None:
    dana, morgan = await at_desk(house, "dana"), await at_desk(house, "morgan")
    typed = await beginning(dana)
    for key in await house.keys():
        await dana.search(key)
        await dana.search(typed, words=f"it says {key}")
        await dana.search("too short", words=f"it says {key}")

    await morgan.look("/desk/searches")

    assert "it says [••••]" in morgan.text
    await assert_no_key_is_left(house, "\n".join(logged))


async def test_supervisors_see_who_searched_when_and_why_and_who_released_what(house: Living) -> None:
    dana, lee, morgan = [await at_desk(house, name) for name in ("dana", "lee", "morgan")]
    typed = await beginning(dana)
    await lee.search(unlike(typed), reason="other", words="for a friend")
    house.clock.advance(60)
    await dana.search(typed, words="<b>Kim</b> rang")
    house.clock.advance(60)
    await dana.open("alex")
    await dana.release(1001, "alex", lost_phone=True)
    house.clock.advance(60)
    await lee.agree(1001, how="video_with_document")

    await morgan.look("/desk/searches")

    lines = re.findall(r'<li class="card">.*?</li>', morgan.page, re.DOTALL)
    assert len(lines) == 4
    assert "Lee Tanaka" in lines[0]
    assert "Agreed to release a key of LAPTOP-ALEX in case 1001, being sure of the person: by video" in lines[0]
    assert "Dana Fischer" in lines[1]
    assert "in person" in lines[1]
    assert "&lt;b&gt;Kim&lt;/b&gt; rang" in lines[2]
    assert "Computers found: 1." in lines[2]
    assert "for a friend" in lines[3]
    assert f"{house.clock.now():%Y-%m-%d}" in lines[3]


async def test_a_release_that_a_second_agent_has_not_agreed_to_is_none(house: Living) -> None:
    dana, morgan = await at_desk(house, "dana"), await at_desk(house, "morgan")
    await dana.open("alex")
    await dana.release(1001, "alex", lost_phone=True)

    await morgan.look("/desk/searches")

    assert "no release was agreed" in morgan.text


async def test_what_is_older_than_thirty_days_is_shown_no_more_and_forgotten_when_nothing_follows(
    house: Living,
) -> None:
    told = []
    await searched_by_dana(house, "long ago")
    await house.pass_time(29 * A_DAY)
    await searched_by_dana(house, "lately")
    for days in (0, 1, 29):
        await house.pass_time(days * A_DAY)
        morgan = await at_desk(house, "morgan")
        await morgan.look("/desk/searches")
        told.append([words for words in ("long ago", "lately") if words in morgan.text])

    assert told == [["long ago", "lately"], ["lately"], []]
    assert "lately" not in str(await house.house.store.flows(oversight.KIND))


async def searched_by_dana(house: Living, words: str) -> None:
    dana = await at_desk(house, "dana")
    await dana.search(await beginning(dana), words=words)


async def test_many_deeds_are_read_by_pages(house: Living) -> None:
    morgan, dana = await at_desk(house, "morgan"), Agent(PersonId("demo", "dana"), "Dana Fischer")
    for number in range(201):
        release = oversight.Release(house.clock.now(), number, "LAPTOP-ALEX", "in_person")
        event = oversight.ReleaseAgreed(dana, release)
        await house.house.conductor.handle(oversight.of_agent(dana.id), event, f"release {number}")
        house.clock.advance(1)

    await morgan.look("/desk/searches")
    newest = morgan.page
    await morgan.look("/desk/searches?from=200")

    assert newest.count("Dana Fischer") == 200
    assert "/desk/searches?from=200" in newest
    assert "in case 0," in morgan.text
    assert morgan.page.count("Dana Fischer") == 1
    assert "?from" not in morgan.page
    assert [await morgan.look(f"/desk/searches?from={odd}") for odd in ("-1", "x", "9" * 50, "%C2%B2")] == [200] * 4


async def test_a_supervisor_of_a_minute_ago_sees_nothing(house: Living) -> None:
    dana, morgan = await at_desk(house, "dana"), await at_desk(house, "morgan")
    await dana.search(await beginning(dana), words="the blue one")
    await morgan.look("/desk/searches")
    before = morgan.text
    await house.house.vault.file.execute("DELETE FROM membership WHERE object_id = 'morgan'", ())
    house.clock.advance(61)

    status = await morgan.look("/desk/searches")

    assert "the blue one" in before
    assert status == 403
    assert "for supervisors" in morgan.text
    assert "the blue one" not in morgan.text


async def test_who_supervises_cannot_be_said_when_the_directory_is_silent(house: Living) -> None:
    morgan = await at_desk(house, "morgan")
    await house.house.vault.file.execute("DELETE FROM groups_known", ())
    house.clock.advance(61)

    assert await morgan.look("/desk/searches") == 503


@pytest.mark.parametrize(
    ("who", "links"),
    [("morgan", ["/desk/searches"]), ("kim", []), ("dana", ["/desk", "/desk/search", "/desk/numbers"])],
)
@pytest.mark.parametrize("path", ["/desk", "/desk/searches"])
async def test_the_links_at_the_head_of_a_page_lead_only_where_its_reader_may_go(
    house: Living, who: str, links: list[str], path: str
) -> None:
    reader = await at_desk(house, who)
    await reader.look(path)

    found = re.findall(r'href="(/desk[^"]*)"', reader.page.partition("<main")[0])

    assert found == links
    assert [await reader.look(link) for link in found] == [200] * len(links)


async def test_whoever_only_supervises_comes_from_the_desk_to_their_own_page(house: Living) -> None:
    morgan, kim = await at_desk(house, "morgan"), await at_desk(house, "kim")

    assert (await morgan.look("/desk"), await kim.look("/desk")) == (200, 403)
    assert "Searches and releases" in morgan.text
    assert await morgan.look("/desk/search") == 403


async def test_only_a_supervisor_who_searches_is_shown_the_way_to_what_was_searched_for(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.look("/desk/search")
    without = dana.page
    await house.house.vault.file.execute("INSERT INTO membership VALUES ('dana', 'supervisors')", ())

    await dana.look("/desk/search")

    assert "/desk/searches" not in without
    assert "/desk/searches" in dana.page
    assert await dana.look("/desk/searches") == 200
