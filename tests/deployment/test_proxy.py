"""The rules that both proxies keep: what is not listed does not exist outside, and nobody writes down who asked for what."""

import re
from collections.abc import AsyncIterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.webchat.upload import MOST_SENT
from bot.settings import Settings
from bot.wiring.served import served_house
from tests.app.living import Living
from tests.deployment.compose import FOLDER
from tests.deployment.dockerfile import ROOT
from tests.sign_in.served import Told

ROUTES = FOLDER / "routes.caddy"
PROXIES = (FOLDER / "Caddyfile", FOLDER / "azure" / "Caddyfile")
KEPT_INSIDE = {"/ready", "/metrics", "/demo/*", "/desk", "/desk/*"}


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


@pytest.fixture
async def application(tmp_path: Path) -> AsyncIterator[web.Application]:
    """The served product with everything on; its provider need not answer for that."""
    (tmp_path / "secret").write_text("x")
    settings = Settings(
        oidc_issuer="https://id.example.org/oidc", oidc_client_id="x", oidc_tenant="x", oidc_step_up="x",
        oidc_secret_file=tmp_path / "secret", authenticator=True,
    )  # fmt: skip
    async with served_house(settings, tmp_path, "https://helpdesk.example.org", notices=Told()) as house:
        yield house.app


@pytest.fixture
def served(application: web.Application) -> set[str]:
    return _routes(application)


@pytest.fixture
async def door(application: web.Application) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    async with TestClient(TestServer(application)) as client:
        yield client


def test_what_the_proxy_passes_exists_in_the_application(house: Living, served: set[str]) -> None:
    real = _routes(house.house.app) | _routes_of_teams() | served

    unknown = [path for path in _public() if not any(fnmatchcase(route, path) for route in real)]

    assert unknown == []


def test_every_route_of_the_application_is_either_public_or_kept_inside(house: Living, served: set[str]) -> None:
    undecided = {
        route
        for route in _routes(house.house.app) | served
        if not any(fnmatchcase(route, path) for path in _public() | KEPT_INSIDE)
    }

    assert undecided == set()


def test_nothing_internal_is_passed() -> None:
    for inner in ("/ready", "/metrics", "/demo/phone/alex", "/demo/sign-in", "/desk", "/desk/cases/1001"):
        assert not any(fnmatchcase(inner, path) for path in _public()), inner


async def test_the_bare_name_leads_to_the_chat(door: TestClient[web.Request, web.Application]) -> None:
    async with door.get("/", allow_redirects=False) as answer:
        location = answer.headers["Location"]

    assert "/" in _public()
    assert (answer.status, location) == (303, "/chat")


def test_the_desk_is_passed_to_the_networks_of_the_desk_alone() -> None:
    text = ROUTES.read_text("utf-8")
    block = re.search(r"@desk \{(.*?)^\}", text, re.DOTALL | re.MULTILINE)

    assert block
    assert "path /desk /desk/*" in block[1]
    assert "remote_ip {$DESK_FROM:127.0.0.1/32}" in block[1]


def test_what_is_not_listed_does_not_exist_outside() -> None:
    assert re.search(r"^handle \{\s*respond 404\s*\}", ROUTES.read_text("utf-8"), re.MULTILINE)


def test_a_picture_passes_the_proxy_and_nothing_else_of_its_size_does() -> None:
    text = ROUTES.read_text("utf-8")
    upload = re.search(
        r"^@upload path (\S+)\n\nhandle @upload \{\n\trequest_body \{\n\t\tmax_size (\d+)MB", text, re.MULTILINE
    )
    others = re.findall(r"max_size (\S+)", text.partition("handle @public")[2])

    assert upload
    assert fnmatchcase("/v3/directline/conversations/abc/upload", upload[1])
    assert MOST_SENT < int(upload[2]) * 1_000_000 < 2 * MOST_SENT
    assert text.index("handle @upload") < text.index("handle @public")
    assert others == ["1MB", "64KB"]


def _public() -> set[str]:
    found = re.search(r"^@public path (.*)$", ROUTES.read_text("utf-8"), re.MULTILINE)
    assert found
    return set(found.group(1).split())


def _routes(app: web.Application) -> set[str]:
    return {resource.canonical for resource in app.router.resources()}


def _routes_of_teams() -> set[str]:
    """They are there only when Teams is set up, so they are read where they are written."""
    texts = [path.read_text("utf-8") for path in (ROOT / "adapters" / "teams").rglob("*.py")]
    return {route for text in texts for route in re.findall(r'"(/api/\w+)"', text)}
