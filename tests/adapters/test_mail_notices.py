"""Notices by mail, through a real SMTP server with STARTTLS and login: who has them, what they say, and what stops them."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from adapters.notices.letters import LONGEST_NAME, one_line
from adapters.notices.mail import AddressMissing, MailNotices
from adapters.notices.server import MailFailed, MailServer, Security, UnsafeMailServer, is_plain_address
from bot.domain.errors import SourceUnavailable
from bot.domain.people import Person, PersonId
from bot.domain.secret import Secret
from bot.ports.notices import Notice
from dialogs.texts.catalogue import read_catalogue
from tests.teams.authority import Authority, authority

WORDS = read_catalogue({"home": "https://sparekey.example.org"})
ALEX, MORGAN, UNA = (PersonId("example", name) for name in ("alex", "morgan", "una"))
ALEX_READS, MORGAN_READS, SECURITY_READS = "alex@example.org", "morgan@example.org", "security@example.org"
AT = datetime(2026, 11, 21, 9, 5, tzinfo=UTC)
LINK = "https://sparekey.example.org/not-me/" + "aB3_-" * 90 + ".Zz9-_=="
USER, PASSWORD = "sparekey", "correct horse"


@dataclass
class PostOffice:
    """What an SMTP server does with what it is asked. `refused` are the addresses that it does not take."""

    got: list[tuple[list[str], bytes]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    greeted_as: str | None = None
    logins: int = 0
    has_login: asyncio.Event = field(default_factory=asyncio.Event)

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: object
    ) -> AuthResult:
        self.logins += 1
        self.has_login.set()
        assert isinstance(login, LoginPassword)
        return AuthResult(success=login == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.greeted_as = session.host_name
        self.asked.append(address)
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        assert isinstance(envelope.content, bytes)
        self.got.append((list(envelope.rcpt_tos), envelope.content))
        return "250 OK"

    def mail_to(self, address: str) -> EmailMessage:
        (content,) = (content for recipients, content in self.got if recipients == [address])
        return _parsed(content)

    @property
    def recipients(self) -> list[list[str]]:
        return [recipients for recipients, _ in self.got]


@dataclass
class People:
    """The directory."""

    known: dict[PersonId, Person]
    is_silent: bool = False

    async def person(self, person: PersonId) -> Person | None:
        if self.is_silent:
            raise SourceUnavailable("directory")
        return self.known.get(person)


@pytest.fixture
def people() -> People:
    return People(
        {
            ALEX: Person(ALEX, "Alex Müller", "Alex", ALEX_READS, manager=MORGAN, language="de"),
            MORGAN: Person(MORGAN, "Morgan Reed", "Morgan", MORGAN_READS),
            UNA: Person(UNA, "Una Nobody", "Una", "una@example.org"),
        }
    )


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def trust(tmp_path: Path) -> Authority:
    return authority(tmp_path)


@asynccontextmanager
async def _open(office: PostOffice, trust: Authority | None, security: Security = "starttls") -> AsyncIterator[int]:
    """The port at which the office listens, with a certificate if there is somebody to vouch for it."""
    loop = asyncio.get_running_loop()
    starttls = trust.server if trust and security == "starttls" else None

    def protocol() -> SMTP:
        return SMTP(
            office,
            hostname="localhost",
            loop=loop,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=starttls is not None,
            authenticator=office.authenticate,
        )

    server = await loop.create_server(
        protocol, "127.0.0.1", 0, ssl=trust.server if trust and security == "tls" else None
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
async def port(office: PostOffice, trust: Authority) -> AsyncIterator[int]:
    async with _open(office, trust) as port:
        yield port


@pytest.fixture
def server(port: int, trust: Authority) -> MailServer:
    return MailServer(
        "localhost", port, "sparekey@example.org", user=USER, password=Secret(PASSWORD), timeout=5, trust=trust.file
    )


@pytest.fixture
def notices(server: MailServer, people: People) -> MailNotices:
    return MailNotices(server, WORDS, people, SECURITY_READS)


async def _shown(notices: MailNotices, notice_id: str = "flow/1/2", device: str = "ALEX-LT", at: datetime = AT) -> None:
    await notices.tell(Notice(notice_id, "key_shown", ALEX, at, LINK, device))


def _parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def _text(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


class _Page(HTMLParser):
    """The text of a page, what it links to, and whatever it would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.links, self.fetches = "", list[str](), list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attributes if tag == "a" and name == "href"]
        self.fetches += [
            tag for name, _ in attributes if tag != "a" and name in {"src", "href", "srcset", "background"}
        ]

    def handle_data(self, text: str) -> None:
        self.text += text


