"""What `doctor` reads of Conditional Access, asked of a Graph on loopback that answers as the real one is documented to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.identity.application import Provider
from adapters.identity.conditional_access import keeps_phones_out
from adapters.teams.doctor import Finding
from bot.domain.secret import Secret
from bot.settings import ENTRA
from bot.wiring.entra import look_at_phones, phones
from tests.adapters.test_entra_risk import TENANT, Tokens, refusal
from tests.fakes.clock import FakeClock
from tests.teams.microsoft import APP_ID

OTHER_APP = "00000003-0000-0ff1-ce00-000000000000"
PROVIDER = Provider(f"{ENTRA}/{TENANT}/v2.0", APP_ID, Secret("x"), TENANT, "https://key.corp.test", "c1", "acrs")


def policy(
    *built_in: str,
    operator: str = "OR",
    state: str = "enabled",
    apps: tuple[str, ...] = ("All",),
    but_apps: tuple[str, ...] = (),
    contexts: tuple[str, ...] = (),
    platforms: tuple[tuple[str, ...], tuple[str, ...]] | None = None,
    strength: bool = False,
    name: str = "Company devices",
) -> dict[str, Any]:
    """As Graph writes one, with what it leaves null."""
    about = (
        None if platforms is None else {"includePlatforms": list(platforms[0]), "excludePlatforms": list(platforms[1])}
    )
    return {
        "id": "1ebb3f83-0b4e-4bd0-8e46-7ae5ea4dd4a8",
        "templateId": None,
        "displayName": name,
        "createdDateTime": "2026-01-01T08:00:00Z",
        "state": state,
        "conditions": {
            "clientAppTypes": ["all"],
            "locations": None,
            "platforms": about,
            "applications": {
                "includeApplications": list(apps),
                "excludeApplications": list(but_apps),
                "includeUserActions": [],
                "includeAuthenticationContextClassReferences": list(contexts),
                "applicationFilter": None,
            },
            "users": {"includeUsers": ["All"], "excludeUsers": [], "includeGroups": [], "excludeGroups": []},
        },
        "grantControls": {
            "operator": operator,
            "builtInControls": list(built_in),
            "customAuthenticationFactors": [],
            "termsOfUse": [],
            "authenticationStrength": {"id": "00000000-0000-0000-0000-000000000004"} if strength else None,
        },
        "sessionControls": None,
    }


@pytest.mark.parametrize(
    ("one", "keeps_out"),
    [
        (policy("compliantDevice"), True),
        (policy("compliantDevice", "domainJoinedDevice"), True),
        (policy("mfa", "compliantDevice", operator="AND"), True),
        (policy("compliantDevice", operator="AND", strength=True), True),
        (policy("compliantDevice", apps=(APP_ID.upper(),)), True),
        (policy("compliantDevice", apps=(), contexts=("c1",)), True),
        (policy("compliantDevice", platforms=(("all",), ("android",))), True),
        (policy("compliantDevice", platforms=(("iOS",), ())), True),
        (policy("mfa"), False),
        (policy("mfa", "compliantDevice"), False),
        (policy("compliantDevice", strength=True), False),
        (policy("compliantDevice", state="disabled"), False),
        (policy("compliantDevice", state="enabledForReportingButNotEnforced"), False),
        (policy("compliantDevice", apps=(OTHER_APP,)), False),
        (policy("compliantDevice", apps=("None",)), False),
        (policy("compliantDevice", but_apps=(APP_ID,)), False),
        (policy("compliantDevice", apps=(), contexts=("c2",)), False),
        (policy("compliantDevice", platforms=(("windows", "macOS"), ())), False),
        (policy("compliantDevice", platforms=(("all",), ("android", "iOS"))), False),
        (policy("compliantDevice") | {"grantControls": None}, False),
        ({"state": "enabled", "conditions": "?", "grantControls": ["compliantDevice"]}, False),
    ],
)
def test_a_phone_is_kept_out_where_nothing_but_the_device_opens(one: dict[str, Any], keeps_out: object) -> None:
    assert keeps_phones_out(one, APP_ID, "c1") is keeps_out


@dataclass
class Graph:
    pages: list[list[dict[str, Any]]] = field(default_factory=lambda: [[]])
    refuses: int = 0
    body: bytes | None = None
    leads_to: str = ""
    asked: list[str] = field(default_factory=list)

    async def policies(self, request: web.Request) -> web.Response:
        self.asked.append(request.headers["Authorization"])
        if self.refuses:
            return web.json_response(refusal("AccessDenied"), status=self.refuses)
        if self.body is not None:
            return web.Response(body=self.body, content_type="application/json")
        number = int(request.query.get("$skiptoken", 0))
        home = self.leads_to or str(request.url.origin())
        more = {"@odata.nextLink": f"{home}{request.path}?$skiptoken={number + 1}"} if self.pages[number + 1 :] else {}
        context = "https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies"
        return web.json_response({"@odata.context": context, **more, "value": self.pages[number]})


@dataclass
class Scene:
    graph: Graph
    tokens: Tokens
    http: aiohttp.ClientSession
    base: str

    async def look(self) -> Finding:
        found = await look_at_phones(self.http, self.tokens, PROVIDER, self.base)
        assert found.is_well
        return found


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    graph, app = Graph(), web.Application()
    app.router.add_get("/v1.0/identity/conditionalAccess/policies", graph.policies)
    async with TestServer(app, host="127.0.0.1") as server, aiohttp.ClientSession() as http:
        yield Scene(graph, Tokens(), http, f"http://127.0.0.1:{server.port}")


async def test_the_doctor_names_the_policies_that_keep_phones_out_of_every_page(scene: Scene) -> None:
    scene.graph.pages = [
        [policy("mfa", name="MFA"), policy("compliantDevice")],
        [policy("compliantDevice", name="More")],
    ]

    line = str(await scene.look())

    assert line.startswith("warn  phones: Conditional Access asks for a compliant device: Company devices, More. ")
    assert scene.graph.asked == ["Bearer ours"] * 2


async def test_where_no_policy_asks_for_the_device_all_is_well(scene: Scene) -> None:
    scene.graph.pages = [[policy("mfa")]]

    assert str(await scene.look()) == "ok    phones: no policy of Conditional Access asks them for a compliant device"


async def test_a_permission_that_is_missing_is_told_by_name_and_fails_nothing(scene: Scene) -> None:
    scene.graph.refuses = 403

    line = str(await scene.look())

    assert line.startswith(
        "warn  phones: Conditional Access is not looked at: the permission Policy.Read.All is missing."
    )
    assert "It is optional" in line


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"refuses": 401}, "status 401"),
        ({"refuses": 503}, "status 503"),
        ({"body": b"<html>"}, "not JSON"),
        ({"body": b"[]"}, "not a list of policies"),
        ({"body": b'{"value": null}'}, "not a list of policies"),
        ({"pages": [[], []], "leads_to": "http://elsewhere.test"}, "led elsewhere"),
        ({"pages": [[]] * 30}, "too many pages"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_an_answer_that_is_none_is_told_and_fails_nothing(scene: Scene, change: dict[str, Any], why: str) -> None:
    for name, value in change.items():
        setattr(scene.graph, name, value)

    assert f"warn  phones: Conditional Access could not be looked at ({why})" in str(await scene.look())


async def test_without_a_token_and_without_an_answer_it_is_told_and_fails_nothing(scene: Scene) -> None:
    nobody_there = await look_at_phones(scene.http, scene.tokens, PROVIDER, "http://127.0.0.1:9")
    scene.tokens.is_silent = True

    assert "(ClientConnectorError)" in str(nobody_there)
    assert "(NoToken)" in str(await scene.look())


async def test_another_provider_than_entra_is_not_asked() -> None:
    other = Provider("https://id.corp.test/oidc", APP_ID, Secret("x"), TENANT, "https://key.corp.test", "mfa")

    assert await phones(other, FakeClock()) == ()
