"""Adding, replacing and removing an authenticator app at the served product, with the real provider's fresh sign-in before it."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.identity.totp import counter_at, totp_code
from bot.enrolment import REST
from tests.app.visitor import GROUPS, link_of, number_of
from tests.sign_in.served import Browser, Page, Served, served
from tests.sign_in.test_attacks import MovableClock, callback_of, is_refused, known_for_long, without

pytestmark = [pytest.mark.needs("provider"), pytest.mark.timeout(120)]

BOTH = (("sign_in", "authenticator"),)
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
SEED = re.compile(r"secret=([A-Z2-7]{32})")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def product(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Served]:
    async with served(tmp_path, clock=clock, sets=BOTH, authenticator=True) as one:
        await one.house.vault.file.execute("DELETE FROM seed")  # the demo's people have theirs already
        yield one


@pytest.fixture
async def alex(product: Served) -> Browser:
    browser = product.browser()
    await browser.enter()
    return browser


# the way


async def asked(alex: Browser, change: str = "enrol") -> Page:
    """Before the provider's form."""
    return await alex.go("/authenticator/sign-in", {"csrf": await csrf_of(alex), "change": change})


async def csrf_of(browser: Browser) -> str:
    found = CSRF.search((await browser.go("/authenticator")).text)
    assert found
    return found[1]


async def stepped_up(alex: Browser, change: str = "enrol") -> Page:
    return await alex.sign_in_at_provider(await asked(alex, change), "alex")


async def answered(alex: Browser, what: str = "seed", somebody: str = "no") -> Page:
    return await alex.go(f"/authenticator/{what}", {"csrf": await csrf_of(alex), "somebody": somebody})


async def seed_shown(alex: Browser) -> str:
    await stepped_up(alex)
    page = await answered(alex)
    found = SEED.search(page.text)
    assert found, page
    return found[1]


async def confirmed(alex: Browser, code: str) -> Page:
    return await alex.go("/authenticator/confirm", {"csrf": await csrf_of(alex), "code": code})


async def enrolled(alex: Browser, clock: MovableClock) -> str:
    seed = await seed_shown(alex)
    page = await confirmed(alex, code_at(seed, clock.now()))
    assert page.status == 200, page
    return seed


def code_at(seed: str, moment: datetime) -> str:
    return totp_code(base64.b32decode(seed), counter_at(moment))


