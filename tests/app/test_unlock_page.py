"""What an attacker tries at the unlock page. Each test is one promise of SECURITY.md."""

import asyncio
import json
import re
from collections.abc import AsyncIterator

import pytest

from bot.case_file import Filed, case_of
from bot.challenge import Over, flow_id
from bot.domain.people import PersonId
from bot.limits import FREE_EVERYWHERE, FREE_IN_A_NETWORK
from bot.standing import TRIES_OF_ALL, Standing, of_network
from bot.tries import TooSoon, Tries
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.app.visitor import GROUPS, Visitor, link_of, number_of


async def with_link(house: Living, person: str = "alex") -> tuple[Visitor, dict[str, object], str]:
    """Somebody whose key was found, the card in the chat, and the path of their page."""
    visitor = house.visitor()
    await visitor.sign_in(person)
    await visitor.enter()
    card, path = await link_to_the_key(house, visitor, person)
    return visitor, card, path


async def link_to_the_key(house: Living, visitor: Visitor, person: str = "alex") -> tuple[dict[str, object], str]:
    computer = await house.house.computers.named("LAPTOP-ALEX")
    assert computer
    assert computer.key_id
    await visitor.say(f"windows {computer.key_id[:8]}" if person == "alex" else "mac")
    await house.settle()
    card = await visitor.until("I have found the key")
    return card, link_of(card)


async def ready(house: Living) -> tuple[Visitor, str]:
    visitor, card, path = await with_link(house)
    await visitor.prove(card, "alex")
    return visitor, path


async def audited(house: Living, what: str) -> int:
    return len([record async for record in house.house.store.audit() if f'"what":"{what}"' in record.line])


async def test_looking_has_no_side_effect_however_often_a_robot_looks(house: Living) -> None:
    _, _, path = await with_link(house)
    before = await house.house.store.load(flow_id(path.rpartition("/")[2].partition(".")[0]))

    for _ in range(20):
        robot = house.visitor()
        status, text = await robot.page(path)
        assert status == 200
        assert "Continue" in text

    assert await house.house.store.load(flow_id(path.rpartition("/")[2].partition(".")[0])) == before


async def test_unknown_forged_expired_and_frozen_links_look_alike(house: Living) -> None:
    visitor, _, path = await with_link(house)
    head, _, _ = path.rpartition("/")
    link = path.rpartition("/")[2]
    other = "A" if link[-1] != "A" else "E"
    pages = [
        await visitor.page(f"{head}/{odd}")
        for odd in ("nonsense", link[:-1] + other, link.partition(".")[0], link.swapcase(), "%00", "a" * 500)
    ]
    await visitor.say("my laptop was stolen")
    await house.settle()
    pages.append(await visitor.page(path))

    assert {status for status, _ in pages} == {404}
    assert len({re.sub(r'nonce="[^"]+"', "", text) for _, text in pages}) == 1


@pytest.mark.parametrize("step", ["prove", "answer", "show", "outcome", "finish"])
async def test_no_step_is_taken_before_its_turn(house: Living, step: str) -> None:
    visitor, card, path = await with_link(house)
    forms = {"prove": {"number": number_of(card), "code": await visitor.code("alex")}, "answer": {"somebody": "no"},
             "show": {"nth": "1"}, "outcome": {"worked": "yes"}, "finish": {}}  # fmt: skip

    _, text = await visitor.page(f"{path}/{step}", forms[step])

    assert not GROUPS.search(text)
    assert await audited(house, "key.shown") == 0
    assert await audited(house, "proof.accepted") == 0


async def test_the_last_way_given_up_with_two_taps_reads_as_given_up_once(house: Living) -> None:
    alex, _, path = await with_link(house)
    await alex.page(f"{path}/claim", {})
    stranger = house.visitor()

    taps = await asyncio.gather(*(alex.page(f"{path}/other", {"method": "authenticator"}) for _ in range(2)))
    later = await alex.page(f"{path}/other", {"method": "authenticator"})
    theirs = await stranger.page(f"{path}/other", {"method": "authenticator"})

    assert [("has been told" in text, status) for status, text in (*taps, later)] == [(True, 200)] * 3
    assert theirs[0] == 404
    assert await audited(house, "link.ended") == 1