# who is told, and in which words


async def test_the_owner_and_security_are_told_each_in_a_mail_of_their_own(
    notices: MailNotices, office: PostOffice
) -> None:
    await _shown(notices)

    assert office.recipients == [[ALEX_READS], [SECURITY_READS]]
    assert office.mail_to(ALEX_READS)["To"] == ALEX_READS
    assert SECURITY_READS.encode() not in office.got[0][1]
    assert ALEX_READS.encode() not in office.got[1][1]


async def test_each_has_the_link_that_speaks_to_them(notices: MailNotices, office: PostOffice) -> None:
    others = LINK.replace("aB3_-", "oTh3r", 1)

    await notices.tell(Notice("1", "key_shown", ALEX, AT, LINK, "ALEX-LT", widely=True, link_of_others=others))

    in_mails = {
        reader: (LINK in mail, others in mail)
        for reader in (ALEX_READS, SECURITY_READS, MORGAN_READS)
        if (mail := _text(office.mail_to(reader)))
    }
    assert in_mails == {ALEX_READS: (True, False), SECURITY_READS: (False, True), MORGAN_READS: (False, True)}


async def test_the_owner_reads_it_in_their_language(notices: MailNotices, office: PostOffice) -> None:
    await _shown(notices)

    mail = office.mail_to(ALEX_READS)
    assert mail["Subject"] == "Der Wiederherstellungsschlüssel von ALEX-LT wurde gezeigt"
    assert mail["Content-Language"] == "de"
    assert _text(mail).startswith("Guten Tag Alex,\n")
    assert "Zeit: 21. November 2026, 09:05 Uhr UTC\n" in _text(mail)
    assert "Das war ich nicht:\n" in _text(mail)


async def test_security_reads_words_of_its_own_in_its_language(notices: MailNotices, office: PostOffice) -> None:
    await _shown(notices)

    mail = office.mail_to(SECURITY_READS)
    assert mail["Subject"] == "Recovery key shown: ALEX-LT, Alex Müller"
    assert _text(mail).startswith("Hello,\n")
    assert "Person: Alex Müller\nComputer: ALEX-LT\nTime: 21 November 2026, 09:05 UTC\n" in _text(mail)
    assert "only an agent can lift the block" in _text(mail)


async def test_without_a_security_mailbox_the_manager_is_told(
    server: MailServer, people: People, office: PostOffice
) -> None:
    await _shown(MailNotices(server, WORDS, people))

    assert office.recipients == [[ALEX_READS], [MORGAN_READS]]
    mail = office.mail_to(MORGAN_READS)
    assert mail["Subject"] == "Alex Müller: the recovery key of ALEX-LT was shown"
    assert _text(mail).startswith("Hello Morgan,\n")


async def test_the_owner_of_the_security_mailbox_is_told_beside_their_manager(
    server: MailServer, people: People, office: PostOffice
) -> None:
    await _shown(MailNotices(server, WORDS, people, "Alex@Example.org"))

    assert office.recipients == [[ALEX_READS], [MORGAN_READS]]


async def test_a_person_without_a_second_address_is_told_and_the_lack_is_an_error(
    server: MailServer, people: People, office: PostOffice
) -> None:
    notices = MailNotices(server, WORDS, people)

    with pytest.raises(AddressMissing, match="no address: second"):
        await notices.tell(Notice("1", "key_shown", UNA, AT, LINK, "UNA-LT"))

    assert office.recipients == [["una@example.org"]]


