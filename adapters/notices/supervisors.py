"""Mail for supervisors: which cases wait too long, one mail for all of them. It names no person and no computer."""

import asyncio
import hashlib
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import structlog

from adapters.notices.server import Letter, MailFailed, MailServer, UnsafeMailServer, is_plain_address
from bot.domain.concerns import WaitingCase
from bot.ports.words import Words

LISTED = 20

log = structlog.get_logger()


class MailSupervisors:
    """`page`: where the same cases stand. The same notice is the same Message-ID, by which mail systems know it again."""

    def __init__(self, server: MailServer, words: Words, mailbox: str, language: str, page: str) -> None:
        if not is_plain_address(mailbox):
            raise UnsafeMailServer("the supervisors' mailbox is not a mail address such as helpdesk-leads@example.org")
        self._server, self._words, self._mailbox = server, words, mailbox
        self._language, self._page = language, page

    async def cases_wait(self, notice_id: str, cases: tuple[WaitingCase, ...], at: datetime) -> None:
        """Raises MailFailed."""
        letter = Letter("supervisors", self._mailbox, self._mail(notice_id, cases, at).as_bytes())
        try:
            await asyncio.to_thread(self._server.send, [letter], lambda _letter: None)
        except MailFailed as error:
            log.warning("mail not taken", why=str(error))
            raise

    def _mail(self, notice_id: str, cases: tuple[WaitingCase, ...], at: datetime) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        user, _, domain = self._server.sender.rpartition("@")
        message["From"] = Address(self._phrase("mail.sender"), user, domain)
        message["To"] = Address("", *self._mailbox.rsplit("@", 1))
        message["Subject"] = self._phrase("mail.cases_wait.subject", n=str(len(cases)))
        message["Date"] = format_datetime(at.astimezone(UTC))
        message["Message-ID"] = f"<{hashlib.sha256(notice_id.encode()).hexdigest()[:32]}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message["Content-Language"] = self._language
        lines = [self._line(case) for case in cases[:LISTED]]
        if len(cases) > LISTED:
            lines.append(self._phrase("mail.cases_wait.more", n=str(len(cases) - LISTED)))
        parts = (self._phrase("mail.cases_wait.what"), "\n".join(lines), self._page, self._phrase("mail.foot"))
        message.set_content("\n\n".join(parts) + "\n", cte="quoted-printable")
        return message

    def _line(self, case: WaitingCase) -> str:
        whys = ", ".join(self._phrase(f"desk.concern.{why}") for why in case.whys)
        urgent = f" ({self._phrase('desk.urgent')})" if case.urgency == "urgent" else ""
        reason = self._phrase(f"case.reasons.{case.reason}")
        since = f"{case.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        return self._phrase(
            "mail.cases_wait.line", case=f"{case.number}{urgent}", since=since, reason=reason, whys=whys
        )

    def _phrase(self, text: str, **facts: str) -> str:
        return self._words.phrase(self._language, text, facts)
