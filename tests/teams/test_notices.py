"""Notices in Teams and by mail: each way is tried, told once, and asked again while it may still get through."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from adapters.notices.every_way import EveryWay
from adapters.teams.adapter import TeamsAdapter
from adapters.teams.channel import Registration, open_teams
from adapters.teams.connector import Connector
from adapters.teams.notices import ChatNotices
from adapters.teams.pace import Pace
from bot.domain.errors import ChannelBusy, PersonUnreachable, SourceUnavailable
from bot.domain.people import Person, PersonId
from bot.ports.notices import Notice
from bot.settings import Settings
from bot.wiring.teams import notices_of
from dialogs.texts.catalogue import read_catalogue
from tests.fakes.clock import FakeClock
from tests.teams.microsoft import APP_ID, TENANT, Microsoft, microsoft
from tests.teams.test_cards import check as check_card
from tests.teams.test_connector import LOOPBACK, credential

ALEX, FOREIGN = PersonId(TENANT, "alex"), PersonId("elsewhere", "alex")
AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LINK = "https://sparekey.example.org/not-me/abc"


class People:
    def __init__(self, language: str = "en") -> None:
        self._language = language

    async def person(self, person: PersonId) -> Person | None:
        return Person(person, "Alex Rivera", "Alex", "alex@example.org", language=self._language)


@dataclass
class Way:
    """A way of telling that does what it is told to."""

    fails: Exception | None = None
    told: list[str] = field(default_factory=list)

    async def tell(self, notice: Notice) -> None:
        if self.fails:
            raise self.fails
        self.told.append(notice.id)


@pytest.fixture
async def there() -> AsyncIterator[Microsoft]:
    async with microsoft() as one:
        yield one


@pytest.fixture
async def out() -> AsyncIterator[Connector]:
    async with aiohttp.ClientSession() as http:
        yield Connector(http, credential(), LOOPBACK, Pace(), FakeClock(), patience=0.5)


def notices(out: Connector, there: Microsoft, language: str = "en") -> ChatNotices:
    words = read_catalogue({"home": "https://sparekey.example.org"})
    return ChatNotices(TeamsAdapter(out), words, People(language), there.service_url, APP_ID, TENANT)


def card_of(there: Microsoft) -> dict[str, Any]:
    (message,) = there.connector.messages()
    (attachment,) = message.body["attachments"]
    card: dict[str, Any] = attachment["content"]
    return card


async def test_the_owner_is_told_in_their_own_chat(out: Connector, there: Microsoft) -> None:
    await notices(out, there).tell(Notice("n1", "key_shown", ALEX, AT, LINK, "LAPTOP-ALEX"))

    made, said = there.connector.sent
    assert made.path == "/v3/conversations"
    assert made.body == {
        "isGroup": False, "bot": {"id": f"28:{APP_ID}"}, "members": [{"id": "alex"}], "tenantId": TENANT,
        "channelData": {"tenant": {"id": TENANT}},
    }  # fmt: skip
    assert said.body["summary"] == "The recovery key of LAPTOP-ALEX was shown"


async def test_the_card_says_what_when_and_how_to_stop_it(out: Connector, there: Microsoft) -> None:
    await notices(out, there).tell(Notice("n1", "key_shown", ALEX, AT, LINK, "[LAPTOP](https://evil.example.org)"))

    card = card_of(there)
    check_card(card)
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "This was not me", "url": LINK}]
    assert "21 November 2026, 09:30 UTC" in str(card["body"])
    assert "](https://evil" not in str(card["body"])


async def test_an_owner_reads_their_own_language(out: Connector, there: Microsoft) -> None:
    await notices(out, there, "de").tell(
        Notice("n1", "enrolment_changed", ALEX, AT, LINK, change="authenticator_added")
    )

    assert card_of(there)["actions"][0]["title"] == "Das war ich nicht"


async def test_a_manager_is_asked_in_their_own_chat_and_security_by_mail_alone(
    out: Connector, there: Microsoft
) -> None:
    told = notices(out, there)
    morgan = PersonId(TENANT, "morgan")

    await told.tell(Notice("n1", "approval_asked", ALEX, AT, LINK, "LAPTOP-ALEX", approver=morgan))
    with pytest.raises(PersonUnreachable):
        await told.tell(Notice("n2", "approval_asked", ALEX, AT, LINK, "LAPTOP-ALEX", approver=None))

    made, said = there.connector.sent
    assert made.body["members"] == [{"id": "morgan"}]
    assert said.body["summary"] == "Alex Rivera needs your approval to unlock LAPTOP-ALEX"
    check_card(card_of(there))
    assert card_of(there)["actions"] == [{"type": "Action.OpenUrl", "title": "Look at it", "url": LINK}]


async def test_asked_twice_it_tells_once(out: Connector, there: Microsoft) -> None:
    chat = notices(out, there)
    await chat.tell(Notice("n1", "key_shown", ALEX, AT, LINK, "LAPTOP-ALEX"))
    await chat.tell(Notice("n1", "key_shown", ALEX, AT, LINK, "LAPTOP-ALEX"))

    assert len(there.connector.messages()) == 1


async def test_whoever_does_not_have_the_app_cannot_be_told_here(out: Connector, there: Microsoft) -> None:
    there.connector.moods.append(lambda _: web.json_response({"error": {"code": "Forbidden"}}, status=403))

    with pytest.raises(PersonUnreachable):
        await notices(out, there).tell(Notice("n1", "key_shown", ALEX, AT, LINK, "LAPTOP-ALEX"))


async def test_somebody_of_another_tenant_is_not_even_looked_for(out: Connector, there: Microsoft) -> None:
    with pytest.raises(PersonUnreachable):
        await notices(out, there).tell(Notice("n1", "key_shown", FOREIGN, AT, LINK, "LAPTOP-ALEX"))

    assert there.connector.sent == []


async def test_what_did_not_get_through_is_told_when_asked_again(out: Connector, there: Microsoft) -> None:
    chat = notices(out, there)
    there.connector.moods += [lambda _: web.Response(status=503)] * 8
    with pytest.raises(ChannelBusy):
        await chat.tell(Notice("n1", "key_shown", ALEX, AT, LINK, "LAPTOP-ALEX"))
    there.connector.moods.clear()

    await chat.tell(Notice("n1", "key_shown", ALEX, AT, LINK, "LAPTOP-ALEX"))

    assert len(there.connector.messages()) == 1


@pytest.mark.parametrize("failure", [PersonUnreachable("no app"), ChannelBusy()], ids=["never", "not now"])
async def test_what_went_by_mail_is_told_whatever_becomes_of_teams(failure: Exception) -> None:
    mail, teams = Way(), Way(failure)

    await EveryWay(mail, teams).tell(Notice("n1", "key_shown", ALEX, AT, LINK, "LAPTOP-ALEX"))

    assert mail.told == ["n1"]


@pytest.mark.parametrize("failure", [PersonUnreachable("no address"), SourceUnavailable("directory")])
async def test_teams_is_told_though_mail_is_not_and_that_stays_known(failure: Exception) -> None:
    mail, teams = Way(failure), Way()

    with pytest.raises(type(failure)):
        await EveryWay(mail, teams).tell(
            Notice("n1", "enrolment_changed", ALEX, AT, LINK, change="authenticator_added")
        )

    assert teams.told == ["n1"]


async def test_where_teams_is_served_people_are_told_there_as_well(there: Microsoft) -> None:
    mail, words = Way(), read_catalogue({"home": "https://sparekey.example.org"})
    settings = Settings().model_copy(update={"teams_agents_service_url": there.service_url})

    async with open_teams(Registration(APP_ID, TENANT, there.cloud(), LOOPBACK), credential(), FakeClock()) as teams:
        await notices_of(settings, teams, words, People(), mail).tell(
            Notice("n1", "key_shown", ALEX, AT, LINK, "LAPTOP-ALEX")
        )

    assert mail.told == ["n1"]
    assert len(there.connector.messages()) == 1
    assert notices_of(settings, None, words, People(), mail) is mail