@pytest.mark.parametrize("change", [{"enabled": False}, {"mail": ""}, {"mail": ALEX_READS.upper()}])
async def test_a_manager_who_cannot_warn_anybody_is_no_second_address(
    server: MailServer, people: People, office: PostOffice, change: dict[str, object]
) -> None:
    people.known[MORGAN] = replace(people.known[MORGAN], **change)  # type: ignore[arg-type]  # fields by name

    with pytest.raises(AddressMissing, match="second"):
        await _shown(MailNotices(server, WORDS, people))

    assert office.recipients == [[ALEX_READS]]


async def test_security_is_told_of_somebody_whom_the_directory_no_longer_knows(
    notices: MailNotices, people: People, office: PostOffice
) -> None:
    people.known.clear()

    with pytest.raises(AddressMissing, match="owner"):
        await _shown(notices)

    assert office.recipients == [[SECURITY_READS]]
    assert "Person: alex\n" in _text(office.mail_to(SECURITY_READS))


async def test_a_silent_directory_postpones_the_notice(
    notices: MailNotices, people: People, office: PostOffice
) -> None:
    people.is_silent = True
    with pytest.raises(SourceUnavailable):
        await _shown(notices)
    people.is_silent = False

    await _shown(notices)

    assert len(office.got) == 2


@pytest.mark.parametrize("what", ["authenticator_added", "authenticator_replaced", "authenticator_removed"])
async def test_a_changed_enrolment_is_told_to_both(notices: MailNotices, office: PostOffice, what: str) -> None:
    await notices.tell(Notice("1", "enrolment_changed", ALEX, AT, LINK, change=what))

    assert WORDS.phrase("de", f"mail.change.{what}", {}) in _text(office.mail_to(ALEX_READS))
    assert WORDS.phrase("en", f"mail.change.{what}", {}) in _text(office.mail_to(SECURITY_READS))
    assert "Computer:" not in _text(office.mail_to(SECURITY_READS))
    assert LINK in _text(office.mail_to(SECURITY_READS))


@pytest.mark.parametrize(
    ("approver", "reads"), [(MORGAN, MORGAN_READS), (None, SECURITY_READS)], ids=["manager", "security"]
)
async def test_whoever_is_asked_to_approve_is_told_alone_and_reads_no_number(
    notices: MailNotices, office: PostOffice, approver: PersonId | None, reads: str
) -> None:
    link = LINK.replace("/not-me/", "/approve/")

    await notices.tell(Notice("1", "approval_asked", ALEX, AT, link, "ALEX-LT", approver=approver))
    await notices.tell(Notice("1", "approval_asked", ALEX, AT, link, "ALEX-LT", approver=approver))

    assert office.recipients == [[reads]]
    text = _text(office.mail_to(reads))
    assert "Alex Müller" in text
    assert "ALEX-LT" in text
    assert re.findall(r"\S*://\S*", text) == [link]
    assert re.findall(r"\d+", text.replace(link, "")) == ["21", "2026", "09", "05"]


@pytest.mark.parametrize("change", [{"enabled": False}, {"mail": "no address"}], ids=["disabled", "without an address"])
async def test_nobody_stands_in_for_an_approver_who_cannot_be_told(
    notices: MailNotices, office: PostOffice, people: People, change: dict[str, Any]
) -> None:
    people.known[MORGAN] = replace(people.known[MORGAN], **change)

    with pytest.raises(AddressMissing):
        await notices.tell(Notice("1", "approval_asked", ALEX, AT, LINK, "ALEX-LT", approver=MORGAN))

    assert office.got == []


# what is in it


