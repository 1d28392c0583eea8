"""A manager's approval beside a real provider: what it takes, and attacks of which none approves anything."""

import asyncio
import html
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from yarl import URL

from bot import approval, standing
from bot.approval import Approved, Asked
from bot.challenge import Claimed, Granted
from bot.domain.people import PersonId
from tests.app.visitor import GROUPS, link_of
from tests.sign_in.served import Browser, Page, Served, served
from tests.sign_in.test_attacks import MovableClock, callback_of, is_refused, without
from tests.sign_in.test_attacks import standing as challenge_of

pytestmark = [pytest.mark.needs("provider"), pytest.mark.timeout(120)]
SET = (("sign_in", "approval"),)
ALEX, MORGAN = PersonId("demo", "alex"), PersonId("demo", "morgan")
FIELDS = {"sign-in": ("csrf",), "approve": ("csrf", "number"), "deny": ("csrf",)}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def product(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Served]:
    async with served(tmp_path, clock=clock, sets=SET) as one:
        yield one


@dataclass
class Asking:
    """Alex, who has proved everything else and has asked: the link, the approver's page, and the number to read out."""

    alex: Browser
    link: str
    page: str
    number: str


def number_on(page: Page) -> str:
    found = re.search(r'class="number"[^>]*>(\d\d)<', page.text)
    assert found, page.text
    return found[1]


def csrf_on(page: Page) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


async def proved(product: Served) -> tuple[Browser, str]:
    """Alex stands before the page that asks whom to ask."""
    alex = product.browser()
    await alex.enter()
    card = await alex.found_key()
    page = await alex.sign_in_at_provider(await alex.to_the_provider(card), "alex")
    assert "Somebody has to approve" in page.text, page
    return alex, link_of(card)


async def asking(product: Served, whom: str = "first") -> Asking:
    alex, link = await proved(product)
    page = await alex.go(f"{link}/approval", {"whom": whom})
    await product.house.conductor.rest()
    return Asking(alex, link, urlsplit(product.notices.asked[-1][1]).path, number_on(page))


async def approver(product: Served, asked: Asking, person: str = "morgan") -> tuple[Browser, Page]:
    """Whoever has opened the link of the notice and signed in to read it."""
    browser = product.browser()
    return browser, await browser.sign_in_at_provider(await browser.go(asked.page), person)


async def permitted(product: Served, asked: Asking, person: str = "morgan") -> tuple[Browser, Page]:
    """And signed in once more, to approve."""
    browser, page = await approver(product, asked, person)
    return browser, await stepped_up(browser, asked, page, person)


async def stepped_up(browser: Browser, asked: Asking, page: Page, person: str = "morgan") -> Page:
    return await browser.sign_in_at_provider(await browser.go(f"{asked.page}/sign-in", {"csrf": csrf_on(page)}), person)


async def approved(browser: Browser, asked: Asking, page: Page, number: str | None = None) -> Page:
    return await browser.go(f"{asked.page}/approve", {"csrf": csrf_on(page), "number": number or asked.number})


def other(number: str) -> str:
    return str(10 + (int(number) - 9) % 90)


def is_gone(page: Page) -> bool:
    return page.status == 404 and "There is nothing to approve here" in page.text


async def facts(product: Served, what: str) -> list[dict[str, str]]:
    records = [json.loads(record.line) async for record in product.house.store.audit()]
    return [record["about"] for record in records if record["what"] == what]


async def state(product: Served, asked: Asking) -> object:
    return await product.house.conductor.state(approval.flow_id(asked.page.rpartition("/")[2]))


async def froze(product: Served, person: PersonId) -> None:
    frozen = standing.Frozen("not_me", person, f"person {person}")
    await product.house.conductor.handle(standing.of_person(person), frozen, "frozen")


async def assert_not_approved(product: Served, asked: Asking) -> None:
    await product.house.conductor.rest()
    assert isinstance(await challenge_of(product, asked.link), Claimed)
    assert await facts(product, "approval.given") == []


