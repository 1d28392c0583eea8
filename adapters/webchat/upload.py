"""What comes with a photo: the activity is read, the photo never."""

import orjson
from aiohttp import BodyPartReader, web
from aiohttp.multipart import MultipartReader

from adapters.botframework.codec import BadActivity


async def activity_part(request: web.Request) -> bytes:
    if not (request.content_type or "").startswith("multipart/"):
        return orjson.dumps({"type": "message", "attachments": [{"contentType": "image/unread"}]})
    try:
        return await _first_activity(await request.multipart())
    except (ValueError, AssertionError) as error:
        raise BadActivity("broken upload") from error


async def _first_activity(parts: MultipartReader) -> bytes:
    while (part := await parts.next()) is not None:
        if isinstance(part, BodyPartReader) and part.name == "activity":
            return bytes(await part.read())
    raise BadActivity("no activity in the upload")