async def test_a_second_browser_with_the_link_the_number_and_a_code_gets_nothing(house: Living) -> None:
    visitor, card, path = await with_link(house)
    await visitor.page(f"{path}/claim", {})
    thief = house.visitor()

    for step, form in (
        ("claim", {}),
        ("prove", {"number": number_of(card), "code": await visitor.code("alex")}),
        ("show", {"nth": "1"}),
    ):
        status, text = await thief.page(f"{path}/{step}", form)
        assert status == 409
        assert "another browser" in text

    assert await audited(house, "proof.accepted") == 0


async def test_the_code_of_another_person_proves_nothing(house: Living) -> None:
    visitor, card, path = await with_link(house)
    await visitor.page(f"{path}/claim", {})

    status, _ = await visitor.page(f"{path}/prove", {"number": number_of(card), "code": await visitor.code("sam")})

    assert status == 422


async def test_a_code_proves_once(house: Living) -> None:
    visitor, card, path = await with_link(house)
    code = await visitor.code("alex")
    await visitor.page(f"{path}/claim", {})
    await visitor.page(f"{path}/prove", {"number": number_of(card), "code": code})
    await visitor.press("new_link")
    await house.settle()
    second = await visitor.until("I have found the key", 2)
    await visitor.page(f"{link_of(second)}/claim", {})

    status, _ = await visitor.page(f"{link_of(second)}/prove", {"number": number_of(second), "code": code})

    assert status == 422


async def test_a_hundred_parallel_guesses_count_as_many_and_five_are_looked_at(house: Living) -> None:
    visitor, card, path = await with_link(house)
    await visitor.page(f"{path}/claim", {})
    guesses = [visitor.page(f"{path}/prove", {"number": number_of(card), "code": f"{n:06}"}) for n in range(100)]

    await asyncio.gather(*guesses)
    await house.settle()
    status, _ = await visitor.page(f"{path}/prove", {"number": number_of(card), "code": await visitor.code("alex")})

    assert status == 404
    assert await audited(house, "proof.accepted") == 0
    assert await audited(house, "chat.handed_off") == 1


async def test_ten_thousand_double_submits_are_one_grant_and_one_view(house: Living) -> None:
    visitor, card, path = await with_link(house)
    await visitor.page(f"{path}/claim", {})
    proof = {"number": number_of(card), "code": await visitor.code("alex")}
    await asyncio.gather(*(visitor.page(f"{path}/prove", proof) for _ in range(4)))
    await visitor.page(f"{path}/answer", {"somebody": "no"})

    shown = set[str]()
    for _ in range(10):
        shown |= set(await asyncio.gather(*(visitor.show(path) for _ in range(1000))))
    await house.settle()

    assert len(shown) == 1
    assert await audited(house, "proof.accepted") == 1
    assert await audited(house, "key.shown") == 1
    await assert_no_key_is_left(house)


async def test_when_the_audit_cannot_be_written_nothing_is_shown(house: Living) -> None:
    visitor, path = await ready(house)
    file = house.house.store._file  # type: ignore[attr-defined]
    pages = await file.run(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    await file.run(lambda db: db.execute(f"PRAGMA max_page_count={pages}"))
    await file.run(
        lambda db: db.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
    )

    status, text = await visitor.page(f"{path}/show", {"nth": "1"})

    assert status >= 500
    assert not GROUPS.search(text)
    await file.run(lambda db: db.execute("DROP TRIGGER full"))
    await file.run(lambda db: db.execute("PRAGMA max_page_count=1073741823"))
    assert await visitor.show(path)


async def test_the_key_page_is_kept_to_itself(house: Living) -> None:
    visitor, path = await ready(house)

    async with visitor.http.post(f"{visitor.base}{path}/show", data={"nth": "1"}) as answer:
        text = await answer.text()

    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'nonce-([^']+)'", policy)
    assert nonce
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert all(nonce[1] in script for script in re.findall(r"<script[^>]*>", text))
    assert 'translate="no"' in text
    assert 'spellcheck="false"' in text
    assert "://" not in re.sub(r'href="data:,"', "", text).replace("http://www.w3.org", "")


