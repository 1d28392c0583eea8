"""Attacks on the way to the provider and back, against the real one: none of them signs anybody in or proves anything."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest
from yarl import URL

from adapters.sources.vault import wrapping_key
from bot.challenge import Claimed, Granted, flow_id
from bot.domain.link import Links
from bot.wiring.keeping import derived
from tests.app.visitor import link_of, number_of
from tests.sign_in.served import Browser, Page, Served, code_of, served

pytestmark = [pytest.mark.needs("provider"), pytest.mark.timeout(120)]
LEAVING = "__Host-sparekey-leaving"


class MovableClock:
    """The real time, and what is put on top of it."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def product(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Served]:
    async with served(tmp_path, clock=clock) as one:
        yield one


def without(url: str, *names: str) -> str:
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in names]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def with_(url: str, **more: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | more)))


async def has_session(browser: Browser) -> bool:
    return (await browser.go("/chat")).url.endswith("/chat")


async def is_signed_in(browser: Browser) -> bool:
    """Without leaving for the provider, where they may be known."""
    page = await browser.go("/chat", stop_at="/sign-in")
    return page.status == 200


async def standing(product: Served, link: str) -> Claimed | Granted:
    links = Links(derived(wrapping_key.load_or_make(product.folder / "wrapping.key"), "links"))
    challenge_id = links.challenge_of(link.rpartition("/")[2])
    assert challenge_id
    state = await product.house.conductor.state(flow_id(challenge_id))
    assert isinstance(state, Claimed | Granted), state
    return state


async def authorisation(browser: Browser, path: str = "/sign-in?next=/chat", form: dict[str, str] | None = None) -> str:
    """The address at the provider that the browser is sent to, not yet followed."""
    page = await browser.go(path, form, stop_at="/oidc/auth")
    assert "/oidc/auth" in page.url, page
    return page.url


async def step_up(browser: Browser) -> tuple[str, str]:
    """Alex, with a link claimed and the number typed: the link, and where the provider is asked."""
    if not await is_signed_in(browser):
        await browser.enter()
    link, number = await browser.claimed()
    return link, await authorisation(browser, f"{link}/sign-in", {"number": number})


async def known_for_long(browser: Browser) -> None:
    """Signed in at the provider with a second factor an hour ago, for another link, and here silently since."""
    await browser.enter(ago=FRESH_OR_NOT)
    _, asked = await step_up(browser)
    await browser.sign_in_at_provider(await browser.go(asked), "alex", ago=FRESH_OR_NOT)
    await browser.go("/sign-out", {})
    assert (await browser.go("/sign-in?next=/chat")).url.endswith("/chat")


async def callback_of(browser: Browser, asked: str, person: str = "alex") -> str:
    """The address that the provider sends the browser back to, not yet followed."""
    page = await browser.go(asked, stop_at="/auth/callback")
    if "/auth/callback" not in page.url:
        page = await browser.sign_in_at_provider(page, person, stop_at="/auth/callback")
    assert "/auth/callback?" in page.url, page
    return page.url


def is_refused(page: Page) -> bool:
    return page.status == 403 and "The sign-in did not work" in page.text


# what is taken out of the address on its way through the browser


FRESH_OR_NOT = 3600
"""Seconds that somebody has been known at the provider."""


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("claims",), "Please sign in with a second proof"),
        (("prompt", "claims"), "Please sign in with a second proof"),
        (("max_age", "claims"), "Please sign in with a second proof"),
        (("prompt", "max_age"), "Please sign in once more"),
        (("prompt", "max_age", "claims"), "Please sign in once more"),
    ],
    ids=str,
)
async def test_a_step_up_that_was_made_easier_on_the_way_proves_nothing(
    product: Served, names: tuple[str, ...], why: str
) -> None:
    alex = product.browser()
    await known_for_long(alex)
    link, asked = await step_up(alex)

    page = await alex.go(await callback_of(alex, without(asked, *names)))

    assert page.status == 403
    assert why in page.text
    state = await standing(product, link)
    assert isinstance(state, Claimed)
    assert state.proved == ()


