"""The ticket system as the settings want it, or none."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp

from adapters.tickets.line import Line
from adapters.tickets.nowhere import Nowhere
from adapters.tickets.servicenow import Instance, ServiceNow
from adapters.tickets.webhook import WeakSecret, Webhook
from adapters.tickets.wording import Wording
from bot.domain.secret import Secret
from bot.ports.clock import Clock
from bot.ports.tickets import Tickets
from bot.ports.words import Words
from bot.settings import Settings
from bot.wiring.desk import tags_of
from bot.wiring.secret_files import CannotServe, secret_in

GIVEN_BY = "SPAREKEY_TICKETS_SECRET_FILE"


@asynccontextmanager
async def tickets_of(
    settings: Settings, words: Words, clock: Clock, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Tickets]:
    """Raises CannotServe: a secret that is missing or weak is found out at the start."""
    if settings.tickets is None or settings.tickets_url is None:
        yield Nowhere()
        return
    if settings.tickets_secret_file is None:
        raise CannotServe(f"{GIVEN_BY} is not set")
    url, secret = settings.tickets_url, secret_in(settings.tickets_secret_file, GIVEN_BY)
    wording = Wording(words, settings.desk_language, settings.tickets_person, tags_of(settings))
    connector = aiohttp.TCPConnector(ssl=tls if tls is not None else True)
    cookies = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=cookies, trust_env=tls is None) as http:
        line = Line(http, clock)
        if settings.tickets == "webhook":
            yield _webhook(line, url, secret, wording, clock)
        else:
            user, fields = settings.tickets_user or "", settings.tickets_fields
            yield ServiceNow(line, Instance(url, settings.tickets_table, user, secret, fields), wording)


def _webhook(line: Line, url: str, secret: Secret, wording: Wording, clock: Clock) -> Webhook:
    try:
        return Webhook(line, url, secret, wording, clock)
    except WeakSecret as weak:
        raise CannotServe(f"{GIVEN_BY}: {weak}") from weak


async def tickets_in_words(settings: Settings, words: Words, clock: Clock) -> tuple[bool, str]:
    """For `doctor`: whether all is well, and what is."""
    host = urlsplit(settings.tickets_url or "").hostname
    try:
        async with tickets_of(settings, words, clock) as tickets:
            trouble = await tickets.trouble()
    except (OSError, CannotServe) as error:
        return False, str(error)
    if trouble:
        return False, f"{host}: {trouble}"
    if settings.tickets == "webhook":
        return True, f"every change of a case goes to {host}, signed; nothing was sent to try it"
    return True, f"{host} lets us read {settings.tickets_table}"