async def test_before_agents_release_a_key_alone_every_address_on_record_is_told(
    notices: MailNotices, office: PostOffice
) -> None:
    await notices.tell(Notice("n1", "key_released", ALEX, AT, LINK, "LAPTOP", widely=True))
    await notices.tell(Notice("n2", "key_shown", ALEX, AT, LINK, "LAPTOP", widely=True))
    await notices.tell(Notice("n3", "key_read_aloud", ALEX, AT, LINK, "LAPTOP", widely=True))

    to = sorted(address for (address,) in office.recipients)
    assert to == sorted([ALEX_READS, MORGAN_READS, SECURITY_READS] * 3)
    assert all(LINK in _text(_parsed(content)) for _, content in office.got)


@pytest.mark.parametrize("device", ["LAPTOP", ""])
async def test_that_a_block_was_lifted_every_address_on_record_is_told(
    notices: MailNotices, office: PostOffice, device: str
) -> None:
    await notices.tell(Notice("n1", "block_lifted", ALEX, AT, LINK, device or None, widely=True))

    texts = [_text(_parsed(content)) for _, content in office.got]
    assert sorted(address for (address,) in office.recipients) == sorted([ALEX_READS, MORGAN_READS, SECURITY_READS])
    assert all(LINK in text and ("LAPTOP" in text) is bool(device) for text in texts)


async def test_a_release_of_which_no_second_address_can_be_told_is_an_error(
    server: MailServer, people: People, office: PostOffice
) -> None:
    alone = MailNotices(server, WORDS, people)

    with pytest.raises(AddressMissing):
        await alone.tell(Notice("n", "key_released", UNA, AT, LINK, "LAPTOP", widely=True))

    assert office.recipients == [["una@example.org"]]


@pytest.mark.parametrize("address", [ALEX_READS, SECURITY_READS])
async def test_the_link_arrives_whole_and_is_the_only_one(
    notices: MailNotices, office: PostOffice, address: str
) -> None:
    await _shown(notices)

    mail = office.mail_to(address)
    page = _Page(_text(mail, "html"))
    assert re.findall(r"\S*://\S*", _text(mail)) == [LINK]
    assert page.links == [LINK]
    assert "://" not in page.text
    assert page.fetches == []
    assert "url(" not in _text(mail, "html")


@pytest.mark.parametrize("address", [ALEX_READS, SECURITY_READS])
async def test_no_digit_is_in_it_but_those_of_the_time(notices: MailNotices, office: PostOffice, address: str) -> None:
    await _shown(notices)

    mail = office.mail_to(address)
    page = _Page(_text(mail, "html")).text.partition("}")[2]
    assert re.findall(r"\d+", _text(mail).replace(LINK, "")) == ["21", "2026", "09", "05"]
    assert re.findall(r"\d+", page) == ["21", "2026", "09", "05"]
    assert "/unlock" not in _text(mail)


async def test_every_line_is_short_enough_for_every_server(notices: MailNotices, office: PostOffice) -> None:
    await _shown(notices, device="Ü" * 300)

    assert max(len(line) for _, content in office.got for line in content.split(b"\r\n")) <= 78
    assert all(content.isascii() for _, content in office.got)


async def test_robots_are_told_that_a_robot_wrote_it(notices: MailNotices, office: PostOffice) -> None:
    await _shown(notices)

    mail = office.mail_to(ALEX_READS)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["From"] == "Sparekey <sparekey@example.org>"
    assert mail["Reply-To"] is None
    assert mail["Date"].datetime == AT


async def test_the_server_is_not_told_the_name_of_this_machine(notices: MailNotices, office: PostOffice) -> None:
    await _shown(notices)

    assert office.greeted_as == "example.org"


async def test_a_time_is_told_in_utc_wherever_it_was_taken(notices: MailNotices, office: PostOffice) -> None:
    from_japan = AT.astimezone(datetime.fromisoformat("2026-01-01T00:00+09:00").tzinfo)

    await _shown(notices, at=from_japan)

    assert "21 November 2026, 09:05 UTC" in _text(office.mail_to(SECURITY_READS))


