"""Reads the helpdesk's teams and their hours from a TOML file. It is taken whole, or refused with a sentence for each mistake."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import get_args

from adapters.hours_file import FIELDS, hours_in
from adapters.toml_file import content_of, text_of
from bot.domain.devices import Platform
from bot.domain.roster import Roster, Team

AT_MOST = 64 * 1024
LONGEST_NAME = 40
_OF_TEAM = ("name", "group", "languages", "platforms", *FIELDS)


class UnreadableHours(ValueError):
    """What is wrong with the file: one sentence a line."""


def read_roster(path: Path, languages: Collection[str]) -> Roster:
    """Raises UnreadableHours. `languages`: that people are spoken to in."""
    return parse_roster(text_of(path, AT_MOST, "opening hours", UnreadableHours), path.name, languages)


def parse_roster(text: str, name: str, languages: Collection[str]) -> Roster:
    content = content_of(text, name, UnreadableHours)
    problems: list[str] = []
    if "team" in content:
        teams = _teams(content, languages, problems)
    else:
        hours = hours_in(content, problems)
        problems += (f"`{field}`: there is no such field" for field in content if field not in FIELDS)
        teams = [Team(hours=hours)] if hours else []
    if problems:
        raise UnreadableHours("\n".join(f"{name}: {problem}" for problem in problems))
    return Roster(tuple(teams) if len(teams) > 1 else (replace(teams[0], name=""),))


def _teams(content: Mapping[str, object], languages: Collection[str], problems: list[str]) -> list[Team]:
    tables = content["team"]
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append("`team`: is no list of teams: begin each with [[team]]")
        return []
    problems += (f"`{field}`: belongs below a [[team]]" for field in content if field != "team")
    teams = [_team(table, nth, languages, problems) for nth, table in enumerate(tables, start=1)]
    known = [team for team in teams if team]
    problems += _mistakes(known) if len(known) == len(teams) else ()
    return known


def _team(table: Mapping[str, object], nth: int, languages: Collection[str], problems: list[str]) -> Team | None:
    name, mine = _line(table, "name"), list[str]()
    if name is None or len(name) > LONGEST_NAME:
        mine.append(f"`name`: is missing, empty, or longer than {LONGEST_NAME} characters")
    group = _line(table, "group")
    if "group" in table and group is None:
        mine.append("`group`: is no name of a directory group")
    spoken = _some_of(table, "languages", sorted(languages), mine)
    platforms = _some_of(table, "platforms", get_args(Platform), mine)
    hours = hours_in(table, mine)
    mine += (f"`{field}`: there is no such field" for field in table if field not in _OF_TEAM)
    problems += (f"team {f'“{name}”' if name else nth}: {problem}" for problem in mine)
    if mine or name is None or hours is None:
        return None
    kinds = frozenset(one for one in get_args(Platform) if one in platforms)
    return Team(name, hours, group.casefold() if group else None, spoken, kinds)


def _line(table: Mapping[str, object], field: str) -> str | None:
    text = table.get(field)
    return text if isinstance(text, str) and text.strip() == text and text.isprintable() and text else None


def _some_of(table: Mapping[str, object], field: str, known: Sequence[str], problems: list[str]) -> frozenset[str]:
    """Left out is any; an empty list would be nobody."""
    given = table.get(field)
    if given is None:
        return frozenset()
    if not isinstance(given, list) or not given or any(one not in known for one in given):
        problems.append(f"`{field}`: is no list of these: {', '.join(known)}; leave it out for any")
        return frozenset()
    return frozenset(given)


def _mistakes(teams: Sequence[Team]) -> Iterator[str]:
    """Of the teams beside each other: a case must always find one, and each team some case."""
    of_all = [team.name for team in teams if team.is_for_all]
    if len(of_all) != 1:
        yield (
            "`team`: exactly one has neither `languages` nor `platforms`, and gets what no other one is for; "
            f"here {len(of_all)} have neither"
        )
    for first, second in combinations(teams, 2):
        if first.name.casefold() == second.name.casefold():
            yield f"team “{second.name}”: there are two of that name"
        elif not first.is_for_all and _covers(first, second):
            yield f"team “{second.name}”: gets no case, because “{first.name}” above it has them all"


def _covers(first: Team, second: Team) -> bool:
    languages = not first.languages or (second.languages and second.languages <= first.languages)
    platforms = not first.platforms or (second.platforms and second.platforms <= first.platforms)
    return not second.is_for_all and bool(languages and platforms)
