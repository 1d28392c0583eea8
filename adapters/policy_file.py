"""Reads the policy of proof from a TOML file. What is wrong with the file is said in plain words, with line and field."""

import difflib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from adapters.toml_file import content_of, text_of
from bot.domain.devices import Ownership
from bot.domain.policy import AcceptedRisk, Hours, Method, Policy, Rule

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Texts = Annotated[list[Text], Field(min_length=1)]
Set = Annotated[list[Method], Field(min_length=1)]
Hour = Annotated[int, Field(ge=0, le=23)]
AT_MOST = 1024 * 1024


class UnreadablePolicy(ValueError):
    """What is wrong with the file: one sentence a problem."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Hours(_Table):
    first: Hour
    until: Hour

    @model_validator(mode="after")
    def _some(self) -> "_Hours":
        if self.first == self.until:
            raise ValueError("begins and ends with the same hour: leave it out if the hour does not matter")
        return self


class _Rule(_Table):
    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    why: str = ""
    human: Literal[True] | None = None
    sets: Annotated[list[Set], Field(min_length=1)] | None = None
    devices: Annotated[list[Ownership], Field(min_length=1)] | None = None
    groups: Texts | None = None
    risks: Annotated[list[Literal["none", "low", "medium", "high"]], Field(min_length=1)] | None = None
    unlocks_at_least: Annotated[int, Field(ge=1)] | None = None
    owner_for_less_than_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    hours: _Hours | None = None
    networks: Annotated[list[Literal["inside", "outside"]], Field(min_length=1)] | None = None
    agents: Literal[1, 2] = 1

    @field_validator("sets", "devices", "groups", "risks", "networks")
    @classmethod
    def _each_once(cls, values: Sequence[object] | None) -> Sequence[object] | None:
        for value in values or ():
            _once(value if isinstance(value, list) else [])
        _once([frozenset(value) if isinstance(value, list) else value for value in values or ()])
        return values

    @model_validator(mode="after")
    def _one_result(self) -> "_Rule":
        if (self.sets is None) == (self.human is None):
            raise ValueError("needs either `sets` or `human = true`, and not both")
        return self

    def rule(self) -> Rule:
        return Rule(
            self.name,
            self.why,
            tuple(tuple(methods) for methods in self.sets or ()),
            tuple(self.devices or ()),
            tuple(self.groups or ()),
            tuple(self.risks or ()),
            self.unlocks_at_least,
            self.owner_for_less_than_days,
            Hours(self.hours.first, self.hours.until) if self.hours else None,
            tuple(self.networks or ()),
            self.agents,
        )


class _AcceptedRisk(_Table):
    methods: Set
    reason: Text

    @field_validator("methods")
    @classmethod
    def _each_once(cls, methods: list[Method]) -> list[Method]:
        _once(methods)
        return methods


class _Policy(_Table):
    never_self_service: Texts
    when_risk_unknown: Literal["closed", "open"] = "closed"
    when_owner_unknown: Literal["closed", "open"] = "open"
    time_zone: Text = "UTC"
    rules: Annotated[list[_Rule], Field(min_length=1)]
    accepted_risks: list[_AcceptedRisk] = []

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        _zone(name)
        return name

    @field_validator("rules")
    @classmethod
    def _own_names(cls, rules: list[_Rule]) -> list[_Rule]:
        names = [rule.name for rule in rules]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two rules are called “{twice}”")
        return rules

    def policy(self) -> Policy:
        return Policy(
            tuple(rule.rule() for rule in self.rules),
            tuple(self.never_self_service),
            tuple(AcceptedRisk(tuple(risk.methods), risk.reason) for risk in self.accepted_risks),
            self.when_risk_unknown,
            self.when_owner_unknown,
            _zone(self.time_zone),
        )


def read_policy(path: Path) -> Policy:
    """Raises UnreadablePolicy. What can be read may still be unsafe: `bot.domain.policy_review` says so."""
    return parse_policy(text_of(path, AT_MOST, "a policy", UnreadablePolicy), path.name)


def parse_policy(text: str, name: str) -> Policy:
    content = content_of(text, name, UnreadablePolicy)
    try:
        return _Policy.model_validate(content).policy()
    except ValidationError as error:
        raise UnreadablePolicy(*(_in_words(name, text, content, one) for one in error.errors())) from None


def _zone(name: str) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone “{name}” on this machine; Europe/Berlin is one, for example") from None


def _once(values: Sequence[object]) -> None:
    if len(set(values)) < len(values):
        raise ValueError("names something twice")


# what is wrong, in plain words


def _in_words(name: str, text: str, content: dict[str, object], error: ErrorDetails) -> str:
    place = tuple(error["loc"])
    line = _line_of(text, place)
    where = f"{name}, line {line}" if line else name
    field = ", ".join(_field(content, place)) or "the file"
    return f"{where}: {field}: {_why(error)}"


def _field(content: dict[str, object], place: tuple[int | str, ...]) -> Iterator[str]:
    """`('rules', 1, 'sets', 0, 2)` as: rule 2 “medium-risk”, `sets`, entry 1, entry 3."""
    singular = {"rules": "rule", "accepted_risks": "accepted risk"}
    match place:
        case (("rules" | "accepted_risks") as table, int(index), *rest):
            entries = content.get(str(table))
            entry = entries[index] if isinstance(entries, list) else None
            called = entry.get("name") if isinstance(entry, dict) else None
            yield f"{singular[str(table)]} {index + 1}" + (f" “{called}”" if isinstance(called, str) else "")
        case _:
            rest = list(place)
    yield from (f"entry {part + 1}" if isinstance(part, int) else f"`{part}`" for part in rest)


def _why(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            return f"there is no such field{_meant(str(error['loc'][-1]))}"
        case "missing":
            return "is missing"
        case "literal_error":
            return f"{error['input']!r} is none of {context['expected']}".replace(" or ", ", ")
        case "too_short" | "string_too_short":
            return "is empty: leave it out if it does not matter"
        case "string_pattern_mismatch" if error["loc"][-1] == "name":
            return f"{error['input']!r} is no name: small letters, digits and single hyphens, such as medium-risk"
        case "string_pattern_mismatch":
            return "is blank"
        case "string_type":
            return f"{error['input']!r} is no text: put it in quotation marks"
        case "list_type":
            return f"{error['input']!r} is no list: put it in square brackets"
        case "int_type" | "int_from_float":
            return f"{error['input']!r} is no whole number"
        case "model_type" | "dict_type":
            return "is no table"
        case "value_error":
            return str(context["error"])
        case _:
            return error["msg"][:1].lower() + error["msg"][1:]


def _meant(wrong: str) -> str:
    known = {field for table in (_Policy, _Rule, _AcceptedRisk, _Hours) for field in table.model_fields}
    close = difflib.get_close_matches(wrong, sorted(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


def _line_of(text: str, place: tuple[int | str, ...]) -> int | None:
    """Of the field, or else of the table that it belongs to; None where the file writes its tables in another way."""
    table, header = None, 0
    match place:
        case (("rules" | "accepted_risks") as name, int(index), *_):
            table, header = str(name), index + 1
    field = next((part for part in place[2 if table else 0 :] if isinstance(part, str)), None)
    seen, within, found = 0, table is None, None
    for number, line in enumerate(text.splitlines(), 1):
        if opened := re.match(r"\s*\[+\s*([\w-]+)\s*([.\]])", line):
            seen += opened[1] == table and opened[2] == "]"
            within = opened[1] == table and seen == header
            is_it = within or (table is None and opened[1] == field)
            found = number if is_it and found is None else found
        if within and field is not None and re.match(rf"\s*[\"']?{re.escape(field)}[\"']?\s*=", line):
            return number
    return found