HOSTILE = [
    "X\r\nBcc: thief@example.com\r\n\r\nHello",
    "X\nSubject: other",
    "X\rTo: thief@example.com",
    "X\x0b\x0c\x1c\x85\u2028\u2029Bcc: thief@example.com",
    "=?utf-8?q?X=0D=0ABcc=3A_thief=40example.com?=",
    "X\0\x1b[31m",
    "\u202eTL-XELA\u2066",
    "Ü" * 5000,
    "a " * 5000,
    "<script>alert(1)</script><img src=https://example.com/x>",
    "\r\n.\r\nMAIL FROM:<thief@example.com>",
    "\ud800",
    "{link}{owner}",
    "\u202e",
]


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_adds_no_header_no_recipient_and_no_markup(
    notices: MailNotices, people: People, office: PostOffice, name: str
) -> None:
    people.known[ALEX] = replace(people.known[ALEX], name=name, given_name=name)
    await _shown(notices, "plain", device="ALEX-LT")
    usual = office.mail_to(SECURITY_READS)
    office.got.clear()

    await _shown(notices, "hostile", device=name)

    mail = office.mail_to(SECURITY_READS)
    page = _Page(_text(mail, "html"))
    assert office.recipients == [[ALEX_READS], [SECURITY_READS]]
    assert mail.keys() == usual.keys()
    assert mail["To"] == SECURITY_READS
    assert mail["Subject"].isprintable()
    assert len(mail["Subject"]) < 3 * LONGEST_NAME
    assert page.links == [LINK]
    assert page.fetches == []
    assert _text(mail).count("\n") == _text(usual).count("\n")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_becomes_one_short_printable_line(name: str) -> None:
    line = one_line(name)

    assert line.isprintable()
    assert len(line) <= LONGEST_NAME


@pytest.mark.parametrize(
    "address",
    [
        "",
        "alex",
        "@example.org",
        "alex@",
        "alex@example.org\r\nBcc: thief@example.com",
        "alex@example.org\n",
        "alex@example.org, thief@example.com",
        "Alex <alex@example.org>",
        "<alex@example.org>",
        "alex@example.org> SIZE=1",
        "al ex@example.org",
        '"a\r\nb"@example.org',
        "a..b@example.org",
        "älex@example.org",
        "alex@exämple.org",
        "alex@-example.org",
        "a" * 250 + "@example.org",
    ],
)
async def test_an_address_that_is_more_or_less_than_one_address_gets_nothing(
    notices: MailNotices, people: People, office: PostOffice, address: str
) -> None:
    people.known[ALEX] = replace(people.known[ALEX], mail=address)

    with pytest.raises(AddressMissing, match="owner"):
        await _shown(notices)

    assert office.asked == [SECURITY_READS]
    assert not is_plain_address(address)


# told once


async def test_a_second_telling_reaches_nobody_again(notices: MailNotices, office: PostOffice) -> None:
    await _shown(notices)

    await _shown(notices)

    assert len(office.got) == 2
    assert office.logins == 1


async def test_two_notices_are_two_mails(notices: MailNotices, office: PostOffice) -> None:
    await _shown(notices, "1")

    await _shown(notices, "2")

    assert len({_parsed(content)["Message-ID"] for _, content in office.got}) == 4


async def test_after_a_restart_the_same_notice_is_the_same_mail_to_the_last_byte(
    server: MailServer, people: People, office: PostOffice
) -> None:
    await _shown(MailNotices(server, WORDS, people, SECURITY_READS))

    await _shown(MailNotices(server, WORDS, people, SECURITY_READS))

    assert office.got[:2] == office.got[2:]
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", _parsed(office.got[0][1])["Message-ID"])


async def test_after_a_restart_a_mail_told_later_has_the_same_message_id(
    server: MailServer, people: People, office: PostOffice
) -> None:
    await _shown(MailNotices(server, WORDS, people, SECURITY_READS))

    await _shown(MailNotices(server, WORDS, people, SECURITY_READS), at=AT + timedelta(minutes=4))

    first, _, again, _ = (_parsed(content) for _, content in office.got)
    assert first["Message-ID"] == again["Message-ID"]


