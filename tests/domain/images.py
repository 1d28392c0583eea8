"""Pictures made by hand, part by part, as cameras and programs write them."""

import struct
import zlib

PNG = b"\x89PNG\r\n\x1a\n"


def part(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*beside: bytes, width: int = 40, height: int = 30, dots: bytes = b"") -> bytes:
    """A grey one that every browser draws; `beside` stands between its beginning and its dots.

    `dots`: of its first line, as they are and not made smaller.
    """
    first = b"\0" + dots.ljust(width, b"\x80")[:width]
    dots = zlib.compress(first + (b"\0" + b"\x80" * width) * (height - 1), 0 if dots else 6)
    head = part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return PNG + head + b"".join(beside) + part(b"IDAT", dots) + part(b"IEND")


def segment(mark: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, mark, len(content) + 2) + content


def exif(*entries: tuple[int, int, int, int], order: str = ">") -> bytes:
    """Tag, kind, count, value."""
    ends = order == ">"
    head = b"Exif\0\0" + (b"MM\0*" if ends else b"II*\0") + struct.pack(f"{order}IH", 8, len(entries))
    listed = b"".join(
        struct.pack(f"{order}HHI", *entry[:3]) + struct.pack(f"{order}HH", entry[3], 0) for entry in entries
    )
    return head + listed + b"\0\0\0\0"


JFIF = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
TABLES = segment(0xDB, bytes(65)) + segment(0xC4, bytes(20))
FRAME = segment(0xC0, struct.pack(">BHHB", 8, 30, 40, 1) + b"\x01\x11\0")
SCAN = segment(0xDA, b"\x01\x01\0\0?\0") + b"\x12\xff\x00\x34\xff\xd0\x56"


def jpeg(*beside: bytes, behind: bytes = b"", frame: bytes = FRAME, scan: bytes = SCAN) -> bytes:
    """Of the right shape; what it would look like nobody knows."""
    return b"\xff\xd8" + b"".join(beside) + TABLES + frame + scan + b"\xff\xd9" + behind
