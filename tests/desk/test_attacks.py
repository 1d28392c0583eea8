"""What somebody tries against a release on agents' word. Each test is one promise of SECURITY.md."""

import asyncio
import re
from typing import Any

import pytest

from bot import limits, standing
from bot.case_file import Filed, case_of
from bot.domain import desk_code
from bot.domain.people import PersonId
from tests.app.canary import assert_no_code_is_left, assert_no_key_is_left
from tests.app.living import Living
from tests.app.test_unlock_page import audited
from tests.app.visitor import GROUPS, Visitor
from tests.desk.agent import AtDesk, at_desk, chatted

WRONG = "ABCDEFGH2"


async def with_code(house: Living) -> tuple[AtDesk, str]:
    """Two agents are sure of Alex, the wait is over, and one of them has made the code."""
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    await dana.release(1001, "alex", lost_phone=True)
    await lee.agree(1001)
    await house.pass_time(61)
    code = await dana.code(1001)
    assert code
    return dana, code


async def phone(house: Living) -> Visitor:
    visitor = house.visitor()
    await visitor.page("/k")
    return visitor


async def typed(visitor: Visitor, code: str) -> tuple[int, str]:
    """The status, and where it led."""
    async with visitor.http.post(f"{visitor.base}/k", data={"code": code}, allow_redirects=False) as answer:
        text = await answer.text()
        assert not GROUPS.search(text)
        return answer.status, answer.headers.get("Location", "")


async def filed(house: Living) -> Filed:
    found = await house.house.conductor.state(case_of(1001))
    assert isinstance(found, Filed)
    return found


async def test_a_code_is_good_once_in_whichever_browser_typed_it_first(house: Living) -> None:
    _, code = await with_code(house)
    alex, thief = await phone(house), await phone(house)

    first, again = await typed(alex, code), await typed(alex, code)
    stolen = await typed(thief, code)

    assert first == again
    assert first[0] == 303
    assert stolen[0] == 422
    assert (await thief.page(first[1]))[0] == 409
    assert await audited(house, "proof.accepted") == 1


async def test_of_fifty_browsers_at_once_one_has_the_grant(house: Living) -> None:
    _, code = await with_code(house)
    phones = [await phone(house) for _ in range(20)]

    answers = await asyncio.gather(*(typed(one, code) for one in phones))

    assert sorted(status for status, _ in answers) == [303] + [422] * 19
    assert await audited(house, "proof.accepted") == 1


async def test_wrong_late_replaced_withdrawn_frozen_and_used_codes_look_alike(house: Living) -> None:
    dana, first = await with_code(house)
    second = await dana.code(1001)
    stranger = await phone(house)
    pages = [await stranger.page("/k", {"code": WRONG}), await stranger.page("/k", {"code": first})]
    await dana.do(1001, "withdraw")
    pages += [await stranger.page("/k", {"code": odd}) for odd in (second, "", "x" * 200, "0OIL10OIL", "\u2603")]

    assert {status for status, _ in pages} == {422}
    assert len({re.sub(r'nonce="[^"]+"', "", text) for _, text in pages}) == 1
    assert await audited(house, "proof.accepted") == 0


async def test_a_code_is_late_after_ten_minutes(house: Living) -> None:
    _, code = await with_code(house)
    await house.pass_time(600)

    assert (await typed(await phone(house), code))[0] == 422
    assert (await filed(house)).heard == ("expired",)


async def test_guesses_are_counted_by_network_and_then_even_the_right_code_waits(house: Living) -> None:
    _, code = await with_code(house)
    stranger = await phone(house)

    await asyncio.gather(*(typed(stranger, WRONG) for _ in range(limits.CODES_A_DAY_BY_NETWORK + 5)))

    status, page = await stranger.page("/k", {"code": code})
    assert status == 429
    assert "Switch to another one" in page
    counted = [state for _, state in await flows(house, "network")]
    assert [len(state.codes) for state in counted] == [limits.CODES_A_DAY_BY_NETWORK]
    assert "127.0.0.1" not in str(await house.house.store.flows("network"))


