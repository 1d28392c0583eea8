"""What befalls honest people at the sign-in: two tabs, slow fingers, many tries, another account. None of it costs them the key."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.identity.authenticator import Authenticator
from adapters.identity.totp import counter_at, totp_code
from adapters.sources.vault import wrapping_key
from adapters.sources.vault.sealing import Seal
from bot.challenge import Granted
from bot.domain.people import PersonId
from bot.limits import FAILURES_A_DAY, LONGEST_WAIT
from bot.tries import Tries
from bot.wiring.keeping import derived
from tests.app.visitor import GROUPS
from tests.sign_in.served import Browser, Served, served
from tests.sign_in.test_attacks import MovableClock, authorisation, callback_of, standing, step_up

pytestmark = [pytest.mark.needs("provider"), pytest.mark.timeout(120)]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def product(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Served]:
    async with served(tmp_path, clock=clock) as one:
        yield one


def link_cookies(browser: Browser) -> dict[str, str]:
    return {one.key: one.value for one in browser.http.cookie_jar if one.key.startswith("__Host-sparekey-link-")}


async def test_two_tabs_sign_in_without_spoiling_each_other(product: Served) -> None:
    alex = product.browser()
    first = await authorisation(alex)
    await authorisation(alex)

    page = await alex.go(await callback_of(alex, first))

    assert page.url.endswith("/chat")


async def test_whoever_knows_where_a_sign_in_returns_to_cannot_use_it_up(product: Served) -> None:
    alex, other = product.browser(), product.browser()
    answer = await callback_of(alex, await authorisation(alex))
    await other.go(answer)

    page = await alex.go(answer)

    assert page.url.endswith("/chat")


async def test_a_page_that_begins_again_and_again_does_not_fill_the_browser(product: Served) -> None:
    alex = product.browser()
    for _ in range(40):
        await authorisation(alex)

    kept = [one.key for one in alex.http.cookie_jar if "sparekey-sign-in" in one.key]

    assert len(kept) <= 9


async def test_signing_in_again_while_signed_in_keeps_the_session_and_its_chat(product: Served) -> None:
    alex = product.browser()
    await alex.enter()
    before = {cookie.key: cookie.value for cookie in alex.http.cookie_jar}["__Host-sparekey"]

    page = await alex.go("/sign-in?next=/chat")

    assert page.way == [f"{product.base}/sign-in?next=/chat", f"{product.base}/chat"]
    assert {cookie.key: cookie.value for cookie in alex.http.cookie_jar}["__Host-sparekey"] == before


async def test_the_right_number_may_be_sent_often(product: Served) -> None:
    """Nobody gets on with a provider at once; what was right is no failed try."""
    alex = product.browser()
    await alex.enter()
    link, number = await alex.claimed()
    for _ in range(20):
        asked = await authorisation(alex, f"{link}/sign-in", {"number": number})

    await alex.go(await callback_of(alex, asked))

    assert isinstance(await standing(product, link), Granted)


async def test_when_the_tries_of_the_day_are_used_up_a_human_helps_and_the_page_says_so(
    product: Served, clock: MovableClock
) -> None:
    tries = Tries(product.house.conductor, clock)
    for n in range(FAILURES_A_DAY):
        clock.ahead = (n - FAILURES_A_DAY) * LONGEST_WAIT
        await tries.count(PersonId("demo", "alex"), "", f"failed{n}")
    clock.ahead = timedelta(0)
    alex = product.browser()
    await alex.enter()
    link, number = await alex.claimed()

    page = await alex.go(f"{link}/sign-in", {"number": number})

    assert page.status == 403
    assert "did not match" not in page.text
    await product.house.conductor.rest()
    heard = " ".join(str(one.get("text")) for one in await alex.heard())
    assert "colleague" in heard


async def test_a_slow_sign_in_at_the_provider_is_no_stale_one(product: Served, clock: MovableClock) -> None:
    """Three minutes for a password, a code and a lost phone are not unusual."""
    alex = product.browser()
    await alex.enter()
    clock.ahead = timedelta(seconds=-200)
    link, asked = await step_up(alex)
    page = await alex.go(asked, stop_at="/auth/callback")
    page = await alex.sign_in_at_provider(page, "alex", stop_at="/auth/callback", ago=150)
    clock.ahead = timedelta(0)

    await alex.go(page.url)

    assert isinstance(await standing(product, link), Granted)


async def test_whoever_has_begun_to_prove_themselves_is_given_time(product: Served, clock: MovableClock) -> None:
    alex = product.browser()
    await alex.enter()
    link, number = await alex.claimed()
    clock.ahead = timedelta(minutes=4, seconds=30)
    asked = await authorisation(alex, f"{link}/sign-in", {"number": number})
    page = await alex.go(asked, stop_at="/auth/callback")
    page = await alex.sign_in_at_provider(page, "alex", stop_at="/auth/callback", ago=-275)
    clock.ahead = timedelta(minutes=5, seconds=30)

    back = await alex.go(page.url)

    assert "Is somebody telling you what to do?" in back.text


async def test_but_not_more_than_a_quarter_of_an_hour(product: Served, clock: MovableClock) -> None:
    alex = product.browser()
    await alex.enter()
    link, number = await alex.claimed()
    for _ in range(4):
        clock.ahead += timedelta(minutes=3, seconds=45)
        page = await alex.go(f"{link}/sign-in", {"number": number}, stop_at="/oidc/auth")

    assert page.status == 404
    assert "This link no longer works" in page.text


async def test_whoever_knew_the_browsers_secret_before_the_sign_in_has_nothing_afterwards(product: Served) -> None:
    alex, thief = product.browser(), product.browser()
    link, asked = await step_up(alex)
    thief.http.cookie_jar.update_cookies(link_cookies(alex))
    assert (await thief.go(link)).status == 200
    await alex.go(await callback_of(alex, asked))

    stolen = await thief.go(f"{link}/answer", {"somebody": "no"})
    mine = await alex.go(f"{link}/answer", {"somebody": "no"})

    assert stolen.status == 409
    assert mine.status == 200
    assert isinstance(await standing(product, link), Granted)


async def test_a_secret_that_was_given_for_one_link_is_none_for_the_next(product: Served) -> None:
    alex = product.browser()
    await alex.enter()
    await alex.claimed()
    before = link_cookies(alex)
    await alex.go("/sign-out", {})
    await alex.go("/sign-in?next=/chat")
    await alex.claimed()

    after = {name: value for name, value in link_cookies(alex).items() if name not in before}

    assert len(after) == 1
    assert not set(after.values()) & set(before.values())


async def test_what_is_kept_of_a_sign_in_holds_no_link(product: Served) -> None:
    alex = product.browser()
    link, _ = await step_up(alex)

    raw = b"".join(path.read_bytes() for path in product.folder.glob("sparekey.db*"))

    assert link.rpartition(".")[2].encode() not in raw


async def test_finish_takes_the_links_cookie_away(product: Served) -> None:
    alex = product.browser()
    link, asked = await step_up(alex)
    await alex.go(await callback_of(alex, asked))

    await alex.go(f"{link}/finish", {})

    assert link_cookies(alex) == {}


async def test_an_answer_that_is_lost_on_the_way_back_costs_nobody_the_link(product: Served) -> None:
    alex = product.browser()
    link, asked = await step_up(alex)
    callback = await callback_of(alex, asked)
    before = {one.key: one.value for one in alex.http.cookie_jar}
    await alex.go(callback, stop_at="/unlock/")
    alex.http.cookie_jar.clear()
    alex.http.cookie_jar.update_cookies(before)

    page = await alex.go(link)

    assert "Is somebody telling you what to do?" in page.text


async def test_two_tabs_at_the_provider_for_one_link_both_come_back_to_it(product: Served) -> None:
    alex = product.browser()
    await alex.enter()
    link, number = await alex.claimed()
    first = await authorisation(alex, f"{link}/sign-in", {"number": number})
    second = await authorisation(alex, f"{link}/sign-in", {"number": number})
    await alex.go(await callback_of(alex, first))

    page = await alex.go(await callback_of(alex, second))

    assert "Is somebody telling you what to do?" in page.text


async def test_signing_in_anew_beside_the_page_of_a_key_does_not_cost_it(product: Served) -> None:
    """As when the chat's session has run out meanwhile."""
    alex = product.browser()
    link, asked = await step_up(alex)
    await alex.go(await callback_of(alex, asked))

    await alex.sign_in_at_provider(await alex.go("/sign-in?anew=1"), "alex")

    assert "Is somebody telling you what to do?" in (await alex.go(link)).text


