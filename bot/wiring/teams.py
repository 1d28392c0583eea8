"""Teams as the settings want it: registered, from the playground, or not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from adapters.demo.people import TENANT as DEMO_TENANT
from adapters.no_desk import NoDesk
from adapters.teams import credential as teams_credential
from adapters.teams.channel import Registration, Teams, open_playground, open_teams
from adapters.teams.cloud import CLOUDS, ServiceHosts
from adapters.teams.credential import Credential, MsalCredential
from bot.domain.people import PersonId
from bot.domain.secret import Secret
from bot.ports.clock import Clock
from bot.ports.desk import Desk
from bot.ports.words import Words
from bot.settings import Settings


def desk_of(settings: Settings, teams: Teams | None, words: Words) -> Desk:
    if teams is None or settings.teams_agents_channel is None:
        return NoDesk()
    url = settings.teams_agents_service_url or CLOUDS[settings.teams_cloud].service_url
    if not teams.hosts.allow(url):
        raise ValueError(f"SPAREKEY_TEAMS_AGENTS_SERVICE_URL: {url} is at none of the hosts that may receive our token")
    return teams.desk(words, url, settings.teams_agents_channel, settings.desk_language)


@asynccontextmanager
async def teams_of(settings: Settings, clock: Clock) -> AsyncIterator[Teams | None]:
    """None where Teams is not configured."""
    if settings.teams_playground is not None:
        async with open_playground(PersonId(DEMO_TENANT, settings.teams_playground)) as playground:
            yield playground
    elif registration := registration_of(settings):
        async with open_teams(registration, credential_of(settings, registration, clock), clock) as teams:
            yield teams
    else:
        yield None


def registration_of(settings: Settings) -> Registration | None:
    if settings.teams_app_id is None or settings.teams_tenant_id is None:
        return None
    cloud = CLOUDS[settings.teams_cloud]
    if settings.teams_metadata_url:
        cloud = replace(cloud, metadata_url=settings.teams_metadata_url)
    hosts = ServiceHosts(frozenset(settings.teams_service_hosts or cloud.service_hosts))
    return Registration(settings.teams_app_id, settings.teams_tenant_id, cloud, hosts)


def credential_of(settings: Settings, registration: Registration, clock: Clock) -> Credential:
    """Read once, at the start: a file that is missing is found out now."""
    cloud, tenant, app_id = registration.cloud, registration.tenant, registration.app_id
    http = teams_credential.patient_session()
    if settings.teams_certificate_file:
        pem = settings.teams_certificate_file.read_bytes()
        return MsalCredential(teams_credential.by_certificate(cloud, tenant, app_id, pem, http), clock)
    if settings.teams_secret_file:
        text = settings.teams_secret_file.read_text("utf-8").strip()
        if not text:
            raise ValueError(f"SPAREKEY_TEAMS_SECRET_FILE: {settings.teams_secret_file} is empty")
        secret = Secret(text)
        return MsalCredential(teams_credential.by_secret(cloud, tenant, app_id, secret, http), clock)
    return MsalCredential(teams_credential.by_managed_identity(cloud, app_id, http), clock)