async def test_a_step_up_that_nobody_touched_proves_who_it_is(product: Served) -> None:
    """The control: where it fails, the test above says nothing."""
    alex = product.browser()
    await known_for_long(alex)
    link, asked = await step_up(alex)

    await alex.go(await callback_of(alex, asked))

    state = await standing(product, link)
    assert isinstance(state, Granted)
    assert state.methods == ("sign_in",)


async def test_a_private_session_is_a_fresh_sign_in_whatever_the_address_says(product: Served) -> None:
    alex = product.browser()
    await alex.enter(ago=FRESH_OR_NOT)
    out = await alex.go("/sign-out", {})
    assert "You are signed out" in out.text
    asked = await authorisation(alex, "/sign-in?private=1")

    page = await alex.go(await callback_of(alex, without(asked, "prompt", "max_age")))

    assert page.status == 403
    assert "Please sign in once more" in page.text
    assert "/sign-in?private=1&amp;next=" in page.text, "another try is on a shared computer still"
    assert not await is_signed_in(alex)


async def test_a_private_session_that_nobody_touched_begins(product: Served) -> None:
    alex = product.browser()
    await alex.enter(ago=FRESH_OR_NOT)
    await alex.go("/sign-out", {})
    asked = await authorisation(alex, "/sign-in?private=1")

    page = await alex.go(await callback_of(alex, asked))

    assert page.url.endswith("/chat")


async def test_when_a_private_session_has_run_out_nobody_is_let_in_silently(
    product: Served, clock: MovableClock
) -> None:
    alex = product.browser()
    await alex.sign_in_at_provider(await alex.go("/sign-in?private=1&next=/chat"), "alex")
    clock.ahead += timedelta(minutes=10)

    page = await alex.go("/chat")

    assert "/oidc/interaction/" in page.url


async def test_signing_out_of_a_private_session_that_has_run_out_leads_to_the_provider_too(
    product: Served, clock: MovableClock
) -> None:
    alex = product.browser()
    await alex.sign_in_at_provider(await alex.go("/sign-in?private=1&next=/chat"), "alex")
    clock.ahead += timedelta(minutes=10)

    page = await alex.go("/sign-out", {}, stop_at="/oidc/session/end")

    assert "/oidc/session/end" in page.url


async def test_only_a_private_session_keeps_its_token_sealed_and_for_itself(product: Served) -> None:
    own, private, other = product.browser(), product.browser(), product.browser()
    await own.enter()
    for one in (private, other):
        await one.sign_in_at_provider(await one.go("/sign-in?private=1&next=/chat"), "alex")

    kept = [{one.key: one.value for one in browser.http.cookie_jar} for browser in (own, private, other)]
    assert LEAVING not in kept[0]
    assert "eyJ" not in kept[1][LEAVING]
    assert not any(b"eyJ" in file.read_bytes() for file in product.folder.glob("sparekey.db*"))
    for stolen, named in ((kept[2][LEAVING], False), ("x", False), ("A" * 200, False), (kept[1][LEAVING], True)):
        private.http.cookie_jar.update_cookies(kept[1] | {LEAVING: stolen}, URL(product.base))
        page = await private.go("/sign-out", {}, stop_at="/oidc/session/end")
        assert ("id_token_hint=eyJ" in page.url) is named
    assert LEAVING not in {one.key for one in private.http.cookie_jar}


async def test_a_sign_in_without_the_proof_of_possession_is_refused_by_the_provider(product: Served) -> None:
    alex = product.browser()
    asked = await authorisation(alex)

    page = await alex.go(without(asked, "code_challenge", "code_challenge_method"))

    assert is_refused(page)


async def test_an_answer_goes_to_no_other_address(product: Served) -> None:
    alex = product.browser()
    asked = await authorisation(alex)

    page = await alex.go(with_(asked, redirect_uri="https://evil.example.org/auth/callback"))

    assert page.status == 400
    assert "redirect_uri" in page.text


# another's answer


async def test_the_answer_of_another_browser_signs_nobody_in(product: Served) -> None:
    """Login CSRF: the thief lets the victim open the thief's own answer."""
    thief, victim = product.browser(), product.browser()
    answer = await callback_of(thief, await authorisation(thief), "kim")

    page = await victim.go(answer)

    assert is_refused(page)
    assert not await is_signed_in(victim)


