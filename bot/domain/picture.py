"""Pictures, told by their bytes: PNG and JPEG alone, and of those what is drawn. Where and by what they were taken is left out.

Nothing is decoded. A picture is rebuilt from the parts that it needs; what stands between, within or behind them goes.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.errors import SparekeyError

Kind = Literal["png", "jpeg"]
LARGEST = 4 * 1024 * 1024
MOST_DOTS = 40_000_000
"""Of what is small to send and large to draw, the agent's browser would be the victim."""

_PNG = b"\x89PNG\r\n\x1a\n"
_DRAWN = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_HEADER = 13
_AROUND = 12
"""Bytes of a PNG's part besides what is in it: its length, its name and its sum."""

_JPEG = b"\xff\xd8"
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SCAN, _END, _JFIF, _EXIF, _ADOBE = 0xDA, 0xD9, 0xE0, 0xE1, 0xEE
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDD})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_OTHERS = frozenset(range(0xE0, 0xF0)) | {0xFE}
"""Of programs and cameras, and comments."""
_TURNED = 0x0112
_SHORT = 3


class NotAPicture(SparekeyError):
    """Never carries what was sent: a recovery key may be in it."""


@dataclass(frozen=True, slots=True)
class Picture:
    kind: Kind
    body: bytes = field(repr=False)


def read_picture(body: bytes) -> Picture:
    """Raises NotAPicture, and nothing else, whatever the bytes are."""
    try:
        if body.startswith(_PNG):
            return Picture("png", _PNG + b"".join(_png(body)))
        if body.startswith(_JPEG):
            return Picture("jpeg", _JPEG + b"".join(_jpeg(body)))
    except (struct.error, IndexError) as error:
        raise NotAPicture("it ends too early") from error
    raise NotAPicture("another kind")


def _require(condition: object, why: str) -> None:
    if not condition:
        raise NotAPicture(why)


def _require_size(width: int, height: int) -> None:
    _require(0 < width * height <= MOST_DOTS, "its size")


def _png(body: bytes) -> Iterator[bytes]:
    """Its parts in their order, up to its end."""
    at, has_dots, name = len(_PNG), False, b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", body, at)
        part = body[at : at + _AROUND + length]
        _require(len(part) == _AROUND + length, "it ends too early")
        is_first = at == len(_PNG)
        _require(is_first == (name == b"IHDR"), "it does not begin as one does")
        if is_first:
            _require(length == _HEADER, "its beginning")
            _require_size(*struct.unpack_from(">II", part, 8))
        if name in _DRAWN:
            _require(zlib.crc32(part[4:-4]) == struct.unpack(">I", part[-4:])[0], "a sum that is wrong")
            yield part
        else:
            _require(name[0] & 0x20, "a part that nobody knows")  # small letters: it can be left out
        has_dots |= name == b"IDAT"
        at += len(part)
    _require(has_dots, "there is nothing in it")


def _jpeg(body: bytes) -> Iterator[bytes]:
    """Its segments in their order, up to its end."""
    at, is_framed, is_scanned = len(_JPEG), False, False
    while True:
        _require(body[at] == 0xFF, "no segment")  # noqa: PLR2004
        while body[at + 1] == 0xFF:  # noqa: PLR2004
            at += 1
        mark = body[at + 1]
        if mark == _END:
            _require(is_framed and is_scanned, "there is nothing in it")
            yield bytes((0xFF, _END))
            return
        (length,) = struct.unpack_from(">H", body, at + 2)
        _require(length >= 2 and at + 2 + length <= len(body), "it ends too early")  # noqa: PLR2004
        content, after = body[at + 4 : at + 2 + length], at + 2 + length
        if mark in _FRAMES:
            _require(not is_framed, "a second picture")
            height, width = struct.unpack_from(">HH", content, 1)
            _require_size(width, height)
            is_framed = True
        if mark == _SCAN:
            end = _END_OF_SCAN.search(body, after)
            _require(is_framed and end, "it ends too early")
            stop = end.start() if end else after
            yield _segment(mark, content) + body[after:stop]
            at, is_scanned = stop, True
            continue
        yield from _kept(mark, content)
        at = after


def _kept(mark: int, content: bytes) -> Iterator[bytes]:
    """Without the small pictures that programs put beside the large one: they may show what was cut off there."""
    if mark in _FRAMES or mark in _TABLES:
        yield _segment(mark, content)
        return
    _require(mark in _OTHERS, "a segment that nobody knows")
    if mark == _JFIF and content.startswith(b"JFIF\0"):
        yield _segment(mark, content[:12] + b"\0\0")
    elif mark == _ADOBE and content.startswith(b"Adobe"):
        yield _segment(mark, content[:12])
    elif mark == _EXIF and (turned := _turned(content)):
        yield _segment(mark, _exif(turned))


def _segment(mark: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, mark, len(content) + 2) + content


def _turned(content: bytes) -> int | None:
    """How the camera was held, the one thing that is kept of what it noted: the picture would lie on its side."""
    order = {b"Exif\0\0II*\0": "<", b"Exif\0\0MM\0*": ">"}.get(content[:10])
    if order is None:
        return None
    tiff = content[6:]
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, first)
        for nth in range(entries):
            tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * nth)
            if (tag, kind, count) == (_TURNED, _SHORT, 1):
                return value if 1 < value <= 8 else None  # noqa: PLR2004
    except struct.error:
        return None
    return None


def _exif(turned: int) -> bytes:
    """Of our own, with this in it and nothing else."""
    return struct.pack(">6s2sHIHHHIHHI", b"Exif\0\0", b"MM", 42, 8, 1, _TURNED, _SHORT, 1, turned, 0, 0)
