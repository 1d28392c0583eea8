"""Activities from and to JSON, by plans drawn once: hostile JSON is BadActivity, and nothing said is lost.

What the schema does not know, and what is free-form (`value`, `channelData`, `content`), passes as it is.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from itertools import chain
from typing import Any, TypeAlias

import botbuilder.schema
import orjson
from botbuilder.schema import Activity
from msrest.serialization import Model

from adapters.botframework.moments import read_moment, write_moment


class BadActivity(ValueError):
    """Not an activity. Never carries what was sent: a recovery key may be in it."""


@dataclass(frozen=True, slots=True)
class Limits:
    depth: int = 32
    entries: int = 2_000
    text: int = 128 * 1024  # Web Chat sends a thumbnail of a photo as a data URL


LIMITS = Limits()
_HUGE = 2**63  # orjson turns what is larger into a float that is almost the same number
_LOCAL = "localTimestamp"  # the only moment whose offset says something: where the person is

Reader: TypeAlias = Callable[[Any], object]  # from a JSON value to a field of a model


def read_activity(body: bytes | Mapping[str, object], *, limits: Limits = LIMITS) -> Activity:
    """Raises BadActivity, and nothing else, whatever the body is."""
    if not isinstance(body, bytes):
        body = _as_bytes(body)
    content = _loaded(body)
    _measure(content, limits)
    # a body that is shorter than the limit holds no longer text
    if len(body) > limits.text and _longest_text(content) > limits.text:
        raise BadActivity("a text is too long")
    activity: Activity = _model(Activity)(content)
    if not activity.type:
        raise BadActivity("no type")
    return activity


def write_activity(activity: Model) -> dict[str, object]:
    """JSON-ready, and a copy all the way down."""
    content: dict[str, object] = orjson.loads(dump_activity(activity))
    return content


def dump_activity(activity: Model) -> bytes:
    """For an activity or any other model of the schema."""
    return orjson.dumps(activity, default=_written, option=orjson.OPT_PASSTHROUGH_DATETIME)


# Reading: from bytes to JSON


def _as_bytes(content: Mapping[str, object]) -> bytes:
    """What is not JSON (NaN, foreign objects, circles) becomes nothing, which is no activity either."""
    try:
        return json.dumps(dict(content), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError):
        return b""


def _loaded(body: bytes) -> object:
    """None for what is not JSON. Nothing is raised here: orjson's error carries the whole body along."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _measure(content: object, limits: Limits) -> None:
    """Level by level, so that no depth can exhaust the stack."""
    level: list[Any] = [content]
    entries = 0
    for _ in range(limits.depth + 1):
        level = _inside(level)
        if not level:
            return
        entries += len(level)
        if entries > limits.entries:
            raise BadActivity("too many entries")
    raise BadActivity("too deep")


def _inside(level: list[Any]) -> list[Any]:
    """What the objects and lists of one level hold. Its numbers are looked at on the way."""
    inside: list[Any] = []
    for value in level:
        kind = type(value)
        if kind is str:
            continue
        if kind is dict:
            inside += value.values()
        elif kind is list:
            inside += value
        elif value is not None and not -_HUGE < value < _HUGE:
            raise BadActivity("a number is too large")
    return inside


def _longest_text(content: object) -> int:
    """Names count as well. Only asked when the depth is known to be small."""
    if isinstance(content, str):
        return len(content)
    listed = content if isinstance(content, list) else ()
    inside = chain(content, content.values()) if isinstance(content, dict) else listed
    return max(map(_longest_text, inside), default=0)


# Reading: from JSON to models


@cache
def _model(cls: Any) -> Callable[[object], Any]:  # msrest's classes and their objects are untyped
    """Compiled once a class. `known`: JSON name to attribute, type taken as it is, reader of all else."""
    blank = dict.fromkeys(cls._attribute_map)
    known = {name: (attribute, _PLAIN.get(kind), _reader(kind)) for attribute, name, kind in _attributes(cls)}

    def read(content: object) -> Any:
        if type(content) is not dict:
            raise BadActivity(f"{cls.__name__} is not an object")
        fields, more = blank.copy(), {}
        for name, value in content.items():
            if name not in known:
                more[name] = value
            elif value is not None:
                attribute, plain, reader = known[name]
                fields[attribute] = value if type(value) is plain else reader(value)
        fields["additional_properties"] = more
        model = cls.__new__(cls)
        model.__dict__ = fields
        return model

    return read


@cache
def _attributes(cls: Any) -> tuple[tuple[str, str, str], ...]:
    """Attribute, JSON name and kind, with two corrections of the SDK's own map."""
    attributes = []
    for attribute, entry in cls._attribute_map.items():
        name = entry["key"].replace("tenantID", "tenantId")  # as every channel writes it
        attributes.append((attribute, name, _LOCAL if name == _LOCAL else entry["type"]))
    return tuple(attributes)


@cache
def _names(cls: Any) -> dict[str, str]:
    return {attribute: name for attribute, name, _ in _attributes(cls)}


def _reader(kind: str) -> Reader:
    match kind[0]:
        case "[":
            return partial(_read_list, _reader(kind[1:-1]))
        case "{":
            return partial(_read_names, _reader(kind[1:-1]))
        case _:
            return _READERS[kind] if kind in _READERS else _model(getattr(botbuilder.schema, kind))


def _read_list(reader: Reader, content: object) -> list[object]:
    if type(content) is not list:
        raise BadActivity("a list belongs here")
    return [reader(entry) for entry in content]


def _read_names(reader: Reader, content: object) -> dict[str, object]:
    if type(content) is not dict:
        raise BadActivity("an object belongs here")
    return {name: reader(entry) for name, entry in content.items()}


def _read_plain(plain: type, content: object) -> object:
    """Nothing is converted: 1 is no text, true is no number."""
    if type(content) is not plain:
        raise BadActivity("another type belongs here")
    return content


def _moment(content: object) -> datetime:
    moment = _local_moment(content)
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def _local_moment(content: object) -> datetime:
    """With its own offset. Without one it is read as UTC, which is what .NET means by it."""
    moment = read_moment(content) if type(content) is str and content[10:11] == "T" else None
    if moment is None:
        raise BadActivity("a moment belongs here")
    return moment


_PLAIN: Mapping[str, type] = {"str": str, "bool": bool, "int": int}
_READERS: Mapping[str, Reader] = {
    **{kind: partial(_read_plain, plain) for kind, plain in _PLAIN.items()},
    "object": lambda content: content,
    "iso-8601": _moment,
    _LOCAL: _local_moment,
}


# Writing: orjson asks for what it does not know


def _written(value: object) -> object:
    if isinstance(value, Model):
        return _written_model(value)
    if isinstance(value, datetime):
        return write_moment(value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))
    raise TypeError(f"{type(value).__name__} is not JSON")


def _written_model(model: Any) -> dict[str, object]:
    """One level of it; what it holds is asked for in turn."""
    fields = model.__dict__
    content: dict[str, object] = dict(fields.get("additional_properties") or {})
    names = _names(model.__class__)
    for attribute, value in fields.items():
        if value is not None and attribute in names:
            content[names[attribute]] = value
    local = content.get(_LOCAL)
    if isinstance(local, datetime) and local.tzinfo:
        content[_LOCAL] = write_moment(local)
    return content
