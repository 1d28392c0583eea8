"""Releases on agents' word where people sign in at a real provider: beside an agent's word stands a fresh sign-in of one's own."""

import html
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import standing
from bot.domain.people import PersonId
from tests.app.visitor import GROUPS, link_of, number_of
from tests.desk.agent import CODE, CSRF, FORM, RELEASE, groups_on
from tests.sign_in.served import Browser, Page, Served, served

pytestmark = [pytest.mark.needs("provider"), pytest.mark.timeout(60)]
EXAMPLE = Path(__file__).parents[2] / "deployment" / "policy.example.toml"
ALEX = PersonId("demo", "alex")


@dataclass
class Later:
    """Our clock, which can be moved on."""

    by: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.fixture
def clock() -> Later:
    return Later()


@pytest.fixture
async def product(tmp_path: Path, clock: Later) -> AsyncIterator[Served]:
    """By the shipped policy, where a risk that nobody knows counts as low: then one agent is enough for most."""
    text = EXAMPLE.read_text("utf-8").replace('when_risk_unknown = "closed"', 'when_risk_unknown = "open"')
    (tmp_path / "policy.toml").write_text(text, "utf-8")
    async with served(tmp_path, clock=clock, agents_group="Helpdesk", policy_file=tmp_path / "policy.toml") as one:
        yield one


class Desk:
    """An agent's browser. Whoever is at it signs in again where the case asks for it."""

    def __init__(self, product: Served, browser: Browser, person: str) -> None:
        self.product, self.browser, self.person, self.csrf = product, browser, person, ""

    async def look(self, path: str = "/desk") -> Page:
        page = await self.browser.go(path)
        if found := CSRF.search(page.text):
            self.csrf = found[1]
        return page

    async def post(self, path: str, **fields: str) -> Page:
        page = await self.browser.go(path, {"csrf": self.csrf, **fields})
        await self.product.house.conductor.rest()
        return page

    async def open(self, login: str) -> Page:
        found = FORM.search((await self.look()).text)
        assert found
        return await self.post("/desk/open", login=login, form=found[1])

    async def sign_in_again(self, number: int = 1001) -> Page:
        page = await self.look(f"/desk/cases/{number}")
        if f"/desk/cases/{number}/sign-in" not in page.text:
            return page
        asked = await self.post(f"/desk/cases/{number}/sign-in")
        ahead = self.product.house.clock.now() - datetime.now(UTC)  # as if the provider's clock went with ours
        return await self.browser.sign_in_at_provider(asked, self.person, ago=-round(ahead.total_seconds()))

    async def release(self, proof: str, number: int = 1001) -> Page:
        await self.sign_in_again(number)
        devices = await self.product.house.vault.devices_of(ALEX)
        key = devices.devices[0].keys[0].key_ref
        return await self.post(f"/desk/cases/{number}/release", key=key, how="in_person", note="badge", proof=proof)

    async def read_aloud(self, number: int = 1001) -> Page:
        await self.sign_in_again(number)
        devices = await self.product.house.vault.devices_of(ALEX)
        fields = {"key": devices.devices[0].keys[0].key_ref, "how": "in_person", "note": "badge", "why": "no_device"}
        return await self.post(f"/desk/cases/{number}/read-aloud", **fields)

    async def read(self, number: int = 1001) -> str:
        await self.sign_in_again(number)
        return "-".join(groups_on((await self.post(f"/desk/cases/{number}/read")).text))

    async def agree(self, number: int = 1001) -> Page:
        seen = RELEASE.search((await self.sign_in_again(number)).text)
        assert seen
        return await self.post(
            f"/desk/cases/{number}/agree", release=seen[1], how="video_with_document", note="passport"
        )

    async def code(self, number: int = 1001) -> str:
        await self.sign_in_again(number)
        page = await self.post(f"/desk/cases/{number}/code")
        found = CODE.search(page.text)
        return found[1] if found else ""


def said(page: Page) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))


async def desk(product: Served, person: str) -> Desk:
    browser = product.browser()
    await browser.enter(person)
    one = Desk(product, browser, person)
    await one.look()
    return one


async def facts(product: Served, what: str) -> list[dict[str, str]]:
    records = [json.loads(record.line) async for record in product.house.store.audit()]
    return [record["about"] for record in records if record["what"] == what]


