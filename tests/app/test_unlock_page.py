"""What an attacker tries at the unlock page. Each test is one promise of SECURITY.md."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from bot.challenge import flow_id
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living
from tests.app.visitor import GROUPS, Visitor, link_of, number_of


async def with_link(house: Living, person: str = "alex") -> tuple[Visitor, dict[str, object], str]:
    """Somebody whose key was found, the card in the chat, and the path of their page."""
    visitor = house.visitor()
    await visitor.sign_in(person)
    await visitor.enter()
    computer = await house.house.computers.named("LAPTOP-ALEX")
    assert computer
    assert computer.key_id
    await visitor.say(f"windows {computer.key_id[:8]}" if person == "alex" else "mac")
    await house.settle()
    card = await visitor.until("I have found the key")
    return visitor, card, link_of(card)


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
    pages = [
        await visitor.page(f"{head}/{odd}")
        for odd in ("nonsense", link[:-1] + "A", link.partition(".")[0], link.swapcase(), "%00", "a" * 500)
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
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert all(nonce[1] in script for script in re.findall(r"<script[^>]*>", text))
    assert 'translate="no"' in text
    assert 'spellcheck="false"' in text
    assert "://" not in re.sub(r'href="data:,"', "", text).replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
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
        async with visitor.http.post(f"{visitor.base}{target}", data={}, headers=headers) as answer:
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


async def test_a_notice_that_we_did_not_make_freezes_nobody(house: Living) -> None:
    visitor, _, _ = await with_link(house)

    status, _ = await visitor.page("/not-me/bm90aWNlCmRlbW8KYWxleA.AAAA", {})

    assert status == 404
    assert await audited(house, "self_service.frozen") == 0
