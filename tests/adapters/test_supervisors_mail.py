"""Mail for supervisors, through a real SMTP server: one for all cases, without anybody's name, once however often it is asked."""

from datetime import UTC, datetime

import pytest

from adapters.notices.server import MailFailed, MailServer, UnsafeMailServer
from adapters.notices.supervisors import LISTED, MailSupervisors
from bot.domain.concerns import WaitingCase
from bot.ports.supervisors import NobodyTold
from bot.settings import Settings
from bot.wiring.mail import supervisors_of
from bot.wiring.secret_files import CannotServe
from tests.adapters.test_mail_notices import (  # noqa: F401 - fixtures
    AT,
    WORDS,
    PostOffice,
    _text,
    office,
    port,
    server,
    trust,
)

MAILBOX, PAGE = "leads@example.org", "https://sparekey.example.org/desk/searches"
SINCE = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
CASE = WaitingCase(1001, ("late", "returned"), "no_key", "urgent", SINCE)


def supervisors(server: MailServer, language: str = "en") -> MailSupervisors:  # noqa: F811 - a fixture
    return MailSupervisors(server, WORDS, MAILBOX, language, PAGE)


async def test_one_mail_names_every_case_why_it_is_a_concern_and_where_to_look(
    server: MailServer,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    other = WaitingCase(1002, ("untaken",), "asked", "normal", SINCE)

    await supervisors(server).cases_wait("supervision:desk/3.0", (CASE, other), AT)

    assert office.recipients == [[MAILBOX]]
    mail = office.mail_to(MAILBOX)
    assert mail["Subject"] == "Cases that wait too long: 2"
    assert mail["Auto-Submitted"] == "auto-generated"
    lines = _text(mail).splitlines()
    assert (
        "Case 1001 (urgent), since 2026-11-21 08:30 UTC: no key is stored – "
        "the time to take it in is over, returned, because an agent went silent"
    ) in lines
    assert any(line.startswith("Case 1002, since") and line.endswith("nobody has taken it for long") for line in lines)
    assert PAGE in lines


async def test_a_hundred_cases_are_one_short_mail(server: MailServer, office: PostOffice) -> None:  # noqa: F811
    cases = tuple(WaitingCase(number, ("late",), "asked", "normal", SINCE) for number in range(1001, 1101))

    await supervisors(server, "de").cases_wait("supervision:desk/3.0", cases, AT)

    (text,) = [_text(office.mail_to(MAILBOX))]
    assert text.count("Fall 1") == LISTED
    assert "… und 80 weitere." in text


async def test_asked_again_it_is_the_same_mail_to_mail_systems(server: MailServer, office: PostOffice) -> None:  # noqa: F811
    for _ in range(2):
        await supervisors(server).cases_wait("supervision:desk/3.0", (CASE,), AT)

    first, second = (content for _, content in office.got)
    assert first.partition(b"Message-ID: ")[2][:40] == second.partition(b"Message-ID: ")[2][:40]


async def test_a_server_that_refuses_is_asked_again_later(server: MailServer, office: PostOffice) -> None:  # noqa: F811
    office.refused[MAILBOX] = "451 later"

    with pytest.raises(MailFailed):
        await supervisors(server).cases_wait("supervision:desk/3.0", (CASE,), AT)


def test_what_is_no_address_is_refused_before_anybody_is_served(server: MailServer) -> None:  # noqa: F811
    with pytest.raises(UnsafeMailServer):
        MailSupervisors(server, WORDS, "leads@example.org, all@example.org", "en", PAGE)


def test_served_with_a_mailbox_supervisors_are_told_there_and_without_one_nobody_is() -> None:
    mail = {"mail_host": "mail.example.org", "mail_sender": "sparekey@example.org"}

    told = supervisors_of(Settings(**mail, mail_supervisors_mailbox=MAILBOX), "https://x.example.org", WORDS)  # type: ignore[arg-type]
    nobody = supervisors_of(Settings(**mail), "https://x.example.org", WORDS)  # type: ignore[arg-type]

    assert isinstance(told, MailSupervisors)
    assert isinstance(nobody, NobodyTold)
    with pytest.raises(CannotServe):
        supervisors_of(Settings(**mail, mail_supervisors_mailbox="no address"), "https://x.example.org", WORDS)  # type: ignore[arg-type]