async def test_a_browser_with_a_sign_in_of_its_own_does_not_take_anothers_answer(product: Served) -> None:
    thief, victim = product.browser(), product.browser()
    await authorisation(victim)
    answer = await callback_of(thief, await authorisation(thief), "kim")

    assert is_refused(await victim.go(answer))


async def test_a_stolen_code_is_worth_nothing_in_another_sign_in(product: Served) -> None:
    victim, thief = product.browser(), product.browser()
    stolen = dict(parse_qsl(urlsplit(await callback_of(victim, await authorisation(victim), "alex")).query))
    mine = await callback_of(thief, await authorisation(thief), "kim")

    page = await thief.go(with_(mine, code=stolen["code"]))

    assert is_refused(page)
    assert not await is_signed_in(thief)


async def test_an_answer_works_once(product: Served) -> None:
    alex = product.browser()
    answer = await callback_of(alex, await authorisation(alex))
    first = await alex.go(answer)
    await alex.go("/sign-out", {})

    again = await alex.go(answer)

    assert first.url.endswith("/chat")
    assert is_refused(again)
    assert not await is_signed_in(alex)


async def test_twenty_of_one_answer_at_once_are_one(product: Served) -> None:
    alex = product.browser()
    answer = await callback_of(alex, await authorisation(alex))

    pages = await asyncio.gather(*(alex.go(answer, stop_at="/chat") for _ in range(20)))

    assert sorted(page.status for page in pages) == [303] + [403] * 19


async def test_an_answer_that_comes_too_late_is_none(product: Served, clock: MovableClock) -> None:
    alex = product.browser()
    answer = await callback_of(alex, await authorisation(alex))

    clock.ahead += timedelta(minutes=10)

    assert is_refused(await alex.go(answer))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "code=x",
        "state=x",
        "code=x&state=x",
        "state=&code=",
        "error=access_denied",
        "code=x&code=y&state=z",
        "state=%00",
        "state=" + "x" * 2_000,
    ],
)
async def test_an_answer_that_nobody_asked_for_is_refused(product: Served, query: str) -> None:
    assert is_refused(await product.browser().go(f"/auth/callback?{query}"))


async def test_whoever_gives_up_at_the_provider_reads_who_helps_them(product: Served) -> None:
    """At the first sign-in there is no chat yet: the page is all that there is."""
    read = []
    for language in ("en", "de"):
        alex = product.browser()
        alex.http.headers["Accept-Language"] = language
        state = dict(parse_qsl(urlsplit(await authorisation(alex)).query))["state"]
        read.append((await alex.go(f"/auth/callback?error=access_denied&state={state}")).text)

    assert "If you cannot sign in now, call the helpdesk" in read[0]
    assert "rufen Sie den Helpdesk an" in read[1]


async def test_a_refusal_at_the_provider_is_told_kindly(product: Served) -> None:
    alex = product.browser()
    asked = await authorisation(alex)
    state = dict(parse_qsl(urlsplit(asked).query))["state"]

    page = await alex.go(f"/auth/callback?error=access_denied&state={state}")

    assert is_refused(page)
    assert "Try again" in page.text


async def test_an_endless_answer_is_not_read(product: Served) -> None:
    """Other than a wrong one, it is not even looked up. (aiohttp itself reads no line above 8190 bytes.)"""
    browser = product.browser()

    wrong = await browser.go("/auth/callback?code=" + "x" * 5_500 + "&state=y")
    endless = await browser.go("/auth/callback?code=" + "x" * 6_500 + "&state=y")

    assert is_refused(wrong)
    assert endless.status == 400


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT"])
async def test_an_answer_comes_in_no_other_way(product: Served, method: str) -> None:
    alex = product.browser()
    async with alex.http.request(method, f"{product.base}/auth/callback?state=x&code=y") as answer:
        assert answer.status == 405


