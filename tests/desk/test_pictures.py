"""A picture goes from the person to the agent who has their case, is looked at, and is gone: nowhere was it written down."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest

from adapters.webchat.upload import AT_ONCE
from bot.case_file import Filed, case_of
from bot.domain.cases import WAITS, Agent, Taken
from bot.domain.people import PersonId
from bot.domain.picture import LARGEST, Picture
from bot.helpdesk import Refused
from bot.pictures import LIVES, MOST_BYTES, Holding, Pictures, holding_of
from bot.seeing_pictures import SeeingPictures
from tests.app.canary import assert_no_key_is_left
from tests.app.living import Living, living, unhurried
from tests.app.visitor import Visitor, spoken
from tests.desk.agent import AtDesk, at_desk
from tests.desk.test_relay import stream, talking
from tests.desk.test_rights import froze, in_group
from tests.dialogs.test_case_table import DANA, HELD, LATER, LEE
from tests.domain.images import exif, jpeg, part, png, segment
from tests.fakes.clock import FakeClock

SEEN, NOT_PASSED = "Dana Fischer can look at your picture now", "Pictures and files are not passed on here"
PATH = re.compile(r'loading="lazy" src="([^"]+)"')
HTML = b"<!doctype html><script>alert(1)</script>"
Between = Callable[[Living, Visitor, AtDesk], Awaitable[object]]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Living]:
    """Where pictures are let through."""
    async with living(tmp_path, unhurried().model_copy(update={"relay_images": True})) as one:
        yield one


def pictures_on(agent: AtDesk) -> list[str]:
    """Their addresses, as the page of the case has them."""
    return [f"/desk/cases/{path}" for path in PATH.findall(agent.page)]


async def sent(house: Living, *files: bytes, words: str = "") -> tuple[Visitor, AtDesk, list[str]]:
    kim, dana = await talking(house)
    assert await kim.picture(words, *files) == 200
    await house.settle()
    await dana.look("/desk/cases/1001")
    await kim.poll()
    return kim, dana, pictures_on(dana)


async def slowly_sent(house: Living, visitor: Visitor, body: AsyncIterator[bytes]) -> int:
    form = aiohttp.FormData()
    form.add_field("activity", '{"type": "message", "attachments": [{"contentType": "image/png"}]}')
    form.add_field("file", body, filename="screen.png", content_type="image/png")
    path = f"{house.base}/v3/directline/conversations/{visitor.conversation}/upload"
    headers = {"Authorization": f"Bearer {visitor.token}"}
    async with visitor.http.post(path, data=form, headers=headers) as answer:
        return answer.status


async def opened(agent: AtDesk, path: str) -> tuple[int, bytes, dict[str, str]]:
    """Not kept among what was captured, as a key's page is not."""
    async with agent.visitor.http.get(f"{agent.house.base}{path}", allow_redirects=False) as answer:
        return answer.status, await answer.read(), dict(answer.headers)


async def audited(house: Living, what: str) -> list[dict[str, object]]:
    facts = [json.loads(record.line) async for record in house.house.store.audit()]
    return [fact for fact in facts if fact["what"] == what]


def heard(visitor: Visitor) -> str:
    return " ".join(spoken(one) for one in visitor.heard)


# it comes


@pytest.mark.parametrize(
    ("body", "kind"),
    [(png(), "image/png"), (jpeg(segment(0xE1, exif((0x0112, 3, 1, 6)))), "image/jpeg")],
    ids=["png", "jpeg"],
)
async def test_a_picture_reaches_whoever_has_the_case_and_both_are_told(house: Living, body: bytes, kind: str) -> None:
    kim, dana, paths = await sent(house, body, words="it looks like this")

    status, found, headers = await opened(dana, paths[0])

    assert (status, found, headers["Content-Type"]) == (200, body, kind)
    assert "it looks like this" in dana.text
    assert "Look at the picture (until" in dana.text
    assert SEEN in heard(kim)
    assert NOT_PASSED not in heard(kim)