# another way in a second tab


@pytest.fixture
async def either(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Served]:
    """Whoever cannot sign in once more may take the code of an app instead."""
    async with served(tmp_path, clock=clock, sets=(("sign_in",), ("authenticator",)), authenticator=True) as one:
        yield one


async def code_of_app(product: Served, clock: MovableClock) -> str:
    seal = Seal(derived(wrapping_key.load_or_make(product.folder / "wrapping.key"), "seeds"))
    seed = await Authenticator(product.house.vault.file, seal).seed_of(PersonId("demo", "alex"))
    assert seed is not None
    return totp_code(base64.b32decode(seed.open_to("check")), counter_at(clock.now()))


async def granted_in_a_second_tab(product: Served, clock: MovableClock) -> tuple[Browser, str, str]:
    """A sign-in is under way, and meanwhile the code of the app has opened the grant: browser, link, and where the sign-in is."""
    alex = product.browser()
    await alex.enter()
    link, number = await alex.claimed()
    asked = await authorisation(alex, f"{link}/sign-in", {"number": number})
    await alex.go(f"{link}/other", {"method": "sign_in"})
    await alex.go(f"{link}/prove", {"number": number, "code": await code_of_app(product, clock)})
    assert isinstance(await standing(product, link), Granted)
    return alex, link, asked


async def test_a_sign_in_that_ends_after_another_way_was_whole_costs_nobody_their_grant(
    either: Served, clock: MovableClock
) -> None:
    alex, link, asked = await granted_in_a_second_tab(either, clock)
    before = link_cookies(alex)

    page = await alex.go(await callback_of(alex, asked))

    assert page.status == 200
    assert "Is somebody telling you what to do?" in page.text
    await alex.go(f"{link}/answer", {"somebody": "no"})
    assert len(GROUPS.findall((await alex.go(f"{link}/show", {"nth": "1"})).text)) == 8
    assert link_cookies(alex) != before


async def test_somebody_elses_sign_in_after_another_way_was_whole_is_told_so_and_changes_nothing(
    either: Served, clock: MovableClock
) -> None:
    alex, link, asked = await granted_in_a_second_tab(either, clock)
    before = await standing(either, link)
    alex.http.cookie_jar.clear(lambda cookie: "_session" in cookie.key)  # the provider lets them be somebody else

    page = await alex.go(await callback_of(alex, asked, "kim"))

    assert page.status == 403
    assert "That was another account" in page.text
    assert await standing(either, link) == before
    assert (await alex.go(link)).status == 200