async def phone_with(product: Served, code: str) -> tuple[Browser, Page]:
    phone = product.browser()
    await phone.go("/k")
    return phone, await phone.go("/k", {"code": code})


async def handed_off(product: Served) -> Browser:
    alex = product.browser()
    await alex.enter()
    content = await alex.json("POST", "/chat/token")
    alex.token, alex.conversation = content["token"], content["conversationId"]
    await alex.json("POST", "/v3/directline/conversations", {"locale": "en"})
    await alex.say("agent")
    await product.house.conductor.rest()
    return alex


async def test_an_agents_word_and_a_fresh_sign_in_show_the_key_and_neither_does_alone(product: Served) -> None:
    alex = await handed_off(product)
    dana = await desk(product, "dana")
    await dana.post("/desk/cases/1001/take")
    await dana.release("own")
    card = await alex.card()
    link = link_of(card)
    before = await alex.go(link)
    await alex.go(f"{link}/claim", {})
    early = await alex.go(f"{link}/show", {"nth": "1"})

    await alex.sign_in_at_provider(await alex.go(f"{link}/sign-in", {"number": number_of(card)}), "alex")
    await alex.go(f"{link}/answer", {"somebody": "no"})
    shown = await alex.go(f"{link}/show", {"nth": "1"})

    assert "Continue" in before.text
    assert not GROUPS.search(early.text)
    assert GROUPS.search(shown.text)
    assert (await facts(product, "proof.accepted"))[0]["methods"] == "vouching sign_in"
    released = (await facts(product, "case.released"))[0]
    assert (released["sets"], released["agents"], released["rule"]) == ("sign_in+vouching", "1", "company-computer")


async def test_a_caller_types_the_code_and_signs_in_on_a_borrowed_phone_and_nobody_else_can(product: Served) -> None:
    dana = await desk(product, "dana")
    await dana.open("alex")
    await dana.release("own")
    code = await dana.code()
    phone, page = await phone_with(product, code)
    link = page.url.removeprefix(product.base)

    as_kim = await phone.sign_in_at_provider(await phone.go(f"{link}/sign-in", {"number": ""}), "kim")
    early = await phone.go(f"{link}/show", {"nth": "1"})
    phone.http.cookie_jar.clear(lambda cookie: "sparekey" not in cookie.key)  # Kim is signed out at the provider
    again = await phone.go(f"{link}/sign-in", {"number": ""})
    await phone.sign_in_at_provider(again, "alex")
    await phone.go(f"{link}/answer", {"somebody": "no"})
    shown = await phone.go(f"{link}/show", {"nth": "1"})

    assert 'name="number"' not in page.text
    assert as_kim.status == 403
    assert not GROUPS.search(early.text)
    assert GROUPS.search(shown.text)
    assert product.notices.widely == []


async def test_without_a_sign_in_it_takes_two_agents_all_addresses_and_ten_minutes(
    product: Served, clock: Later
) -> None:
    dana, lee = await desk(product, "dana"), await desk(product, "lee")
    await dana.open("alex")
    await dana.release("none")
    alone = await dana.code()
    await lee.agree()
    told = list(product.notices.widely)
    at_once = await dana.code()
    clock.by += timedelta(minutes=10)
    code = await dana.code()

    phone, page = await phone_with(product, code)
    link = page.url.removeprefix(product.base)
    await phone.go(f"{link}/answer", {"somebody": "no"})
    shown = await phone.go(f"{link}/show", {"nth": "1"})
    await product.house.conductor.rest()
    again = await phone.go(f"{link}/show", {"nth": "2"})

    assert alone == at_once == ""
    assert [what for _, what, _ in told] == ["key_released"]
    assert GROUPS.search(shown.text)
    assert not GROUPS.search(again.text)
    assert [what for _, what, _ in product.notices.widely] == ["key_released", "key_shown"]
    assert (await facts(product, "proof.accepted"))[0]["methods"] == "vouching second_agent"