async def test_a_browser_that_only_names_its_origin_may_send_our_own_form(house: Living) -> None:
    visitor, path = await ready(house)
    headers = {"Origin": visitor.base}

    async with visitor.http.post(f"{visitor.base}{path}/show", data={"nth": "1"}, headers=headers) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://{host}"},
    ],
    ids=str,
)
async def test_a_form_of_another_site_is_refused(house: Living, headers: dict[str, str]) -> None:
    visitor, path = await ready(house)

    for target in (
        f"{path}/show",
        "/private",
        "/sign-out",
        "/sign-out-everywhere",
        "/demo/sign-in",
        "/demo/pc/LAPTOP-ALEX",
    ):
        named = {name: value.format(host=visitor.base.partition("://")[2]) for name, value in headers.items()}
        async with visitor.http.post(f"{visitor.base}{target}", data={}, headers=named) as answer:
            assert answer.status == 403
    assert await audited(house, "key.shown") == 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"nth=1&nth=2", "application/x-www-form-urlencoded", 400),
        (b"nth=1&other=2", "application/x-www-form-urlencoded", 400),
        (b"nth=\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"nth=0", "application/x-www-form-urlencoded", 400),
        (b"nth=99999999999999999999", "application/x-www-form-urlencoded", 400),
        (b'{"nth": 1}', "application/json", 400),
        (b"nth=" + b"1" * 20_000, "application/x-www-form-urlencoded", 413),
    ],
)
async def test_a_malformed_form_gets_a_clear_refusal(house: Living, body: bytes, kind: str, status: int) -> None:
    visitor, path = await ready(house)

    async with visitor.http.post(f"{visitor.base}{path}/show", data=body, headers={"Content-Type": kind}) as answer:
        assert answer.status == status
        assert "Traceback" not in await answer.text()
    assert await visitor.show(path)


async def test_a_form_that_comes_in_many_packets_is_read_whole(house: Living) -> None:
    visitor, path = await ready(house)

    async def packets() -> AsyncIterator[bytes]:
        for packet in (b"n", b"th", b"=", b"1"):
            yield packet
            await asyncio.sleep(0.01)

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    async with visitor.http.post(f"{visitor.base}{path}/show", data=packets(), headers=kind) as answer:
        assert GROUPS.search(await answer.text())


async def test_limits_end_the_automatic_path_and_never_the_way_to_a_human(house: Living) -> None:
    visitor, _, _ = await with_link(house)
    for _ in range(12):
        await visitor.press("new_link")
        await house.settle()

    await visitor.until("I cannot go on by myself here")
    await visitor.until("Your case number is")


async def test_after_five_failures_the_next_try_waits_and_nothing_is_looked_at_meanwhile(house: Living) -> None:
    visitor, card, path = await with_link(house)
    await visitor.page(path)
    await visitor.page(f"{path}/claim", {})
    for _ in range(4):
        await visitor.page(f"{path}/prove", {"number": "00", "code": "000000"})
    await visitor.press("restart")
    await link_to_the_key(house, visitor)
    card = await visitor.until("I have found the key", 2)
    path = link_of(card)
    await visitor.page(path)
    await visitor.page(f"{path}/claim", {})
    await visitor.page(f"{path}/prove", {"number": "00", "code": "000000"})
    right = {"number": number_of(card), "code": await visitor.code("alex")}

    soon = await visitor.page(f"{path}/prove", right)
    house.clock.advance(11)
    later = await visitor.page(f"{path}/prove", right | {"code": await visitor.code("alex")})

    assert soon[0] == 429
    assert "Please wait 10 seconds" in soon[1]
    assert "Is somebody telling you what to do?" in later[1]


