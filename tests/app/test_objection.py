"""The page behind a notice speaks to whoever reads that copy of it: the person themselves, or their manager or security."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast, get_args
from urllib.parse import urlsplit

import pytest

from adapters.sources.vault import wrapping_key
from bot import standing
from bot.case_release import TellRelease
from bot.challenge import TellOwner
from bot.conductor import Task
from bot.domain.people import PersonId
from bot.enrolment import TellEnrolment
from bot.objection import About, Objection, Objections, Reader
from bot.ports.notices import Notice
from bot.wiring.keeping import derived
from tests.app.living import Living
from tests.app.test_session_ends import is_signed_in
from tests.fakes.clock import FakeClock

ALEX = PersonId("demo", "alex")


def address(house: Living, reader: Reader, about: About = "key_shown") -> str:
    nobody = cast("Any", None)
    secret = derived(wrapping_key.load_or_make(house.folder / "wrapping.key"), "objections")
    objections = Objections(nobody, nobody, nobody, nobody, house.clock, secret, house.base)
    ends_at = house.clock.now() + timedelta(days=1)
    device = ("", "") if about == "app" else ("LAPTOP", "LAPTOP-ALEX")
    return f"/not-me/{objections.link(Objection('one', ALEX, *device, about, ends_at, reader))}"


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("about", get_args(About))
async def test_whoever_is_somebody_else_reads_whose_key_it_is_and_nothing_about_themselves(
    house: Living, about: About, language: str
) -> None:
    link, manager = address(house, "other", about), house.visitor()
    spoken = {"Accept-Language": language}

    _, asked = await manager.page(link, headers=spoken)
    _, done = await manager.page(link, {}, headers=spoken)

    for page in (asked, done):
        words = page.partition("<main")[2]
        assert "Alex Rivera" in words
        assert not any(theirs in words for theirs in ("your name", "you are signed out", "Ihrem Namen", "sind überall"))


async def test_the_person_reads_of_themselves(house: Living) -> None:
    alex = house.visitor()

    _, asked = await alex.page(address(house, "person"))
    _, done = await alex.page(address(house, "person"), {})

    assert "Was this not you?" in asked
    assert "under your name" in asked
    assert "you are signed out everywhere" in done


async def test_somebody_elses_copy_freezes_the_person_and_not_its_reader(house: Living) -> None:
    alex, morgan = house.visitor(), house.visitor()
    await alex.sign_in("alex")
    await morgan.sign_in("morgan")

    await morgan.page(address(house, "other"), {})

    found = await house.house.conductor.state(standing.of_person(ALEX))
    assert isinstance(found, standing.Standing)
    assert found.frozen == "not_me"
    assert [await is_signed_in(one) for one in (alex, morgan)] == [False, True]


async def test_one_notice_is_objected_to_once_whoever_presses(house: Living) -> None:
    await house.visitor().page(address(house, "other"), {})
    await house.visitor().page(address(house, "person"), {})
    await house.settle()

    assert len(await house.house.store.flows("case")) == 1


class Kept:
    """Notices as they were told."""

    def __init__(self) -> None:
        self.told: list[Notice] = []

    async def tell(self, notice: Notice) -> None:
        self.told.append(notice)


AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
OWED = [
    ("tell_owner", TellOwner(ALEX, "LAPTOP", "LAPTOP-ALEX", "chat:1", AT)),
    ("tell_release", TellRelease(1001, ALEX, "LAPTOP", "LAPTOP-ALEX", AT)),
    ("tell_thawed", standing.TellThawed(ALEX, "LAPTOP", "LAPTOP-ALEX", AT)),
    ("tell_enrolment", TellEnrolment(ALEX, "authenticator_added", AT)),
]


@pytest.mark.parametrize(("deed", "owed"), OWED, ids=[deed for deed, _ in OWED])
async def test_every_notice_has_a_link_for_the_person_and_one_for_everybody_else(deed: str, owed: object) -> None:
    nobody, kept = cast("Any", None), Kept()
    objections = Objections(nobody, nobody, nobody, kept, FakeClock(), b"secret", "https://sparekey.example.org")

    await getattr(objections, deed)(Task("t1", "flow", owed))

    links = [urlsplit(link).path.removeprefix("/not-me/") for link in (kept.told[0].link, kept.told[0].link_of_others)]
    own, others = (objections.read(link) for link in links)
    assert (own.reader, others.reader) == ("person", "other")
    assert replace(others, reader="person") == own
