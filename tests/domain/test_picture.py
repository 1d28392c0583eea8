"""What is passed on of a picture: what is drawn of it, and nothing else that came along."""

import random
import struct

import pytest

from bot.domain.picture import MOST_DOTS, NotAPicture, read_picture
from tests.domain.images import FRAME, JFIF, PNG, SCAN, TABLES, exif, jpeg, part, png, segment

PLACE = b"48.1371 N, 11.5754 E"
KEY = b"235169-640695-386100-102707-544027-605605-226776-549538"


def test_a_png_keeps_what_is_drawn_and_loses_what_was_noted() -> None:
    noted = (part(b"tEXt", b"Comment\0" + KEY), part(b"eXIf", PLACE), part(b"acTL", b"\0\0\0\2\0\0\0\0"))

    read = read_picture(png(*noted) + b"<script>" + KEY)

    assert (read.kind, read.body) == ("png", png())


def test_a_jpeg_keeps_what_is_drawn_and_loses_place_comment_and_thumbnail() -> None:
    noted = (
        segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x02" + b"small picture"),
        segment(0xE1, exif((0x8825, 4, 1, 1)) + PLACE),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>Munich</x>"),
        segment(0xE2, b"MPF\0" + PLACE),
        segment(0xFE, KEY),
        segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01" + KEY),
    )

    read = read_picture(jpeg(*noted, behind=b"second picture " + PLACE))

    assert (read.kind, read.body) == ("jpeg", jpeg(JFIF, segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01")))


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photo_is_not_laid_on_its_side(order: str) -> None:
    taken = exif((0x8825, 4, 1, 1), (0x0112, 3, 1, 6), order=order)

    read = read_picture(jpeg(segment(0xE1, taken + PLACE)))

    assert read.body == jpeg(segment(0xE1, exif((0x0112, 3, 1, 6))))


def test_a_jpeg_in_several_scans_stays_whole() -> None:
    body = b"\xff\xd8" + TABLES + FRAME + SCAN + TABLES + SCAN + b"\xff\xd9"

    assert read_picture(body).body == body


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\x89PNG", PNG, b"\xff\xd8", b"\xff\xd8\xff", b"<!doctype html><script>alert(1)</script>", b"GIF89a" + png(),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"RIFF\0\0\0\0WEBPVP8 ", b"%PDF-1.7",
        PNG + b"<html><script>alert(1)</script></html>", b"\xff\xd8\xff<html><script>alert(1)</script>",
        png()[:-12], png()[:-1], png().replace(b"IDATx", b"IDATy"), PNG + part(b"IDAT", b"x") + png()[8:],
        PNG + png()[8:33] + part(b"IEND"), png(part(b"HTML", b"<script>")), png(png()[8:33]),
        png(width=1, height=0), PNG + part(b"IHDR", struct.pack(">IIBBBBB", 10_000, MOST_DOTS, 8, 0, 0, 0, 0)) + png()[33:],
        jpeg()[:-2], jpeg(frame=b""), jpeg(scan=b""), jpeg(frame=FRAME + FRAME), jpeg(b"<html>"), jpeg(segment(0xF7, b"x")),
        jpeg(frame=segment(0xC0, struct.pack(">BHHB", 8, 65535, 65535, 1) + b"\x01\x11\0")),
        jpeg(frame=segment(0xC0, struct.pack(">BHHB", 8, 0, 40, 1) + b"\x01\x11\0")), jpeg(frame=segment(0xC0, b"\x08")),
        jpeg(b"\xff\xe1\x00\x01"), jpeg(b"\xff\xe1\xff\xff"),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_none_whatever_it_begins_with(body: bytes) -> None:
    with pytest.raises(NotAPicture):
        read_picture(body)


def test_whatever_the_bytes_are_they_are_a_picture_or_none() -> None:
    dice = random.Random(7)
    whole = (png(part(b"tEXt", KEY)), jpeg(JFIF, segment(0xE1, exif((0x0112, 3, 1, 6)) + PLACE)))
    refused = 0

    for nth in range(4_000):
        broken = bytearray(whole[nth % 2])
        for _ in range(dice.randint(1, 4)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        try:
            read = read_picture(bytes(broken[: dice.randint(len(broken) // 2, len(broken))]))
        except NotAPicture:
            refused += 1
        else:
            assert KEY not in read.body
            assert PLACE not in read.body
            assert read_picture(read.body) == read

    assert 1_000 < refused < 4_000


def test_an_error_and_a_picture_in_a_log_say_nothing_of_what_was_sent() -> None:
    with pytest.raises(NotAPicture) as error:
        read_picture(PNG + KEY)

    assert KEY[:6].decode() not in repr(error.value)
    assert "IDAT" not in repr(read_picture(png()))
