"""Our own token, had by the real msal over TLS from an identity provider that checks what it is shown; and the doctor."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.clock import SystemClock
from adapters.teams import credential
from adapters.teams.channel import Registration
from adapters.teams.cloud import CLOUDS, Cloud, ServiceHosts
from adapters.teams.credential import MsalCredential, NoToken, patient_session
from adapters.teams.doctor import examine
from bot.domain.secret import Secret
from tests.fakes.clock import FakeClock
from tests.teams.authority import Authority, application_certificate, authority
from tests.teams.microsoft import APP_ID, ISSUER, Issuer, Key

TENANT = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"


@dataclass
class Provider:
    """As Entra answers: `secret` and `public` are what was registered."""

    base: str = ""
    secret: str = "correct horse"
    public: RSAPublicKey | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    issuer: Issuer = field(default_factory=lambda: Issuer([Key("key-1")]))

    async def discovery(self, _request: web.Request) -> web.Response:
        own = f"{self.base}/{TENANT}/oauth2/v2.0"
        return web.json_response(
            {
                "issuer": f"{self.base}/{TENANT}/v2.0",
                "authorization_endpoint": f"{own}/authorize",
                "token_endpoint": f"{own}/token",
            }
        )

    async def token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if not self.is_satisfied(form):
            return web.json_response({"error": "invalid_client", "error_description": f"wrong: {form}"}, status=401)
        return web.json_response(
            {"token_type": "Bearer", "expires_in": 3599, "access_token": f"ours-{len(self.asked)}"}
        )

    def is_satisfied(self, form: dict[str, str]) -> bool:
        assert form["grant_type"] == "client_credentials"
        assert form["client_id"] == APP_ID
        assert form["scope"] == CLOUDS["public"].scope
        if "client_assertion" not in form:
            return form["client_secret"] == self.secret
        assert self.public
        try:
            claims = jwt.decode(
                form["client_assertion"],
                self.public,
                algorithms=["RS256", "PS256"],
                audience=f"{self.base}/{TENANT}/oauth2/v2.0/token",
            )
        except jwt.PyJWTError:
            return False
        return bool(claims["iss"] == claims["sub"] == APP_ID)

    def cloud(self) -> Cloud:
        return replace(CLOUDS["public"], login=self.base, metadata_url=self.issuer.metadata_url)


async def messages(request: web.Request) -> web.Response:
    return web.Response(status=401 if "Authorization" not in request.headers else 200)


@pytest.fixture
def trust(tmp_path: Path) -> Authority:
    return authority(tmp_path)


@pytest.fixture
def http(trust: Authority) -> Iterator[requests.Session]:
    with patient_session(trust.file) as session:
        yield session


@pytest.fixture
async def provider(trust: Authority) -> AsyncIterator[Provider]:
    async with over_tls(trust, Provider()) as one:
        yield one


@asynccontextmanager
async def over_tls(trust: Authority, one: Provider) -> AsyncIterator[Provider]:
    app = web.Application()
    app.router.add_get(f"/{TENANT}/v2.0/.well-known/openid-configuration", one.discovery)
    app.router.add_post(f"/{TENANT}/oauth2/v2.0/token", one.token)
    app.router.add_get("/v1/.well-known/openidconfiguration", one.issuer.metadata)
    app.router.add_get("/v1/.well-known/keys", one.issuer.jwks)
    app.router.add_post("/api/messages", messages)
    server = TestServer(app, host="127.0.0.1", scheme="https")
    await server.start_server(ssl=trust.server)
    one.base = one.issuer.base = f"https://localhost:{server.port}"
    yield one
    await server.close()


async def test_a_secret_gets_a_token(provider: Provider, http: requests.Session) -> None:
    ask = credential.by_secret(provider.cloud(), TENANT, APP_ID, Secret("correct horse"), http)

    token = await MsalCredential(ask, FakeClock()).token()

    assert token.open_to("channel") == "ours-1"


async def test_a_certificate_gets_a_token_and_its_private_half_stays_here(
    provider: Provider, http: requests.Session
) -> None:
    pem, provider.public = application_certificate()
    ask = credential.by_certificate(provider.cloud(), TENANT, APP_ID, pem, http)

    token = await MsalCredential(ask, FakeClock()).token()

    assert token.open_to("channel") == "ours-1"
    assert "PRIVATE" not in str(provider.asked)


async def test_another_certificate_gets_none(provider: Provider, http: requests.Session) -> None:
    pem, _ = application_certificate()
    _, provider.public = application_certificate()
    ask = credential.by_certificate(provider.cloud(), TENANT, APP_ID, pem, http)

    with pytest.raises(NoToken, match="invalid_client"):
        await MsalCredential(ask, FakeClock()).token()


async def test_a_wrong_secret_is_told_by_its_error_and_is_in_no_log(
    provider: Provider, http: requests.Session, logged: list[str]
) -> None:
    ask = credential.by_secret(provider.cloud(), TENANT, APP_ID, Secret("wrong battery"), http)

    with pytest.raises(NoToken, match=r"^invalid_client$"):
        await MsalCredential(ask, FakeClock()).token()

    assert "wrong battery" not in "".join(logged)


async def test_an_early_renewal_really_asks_again(provider: Provider, http: requests.Session) -> None:
    """msal keeps what it was given; asked early, it would hand out the old one."""
    clock = FakeClock()
    ask = credential.by_secret(provider.cloud(), TENANT, APP_ID, Secret("correct horse"), http)
    one = MsalCredential(ask, clock)
    await one.token()

    clock.advance(3599 - 300)
    await one.token()
    assert one._asking is not None
    await one._asking

    assert (await one.token()).open_to("channel") == "ours-2"


async def test_a_provider_that_nobody_vouches_for_is_told_nothing(provider: Provider, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = authority(tmp_path / "other")
    with patient_session(other.file) as session:
        ask = credential.by_secret(provider.cloud(), TENANT, APP_ID, Secret("correct horse"), session)

        with pytest.raises(NoToken):
            await MsalCredential(ask, FakeClock()).token()

    assert provider.asked == []


async def test_a_managed_identity_gets_a_token_without_any_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    """The endpoint that Azure gives to containers and apps: on loopback, by a header that only they know."""
    seen: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((dict(request.query), request.headers["X-IDENTITY-HEADER"]))
        expires = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
        return web.json_response(
            {"access_token": "ours", "expires_on": str(expires), "resource": "r", "token_type": "Bearer"}
        )

    app = web.Application()
    app.router.add_get("/msi/token", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{server.port}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", "only-they-know")
        with patient_session() as session:
            ask = credential.by_managed_identity(CLOUDS["public"], APP_ID, session)

            token = await MsalCredential(ask, SystemClock()).token()

    assert token.open_to("channel") == "ours"
    assert seen[0][0]["resource"] == ISSUER
    assert seen[0][0]["client_id"] == APP_ID
    assert seen[0][1] == "only-they-know"


# the doctor


async def told(
    provider: Provider, trust: Authority, http: requests.Session, secret: str = "correct horse", home: str | None = ""
) -> dict[str, str]:
    ask = credential.by_secret(provider.cloud(), TENANT, APP_ID, Secret(secret), http)
    registration = Registration(APP_ID, TENANT, provider.cloud(), ServiceHosts(frozenset()))
    home = provider.base if home == "" else home
    findings = await examine(registration, MsalCredential(ask, SystemClock()), SystemClock(), home, trust.client)
    return {finding.what: str(finding) for finding in findings}


async def test_the_doctor_finds_everything_well(provider: Provider, trust: Authority, http: requests.Session) -> None:
    findings = await told(provider, trust, http)

    assert list(findings) == ["registration", "token", "signing keys", "clock", "endpoint"]
    assert [line for line in findings.values() if not line.startswith("ok")] == []


async def test_the_doctor_names_what_is_wrong_and_what_to_do(
    provider: Provider, trust: Authority, http: requests.Session
) -> None:
    provider.issuer.keys[0].endorsements = ["webchat"]

    findings = await told(provider, trust, http, secret="expired", home="http://intranet")

    assert findings["token"].startswith("FAIL  token: none was given (invalid_client)")
    assert findings["signing keys"].startswith("FAIL  signing keys: 0 of them")
    assert findings["endpoint"].startswith("FAIL  endpoint: SPAREKEY_PUBLIC_URL is not an https address")


async def test_the_doctor_sees_that_the_clock_is_wrong(
    provider: Provider, trust: Authority, http: requests.Session
) -> None:
    async def yesterday(_request: web.Request) -> web.Response:
        content = {"issuer": ISSUER, "jwks_uri": f"{provider.base}/v1/.well-known/keys"}
        return web.json_response(content, headers={"Date": "Fri, 20 Nov 2015 09:00:00 GMT"})

    provider.issuer.mood = yesterday

    assert (await told(provider, trust, http))["clock"].endswith("Let NTP set it.")


@pytest.mark.parametrize("elsewhere", ["{base}/elsewhere", "https://localhost:1"], ids=["another path", "nothing"])
async def test_the_doctor_sees_that_the_endpoint_is_not_ours(
    provider: Provider, trust: Authority, http: requests.Session, elsewhere: str
) -> None:
    findings = await told(provider, trust, http, home=elsewhere.format(base=provider.base))

    assert findings["endpoint"].startswith("FAIL")
