"""What was said in a person's conversations, as an agent reads it. No link, no number and no key stands in it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Literal, TypeAlias

import orjson

from bot.case_file import Filed
from bot.codec import Codec
from bot.domain.cases import Chat
from bot.effects import Say
from bot.pictures import Pictures, holding_of
from bot.ports.store import Line, Store
from bot.ports.words import Words

PAGE = 500
LONGEST_MARK = 400
HIDDEN = "••"
Who = Literal["person", "bot", "agent"]
Mark: TypeAlias = Mapping[str, int]
"""How far somebody has read, in each conversation by its name here."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A picture that was passed on. `until`: when it is gone; None where it is already, or was another agent's to see."""

    name: str
    until: datetime | None
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Spoken:
    """`id`: which line it is. `mark`: how far whoever has read it has read. `place`: its channel, where there are several."""

    id: str
    mark: str
    at: datetime
    who: Who
    name: str
    text: str
    language: str
    place: str = ""
    pictures: tuple[Sight, ...] = ()

    @property
    def chat(self) -> str:
        """By its name here, as in a mark."""
        return self.id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Transcript:
    store: Store
    codec: Codec
    words: Words
    pictures: Pictures

    async def of(self, filed: Filed, after: Mark | None = None) -> tuple[Spoken, ...]:
        """From an hour before the case to its end, in the order in which it was said; of that, what follows `after`.

        What was said while it was closed was said to the bot alone.
        """
        case, read = filed.case, dict(after or {})
        chats = [chat for chat in (Chat(case.chat, case.channel), *case.others) if chat.id]
        found = [
            [(line, chat) for line in await self._lines(filed, chat.id, read.get(_name(chat.id), 0))] for chat in chats
        ]
        spoken = []
        for line, chat in merge(*found, key=lambda one: one[0].at):
            name = _name(chat.id)
            read[name] = line.seq
            place = chat.channel if len(chats) > 1 else ""
            spoken.append(self._read(line, filed, f"{name}:{line.seq}", written(read), place))
        return tuple(spoken)

    async def of_person(self, filed: Filed, after: str, first: int) -> tuple[tuple[str, ...], str]:
        """Their words alone, of chats that were never read the `first` last ones, and the mark of how far that is read."""
        read = mark_of(after)
        spoken = await self.of(filed, read)
        words = [one for one in spoken if one.who == "person"]
        left_out = [one.id for one in words if one.chat not in read][:-first]
        said = tuple(one.text for one in words if one.id not in left_out and (one.text or not one.pictures))
        return said, spoken[-1].mark if spoken else after

    async def _lines(self, filed: Filed, chat: str, after: int) -> list[Line]:
        found: list[Line] = []
        while lines := await self.store.history(chat, after, PAGE, filed.begun(chat)):
            found += [line for line in lines if filed.covers(line.at, chat)]
            after = lines[-1].seq
        return found

    def _read(self, line: Line, filed: Filed, id_: str, mark: str, place: str) -> Spoken:
        content: Mapping[str, object] = orjson.loads(line.body)
        if "say" not in content:
            words = str(content["heard"])
            person, language = filed.case.name, filed.case.language
            sights = self._sights(content.get("pictures"), filed)
            return Spoken(id_, mark, line.at, "person", person, words, language, place, sights)
        say = self.codec.decode(str(content["say"]), Say)
        if say.text == "handoff.agent_says":
            return Spoken(id_, mark, line.at, "agent", say.facts["agent"], say.facts["text"], say.language, place)
        facts = {name: HIDDEN if name == "number" else fact for name, fact in say.facts.items()}
        text = self.words.phrase(say.language, say.text, facts)
        return Spoken(id_, mark, line.at, "bot", "Sparekey", text, say.language, place)

    def _sights(self, names: object, filed: Filed) -> tuple[Sight, ...]:
        holding, known = holding_of(filed), names if isinstance(names, list) else ()
        return tuple(
            Sight(str(name), self.pictures.until(name, holding), self.pictures.seconds_left(name, holding))
            for name in known
        )


def written(mark: Mark) -> str:
    return ",".join(f"{name}:{seq}" for name, seq in mark.items())


def mark_of(text: str) -> Mark:
    """What a page says of how far it has read; of one chat said twice, the farthest. What is none is nothing."""
    pairs = (part.partition(":") for part in text[:LONGEST_MARK].split(","))
    read = [(name, int(seq)) for name, _, seq in pairs if seq.isascii() and seq.isdigit() and len(seq) < 16]  # noqa: PLR2004
    return dict(sorted(read))


def _name(chat: str) -> str:
    """Short, and nothing that leads to the conversation."""
    return hashlib.sha256(chat.encode()).hexdigest()[:8]
