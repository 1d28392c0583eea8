"""Our own token for the connector or for Graph: had once, off the loop, renewed early, and never asked for by two at a time."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import msal
import requests
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from adapters.teams.cloud import Cloud
from bot.domain.secret import Secret
from bot.ports.clock import Clock

RENEW_BEFORE = timedelta(minutes=10)
ASK_AGAIN_AFTER = timedelta(seconds=30)
PATIENCE = 10.0

log = structlog.get_logger()


class NoToken(Exception):
    """The identity provider gave us none. Holds its error code, never what was sent."""


class Credential(Protocol):
    async def token(self) -> Secret | None:
        """None: the connector wants none (the playground). Raises NoToken."""

    def forget(self, refused: Secret) -> None:
        """The connector did not accept this one."""


class NoCredential:
    """For the playground, which knows no tokens."""

    async def token(self) -> Secret | None:
        return None

    def forget(self, refused: Secret) -> None: ...


@dataclass(frozen=True, slots=True)
class _Token:
    secret: Secret
    had_at: datetime
    renew_at: datetime
    expires_at: datetime


class MsalCredential:
    """`ask` is msal's blocking call; it answers `access_token` and `expires_in`, or `error`. `whom`: for the log."""

    def __init__(self, ask: Callable[[], Mapping[str, object]], clock: Clock, whom: str = "the connector") -> None:
        self._ask, self._clock, self._complaint = ask, clock, f"no token for {whom}"
        self._token: _Token | None = None
        self._asking: asyncio.Task[_Token] | None = None
        self._failed_at: datetime | None = None

    async def token(self) -> Secret:
        now, held = self._clock.now(), self._token
        if held is not None and now < held.renew_at:
            return held.secret
        if held is not None and now < held.expires_at:
            if self._failed_at is None or now - self._failed_at >= ASK_AGAIN_AFTER:
                self._renew()
            return held.secret
        return (await asyncio.shield(self._renew())).secret

    def forget(self, refused: Secret) -> None:
        """Only the one that is held, and not one that was just had: a connector that refuses all is not the provider's fault."""
        held = self._token
        if held is not None and held.secret is refused and self._clock.now() - held.had_at >= ASK_AGAIN_AFTER:
            self._token = None

    def _renew(self) -> asyncio.Task[_Token]:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._acquire())
            self._asking.add_done_callback(self._note)
        return self._asking

    def _note(self, task: asyncio.Task[_Token]) -> None:
        """Nobody may be waiting for a renewal; its failure is told here."""
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            self._failed_at = self._clock.now()
            log.warning(self._complaint, error=str(error) if isinstance(error, NoToken) else type(error).__name__)

    async def _acquire(self) -> _Token:
        try:
            async with asyncio.timeout(PATIENCE + 5):
                answer = await asyncio.to_thread(self._ask)
        except (requests.RequestException, ValueError, TimeoutError, msal.ManagedIdentityError) as error:
            raise NoToken(type(error).__name__) from None
        secret, lives = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(secret, str) or not secret:
            raise NoToken(str(answer.get("error", "no token"))[:80])
        seconds = float(lives) if isinstance(lives, int | float) else 300.0
        now = self._clock.now()
        early = min(RENEW_BEFORE, timedelta(seconds=seconds / 2))
        expires_at = now + timedelta(seconds=seconds)
        self._token, self._failed_at = _Token(Secret(secret), now, expires_at - early, expires_at), None
        return self._token


def by_secret(
    cloud: Cloud, tenant: str, app_id: str, secret: Secret, http: requests.Session
) -> Callable[[], Mapping[str, object]]:
    return _confidential(cloud, tenant, app_id, secret.open_to("channel"), http)


def by_certificate(
    cloud: Cloud, tenant: str, app_id: str, pem: bytes, http: requests.Session
) -> Callable[[], Mapping[str, object]]:
    """`pem`: the private key and its certificate in one file."""
    return _confidential(cloud, tenant, app_id, certificate_of(pem), http)


def by_registration(
    cloud: Cloud, tenant: str, app_id: str, credential: object, http: requests.Session
) -> Callable[[], Mapping[str, object]]:
    """`credential`: a secret, or a certificate as `certificate_of` makes it."""
    given = credential.open_to("channel") if isinstance(credential, Secret) else credential
    return _confidential(cloud, tenant, app_id, given, http)


def certificate_of(pem: bytes) -> dict[str, str]:
    """As msal wants it."""
    certificate = x509.load_pem_x509_certificate(pem)
    return {
        "private_key": pem.decode(),
        "thumbprint": certificate.fingerprint(hashes.SHA1()).hex(),  # noqa: S303 - how Entra names a certificate
        "public_certificate": pem.decode(),
    }


def by_managed_identity(cloud: Cloud, app_id: str, http: requests.Session) -> Callable[[], Mapping[str, object]]:
    client = msal.ManagedIdentityClient(msal.UserAssignedManagedIdentity(client_id=app_id), http_client=http)
    return lambda: client.acquire_token_for_client(resource=cloud.scope.removesuffix("/.default"))


def _confidential(
    cloud: Cloud, tenant: str, app_id: str, credential: object, http: requests.Session
) -> Callable[[], Mapping[str, object]]:
    """Made at the first call: msal asks the provider about itself when it is made."""
    made: list[msal.ConfidentialClientApplication] = []

    def ask() -> Mapping[str, object]:
        if not made:
            authority = f"{cloud.login}/{tenant}"
            made.append(
                msal.ConfidentialClientApplication(
                    app_id,
                    client_credential=credential,
                    authority=authority,
                    http_client=http,
                    instance_discovery=False,
                )
            )
        made[0].remove_tokens_for_client()  # asked early on purpose: what it has kept is what we want renewed
        answer: Mapping[str, object] = made[0].acquire_token_for_client([cloud.scope])
        return answer

    return ask


def patient_session(trust: Path | None = None) -> requests.Session:
    """No call of msal may last for ever; it sets no limit of its own."""
    session = requests.Session()
    session.mount("https://", _Impatient())
    session.mount("http://", _Impatient())
    if trust is not None:
        session.trust_env, session.verify = False, str(trust)
    return session


class _Impatient(requests.adapters.HTTPAdapter):
    def send(self, request: requests.PreparedRequest, *args: object, **options: object) -> requests.Response:
        options["timeout"] = PATIENCE
        return super().send(request, *args, **options)  # type: ignore[arg-type]  # passed on as they came