async def test_the_right_number_tapped_twice_after_four_failures_is_one_success(house: Living) -> None:
    visitor, card, path = await with_link(house)
    await visitor.page(f"{path}/claim", {})
    for _ in range(4):
        await visitor.page(f"{path}/prove", {"number": "00", "code": "000000"})
    right = {"number": number_of(card), "code": await visitor.code("alex")}

    taps = await asyncio.gather(*(visitor.page(f"{path}/prove", right) for _ in range(2)))

    assert [(status, "Is somebody telling you what to do?" in text) for status, text in taps] == [(200, True)] * 2
    assert await audited(house, "proof.accepted") == 1
    assert await audited(house, "proof.failed") == 4


async def test_a_network_that_failed_often_makes_only_those_wait_who_failed_themselves(house: Living) -> None:
    tries = Tries(house.house.conductor, house.clock)
    for n in range(FREE_IN_A_NETWORK):
        await tries.count(PersonId("demo", f"guesser{n}"), "office", f"guess{n}")

    await tries.count(PersonId("demo", "alex"), "office", "first")
    with pytest.raises(TooSoon):
        await tries.count(PersonId("demo", "alex"), "office", "second")
    await tries.count(PersonId("demo", "kim"), "elsewhere", "first")
    house.clock.advance(11)
    await tries.count(PersonId("demo", "alex"), "office", "third")


async def test_many_failures_everywhere_alarm_once_and_make_only_those_wait_who_failed_themselves(
    house: Living, logged: list[str]
) -> None:
    tries = Tries(house.house.conductor, house.clock)
    for n in range(FREE_EVERYWHERE - 1):
        await tries.count(PersonId("demo", f"guesser{n}"), f"network{n}", f"guess{n}")
    before = await audited(house, "proof.failing_everywhere"), "many failures everywhere" in "".join(logged)

    await tries.count(PersonId("demo", "alex"), "home", "first")
    with pytest.raises(TooSoon):
        await tries.count(PersonId("demo", "alex"), "home", "second")
    await tries.count(PersonId("demo", "kim"), "elsewhere", "first")
    house.clock.advance(11)
    await tries.count(PersonId("demo", "alex"), "home", "third")

    assert before == (0, False)
    assert await audited(house, "proof.failing_everywhere") == 1
    assert "many failures everywhere" in "".join(logged)
    home = await house.house.conductor.state(of_network("home"))
    assert isinstance(home, Standing)
    assert [one.id for one in home.tries] == ["first", "third"]


async def test_a_house_where_many_failed_still_leads_to_the_key_and_to_a_human(house: Living) -> None:
    tries = Tries(house.house.conductor, house.clock)
    for n in range(FREE_EVERYWHERE + 1):
        await tries.count(PersonId("demo", f"guesser{n}"), f"network{n}", f"guess{n}")

    visitor, path = await ready(house)

    assert await visitor.show(path)
    await visitor.press("human")
    await house.settle()
    await visitor.until("Your case number is")


async def test_what_held_is_no_failure_of_anybody(house: Living) -> None:
    tries = Tries(house.house.conductor, house.clock)
    for n in range(FREE_EVERYWHERE + 5):
        await tries.count(PersonId("demo", "alex"), f"network{n}", f"try{n}")
        await tries.held(PersonId("demo", "alex"), f"network{n}", f"try{n}", whole=False)

    assert await audited(house, "proof.failing_everywhere") == 0
    assert (await house.house.conductor.state(TRIES_OF_ALL)).tries == ()  # type: ignore[attr-defined]


async def test_what_held_is_no_failure_of_the_network(house: Living) -> None:
    tries, alex = Tries(house.house.conductor, house.clock), PersonId("demo", "alex")
    for n in range(FREE_IN_A_NETWORK + 5):
        await tries.count(alex, "office", f"try{n}")
        await tries.held(alex, "office", f"try{n}", whole=False)

    await tries.count(alex, "office", "first")
    await tries.count(alex, "office", "second")


