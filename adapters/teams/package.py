"""The app that an administrator uploads to Teams: what it may do, and its words; the same bytes for the same settings."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson

from adapters.teams import icons

_SCHEMAS = "https://developer.microsoft.com/json-schemas/teams/v1.22"
_LONGEST_NAME = 30
_LONGEST_ORGANISATION = 32
_LONGEST_URL = 2048
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_HTTPS = re.compile(r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d+)?(?:[/?#]\S*)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Raises ValueError for what Teams would refuse, so that it is said here and not in the admin centre.

    `in_channels` lets the bot post case cards where agents read them. Recovery itself is for one person alone.
    """

    app_id: str
    public_url: str
    in_channels: bool
    organisation: str
    privacy_url: str
    terms_url: str
    name: str = "Sparekey"

    def __post_init__(self) -> None:
        if not _GUID.fullmatch(self.app_id):
            raise ValueError(f"The app's id is not a GUID like 01234567-89ab-cdef-0123-456789abcdef: {self.app_id!r}.")
        _require_https("public address", self.public_url)
        _require_https("address of the privacy statement", self.privacy_url)
        _require_https("address of the terms of use", self.terms_url)
        _require_length("app's name", self.name, _LONGEST_NAME)
        _require_length("organisation's name", self.organisation, _LONGEST_ORGANISATION)


def _require_https(what: str, url: str) -> None:
    if len(url) > _LONGEST_URL or not _HTTPS.fullmatch(url):
        raise ValueError(f"The {what} must be an https address like https://sparekey.example: {url!r}.")


def _require_length(what: str, text: str, most: int) -> None:
    if not text.strip() or len(text) > most:
        raise ValueError(f"The {what} must have 1 to {most} characters, for Teams shows no more: {text!r}.")


@dataclass(frozen=True, slots=True)
class _Command:
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class _Sentences:
    """What Teams itself shows, from the package and not from the bot. A command is sent as if the person had typed it."""

    full_name: str
    short: str
    full: str
    commands: tuple[_Command, ...]


_ENGLISH = _Sentences(
    full_name="{name}: back into your computer",
    short="Locked out of your computer? Get back in with the help of your phone.",
    full=(
        "{name} helps when your computer asks for a recovery key. Write from your phone: say which computer is locked, "
        "confirm that it is you, and read your key on a page of {organisation}. If you prefer, a colleague takes over. "
        "You can also report a lost or stolen computer."
    ),
    commands=(
        _Command("My Windows computer is locked", "It shows a blue screen and asks for a recovery key."),
        _Command("My Mac is locked", "It asks for a recovery key or does not take your password."),
        _Command("Talk to a colleague", "Somebody from the helpdesk takes over the conversation."),
        _Command("Computer lost or stolen", "Report it now; the helpdesk takes care of it."),
        _Command("Start over", "Begin again from the first question."),
    ),
)
_GERMAN = _Sentences(
    full_name="{name}: zurück in Ihren Computer",
    short="Computer gesperrt? Mit Ihrem Handy kommen Sie wieder hinein.",
    full=(
        "{name} hilft, wenn Ihr Computer einen Wiederherstellungsschlüssel verlangt. Schreiben Sie vom Handy aus: Sagen "
        "Sie, welcher Computer gesperrt ist, bestätigen Sie, dass Sie es sind, und lesen Sie Ihren Schlüssel auf einer "
        "Seite Ihrer Organisation ({organisation}). Auf Wunsch übernimmt jemand vom Helpdesk. Auch einen verlorenen oder "
        "gestohlenen Computer können Sie hier melden."
    ),
    commands=(
        _Command(
            "Mein Windows-Computer ist gesperrt", "Er zeigt einen blauen Bildschirm und verlangt einen Schlüssel."
        ),
        _Command("Mein Mac ist gesperrt", "Er verlangt einen Schlüssel oder nimmt Ihr Passwort nicht an."),
        _Command("Mit jemandem vom Helpdesk sprechen", "Ein Mensch übernimmt das Gespräch."),
        _Command("Computer verloren oder gestohlen", "Melden Sie es gleich; der Helpdesk kümmert sich darum."),
        _Command("Von vorn anfangen", "Noch einmal ab der ersten Frage."),
    ),
)


def build(app: App) -> bytes:
    return _zipped(
        {
            "manifest.json": _json(_manifest(app)),
            "de.json": _json(dict(_translated(app, _GERMAN))),
            "color.png": icons.color(),
            "outline.png": icons.outline(),
        }
    )


def _manifest(app: App) -> Mapping[str, object]:
    return {
        "$schema": f"{_SCHEMAS}/MicrosoftTeams.schema.json",
        "manifestVersion": "1.22",
        "version": _three_numbers(version("sparekey-bot")),
        "id": app.app_id.lower(),  # the bot's own: one GUID for the administrator to compare, and a new bot is a new app
        "localizationInfo": {
            "defaultLanguageTag": "en",
            "additionalLanguages": [{"languageTag": "de", "file": "de.json"}],
        },
        "developer": {
            "name": app.organisation,
            "websiteUrl": app.public_url,
            "privacyUrl": app.privacy_url,
            "termsOfUseUrl": app.terms_url,
        },
        "name": {"short": app.name, "full": _filled(app, _ENGLISH.full_name)},
        "description": {"short": _filled(app, _ENGLISH.short), "full": _filled(app, _ENGLISH.full)},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#{:02x}{:02x}{:02x}".format(*icons.BACKGROUND),
        "bots": [_bot(app)],
        "defaultInstallScope": "personal",
        "validDomains": [urlsplit(app.public_url).hostname],
    }


def _bot(app: App) -> Mapping[str, object]:
    commands = [{"title": command.title, "description": command.description} for command in _ENGLISH.commands]
    return {
        "botId": app.app_id.lower(),
        "scopes": ["personal", "team"] if app.in_channels else ["personal"],
        "supportsFiles": True,
        "isNotificationOnly": False,
        "commandLists": [{"scopes": ["personal"], "commands": commands}],
    }


def _translated(app: App, sentences: _Sentences) -> Iterator[tuple[str, str]]:
    """Names each sentence by its place in the manifest, as Teams wants it."""
    yield "$schema", f"{_SCHEMAS}/MicrosoftTeams.Localization.schema.json"
    yield "name.short", app.name
    yield "name.full", _filled(app, sentences.full_name)
    yield "description.short", _filled(app, sentences.short)
    yield "description.full", _filled(app, sentences.full)
    for place, command in enumerate(sentences.commands):
        yield f"bots[0].commandLists[0].commands[{place}].title", command.title
        yield f"bots[0].commandLists[0].commands[{place}].description", command.description


def _filled(app: App, sentence: str) -> str:
    return sentence.format(name=app.name, organisation=app.organisation)


def _three_numbers(release: str) -> str:
    """Teams takes 1.2.3 and no more: what Python adds to a version (a1, .dev2, +local) is left out."""
    numbers = re.match(r"\d+(?:\.\d+)*", release)
    if numbers is None:
        raise ValueError(f"The version is not made of numbers: {release!r}.")
    return ".".join([*(str(int(number)) for number in numbers[0].split(".")), "0", "0"][:3])


def _json(content: Mapping[str, object]) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    package = BytesIO()
    with ZipFile(package, "w") as zipped:
        for name in sorted(files):
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # as if packed on Unix, on whatever machine
            zipped.writestr(entry, files[name], ZIP_DEFLATED)
    return package.getvalue()