async def test_a_manager_who_hears_the_number_lets_the_person_in(product: Served) -> None:
    asked = await asking(product)
    morgan, page = await permitted(product, asked)
    assert "Alex Rivera" in page.text
    assert "LAPTOP-ALEX" in page.text

    page = await approved(morgan, asked, page)

    assert "You have approved it" in page.text
    granted = await challenge_of(product, asked.link)
    assert isinstance(granted, Granted)
    assert granted.methods == ("sign_in", "approval")
    await asked.alex.go(f"{asked.link}/answer", {"somebody": "no"})
    shown = await asked.alex.go(f"{asked.link}/show", {"nth": "1"})
    assert GROUPS.findall(shown.text)
    assert [whom for whom, _ in product.notices.asked] == ["morgan"]
    assert (await facts(product, "approval.asked"))[0]["chosen_by"] == "directory"


async def test_whoever_called_their_manager_because_we_asked_is_not_asked_as_if_that_were_a_fraud(
    product: Served,
) -> None:
    asked = await asking(product)
    morgan, page = await permitted(product, asked)
    await approved(morgan, asked, page)

    question = (await asked.alex.go(asked.link)).text

    assert "Is someone on the phone" in question
    assert "We do not mean that you called for the approval" in question
    assert "No, nobody else" in question


async def test_the_number_is_in_no_audit_record_no_notice_and_on_no_page_of_the_approver(product: Served) -> None:
    asked = await asking(product)
    morgan, looked = await approver(product, asked)
    permitted = await stepped_up(morgan, asked, looked)
    missed = await approved(morgan, asked, permitted, other(asked.number))
    given = await approved(morgan, asked, await stepped_up(morgan, asked, missed))

    assert holds(asked.number, f"<p>Two digits: {asked.number}</p>")
    assert not [page.url for page in (looked, permitted, missed, given) if holds(asked.number, page.text)]
    assert not [words for words in product.notices.words_of_asking if holds(asked.number, words)]
    records = [record.line async for record in product.house.store.audit() if "approval." in record.line]
    kept = [json.loads(line)["about"] for line in records]
    assert kept
    assert not [about for about in kept if asked.number in about.values()]


def holds(number: str, words: str) -> bool:
    """As a word of its own, in an attribute too; not within an id or a style."""
    seen = re.sub(r"(?s)<(style|script|svg)\b.*?</\1>", "", words)
    return re.search(rf"(?<![\w-]){number}(?![\w-])", seen) is not None


# who may


async def test_nobody_approves_for_themselves(product: Served) -> None:
    asked = await asking(product)
    page = await asked.alex.go(asked.page)

    assert is_gone(page)
    form = {"csrf": await csrf_of(product, "alex"), "number": asked.number}  # the page gave Alex none
    for step in ("sign-in", "approve", "deny"):
        assert is_gone(await asked.alex.go(f"{asked.page}/{step}", {name: form[name] for name in FIELDS[step]})), step
    await assert_not_approved(product, asked)


@pytest.mark.parametrize("whom", ["first", "security"])
async def test_the_link_of_the_notice_holds_no_right(product: Served, whom: str) -> None:
    asked = await asking(product, whom)

    _, page = await approver(product, asked, "kim")

    assert is_gone(page)
    assert "Alex" not in page.text
    await assert_not_approved(product, asked)


@pytest.mark.parametrize(
    "made_up",
    ["x", "%0d%0aSet-Cookie:%20a=b", "x%26private=1", "%C3%BC%E2%80%AE"],
    ids=["plain", "a header", "a wish", "odd"],
)
async def test_a_link_that_nobody_sent_is_answered_calmly(product: Served, made_up: str) -> None:
    kim = product.browser()
    url = URL(f"{product.base}/approve/{made_up}", encoded=True)
    async with kim.http.get(url, allow_redirects=False) as answer:
        assert answer.status == 303
        assert answer.headers["Location"].startswith("/sign-in?next=/approve/")
        assert "&" not in answer.headers["Location"]
        assert "Set-Cookie" not in answer.headers
    await kim.enter("kim")
    async with kim.http.get(url, allow_redirects=False) as answer:
        assert answer.status == 404
        assert "There is nothing to approve here" in await answer.text()


async def test_a_stranger_to_the_form_cannot_answer_it(product: Served) -> None:
    """Kim knows the link and the number, and has a session with a form of its own."""
    asked = await asking(product)
    kim, _ = await approver(product, asked, "kim")
    for step, form in (("sign-in", {}), ("approve", {"number": asked.number}), ("deny", {})):
        page = await kim.go(f"{asked.page}/{step}", {"csrf": await csrf_of(product, "kim"), **form})
        assert is_gone(page), step
    await assert_not_approved(product, asked)


