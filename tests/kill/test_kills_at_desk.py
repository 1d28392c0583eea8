"""The server is killed at writes of a release by two agents: one release, one view, no code twice, every notice once."""

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from bot.case_clocks import REMINDED_AFTER, RETURNED_AFTER
from tests.app.visitor import GROUPS, Visitor, spoken
from tests.desk.agent import CODE, CSRF, FORM
from tests.kill.survivor import Survivor
from tests.kill.test_kills import _assert_nothing_is_owed, _audited

WRITES, EVERY, AT_ONCE = 57, 3, 4
AGAIN = "You have signed in again for this case."
SILENCE = range(6, 23)
"""Writes from the opening of a case to its return from a silent agent."""
KEY = re.compile(r'name="key" value="([^"]+)"')
RELEASE = re.compile(r'name="release" value="([^"]+)"')


class Insistent:
    """A browser at the desk or at the short address that asks again after every death of the server."""

    def __init__(self, survivor: Survivor) -> None:
        http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.survivor, self.visitor = survivor, Visitor("", http)

    async def insist(self, step: Callable[[], Awaitable[str]]) -> str:
        async def once() -> str:
            self.visitor.base = self.survivor.person.base
            return await step()

        return await self.survivor.insist(once)

    async def page(self, path: str, form: dict[str, str] | None = None) -> str:
        status, text = await self.visitor.page(path, form)
        assert status < 500, text
        return html.unescape(text)

    async def seen(self, path: str, words: str) -> str:
        """Sooner or later the page says so by itself."""

        async def step() -> str:
            text = await self.page(path)
            assert words in text, text
            return text

        return await self.insist(step)

    async def until(self, path: str, words: str, deed: str, **fields: str) -> str:
        """Look; where the words do not stand yet, do it, and look again. A form that was sent is sent again as it was."""
        sent: list[str] = []

        async def step() -> str:
            text = await self.page(path)
            if words not in text:
                found, form, key = CSRF.search(text), FORM.search(text), KEY.search(text)
                if form and deed == "/desk/open" and not sent:
                    sent.append(form[1])
                given = {"csrf": found[1] if found else ""} | ({"form": sent[0]} if sent else {})
                given |= {"release": seen[1]} if (seen := RELEASE.search(text)) else {}
                given |= {"key": key[1]} if key and deed.endswith("release") else {}
                text = await self.page(deed, given | fields)
                self.survivor.pushed.value += 1
                text = text if words in text else await self.page(path)
            assert words in text, text
            return text

        return await self.insist(step)


async def _lost_phone(folder: Path, deaths: list[tuple[int, bool]]) -> int:
    async with Survivor(folder, deaths) as alex:
        dana, lee, phone = Insistent(alex), Insistent(alex), Insistent(alex)
        for agent, login in ((dana, "dana"), (lee, "lee")):
            await agent.insist(lambda agent=agent, login=login: _signed_in(agent, login))  # type: ignore[misc]  # of a loop
        await dana.until("/desk", "Case 1001", "/desk/open", login="alex")
        case, sure = "/desk/cases/1001", {"how": "in_person", "note": "badge"}
        await dana.until(case, "You have it.", f"{case}/take")
        await dana.until(case, AGAIN, f"{case}/sign-in")
        await dana.until(case, "Dana Fischer is sure", f"{case}/release", proof="none", **sure)
        await lee.until(case, AGAIN, f"{case}/sign-in")
        await lee.until(case, "Lee Tanaka is sure", f"{case}/agree", **sure)
        alex.pushed.value += 61
        text = await dana.until(case, "Make the code", f"{case}/sign-in")
        code = await dana.insist(lambda: _code(dana, case))
        alex.pushed.value += 1
        path = await phone.insist(lambda: _typed(phone, code))
        await phone.insist(lambda: phone.page(f"{path}/answer", {"somebody": "no"}))
        key = await phone.insist(lambda: _key(phone, path))
        await dana.until(case, "The key was shown to them.", f"{case}/take")
        died = alex.has_died
        for one in (dana, lee, phone):
            await one.visitor.http.close()
    told = await _audited(folder)
    assert key
    assert text
    for what in ("case.opened", "case.taken", "case.released", "proof.accepted", "key.shown"):
        assert told[what] == 1, (deaths, what, told)
    assert told["case.vouched"] == 2, (deaths, told)
    _assert_nothing_is_owed(folder)
    return died


