"""`/desk/numbers`: how it goes, by week and by day, drawn and as a file. Counts and times, nobody's name, id or computer."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import get_args

from aiohttp import hdrs, web
from markupsafe import Markup

from adapters.desk import charts
from adapters.desk.addresses import BASE
from adapters.desk.charts import Mark
from adapters.desk.pages import DeskPages
from adapters.pages.pages import HEADERS, language_of
from bot.agents import Agents
from bot.domain.overview import KINDS, Ending, Measure, Overview, Spread, Week
from bot.numbers import Numbers
from bot.ports.sessions import Session

Phrase = Callable[..., str]
Row = tuple[str, ...]
HOUR, MINUTE = 3600.0, 60.0
_NAMES: dict[Measure, str] = {
    "reasons": "case.reasons", "wishes": "case.wishes",
    "methods": "desk.method", "outcomes": "desk.outcome", "ratings": "desk.numbers.ratings.of",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """`rows`: the same as the chart, and by week where that has no room for it."""

    name: str
    svg: Markup | None
    head: Row
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class NumbersPages:
    agents: Agents
    numbers: Numbers
    at_desk: DeskPages

    def routes(self) -> list[web.AbstractRouteDef]:
        signed_in = self.at_desk.signed_in
        return [
            signed_in.get(f"{BASE}/numbers", self.page),
            signed_in.get(f"{BASE}/numbers.csv", self.file),
        ]

    async def page(self, request: web.Request, session: Session) -> web.StreamResponse:
        await self.agents.require(session.principal.id)
        words = self.at_desk.pages.words
        overview, language = await self.numbers.look(), language_of(request, words)

        def phrase(text: str, **facts: str) -> str:
            return words.phrase(language, text, facts)

        tags = {tag.id: tag.title[language] for tag in self.at_desk.tags}
        drawn = {"figures": tuple(figures(overview, phrase, tags))}
        return self.at_desk.draw(request, session, "numbers.html", drawn)

    async def file(self, _request: web.Request, session: Session) -> web.StreamResponse:
        await self.agents.require(session.principal.id)
        headers = {**HEADERS, hdrs.CONTENT_DISPOSITION: 'attachment; filename="sparekey-numbers.csv"'}
        text = as_csv(await self.numbers.look())
        return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


def figures(overview: Overview, t: Phrase, tags: Mapping[str, str]) -> Iterator[Figure]:
    """`tags`: their titles."""
    head = partial(_head, t)
    by_day = [Mark(_short(day), count, str(count)) for day, count in overview.days]
    days = [(day.isoformat(), str(count)) for day, count in reversed(overview.days) if count]
    yield Figure("days", charts.columns(t("desk.numbers.days.title"), by_day), head("day", "lock_outs"), days)
    yield _shares(overview, t)
    yield _endings(overview, t)
    yield _times(overview, t, "to_key", [week.to_key for week in overview.weeks])
    yield _times(overview, t, "waiting", [week.waiting for week in overview.weeks])
    for measure in KINDS:
        yield _counts(overview, t, measure)
    if tags:
        yield _bars(
            overview, t, "tags", tags.__getitem__, tuple(tags), lambda week, tag: week.counts["tags"].get(tag, 0)
        )


def _shares(overview: Overview, t: Phrase) -> Figure:
    weeks = [(week, round(100 * week.endings.get("alone", 0) / max(week.lock_outs, 1))) for week in overview.weeks]
    marks = [Mark(_short(week.begins), share, f"{share}%") for week, share in weeks]
    rows = [
        (week.begins.isoformat(), str(week.lock_outs), str(week.endings.get("alone", 0)), f"{share}%")
        for week, share in reversed(weeks)
        if week.lock_outs
    ]
    svg = charts.columns(t("desk.numbers.share.title"), marks, top=100)
    return Figure("share", svg, _head(t, "week", "lock_outs", "alone", "share"), rows)


def _endings(overview: Overview, t: Phrase) -> Figure:
    kinds = get_args(Ending)

    def named(kind: str) -> str:
        return t(f"desk.numbers.endings.of.{kind}")

    return _bars(overview, t, "endings", named, kinds, lambda week, kind: week.endings.get(kind, 0))


def _counts(overview: Overview, t: Phrase, measure: Measure) -> Figure:
    def count(week: Week, kind: str) -> int:
        return week.counts[measure].get(kind, 0)

    def named(kind: str) -> str:
        return t(f"{_NAMES[measure]}.{kind}")

    return _bars(overview, t, measure, named, KINDS[measure], count)


def _bars(
    overview: Overview,
    t: Phrase,
    name: str,
    named: Callable[[str], str],
    kinds: Sequence[str],
    count: Callable[[Week, str], int],
) -> Figure:
    """All twelve weeks in the overview, most first; each week in the table."""
    total = Counter({kind: sum(count(week, kind) for week in overview.weeks) for kind in kinds})
    marks = [Mark(named(kind), n, str(n)) for kind, n in total.most_common() if n]
    rows = [
        (week.begins.isoformat(), named(kind), str(n))
        for week in reversed(overview.weeks)
        for kind in kinds
        if (n := count(week, kind))
    ]
    svg = charts.bars(t(f"desk.numbers.{name}.title"), marks) if marks else None
    return Figure(name, svg, _head(t, "week", "what", "count"), rows)


def _times(overview: Overview, t: Phrase, name: str, spreads: Sequence[Spread]) -> Figure:
    weeks = list(zip(overview.weeks, spreads, strict=True))
    marks = [Mark(_short(week.begins), found.middle or 0, in_minutes(found.middle or 0)) for week, found in weeks]
    rows = [
        (week.begins.isoformat(), str(found.count), long(t, found.middle), long(t, found.most))
        for week, found in reversed(weeks)
        if found.count
    ]
    svg = charts.columns(t(f"desk.numbers.{name}.title"), marks, unit=t("desk.numbers.unit"))
    return Figure(name, svg if rows else None, _head(t, "week", "count", "middle", "most"), rows)


def long(t: Phrase, seconds: float | None) -> str:
    """In the unit in which somebody would say it."""
    if seconds is None:
        return ""
    unit, size = ("hours", HOUR) if seconds >= HOUR else ("minutes", MINUTE) if seconds >= MINUTE else ("seconds", 1.0)
    return t(f"desk.numbers.{unit}", n=f"{round(seconds / size)}")


def in_minutes(seconds: float) -> str:
    """Short enough for the head of a column."""
    minutes = seconds / MINUTE
    return f"{minutes:.1f}" if minutes < 9.95 else f"{minutes:.0f}"  # noqa: PLR2004


def as_csv(overview: Overview) -> str:
    """One number a line, under names of our own: for whatever counts further. Times are whole seconds."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(("per", "begins", "measure", "kind", "value"))
    lines.writerows(tuple(cell(one) for one in line) for line in _lines(overview))
    return written.getvalue()


def _lines(overview: Overview) -> Iterator[tuple[str, str, str, str, int]]:
    for day, count in overview.days:
        yield "day", day.isoformat(), "lock_outs", "", count
    for week in overview.weeks:
        begins = week.begins.isoformat()
        for kind in get_args(Ending):
            yield "week", begins, "endings", kind, week.endings.get(kind, 0)
        for name, found in (("to_key", week.to_key), ("waiting", week.waiting)):
            yield "week", begins, name, "count", found.count
            if found.middle is not None and found.most is not None:
                yield "week", begins, name, "half_within_seconds", round(found.middle)
                yield "week", begins, name, "nine_of_ten_within_seconds", round(found.most)
        for measure, counts in week.counts.items():
            for kind, count in counts.items():
                yield "week", begins, measure, kind, count


def cell(value: object) -> str:
    """A spreadsheet takes nothing of ours for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def _head(t: Phrase, *names: str) -> Row:
    return tuple(t(f"desk.numbers.head.{name}") for name in names)


def _short(day: date) -> str:
    return f"{day:%m-%d}"
