"""What others send is read in however many pieces it comes, and never further than it may be long."""

import asyncio

from aiohttp import StreamReader
from aiohttp.base_protocol import BaseProtocol

from adapters.bounded import read_at_most


def sent(*pieces: bytes) -> StreamReader:
    """So far; whoever reads on waits for more."""
    protocol = BaseProtocol(asyncio.get_running_loop())
    protocol.connection_made(asyncio.Transport())
    reader = StreamReader(protocol, 2**16)
    for piece in pieces:
        reader.feed_data(piece)
    return reader


async def test_what_comes_in_pieces_is_read_to_its_end() -> None:
    reader = sent(b"one ", b"two ")
    reading = asyncio.create_task(read_at_most(reader, 100))
    await asyncio.sleep(0)
    reader.feed_data(b"three")
    reader.feed_eof()

    assert await reading == b"one two three"


async def test_of_what_has_no_end_one_byte_too_many_is_read_and_no_more() -> None:
    endless = sent(b"0123", b"4567", b"89")

    async with asyncio.timeout(30):
        read = await read_at_most(endless, 5)

    assert read == b"012345"
    assert await endless.read(1) == b"6"