def wrong_code(seed: str, clock: MovableClock) -> str:
    right = {code_at(seed, clock.now() + timedelta(seconds=off)) for off in (-60, -30, 0, 30)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444") if code not in right)


async def three_days_pass(product: Served) -> None:
    """For the seeds: the provider's tokens would not outlive a clock that is moved so far."""
    micros = REST // timedelta(microseconds=1)
    await product.house.vault.file.execute("UPDATE seed SET usable_from = usable_from - ?", (micros,))


async def proving(product: Served) -> tuple[Browser, str, Page]:
    """Alex on the unlock page, after the fresh sign-in: where the code is asked."""
    alex = product.browser()
    await alex.enter()
    card = await alex.found_key()
    page = await alex.sign_in_at_provider(await alex.to_the_provider(card), "alex")
    return alex, link_of(card), page


async def audited(product: Served) -> list[str]:
    whats = [json.loads(record.line)["what"] async for record in product.house.store.audit()]
    return [what for what in whats if what.startswith("authenticator.")]


async def rows(product: Served, table: str) -> int:
    count: int = await product.house.vault.file.run(
        lambda db: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    )
    return count


# the whole way


async def test_somebody_adds_an_app_and_is_told_of_it(product: Served, alex: Browser, clock: MovableClock) -> None:
    before = await alex.go("/authenticator")
    question = await stepped_up(alex)
    shown = await answered(alex)
    found = SEED.search(shown.text)
    assert found
    after = await confirmed(alex, code_at(found[1], clock.now()))

    assert "No authenticator app is set up for you." in before.text
    assert question.url.endswith("/authenticator")
    assert "Did somebody tell you to do this?" in question.text
    assert 'src="data:image/png;base64,' in shown.text
    assert after.url.endswith("/authenticator")
    assert "An authenticator app has been set up" in after.text
    assert f"until {(clock.now() + REST):%Y-%m-%d}" in after.text
    await product.house.conductor.rest()
    assert [one[:2] for one in product.notices.changed] == [("alex", "authenticator_added")]
    assert await audited(product) == ["authenticator.permitted", "authenticator.added"]
    assert (await rows(product, "seed"), await rows(product, "pending_seed")) == (1, 0)


async def test_a_new_app_opens_nothing_before_its_time_and_then_it_does(
    product: Served, alex: Browser, clock: MovableClock
) -> None:
    seed = await enrolled(alex, clock)
    browser, link, page = await proving(product)
    clock.ahead += timedelta(seconds=30)

    early = await browser.go(f"{link}/prove", {"number": "", "code": code_at(seed, clock.now())})
    await three_days_pass(product)
    held = await browser.go(f"{link}/prove", {"number": "", "code": code_at(seed, clock.now())})
    await browser.go(f"{link}/answer", {"somebody": "no"})
    shown = await browser.go(f"{link}/show", {"nth": "1"})

    assert "The code from your authenticator app" in page.text
    assert early.status == 422
    assert "That did not match" in early.text
    assert "Is somebody telling you what to do?" in held.text
    assert len(GROUPS.findall(shown.text)) == 8


async def test_the_code_that_confirmed_the_app_proves_nothing_afterwards(
    product: Served, alex: Browser, clock: MovableClock
) -> None:
    seed = await seed_shown(alex)
    code = code_at(seed, clock.now())
    await confirmed(alex, code)
    await three_days_pass(product)
    browser, link, _ = await proving(product)

    page = await browser.go(f"{link}/prove", {"number": "", "code": code})

    assert page.status == 422


async def test_a_code_that_proved_once_proves_nothing_at_the_next_link(
    product: Served, alex: Browser, clock: MovableClock
) -> None:
    seed = await enrolled(alex, clock)
    await three_days_pass(product)
    first, link, _ = await proving(product)
    second, other_link, _ = await proving(product)
    clock.ahead += timedelta(seconds=30)
    code = code_at(seed, clock.now())

    held = await first.go(f"{link}/prove", {"number": "", "code": code})
    page = await second.go(f"{other_link}/prove", {"number": "", "code": code})

    assert held.status == 200
    assert page.status == 422


async def test_the_sign_in_alone_does_not_open_where_the_policy_wants_both(product: Served, alex: Browser) -> None:
    browser, link, page = await proving(product)

    shown = await browser.go(f"{link}/show", {"nth": "1"})

    assert "The code from your authenticator app" in page.text
    assert not GROUPS.findall(shown.text)


async def test_a_replaced_app_proves_nothing_and_the_new_one_rests(
    product: Served, alex: Browser, clock: MovableClock
) -> None:
    old = await enrolled(alex, clock)
    await three_days_pass(product)
    new = await enrolled(alex, clock)
    browser, link, _ = await proving(product)
    clock.ahead += timedelta(seconds=30)

    pages = [
        await browser.go(f"{link}/prove", {"number": "", "code": code_at(seed, clock.now())}) for seed in (old, new)
    ]

    assert [page.status for page in pages] == [422, 422]
    assert [one[1] for one in product.notices.changed] == ["authenticator_added", "authenticator_replaced"]
    assert await rows(product, "seed") == 1


async def test_a_removed_app_is_gone_and_its_owner_is_told(product: Served, alex: Browser, clock: MovableClock) -> None:
    await enrolled(alex, clock)
    question = await stepped_up(alex, "remove")

    page = await answered(alex, "remove")

    assert "the app is removed now" in question.text
    assert "No authenticator app is set up for you." in page.text
    assert await rows(product, "seed") == 0
    await product.house.conductor.rest()
    assert product.notices.changed[-1][1] == "authenticator_removed"
    assert (await audited(product))[-1] == "authenticator.removed"


# who may


async def test_whoever_is_not_signed_in_is_sent_to_sign_in(product: Served) -> None:
    nobody = product.browser()

    page = await nobody.go("/authenticator", stop_at="/sign-in")
    posted = await nobody.go("/authenticator/seed", {"csrf": "", "somebody": "no"}, stop_at="/sign-in")

    assert page.url.endswith("/sign-in?next=/authenticator")
    assert posted.url.endswith("/sign-in?next=/authenticator")


async def test_where_it_is_off_the_pages_do_not_exist(tmp_path: Path) -> None:
    async with served(tmp_path) as off:
        browser = off.browser()
        await browser.enter()

        pages = [await browser.go("/authenticator")]
        pages += [await browser.go(f"/authenticator/{what}", {}) for what in ("sign-in", "seed", "confirm", "remove")]

    assert [page.status for page in pages] == [404] * 5


async def test_the_chat_leads_to_the_page_where_an_app_is_added(alex: Browser) -> None:
    assert '<a href="/authenticator">Authenticator app</a>' in (await alex.go("/chat")).text


@pytest.mark.parametrize("what", ["seed", "remove"])
async def test_without_a_fresh_sign_in_nothing_changes(
    product: Served, alex: Browser, clock: MovableClock, what: str
) -> None:
    await enrolled(alex, clock)

    page = await answered(alex, what)

    assert page.status == 409
    assert (await rows(product, "seed"), await rows(product, "pending_seed")) == (1, 0)


async def test_a_copy_of_the_session_is_shown_no_seed_when_its_person_has_signed_in(
    product: Served, alex: Browser
) -> None:
    thief = product.browser()
    thief.http.cookie_jar.update_cookies({one.key: one.value for one in alex.http.cookie_jar})
    form = {"csrf": await csrf_of(alex), "change": "enrol"}
    address = (await alex.go("/authenticator/sign-in", form, stop_at="/oidc/auth")).url
    await alex.go(await callback_of(alex, address))

    stolen = await answered(thief)

    assert stolen.status == 409
    assert "otpauth" not in stolen.text
    assert "otpauth" in (await answered(alex)).text


async def test_somebody_else_at_the_fresh_sign_in_permits_nothing(product: Served, alex: Browser) -> None:
    form = {"csrf": await csrf_of(alex), "change": "enrol"}
    address = (await alex.go("/authenticator/sign-in", form, stop_at="/oidc/auth")).url
    alex.http.cookie_jar.clear(lambda cookie: cookie.key.startswith("_session"))  # nobody is known at the provider

    page = await alex.go(await callback_of(alex, address, "kim"))

    assert page.status == 403
    assert "That was another account" in page.text
    assert (await answered(alex)).status == 409
    assert await audited(product) == ["authenticator.refused"]


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("claims",), "Please sign in with a second proof"),
        (("prompt", "max_age"), "Please sign in once more"),
        (("prompt", "max_age", "claims"), "Please sign in once more"),
    ],
    ids=str,
)
async def test_a_fresh_sign_in_that_was_made_easier_on_the_way_permits_nothing(
    product: Served, names: tuple[str, ...], why: str
) -> None:
    alex = product.browser()
    await known_for_long(alex)
    form = {"csrf": await csrf_of(alex), "change": "enrol"}
    address = (await alex.go("/authenticator/sign-in", form, stop_at="/oidc/auth")).url

    page = await alex.go(await callback_of(alex, without(address, *names)))

    assert page.status == 403
    assert why in page.text
    assert (await answered(alex)).status == 409


