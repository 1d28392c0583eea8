"""Mail to owners and to supervisors, by the organisation's own server."""

from adapters.desk.searching import SEARCHES
from adapters.notices.mail import MailNotices
from adapters.notices.server import MailServer, UnsafeMailServer
from adapters.notices.supervisors import MailSupervisors
from bot.ports.sources import Directory
from bot.ports.supervisors import NobodyTold, Supervisors
from bot.ports.words import Words
from bot.settings import Settings
from bot.wiring.secret_files import CannotServe, secret_in
from dialogs.texts.catalogue import read_catalogue


def mail_server_of(settings: Settings) -> MailServer:
    """Raises CannotServe: whoever's key is shown has to hear of it by another way."""
    if settings.mail_host is None or settings.mail_sender is None:
        raise CannotServe("owners cannot be told when a key is shown: set SPAREKEY_MAIL_HOST and SPAREKEY_MAIL_SENDER")
    password = settings.mail_password_file
    try:
        return MailServer(
            settings.mail_host,
            settings.mail_port,
            settings.mail_sender,
            security=settings.mail_security,
            user=settings.mail_user,
            password=secret_in(password, "SPAREKEY_MAIL_PASSWORD_FILE") if password else None,
            timeout=settings.mail_timeout,
            trust=settings.mail_ca_file,
        )
    except UnsafeMailServer as error:
        raise CannotServe(str(error)) from error


def mail_of(settings: Settings, address: str, directory: Directory) -> MailNotices:
    """Raises CannotServe."""
    words, mailbox = read_catalogue({"home": address}), settings.mail_security_mailbox
    try:
        return MailNotices(mail_server_of(settings), words, directory, mailbox, settings.desk_language)
    except UnsafeMailServer as error:
        raise CannotServe(str(error)) from error


def supervisors_of(settings: Settings, address: str, words: Words) -> Supervisors:
    """Raises CannotServe."""
    if settings.mail_supervisors_mailbox is None:
        return NobodyTold()
    server, page = mail_server_of(settings), f"{address}{SEARCHES}"
    try:
        return MailSupervisors(server, words, settings.mail_supervisors_mailbox, settings.desk_language, page)
    except UnsafeMailServer as error:
        raise CannotServe(str(error)) from error
