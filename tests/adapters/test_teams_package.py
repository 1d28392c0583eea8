"""The app for Teams: valid against Microsoft's schemas, understood by our own bot, and always the same bytes."""

import re
import struct
import zlib
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import orjson
import pytest
from jsonschema import Draft4Validator

from adapters.teams import icons, package
from adapters.teams.package import App, build
from bot.domain.speech import Heard
from dialogs import said
from dialogs.listen import listen

SCHEMAS = Path(__file__).parent.parent / "schemas"
APP_ID = "0f1e2d3c-4b5a-4697-8877-665544332211"
APP = App(
    app_id=APP_ID,
    public_url="https://Sparekey.Example:8443/help",
    in_channels=False,
    organisation="Example University",
    privacy_url="https://example.org/privacy",
    terms_url="https://example.org/terms",
)
IN_CHANNELS = replace(APP, in_channels=True)
LONGEST = replace(APP, name="N" * 30, organisation="O" * 32)
COMMANDS = range(5)


built = cache(build)


def content(app: App, name: str) -> Any:
    with ZipFile(BytesIO(built(app))) as zipped:
        return orjson.loads(zipped.read(name))


def faults(schema: str, instance: object) -> list[str]:
    validator = Draft4Validator(orjson.loads((SCHEMAS / schema).read_bytes()))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


def at(manifest: Any, place: str) -> object:
    """What stands in the manifest where Teams would put the translation: `bots[0].commandLists[0]…`."""
    for step in re.findall(r"[^.\[\]]+", place):
        manifest = manifest[int(step) if step.isdigit() else step]
    return manifest