async def _signed_in(one: Insistent, login: str) -> str:
    await one.visitor.sign_in(login)
    return login


async def _code(one: Insistent, case: str) -> str:
    """A code that was lost with the server is made anew."""
    text = await one.page(case)
    csrf = CSRF.search(text)
    found = CODE.search(await one.page(f"{case}/code", {"csrf": csrf[1] if csrf else ""}))
    assert found, text
    return found[1]


async def _typed(one: Insistent, code: str) -> str:
    await one.page("/k")
    async with one.visitor.http.post(f"{one.visitor.base}/k", data={"code": code}) as answer:
        assert "/unlock/" in answer.url.path, await answer.text()
        return answer.url.path


async def _key(one: Insistent, path: str) -> str:
    text = await one.page(f"{path}/show", {"nth": "1"})
    key = "-".join(GROUPS.findall(text))
    assert key, text
    return key


@pytest.mark.kill
@pytest.mark.timeout(900)
async def test_a_kill_at_a_write_of_a_release_by_two_agents_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(at: int, *, after: bool) -> int:
        async with gate:
            folder = tmp_path / f"{at}-{after}"
            folder.mkdir()
            return await _lost_phone(folder, [(at, after), (at % 5, not after)])

    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(run(at, after=at % 2 == 0)) for at in range(0, WRITES, EVERY)]
    assert sum(one.result() for one in runs) >= WRITES // EVERY


# talk

LINES, TALK_WRITES, TALK_EVERY = 6, 44, 4


async def _talk(folder: Path, deaths: list[tuple[int, bool]]) -> int:
    async with Survivor(folder, deaths) as kim:
        dana = Insistent(kim)
        await dana.insist(lambda: _signed_in(dana, "dana"))
        await kim.come_in("kim")
        await kim.say("human")
        await kim.hear("Your case number is 1001", hurry=1.0)
        case = "/desk/cases/1001"
        await dana.until(case, "You have it.", f"{case}/take")
        await kim.hear("Dana Fischer from the helpdesk has your case 1001 now", hurry=1.0)
        for n in range(LINES):
            await kim.say(f"question {n}.")
            await dana.insist(lambda n=n: _written(dana, case, f"answer {n}.", f"form {n}"))  # type: ignore[misc]  # of a loop
        await kim.hear(f"answer {LINES - 1}.", hurry=1.0)
        text = await dana.insist(lambda: dana.page(case))
        died = kim.has_died
        heard = " ".join(spoken(one) for one in kim.person.heard)
        await dana.visitor.http.close()
    for there in (text.partition("What is said")[2], heard):
        said = re.findall(r"(?:question|answer) \d\.", there)
        assert said == [f"{what} {n}." for n in range(LINES) for what in ("question", "answer")], (deaths, said)
    assert (await _audited(folder))["case.opened"] == 1
    _assert_nothing_is_owed(folder)
    return died


async def _written(one: Insistent, case: str, words: str, form: str) -> str:
    text = await one.page(case)
    csrf = CSRF.search(text)
    return await one.page(f"{case}/say", {"csrf": csrf[1] if csrf else "", "words": words, "form": form})


@pytest.mark.kill
@pytest.mark.timeout(900)
async def test_a_kill_at_a_write_of_a_talk_loses_no_line_doubles_none_and_keeps_their_order(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(at: int, *, after: bool) -> int:
        async with gate:
            folder = tmp_path / f"{at}-{after}"
            folder.mkdir()
            return await _talk(folder, [(at, after), (at % 5, not after)])

    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(run(at, after=at % 8 == 0)) for at in range(0, TALK_WRITES, TALK_EVERY)]
    assert sum(one.result() for one in runs) >= TALK_WRITES // TALK_EVERY