@pytest.mark.parametrize(("private", "where"), [(False, "their own"), (True, "a shared computer")])
async def test_the_audit_knows_who_signed_in_and_how(house: Living, *, private: bool, where: str) -> None:
    await house.visitor().sign_in("alex", private=private)

    records = [json.loads(record.line) async for record in house.house.store.audit()]
    (begun,) = [record for record in records if record["what"] == "session.begun"]

    assert begun["about"] == {"how": "demo", "computer": where}


async def test_whoever_cannot_be_audited_is_not_let_in(house: Living) -> None:
    file = house.house.store._file  # type: ignore[attr-defined]
    await file.run(
        lambda db: db.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
    )
    visitor = house.visitor()

    async with visitor.http.post(f"{house.base}/demo/sign-in", data={"person": "alex"}) as answer:
        status = answer.status

    assert status >= 500
    assert (await file.run(lambda db: db.execute("SELECT COUNT(*) FROM session").fetchone()))[0] == 0


async def test_signing_out_ends_the_tokens_of_the_session_at_once(house: Living) -> None:
    visitor, _, _ = await with_link(house)
    await visitor.page("/sign-out", {})

    with pytest.raises(AssertionError, match="TokenExpired"):
        await visitor.poll()


@pytest.mark.parametrize(
    "next_", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "\\\\evil", ""]
)
async def test_signing_in_leads_only_to_pages_of_ours(house: Living, next_: str) -> None:
    visitor = house.visitor()

    async with visitor.http.post(
        f"{visitor.base}/demo/sign-in", data={"person": "alex", "next": next_}, allow_redirects=False
    ) as answer:
        assert answer.headers["Location"] in ("/chat", "/")


@pytest.mark.parametrize("when", ["claimed there", "claimed before the private session"])
async def test_a_shared_computer_shows_a_key_once_whatever_session_the_chat_was_opened_in(
    house: Living, when: str
) -> None:
    chat, card, path = await with_link(house)
    there = house.visitor() if when == "claimed there" else chat
    await there.sign_in("alex", private=when == "claimed there")
    await there.prove(card, "alex")
    await there.sign_in("alex", private=True)

    _, before = await there.page(path)
    await there.show(path)
    await house.pass_time(301)
    _, ready_page = await there.page(path)
    _, again = await there.page(f"{path}/show", {"nth": "2"})

    assert "You can look at it once, for five minutes" in before
    assert 'name="nth"' not in ready_page
    assert not GROUPS.search(again)
    assert await audited(house, "key.shown") == 1


async def test_a_link_that_a_shared_computer_claimed_stays_one_of_a_shared_computer(house: Living) -> None:
    _, card, path = await with_link(house)
    there = house.visitor()
    await there.sign_in("alex", private=True)
    await there.prove(card, "alex")
    await there.sign_in("alex")

    await there.show(path)
    await house.pass_time(301)
    _, again = await there.page(f"{path}/show", {"nth": "2"})

    assert not GROUPS.search(again)


async def test_after_the_only_view_on_a_shared_computer_the_next_key_comes_with_a_new_link(house: Living) -> None:
    chat, card, path = await with_link(house)
    there = house.visitor()
    await there.sign_in("alex", private=True)
    await there.prove(card, "alex")
    await there.show(path)
    await house.settle()

    await chat.press("did_not_work")
    await house.settle()

    await chat.poll()
    cards = [one for one in chat.heard if one.get("attachments")]
    assert link_of(cards[-1]) != path


async def test_a_notice_that_we_did_not_make_freezes_nobody(house: Living) -> None:
    visitor, _, _ = await with_link(house)

    status, _ = await visitor.page("/not-me/bm90aWNlCmRlbW8KYWxleA.AAAA", {})

    assert status == 404
    assert await audited(house, "self_service.frozen") == 0