async def test_whoever_had_it_does_not_get_it_again_because_the_other_did_not(
    notices: MailNotices, office: PostOffice
) -> None:
    office.refused[ALEX_READS] = "450 Mailbox busy"
    with pytest.raises(MailFailed, match=r"^owner: SMTPRecipientsRefused 450$"):
        await _shown(notices)
    with pytest.raises(MailFailed):
        await _shown(notices)
    office.refused.clear()

    await _shown(notices, at=AT + timedelta(minutes=4))

    assert office.recipients == [[SECURITY_READS], [ALEX_READS]]
    assert "09:05" in _text(office.mail_to(ALEX_READS))


async def test_a_refused_second_address_does_not_keep_the_owner_untold(
    notices: MailNotices, office: PostOffice
) -> None:
    office.refused[SECURITY_READS] = "550 No such mailbox"

    with pytest.raises(MailFailed, match="security: SMTPRecipientsRefused 550"):
        await _shown(notices)

    assert office.recipients == [[ALEX_READS]]


async def test_two_who_tell_at_once_send_once(notices: MailNotices, office: PostOffice) -> None:
    await asyncio.gather(_shown(notices), _shown(notices))

    assert len(office.got) == 2


async def test_a_caller_who_gives_up_does_not_cause_a_second_mail(notices: MailNotices, office: PostOffice) -> None:
    impatient = asyncio.create_task(_shown(notices))
    await office.has_login.wait()
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient

    await _shown(notices)

    assert office.recipients == [[ALEX_READS], [SECURITY_READS]]


# what stops it


async def test_a_server_that_is_down_postpones_the_notice(notices: MailNotices, server: MailServer) -> None:
    down = MailNotices(replace(server, port=1), WORDS, People({}), SECURITY_READS)

    with pytest.raises(MailFailed, match="ConnectionRefusedError"):
        await _shown(down)


async def test_a_server_that_says_nothing_is_left_after_the_timeout(server: MailServer, people: People) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        notices = MailNotices(replace(server, port=port, timeout=0.1), WORDS, people, SECURITY_READS)

        async with asyncio.timeout(60):
            with pytest.raises(MailFailed):
                await _shown(notices)


async def test_the_loop_goes_on_while_a_server_says_nothing(server: MailServer, people: People) -> None:
    arrived, enough = asyncio.Event(), asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await enough.wait()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        notices = MailNotices(replace(server, port=port, timeout=60), WORDS, people, SECURITY_READS)
        telling = asyncio.create_task(_shown(notices))
        async with asyncio.timeout(30):
            await arrived.wait()
        assert not telling.done()
        enough.set()

        with pytest.raises(MailFailed):
            await telling


async def test_a_refused_login_sends_nothing_and_tells_nobody_the_password(
    server: MailServer, people: People, office: PostOffice, logged: list[str]
) -> None:
    wrong = replace(server, password=Secret("battery staple"))

    with pytest.raises(MailFailed, match="SMTPAuthenticationError 535") as refusal:
        await _shown(MailNotices(wrong, WORDS, people, SECURITY_READS))

    assert office.asked == []
    assert refusal.value.__suppress_context__
    assert "mail not taken" in "".join(logged)
    assert "battery staple" not in "".join(logged)


async def test_a_password_that_cannot_be_sent_is_not_told(server: MailServer, people: People) -> None:
    strange = replace(server, password=Secret("pässword"))

    with pytest.raises(MailFailed, match=r"^UnicodeEncodeError$"):
        await _shown(MailNotices(strange, WORDS, people, SECURITY_READS))


async def test_logs_name_nobody(notices: MailNotices, office: PostOffice, logged: list[str]) -> None:
    office.refused |= {ALEX_READS: f"550 {ALEX_READS} unknown", SECURITY_READS: "550 no"}

    with pytest.raises(MailFailed) as refusal:
        await _shown(notices)

    assert "@" not in "".join((*logged, str(refusal.value)))


