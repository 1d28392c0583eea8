"""The organisation's mail server: spoken to over TLS with a checked certificate or on this machine, and never in the loop's thread."""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from bot.domain.errors import SparekeyError
from bot.domain.secret import Secret

Security = Literal["starttls", "tls", "none"]

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
LONGEST_ADDRESS = 254


class UnsafeMailServer(SparekeyError):
    """The settings of the mail server are incomplete, or would send notices where others can read or change them."""


class MailFailed(SparekeyError):
    """The server did not take every mail. Says why in a few words; never to whom, nor what the server answered."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole mail for one recipient. `role` is what logs may say of them."""

    role: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MailServer:
    """`timeout` is the patience with each single answer, in seconds. `trust`: a file with the authorities, if they are our own."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str | None = None
    password: Secret | None = None
    timeout: float = 8.0
    trust: Path | None = None

    def __post_init__(self) -> None:
        if not is_plain_address(self.sender):
            raise UnsafeMailServer("the sender is not a mail address such as sparekey@example.org")
        if self.security == "none" and not _is_loopback(self.host):
            raise UnsafeMailServer("mail without TLS is for a server on this machine alone")
        if (self.user is None) != (self.password is None):
            raise UnsafeMailServer("user and password belong together")
        if self.timeout <= 0:
            raise UnsafeMailServer("the timeout has to be longer than nothing")

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]

    def send(self, letters: Sequence[Letter], taken: Callable[[Letter], None]) -> None:
        """Blocks. `taken` hears of each letter as it is taken; a refused one does not keep back the next. Raises MailFailed."""
        failures: list[str] = []
        with self._session() as smtp:
            for letter in letters:
                try:
                    smtp.sendmail(self.sender, [letter.recipient], letter.content)
                except OSError as error:
                    failures.append(f"{letter.role}: {_why(error)}")
                else:
                    taken(letter)
        if failures:
            raise MailFailed("; ".join(failures))

    def try_out(self) -> None:
        """Blocks. For the doctor: everything that comes before a mail. Raises MailFailed."""
        with self._session():
            pass

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        try:
            smtp = self._connect()
        except (OSError, UnicodeError) as error:
            raise MailFailed(_why(error)) from None
        try:
            yield smtp
            with suppress(OSError):  # what was taken stays taken
                smtp.quit()
        finally:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        """Greets by the sender's domain: asking the network for our own name could take long, and tell it."""
        if self.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, self.domain, timeout=self.timeout, context=self._tls()
            )
        else:
            smtp = smtplib.SMTP(self.host, self.port, self.domain, timeout=self.timeout)
        try:
            if self.security == "starttls":
                smtp.starttls(context=self._tls())  # raises if it is not offered: a man in the middle leaves it out
            if self.user is not None and self.password is not None:
                smtp.login(self.user, self.password.open_to("channel"))
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.trust)


def is_plain_address(text: str) -> bool:
    """One address and nothing else: no name, no second address, no line break, no letters that need SMTPUTF8."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _why(error: Exception) -> str:
    """The kind and the code; a server's own words may repeat an address, a login, or a line of the mail."""
    codes: tuple[int, ...] = ()
    if isinstance(error, smtplib.SMTPResponseException):
        codes = (error.smtp_code,)
    elif isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = tuple(code for code, _ in error.recipients.values())
    return " ".join((type(error).__name__, *map(str, codes)))