async def test_whoever_came_with_another_account_is_told_which_and_can_use_the_right_one(product: Served) -> None:
    asked = await asking(product)
    kim, page = await approver(product, asked, "kim")
    assert "Signed in as Kim" in page.text
    anew = re.search(r'href="(/sign-in[^"]+)"', page.text)
    assert anew
    kim.http.cookie_jar.clear(lambda cookie: "session" in cookie.key)  # the provider lets them be somebody else

    page = await kim.sign_in_at_provider(await kim.go(html.unescape(anew[1])), "morgan")

    assert "Do you approve this?" in page.text
    assert urlsplit(page.url).path == asked.page


async def csrf_of(product: Served, person: str) -> str:
    """As that person's own pages have it."""
    path = product.folder / "sparekey.db"
    with sqlite3.connect(path) as db:
        rows = db.execute("SELECT csrf FROM session WHERE person LIKE ?", (f"%{person}",)).fetchall()
    return str(rows[-1][0])


async def test_a_copy_of_the_approvers_session_approves_nothing_when_they_have_signed_in(product: Served) -> None:
    """A thief with the cookie lets the manager press "Sign in to approve" and is faster with the number."""
    asked = await asking(product)
    morgan, page = await approver(product, asked)
    thief = product.browser()
    thief.http.cookie_jar.update_cookies({one.key: one.value for one in morgan.http.cookie_jar})
    page = await stepped_up(morgan, asked, page)

    stolen = await approved(thief, asked, page)

    assert "You have approved it" not in stolen.text
    assert isinstance(await challenge_of(product, asked.link), Claimed)
    assert "You have approved it" in (await approved(morgan, asked, page)).text


async def test_without_a_fresh_sign_in_the_right_number_approves_nothing(product: Served) -> None:
    asked = await asking(product)
    morgan, page = await approver(product, asked)
    assert 'name="number"' not in page.text

    page = await approved(morgan, asked, page)

    assert "Sign in to approve" in page.text
    waits = await state(product, asked)
    assert isinstance(waits, Asked)
    assert waits.tries_left == approval.TRIES
    await assert_not_approved(product, asked)


MADE_EASIER = pytest.mark.parametrize(
    ("names", "since", "why"),
    [
        (("prompt", "max_age", "claims"), 30, "Please sign in once more"),
        (("prompt", "max_age"), 30, "Please sign in once more"),
        (("claims",), 0, "Please sign in with a second proof"),
    ],
    ids=["older and weaker", "older", "weaker"],
)
"""What somebody takes out of the way to the provider, how old the sign-in there is, and what the refusal says."""


@MADE_EASIER
async def test_a_fresh_sign_in_that_was_made_easier_on_the_way_permits_nothing(
    product: Served, clock: MovableClock, names: tuple[str, ...], since: int, why: str
) -> None:
    asked = await asking(product)
    morgan, page = await approver(product, asked)
    clock.ahead += timedelta(seconds=since)
    sent = await morgan.go(f"{asked.page}/sign-in", {"csrf": csrf_on(page)}, stop_at="/oidc/auth")

    page = await morgan.go(await callback_of(morgan, without(sent.url, *names), "morgan"))

    assert page.status == 403
    assert why in page.text
    assert 'name="number"' not in (await morgan.go(asked.page)).text


async def test_somebody_else_who_signs_in_for_the_manager_permits_nothing(product: Served) -> None:
    asked = await asking(product)
    morgan, page = await approver(product, asked)
    sent = await morgan.go(f"{asked.page}/sign-in", {"csrf": csrf_on(page)}, stop_at="/oidc/auth")
    morgan.http.cookie_jar.clear(lambda cookie: "session" in cookie.key)  # the provider has forgotten Morgan

    page = await morgan.go(await callback_of(morgan, sent.url, "kim"))

    assert "That was another account" in page.text
    assert [about["why"] for about in await facts(product, "approval.failed")] == ["another person"]
    await assert_not_approved(product, asked)


