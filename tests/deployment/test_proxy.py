"""The rules that both proxies keep: what is not listed does not exist outside, and nobody writes down who asked for what."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from aiohttp import web

from tests.app.living import Living
from tests.deployment.compose import FOLDER
from tests.deployment.dockerfile import ROOT

ROUTES = FOLDER / "routes.caddy"
PROXIES = (FOLDER / "Caddyfile", FOLDER / "azure" / "Caddyfile")
KEPT_INSIDE = {"/", "/ready", "/metrics", "/demo/*"}


@pytest.mark.parametrize("path", PROXIES, ids=["compose", "azure"])
def test_both_proxies_pass_the_same_list_and_have_no_door_of_their_own(path: Path) -> None:
    text = path.read_text("utf-8")

    assert "import routes.caddy" in text
    assert "reverse_proxy" not in text
    assert "admin off" in text


@pytest.mark.parametrize("path", [*PROXIES, ROUTES], ids=["compose", "azure", "routes"])
def test_no_proxy_writes_down_who_asked_for_what(path: Path) -> None:
    blocks = re.findall(r"^\s*log\b[^}]*\}", path.read_text("utf-8"), re.MULTILINE)

    assert all("request delete" in block for block in blocks)
    assert len(blocks) == (0 if path == ROUTES else 1)


def test_braces_of_every_proxy_file_are_balanced() -> None:
    for path in (*PROXIES, ROUTES):
        assert path.read_text("utf-8").count("{") == path.read_text("utf-8").count("}")


def test_what_the_proxy_passes_exists_in_the_application(house: Living) -> None:
    real = _routes(house) | _routes_of_teams()

    unknown = [path for path in _public() if not any(fnmatchcase(route, path) for route in real)]

    assert unknown == []


def test_every_route_of_the_application_is_either_public_or_kept_inside(house: Living) -> None:
    undecided = {
        route for route in _routes(house) if not any(fnmatchcase(route, path) for path in _public() | KEPT_INSIDE)
    }

    assert undecided == set()


def test_nothing_internal_is_passed() -> None:
    for inner in ("/", "/ready", "/metrics", "/demo/phone/alex", "/demo/sign-in"):
        assert not any(fnmatchcase(inner, path) for path in _public()), inner


def test_what_is_not_listed_does_not_exist_outside() -> None:
    assert re.search(r"^handle \{\s*respond 404\s*\}", ROUTES.read_text("utf-8"), re.MULTILINE)


def _public() -> set[str]:
    found = re.search(r"^@public path (.*)$", ROUTES.read_text("utf-8"), re.MULTILINE)
    assert found
    return set(found.group(1).split())


def _routes(house: Living) -> set[str]:
    app: web.Application = house.house.app
    return {resource.canonical for resource in app.router.resources()}


def _routes_of_teams() -> set[str]:
    """They are there only when Teams is set up, so they are read where they are written."""
    texts = [path.read_text("utf-8") for path in (ROOT / "adapters" / "teams").rglob("*.py")]
    return {route for text in texts for route in re.findall(r'"(/api/\w+)"', text)}
