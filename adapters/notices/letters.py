"""What a notice looks like as a mail: the same notice to the same reader is the same mail to the last byte."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from importlib.resources import files
from typing import Literal

import jinja2

from adapters.notices.server import Letter
from bot.ports.notices import Notice
from bot.ports.words import Words

LONGEST_NAME = 64

Role = Literal["owner", "manager", "security"]


@dataclass(frozen=True, slots=True)
class Reader:
    role: Role
    address: str
    language: str
    name: str = ""


class Letters:
    def __init__(self, words: Words, sender: str) -> None:
        self._words = words
        self._user, _, self._domain = sender.rpartition("@")
        self._html = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
            (files("adapters.notices") / "templates" / "notice.html").read_text("utf-8")
        )

    def letter(self, notice: Notice, reader: Reader, owner: str) -> Letter:
        """`owner` is one line already."""
        language = reader.language if reader.language in self._words.languages else "en"
        said = Sentences(self._words, language, notice, reader, owner)
        identity = _digest(notice.id, reader.address)
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(said("mail.sender"), self._user, self._domain)
        message["To"] = Address("", *reader.address.rsplit("@", 1))
        message["Subject"] = said.of_role("subject").replace(
            "=?", "= ?"
        )  # or email would decode a name, line breaks and all
        message["Date"] = format_datetime(notice.at.astimezone(UTC))
        message["Message-ID"] = f"<{identity}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(_plain(said), cte="quoted-printable")
        message.add_alternative(self._html.render(said=said), subtype="html", cte="quoted-printable")
        message["Content-Language"] = language  # set earlier, it would be taken for that of the first part
        message.set_boundary(f"=_{identity}")
        return Letter(reader.role, reader.address, message.as_bytes())


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of one notice, their blanks filled for its reader."""

    words: Words
    language: str
    notice: Notice
    reader: Reader
    owner: str
    facts: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        device = one_line(self.notice.device_name or "") or self.words.phrase(self.language, "mail.no_name", {})
        facts = {"owner": self.owner, "reader": one_line(self.reader.name), "device": device}
        if self.notice.change is not None:
            facts["change"] = self.words.phrase(self.language, f"mail.change.{self.notice.change}", {})
        object.__setattr__(self, "facts", facts)

    def __call__(self, text: str) -> str:
        return self.words.phrase(self.language, text, self.facts)

    def of_role(self, part: str) -> str:
        return self(f"mail.{self.notice.about}.{self.reader.role}.{part}")

    @property
    def hello(self) -> str:
        return self("mail.hello" if self.facts["reader"] else "mail.hello_all")

    @property
    def button(self) -> str:
        if self.notice.about == "approval_asked":
            return self("mail.look_at_it")
        return self("mail.not_me" if self.reader.role == "owner" else "mail.block")

    @property
    def link(self) -> str:
        """Whoever is not the person reads of them on the page as well."""
        return self.notice.link if self.reader.role == "owner" else self.notice.link_of_others or self.notice.link

    @property
    def foot(self) -> str:
        return self("mail.foot_approval" if self.notice.about == "approval_asked" else "mail.foot")

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        rows = [] if self.reader.role == "owner" else [(self("mail.person"), self.owner)]
        rows += [] if self.notice.device_name is None else [(self("mail.device"), self.facts["device"])]
        return (*rows, (self("mail.time"), self._moment()))

    def _moment(self) -> str:
        at = self.notice.at.astimezone(UTC)
        month = self(f"mail.month.{at.month}")
        facts = {"day": str(at.day), "month": month, "year": str(at.year), "clock": f"{at:%H:%M}"}
        return self.words.phrase(self.language, "mail.moment", facts)


def one_line(name: str) -> str:
    """A name from outside, as harmless text: no line breaks, no marks that turn the writing round, not long."""
    visible = "".join(letter if letter.isprintable() else " " for letter in name)
    line = " ".join(visible.split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1].rstrip()}…"


def _plain(said: Sentences) -> str:
    rows = "\n".join(f"{name}: {value}" for name, value in said.rows)
    paragraphs = (
        said.hello,
        said.of_role("what"),
        rows,
        said.of_role("fine"),
        said.of_role("otherwise"),
        f"{said.button}:\n{said.link}",
        said.foot,
    )
    return "\n\n".join(paragraphs) + "\n"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
