"""Who may do what at the desk, as a table: each deed is tried by everybody on a case that is ready for it."""

import json
import re
from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path
from typing import Literal

import pytest

from bot import standing
from bot.case_file import Filed, case_of
from bot.domain.people import PersonId
from tests.app.living import Living, living, unhurried
from tests.desk.agent import AtDesk, at_desk, chatted
from tests.domain.images import png

Actor = Literal["nobody", "employee", "holder", "colleague", "removed", "manager", "supervisor"]
ACTORS: tuple[Actor, ...] = ("nobody", "employee", "holder", "colleague", "removed", "manager", "supervisor")
SIGN_IN, NO_AGENT, REFUSED, DONE = "sign in", "no agent", "refused", "done"
LED = "led to the one page of the desk that is theirs"
# deed: for nobody, an employee, the agent who has the case, another agent, an agent of a minute ago, the person's manager
RIGHTS = {
    "queue": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "find": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "case": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "numbers": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "numbers-csv": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "sign-in": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "take": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "queue-live": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "calls": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "case-live": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "say": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "typing": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "put-back": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "keep": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "end-shift": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "close": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "release": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "agree": (SIGN_IN, NO_AGENT, REFUSED, DONE, NO_AGENT, REFUSED),
    "withdraw": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "code": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "read-aloud": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "agree-aloud": (SIGN_IN, NO_AGENT, REFUSED, DONE, NO_AGENT, REFUSED),
    "read": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "read-lit": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "read-ended": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "remove-app": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "thaw": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "picture": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "note": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "hand-over": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "to-team": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "reopen": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "merge": (SIGN_IN, NO_AGENT, DONE, REFUSED, NO_AGENT, REFUSED),
    "open": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "search-form": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "search": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "search-open": (SIGN_IN, NO_AGENT, DONE, DONE, NO_AGENT, DONE),
    "searches": (SIGN_IN, NO_AGENT, NO_AGENT, NO_AGENT, NO_AGENT, NO_AGENT),
}
ROUTES = {
    "queue": "GET /desk",
    "find": "GET /desk/cases",
    "case": "GET /desk/cases/{number}",
    "numbers": "GET /desk/numbers",
    "numbers-csv": "GET /desk/numbers.csv",
    "picture": "GET /desk/cases/{number}/pictures/{picture}",
    "queue-live": "GET /desk/live",
    "calls": "GET /desk/calls",
    "case-live": "GET /desk/cases/{number}/live",
    "agree-aloud": "POST /desk/cases/{number}/agree",
    "read-lit": "GET /desk/cases/{number}/read",
    "end-shift": "POST /desk/end-shift",
    "open": "POST /desk/open",
    "search-form": "GET /desk/search",
    "search": "POST /desk/search",
    "search-open": "POST /desk/search/open",
    "searches": "GET /desk/searches",
}
"""Where a deed's name does not say it."""
LOOKS = {deed for deed, route in ROUTES.items() if route.startswith("GET")}
READINGS = {"agree-aloud", "read", "read-lit", "read-ended"}
OF_SUPERVISORS = {"searches"}
"""What supervisors may, and all that they may unless they are agents."""
PERSON = {
    "employee": "kim",
    "holder": "dana",
    "colleague": "lee",
    "removed": "lee",
    "manager": "sam",
    "supervisor": "morgan",
}
"""Sam is made an agent and Alex's manager; the first second agent is Robin, so that Lee is nobody's second yet."""


def route_of(deed: str) -> str:
    return ROUTES.get(deed, f"POST /desk/cases/{{number}}/{deed}")


def path_of(deed: str) -> str:
    return route_of(deed).partition(" ")[2].replace("{number}", "1001")


async def path_of_picture(house: Living) -> str:
    """Of the one that waits for Dana."""
    dana = await at_desk(house, "dana")
    await dana.look("/desk/cases/1001")
    found = re.search(r'src="1001(/pictures/[^"]+)"', dana.page)
    return f"/desk/cases/1001{found[1] if found else '/pictures/' + 16 * 'x'}"


TEAMS = """\
[[team]]
name = "Macs"
platforms = ["mac"]
time_zone = "UTC"
open.saturday = ["00:00-24:00"]
[[team]]
name = "Front desk"
time_zone = "UTC"
open.saturday = ["00:00-24:00"]
"""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Living]:
    """Of two teams, and with pictures; whoever is in which, the rights are the same."""
    (tmp_path / "hours.toml").write_text(TEAMS, "utf-8")
    switched = {"hours_file": tmp_path / "hours.toml", "relay_images": True}
    async with living(tmp_path, unhurried().model_copy(update=switched)) as one:
        yield one


def expected(deed: str, actor: Actor) -> str:
    if actor == "supervisor":
        if deed == "queue":
            return LED
        return DONE if deed in OF_SUPERVISORS else NO_AGENT
    return RIGHTS[deed][ACTORS.index(actor)]


async def in_group(house: Living, login: str, *, is_in: bool = True) -> None:
    statement = (
        "INSERT OR IGNORE INTO membership VALUES (?, 'helpdesk')"
        if is_in
        else "DELETE FROM membership WHERE object_id = ?"
    )
    await house.house.vault.file.execute(statement, (login,))


