"""The desk in German: „Ihr“ is the agent, who reads it; the person stands beside them on the same page and is „die Person“."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from dialogs.texts import catalogue

TEXTS = Path(catalogue.__file__).parent


def lines(language: str) -> dict[str, str]:
    return dict(_flat(tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))["desk"], "desk"))


def _flat(part: dict[str, object], name: str) -> Iterator[tuple[str, str]]:
    for key, value in part.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{name}.{key}")
        else:
            yield f"{name}.{key}", str(value)


def test_what_is_the_persons_is_never_said_to_be_the_agents() -> None:
    german = lines("de")
    of_the_person = [key for key, words in lines("en").items() if re.match(r"(?:Their|They)\b", words)]

    assert of_the_person
    assert [german[key] for key in of_the_person if re.match(r"(?:Ihr\w*|Sie)\b", german[key])] == []