async def test_the_answer_that_holds_it_is_kept_by_nobody_and_can_be_nothing_but_a_picture(house: Living) -> None:
    _, dana, paths = await sent(house, png())

    _, _, headers = await opened(dana, paths[0])

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Disposition"] == 'inline; filename="picture.png"'
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_who_may_send_one_is_told_before_to_whom_it_goes_and_what_never_to_send(house: Living) -> None:
    kim, dana = await talking(house)
    before = heard(kim)
    await dana.do(1001, "hand-over", to="lee", words="knows the building", form="a-form")
    await kim.until("Lee Tanaka from the helpdesk goes on")
    await kim.poll()

    assert "You can also send Dana Fischer a picture here" in before
    assert "Never send a picture of the recovery key" in before
    assert heard(kim).count("You can also send Lee Tanaka a picture here") == 1


async def test_a_line_that_comes_live_has_its_picture_for_the_agent_and_for_nobody_else(house: Living) -> None:
    kim, dana = await talking(house)
    lee = await at_desk(house, "lee")

    async with stream(dana, "/desk/cases/1001/live") as mine, stream(lee, "/desk/cases/1001/live") as theirs:
        assert await kim.picture("here it is", png()) == 200
        lines = [await one.until("line") for one in (mine, theirs)]
        while "here it is" not in lines[0]["html"]:
            lines[0] = await mine.until("line")
        while "here it is" not in lines[1]["html"]:
            lines[1] = await theirs.until("line")

    assert "/pictures/" in lines[0]["html"]
    assert "/pictures/" not in lines[1]["html"]
    assert "only whoever has the case can look at" in lines[1]["html"]


async def test_what_was_noted_in_it_does_not_come_along(house: Living) -> None:
    _, dana, paths = await sent(house, png(part(b"eXIf", b"48.1371 N")))

    assert (await opened(dana, paths[0]))[1] == png()


async def test_each_opening_is_in_the_audit_once_and_before_it_is_seen(house: Living) -> None:
    _, dana, paths = await sent(house, png())
    before = await audited(house, "case.picture_opened")

    for _ in range(3):
        await opened(dana, paths[0])

    assert len(await audited(house, "case.picture_added")) == 1
    assert before == []
    (taken,), (fact,) = await audited(house, "case.taken"), await audited(house, "case.picture_opened")
    assert (fact["who"], fact["about"]) == (taken["who"], {"case": "1001"})


async def test_when_the_audit_cannot_be_written_no_picture_is_shown(house: Living) -> None:
    _, dana, paths = await sent(house, png())
    file = house.house.store._file  # type: ignore[attr-defined]
    await file.run(
        lambda db: db.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
    )

    status, body, _ = await opened(dana, paths[0])

    assert status >= 500
    assert b"PNG" not in body
    await file.run(lambda db: db.execute("DROP TRIGGER full"))
    assert (await opened(dana, paths[0]))[0] == 200


async def test_one_that_is_sent_twice_under_one_id_comes_once(house: Living) -> None:
    kim, dana = await talking(house)

    for _ in range(4):
        assert await kim.picture("", png(), sent_as="mine") == 200
    assert await kim.picture("", png(), sent_as="another") == 200
    assert await kim.picture("", png(), sent_as="a third") == 200
    await house.settle()
    await dana.look("/desk/cases/1001")

    assert len(pictures_on(dana)) == 3


async def test_a_picture_is_waited_for_as_words_are(house: Living) -> None:
    kim, dana = await talking(house)
    await dana.do(1001, "say", words="Hello", form="a-form")
    assert await kim.picture("", png()) == 200

    await house.pass_time(601)

    filed = await house.house.conductor.state(case_of(1001))
    assert getattr(getattr(filed, "stage", None), "silent", False)


# what is not passed on


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ((HTML,), "only pictures in PNG or JPEG are"),
        ((png()[:8] + HTML,), "only pictures in PNG or JPEG are"),
        ((b"GIF89a" + png(),), "only pictures in PNG or JPEG are"),
        ((b"\xff\xd8\xff\xe0" + HTML,), "only pictures in PNG or JPEG are"),
        ((b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",), "only pictures in PNG or JPEG are"),
        ((png(part(b"tEXt", b"x" * LARGEST)),), "because it is larger than 4 MB"),
    ],
    ids=["html", "html after a png's beginning", "gif", "html after a jpeg's", "svg", "too large"],
)
async def test_what_is_no_picture_or_too_large_is_refused_kindly(
    house: Living, files: tuple[bytes, ...], words: str
) -> None:
    kim, dana, paths = await sent(house, *files)

    assert paths == []
    assert words in heard(kim)
    assert SEEN not in heard(kim)
    assert "not passed on" in dana.text
    assert await audited(house, "case.picture_added") == []


