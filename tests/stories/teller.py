"""Reads a story and lives it: each line is a step against the running house, over HTTP.

    Alex comes in                          signs in and opens the chat
    Alex: some words                       types them; {key id of LAPTOP-ALEX} and {first 8 of …} are filled in
    Alex presses worked                    presses the button of that name
      Bot: some words                      the bot says something with these words in it, after everything heard before
      Bot does not say: some words         and has not said this
    # …                                    a remark
Everything else is one of the phrases in `PHRASES`.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot import standing
from bot.case_file import Filed
from bot.keychange import rotation_of
from bot.limits import Moment
from bot.ports.store import Turn
from bot.wiring import codec
from tests.app.living import Living, unhurried
from tests.app.visitor import Visitor, link_of, number_of, spoken
from tests.desk.agent import AtDesk
from tests.domain.images import png
from tests.stories import agents_in_teams, at_desk
from tests.stories.phrases import PHRASES, phrase
from tests.teams.teammate import Teammate
from tests.tickets.servicenow import failure


@dataclass
class Telling:
    living: Living
    visitors: dict[str, Visitor] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    page: str = ""
    status: int = 0
    text: str = ""
    key: str = ""
    keys: list[str] = field(default_factory=list)
    who: str = ""
    approve: str = ""
    number: str = ""
    agents: dict[str, AtDesk] = field(default_factory=dict)
    at_desk: str = ""
    code: str = ""
    stolen_code: str = ""
    photo: str = ""
    seen: bytes = b""
    codes: list[str] = field(default_factory=list)
    said: int = 0
    elsewhere: dict[str, tuple[Visitor, int]] = field(default_factory=dict)

    async def line(self, line: str) -> None:
        words = line.strip()
        if not words or words.startswith("#"):
            return
        for pattern, step in (*agents_in_teams.OF_AGENTS, *at_desk.OF_THE_DESK, *PHRASES):
            if match := pattern.fullmatch(words):
                await step(self, match)
                return
        raise AssertionError(f"nobody understands: {words}")

    @property
    def visitor(self) -> Visitor:
        return self.visitors[self.who]

    @property
    def teammate(self) -> Teammate:
        found = self.visitor
        assert isinstance(found, Teammate)
        return found

    async def filled(self, words: str) -> str:
        for blank in re.findall(r"\{[^}]+\}", words):
            words = words.replace(blank, await self.fact(blank[1:-1]))
        return words

    async def fact(self, name: str) -> str:
        if name == "the key":
            return self.key
        if name == "a stored key":
            return (await self.living.keys())[0]
        found = re.fullmatch(r"(?:(first|next|misread) (\d+) of |(older|data) )?key id of ([\w-]+)|([\w-]+) key", name)
        assert found, name
        how, count, which, device, _ = found.groups()
        digits = (await self.key_id(device, which)).replace("-", "")
        match how:
            case "first":
                return digits[: int(count)]
            case "next":
                return digits[8 : 8 + int(count)]
            case "misread":
                return misread(digits[: int(count)])
            case _:
                return digits

    async def key_id(self, device_name: str, which: str | None) -> str:
        if which is None:
            computer = await self.living.house.computers.named(device_name)
            assert computer
            assert computer.key_id
            return computer.key_id
        for device in (await self.living.house.vault.devices_of(await self.person())).devices:
            for card in device.keys:
                is_it = card.drive == "data" if which == "data" else card.drive == "system" and not card.current
                if device.name == device_name and is_it:
                    assert card.key_id
                    return card.key_id
        raise AssertionError(which)

    async def person(self) -> Any:
        found = await self.living.house.vault.by_login(self.who.lower())
        assert found
        return found.id

    async def card(self) -> dict[str, Any]:
        await self.visitor.poll()
        cards = [one for one in self.visitor.heard if one.get("attachments")]
        assert cards, [spoken(one) for one in self.visitor.heard]
        return cards[-1]

    async def go(self, path: str, form: dict[str, str] | None = None) -> None:
        await self.go_as(self.who, path, form)

    async def go_as(self, name: str, path: str, form: dict[str, str] | None = None) -> None:
        """Somebody else beside the one whose story it is."""
        self.status, self.text = await self.visitors[name].page(path, form)
        await self.living.settle()

    def method(self) -> str:
        """What the page asks for."""
        found = re.search(r'name="method" value="(\w+)"', self.text)
        assert found, self.text
        return found[1]

    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.text)
        assert found, self.text
        return found[1]


LOOK_ALIKE = {
    "8": "B",
    "B": "8",
    "0": "D",
    "D": "0",
    "5": "S",
    "E": "F",
    "F": "E",
    "1": "7",
    "7": "1",
    "3": "8",
    "6": "8",
    "C": "0",
    "2": "Z",
    "4": "A",
    "A": "4",
    "9": "A",
}


def misread(digits: str) -> str:
    """The last hex look-alike in it swapped."""
    for place in range(len(digits) - 1, -1, -1):
        other = LOOK_ALIKE[digits[place]]
        if other in "0123456789ABCDEF":
            return digits[:place] + other + digits[place + 1 :]
    raise AssertionError(digits)


@phrase(r"(\w+) comes in(?: in (German))?(?: privately)?")
async def comes_in(telling: Telling, match: re.Match[str]) -> None:
    telling.who = match[1]
    visitor = telling.visitors[match[1]] = telling.living.visitor()
    await visitor.sign_in(match[1].lower(), private="privately" in match[0])
    await visitor.enter("de-DE" if match[2] else "en-US")
    telling.read[match[1]] = 0
    await telling.living.settle()


@phrase(r"(\w+) installs the bot in Teams(?: in (German))?")
async def installs(telling: Telling, match: re.Match[str]) -> None:
    await meets_in_teams(telling, match[1])
    await telling.teammate.install("de-DE" if match[2] else "en-US")
    await telling.living.settle()


@phrase(r"(\w+) has the bot in Teams")
async def has_the_bot(telling: Telling, match: re.Match[str]) -> None:
    await meets_in_teams(telling, match[1])


@phrase(r"(\w+) opens Teams as well")
async def opens_teams_as_well(telling: Telling, match: re.Match[str]) -> None:
    """The same person, in two chats at once."""
    telling.elsewhere[match[1]] = telling.visitors[match[1]], telling.read[match[1]]
    await meets_in_teams(telling, match[1])
    await telling.teammate.install()
    await telling.living.settle()


@phrase(r"(\w+) turns to the other chat")
async def turns_to_the_other_chat(telling: Telling, match: re.Match[str]) -> None:
    telling.who = name = match[1]
    here = telling.visitors[name], telling.read[name]
    telling.visitors[name], telling.read[name] = telling.elsewhere[name]
    telling.elsewhere[name] = here


async def meets_in_teams(telling: Telling, name: str) -> None:
    telling.who = name
    telling.visitors[name] = telling.living.teammate(name.lower())
    telling.read[name] = 0


@phrase(r"(\w+) presses (\S+) in an old client")
async def presses_in_an_old_client(telling: Telling, match: re.Match[str]) -> None:
    telling.who = match[1]
    await telling.teammate.poll()
    await telling.teammate.submit(match[2])
    await telling.living.settle()


@phrase(r"(\w+) sends a picture(?: and says: (.*))?")
async def sends_a_picture(telling: Telling, match: re.Match[str]) -> None:
    telling.who = match[1]
    assert await telling.visitor.picture(match[2] or "") == 200
    await telling.living.settle()


@phrase(r"(\w+) sends a photo(?: and says: (.*))?")
async def sends_a_photo(telling: Telling, match: re.Match[str]) -> None:
    telling.who = match[1]
    assert await telling.visitor.picture(match[2] or "", png()) == 200
    await telling.living.settle()


@phrase(r"(\w+) comes back")
async def comes_back(telling: Telling, match: re.Match[str]) -> None:
    await telling.visitors[match[1]].enter()


@phrase(r"(\w+) signs out everywhere from another computer")
async def signs_out_everywhere(telling: Telling, match: re.Match[str]) -> None:
    elsewhere = telling.living.visitor()
    await elsewhere.sign_in(match[1].lower())
    await elsewhere.page("/sign-out-everywhere", {})
    await telling.living.settle()


@phrase(r"Bot: (.*)")
async def bot_says(telling: Telling, match: re.Match[str]) -> None:
    words = await telling.filled(match[1])
    await telling.visitor.poll()
    heard = [spoken(one) for one in telling.visitor.heard]
    for place in range(telling.read[telling.who], len(heard)):
        if words in heard[place] and telling.visitor.heard[place]["from"]["role"] == "bot":
            telling.read[telling.who] = place + 1
            return
    raise AssertionError(f"not heard after that: {words!r}; heard: {heard[telling.read[telling.who] :]}")


@phrase(r"Bot does not say: (.*)")
async def bot_does_not_say(telling: Telling, match: re.Match[str]) -> None:
    await telling.visitor.poll()
    words = await telling.filled(match[1])
    assert not [one for one in telling.visitor.heard if words in spoken(one) and one["from"]["role"] == "bot"]


@phrase(r"Bot says nothing more")
async def bot_says_nothing_more(telling: Telling, _match: re.Match[str]) -> None:
    await telling.visitor.poll()
    rest = telling.visitor.heard[telling.read[telling.who] :]
    assert not [spoken(one) for one in rest if one["from"]["role"] == "bot"]


@phrase(r"(\w+) presses (\S+)")
async def presses(telling: Telling, match: re.Match[str]) -> None:
    telling.who = match[1]
    await telling.visitor.poll()
    await telling.visitor.press(match[2])
    await telling.living.settle()


@phrase(r"(\w+) opens the link(?: in another browser)?")
async def opens(telling: Telling, match: re.Match[str]) -> None:
    card = await telling.card()
    if "another" in match[0]:
        telling.visitors[match[1]] = telling.living.visitor()
        telling.read[match[1]] = 0
    telling.page = link_of(card)
    await telling.go(telling.page)


@phrase(r"(\w+) continues")
async def continues(telling: Telling, _match: re.Match[str]) -> None:
    await telling.go(f"{telling.page}/claim", {})


@phrase(r"(\w+) proves it(?: with (a wrong code|a wrong number))?")
async def proves(telling: Telling, match: re.Match[str]) -> None:
    telling.living.clock.advance(30)  # a code is good once
    number, code = number_of(await telling.card()), await telling.visitor.code(match[1].lower())
    if match[2] == "a wrong code":
        code = f"{(int(code) + 1) % 1_000_000:06}"
    if match[2] == "a wrong number":
        number = str(10 + (int(number) + 1) % 90)
    await telling.go(f"{telling.page}/prove", {"number": number, "code": code})


@phrase(r"(\w+) is there as well")
async def is_there_as_well(telling: Telling, match: re.Match[str]) -> None:
    """Signed in, beside the one whose story it is."""
    visitor = telling.visitors[match[1]] = telling.living.visitor()
    await visitor.sign_in(match[1].lower())


@phrase(r"(\w+) asks (the manager|security)")
async def asks_for_approval(telling: Telling, match: re.Match[str]) -> None:
    telling.who = match[1]
    await telling.go(f"{telling.page}/approval", {"whom": "first" if match[2] == "the manager" else "security"})
    if found := re.search(r'class="number"[^>]*>(\d\d)<', telling.text):
        telling.number = found[1]


@phrase(r"(\w+) cannot do it")
async def cannot_do_it(telling: Telling, _match: re.Match[str]) -> None:
    await telling.go(f"{telling.page}/other", {"method": telling.method()})


@phrase(r"(\w+) cannot do it, and taps twice")
async def taps_twice_that_they_cannot(telling: Telling, _match: re.Match[str]) -> None:
    method = telling.method()
    for _ in range(2):
        await telling.go(f"{telling.page}/other", {"method": method})


@phrase(r"(\w+) opens the message of (?:the|(\w+)'s) phone")
async def opens_the_message(telling: Telling, match: re.Match[str]) -> None:
    phone = f"/demo/phone/{(match[2] or match[1]).lower()}"
    approver = telling.visitors[match[1]]
    async with approver.http.get(f"{approver.base}{phone}", headers={"Accept": "text/html"}) as answer:
        links = re.findall(r'href="[^"]*(/approve/[^"]+)"', await answer.text())
    telling.approve = links[0]
    await telling.go_as(match[1], telling.approve)


@phrase(r"(\w+) signs in to approve")
async def signs_in_to_approve(telling: Telling, match: re.Match[str]) -> None:
    await telling.go_as(match[1], f"{telling.approve}/sign-in", {"csrf": telling.csrf()})


@phrase(r"(\w+) types (the|a wrong) number")
async def types_the_number(telling: Telling, match: re.Match[str]) -> None:
    number = telling.number if match[2] == "the" else str(10 + (int(telling.number) - 9) % 90)
    await telling.go_as(match[1], f"{telling.approve}/approve", {"csrf": telling.csrf(), "number": number})


@phrase(r"(\w+) does not approve")
async def does_not_approve(telling: Telling, match: re.Match[str]) -> None:
    await telling.go_as(match[1], f"{telling.approve}/deny", {"csrf": telling.csrf()})


@phrase(r"(\w+) says that (nobody|somebody) tells them what to do")
async def answers(telling: Telling, match: re.Match[str]) -> None:
    await telling.go(f"{telling.page}/answer", {"somebody": "no" if match[2] == "nobody" else "yes"})


@phrase(r"(\w+) gets to the key")
async def gets_to_the_key(telling: Telling, match: re.Match[str]) -> None:
    for words in (
        "opens the link",
        "continues",
        "proves it",
        "says that nobody tells them what to do",
        "looks at the key",
    ):
        await telling.line(f"{match[1]} {words}")


@phrase(r"(\w+) looks at the key(?: for the (\d)\w+ time)?")
async def looks(telling: Telling, match: re.Match[str]) -> None:
    telling.key = await telling.visitor.show(telling.page, int(match[2] or 1))
    telling.keys.append(telling.key)
    await telling.living.settle()


@phrase(r"(\w+) asks for the key(?: for the (\d)\w+ time)?, and does not get it")
async def does_not_get_it(telling: Telling, match: re.Match[str]) -> None:
    await telling.go(f"{telling.page}/show", {"nth": match[2] or "1"})
    assert 'class="digits"' not in telling.text


@phrase(r"The page says: (.*)")
async def page_says(telling: Telling, match: re.Match[str]) -> None:
    assert await telling.filled(match[1]) in re.sub(r"\s+", " ", telling.text), telling.text


@phrase(r"(\w+) looks at the page again")
async def looks_again(telling: Telling, _match: re.Match[str]) -> None:
    await telling.go(telling.page)


@phrase(r"(\w+) says on the page that it (worked|did not work)")
async def says_on_page(telling: Telling, match: re.Match[str]) -> None:
    await telling.go(f"{telling.page}/outcome", {"worked": "yes" if match[2] == "worked" else "no"})


@phrase(r"(\w+) presses Finish on the page")
async def finishes(telling: Telling, _match: re.Match[str]) -> None:
    await telling.go(f"{telling.page}/finish", {})


@phrase(r"The (last|first) key (opens|does not open) ([\w-]+)")
async def key_opens(telling: Telling, match: re.Match[str]) -> None:
    computer = await telling.living.house.computers.named(match[3])
    assert computer
    key = telling.keys[-1 if match[1] == "last" else 0]
    assert await telling.living.house.computers.try_key(computer, key) is (match[2] == "opens")


@phrase(r"([\w-]+) is locked again")
async def locked_again(telling: Telling, match: re.Match[str]) -> None:
    computer = await telling.living.house.computers.named(match[1])
    assert computer
    await telling.living.house.computers.lock(computer)


@phrase(r"The computers are online")
async def online(telling: Telling, _match: re.Match[str]) -> None:
    await telling.living.house.computers.go_online()


@phrase(r"(\d+) (second|minute|hour)s? pass(?:es)?")
async def time_passes(telling: Telling, match: re.Match[str]) -> None:
    await telling.living.pass_time(int(match[1]) * {"second": 1, "minute": 60, "hour": 3600}[match[2]])


@phrase(r"The vault (does not answer|answers again)")
async def vault_mood(telling: Telling, match: re.Match[str]) -> None:
    telling.living.source.is_silent = match[1] == "does not answer"


@phrase(r"Everybody's links of the day are used up")
async def great_outage(telling: Telling, _: re.Match[str]) -> None:
    living, at_most = telling.living, unhurried().links_a_day
    links = tuple(Moment(str(number), living.clock.now()) for number in range(at_most))
    used_up = codec().encode(standing.Standing(links=links))
    await living.house.store.commit(Turn(standing.OF_ALL, 0, used_up, "used up", living.clock.now()), 0)


@phrase(r"([\w-]+) is given to (\w+)")
async def given_to(telling: Telling, match: re.Match[str]) -> None:
    statement = "UPDATE device SET owner = ? WHERE name = ?"
    await telling.living.house.vault.file.execute(statement, (match[2].lower(), match[1]))


@phrase(r"The (current|older|data) key of ([\w-]+) is damaged")
async def damaged(telling: Telling, match: re.Match[str]) -> None:
    for device in (await telling.living.house.vault.devices_of(await telling.person())).devices:
        for card in device.keys:
            kind = "data" if card.drive == "data" else "current" if card.current else "older"
            if device.name == match[2] and kind == match[1]:
                telling.living.source.damaged.add(card.key_ref)


@phrase(r"There (?:is one case|are (\d+) cases|is no case)(?:, the last one for (\w+)(?:, (urgent))?)?(?:, with (.*))?")
async def cases(telling: Telling, match: re.Match[str]) -> None:
    flows = await telling.living.house.store.flows("case")
    filed = [codec().decode(saved.state, Filed) for _, saved in flows]
    expected = 0 if "no case" in match[0] else int(match[1] or 1)
    assert len(filed) == expected, filed
    if match[2]:
        assert filed[-1].case.reason == match[2]
        assert filed[-1].case.urgency == (match[3] or "normal")
    if match[4]:
        assert await telling.filled(match[4]) in repr(filed[-1])


@phrase(r"The owed change of ([\w-]+) is (\w+)")
async def change_is(telling: Telling, match: re.Match[str]) -> None:
    state = await telling.living.house.conductor.state(rotation_of(match[1]))
    assert type(state).__name__ == match[2], state


@phrase(r"(\w+) is (not )?frozen")
async def is_frozen(telling: Telling, match: re.Match[str]) -> None:
    person = await telling.living.house.vault.by_login(match[1].lower())
    assert person
    state = await telling.living.house.conductor.state(standing.of_person(person.id))
    assert isinstance(state, standing.Standing)
    assert (state.frozen is None) is bool(match[2])


@phrase(r"The audit tells: (.*)")
async def audit_tells(telling: Telling, match: re.Match[str]) -> None:
    told = [record.line async for record in telling.living.house.store.audit()]
    for what in match[1].split(", "):
        assert any(f'"what":"{what}"' in line for line in told), (what, told)


@phrase(r"The audit does not tell: (.*)")
async def audit_does_not_tell(telling: Telling, match: re.Match[str]) -> None:
    told = [record.line async for record in telling.living.house.store.audit()]
    assert not any(f'"what":"{match[1]}"' in line for line in told), told


@phrase(r"The audit does not hold: (.*)")
async def audit_does_not_hold(telling: Telling, match: re.Match[str]) -> None:
    assert not [record async for record in telling.living.house.store.audit() if match[1] in record.line]


@phrase(r"The phone of (\w+) shows (\d+) notices?")
async def phone_shows(telling: Telling, match: re.Match[str]) -> None:
    content = await telling.visitor.json("GET", f"/demo/phone/{match[1].lower()}")
    assert content["notices"] == int(match[2])


@phrase(r"The phone of (\w+) says: (.*)")
async def phone_says(telling: Telling, match: re.Match[str]) -> None:
    path = f"{telling.visitor.base}/demo/phone/{match[1].lower()}"
    async with telling.visitor.http.get(path, headers={"Accept": "text/html"}) as answer:
        assert match[2] in await answer.text()


@phrase(r"(\w+) objects: this was not me")
async def objects(telling: Telling, match: re.Match[str]) -> None:
    person = await telling.living.house.vault.by_login(match[1].lower())
    assert person
    async with telling.visitor.http.get(
        f"{telling.visitor.base}/demo/phone/{match[1].lower()}", headers={"Accept": "text/html"}
    ) as answer:
        links = re.findall(r'href="[^"]*(/not-me/[^"]+)"', await answer.text())
    await telling.go(links[0])
    assert not (await telling.living.house.conductor.state(standing.of_person(person.id))).frozen  # type: ignore[attr-defined]
    await telling.go(links[0], {})


@phrase(r"The agents' channel has (\d+) posts?")
async def agents_have_posts(telling: Telling, match: re.Match[str]) -> None:
    assert len(telling.living.there.connector.posts()) == int(match[1])


@phrase(r"ServiceNow (does not answer|refuses our account|answers again)")
async def servicenow_mood(telling: Telling, match: re.Match[str]) -> None:
    """Until it answers again."""
    status = {"does not answer": 503, "refuses our account": 403}.get(match[1])
    telling.living.tickets.moods = [] if status is None else [lambda _: failure(status, "No")] * 1000


@phrase(
    r"There (?:is no ticket|is one ticket|are (\d+) tickets)(?:, (new|in progress|resolved))?(?:, with (\d+) notes?)?"
)
async def tickets(telling: Telling, match: re.Match[str]) -> None:
    there = telling.living.tickets
    assert len(there.tickets) == (0 if "no ticket" in match[0] else int(match[1] or 1)), there.tickets
    if match[2]:
        assert there.tickets[-1]["state"] == {"new": "1", "in progress": "2", "resolved": "6"}[match[2]]
    if match[3]:
        assert len(there.note_lines()) == int(match[3]), there.notes


@phrase(r"The last (ticket|note) (says|does not say): (.*)")
async def ticket_says(telling: Telling, match: re.Match[str]) -> None:
    there = telling.living.tickets
    text = there.note_lines()[-1] if match[1] == "note" else repr(there.tickets[-1])
    assert (await telling.filled(match[3]) in text) is (match[2] == "says"), text


@phrase(r"(\d+) tickets? (?:is|are) owed")
async def tickets_owed(telling: Telling, match: re.Match[str]) -> None:
    async with telling.visitor.http.get(f"{telling.living.base}/metrics") as answer:
        assert f"sparekey_tickets_owed {float(match[1])}" in await answer.text()


@phrase(r"The channel of Teams does not answer for (\d+) calls?")
async def channel_is_down(telling: Telling, match: re.Match[str]) -> None:
    """As if for longer than a turn lasts."""
    busy = web.Response
    telling.living.there.connector.moods = [
        lambda _request: busy(status=503, headers={"Retry-After": "30"}) for _ in range(int(match[1]))
    ]


@phrase(r"The last post leads to (\S+)")
async def the_last_post_leads_to(telling: Telling, match: re.Match[str]) -> None:
    card = telling.living.there.connector.posts()[-1]["attachments"][0]["content"]
    assert [action["url"] for action in card["actions"] if action["type"] == "Action.OpenUrl"] == [
        f"{telling.living.base}{match[1]}"
    ]


@phrase(r"The last post says: (.*)")
async def last_post_says(telling: Telling, match: re.Match[str]) -> None:
    post = telling.living.there.connector.posts()[-1]
    card = post["attachments"][0]["content"]
    facts = " ".join(f"{fact['title']}: {fact['value']}" for block in card["body"] for fact in block.get("facts", ()))
    assert match[1] in f"{spoken(post)} {facts}", (spoken(post), facts)


@phrase(r"(\w+): (.*)")
async def says(telling: Telling, match: re.Match[str]) -> None:
    telling.who = match[1]
    await telling.visitor.say(await telling.filled(match[2]))
    await telling.living.settle()
