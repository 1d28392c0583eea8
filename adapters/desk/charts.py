"""Charts as plain SVG: columns along the time, bars side by side. Colours are the sheet's, so they follow light and dark.

A chart is a picture: it is named for who cannot see it, and a table beside it says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT, FOOT, HEAD = 320.0, 150.0, 20.0, 30.0
ROW, THICK, END = 34.0, 12.0, 44.0
LEGIBLE = 22.0
"""A column narrower than this has no room for its number."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One column or bar: `size` is drawn, `said` is written beside it."""

    name: str
    size: float
    said: str


def columns(title: str, marks: Sequence[Mark], *, top: float | None = None, unit: str = "") -> Markup:
    """One beside the other, of equal width. The first, the middle and the last are named; `top` is as high as it goes.

    What is less than one (a minute, a case) fills no column.
    """
    highest = top or max((1.0, *(mark.size for mark in marks)))
    step = WIDTH / max(len(marks), 1)
    floor, room = HEIGHT - FOOT, HEIGHT - FOOT - HEAD
    drawn = [_line(floor), _text(0, 12, unit, "start", "name")] if unit else [_line(floor)]
    for n, mark in enumerate(marks):
        height = room * mark.size / highest
        if mark.size:
            drawn.append(_box(n * step + step * 0.12, floor - height, step * 0.76, height))
            if step >= LEGIBLE:
                drawn.append(_text((n + 0.5) * step, floor - height - 4, mark.said, "middle", "value"))
    if marks and step < LEGIBLE:
        most = max(marks, key=lambda mark: mark.size)
        drawn.append(_text(0, 12, most.said, "start", "value"))
    drawn += _named(marks, step)
    return _svg(title, HEIGHT, drawn)


def bars(title: str, marks: Sequence[Mark]) -> Markup:
    """One below the other, each under its name."""
    longest = max((mark.size for mark in marks), default=0.0) or 1.0
    drawn: list[Markup] = []
    for n, mark in enumerate(marks):
        length = (WIDTH - END) * mark.size / longest
        drawn.append(_text(0, n * ROW + 12, mark.name, "start", "name"))
        drawn.append(_box(0, n * ROW + 17, length, THICK))
        drawn.append(_text(length + 6, n * ROW + 27, mark.said, "start", "value"))
    return _svg(title, max(len(marks), 1) * ROW, drawn)


def _named(marks: Sequence[Mark], step: float) -> list[Markup]:
    if not marks:
        return []
    last = len(marks) - 1
    places = {0: ("start", 0.0), last // 2: ("middle", (last // 2 + 0.5) * step), last: ("end", WIDTH)}
    return [_text(x, HEIGHT - 5, marks[n].name, anchor, "name") for n, (anchor, x) in places.items()]


def _svg(title: str, height: float, drawn: Sequence[Markup]) -> Markup:
    opened = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
        _short(WIDTH), _short(height), title
    )
    return opened + Markup("").join(drawn) + Markup("</svg>")


def _line(y: float) -> Markup:
    return Markup('<line class="floor" x1="0" x2="{}" y1="{}" y2="{}"/>').format(_short(WIDTH), _short(y), _short(y))


def _box(x: float, y: float, width: float, height: float) -> Markup:
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="1.5"/>').format(
        *(_short(one) for one in (x, y, width, height))
    )


def _text(x: float, y: float, text: str, anchor: str, kind: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        kind, _short(x), _short(y), anchor, escape(text)
    )


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
