"""An agent at the desk, as tests drive one: over HTTP, with the forms that the pages give."""

import html
import re
from typing import Literal
from urllib.parse import urlencode

from adapters.demo.people import MACHINES
from adapters.pages.asking import POLL
from bot.domain.people import PersonId
from tests.app.living import Living
from tests.app.visitor import Visitor

How = Literal["in_person", "video_with_document"]
CODE = re.compile(r'<p class="desk-code[^>]*>([^<]+)</p>')
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
GROUP, SIGN = re.compile(r'<p class="signs[^"]*">(.*?)</p>'), re.compile(r'<span class="letter"[^>]*>(.)</span>')
RELEASE = re.compile(r'name="release" value="([^"]+)"')
FORM = re.compile(r'name="form" value="([^"]+)"')


class AtDesk:
    """`status` and `page`: what was answered last. `went`: where to, in order. Signs in again by itself before whatever takes it, unless told not to.

    `proposal`: the release that a page asked them last to agree to.
    """

    def __init__(self, house: Living, visitor: Visitor) -> None:
        self.house, self.visitor = house, visitor
        self.status, self.page, self.csrf, self.proposal = 0, "", "", ""
        self.went: list[str] = []
        self.signs_in_again = True

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", self.page)))

    async def look(self, path: str = "/desk", *, by_itself: bool = False) -> int:
        """`by_itself`: as a page asks that is open already."""
        self.went.append(f"GET {path.partition('?')[0]}")
        self.status, self.page = await self.visitor.page(path, headers={POLL: "1"} if by_itself else None)
        if found := CSRF.search(self.page):
            self.csrf = found[1]
        self._see_proposal()
        await self.house.settle()
        return self.status

    async def see(self, path: str) -> bytes:
        """What is no page, such as a picture; not kept among what was captured."""
        self.went.append(f"GET {path}")
        async with self.visitor.http.get(f"{self.house.base}{path}") as answer:
            self.status, body = answer.status, await answer.read()
        self.page = "" if answer.content_type.startswith("image/") else body.decode()
        return body

    async def find(self, number: str) -> int:
        """By what is typed into the field of the queue."""
        return await self.look(f"/desk/cases?{urlencode({'number': number})}")

    async def listen(self, path: str) -> None:
        """To the first event of a stream, or what is answered instead of one."""
        self.went.append(f"GET {path}")
        async with self.visitor.http.get(f"{self.house.base}{path}") as answer:
            is_stream = answer.content_type == "text/event-stream"
            self.status = answer.status
            self.page = (await answer.content.readline()).decode() if is_stream else await answer.text()

    async def do(self, number: int, deed: str, **fields: str) -> int:
        return await self.post(f"/desk/cases/{number}/{deed}", **fields)

    async def post(self, path: str, **fields: str) -> int:
        self.went.append(f"POST {path}")
        self.status, self.page = await self.visitor.page(path, {"csrf": self.csrf, **fields})
        self._see_proposal()
        await self.house.settle()
        return self.status

    def _see_proposal(self) -> None:
        if found := RELEASE.search(self.page):
            self.proposal = found[1]

    async def sign_in_again(self, number: int) -> None:
        if self.signs_in_again:
            await self.do(number, "sign-in")

    async def take(self, number: int) -> int:
        return await self.do(number, "take")

    async def open(self, login: str) -> int:
        await self.look()
        found = FORM.search(self.page)
        assert found
        return await self.post("/desk/open", login=login, form=found[1])

    async def search(self, text: str, *, reason: str = "caller", words: str = "at the lost and found") -> int:
        return await self.post("/desk/search", key_id=text, reason=reason, words=words)

    async def key_id_of(self, device: str) -> str:
        """Of its newest system key."""
        vault = self.house.house.vault
        owner = next(machine.owner for machine in MACHINES if machine.name == device)
        found = {one.name: one for one in (await vault.devices_of(PersonId("demo", owner))).devices}
        return found[device].keys[0].key_id or ""

    async def release(
        self,
        number: int,
        person: str,
        *,
        lost_phone: bool = False,
        how: How = "in_person",
        note: str = "badge and photo",
    ) -> int:
        await self.sign_in_again(number)
        key = await self.key_of(person)
        return await self.do(number, "release", key=key, how=how, note=note, proof="none" if lost_phone else "own")

    async def read_aloud(
        self, number: int, person: str, *, why: str = "no_device", how: How = "in_person", note: str = "badge and photo"
    ) -> int:
        """The first word for it; nothing is seen yet."""
        await self.sign_in_again(number)
        return await self.do(number, "read-aloud", key=await self.key_of(person), how=how, note=note, why=why)

    async def read(self, number: int) -> str:
        """The key, out of the one response that holds it; not kept among what was captured."""
        await self.sign_in_again(number)
        await self.do(number, "read")
        groups = groups_on(self.page)
        if groups:
            self.visitor.captured.pop()
        return "-".join(groups)

    async def agree(self, number: int, how: How = "video_with_document", note: str = "passport") -> int:
        await self.sign_in_again(number)
        return await self.do(number, "agree", release=self.proposal, how=how, note=note)

    async def code(self, number: int) -> str:
        """Out of the one response that holds it; not kept among what was captured."""
        await self.sign_in_again(number)
        await self.do(number, "code")
        self.visitor.captured.pop()
        found = CODE.search(self.page)
        return found[1] if found else ""

    async def thaw(self, number: int, reason: str = "was_them", device: str = "") -> int:
        await self.sign_in_again(number)
        return await self.do(number, "thaw", device=device, reason=reason)

    async def remove_app(self, number: int, login: str) -> int:
        app = await self.house.house.authenticator.enrolled(PersonId("demo", login))
        assert app
        await self.sign_in_again(number)
        return await self.do(number, "remove-app", app=app.seed_id)

    async def key_of(self, login: str) -> str:
        person = await self.house.house.vault.by_login(login)
        assert person
        keys = [card for device in (await self.house.house.vault.devices_of(person.id)).devices for card in device.keys]
        return keys[0].key_ref if keys else "vault:none"


def groups_on(page: str) -> list[str]:
    """Of a key that is read aloud, sign by sign."""
    return ["".join(SIGN.findall(group)) for group in GROUP.findall(page)]


async def at_desk(house: Living, person: str) -> AtDesk:
    visitor = house.visitor()
    await visitor.sign_in(person)
    agent = AtDesk(house, visitor)
    await agent.look()
    return agent


def found_on(page: str) -> tuple[str, str]:
    """The owner of the first computer on a page of search, and the form that opens a case for them."""
    person, form = re.search(r'name="person" value="([^"]+)"', page), FORM.search(page)
    assert person
    assert form
    return person[1], form[1]


async def chatted(house: Living, person: str, words: str) -> None:
    """Somebody says in the chat what brings them to a human."""
    visitor = house.visitor()
    await visitor.sign_in(person)
    await visitor.enter()
    await visitor.say(words)
    await house.settle()