async def test_a_fresh_sign_in_counts_in_the_session_that_asked_for_it_alone(product: Served) -> None:
    asked = await asking(product)
    morgan, page = await approver(product, asked)
    elsewhere, _ = await approver(product, asked)
    sent = await morgan.go(f"{asked.page}/sign-in", {"csrf": csrf_on(page)}, stop_at="/oidc/auth")
    answer = await callback_of(morgan, sent.url, "morgan")
    everything_else = {one.key: one.value for one in morgan.http.cookie_jar if one.key != "__Host-sparekey"}
    elsewhere.http.cookie_jar.update_cookies(everything_else, URL(product.base))  # so that the session alone is another

    assert is_refused(await elsewhere.go(answer))
    assert 'name="number"' not in (await elsewhere.go(asked.page)).text
    assert 'name="number"' not in (await morgan.go(asked.page)).text


async def test_after_signing_out_a_returning_sign_in_permits_nothing(product: Served) -> None:
    """The browser is the same, the session is another."""
    asked = await asking(product)
    morgan, page = await approver(product, asked)
    sent = await morgan.go(f"{asked.page}/sign-in", {"csrf": csrf_on(page)}, stop_at="/oidc/auth")
    answer = await callback_of(morgan, sent.url, "morgan")
    await morgan.go("/sign-out", {})
    await morgan.go("/sign-in?next=/chat")

    assert is_refused(await morgan.go(answer))
    assert 'name="number"' not in (await morgan.go(asked.page)).text
    await assert_not_approved(product, asked)


async def test_a_replayed_answer_of_the_provider_permits_nothing_anew(product: Served) -> None:
    asked = await asking(product)
    morgan, page = await approver(product, asked)
    sent = await morgan.go(f"{asked.page}/sign-in", {"csrf": csrf_on(page)}, stop_at="/oidc/auth")
    answer = await callback_of(morgan, sent.url, "morgan")
    page = await morgan.go(answer)
    await approved(morgan, asked, page, other(asked.number))  # the permission is spent

    again = await morgan.go(answer)

    assert again.url.endswith(asked.page)
    assert 'name="number"' not in again.text


async def test_a_fresh_sign_in_is_good_for_one_number_and_not_for_long(product: Served, clock: MovableClock) -> None:
    asked = await asking(product)
    morgan, page = await permitted(product, asked)

    wrong = await approved(morgan, asked, page, other(asked.number))
    again = await approved(morgan, asked, page)

    assert "Tries left: 4" in wrong.text
    assert 'name="number"' not in again.text
    page = await stepped_up(morgan, asked, again)
    clock.ahead += approval.PERMISSION_LIVES
    assert 'name="number"' not in (await approved(morgan, asked, page)).text
    await assert_not_approved(product, asked)


async def test_the_fifth_wrong_number_ends_it_and_a_human_goes_on(product: Served) -> None:
    asked = await asking(product)
    morgan, page = await approver(product, asked)

    for _ in range(approval.TRIES):
        page = await stepped_up(morgan, asked, page)
        page = await approved(morgan, asked, page, other(asked.number))

    assert is_gone(page)
    await product.house.conductor.rest()
    assert "This link no longer works" in (await asked.alex.go(asked.link)).text
    assert "I could not confirm that it is you" in json.dumps(await asked.alex.heard())
    assert await facts(product, "approval.given") == []


# when it may


async def test_an_approval_of_a_link_that_was_replaced_opens_neither(product: Served) -> None:
    asked = await asking(product)
    morgan, page = await permitted(product, asked)
    await asked.alex.say("new link")
    await product.house.conductor.rest()

    page = await approved(morgan, asked, page)

    assert is_gone(page)
    fresh = link_of(await asked.alex.card())
    assert fresh != asked.link
    assert "Continue" in (await asked.alex.go(fresh)).text
    assert await facts(product, "approval.given") == []