async def test_three_of_a_case_are_here_at_a_time(house: Living) -> None:
    kim, dana, paths = await sent(house, png(), png(), png(), png())
    assert await kim.picture("one more", png()) == 200
    await house.settle()
    await dana.look("/desk/cases/1001")
    many = heard(kim).count("there is no room for one more picture now")
    await house.pass_time(LIVES.total_seconds())
    assert await kim.picture("and now", png()) == 200
    await house.settle()
    await dana.look("/desk/cases/1001")

    assert (len(paths), many) == (3, 1)
    assert len(pictures_on(dana)) == 1
    assert dana.text.count("no longer here") == 3


async def test_what_has_no_end_is_refused(house: Living) -> None:
    kim, dana = await talking(house)

    assert await kim.picture("", bytes(6 * LARGEST)) == 413
    await dana.look("/desk/cases/1001")
    assert "/pictures/" not in dana.page


async def test_one_that_comes_too_slowly_is_not_passed_on_to_whoever_has_the_case_no_more(house: Living) -> None:
    kim, dana = await talking(house)

    async def slowly() -> AsyncIterator[bytes]:
        yield png()[:20]
        await dana.do(1001, "put-back")
        yield png()[20:]

    assert await slowly_sent(house, kim, slowly()) == 200

    await kim.until(NOT_PASSED)
    assert not house.house.pictures.has_of(1001)


async def test_one_conversation_has_one_upload_read_at_a_time(house: Living) -> None:
    kim, dana = await talking(house)

    async def meanwhile() -> AsyncIterator[bytes]:
        yield png()[:20]
        await dana.look("/desk/cases/1001")
        await kim.picture("", png())
        yield png()[20:]

    assert await slowly_sent(house, kim, meanwhile()) == 200
    assert await kim.picture("", png()) == 200

    await kim.until("there is no room for one more picture now")
    await house.settle()
    await dana.look("/desk/cases/1001")
    assert len(pictures_on(dana)) == 2


async def test_before_an_agent_has_the_case_it_is_as_ever(house: Living) -> None:
    kim = house.visitor()
    await kim.sign_in("kim")
    await kim.enter()
    assert await kim.picture("", png()) == 200
    await kim.until("I cannot read photos yet")
    await kim.say("human")
    await kim.until("Your case number is 1001")
    assert await kim.picture("", png()) == 200
    await kim.until(NOT_PASSED)
    dana = await at_desk(house, "dana")
    await dana.take(1001)
    await dana.look("/desk/cases/1001")

    assert "/pictures/" not in dana.page


async def test_whoever_went_on_with_the_bot_sends_nobody_a_picture(house: Living) -> None:
    kim, dana = await talking(house)
    await kim.press("restart")
    assert await kim.picture("", png()) == 200
    await kim.until("I cannot read photos yet")

    await dana.look("/desk/cases/1001")
    assert "/pictures/" not in dana.page


async def test_nothing_is_passed_on_unless_it_is_switched_on(tmp_path: Path) -> None:
    async with living(tmp_path) as house:
        kim, dana, paths = await sent(house, png())
        _, page = await kim.page("/chat")

        assert paths == []
        assert "(a picture or a file, not passed on)" in dana.text
        assert NOT_PASSED in heard(kim)
        assert "You can also send" not in heard(kim)
        assert "data-pictures" not in page


async def test_in_teams_it_is_as_ever_and_nothing_is_fetched(house: Living) -> None:
    kim = house.teammate("kim")
    await kim.install()
    await kim.say("human")
    await kim.until("Your case number is 1001")
    dana = await at_desk(house, "dana")
    await dana.take(1001)
    await kim.until("Dana Fischer from the helpdesk has your case 1001 now")

    assert await kim.picture("") == 200
    await kim.until(NOT_PASSED)
    await dana.look("/desk/cases/1001")

    assert "(a picture or a file, not passed on)" in dana.text
    assert "/pictures/" not in dana.page
    assert "You can also send" not in heard(kim)
    assert not any(sent.path.endswith("/picture") for sent in house.there.connector.sent)


async def test_the_chat_has_its_button_where_it_is_switched_on(house: Living) -> None:
    kim, _ = await talking(house)

    _, page = await kim.page("/chat")

    assert 'data-pictures="on"' in page


# who may look