async def test_a_fresh_sign_in_that_returns_into_another_session_permits_nothing(
    product: Served, alex: Browser, logged: list[str]
) -> None:
    form = {"csrf": await csrf_of(alex), "change": "enrol"}
    address = (await alex.go("/authenticator/sign-in", form, stop_at="/oidc/auth")).url
    answer = await callback_of(alex, address)
    other = product.browser()
    await other.enter()
    session = {cookie.key: cookie.value for cookie in other.http.cookie_jar}["__Host-sparekey"]
    alex.http.cookie_jar.clear(lambda cookie: cookie.key == "__Host-sparekey")
    alex.http.cookie_jar.update_cookies({"__Host-sparekey": session})

    page = await alex.go(answer)

    assert is_refused(page)
    assert any("another session" in line for line in logged), logged
    assert (await answered(alex)).status == 409


async def test_a_permission_belongs_to_one_session(product: Served, alex: Browser) -> None:
    thief = product.browser()
    await thief.enter()
    await stepped_up(alex)

    stolen = await answered(thief)
    own = await answered(alex)

    assert stolen.status == 409
    assert SEED.search(own.text)


async def test_a_permission_works_once(product: Served, alex: Browser) -> None:
    await stepped_up(alex)
    csrf = await csrf_of(alex)

    pages = await asyncio.gather(*(alex.go("/authenticator/seed", {"csrf": csrf, "somebody": "no"}) for _ in range(10)))

    assert sorted(page.status for page in pages) == [200] + [409] * 9
    assert await rows(product, "pending_seed") == 1