async def test_this_was_not_me_within_the_wait_stops_a_release(product: Served, clock: Later) -> None:
    dana, lee = await desk(product, "dana"), await desk(product, "lee")
    await dana.open("alex")
    await dana.release("none")
    await lee.agree()
    link = product.notices.widely[0][2]
    asked = await product.browser().go(link)
    await product.browser().go(link, {})
    clock.by += timedelta(minutes=10)

    code = await dana.code()

    assert code == ""
    assert "is about to release it" in asked.text
    assert "was shown" not in asked.text
    state = await product.house.conductor.state(standing.of_person(ALEX))
    assert isinstance(state, standing.Standing)
    assert state.frozen == "not_me"


async def test_for_an_administrator_two_agents_stand_beside_the_sign_in(product: Served) -> None:
    await product.house.vault.file.execute("INSERT INTO membership VALUES ('alex', 'administrators')", ())
    dana, lee = await desk(product, "dana"), await desk(product, "lee")
    await dana.open("alex")
    await dana.release("own")
    alone = await dana.code()
    await lee.agree()

    code = await dana.code()

    assert alone == ""
    assert code
    assert (await facts(product, "case.released"))[0]["sets"] == "sign_in+vouching+second_agent"


@pytest.mark.parametrize("becomes_one", [False, True])
async def test_one_agents_code_is_worth_nothing_for_whoever_is_an_administrator_by_now(
    product: Served, *, becomes_one: bool
) -> None:
    dana = await desk(product, "dana")
    await dana.open("alex")
    await dana.release("own")
    code = await dana.code()
    if becomes_one:
        await product.house.vault.file.execute("INSERT INTO membership VALUES ('alex', 'administrators')", ())

    _, page = await phone_with(product, code)

    assert code
    assert page.status == (422 if becomes_one else 200)


async def test_as_shipped_an_account_whose_risk_nobody_knows_takes_two_agents(tmp_path: Path) -> None:
    async with served(tmp_path, agents_group="helpdesk") as product:
        dana = await desk(product, "dana")
        await dana.open("alex")

        page = await dana.release("own")

        assert "A second agent has to see the person too." in said(page)
        assert await dana.code() == ""


async def test_where_no_group_of_agents_is_named_there_is_no_desk(tmp_path: Path) -> None:
    async with served(tmp_path) as product:
        browser = product.browser()
        await browser.enter("dana")

        pages = [await browser.go(path) for path in ("/desk", "/desk/cases/1", "/k")]

    assert [page.status for page in pages] == [404, 404, 404]


async def test_where_no_group_of_supervisors_is_named_there_is_no_page_for_them(tmp_path: Path) -> None:
    async with served(tmp_path, agents_group="helpdesk") as product:
        browser = product.browser()
        await browser.enter("dana")

        pages = [await browser.go(path) for path in ("/desk/search", "/desk/searches")]

    assert [page.status for page in pages] == [200, 404]
    assert "/desk/searches" not in pages[0].text


async def test_a_key_is_read_aloud_after_two_fresh_sign_ins_all_addresses_and_ten_minutes_once(
    product: Served, clock: Later
) -> None:
    dana, lee = await desk(product, "dana"), await desk(product, "lee")
    await dana.open("alex")
    await dana.read_aloud()
    await lee.agree()
    at_once = await dana.read()
    clock.by += timedelta(minutes=10)
    of_another = await lee.read()

    key, again = await dana.read(), await dana.read()
    await product.house.conductor.rest()

    assert (at_once, of_another, again) == ("", "", "")
    assert len(key.split("-")) == 8
    assert [what for _, what, _ in product.notices.widely] == ["key_released", "key_read_aloud"]
    assert [about["why"] for about in await facts(product, "key.read_aloud")] == ["no_device"]


@pytest.mark.parametrize("when", ["before", "after the agreement"])
async def test_nobody_reads_the_key_of_an_administrator_aloud(product: Served, clock: Later, when: str) -> None:
    dana, lee = await desk(product, "dana"), await desk(product, "lee")
    await dana.open("alex")
    becomes = "INSERT INTO membership VALUES ('alex', 'administrators')"
    if when == "before":
        await product.house.vault.file.execute(becomes, ())
    proposed = await dana.read_aloud()
    if when != "before":
        await lee.agree()
        await product.house.vault.file.execute(becomes, ())
    clock.by += timedelta(minutes=10)

    key = await dana.read()

    assert key == ""
    assert ("read this key aloud" in said(proposed)) is (when == "before")
    assert await facts(product, "key.read_aloud") == []
