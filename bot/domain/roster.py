"""The helpdesk's teams: when each is there, which cases come to it, and whose own it is. Most helpdesks are one team."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.devices import Platform
from bot.domain.hours import ALWAYS, OpeningHours


@dataclass(frozen=True, slots=True)
class Team:
    """`name`: as people and agents read it; the only team there is has none. `group`: of the directory, in small letters.

    `languages`, `platforms`: of the cases that come to it; where none are named, any.
    """

    name: str = ""
    hours: OpeningHours = ALWAYS
    group: str | None = None
    languages: frozenset[str] = field(default=frozenset())
    platforms: frozenset[Platform] = field(default=frozenset())

    @property
    def is_for_all(self) -> bool:
        return not self.languages and not self.platforms

    def is_for(self, language: str, platform: Platform | None) -> bool:
        of_language = not self.languages or language in self.languages
        return of_language and (not self.platforms or platform in self.platforms)


@dataclass(frozen=True, slots=True)
class Roster:
    """One of the teams is for all; it sees to whatever no other one is for."""

    teams: tuple[Team, ...] = (Team(),)

    @property
    def names(self) -> tuple[str, ...]:
        """None where there is one team: nobody need hear of it then."""
        return tuple(team.name for team in self.teams) if len(self.teams) > 1 else ()

    @property
    def for_all(self) -> Team:
        return next(team for team in self.teams if team.is_for_all)

    def for_case(self, language: str, platform: Platform | None) -> Team:
        """The first in their order."""
        return next(
            (team for team in self.teams if not team.is_for_all and team.is_for(language, platform)), self.for_all
        )

    def named(self, name: str) -> Team:
        """A team that is no more has left its cases to the one for all."""
        return next((team for team in self.teams if team.name == name), self.for_all)

    def own(self, groups: Iterable[str]) -> tuple[str, ...]:
        """The teams of somebody who is in these groups."""
        theirs = {group.casefold() for group in groups}
        return tuple(team.name for team in self.teams if team.name and team.group in theirs)


ONE_TEAM = Roster()
"""Where nobody has said anything about teams or hours."""