@pytest.mark.parametrize(
    "subject",
    [standing.of_person(ALEX), standing.of_device("LAPTOP-ALEX"), standing.of_person(MORGAN)],
    ids=["the person", "the computer", "the approver"],
)
async def test_what_is_frozen_meanwhile_is_not_approved(product: Served, subject: str) -> None:
    asked = await asking(product)
    morgan, page = await permitted(product, asked)
    await product.house.conductor.handle(subject, standing.Frozen("not_me", ALEX, "one of them"), "frozen")

    assert is_gone(await approved(morgan, asked, page))
    assert is_gone(await morgan.go(asked.page))
    assert await facts(product, "approval.given") == await facts(product, "proof.accepted") == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE person SET enabled = 0 WHERE object_id = 'morgan'",
        "UPDATE person SET manager = 'kim' WHERE object_id = 'alex'",
        "UPDATE person SET manager = 'alex' WHERE object_id = 'morgan'",
    ],
    ids=["disabled", "no longer the manager", "led by the person"],
)
async def test_whoever_is_no_longer_the_manager_cannot_approve(product: Served, change: str) -> None:
    asked = await asking(product)
    morgan, page = await permitted(product, asked)
    await product.house.vault.file.execute(change)

    assert is_gone(await approved(morgan, asked, page))
    await assert_not_approved(product, asked)


async def test_parallel_approvals_give_one_grant(product: Served) -> None:
    asked = await asking(product)
    morgan, page = await permitted(product, asked)

    pages = await asyncio.gather(*(approved(morgan, asked, page) for _ in range(8)))

    assert any("You have approved it" in page.text for page in pages)
    assert len(await facts(product, "approval.given")) == 1
    assert len(await facts(product, "proof.accepted")) == 1


@pytest.mark.parametrize(("step", "says"), [("approve", "You have approved it"), ("deny", "Thank you. It is stopped")])
async def test_whoever_answered_sees_their_answer_again_and_nobody_else_does(
    product: Served, step: str, says: str
) -> None:
    asked = await asking(product)
    morgan, page = await permitted(product, asked)
    form = {"csrf": csrf_on(page)} | ({"number": asked.number} if step == "approve" else {})
    await morgan.go(f"{asked.page}/{step}", form)

    again = await morgan.go(asked.page)
    twice = await morgan.go(f"{asked.page}/{step}", form)
    _, foreign = await approver(product, asked, "noor")

    assert says in again.text
    assert says in twice.text
    assert is_gone(foreign)


async def test_asked_twice_it_asks_once(product: Served) -> None:
    alex, link = await proved(product)

    pages = await asyncio.gather(*(alex.go(f"{link}/approval", {"whom": "first"}) for _ in range(8)))

    await product.house.conductor.rest()
    assert len({number_on(page) for page in pages}) == 1
    assert len(product.notices.asked) == 1


async def test_nobody_is_asked_for_a_person_who_has_not_proved_the_rest(product: Served) -> None:
    alex = product.browser()
    await alex.enter()
    card = await alex.found_key()
    link = link_of(card)
    await alex.to_the_provider(card)

    page = await alex.go(f"{link}/approval", {"whom": "first"})

    assert "Sign in once more" in page.text
    assert product.notices.asked == []


async def test_another_browser_cannot_ask(product: Served) -> None:
    _, link = await proved(product)
    thief = product.browser()

    page = await thief.go(f"{link}/approval", {"whom": "first"})

    assert "open in another browser" in page.text
    assert product.notices.asked == []


# the other ways


async def test_no_needs_no_sign_in_alarms_the_desk_and_ends_the_link(product: Served) -> None:
    asked = await asking(product)
    morgan, page = await approver(product, asked)

    page = await morgan.go(f"{asked.page}/deny", {"csrf": csrf_on(page)})

    assert "Thank you. It is stopped" in page.text
    await product.house.conductor.rest()
    assert "This link no longer works" in (await asked.alex.go(asked.link)).text
    heard = json.dumps(await asked.alex.heard())
    assert "This was not approved" in heard
    assert [about["reason"] for about in await facts(product, "case.opened")] == ["denied"]
    assert [about["urgency"] for about in await facts(product, "case.opened")] == ["urgent"]


async def test_no_ends_every_open_link_of_the_person_and_the_other_conversation_is_told(product: Served) -> None:
    asked = await asking(product)
    elsewhere = product.browser()
    await elsewhere.enter()
    card = await elsewhere.found_key()
    before = await elsewhere.go(link_of(card))
    morgan, page = await approver(product, asked)

    await morgan.go(f"{asked.page}/deny", {"csrf": csrf_on(page)})
    await product.house.conductor.rest()

    assert (before.status, (await elsewhere.go(link_of(card))).status) == (200, 404)
    assert "So your links have ended, this one too" in json.dumps(await elsewhere.heard())
    assert [about["why"] for about in await facts(product, "link.ended")] == ["denied", "denied"]
    assert len(await product.house.store.flows("case")) == 1


