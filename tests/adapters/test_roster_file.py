"""A file with teams and opening hours is taken whole, or refused with a sentence for each mistake."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.roster_file import UnreadableHours, parse_roster, read_roster
from bot.domain.devices import Platform
from bot.domain.hours import OpeningHours, Span
from bot.domain.roster import Roster

EXAMPLE = Path(__file__).parent.parent.parent / "deployment" / "hours.example.toml"
WHOLE = """\
time_zone = "Europe/Berlin"
closed_on = [2026-12-25]
[open]
monday = ["13:00-17:00", "08:00-12:00"]
sunday = ["22:00-06:00"]
"""


TEAMS = """\
[[team]]
name = "Mac helpdesk"
group = "Helpdesk-Mac"
platforms = ["mac"]
languages = ["de"]
time_zone = "Europe/Zurich"
[team.open]
monday = ["10:00-12:00"]
[[team]]
name = "Front desk"
time_zone = "Europe/Berlin"
[team.open]
monday = ["08:00-17:00"]
[[team]]
name = "Macs abroad"
platforms = ["mac"]
time_zone = "UTC"
[team.open]
sunday = ["00:00-24:00"]
"""
LANGUAGES = ("en", "de")


def parsed(text: str) -> Roster:
    return parse_roster(text, "hours.toml", LANGUAGES)


def hours_in(text: str) -> OpeningHours:
    return parsed(text).for_all.hours


def test_a_file_says_when_somebody_is_there() -> None:
    hours = hours_in(WHOLE)

    assert hours.week[0] == (Span(480, 720), Span(780, 1020))
    assert hours.week[6] == (Span(1320, 1800),)
    assert hours.week[1:6] == ((),) * 5
    assert hours.zone == ZoneInfo("Europe/Berlin")
    assert hours.closed_on == {date(2026, 12, 25)}
    assert hours.is_promise


def test_the_example_can_be_used_as_it_is() -> None:
    assert read_roster(EXAMPLE, LANGUAGES).for_all.hours.place_name() == "Berlin"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('time_zone = "Europe/Berlin"\n', "", "`time_zone`: is missing"),
        ("Europe/Berlin", "Berlin", "there is no “Berlin” on this machine"),
        ("Europe/Berlin", "../../etc/passwd", "there is no “../../etc/passwd” on this machine"),
        ("[2026-12-25]", "2026-12-25", "`closed_on`: is no list"),
        ("2026-12-25", '"2026-12-25"', "'2026-12-25' is no date: write 2026-12-25, without quotation marks"),
        ("2026-12-25", "2026-12-25T08:00:00", "is no date"),
        ("[open]", "[opened]", "`opened`: there is no such field"),
        ("[open]", "[opened]", "`[open]`: is missing"),
        ("monday", "montag", "`montag`: is no weekday"),
        ('["22:00-06:00"]', '"22:00-06:00"', "`sunday`: is no list"),
        ("22:00-06:00", "22-6", "`sunday`: '22-6' is no span"),
        ("22:00-06:00", "22:00-24:01", "is no span"),
        ("22:00-06:00", "24:00-06:00", "is no span"),
        ("22:00-06:00", "22:00-06:60", "is no span"),
        ('"22:00-06:00"', "8", "8 is no span"),
        ("22:00-06:00", "22:00-22:00", "ends when it begins"),
        ("08:00-12:00", "08:00-13:30", "`monday`: two spans overlap"),
        ("22:00-06:00", "22:00-08:30", "`sunday`: two spans overlap"),
        ("monday = [", "monday = ]", "is not TOML"),
    ],
)
def test_nonsense_is_refused_in_words(old: str, new: str, words: str) -> None:
    assert old in WHOLE

    with pytest.raises(UnreadableHours) as refused:
        parsed(WHOLE.replace(old, new))

    assert words in str(refused.value)
    assert all(line.startswith("hours.toml: ") for line in str(refused.value).splitlines())


def test_a_desk_that_never_opens_is_refused() -> None:
    with pytest.raises(UnreadableHours, match="nobody is ever there"):
        parsed('time_zone = "UTC"\n[open]\n')


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableHours, match="cannot be read"):
        read_roster(tmp_path / "none.toml", LANGUAGES)
    (tmp_path / "latin.toml").write_bytes(b"\xe4")
    with pytest.raises(UnreadableHours, match="not text in UTF-8"):
        read_roster(tmp_path / "latin.toml", LANGUAGES)


def test_teams_have_their_hours_their_people_and_their_cases() -> None:
    roster = parsed(TEAMS)

    assert roster.names == ("Mac helpdesk", "Front desk", "Macs abroad")
    assert [team.hours.place_name() for team in roster.teams] == ["Zurich", "Berlin", "UTC"]
    assert roster.own(["HELPDESK-MAC", "everybody"]) == ("Mac helpdesk",)
    assert roster.own(["everybody"]) == ()


@pytest.mark.parametrize(
    ("language", "platform", "team"),
    [
        ("de", "mac", "Mac helpdesk"),
        ("en", "mac", "Macs abroad"),
        ("de", "windows", "Front desk"),
        ("de", None, "Front desk"),
        ("en", None, "Front desk"),
    ],
)
def test_a_case_goes_to_the_first_team_that_is_for_it(language: str, platform: Platform | None, team: str) -> None:
    assert parsed(TEAMS).for_case(language, platform).name == team


def test_the_cases_of_a_team_that_is_no_more_are_left_to_the_one_for_all() -> None:
    assert parsed(TEAMS).named("Night shift").name == "Front desk"


def test_the_only_team_there_is_is_named_to_nobody() -> None:
    (team,) = parsed(
        '[[team]]\nname = "Front desk"\ngroup = "all"\ntime_zone = "UTC"\nopen.monday = ["08:00-09:00"]\n'
    ).teams

    assert team.name == ""
    assert team.hours.week[0] == (Span(480, 540),)


def test_one_team_needs_no_name() -> None:
    assert parsed(WHOLE).names == ()
    assert parsed(WHOLE).for_case("de", "mac").name == ""


def test_the_teams_of_the_example_can_be_used_as_they_are() -> None:
    teams = EXAMPLE.read_text("utf-8").rpartition('\n#\n# [[team]]\n# name = "Mac')
    text = "".join(teams[1:]).replace("\n# ", "\n").replace("\n#\n", "\n")

    assert parsed(text).names == ("Mac helpdesk", "Helpdesk")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "Front desk"', "", "team 2: `name`: is missing, empty, or longer than 40 characters"),
        ("Front desk", "x" * 41, "team “xxx"),
        ("Front desk", " Front desk", "team 2: `name`: is missing"),
        ("Front desk", "mac helpdesk", "team “mac helpdesk”: there are two of that name"),
        ('"Helpdesk-Mac"', "7", "team “Mac helpdesk”: `group`: is no name of a directory group"),
        ('["de"]', '["de", "fr"]', "team “Mac helpdesk”: `languages`: is no list of these: de, en; leave it out for any"),
        ('languages = ["de"]', "languages = []", "`languages`: is no list of these"),
        ('platforms = ["mac"]\nlanguages', 'platforms = "mac"\nlanguages', "`platforms`: is no list of these: windows, mac"),
        ('platforms = ["mac"]\nlanguages', "platforms = [[]]\nlanguages", "`platforms`: is no list of these"),
        ('platforms = ["mac"]\nlanguages = ["de"]\n', "", "exactly one has neither `languages` nor `platforms`, and gets what no other one is for; here 2"),
        ('name = "Front desk"', 'name = "Front desk"\nlanguages = ["en"]', "here 0 have neither"),
        ('\nlanguages = ["de"]', "", "team “Macs abroad”: gets no case, because “Mac helpdesk” above it has them all"),
        ('"Europe/Berlin"', '"Berlin"', "team “Front desk”: `time_zone`: there is no “Berlin” on this machine"),
        ("10:00-12:00", "10-12", "team “Mac helpdesk”: `monday`: '10-12' is no span"),
        ('sunday = ["00:00-24:00"]', "", "team “Macs abroad”: `[open]`: nobody is ever there"),
        ('group = "Helpdesk-Mac"', 'groups = "Helpdesk-Mac"', "team “Mac helpdesk”: `groups`: there is no such field"),
        ('[[team]]\nname = "Mac h', 'time_zone = "UTC"\n[[team]]\nname = "Mac h', "`time_zone`: belongs below a [[team]]"),
    ],
)  # fmt: skip
def test_nonsense_about_teams_is_refused_in_words(old: str, new: str, words: str) -> None:
    assert old in TEAMS

    with pytest.raises(UnreadableHours) as refused:
        parsed(TEAMS.replace(old, new, 1))

    assert words in str(refused.value)
    assert all(line.startswith("hours.toml: ") for line in str(refused.value).splitlines())


def test_a_team_that_is_no_list_is_refused() -> None:
    with pytest.raises(UnreadableHours, match="begin each with"):
        parsed("team = 7\n")
