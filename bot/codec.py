"""Typed states, events and effects to and from plain JSON. An unknown shape is refused, never guessed at.

A dataclass becomes `{"is": "recovery.Proving", ...}`; its field types say what else may stand there.
"""

import dataclasses
import types
import typing
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from datetime import datetime
from typing import Literal, TypeVar, get_args, get_origin, get_type_hints

import orjson

T = TypeVar("T")
Plain = object
Coder = Callable[[Plain], Plain]

TAG = "is"
REMEMBERED = 1_000


class UnknownShape(ValueError):
    """Stored text does not have the shape that this program writes."""


class Codec:
    """Knows the dataclasses it was given, and those alone."""

    def __init__(self, classes: Iterable[type]) -> None:
        self._tags: dict[type, str] = {}
        self._classes: dict[str, type] = {}
        for cls in classes:
            self._learn(cls)
        self._names = {cls: tuple(field.name for field in dataclasses.fields(cls)) for cls in self._tags}
        self._readers = {tag: self._reader_of(cls) for tag, cls in self._classes.items()}
        self._texts: OrderedDict[int, tuple[object, str]] = OrderedDict()
        self._values: dict[str, object] = {}

    def forgetful(self) -> "Codec":
        """The same shapes, with nothing remembered yet: whoever reads what another wrote has to read it."""
        other = copy(self)
        other._texts, other._values = OrderedDict(), {}  # noqa: SLF001 - one of us
        return other

    def encode(self, value: object) -> str:
        """What was just written is most often read or written next, by the same process: it is remembered for that."""
        known = self._texts.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        try:
            text = orjson.dumps(value, default=self._plain, option=orjson.OPT_PASSTHROUGH_DATACLASS).decode()
        except TypeError as error:
            raise UnknownShape(str(error.__cause__ or error)) from error
        self._texts[id(value)] = value, text
        self._values[text] = value
        if len(self._texts) > REMEMBERED:
            self._forget(*self._texts.popitem(last=False)[1])
        return text

    def _forget(self, value: object, text: str) -> None:
        if self._values.get(text) is value:
            del self._values[text]

    def decode(self, text: str, expected: type[T]) -> T:
        """`expected` is the class that must come out; `object` for any that this codec knows."""
        known = self._values.get(text)
        if known is not None and isinstance(known, expected):
            return known
        try:
            value = self._read(orjson.loads(text))
        except (orjson.JSONDecodeError, TypeError, KeyError) as error:
            raise UnknownShape(str(error)) from error
        if not isinstance(value, expected):
            message = f"{type(value).__name__} where {expected.__name__} belongs"
            raise UnknownShape(message)
        return value

    def _learn(self, cls: type) -> None:
        if cls in self._tags:
            return
        tag = tag_of(cls)
        if tag in self._classes:
            message = f"two classes would be stored as {tag}"
            raise ValueError(message)
        self._tags[cls], self._classes[tag] = tag, cls

    # writing

    def _plain(self, value: object) -> dict[str, Plain]:
        """One level of it; orjson asks for what it holds in turn, and writes text, numbers, moments and lists itself."""
        names = self._names.get(type(value))
        if names is None:
            message = f"{type(value).__name__} is not among the stored shapes"
            raise UnknownShape(message)
        content: dict[str, Plain] = {TAG: self._tags[type(value)]}
        for name in names:
            content[name] = getattr(value, name)
        return content

    # reading

    def _read(self, content: Plain) -> object:
        if not isinstance(content, dict):
            message = f"{type(content).__name__} where an object belongs"
            raise UnknownShape(message)
        reader = self._readers.get(str(content.get(TAG)))
        if reader is None:
            message = f"no shape is called {content.get(TAG)!r}"
            raise UnknownShape(message)
        return reader(content)

    def _reader_of(self, cls: type) -> Callable[[dict[str, Plain]], object]:
        hints = get_type_hints(cls)
        fields = {field.name: self._field_reader(hints[field.name]) for field in dataclasses.fields(cls)}
        names = {TAG, *fields}

        def read(content: dict[str, Plain]) -> object:
            if content.keys() != names:
                odd = sorted(content.keys() ^ names)
                message = f"{cls.__name__}: {', '.join(odd)}"
                raise UnknownShape(message)
            return cls(**{name: reader(content[name]) for name, reader in fields.items()})

        return read

    def _field_reader(self, hint: object) -> Coder:
        origin, args = get_origin(hint), get_args(hint)
        if hint is datetime:
            return _read_moment
        if hint is float:
            return _checked(int, float)
        if hint in (str, int, bool):
            return _checked(typing.cast("type", hint))
        if origin is Literal:
            return _one_of(args)
        if origin is tuple:
            return _many(self._field_reader(args[0]))
        if origin is Mapping:
            return _read_mapping
        if type(None) in args:
            return _optional(self._field_reader(_without_none(hint)))
        return self._dataclass_reader(hint)

    def _dataclass_reader(self, hint: object) -> Coder:
        allowed: tuple[type, ...] = (object,) if hint is object else _members(hint)

        def read(content: Plain) -> Plain:
            value = self._read(content)
            if not isinstance(value, allowed):
                message = f"{type(value).__name__} does not belong here"
                raise UnknownShape(message)
            return value

        return read


def tag_of(cls: type) -> str:
    """`dialogs.recovery.states.Proving` is stored as `recovery.Proving`, wherever in its dialog it lives."""
    parts = cls.__module__.split(".")
    home = parts[-2] if parts[0] == "dialogs" and len(parts) > 2 else parts[-1]  # noqa: PLR2004 - dialogs.NAME.module
    return f"{home}.{cls.__name__}"


def _is_plain(hint: object) -> bool:
    if get_origin(hint) in (types.UnionType, typing.Union):
        return all(_is_plain(part) for part in get_args(hint))
    return hint in (str, int, float, bool, type(None)) or get_origin(hint) is Literal


def _without_none(hint: object) -> object:
    return typing.Union[tuple(part for part in get_args(hint) if part is not type(None))]  # noqa: UP007 - built at run time


def _members(hint: object) -> tuple[type, ...]:
    parts = get_args(hint) or (hint,)
    if not all(isinstance(part, type) and dataclasses.is_dataclass(part) for part in parts):
        message = f"{hint} cannot be stored"
        raise TypeError(message)
    return typing.cast("tuple[type, ...]", parts)


def _checked(*allowed: type) -> Coder:
    def read(content: Plain) -> Plain:
        if type(content) not in allowed:
            message = f"{type(content).__name__} where {allowed[0].__name__} belongs"
            raise UnknownShape(message)
        return content

    return read


def _one_of(values: tuple[object, ...]) -> Coder:
    def read(content: Plain) -> Plain:
        if content not in values:
            message = f"{content!r} is none of {values}"
            raise UnknownShape(message)
        return content

    return read


def _many(inner: Coder) -> Coder:
    def read(content: Plain) -> Plain:
        if not isinstance(content, list):
            message = f"{type(content).__name__} where a list belongs"
            raise UnknownShape(message)
        return tuple(inner(part) for part in content)

    return read


def _optional(inner: Coder) -> Coder:
    return lambda content: None if content is None else inner(content)


def _read_moment(content: Plain) -> Plain:
    moment = datetime.fromisoformat(str(content))
    if moment.tzinfo is None:
        message = "a moment without a time zone"
        raise UnknownShape(message)
    return moment


def _read_mapping(content: Plain) -> Plain:
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        message = "a mapping of words belongs here"
        raise UnknownShape(message)
    return content