async def test_another_site_cannot_deny_for_the_manager(product: Served) -> None:
    asked = await asking(product)
    morgan, page = await approver(product, asked)

    async with morgan.http.post(
        f"{product.base}{asked.page}/deny", data={"csrf": csrf_on(page)}, headers={"Sec-Fetch-Site": "cross-site"}
    ) as answer:
        assert answer.status == 403
    assert (await morgan.go(f"{asked.page}/deny", {"csrf": "guessed"})).status == 403
    assert isinstance(await state(product, asked), Asked)


async def test_whom_the_person_objected_to_cannot_approve_even_as_one_of_security(product: Served) -> None:
    await product.house.vault.file.execute("INSERT INTO membership VALUES ('morgan', 'security')")
    asked = await asking(product, "security")

    _, refused = await approver(product, asked, "morgan")
    noor, page = await permitted(product, asked, "noor")
    page = await approved(noor, asked, page)

    assert is_gone(refused)
    assert "You have approved it" in page.text
    assert product.notices.asked[-1][0] == "security"
    assert isinstance(await state(product, asked), Approved)


async def test_somebody_of_security_does_not_approve_for_themselves_nor_for_their_own_manager(product: Served) -> None:
    file = product.house.vault.file
    await file.execute("INSERT INTO membership VALUES ('alex', 'security')")
    asked = await asking(product, "security")
    assert is_gone(await asked.alex.go(asked.page))

    await file.execute("UPDATE person SET manager = 'alex' WHERE object_id = 'noor'")

    assert is_gone((await approver(product, asked, "noor"))[1])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE person SET manager = NULL WHERE object_id = 'alex'",
        "UPDATE person SET manager = 'alex' WHERE object_id = 'alex'",
        "UPDATE person SET manager = 'nobody' WHERE object_id = 'alex'",
        "UPDATE person SET enabled = 0 WHERE object_id = 'morgan'",
        "UPDATE person SET mail = '' WHERE object_id = 'morgan'",
        "UPDATE person SET manager = 'alex' WHERE object_id = 'morgan'",
        "UPDATE person SET manager = 'morgan' WHERE object_id = 'morgan'",
    ],
    ids=["none", "themselves", "unknown", "disabled", "without an address", "led by the person", "a ring"],
)
async def test_without_a_manager_who_can_security_is_asked(product: Served, change: str) -> None:
    alex, link = await proved(product)
    await product.house.vault.file.execute(change)

    page = await alex.go(f"{link}/approval", {"whom": "first"})

    await product.house.conductor.rest()
    assert "Security has got a message" in page.text
    assert [whom for whom, _ in product.notices.asked] == ["security"]
    assert (await facts(product, "approval.asked"))[0]["chosen_by"] == "no manager"


async def test_a_manager_who_is_frozen_is_not_asked_but_security(product: Served) -> None:
    """They would find nothing to approve, and the person would wait for half an hour."""
    await froze(product, MORGAN)

    asked = await asking(product)

    assert [whom for whom, _ in product.notices.asked] == ["security"]
    _, page = await approver(product, asked, "noor")
    assert not is_gone(page)


async def test_when_the_manager_is_frozen_after_they_were_asked_security_can_be_asked(product: Served) -> None:
    asked = await asking(product)
    await froze(product, MORGAN)

    page = await asked.alex.go(asked.link)
    assert "Call them" not in page.text
    page = await asked.alex.go(f"{asked.link}/approval", {"whom": "first"})

    await product.house.conductor.rest()
    assert "Security has got a message" in page.text
    assert [whom for whom, _ in product.notices.asked] == ["morgan", "security"]