async def test_the_answer_of_a_session_proves_nothing_for_a_link(product: Served) -> None:
    """Its state belongs to another purpose; with the link's own state its code does not fit."""
    alex = product.browser()
    link, asked = await step_up(alex)
    strong = await callback_of(alex, asked)
    plain = dict(parse_qsl(urlsplit(await callback_of(alex, await authorisation(alex, "/sign-in?anew=1"))).query))

    page = await alex.go(with_(strong, code=plain["code"]))

    assert is_refused(page)
    assert isinstance(await standing(product, link), Claimed)


# the wrong person


async def test_somebody_else_at_the_step_up_proves_nothing_and_costs_a_try(product: Served) -> None:
    alex = product.browser()
    link, asked = await step_up(alex)
    before = await standing(product, link)
    alex.http.cookie_jar.clear(lambda cookie: cookie.key.startswith("_session"))  # nobody is known at the provider

    page = await alex.go(await callback_of(alex, asked, "kim"))

    assert page.status == 403
    assert "That was another account" in page.text
    after = await standing(product, link)
    assert isinstance(before, Claimed)
    assert isinstance(after, Claimed)
    assert after.tries_left == before.tries_left - 1
    assert after.proved == ()


async def test_a_thief_who_starts_and_a_victim_who_finishes_get_nothing(product: Served) -> None:
    """The thief's link is about the thief; the victim's sign-in does not open it."""
    thief, victim = product.browser(), product.browser()
    await thief.enter("alex")
    card = await thief.found_key()
    link = link_of(card)
    await victim.go(link)
    await victim.go(f"{link}/claim", {})
    asked = await victim.go(f"{link}/sign-in", {"number": number_of(card)})

    page = await victim.sign_in_at_provider(asked, "kim")

    assert "That was another account" in page.text


async def test_somebody_who_is_not_in_the_directory_is_not_signed_in(product: Served) -> None:
    stranger = product.browser()

    page = await stranger.sign_in_at_provider(await stranger.go("/sign-in"), "stranger")

    assert page.status == 403
    assert "this account is not in our directory" in page.text
    assert "/sign-in?anew=1&amp;next=" in page.text, "not silently to the same account again"
    assert not await is_signed_in(stranger)


async def test_somebody_disabled_is_not_signed_in(product: Served) -> None:
    await product.house.vault.file.execute("UPDATE person SET enabled = 0 WHERE login = 'kim'")
    kim = product.browser()

    page = await kim.sign_in_at_provider(await kim.go("/sign-in"), "kim")

    assert page.status == 403
    assert not await is_signed_in(kim)


async def test_without_the_second_factor_nobody_comes_back(product: Served) -> None:
    alex = product.browser()
    link, asked = await step_up(alex)
    form = await alex.go(asked)

    page = await alex.sign_in_at_provider(form, "alex", code="000000")

    assert page.status == 401
    assert isinstance(await standing(product, link), Claimed)


# numbers, browsers, limits


async def test_what_another_claim_says_does_not_make_a_sign_in_strong(tmp_path: Path) -> None:
    async with served(tmp_path, step_up_claim="acrs") as product:
        alex = product.browser()
        await alex.enter()
        asked = await alex.to_the_provider(await alex.found_key())

        back = await alex.sign_in_at_provider(asked, "alex")  # a token with acr "mfa", and without acrs

    assert 'name="code"' in asked.text
    assert (back.status, "/auth/callback" in back.url) == (403, True)


async def test_without_the_number_nobody_is_sent_to_the_provider(product: Served) -> None:
    alex = product.browser()
    await alex.enter()
    card = await alex.found_key()
    wrong = f"{(int(number_of(card)) + 1) % 90 + 10:02}"

    page = await alex.to_the_provider(card, wrong if wrong != number_of(card) else "00")

    assert page.status == 422
    assert "That did not match" in page.text


async def test_five_guessed_numbers_end_the_link(product: Served) -> None:
    alex = product.browser()
    await alex.enter()
    link, _ = await alex.claimed()

    pages = [await alex.go(f"{link}/sign-in", {"number": "00"}) for _ in range(6)]

    assert [page.status for page in pages] == [422, 422, 422, 422, 403, 404]


