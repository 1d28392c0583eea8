"""The two icons of the Teams app, drawn from distances: always the same, and no picture to keep."""

import math
import struct
import zlib
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

BACKGROUND = (11, 110, 95)  # --key in pages/static/sparekey.css
WHITE = (255, 255, 255)
_SAMPLES = 6  # a side, of a pixel that an edge crosses
_Pixel: TypeAlias = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line with round ends."""

    start: tuple[float, float]
    end: tuple[float, float]
    width: float

    def distance(self, x: float, y: float) -> float:
        along_x, along_y = self.end[0] - self.start[0], self.end[1] - self.start[1]
        from_x, from_y = x - self.start[0], y - self.start[1]
        share = (from_x * along_x + from_y * along_y) / (along_x**2 + along_y**2)
        share = min(1.0, max(0.0, share))
        return math.hypot(from_x - share * along_x, from_y - share * along_y) - self.width / 2


@dataclass(frozen=True, slots=True)
class Glyph:
    """A key that stands on its tip, leaning to the right, in a square of 32 by 32. Distances are negative inside."""

    line: float
    bow: float = 8.2
    radius: float = 6.2

    def distance(self, x: float, y: float) -> float:
        along, across = (x - y) * math.sqrt(0.5), (x + y - 30.5) * math.sqrt(0.5)  # the teeth weigh, so not from 32
        ring = abs(math.hypot(along - self.bow, across) - self.radius) - self.line / 2
        return min(ring, *(stroke.distance(along, across) for stroke in self._strokes()))

    def _strokes(self) -> tuple[Stroke, ...]:
        tip, neck = -14.4, self.bow - self.radius
        return (
            Stroke((tip, 0), (neck, 0), self.line),
            Stroke((tip, 0), (tip, 4.8), self.line),
            Stroke((tip + 5.4, 0), (tip + 5.4, 4), self.line),
        )


def color() -> bytes:
    """192 pixels a side, filled to the edge; the key keeps to the middle, for Teams rounds the corners."""
    return _drawn(192, Glyph(line=3.6), shrunk=0.6, background=BACKGROUND)


def outline() -> bytes:
    """32 pixels a side, white on nothing."""
    return _drawn(32, Glyph(line=2.4), shrunk=1.0, background=None)


def _drawn(size: int, glyph: Glyph, *, shrunk: float, background: tuple[int, int, int] | None) -> bytes:
    pixel = 32 / size / shrunk
    middles = [16 + (place + 0.5 - size / 2) * pixel for place in range(size)]
    rows = [[_mixed(cover, background) for cover in _covers(glyph, middles, y, pixel)] for y in middles]
    return _png(size, rows)


def _covers(glyph: Glyph, middles: list[float], y: float, pixel: float) -> list[float]:
    """How much of each pixel of a row the glyph covers. Only where an edge may be near is a closer look taken."""
    covers: list[float] = []
    while len(covers) < len(middles):
        x = middles[len(covers)]
        distance = glyph.distance(x, y)
        alike = int(abs(distance) / pixel)  # so many pixels on, no edge can be
        covers += [float(distance < 0)] * alike or [_share(glyph, x, y, pixel)]
    return covers[: len(middles)]


def _share(glyph: Glyph, x: float, y: float, pixel: float) -> float:
    offsets = [((step + 0.5) / _SAMPLES - 0.5) * pixel for step in range(_SAMPLES)]
    hits = sum(glyph.distance(x + right, y + down) < 0 for right, down in product(offsets, offsets))
    return hits / _SAMPLES**2


def _mixed(cover: float, background: tuple[int, int, int] | None) -> _Pixel:
    if background is None:
        return (*WHITE, round(255 * cover))
    red, green, blue = (round(own + (255 - own) * cover) for own in background)
    return (red, green, blue, 255)


def _png(size: int, rows: list[list[_Pixel]]) -> bytes:
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)  # eight bits of red, green, blue and alpha
    lines = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(kind, content) for kind, content in parts)


def _part(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