async def test_without_manager_and_without_security_there_is_a_human(tmp_path: Path) -> None:
    async with served(tmp_path, sets=SET, security=False) as product:
        alex, link = await proved(product)
        await product.house.vault.file.execute("UPDATE person SET enabled = 0 WHERE object_id = 'morgan'")

        page = await alex.go(f"{link}/approval", {"whom": "first"})
        assert "Nobody can be asked" in page.text
        page = await alex.go(f"{link}/other", {"method": "approval"})

        assert "A colleague from the helpdesk has been told" in page.text
        assert product.notices.asked == []


async def test_two_taps_on_i_cannot_do_this_lead_to_the_approval(tmp_path: Path) -> None:
    sets = (("sign_in", "authenticator"), ("sign_in", "approval"))
    async with served(tmp_path, sets=sets, authenticator=True) as product:
        alex = product.browser()
        await alex.enter()
        card = await alex.found_key()
        page = await alex.sign_in_at_provider(await alex.to_the_provider(card), "alex")
        assert "authenticator app" in page.text
        link = link_of(card)

        await asyncio.gather(*(alex.go(f"{link}/other", {"method": "authenticator"}) for _ in range(2)))

        assert "Somebody has to approve" in (await alex.go(link)).text


async def test_where_security_is_not_named_nobody_can_object(tmp_path: Path) -> None:
    async with served(tmp_path, sets=SET, security=False) as product:
        alex, link = await proved(product)
        assert "Do not ask this person" not in (await alex.go(link)).text

        page = await alex.go(f"{link}/approval", {"whom": "security"})

        assert "Nobody can be asked" in page.text
        assert product.notices.asked == []


async def test_an_objection_that_cannot_be_asked_is_told_beside_the_number_that_still_counts(product: Served) -> None:
    asked = await asking(product)
    await counted(product, standing.of_approver(None), 60)

    page = await asked.alex.go(f"{asked.link}/approval", {"whom": "security"})

    assert urlsplit(page.url).path == urlsplit(asked.link).path  # so that nothing is posted again when it is looked at
    assert "Security cannot be asked at the moment" in page.text
    assert number_on(page) == asked.number
    assert "cannot be asked" not in (await asked.alex.go(asked.link)).text


async def counted(product: Served, subject: str, times: int) -> None:
    """So often today already. Each limit stands here as a number: whoever changes it shall notice."""
    for number in range(times):
        event = standing.ApprovalCounted(str(number), product.house.clock.now(), times)
        await product.house.conductor.handle(subject, event, f"counted/{number}")


@pytest.mark.parametrize(
    ("whom", "subject", "at_most", "says"),
    [
        ("first", standing.of_approver(MORGAN), 12, "Morgan Patel cannot be asked any more today"),
        ("security", standing.of_approver(None), 60, "Nobody can be asked"),
        ("first", standing.of_person(ALEX), 4, "Nobody can be asked"),
    ],
    ids=["the manager", "security", "by the person"],
)
async def test_nobody_is_asked_once_too_often_and_the_way_to_a_human_stays_open(
    product: Served, whom: str, subject: str, at_most: int, says: str
) -> None:
    await counted(product, subject, at_most)
    alex, link = await proved(product)

    page = await alex.go(f"{link}/approval", {"whom": whom})

    assert says in page.text
    assert product.notices.asked == []
    assert "has been told" in (await alex.go(f"{link}/other", {"method": "approval"})).text


@pytest.mark.parametrize(
    ("whom", "subject", "at_most"),
    [
        ("first", standing.of_approver(MORGAN), 12),
        ("security", standing.of_approver(None), 60),
        ("first", standing.of_person(ALEX), 4),
    ],
    ids=["the manager", "security", "by the person"],
)
async def test_the_last_request_of_a_day_is_still_asked(product: Served, whom: str, subject: str, at_most: int) -> None:
    await counted(product, subject, at_most - 1)

    await asking(product, whom)

    assert len(product.notices.asked) == 1


async def test_where_the_manager_was_asked_too_often_security_can_be_asked(product: Served) -> None:
    await counted(product, standing.of_approver(MORGAN), 12)
    alex, link = await proved(product)
    page = await alex.go(f"{link}/approval", {"whom": "first"})
    assert 'name="whom" value="security"' in page.text

    page = await alex.go(f"{link}/approval", {"whom": "security"})

    await product.house.conductor.rest()
    assert "Security has got a message" in page.text
    assert [whom for whom, _ in product.notices.asked] == ["security"]
