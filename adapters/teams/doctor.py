"""Looks at everything that Teams needs before people do: each finding says what is right, or what to do."""

import ssl
from dataclasses import dataclass

import aiohttp

from adapters.identity.signing_keys import SigningKeys, UntrustworthyIssuer
from adapters.identity.their_clock import PATIENCE, seconds_ahead
from adapters.teams.channel import Registration, outside
from adapters.teams.credential import Credential, NoToken
from adapters.teams.gate import CHANNEL, LEEWAY
from adapters.teams.routes import PATH
from bot.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class Finding:
    """`is_doubtful`: it works, and perhaps not as it was meant."""

    what: str
    is_well: bool
    words: str
    is_doubtful: bool = False

    def __str__(self) -> str:
        mark = "FAIL" if not self.is_well else "warn" if self.is_doubtful else "ok  "
        return f"{mark}  {self.what}: {self.words}"


async def examine(
    registration: Registration,
    credential: Credential,
    clock: Clock,
    home: str | None,
    trust: ssl.SSLContext | None = None,
) -> tuple[Finding, ...]:
    async with outside(registration, trust) as http:
        return (
            Finding("registration", True, f"app {registration.app_id}, tenant {registration.tenant} alone"),
            await _token(credential),
            await _signing_keys(SigningKeys(http, registration.cloud.metadata_url, registration.cloud.issuer, clock)),
            await _clock(http, registration.cloud.metadata_url, clock),
            await _endpoint(http, home),
        )


async def _token(credential: Credential) -> Finding:
    try:
        await credential.token()
    except NoToken as refused:
        words = f"none was given ({refused}). Has the secret or certificate expired, or is the identity not assigned?"
        return Finding("token", False, words)
    return Finding("token", True, "the identity provider gives us one")


async def _signing_keys(keys: SigningKeys) -> Finding:
    try:
        await keys.refresh()
    except (aiohttp.ClientError, TimeoutError, UntrustworthyIssuer) as error:
        words = f"they cannot be read ({type(error).__name__}: {error}). Nobody in Teams is let in without them."
        return Finding("signing keys", False, words)
    count = keys.count_for(CHANNEL)
    return Finding("signing keys", count > 0, f"{count} of them may sign for Teams")


async def _clock(http: aiohttp.ClientSession, url: str, clock: Clock) -> Finding:
    """Tokens are valid from one moment to another: a clock that is wrong refuses everybody."""
    ahead = await seconds_ahead(http, url, clock)
    if ahead is None:
        return Finding("clock", False, "it cannot be compared: the issuer of the signing keys does not answer")
    apart = abs(ahead)
    words = f"{apart:.0f} seconds from the issuer's" + ("" if apart <= LEEWAY.total_seconds() else ". Let NTP set it.")
    return Finding("clock", apart <= LEEWAY.total_seconds(), words)


async def _endpoint(http: aiohttp.ClientSession, home: str | None) -> Finding:
    """What Microsoft calls, called by us: without a token it has to refuse."""
    if home is None or not home.startswith("https://"):
        return Finding("endpoint", False, "SPAREKEY_PUBLIC_URL is not an https address; Teams calls no other")
    url = f"{home}{PATH}"
    try:
        async with http.post(url, json={}, timeout=PATIENCE, allow_redirects=False) as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError) as error:
        return Finding(
            "endpoint", False, f"{url} cannot be reached from here ({type(error).__name__}). Is Sparekey running?"
        )
    words = f"{url} answers" if status == 401 else f"{url} answers {status}; without a token it should be 401"  # noqa: PLR2004
    return Finding("endpoint", status == 401, words)  # noqa: PLR2004