async def others_try(house: Living, path: str) -> dict[str, int]:
    found = {}
    for login in ("lee", "kim", "morgan"):
        found[login], body, _ = await opened(await at_desk(house, login), path)
        assert b"PNG" not in body
    stranger = AtDesk(house, house.visitor())
    found["nobody"], body, _ = await opened(stranger, path)
    assert b"PNG" not in body
    return found


async def test_nobody_else_gets_it_with_its_address(house: Living) -> None:
    _, dana, paths = await sent(house, png())

    assert await others_try(house, paths[0]) == {"lee": 409, "kim": 403, "morgan": 403, "nobody": 303}
    assert (await opened(dana, paths[0]))[0] == 200


async def test_it_belongs_to_its_case(house: Living) -> None:
    _, dana, paths = await sent(house, png())
    await dana.open("alex")

    status, body, _ = await opened(dana, paths[0].replace("1001", "1002"))

    assert status == 409
    assert b"no longer here" in body


@pytest.mark.parametrize("name", ["x" * 16, "..%2f..%2f..%2fetc", "x" * 15, ""])
async def test_a_name_that_no_picture_has_leads_nowhere(house: Living, name: str) -> None:
    _, dana, _ = await sent(house, png())

    assert (await opened(dana, f"/desk/cases/1001/pictures/{name}"))[0] in (404, 409)


async def closed(_house: Living, _kim: Visitor, dana: AtDesk) -> None:
    await dana.do(1001, "close", outcome="solved")


async def closed_and_opened_again(house: Living, kim: Visitor, dana: AtDesk) -> None:
    await closed(house, kim, dana)
    await dana.do(1001, "reopen")


async def put_back(_house: Living, _kim: Visitor, dana: AtDesk) -> None:
    await dana.do(1001, "put-back")


async def put_back_and_taken_again(house: Living, _kim: Visitor, dana: AtDesk) -> None:
    await dana.do(1001, "put-back")
    house.clock.advance(1)
    await dana.take(1001)


async def handed_over(_house: Living, _kim: Visitor, dana: AtDesk) -> None:
    await dana.do(1001, "hand-over", to="lee", words="knows the building", form="a-form")


async def returned_by_silence(house: Living, kim: Visitor, _dana: AtDesk) -> None:
    await kim.say("hello?")
    await house.pass_time(601)
    await house.pass_time(301)
    house.clock.advance(-902)  # it is not time alone


async def a_quarter_of_an_hour(house: Living, _kim: Visitor, _dana: AtDesk) -> None:
    await house.pass_time(LIVES.total_seconds())


GONE: tuple[Between, ...] = (
    closed, closed_and_opened_again, put_back, put_back_and_taken_again, handed_over, returned_by_silence, a_quarter_of_an_hour,
)  # fmt: skip


@pytest.mark.parametrize("between", GONE, ids=lambda one: one.__name__.replace("_", " "))
async def test_it_is_gone_when_the_agents_time_with_it_is_over(house: Living, between: Between) -> None:
    kim, dana, paths = await sent(house, png())
    was_here = house.house.pictures.has_of(1001)

    await between(house, kim, dana)
    await house.settle()

    house.house.pictures.sweep()
    assert was_here
    assert not house.house.pictures.has_of(1001)
    status, body, _ = await opened(dana, paths[0])
    lee = await opened(await at_desk(house, "lee"), paths[0])
    await dana.look("/desk/cases/1001")
    assert (status, lee[0]) == (409, 409)
    assert b"PNG" not in body + lee[1]
    assert pictures_on(dana) == []
    assert "no longer here" in dana.text or "Dana Fischer closed it" in dana.text
    assert await audited(house, "case.picture_opened") == []


async def left_the_group(house: Living, _kim: Visitor, _dana: AtDesk) -> None:
    await in_group(house, "dana", is_in=False)


async def was_blocked(house: Living, _kim: Visitor, _dana: AtDesk) -> None:
    await froze(house, "dana")


@pytest.mark.parametrize("between", [left_the_group, was_blocked], ids=lambda one: one.__name__.replace("_", " "))
async def test_who_is_no_agent_any_more_sees_none_even_within_the_minute(house: Living, between: Between) -> None:
    kim, dana, paths = await sent(house, png())

    await between(house, kim, dana)

    assert (await opened(dana, paths[0]))[0] == 403
    assert await audited(house, "case.picture_opened") == []