async def test_a_right_code_is_no_guess_of_its_network(house: Living) -> None:
    """Typed as often as people do whose page does not come: the next person at that address types theirs."""
    dana, code = await with_code(house)
    alex = await phone(house)
    for _ in range(limits.CODES_A_DAY_BY_NETWORK + 1):
        assert (await typed(alex, code))[0] == 303
    anew = await dana.code(1001)
    assert anew

    status, _ = await typed(await phone(house), anew)

    assert status == 303
    assert [state.codes for _, state in await flows(house, "network")] == [()]


async def test_a_right_code_in_another_browser_is_a_guess_like_any(house: Living) -> None:
    """Whoever overheard one learns nothing more by typing it again."""
    _, code = await with_code(house)
    await typed(await phone(house), code)
    stranger = await phone(house)

    for _ in range(3):
        assert (await typed(stranger, code))[0] == 422

    assert [len(state.codes) for _, state in await flows(house, "network")] == [3]


async def test_a_network_is_forgotten_when_nothing_of_it_counts_any_more(house: Living) -> None:
    stranger, file = await phone(house), house.house.store._file  # type: ignore[attr-defined]
    await typed(stranger, WRONG)

    async def rows() -> tuple[int, int]:
        count = "SELECT (SELECT count(*) FROM flow WHERE id LIKE 'network:%'), count(*) FROM seen WHERE flow_id LIKE 'network:%'"
        return tuple(await file.run(lambda db: db.execute(count).fetchone()))

    async def after(hours: float) -> tuple[int, int]:
        house.clock.advance(hours * 3600)
        await house.house.courier.forget()
        return await rows()

    before, in_the_evening, tomorrow = await rows(), await after(23.5), await after(1.5)
    stranger = await phone(house)
    await typed(stranger, WRONG)

    assert (before, in_the_evening, tomorrow, await rows()) == ((1, 1), (1, 1), (0, 0), (1, 1))


def test_the_odds_of_a_million_networks_that_guess_all_day_are_one_in_ten_thousand_at_most() -> None:
    guesses, live_at_a_time = 1_000_000 * limits.CODES_A_DAY_BY_NETWORK, 10

    assert guesses * live_at_a_time / len(desk_code.ALPHABET) ** desk_code.LENGTH <= 1e-4


async def flows(house: Living, kind: str) -> list[tuple[str, Any]]:
    return [(flow_id, await house.house.conductor.state(flow_id)) for flow_id, _ in await house.house.store.flows(kind)]


async def test_looking_at_the_short_address_changes_nothing(house: Living) -> None:
    _, code = await with_code(house)
    before = await flows(house, "standing")

    for _ in range(5):
        await house.visitor().page("/k")
        await house.visitor().page("/k", {"code": code})  # a browser without the page's cookie is sent to it

    assert await flows(house, "standing") == before
    assert await audited(house, "proof.accepted") == 0


@pytest.mark.parametrize("instead", ["read aloud", "without a proof of their own"])
async def test_a_second_agent_agrees_to_what_they_saw_and_to_nothing_that_was_put_in_its_place(
    house: Living, instead: str
) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    is_aloud = instead == "read aloud"
    await (dana.release(1001, "alex", lost_phone=True) if is_aloud else dana.read_aloud(1001, "alex"))
    await lee.sign_in_again(1001)
    seen = lee.proposal
    await dana.do(1001, "withdraw")
    await (dana.read_aloud(1001, "alex") if is_aloud else dana.release(1001, "alex", lost_phone=True))

    swapped = [await lee.do(1001, "agree", **(form(lee) | fields)) for fields in ({"release": seen}, {})]
    words = lee.text
    await lee.look("/desk/cases/1001")
    anew = await lee.agree(1001)

    assert seen
    assert swapped == [409, 409]
    assert "no longer there" in words
    assert anew == 200
    assert await audited(house, "case.vouched") == 3
    assert await audited(house, "case.released") == 1