async def _silent_agent(folder: Path, deaths: list[tuple[int, bool]]) -> int:
    async with Survivor(folder, deaths) as kim:
        dana = Insistent(kim)
        await kim.come_in("kim")
        await kim.say("human")
        await kim.hear("Your case number is 1001")
        await dana.insist(lambda: _signed_in(dana, "dana"))
        case = "/desk/cases/1001"
        await dana.until(case, "You have it.", f"{case}/take")
        await kim.hear("Dana Fischer from the helpdesk has your case")
        kim.pushed.value += REMINDED_AFTER + 1
        await dana.seen(case, "The person has waited for your answer")
        kim.pushed.value += RETURNED_AFTER + 1
        await kim.hear("could not go on with your case 1001")
        await dana.seen(case, "Nobody has it yet.")
        heard = [spoken(one) for one in kim.person.heard if one["from"]["role"] == "bot"]
        died = kim.has_died
        await dana.visitor.http.close()
    assert sum("could not go on" in one for one in heard) == 1, (deaths, heard)
    told = await _audited(folder)
    for what in ("case.opened", "case.taken", "case.returned"):
        assert told[what] == 1, (deaths, what, told)
    _assert_nothing_is_owed(folder)
    return died


@pytest.mark.kill
@pytest.mark.timeout(900)
async def test_a_clock_that_a_killed_server_had_begun_still_returns_the_case_once(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(at: int, *, after: bool) -> int:
        async with gate:
            folder = tmp_path / f"{at}-{after}"
            folder.mkdir()
            return await _silent_agent(folder, [(at, after), (at % 5, not after)])

    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(run(at, after=at % 2 == 0)) for at in SILENCE]
    assert sum(one.result() for one in runs) >= len(SILENCE)


MERGE = range(10, 34, 2)
"""Writes from the opening of the second case to the words that come after they are one."""


async def _merged(folder: Path, deaths: list[tuple[int, bool]]) -> int:
    async with Survivor(folder, deaths) as kim:
        dana = Insistent(kim)
        await kim.come_in("kim")
        await kim.say("human")
        await kim.hear("Your case number is 1001", hurry=1.0)
        await dana.insist(lambda: _signed_in(dana, "dana"))
        await dana.until("/desk", "Case 1002", "/desk/open", login="kim")
        case = "/desk/cases/1002"
        await dana.until(case, "You have it.", f"{case}/take")
        await dana.until(case, "Merged into case 1002 by Dana Fischer.", f"{case}/merge", other="1001")
        await kim.hear("so they go on as case 1002", hurry=1.0)
        await kim.say("room 4")
        await dana.insist(lambda: _written(dana, case, "I come to you.", "a-form"))
        await kim.hear("I come to you.", hurry=1.0)
        text = await dana.seen(case, "room 4")
        heard = [spoken(one) for one in kim.person.heard if one["from"]["role"] == "bot"]
        died = kim.has_died
        await dana.visitor.http.close()
    assert text.count("room 4") == 1, (deaths, text)
    for once in ("so they go on as case 1002", "I come to you."):
        assert sum(once in one for one in heard) == 1, (deaths, heard)
    told = await _audited(folder)
    assert (told["case.opened"], told["case.merged"]) == (2, 1), (deaths, told)
    _assert_nothing_is_owed(folder)
    return died


@pytest.mark.kill
@pytest.mark.timeout(900)
async def test_a_kill_while_two_cases_become_one_loses_neither_and_tells_it_once(tmp_path: Path) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(at: int, *, after: bool) -> int:
        async with gate:
            folder = tmp_path / f"{at}-{after}"
            folder.mkdir()
            return await _merged(folder, [(at, after), (at % 5, not after)])

    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(run(at, after=at % 4 == 0)) for at in MERGE]
    assert sum(one.result() for one in runs) >= len(MERGE)