async def test_another_browser_cannot_begin_the_step_up(product: Served) -> None:
    alex, other = product.browser(), product.browser()
    link, _ = await step_up(alex)

    page = await other.go(f"{link}/sign-in", {"number": "42"})

    assert page.status == 409


async def test_the_step_up_of_a_replaced_link_proves_nothing(product: Served) -> None:
    alex = product.browser()
    link, asked = await step_up(alex)
    answer = await callback_of(alex, asked)
    await alex.say("new link")
    await asyncio.sleep(0)
    await product.house.conductor.rest()

    page = await alex.go(answer)

    assert page.status == 404
    assert "This link no longer works" in page.text
    assert (await alex.go(link)).status == 404


async def test_a_code_of_an_authenticator_is_not_asked_for_and_not_taken(product: Served) -> None:
    """The policy here wants a sign-in: another method does not stand in for it."""
    alex = product.browser()
    await alex.enter()
    link, number = await alex.claimed()

    page = await alex.go(f"{link}/prove", {"number": number, "code": code_of("alex")})

    assert page.status == 422
    assert isinstance(await standing(product, link), Claimed)


# the session


@pytest.mark.parametrize(
    "next_",
    [
        "https://evil.example.org/",
        "//evil.example.org",
        "/\\evil.example.org",
        "javascript:alert(1)",
        "\\\\evil",
        "/%0d%0aX: y",
        "http:evil",
    ],
)
async def test_after_the_sign_in_nobody_is_led_elsewhere(product: Served, next_: str) -> None:
    alex = product.browser()

    page = await alex.sign_in_at_provider(await alex.go(f"/sign-in?next={next_}"), "alex")

    assert urlsplit(page.url).netloc == urlsplit(product.base).netloc


async def test_what_was_in_the_browser_before_is_no_session_afterwards(product: Served) -> None:
    alex = product.browser()
    alex.http.cookie_jar.update_cookies({"__Host-sparekey": "chosen-by-a-thief"})

    await alex.enter()

    secrets_ = {cookie.key: cookie.value for cookie in alex.http.cookie_jar}
    assert secrets_["__Host-sparekey"] != "chosen-by-a-thief"


async def test_signing_in_anew_ends_the_session_before(product: Served) -> None:
    alex = product.browser()
    await alex.enter()
    before = {cookie.key: cookie.value for cookie in alex.http.cookie_jar}["__Host-sparekey"]
    await alex.sign_in_at_provider(await alex.go("/sign-in?anew=1&next=/chat"), "alex")

    thief = product.browser()
    thief.http.cookie_jar.update_cookies({"__Host-sparekey": before})

    assert not await is_signed_in(thief)
    assert await has_session(alex)


async def test_the_cookies_are_kept_to_this_host_to_https_and_from_scripts(product: Served) -> None:
    alex = product.browser()
    cookies: list[str] = []
    page = await alex.go("/sign-in")
    form = {"user": "alex", "password": "correct horse"}
    async with alex.http.post(page.url, data=form, allow_redirects=False) as answer:
        location = answer.headers["Location"]
    for _ in range(4):
        async with alex.http.get(location, allow_redirects=False) as answer:
            cookies += answer.headers.getall("Set-Cookie", [])
            if "Location" not in answer.headers:
                break
            location = answer.headers["Location"]
            if location.startswith("/"):
                break

    ours = [cookie for cookie in cookies if cookie.startswith("__Host-sparekey=")]
    assert ours
    assert all(re.search(r"; ?Secure", cookie) and "HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in ours)
    assert all("Path=/" in cookie and "Domain" not in cookie for cookie in ours)


async def test_the_browser_of_an_unlock_page_cannot_be_chosen_by_a_neighbouring_host(product: Served) -> None:
    alex = product.browser()
    await alex.enter()
    link = link_of(await alex.found_key())

    async with alex.http.get(f"{product.base}{link}") as answer:
        (cookie,) = answer.headers.getall("Set-Cookie")

    assert cookie.startswith("__Host-"), "browsers take such a cookie from this host alone"
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "Path=/;" in cookie
    assert "Domain" not in cookie
