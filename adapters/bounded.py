"""What others send us: read to its end, so that the connection serves again, and no further than it may be long."""

from aiohttp import StreamReader


async def read_at_most(content: StreamReader, longest: int) -> bytes:
    """Of what is longer one byte more, so that whoever asked can tell and refuse it."""
    body = b""
    while len(body) <= longest and (more := await content.read(longest + 1 - len(body))):
        body += more
    return body