def pixels(png: bytes) -> dict[tuple[int, int], tuple[int, ...]]:
    """Reads what we write: eight bits of red, green, blue and alpha, no filter."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    found, rest, lines = b"", png[8:], b""
    while rest:
        length, kind = struct.unpack(">I4s", rest[:8])
        part, (check,) = rest[8 : 8 + length], struct.unpack(">I", rest[8 + length : 12 + length])
        assert check == zlib.crc32(kind + part)
        found, lines, rest = found or part, lines + (part if kind == b"IDAT" else b""), rest[12 + length :]
    width, height, *form = struct.unpack(">IIBBBBB", found)
    assert form == [8, 6, 0, 0, 0]
    raw, line = zlib.decompress(lines), 1 + 4 * width
    assert len(raw) == line * height
    assert {raw[row * line] for row in range(height)} == {0}
    return {
        (column, row): tuple(raw[row * line + 1 + 4 * column :][:4]) for row in range(height) for column in range(width)
    }


@pytest.mark.parametrize("app", [APP, IN_CHANNELS, LONGEST])
def test_the_manifest_is_one_that_teams_takes(app: App) -> None:
    manifest = content(app, "manifest.json")

    assert faults("teams-manifest-1.22.schema.json", manifest) == []
    assert manifest["manifestVersion"] == "1.22"
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"])


@pytest.mark.parametrize("app", [APP, IN_CHANNELS, LONGEST])
def test_the_translation_is_one_that_teams_takes(app: App) -> None:
    assert faults("teams-localization-1.22.schema.json", content(app, "de.json")) == []


@pytest.mark.parametrize("key", ["id", "developer", "bots", "validDomains"])
def test_the_schema_would_notice_a_broken_manifest(key: str) -> None:
    broken = content(APP, "manifest.json") | {key: "something else"}

    assert faults("teams-manifest-1.22.schema.json", broken)


def test_everything_a_person_reads_is_translated_in_its_place() -> None:
    manifest, german = content(APP, "manifest.json"), content(APP, "de.json")
    sentences = {place: text for place, text in german.items() if place != "$schema"}

    assert len(sentences) == 4 + 2 * len(COMMANDS)
    assert len(manifest["bots"][0]["commandLists"][0]["commands"]) == len(COMMANDS)
    assert {place for place, text in sentences.items() if at(manifest, place) == text} == {"name.short"}


@pytest.mark.parametrize("number", COMMANDS)
def test_a_command_is_understood_and_means_the_same_in_both_languages(number: int) -> None:
    place = f"bots[0].commandLists[0].commands[{number}].title"

    english = listen(Heard(str(at(content(APP, "manifest.json"), place))))
    german = listen(Heard(content(APP, "de.json")[place]))

    assert not isinstance(english, said.Unclear)
    assert english == german


def test_the_commands_lead_to_everything_that_a_person_may_need_at_once() -> None:
    commands = content(APP, "manifest.json")["bots"][0]["commandLists"][0]["commands"]

    assert [listen(Heard(command["title"])) for command in commands] == [
        said.Told("windows"),
        said.Told("mac"),
        said.HumanAsked(),
        said.LostReported(),
        said.RestartAsked(),
    ]


def test_the_longest_names_stay_within_what_teams_shows() -> None:
    german = content(LONGEST, "de.json")

    assert len(german["name.short"]) <= 30
    assert len(german["name.full"]) <= 100
    assert len(german["description.short"]) <= 80
    assert len(german["description.full"]) <= 4000


@pytest.mark.parametrize("number", COMMANDS)
def test_a_command_is_short_enough_for_the_menu_on_a_phone(number: int) -> None:
    place = f"bots[0].commandLists[0].commands[{number}]"
    english, german = content(APP, "manifest.json"), content(APP, "de.json")

    assert len(str(at(english, f"{place}.title"))) <= 40
    assert len(str(at(english, f"{place}.description"))) <= 80
    assert len(german[f"{place}.title"]) <= 40
    assert len(german[f"{place}.description"]) <= 80


def test_only_the_host_of_our_pages_is_trusted() -> None:
    assert content(APP, "manifest.json")["validDomains"] == ["sparekey.example"]


def test_the_bot_talks_with_one_person_alone_and_takes_photos() -> None:
    bot = content(APP, "manifest.json")["bots"][0]

    assert bot["scopes"] == ["personal"]
    assert bot["supportsFiles"] is True
    assert bot["isNotificationOnly"] is False


def test_the_bot_comes_into_channels_only_when_asked_and_offers_no_recovery_there() -> None:
    bot = content(IN_CHANNELS, "manifest.json")["bots"][0]

    assert bot["scopes"] == ["personal", "team"]
    assert [commands["scopes"] for commands in bot["commandLists"]] == [["personal"]]


def test_the_app_asks_for_no_permission() -> None:
    manifest = content(IN_CHANNELS, "manifest.json")

    assert not manifest.keys() & {"permissions", "devicePermissions", "authorization", "webApplicationInfo"}


def test_the_app_has_the_id_of_its_bot_however_it_was_written() -> None:
    manifest = content(replace(APP, app_id=APP_ID.upper()), "manifest.json")

    assert manifest["id"] == manifest["bots"][0]["botId"] == APP_ID


def test_the_same_settings_make_the_same_bytes() -> None:
    assert build(APP) == build(replace(APP))
    assert build(APP) != build(IN_CHANNELS)


def test_the_package_holds_four_files_in_order_and_no_moment() -> None:
    with ZipFile(BytesIO(build(APP))) as zipped:
        entries = zipped.infolist()

    assert [entry.filename for entry in entries] == ["color.png", "de.json", "manifest.json", "outline.png"]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    "app_id", ["", "sparekey", APP_ID.replace("-", ""), f"{{{APP_ID}}}", f"{APP_ID}\n", f"{APP_ID[:-1]}g"]
)
def test_an_app_id_that_is_no_guid_is_refused(app_id: str) -> None:
    with pytest.raises(ValueError, match="not a GUID"):
        replace(APP, app_id=app_id)


@pytest.mark.parametrize(
    "url",
    ["", "sparekey.example", "http://sparekey.example", "https://", "https://*.example", "https://a@sparekey.example", "https://a b", "https://sparekey.example\n", "ftp://sparekey.example", "https://sparekey.example/" + "a" * 2048],
)  # fmt: skip
def test_an_address_that_is_not_https_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="public address must be an https address"):
        replace(APP, public_url=url)
    with pytest.raises(ValueError, match="privacy statement must be an https address"):
        replace(APP, privacy_url=url)
    with pytest.raises(ValueError, match="terms of use must be an https address"):
        replace(APP, terms_url=url)


def test_a_name_that_teams_would_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="app's name must have 1 to 30"):
        replace(APP, name="N" * 31)
    with pytest.raises(ValueError, match="organisation's name must have 1 to 32"):
        replace(APP, organisation="O" * 33)
    with pytest.raises(ValueError, match="organisation's name must have 1 to 32"):
        replace(APP, organisation=" ")


@pytest.mark.parametrize(
    ("release", "told"),
    [("0.1.0", "0.1.0"), ("1.2", "1.2.0"), ("2.0.0rc1", "2.0.0"), ("1.4.2.dev3+g1a2b", "1.4.2"), ("1.02.3.4", "1.2.3")],
)
def test_the_version_is_three_numbers(release: str, told: str) -> None:
    assert package._three_numbers(release) == told


def test_the_outline_is_32_pixels_of_white_on_nothing() -> None:
    drawn = pixels(icons.outline())

    assert drawn.keys() == {(column, row) for column in range(32) for row in range(32)}
    assert {pixel[:3] for pixel in drawn.values()} == {(255, 255, 255)}
    assert {0, 255} < {pixel[3] for pixel in drawn.values()}
    assert {drawn[corner][3] for corner in ((0, 0), (0, 31), (31, 0), (31, 31))} == {0}


def test_the_color_icon_is_192_pixels_full_to_the_edge_with_the_key_in_the_middle() -> None:
    drawn = pixels(icons.color())
    key = [place for place, pixel in drawn.items() if pixel[:3] != icons.BACKGROUND]

    assert drawn.keys() == {(column, row) for column in range(192) for row in range(192)}
    assert {pixel[3] for pixel in drawn.values()} == {255}
    assert (255, 255, 255, 255) in drawn.values()
    assert min(min(place) for place in key) >= (192 - 120) // 2
    assert max(max(place) for place in key) < (192 + 120) // 2