async def ready_for(house: Living, deed: str) -> None:
    """Case 1001 is Alex's, and stands where the deed would go through for whoever may do it."""
    await in_group(house, "sam")
    await in_group(house, "robin")
    await house.house.vault.file.execute("UPDATE person SET manager = 'sam' WHERE login = 'alex'", ())
    dana = await at_desk(house, "dana")
    if deed in ("say", "picture"):
        visitor = house.visitor()
        await visitor.sign_in("alex")
        await visitor.enter()
        await visitor.say("human")
        await visitor.until("Your case number is 1001")
        await dana.take(1001)
        if deed == "picture":
            await visitor.until("You can also send Dana Fischer a picture here")
            await visitor.picture("", png())
        return
    await dana.open("alex")
    if deed in ("agree", "withdraw", "code"):
        await dana.release(1001, "alex", lost_phone=True)
    if deed == "code":
        await (await at_desk(house, "robin")).agree(1001)
        await house.pass_time(61)
    if deed in READINGS:
        await dana.read_aloud(1001, "alex")
    if deed in READINGS - {"agree-aloud"}:
        await (await at_desk(house, "robin")).agree(1001)
        await house.pass_time(61)
    if deed in ("read-lit", "read-ended"):
        await dana.read(1001)
    if deed == "reopen":
        await dana.do(1001, "close", outcome="solved")
    if deed == "merge":
        await dana.open("alex")
    if deed == "take":
        await dana.do(1001, "put-back")
    if deed == "thaw":
        await chatted(house, "alex", "my laptop was stolen")


async def looked(house: Living, agent: AtDesk, deed: str) -> None:
    match deed:
        case "queue-live" | "case-live" | "calls":
            await agent.listen(path_of(deed))
        case "picture":
            await agent.see(await path_of_picture(house))
            agent.went[-1] = route_of(deed).replace("{number}", "1001")
        case "find":
            await agent.find("1001")
        case _:
            await agent.look(path_of(deed), by_itself=deed == "read-lit")


async def tried(house: Living, agent: AtDesk, deed: str) -> str:
    match deed:
        case _ if deed in LOOKS:
            await looked(house, agent, deed)
        case "say":
            await agent.do(1001, "say", words="hello", form="a-form")
        case "search":
            await agent.search(await agent.key_id_of("LAPTOP-ALEX"))
        case "search-open":
            await agent.post("/desk/search/open", person="demo/kim", form="a-form")
        case "note":
            await agent.do(1001, "note", words="asked for the manager", form="a-form")
        case "hand-over":
            await agent.do(1001, "hand-over", to="robin", words="knows the building", form="a-form")
        case "to-team":
            await agent.do(1001, "to-team", team="Macs", words="a Mac after all", form="a-form")
        case "merge":
            await agent.do(1001, "merge", other="1002")
        case "open":
            await agent.post("/desk/open", login="kim", form="a-form")
        case "end-shift":
            await agent.post("/desk/end-shift")
        case "release":
            await agent.release(1001, "alex")
        case "agree" | "agree-aloud":
            await agent.agree(1001)
        case "read-aloud":
            await agent.read_aloud(1001, "alex")
        case "read":
            await agent.read(1001)
        case "read-ended":
            await agent.do(1001, deed, worked="yes")
        case "code":
            await agent.code(1001)
        case "remove-app":
            await agent.remove_app(1001, "alex")
        case "thaw":
            await agent.thaw(1001)
        case "close":
            await agent.do(1001, deed, outcome="solved")
        case _:
            await agent.do(1001, deed)
    if "Who are you?" in agent.page:
        return SIGN_IN
    if deed == "queue" and "<h1>Searches and releases</h1>" in agent.page:
        return LED
    assert deed != "code" or (agent.status == 200) is ("desk-code" in agent.page)
    assert deed != "read" or (agent.status == 200) is ('class="signs ' in agent.page)
    return {200: DONE, 204: DONE, 303: DONE, 403: NO_AGENT, 409: REFUSED}[agent.status]


async def test_every_route_of_the_desk_is_in_the_table(house: Living) -> None:
    routes = {
        f"{route.method} {route.resource.canonical}" for route in house.house.app.router.routes() if route.resource
    }

    assert {route_of(deed) for deed in RIGHTS} == {one for one in routes if one.partition(" ")[2].startswith("/desk")}


@pytest.mark.parametrize(("deed", "actor"), list(product(RIGHTS, ACTORS)), ids=str)
async def test_everybody_may_do_what_the_table_says_and_nothing_else(house: Living, deed: str, actor: Actor) -> None:
    await ready_for(house, deed)
    agent = AtDesk(house, house.visitor()) if actor == "nobody" else await at_desk(house, PERSON[actor])
    if actor == "removed":
        await in_group(house, "lee", is_in=False)
        house.clock.advance(61)
    before = await house.house.conductor.state(case_of(1001))

    happened = await tried(house, agent, deed)

    assert agent.went[-1] == route_of(deed).replace("{number}", "1001")
    assert happened == expected(deed, actor), agent.text
    if happened != DONE:
        assert await house.house.conductor.state(case_of(1001)) == before
        assert isinstance(before, Filed)
        assert happened in (REFUSED, SIGN_IN) or before.case.name not in agent.text


