"""What comes with a photo: the activity is read, and the photo only where somebody may look at it. Else it is dropped unread."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import orjson
from aiohttp import BodyPartReader, web
from aiohttp.multipart import MultipartReader

from adapters.botframework.codec import BadActivity
from adapters.limits import Seats
from adapters.webchat.doors import LARGEST_BODY, refused
from bot.domain.picture import LARGEST, NotAPicture, read_picture
from bot.domain.speech import Heard, Unfit
from bot.pictures import MOST_OF_CASE, Holding, Pictures

MOST_SENT = 5 * LARGEST
"""Phones send what they have; up to here it is read past, so that the person hears why it is not passed on."""

AT_ONCE = 4
"""Uploads whose pictures are read at a time: each may take as much memory as all pictures of a case."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An activity, and what came of the pictures beside it: the names of those that wait for the agent, and why others do not."""

    activity: bytes
    shown: tuple[str, ...] = ()
    unfit: Unfit | None = None

    def with_pictures(self, heard: Heard | None) -> Heard | None:
        if not self.shown and self.unfit is None:
            return heard
        return replace(heard or Heard(), choice=None, photo=True, shown=len(self.shown), unfit=self.unfit)


@dataclass(frozen=True, slots=True)
class Uploads:
    pictures: Pictures
    holding: Callable[[str], Awaitable[Holding | None]]
    """Of the agent with whom a conversation is, where pictures are let through."""
    seats: Seats = field(default_factory=lambda: Seats(AT_ONCE))

    async def read(self, request: web.Request, chat: str) -> Sent:
        """Raises BadActivity, and the HTTP refusal of what has no end."""
        if not (request.content_type or "").startswith("multipart/"):
            return Sent(orjson.dumps({"type": "message", "attachments": [{"contentType": "image/unread"}]}))
        try:
            parts, holding = await request.multipart(), await self.holding(chat)
            if holding is None:
                return await self._parts(parts, chat, None, has_room=False)
            with self.seats.seated(chat) as has_room:
                return await self._parts(parts, chat, holding, has_room=has_room)
        except (ValueError, AssertionError) as error:
            raise BadActivity("broken upload") from error

    async def _parts(self, parts: MultipartReader, chat: str, holding: Holding | None, *, has_room: bool) -> Sent:
        """Whoever talks with an agent has taken a seat for this.

        A slow upload may outlast the agent's time with the case: then it is as if it had come afterwards.
        """
        activity: bytes | None = None
        files: list[bytes | None] = []
        left, room = MOST_SENT, MOST_OF_CASE if has_room else 0
        while (part := await parts.next()) is not None:
            if isinstance(part, BodyPartReader) and part.name == "activity" and activity is None:
                activity, size = await _read(part, LARGEST_BODY, left)
                if activity is None:
                    raise BadActivity("the activity is too long")
            elif isinstance(part, BodyPartReader) and part.name == "file" and holding is not None:
                body, size = await _read(part, LARGEST if len(files) < room else 0, left)
                files.append(body)
            else:
                continue
            left -= size
            if activity is not None and holding is None:
                break
        if activity is None:
            raise BadActivity("no activity in the upload")
        if holding is None or await self.holding(chat) != holding:
            return Sent(activity)
        return self._added(Sent(activity), holding, files, room)

    def _added(self, sent: Sent, holding: Holding, files: list[bytes | None], room: int) -> Sent:
        """All that fit; of the others the last reason is told."""
        for nth, body in enumerate(files):
            name: str | None = None
            unfit: Unfit = "many" if nth >= room else "large"
            if body is not None:
                try:
                    name, unfit = self.pictures.add(holding, read_picture(body)), "many"
                except NotAPicture:
                    unfit = "kind"
            sent = replace(sent, shown=(*sent.shown, name)) if name else replace(sent, unfit=unfit)
        return sent

    def forget(self, sent: Sent) -> None:
        self.pictures.drop(*sent.shown)


async def _read(part: BodyPartReader, largest: int, left: int) -> tuple[bytes | None, int]:
    """What is in it and its size; None where it is larger, and then nothing of it is kept."""
    body, size = bytearray(), 0
    while chunk := await part.read_chunk():
        size += len(chunk)
        if size > left:
            raise refused(413, "MessageSizeTooBig", "This is too large.")
        if size <= largest:
            body += chunk
        else:
            body.clear()
    return (bytes(body) if 0 < size <= largest else None), size