async def test_after_a_restart_the_page_says_that_it_is_gone(tmp_path: Path) -> None:
    settings = unhurried().model_copy(update={"relay_images": True})
    async with living(tmp_path, settings) as house:
        _, _, paths = await sent(house, png())
    async with living(tmp_path, settings) as again:
        dana = await at_desk(again, "dana")
        await dana.look("/desk/cases/1001")

        assert "(a picture, no longer here)" in dana.text
        assert (await opened(dana, paths[0]))[0] == 409


# where it is kept: in memory, and not for long


async def test_a_key_in_a_picture_is_left_nowhere(house: Living, logged: list[str]) -> None:
    key = (await house.keys())[0]
    kim, dana, paths = await sent(house, png(width=80, dots=key.encode()), words="this is what I see")
    _, body, _ = await opened(dana, paths[0])
    await kim.picture("", png()[:8] + key.encode())
    await kim.picture("", png(), png(), png(), png(width=80, dots=key.encode()))
    await house.settle()
    await dana.look("/desk/cases/1001")
    await dana.do(1001, "close", outcome="solved")

    assert key.encode() in body
    await assert_no_key_is_left(house, "\n".join(logged))


@dataclass
class Meanwhile:
    """The desk as it was a moment ago, and the case as it is now."""

    after: object

    @property
    def agents(self) -> "Meanwhile":
        return self

    async def require(self, _who: PersonId, *, as_of_now: bool) -> Agent:
        assert as_of_now
        return DANA

    async def theirs(self, _who: PersonId, _number: int) -> tuple[Agent, Filed]:
        return DANA, HELD

    async def handle(self, _flow_id: str, _event: object, _event_id: str) -> object:
        return self.after


@pytest.mark.parametrize(
    "after",
    [replace(HELD, stage=WAITS), replace(HELD, stage=Taken(LEE, LATER)), replace(HELD, stage=Taken(DANA, LATER))],
)
async def test_whoever_loses_the_case_in_that_moment_does_not_see_it_either(after: Filed) -> None:
    pictures = Pictures(FakeClock())
    held = holding_of(HELD)
    assert held
    name = pictures.add(held, Picture("png", png()))
    assert name

    still, lost = (
        SeeingPictures(Meanwhile(state), Meanwhile(state), pictures)  # type: ignore[arg-type]  # as much as is asked
        for state in (HELD, after)
    )

    assert (await still.open(DANA.id, 1001, name)).body == png()
    with pytest.raises(Refused):
        await lost.open(DANA.id, 1001, name)


def holding(number: int) -> Holding:
    return Holding(number, PersonId("demo", "dana"), FakeClock().now())


def test_one_is_seen_in_the_time_in_which_it_came_and_in_no_other() -> None:
    pictures, before = Pictures(FakeClock()), holding(1)
    name = pictures.add(before, Picture("png", png()))
    assert name

    assert pictures.of(name, before)
    for other in (replace(before, since=LATER), replace(before, agent=LEE.id), replace(before, number=2), None):
        assert pictures.of(name, other) is None


def test_all_of_them_together_have_an_end_and_time_alone_makes_room() -> None:
    clock = FakeClock()
    pictures = Pictures(clock)
    large = Picture("png", b"x" * LARGEST)

    names = [pictures.add(holding(number), large) for number in range(1, MOST_BYTES // LARGEST + 2)]
    clock.advance(LIVES.total_seconds())
    pictures.sweep()

    assert None not in names[:-1]
    assert names[-1] is None
    assert not any(pictures.has_of(number) for number in range(1, 20))
    assert pictures.add(holding(1), large)


async def test_a_picture_calls_the_agent_on_another_page(house: Living) -> None:
    kim, dana = await talking(house)
    async with stream(dana, "/desk/calls") as calls:
        (was,) = (await calls.until("calls"))["mine"]
        await kim.picture("", png())
        (now,) = (await calls.until("calls"))["mine"]

    assert now["said"] == was["said"] + 1


async def test_uploads_of_people_without_an_agent_take_nobodys_place(house: Living) -> None:
    kim, _ = await talking(house)
    ends = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"\x89PNG"
        await ends.wait()

    uploads = []
    for _ in range(AT_ONCE):
        one = house.visitor()
        await one.sign_in("sam", private=True)
        await one.enter()
        uploads.append(asyncio.create_task(slowly_sent(house, one, body())))
    await asyncio.sleep(0.5)
    await kim.picture("", png())
    await kim.until(SEEN)

    ends.set()
    await asyncio.gather(*uploads, return_exceptions=True)
