"""The risk of an account, asked of a Graph on loopback that answers as the real one is documented to."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import ValidationError

from adapters.identity.entra_risk import SCOPE, EntraRisk, Terms
from adapters.no_risk import NoRiskSource
from adapters.teams import credential
from adapters.teams.cloud import CLOUDS
from adapters.teams.credential import MsalCredential, NoToken, patient_session
from bot.domain.people import PersonId
from bot.domain.policy import Risk
from bot.domain.secret import Secret
from bot.settings import ENTRA, Settings
from bot.wiring.sign_in import provider_of, risk_of
from tests.fakes.clock import FakeClock
from tests.teams.authority import authority
from tests.teams.microsoft import APP_ID
from tests.teams.test_credential import Provider, over_tls

TENANT = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
QUICK = Terms(between=0.02, in_queue=0.2, altogether=60.0)
"""The shipped pace in a fiftieth of the time; an answer may be as slow as a busy machine."""


def person(number: int = 1) -> PersonId:
    return PersonId(TENANT, f"d1d4a5d4-a5d4-d1d4-d4a5-{number:012x}")


def refusal(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": "No.", "innerError": {"request-id": "0"}}}


@dataclass
class Graph:
    """`people`: risk state and level by object id; whoever is missing was never at risk."""

    people: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    refuses: tuple[int, dict[str, str]] | None = None
    body: bytes | None = None
    status: int = 200
    hangs: bool = False
    asked: list[tuple[float, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    led_elsewhere: list[str] = field(default_factory=list)

    async def elsewhere(self, request: web.Request) -> web.Response:
        self.led_elsewhere.append(request.headers.get("Authorization", ""))
        return web.json_response(refusal("ResourceNotFound"), status=404)

    async def risky_user(self, request: web.Request) -> web.Response:
        one = request.match_info["id"]
        self.asked.append((time.monotonic(), one))
        self.tokens.add(request.headers["Authorization"])
        if self.hangs:
            await asyncio.Event().wait()
        if self.refuses is not None:
            return web.json_response(refusal("no"), status=self.refuses[0], headers=self.refuses[1])
        if self.body is not None:
            return web.Response(body=self.body, status=self.status, content_type="application/json")
        if one not in self.people:
            return web.json_response(refusal("ResourceNotFound"), status=404)
        state, level = self.people[one]
        return web.json_response(
            {
                "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#riskyUsers/$entity",
                "id": one,
                "isDeleted": False,
                "isProcessing": False,
                "riskLastUpdatedDateTime": "2026-11-20T08:00:00Z",
                "riskLevel": level,
                "riskState": state,
                "riskDetail": "none",
                "userDisplayName": "Alex Winter",
                "userPrincipalName": "alex@corp.test",
            }
        )


@dataclass
class Tokens:
    is_silent: bool = False
    given: list[Secret] = field(default_factory=lambda: [Secret("ours")])
    forgotten: list[Secret] = field(default_factory=list)

    async def token(self) -> Secret:
        if self.is_silent:
            raise NoToken("invalid_client")
        return self.given[0]

    def forget(self, refused: Secret) -> None:
        self.forgotten.append(refused)


@dataclass
class Scene:
    graph: Graph
    tokens: Tokens
    clock: FakeClock
    risk: EntraRisk


Make = Callable[..., Awaitable[Scene]]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    graph, tokens, clock = Graph(), Tokens(), FakeClock()
    app = web.Application()
    app.router.add_get("/v1.0/identityProtection/riskyUsers/{id}", graph.risky_user)
    app.router.add_get("/elsewhere", graph.elsewhere)
    async with TestServer(app, host="127.0.0.1", handler_cancellation=True) as server, aiohttp.ClientSession() as http:
        base = f"http://127.0.0.1:{server.port}"
        made: list[EntraRisk] = []

        async def scene(terms: Terms = QUICK) -> Scene:
            made.append(EntraRisk(http, tokens, TENANT, clock, base, terms))
            return Scene(graph, tokens, clock, made[-1])

        yield scene
        await asyncio.gather(*[one.close() for one in made])


@pytest.mark.parametrize(
    ("state", "level", "risk"),
    [
        ("atRisk", "high", "high"),
        ("atRisk", "low", "low"),
        ("atRisk", "medium", "medium"),
        ("atRisk", "hidden", "high"),
        ("confirmedCompromised", "high", "high"),
        ("dismissed", "none", "none"),
        ("remediated", "none", "none"),
        ("confirmedSafe", "none", "none"),
        ("none", "none", "none"),
        ("none", "hidden", "unknown"),
        ("dismissed", "hidden", "unknown"),
        ("none", None, "unknown"),
        ("unknownFutureValue", "high", "unknown"),
        ("none", "unknownFutureValue", "unknown"),
        (None, None, "unknown"),
    ],
)
async def test_what_graph_says_is_put_into_our_words(
    make: Make, state: str | None, level: str | None, risk: Risk
) -> None:
    scene = await make()
    scene.graph.people[person().object_id] = (state, level)

    assert await scene.risk.risk_of(person()) == risk
    assert scene.graph.tokens == {"Bearer ours"}


async def test_somebody_who_was_never_at_risk_has_none(make: Make) -> None:
    scene = await make()

    assert await scene.risk.risk_of(person()) == "none"


@pytest.mark.parametrize("status", [301, 400, 401, 403, 410, 429, 500, 502, 503, 504])
async def test_a_refusal_is_unknown_and_is_not_kept(make: Make, status: int) -> None:
    scene = await make()
    scene.graph.refuses = (status, {"Retry-After": "0", "Location": "/elsewhere"})

    refused = await scene.risk.risk_of(person())
    scene.graph.refuses = None
    answered = await scene.risk.risk_of(person())

    assert (refused, answered) == ("unknown", "none")
    assert scene.graph.led_elsewhere == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'"high"',
        b"{}",
        b'{"id": "d1d4a5d4-a5d4-d1d4-d4a5-000000000002", "riskState": "none", "riskLevel": "none"}',
        b'{"id": "d1d4a5d4-a5d4-d1d4-d4a5-000000000001", "riskState": ["none"], "riskLevel": {}}',
        b'{"id": "d1d4a5d4-a5d4-d1d4-d4a5-000000000001", "riskState": "none", "riskLevel": "none", "pad": "'
        + b"x" * 70_000
        + b'"}',
    ],
    ids=["empty", "no JSON", "a list", "a word", "nothing in it", "somebody else", "other types", "too long"],
)
async def test_nonsense_is_unknown(make: Make, body: bytes) -> None:
    scene = await make()
    scene.graph.body = body

    assert await scene.risk.risk_of(person()) == "unknown"


async def test_a_404_that_is_not_of_graph_makes_nobody_safe(make: Make) -> None:
    scene = await make()
    elsewhere = EntraRisk(scene.risk._http, scene.tokens, TENANT, scene.clock, f"{scene.risk._base}/wrong", QUICK)

    assert await elsewhere.risk_of(person()) == "unknown"


@pytest.mark.parametrize(
    "body", [b'{"detail": "Not Found"}', b'{"error": "not_found"}', b'{"error": {"message": "no"}}']
)
async def test_a_404_in_other_words_than_graphs_makes_nobody_safe(make: Make, body: bytes) -> None:
    scene = await make()
    scene.graph.body, scene.graph.status = body, 404

    assert await scene.risk.risk_of(person()) == "unknown"


async def test_an_answer_is_kept_for_ten_minutes(make: Make) -> None:
    scene = await make()
    await scene.risk.risk_of(person())
    scene.graph.people[person().object_id] = ("atRisk", "high")

    scene.clock.advance(599)
    kept = await scene.risk.risk_of(person())
    scene.clock.advance(1)
    anew = await scene.risk.risk_of(person())

    assert (kept, anew, len(scene.graph.asked)) == ("none", "high", 2)


async def test_a_clock_that_goes_back_does_not_prolong_an_answer(make: Make) -> None:
    scene = await make()
    await scene.risk.risk_of(person())

    scene.clock.advance(-60)
    await scene.risk.risk_of(person())

    assert len(scene.graph.asked) == 2


async def test_many_who_ask_for_one_person_share_one_question(make: Make) -> None:
    scene = await make()
    scene.graph.people[person().object_id] = ("atRisk", "high")

    answers = await asyncio.gather(*[scene.risk.risk_of(person()) for _ in range(100)])

    assert (set(answers), len(scene.graph.asked)) == ({"high"}, 1)


async def test_two_hundred_people_at_once_are_asked_for_at_the_pace_of_the_tenant(make: Make) -> None:
    """A little more than a second apart, as shipped. Who cannot be reached in time is told at once."""
    scene = await make(Terms(between=1.0, in_queue=3.1, altogether=60.0))

    began = time.monotonic()
    answers = await asyncio.gather(*[scene.risk.risk_of(person(number)) for number in range(200)])
    took = time.monotonic() - began

    asked = [at for at, _ in scene.graph.asked]
    assert len(asked) == answers.count("none") == 4
    assert answers.count("unknown") == 196
    assert asked[-1] - asked[0] >= 3 * 0.8
    assert took < 60


async def test_whoever_finds_the_queue_too_long_is_answered_at_once(make: Make) -> None:
    scene = await make(Terms(between=600.0, in_queue=5.0, altogether=900.0))
    await scene.risk.risk_of(person(1))

    began = time.monotonic()
    answer = await scene.risk.risk_of(person(2))

    assert answer == "unknown"
    assert time.monotonic() - began < 60


async def test_the_pace_as_shipped_stays_below_one_a_second() -> None:
    terms = Terms()

    assert terms.between > 1.0
    assert terms.in_queue < terms.altogether <= 5.0


async def test_a_graph_that_says_nothing_holds_nobody_up_longer_than_its_time(make: Make) -> None:
    scene = await make(Terms(between=0.01, in_queue=0.1, altogether=0.2))
    scene.graph.hangs = True

    began = time.monotonic()
    answers = await asyncio.gather(*[scene.risk.risk_of(person(number)) for number in range(5)])

    assert set(answers) == {"unknown"}
    assert time.monotonic() - began < 60


async def test_somebody_who_no_longer_waits_takes_the_answer_from_nobody(make: Make) -> None:
    scene = await make()

    impatient = asyncio.create_task(scene.risk.risk_of(person()))
    patient = asyncio.create_task(scene.risk.risk_of(person()))
    await asyncio.sleep(0)
    impatient.cancel()

    assert await patient == "none"


async def test_retry_after_is_kept_to_by_everybody(make: Make) -> None:
    scene = await make()
    scene.graph.refuses = (429, {"Retry-After": "600"})

    first = await scene.risk.risk_of(person(1))
    scene.graph.refuses = None
    second = await scene.risk.risk_of(person(2))

    assert (first, second, len(scene.graph.asked)) == ("unknown", "unknown", 1)


async def test_those_in_the_queue_hear_of_retry_after_when_their_turn_comes(make: Make) -> None:
    scene = await make(Terms(between=1.0, in_queue=60.0, altogether=60.0))
    scene.graph.refuses = (429, {"Retry-After": "600"})

    answers = await asyncio.gather(*[scene.risk.risk_of(person(number)) for number in range(3)])

    assert (set(answers), len(scene.graph.asked)) == ({"unknown"}, 1)


@pytest.mark.parametrize("said", [{}, {"Retry-After": "soon"}, {"Retry-After": "Sat, 21 Nov 2026 09:01:00 GMT"}])
async def test_a_429_is_followed_by_quiet_whatever_it_says(make: Make, said: dict[str, str]) -> None:
    scene = await make()
    scene.graph.refuses = (429, said)

    await scene.risk.risk_of(person(1))
    await scene.risk.risk_of(person(2))

    assert len(scene.graph.asked) == 1


async def test_an_endless_retry_after_is_cut(make: Make) -> None:
    scene = await make()
    scene.graph.refuses = (429, {"Retry-After": "999999"})

    await scene.risk.risk_of(person(1))

    assert scene.risk._quiet_until - time.monotonic() <= 600


async def test_a_quiet_that_is_over_soon_is_waited_for(make: Make) -> None:
    scene = await make()
    scene.clock.advance(0.9)
    scene.graph.refuses = (429, {"Retry-After": "Sat, 21 Nov 2026 09:00:01 GMT"})

    await scene.risk.risk_of(person(1))
    scene.graph.refuses = None

    assert await scene.risk.risk_of(person(2)) == "none"
    assert scene.graph.asked[1][0] - scene.graph.asked[0][0] >= 0.1


async def test_a_quiet_of_no_time_holds_up_nobody(make: Make) -> None:
    scene = await make()
    scene.graph.refuses = (429, {"Retry-After": "0"})

    await scene.risk.risk_of(person(1))
    scene.graph.refuses = None

    assert await scene.risk.risk_of(person(2)) == "none"


async def test_a_token_that_is_not_accepted_is_forgotten(make: Make) -> None:
    scene = await make()
    scene.graph.refuses = (401, {})

    await scene.risk.risk_of(person())

    assert scene.tokens.forgotten[0] is scene.tokens.given[0]


async def test_without_a_token_nobody_is_asked_about(make: Make) -> None:
    scene = await make()
    scene.tokens.is_silent = True

    assert await scene.risk.risk_of(person()) == "unknown"
    assert scene.graph.asked == []


@pytest.mark.parametrize(
    "stranger",
    [
        PersonId("another-tenant", person().object_id),
        PersonId(TENANT, "alex"),
        PersonId(TENANT, f"{person().object_id}/history"),
        PersonId(TENANT, f"../users/{person().object_id}"),
        PersonId(TENANT, ""),
    ],
)
async def test_whom_this_tenant_cannot_know_is_not_asked_about(make: Make, stranger: PersonId) -> None:
    scene = await make()

    assert await scene.risk.risk_of(stranger) == "unknown"
    assert scene.graph.asked == []


async def test_logs_name_the_error_and_nobody(make: Make, logged: list[str]) -> None:
    scene = await make()
    scene.graph.refuses = (403, {})

    await scene.risk.risk_of(person())

    lines = "".join(logged)
    assert "status 403" in lines
    assert person().object_id not in lines
    assert "ours" not in lines


async def test_a_graph_that_is_not_there_is_unknown(make: Make) -> None:
    scene = await make()
    nowhere = EntraRisk(scene.risk._http, scene.tokens, TENANT, scene.clock, "http://127.0.0.1:1", QUICK)

    assert await nowhere.risk_of(person()) == "unknown"


async def test_what_is_under_way_at_the_end_is_given_up(make: Make) -> None:
    scene = await make(Terms(altogether=60.0))
    scene.graph.hangs = True
    waiting = asyncio.create_task(scene.risk.risk_of(person()))
    await asyncio.sleep(0)

    await scene.risk.close()

    assert (await asyncio.gather(waiting, return_exceptions=True))[0].__class__ is asyncio.CancelledError


# the token, and the wiring


class GraphProvider(Provider):
    def is_satisfied(self, form: dict[str, str]) -> bool:
        return form["scope"] == SCOPE and form["client_secret"] == "correct horse"


async def test_the_registration_of_the_sign_in_gets_a_token_for_graph(tmp_path: Path) -> None:
    trust = authority(tmp_path)
    async with over_tls(trust, GraphProvider()) as provider:
        with patient_session(trust.file) as http:
            cloud = replace(CLOUDS["public"], login=provider.base, scope=SCOPE)
            ask = credential.by_registration(cloud, TENANT, APP_ID, Secret("correct horse"), http)

            token = await MsalCredential(ask, FakeClock(), "Graph").token()

    assert token.open_to("channel") == "ours-1"


async def test_a_missing_token_for_graph_is_not_told_as_one_for_the_connector(logged: list[str]) -> None:
    nothing = MsalCredential(lambda: {"error": "invalid_client"}, FakeClock(), "Graph")

    with pytest.raises(NoToken):
        await nothing.token()

    assert "no token for Graph" in "".join(logged)


def settings(tmp_path: Path, **more: Any) -> Settings:
    (tmp_path / "secret").write_text("correct horse")
    return Settings(
        oidc_issuer=f"{ENTRA}/{TENANT}/v2.0",
        oidc_client_id=APP_ID,
        oidc_tenant=TENANT,
        oidc_secret_file=tmp_path / "secret",
        **more,
    )


async def test_entra_is_asked_only_where_it_was_asked_for(tmp_path: Path) -> None:
    without, wanted = settings(tmp_path), settings(tmp_path, risk_from_entra=True)
    provider = provider_of(wanted, "https://sparekey.test")
    async with (
        aiohttp.ClientSession() as http,
        risk_of(without, provider, http, FakeClock()) as nobody,
        risk_of(wanted, provider, http, FakeClock()) as entra,
    ):
        assert isinstance(nobody, NoRiskSource)
        assert isinstance(entra, EntraRisk)


@pytest.mark.parametrize(
    "other",
    [
        {"oidc_issuer": "https://provider.test/oidc"},
        {"oidc_issuer": f"{ENTRA}/common/v2.0"},
        {"oidc_tenant": "another-tenant"},
    ],
)
def test_the_risk_of_another_provider_is_not_asked_of_entra(tmp_path: Path, other: dict[str, str]) -> None:
    whole = settings(tmp_path).model_dump(exclude_unset=True)

    with pytest.raises(ValidationError, match="SPAREKEY_RISK_FROM_ENTRA"):
        Settings(**(whole | other), risk_from_entra=True)