async def test_two_agents_who_agree_at_once_are_one_release(house: Living) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    await dana.release(1001, "alex", lost_phone=True)

    await lee.sign_in_again(1001)
    fields = form(lee) | {"release": lee.proposal}

    await asyncio.gather(*(lee.visitor.page("/desk/cases/1001/agree", fields) for _ in range(10)))
    await house.settle()

    assert await audited(house, "case.released") == 1
    alex = await house.visitor().json("GET", "/demo/phone/alex")
    assert alex["notices"] == 1


def form(agent: AtDesk) -> dict[str, str]:
    return {"csrf": agent.csrf, "how": "in_person", "note": "passport"}


async def test_a_release_that_is_sent_ten_times_is_one_word_and_one_link(house: Living) -> None:
    await chatted(house, "alex", "agent")
    dana = await at_desk(house, "dana")
    await dana.take(1001)
    await dana.sign_in_again(1001)
    fields = form(dana) | {"key": await dana.key_of("alex"), "proof": "own", "form": "one-form"}

    await asyncio.gather(*(dana.visitor.page("/desk/cases/1001/release", fields) for _ in range(10)))
    await house.settle()

    assert await audited(house, "case.vouched") == await audited(house, "case.released") == 1
    assert await audited(house, "link.given") == 1


async def test_a_proposal_that_nobody_seconded_in_an_hour_can_begin_anew(house: Living) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    await dana.release(1001, "alex", lost_phone=True)
    await house.pass_time(3601)
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")  # their sessions have idled out

    late = await lee.agree(1001)
    await dana.release(1001, "alex", lost_phone=True)

    assert late == 409
    assert await lee.agree(1001) == 200
    assert await audited(house, "case.released") == 1


async def test_somebody_whose_language_we_do_not_speak_has_a_case_that_can_be_read(house: Living) -> None:
    await house.house.vault.file.execute("UPDATE person SET language = 'tlh' WHERE login = 'alex'", ())
    dana = await at_desk(house, "dana")

    statuses = [await dana.open("alex"), await dana.look(), await dana.look("/desk/cases/1001")]

    assert statuses == [200, 200, 200]


async def test_one_form_sent_with_many_names_is_as_many_look_ups(house: Living) -> None:
    dana = await at_desk(house, "dana")
    names = [f"nobody{number}" for number in range(limits.LOOK_UPS_A_DAY)]

    for name in names:
        await dana.post("/desk/open", login=name, form="one form")
    status = await dana.post("/desk/open", login="kim", form="one form")

    assert status == 409
    assert "what one agent may do in a shift" in dana.text
    assert b"nobody7" not in b"".join(path.read_bytes() for path in house.folder.glob("sparekey.db*"))


async def test_one_form_sent_twice_is_one_look_up_and_one_case_for_each_person(house: Living) -> None:
    dana = await at_desk(house, "dana")

    for login in ("kim", "kim", "sam", " Kim "):
        await dana.post("/desk/open", login=login, form="one form")

    counted = await house.house.conductor.state(standing.of_agent(PersonId("demo", "dana")))
    assert isinstance(counted, standing.Standing)
    assert len(counted.look_ups) == 2
    assert await audited(house, "case.opened") == 2


async def test_of_two_agents_who_take_a_case_at_once_one_has_it_and_the_other_hears_who(house: Living) -> None:
    await chatted(house, "alex", "agent")
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")

    statuses = await asyncio.gather(dana.take(1001), lee.take(1001))

    loser = dana if statuses[0] == 409 else lee
    assert sorted(statuses) == [200, 409]
    assert "has this case" in loser.text
    assert await audited(house, "case.taken") == 1