async def test_the_page_says_in_words_how_often_the_key_can_be_seen(house: Living) -> None:
    visitor, path = await ready(house)
    said = []
    for nth in (1, 2, 3):
        said.append((await visitor.page(path))[1])
        await visitor.show(path, nth)
        house.clock.advance(301)

    assert ["3 times, five minutes each" in said[0], "2 times, five minutes each" in said[1]] == [True, True]
    assert "You can look at it once, for five minutes." in said[2]
    assert "(s)" not in "".join(said)


async def test_whoever_signed_out_is_told_of_what_they_are_signed_out(house: Living) -> None:
    visitor = house.visitor()
    await visitor.sign_in("alex")

    _, page = await visitor.page("/sign-out", {})

    assert "You are signed out of Sparekey in this browser." in page
    assert "Your organisation may still know you here" in page


async def test_a_computer_that_is_somebody_elses_by_now_shows_its_old_owner_nothing(house: Living) -> None:
    """Proved and asked: the key is one press away. As everywhere, the page says no more than that the link is gone."""
    alex, path = await ready(house)
    await given_to(house, "kim")

    status, page = await alex.page(f"{path}/show", {"nth": "1"})
    alex.captured.pop()

    assert status == 404
    assert not GROUPS.search(page)
    assert await audited(house, "key.shown") == 0


async def test_a_computer_that_changed_hands_after_a_view_is_not_looked_at_again(house: Living) -> None:
    alex, path = await ready(house)
    await alex.show(path)
    await given_to(house, "kim")
    house.clock.advance(301)

    status, page = await alex.page(f"{path}/show", {"nth": "2"})
    alex.captured.pop()

    assert status == 404
    assert not GROUPS.search(page)


async def test_while_a_source_is_silent_nobody_says_that_the_computer_changed_hands(house: Living) -> None:
    alex, path = await ready(house)
    await given_to(house, "kim")
    house.source.is_silent = True

    status, page = await alex.page(f"{path}/show", {"nth": "1"})
    house.source.is_silent = False
    await given_to(house, "alex")

    assert status == 200
    assert not GROUPS.search(page)
    assert await alex.show(path)


async def given_to(house: Living, owner: str) -> None:
    await house.house.vault.file.execute("UPDATE device SET owner = ? WHERE name = 'LAPTOP-ALEX'", (owner,))


async def test_whoever_asked_for_a_human_and_then_says_that_somebody_insists_alarms_the_desk(house: Living) -> None:
    alex, card, path = await with_link(house)
    await alex.press("human")
    await alex.until("Your case number is 1001")
    await alex.page(f"{path}/claim", {})
    await alex.page(f"{path}/prove", {"number": number_of(card), "code": await alex.code("alex")})

    _, page = await alex.page(f"{path}/answer", {"somebody": "yes"})
    await house.settle()

    assert "The helpdesk has been told" in page
    filed = await house.house.conductor.state(case_of(1001))
    assert isinstance(filed, Filed)
    assert (filed.case.urgency, filed.heard) == ("urgent", ("insists",))


async def test_no_link_is_left_by_whoever_asked_for_a_human_and_says_that_they_are_somebody_else(house: Living) -> None:
    alex, _, path = await with_link(house)
    await alex.press("human")
    await alex.until("Your case number is 1001")

    await alex.press("not_me")
    await house.settle()

    status, _ = await house.visitor().page(path)
    assert status == 404
    ended = await house.house.conductor.state(flow_id(path.rpartition("/")[2].partition(".")[0]))
    assert isinstance(ended, Over)


@pytest.mark.parametrize("choice", ["not_me", "restart"])
async def test_no_key_is_shown_to_whoever_proved_asked_for_a_human_and_left(house: Living, choice: str) -> None:
    alex, path = await ready(house)
    await alex.press("human")
    await alex.until("Your case number is 1001")

    await alex.press(choice)
    await house.settle()

    status, _ = await alex.page(f"{path}/show", {"nth": "1"})
    assert status != 200
    assert await audited(house, "key.shown") == 0