async def test_a_permission_lives_five_minutes(product: Served, alex: Browser, clock: MovableClock) -> None:
    await stepped_up(alex)
    csrf = await csrf_of(alex)

    clock.ahead += timedelta(minutes=5)

    assert (await alex.go("/authenticator/seed", {"csrf": csrf, "somebody": "no"})).status == 409
    assert "No authenticator app is set up for you." in (await alex.go("/authenticator")).text


async def test_the_permission_to_remove_is_none_to_add(product: Served, alex: Browser, clock: MovableClock) -> None:
    await enrolled(alex, clock)
    await stepped_up(alex, "remove")

    assert (await answered(alex, "seed")).status == 409


async def test_looking_uses_nothing_up(product: Served, alex: Browser) -> None:
    await stepped_up(alex)
    for _ in range(3):
        await alex.go("/authenticator")

    assert SEED.search((await answered(alex)).text)


@pytest.mark.parametrize("csrf", ["", "guessed", "é"])
@pytest.mark.parametrize("what", ["sign-in", "seed", "confirm", "remove"])
async def test_a_form_that_this_session_was_not_given_is_refused(
    product: Served, alex: Browser, what: str, csrf: str
) -> None:
    page = await alex.go(f"/authenticator/{what}", {"csrf": csrf})

    assert page.status == 403