async def test_an_agent_releases_no_more_than_a_shift_allows(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("alex")
    for _ in range(limits.RELEASES_A_SHIFT):
        await dana.release(1001, "alex")
        await dana.do(1001, "withdraw")

    await dana.release(1001, "alex")
    refused = dana.text
    house.clock.advance(24 * 3600)
    await dana.visitor.sign_in("dana")
    await dana.look()
    status = await dana.release(1001, "alex")

    assert "what one agent may do in a shift" in refused
    assert status == 200
    assert await audited(house, "case.vouched") == limits.RELEASES_A_SHIFT + 1


@pytest.mark.parametrize(
    ("person", "key", "words"),
    [
        ("robin", "of robin's own computer", "no longer there"),
        ("alex", "of sam", "no longer there"),
        ("alex", "vault:nonsense", "no longer there"),
    ],
)
async def test_a_key_of_a_personal_or_anothers_computer_is_not_there(
    house: Living, person: str, key: str, words: str
) -> None:
    await house.house.vault.file.execute("UPDATE device SET ownership = 'personal' WHERE name = 'MAC-ROBIN'", ())
    dana = await at_desk(house, "dana")
    await dana.open(person)
    refs = {"of sam": await dana.key_of("sam"), "of robin's own computer": "vault:any"}

    await dana.sign_in_again(1001)
    status = await dana.do(1001, "release", key=refs.get(key, key), how="in_person", note="x", proof="own")

    assert status == 409
    assert words in dana.text
    await dana.look("/desk/cases/1001")
    assert "ROBIN" not in dana.text


async def test_a_frozen_person_gets_nothing_released(house: Living) -> None:
    await chatted(house, "alex", "my laptop was stolen")
    dana = await at_desk(house, "dana")
    await dana.take(1001)

    status = await dana.release(1001, "alex")

    assert status == 409
    assert "blocked" in dana.text
    assert await audited(house, "case.released") == 0


async def test_a_freeze_is_lifted_by_an_agent_with_a_reason_that_stands_in_the_audit(house: Living) -> None:
    await chatted(house, "alex", "my laptop was stolen")
    dana = await at_desk(house, "dana")
    await dana.take(1001)

    without = await dana.do(1001, "thaw", device="")
    status = await dana.thaw(1001, "found")

    told = [record.line async for record in house.house.store.audit() if "thawed" in record.line]
    assert (without, status) == (400, 200)
    assert [('"reason":"found"' in line, '"case":"1001"' in line) for line in told] == [(True, True)]
    assert await dana.release(1001, "alex") == 200


@pytest.mark.parametrize("subject", ["person", "device"])
async def test_a_freeze_voids_a_release_and_neither_of_its_agents_lifts_it(house: Living, subject: str) -> None:
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    await dana.open("alex")
    await dana.release(1001, "alex", lost_phone=True)
    await lee.agree(1001)
    await house.pass_time(61)
    release = (await filed(house)).release
    assert release
    alex, laptop = PersonId("demo", "alex"), release.plan.device
    flow = standing.of_person(alex) if subject == "person" else standing.of_device(laptop.id)
    device = "" if subject == "person" else laptop.id
    await house.house.conductor.handle(flow, standing.Frozen("not_me", alex, subject), "frozen")
    await house.settle()

    assert (await filed(house)).release is None
    assert await dana.thaw(1001, device=device) == 409
    assert "You vouched for them before" in dana.text
    await dana.do(1001, "put-back")
    await lee.take(1001)
    assert await lee.thaw(1001, device=device) == 409
    await lee.do(1001, "put-back")
    await house.house.vault.file.execute("INSERT OR IGNORE INTO membership VALUES ('jo', 'helpdesk')")
    jo = await at_desk(house, "jo")
    await jo.take(1001)
    assert await jo.thaw(1001, device=device) == 200
    assert [await one.code(1001) for one in (dana, lee, jo)] == ["", "", ""]
    assert await audited(house, "case.release_voided") == 1
    async with house.visitor().http.get(f"{house.base}/demo/phone/alex", headers={"Accept": "text/html"}) as answer:
        assert "the helpdesk lifted the block under your name" in await answer.text()


@pytest.mark.parametrize("vouched_for", ["person", "device"])
async def test_a_word_for_the_person_or_for_the_device_is_enough_to_keep_an_agent_from_lifting(
    house: Living, vouched_for: str
) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("alex")
    alex, tell = PersonId("demo", "alex"), house.house.conductor.handle
    laptop = (await house.house.vault.devices_of(alex)).devices[0].id
    flow = standing.of_person(alex) if vouched_for == "person" else standing.of_device(laptop)
    await tell(flow, standing.KeyVouched("case:1001", PersonId("demo", "dana"), house.clock.now()), "word")
    await tell(standing.of_device(laptop), standing.Frozen("not_me", alex, "device"), "frozen")

    assert await dana.thaw(1001, device=laptop) == 409
    assert "You vouched for them before" in dana.text


async def test_a_release_without_a_note_is_none_and_a_key_in_a_note_is_masked(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await dana.open("alex")
    key = (await house.keys())[0]

    without = await dana.release(1001, "alex", note=" \n ")
    await dana.release(1001, "alex", note=f"the key is {key}")

    assert without == 409
    assert key not in dana.page
    assert "••••" in dana.page
    await assert_no_key_is_left(house)


async def test_the_desk_never_shows_a_key(house: Living) -> None:
    dana, code = await with_code(house)
    alex = await phone(house)
    _, path = await typed(alex, code)
    await alex.page(f"{path}/answer", {"somebody": "no"})
    key = await alex.show(path)

    for page in ("/desk", "/desk/cases/1001"):
        await dana.look(page)

    await assert_no_key_is_left(house, expected=(key,))
    await assert_no_code_is_left(house, "", [code])


async def test_somebody_who_is_told_what_to_do_sees_nothing_and_the_agent_hears_of_it(house: Living) -> None:
    dana, code = await with_code(house)
    alex = await phone(house)
    _, path = await typed(alex, code)

    await alex.page(f"{path}/answer", {"somebody": "yes"})
    await alex.page(f"{path}/show", {"nth": "1"})
    await dana.look("/desk/cases/1001")

    assert "Somebody is telling them what to do" in dana.text
    assert await audited(house, "key.shown") == 0


async def test_hostile_forms_at_the_desk_and_the_short_address_get_a_clear_refusal(house: Living) -> None:
    dana, _ = await with_code(house)
    odd = ["", "\x00", "../..", "'; DROP TABLE flow;--", "<script>alert(1)</script>", "9" * 400, "\u202e", "None"]

    statuses = [
        await dana.do(1001, deed, **{field: value})
        for value in odd
        for deed, field in (
            ("release", "how"),
            ("release", "key"),
            ("close", "outcome"),
            ("thaw", "device"),
            ("thaw", "reason"),
            ("agree", "note"),
            ("read-aloud", "key"),
            ("read-aloud", "why"),
            ("read-ended", "worked"),
        )
    ]
    statuses += [await dana.look(f"/desk/cases/{number}") for number in ("0", "999999999", "1002", "x", "-1", "1e3")]

    assert {status for status in statuses if status >= 500} == set()
    assert "<script>alert" not in dana.page


def test_a_code_has_44_bits_and_nothing_in_it_looks_like_anything_else() -> None:
    codes = {desk_code.new_code() for _ in range(1_000)}

    assert len(codes) == 1_000
    assert len(desk_code.ALPHABET) ** desk_code.LENGTH > 2**44
    assert not set("01ILOilo") & set(desk_code.ALPHABET)
    assert all(desk_code.read_code(desk_code.shown(code).lower()) == code for code in codes)
