"""Activities from and to JSON, by a plan drawn up once from the schema. Hostile JSON is refused with one error, BadActivity.

Properties that the schema does not know are kept, so that nothing a channel says is lost on the way through.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import botbuilder.schema
import orjson
from botbuilder.schema import Activity
from msrest.serialization import Model

DEEPEST = 32
MOST_ENTRIES = 2_000


class BadActivity(ValueError):
    """Not an activity. What exactly was wrong is nobody's business but the log's."""


Reader = Callable[[Any], Any]


def read_activity(body: bytes) -> Activity:
    """Raises BadActivity, and nothing else, whatever the bytes are."""
    try:
        content = orjson.loads(body)
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise BadActivity("not JSON") from error
    return activity_from(content)


def activity_from(content: object) -> Activity:
    _measure(content)
    activity: Activity = _read_model(Activity, content)
    if not isinstance(activity.type, str) or not activity.type:
        raise BadActivity("no type")
    account = activity.conversation
    if account is not None and account.tenant_id is None:
        account.tenant_id = account.additional_properties.get("tenantId")  # the SDK looks for "tenantID"
    return activity


def write_activity(activity: Activity) -> dict[str, Any]:
    """JSON-ready, with nothing that is None."""
    return _write_model(activity)


def dump_activity(activity: Activity) -> bytes:
    return orjson.dumps(_write_model(activity))


# reading


def _measure(content: object) -> None:
    """Depth and number of entries, without recursion."""
    level: list[object] = [content]
    entries = 0
    for _ in range(DEEPEST):
        following: list[object] = []
        for value in level:
            if isinstance(value, dict):
                following += value.values()
            elif isinstance(value, list):
                following += value
        entries += len(following)
        if entries > MOST_ENTRIES:
            raise BadActivity("too many entries")
        if not following:
            return
        level = following
    raise BadActivity("too deep")


def _read_model(cls: type[Model], content: object) -> Any:
    if not isinstance(content, dict):
        raise BadActivity(f"{cls.__name__} is not an object")
    plan, blank = _PLANS[cls], _BLANKS[cls]
    model = cls.__new__(cls)
    fields = model.__dict__
    fields.update(blank)
    more: dict[str, Any] = {}
    for key, value in content.items():
        if value is None:
            continue
        known = plan.get(key)
        if known is None:
            more[key] = value
        else:
            attribute, reader = known
            fields[attribute] = value if reader is None else reader(value)
    fields["additional_properties"] = more
    return model


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise BadActivity("text belongs here")
    return value


def _truth(value: Any) -> Any:
    if not isinstance(value, bool):
        raise BadActivity("true or false belongs here")
    return value


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadActivity("a number belongs here")
    return value


def _moment(value: Any) -> Any:
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError as error:
        raise BadActivity("a moment belongs here") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _many(reader: Reader) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, list):
            raise BadActivity("a list belongs here")
        return [reader(entry) for entry in value]

    return read


def _named(reader: Reader) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise BadActivity("an object belongs here")
        return {name: reader(entry) for name, entry in value.items()}

    return read


_MODELS: dict[str, type[Model]] = {
    name: cls for name, cls in vars(botbuilder.schema).items() if isinstance(cls, type) and issubclass(cls, Model)
}
_SCALARS: Mapping[str, Reader] = {"str": _text, "bool": _truth, "int": _number, "float": _number, "iso-8601": _moment}


def _reader(kind: str) -> Reader | None:
    """None for free-form JSON, which passes as it is."""
    if kind.startswith("["):
        return _many(_reader(kind[1:-1]) or (lambda value: value))
    if kind.startswith("{"):
        return _named(_reader(kind[1:-1]) or (lambda value: value))
    if kind in _MODELS:
        cls = _MODELS[kind]
        return lambda value: _read_model(cls, value)
    return _SCALARS.get(kind)


_PLANS: dict[type[Model], dict[str, tuple[str, Reader | None]]] = {
    cls: {entry["key"]: (attribute, _reader(entry["type"])) for attribute, entry in cls._attribute_map.items()}
    for cls in _MODELS.values()
}


def _blank_of(cls: type[Model]) -> dict[str, Any]:
    """Every attribute that a fresh object of the class has; some classes cannot be made empty."""
    blank: dict[str, Any] = dict.fromkeys(cls._attribute_map)
    blank["additional_properties"] = None
    return blank


_BLANKS = {cls: _blank_of(cls) for cls in _MODELS.values()}
_KEYS = {cls: {attribute: entry["key"] for attribute, entry in cls._attribute_map.items()} for cls in _MODELS.values()}


# writing


def _write_model(model: Model) -> dict[str, Any]:
    fields = model.__dict__
    content: dict[str, Any] = dict(fields.get("additional_properties") or {})
    keys = _KEYS.get(type(model)) or _KEYS[type(model).__mro__[1]]
    for attribute, value in fields.items():
        if value is None or attribute == "additional_properties":
            continue
        content[keys[attribute]] = value if type(value) is str else _write(value)
    return content


def _write(value: Any) -> Any:
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, Model):
        return _write_model(value)
    if isinstance(value, list):
        return [_write(entry) for entry in value]
    if isinstance(value, datetime):
        if value.utcoffset():
            return value.isoformat()
        return f"{value.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z"
    return value