async def test_a_form_of_another_site_is_refused(product: Served, alex: Browser) -> None:
    form = {"csrf": await csrf_of(alex), "change": "enrol"}
    headers = {"Sec-Fetch-Site": "cross-site"}

    async with alex.http.post(f"{product.base}/authenticator/sign-in", data=form, headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(("what", "form"), [("sign-in", {"change": "all"}), ("seed", {"somebody": "maybe"})])
async def test_a_form_that_means_nothing_is_refused(
    product: Served, alex: Browser, what: str, form: dict[str, str]
) -> None:
    assert (await alex.go(f"/authenticator/{what}", {"csrf": await csrf_of(alex), **form})).status == 400


# somebody who insists, and somebody who objects


@pytest.mark.parametrize("change", ["enrol", "remove"])
async def test_whoever_is_told_to_do_it_gets_a_colleague_and_nothing_changes(
    product: Served, alex: Browser, clock: MovableClock, change: str
) -> None:
    await enrolled(alex, clock)
    await stepped_up(alex, change)
    what = "seed" if change == "enrol" else "remove"

    page = await answered(alex, what, "yes")

    assert "You did the right thing" in page.text
    assert (await answered(alex, what)).status == 409
    assert await rows(product, "seed") == 1
    await product.house.conductor.rest()
    opened = [json.loads(record.line) async for record in product.house.store.audit()]
    cases = [record["about"] for record in opened if record["what"] == "case.opened"]
    assert [(case["reason"], case["urgency"]) for case in cases] == [("insisted", "urgent")]


async def test_whoever_objects_is_frozen_without_a_device_and_nothing_more_is_changed(
    product: Served, alex: Browser, clock: MovableClock
) -> None:
    await enrolled(alex, clock)
    await stepped_up(alex, "remove")
    csrf = await csrf_of(alex)
    await product.house.conductor.rest()
    link = product.notices.changed[0][2]

    looked = await alex.go(link)
    done = await alex.go(link, {})
    pages = [await alex.go("/authenticator"), await alex.go("/authenticator/remove", {"csrf": csrf, "somebody": "no"})]

    assert "The authenticator app that proves that it is you was changed." in looked.text
    assert "No key is shown under your name any more, and you are signed out everywhere." in done.text
    assert [page.status for page in pages] == [403, 403]
    assert await rows(product, "seed") == 1
    records = [json.loads(record.line) async for record in product.house.store.audit()]
    frozen = [record["about"]["subject"] for record in records if record["what"] == "self_service.frozen"]
    assert frozen == ["person demo/alex"]


# the seed that waits


async def test_a_seed_that_nobody_confirmed_proves_nothing_and_goes_after_ten_minutes(
    product: Served, alex: Browser, clock: MovableClock
) -> None:
    seed = await seed_shown(alex)
    csrf = await csrf_of(alex)

    clock.ahead += timedelta(minutes=10)
    page = await alex.go("/authenticator/confirm", {"csrf": csrf, "code": code_at(seed, clock.now())})
    await product.house.courier.round()
    await product.house.conductor.rest()

    assert page.status == 409
    assert (await rows(product, "seed"), await rows(product, "pending_seed")) == (0, 0)
    assert product.notices.changed == []


async def test_a_seed_that_waits_leaves_the_old_one_as_it_is(
    product: Served, alex: Browser, clock: MovableClock
) -> None:
    old = await enrolled(alex, clock)
    await three_days_pass(product)
    await seed_shown(alex)
    browser, link, _ = await proving(product)
    clock.ahead += timedelta(seconds=30)

    page = await browser.go(f"{link}/prove", {"number": "", "code": code_at(old, clock.now())})

    assert "Is somebody telling you what to do?" in page.text


async def test_a_wrong_code_changes_nothing_and_five_of_them_end_it(
    product: Served, alex: Browser, clock: MovableClock
) -> None:
    seed = await seed_shown(alex)
    csrf, wrong = await csrf_of(alex), wrong_code(seed, clock)

    pages = [await alex.go("/authenticator/confirm", {"csrf": csrf, "code": wrong}) for _ in range(5)]
    right = await alex.go("/authenticator/confirm", {"csrf": csrf, "code": code_at(seed, clock.now())})

    assert [page.status for page in pages] == [422, 422, 422, 422, 409]
    assert "Tries left: 4." in pages[0].text
    assert right.status == 409
    assert (await rows(product, "seed"), await rows(product, "pending_seed")) == (0, 0)


async def test_another_session_cannot_confirm(product: Served, alex: Browser, clock: MovableClock) -> None:
    thief = product.browser()
    await thief.enter()
    seed = await seed_shown(alex)

    page = await confirmed(thief, code_at(seed, clock.now()))

    assert page.status == 409
    assert await rows(product, "seed") == 0


async def test_of_many_confirmations_at_once_one_changes_something(
    product: Served, alex: Browser, clock: MovableClock
) -> None:
    seed = await seed_shown(alex)
    form = {"csrf": await csrf_of(alex), "code": code_at(seed, clock.now())}

    pages = await asyncio.gather(*(alex.go("/authenticator/confirm", form) for _ in range(20)))
    await product.house.conductor.rest()

    assert {page.status for page in pages} <= {200, 409}
    assert (await audited(product)).count("authenticator.added") == 1
    assert len(product.notices.changed) == 1
    assert await rows(product, "seed") == 1


async def test_an_app_that_is_confirmed_with_two_taps_is_seen_to_be_there(
    product: Served, alex: Browser, clock: MovableClock
) -> None:
    seed = await seed_shown(alex)
    form = {"csrf": await csrf_of(alex), "code": code_at(seed, clock.now())}

    pages = [await alex.go("/authenticator/confirm", form) for _ in range(2)]

    assert [what for _, what, _ in product.notices.changed] == ["authenticator_added"]
    assert ["An authenticator app has been set up" in page.text for page in pages] == [True, True]
    assert ["That step is over" in page.text for page in pages] == [False, True]
    assert "Start anew" not in pages[1].text


async def test_an_app_that_is_removed_with_two_taps_is_seen_to_be_gone(
    product: Served, alex: Browser, clock: MovableClock
) -> None:
    await enrolled(alex, clock)
    await stepped_up(alex, "remove")
    form = {"csrf": await csrf_of(alex), "somebody": "no"}

    pages = [await alex.go("/authenticator/remove", form) for _ in range(2)]

    assert [what for _, what, _ in product.notices.changed] == ["authenticator_added", "authenticator_removed"]
    assert ["No authenticator app is set up for you." in page.text for page in pages] == [True, True]


async def test_a_seed_that_was_asked_for_with_two_taps_leads_to_another_one(product: Served, alex: Browser) -> None:
    """The browser shows the second answer, and the seed was in the first."""
    await stepped_up(alex)
    form = {"csrf": await csrf_of(alex), "somebody": "no"}

    pages = [await alex.go("/authenticator/seed", form) for _ in range(2)]

    assert SEED.search(pages[0].text)
    assert "The picture is shown once only, so start anew." in pages[1].text
    assert SEED.search((await stepped_up(alex), await answered(alex))[1].text)


async def test_starting_anew_makes_the_first_seed_worthless(
    product: Served, alex: Browser, clock: MovableClock
) -> None:
    first = await seed_shown(alex)
    second = await seed_shown(alex)

    page = await confirmed(alex, code_at(first, clock.now()))
    after = await confirmed(alex, code_at(second, clock.now()))

    assert page.status == 422
    assert "An authenticator app has been set up" in after.text
    assert await rows(product, "pending_seed") == 0


# nothing is left behind


async def test_the_seed_is_on_one_page_and_nowhere_else(
    product: Served, alex: Browser, clock: MovableClock, logged: list[str]
) -> None:
    seed = await seed_shown(alex)
    await confirmed(alex, wrong_code(seed, clock))
    await confirmed(alex, code_at(seed, clock.now()))
    await alex.go("/authenticator")
    await product.house.conductor.rest()

    left = {path.name: path.read_bytes().decode("latin-1").casefold() for path in product.folder.iterdir()}
    left["log"] = "\n".join(logged).casefold()
    left["audit"] = "\n".join([record.line async for record in product.house.store.audit()]).casefold()
    left["notices"] = repr(product.notices.changed).casefold()
    pages = [text.casefold() for browser in product.browsers for text in browser.captured]
    assert {"sparekey.db", "vault.db"} <= left.keys()
    for spelling in spellings(seed):
        assert not [name for name, content in left.items() if spelling in content], spelling
        assert sum(spelling in page for page in pages) <= 1
    assert sum(seed.casefold() in page for page in pages) == 1
    assert sum("data:image/png" in page for page in pages) == 1


def spellings(seed: str) -> list[str]:
    """Whole, in bytes, and any three groups in a row, with what may stand between them."""
    raw = base64.b32decode(seed)
    groups = [seed[start : start + 4] for start in range(0, len(seed), 4)]
    parts = [between.join(groups[n : n + 3]) for between in ("", " ", "-") for n in range(len(groups) - 2)]
    whole = [seed, raw.hex(), raw.decode("latin-1"), base64.b64encode(raw).decode()]
    return [text.casefold() for text in (*whole, *parts, "</span><span>".join(groups[:3]))]


async def test_every_page_of_it_is_kept_by_nobody(product: Served, alex: Browser) -> None:
    await stepped_up(alex)
    form = {"csrf": await csrf_of(alex), "somebody": "no"}

    async with alex.http.post(f"{product.base}/authenticator/seed", data=form) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_the_number_from_the_chat_is_still_needed(product: Served, alex: Browser, clock: MovableClock) -> None:
    seed = await enrolled(alex, clock)
    await three_days_pass(product)
    clock.ahead += timedelta(seconds=30)
    card = await alex.found_key()
    link = link_of(card)
    await alex.go(link)
    await alex.go(f"{link}/claim", {})
    wrong = "10" if number_of(card) != "10" else "11"

    page = await alex.go(f"{link}/prove", {"number": wrong, "code": code_at(seed, clock.now())})

    assert page.status == 422