async def test_without_starttls_nothing_is_sent_not_even_the_login(
    server: MailServer, people: People, office: PostOffice
) -> None:
    async with _open(office, None) as port:
        with pytest.raises(MailFailed, match="SMTPNotSupportedError"):
            await _shown(MailNotices(replace(server, port=port), WORDS, people, SECURITY_READS))

    assert (office.logins, office.asked) == (0, [])


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(
    server: MailServer, people: People, office: PostOffice, trust: Authority, security: Security
) -> None:
    async with _open(office, trust, security) as port:
        unknown = replace(server, port=port, security=security, trust=None)
        with pytest.raises(MailFailed, match="SSLCertVerificationError"):
            await _shown(MailNotices(unknown, WORDS, people, SECURITY_READS))

    assert (office.logins, office.asked) == (0, [])


async def test_a_certificate_for_another_name_is_refused(
    server: MailServer, people: People, office: PostOffice
) -> None:
    other_name = replace(server, host="127.1")

    with pytest.raises(MailFailed, match="SSLCertVerificationError"):
        await _shown(MailNotices(other_name, WORDS, people, SECURITY_READS))

    assert (office.logins, office.asked) == (0, [])


async def test_mail_goes_over_tls_from_the_first_byte(
    server: MailServer, people: People, office: PostOffice, trust: Authority
) -> None:
    async with _open(office, trust, "tls") as port:
        implicit = replace(server, port=port, security="tls", user=None, password=None)
        await _shown(MailNotices(implicit, WORDS, people, SECURITY_READS))

    assert len(office.got) == 2


async def test_mail_goes_plainly_to_a_server_on_this_machine(
    server: MailServer, people: People, office: PostOffice
) -> None:
    async with _open(office, None) as port:
        plain = replace(server, port=port, security="none", user=None, password=None)
        await _shown(MailNotices(plain, WORDS, people, SECURITY_READS))

    assert len(office.got) == 2


async def test_the_doctor_tries_everything_but_a_mail(server: MailServer, office: PostOffice) -> None:
    await asyncio.to_thread(server.try_out)

    assert (office.logins, office.asked) == (1, [])


async def test_the_doctor_learns_that_the_login_is_wrong(server: MailServer) -> None:
    wrong = replace(server, password=Secret("battery staple"))

    with pytest.raises(MailFailed, match="SMTPAuthenticationError"):
        await asyncio.to_thread(wrong.try_out)


# settings


UNSAFE: list[tuple[str, dict[str, object]]] = [
    ("on this machine", {"host": "mail.example.org", "security": "none"}),
    ("on this machine", {"host": "localhost.example.org", "security": "none"}),
    ("on this machine", {"host": "10.0.0.1", "security": "none"}),
    ("sender", {"sender": "Sparekey"}),
    ("sender", {"sender": "a@example.org\r\nBcc: thief@example.com"}),
    ("belong together", {"user": "sparekey"}),
    ("belong together", {"password": Secret("x")}),
    ("timeout", {"timeout": 0.0}),
]


@pytest.mark.parametrize(("why", "change"), UNSAFE)
def test_an_unsafe_server_is_refused_when_it_is_named(why: str, change: dict[str, object]) -> None:
    with pytest.raises(UnsafeMailServer, match=why):
        MailServer(**{"host": "localhost", "port": 25, "sender": "sparekey@example.org", **change})  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_this_machine_needs_no_tls(host: str) -> None:
    assert MailServer(host, 25, "sparekey@example.org", "none").domain == "example.org"


def test_a_security_mailbox_that_is_no_address_is_refused_at_the_start() -> None:
    server = MailServer("localhost", 25, "sparekey@example.org")

    with pytest.raises(UnsafeMailServer, match="security mailbox"):
        MailNotices(server, WORDS, People({}), "security@example.org, thief@example.com")


def test_the_password_is_in_no_description_of_the_server() -> None:
    server = MailServer("localhost", 25, "sparekey@example.org", user=USER, password=Secret(PASSWORD))

    assert PASSWORD not in repr(server)