@pytest.mark.parametrize("deed", [deed for deed in RIGHTS if deed not in LOOKS])
async def test_no_deed_is_done_with_a_form_of_another_session(house: Living, deed: str) -> None:
    await ready_for(house, deed)
    dana, lee = await at_desk(house, "dana"), await at_desk(house, "lee")
    before = await house.house.conductor.state(case_of(1001))

    dana.csrf = lee.csrf
    await tried(house, dana, deed)

    assert dana.status == 403
    assert await house.house.conductor.state(case_of(1001)) == before


async def test_rights_that_cannot_be_looked_up_are_none(house: Living) -> None:
    dana = await at_desk(house, "dana")
    house.clock.advance(61)
    await house.house.vault.file.execute("DELETE FROM groups_known", ())

    status = await dana.look()

    assert status == 503


async def test_a_word_is_worth_nothing_once_its_agent_is_out_of_the_group_even_within_the_minute(house: Living) -> None:
    await ready_for(house, "code")
    dana = await at_desk(house, "dana")
    await in_group(house, "robin", is_in=False)

    code = await dana.code(1001)

    assert code == ""
    assert dana.status == 403


async def test_an_agent_who_was_disabled_is_none(house: Living) -> None:
    dana = await at_desk(house, "dana")
    await house.house.vault.file.execute("UPDATE person SET enabled = 0 WHERE login = 'dana'", ())
    house.clock.advance(61)

    assert await dana.look() == 403


async def froze(house: Living, login: str) -> None:
    """Somebody of that name said that it was not them."""
    person = PersonId("demo", login)
    event = standing.Frozen("not_me", person, f"person {person}")
    await house.house.conductor.handle(standing.of_person(person), event, f"frozen/{login}")
    await house.settle()


@pytest.mark.parametrize("deed", RIGHTS)
async def test_a_frozen_agent_is_none_even_within_the_minute(house: Living, deed: str) -> None:
    await ready_for(house, deed)
    login = "morgan" if deed in OF_SUPERVISORS else "lee" if deed.startswith("agree") else "dana"
    agent = await at_desk(house, login)
    await froze(house, login)
    before = await house.house.conductor.state(case_of(1001))

    happened = await tried(house, agent, deed)

    assert happened == NO_AGENT
    assert "Your own account is blocked here" in agent.text
    assert await house.house.conductor.state(case_of(1001)) == before


@pytest.mark.parametrize("deed", ["agree", "code", "agree-aloud", "read"])
async def test_a_word_is_worth_nothing_once_its_agent_is_frozen(house: Living, deed: str) -> None:
    await ready_for(house, deed)
    first, other = ("dana", "lee") if deed.startswith("agree") else ("robin", "dana")
    agent = await at_desk(house, other)
    await froze(house, first)

    happened = await tried(house, agent, deed)

    after = await house.house.conductor.state(case_of(1001))
    assert happened == REFUSED
    assert isinstance(after, Filed)
    assert (after.release, after.heard[-1]) == (None, "agent_frozen")
    await agent.look("/desk/cases/1001")
    assert "An agent who was sure is blocked themselves" in agent.text


@pytest.mark.parametrize("deed", ["release", "agree", "code", "read-aloud", "agree-aloud", "read"])
async def test_no_way_leads_to_the_key_of_a_computer_that_is_a_personal_one_now(house: Living, deed: str) -> None:
    await ready_for(house, deed)
    agent = await at_desk(house, "lee" if deed.startswith("agree") else "dana")
    await agent.sign_in_again(1001)
    key = await agent.key_of("alex")
    await house.house.vault.file.execute("UPDATE device SET ownership = 'personal' WHERE name = 'LAPTOP-ALEX'", ())
    before = await house.house.conductor.state(case_of(1001))

    happened = await tried(house, agent, deed)
    await agent.look("/desk/cases/1001")

    assert happened == REFUSED
    assert await house.house.conductor.state(case_of(1001)) == before
    assert key not in agent.page


async def test_an_app_that_an_agent_removes_proves_nothing_and_its_owner_is_told(house: Living) -> None:
    alex = PersonId("demo", "alex")
    dana = await at_desk(house, "dana")
    await dana.open("alex")

    await dana.remove_app(1001, "alex")
    await house.settle()

    assert await house.house.authenticator.enrolled(alex) is None
    assert "Remove the app" not in dana.page
    async with dana.visitor.http.get(f"{house.base}/demo/phone/alex", headers={"Accept": "text/html"}) as answer:
        phone = await answer.text()
    assert "the authenticator app was removed" in phone
    facts = [json.loads(record.line) async for record in house.house.store.audit()]
    assert [fact["about"]["case"] for fact in facts if fact["what"] == "authenticator.removed_by_desk"] == ["1001"]
