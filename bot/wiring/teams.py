"""Teams as the settings want it: registered, from the playground, or not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from adapters.demo.people import TENANT as DEMO_TENANT
from adapters.no_desk import NoDesk
from adapters.notices.every_way import EveryWay
from adapters.teams import credential as teams_credential
from adapters.teams.channel import Registration, Teams, open_playground, open_teams
from adapters.teams.cloud import CLOUDS, ServiceHosts
from adapters.teams.credential import Credential, MsalCredential
from bot.domain.people import PersonId
from bot.ports.clock import Clock
from bot.ports.desk import Desk
from bot.ports.notices import Notices
from bot.ports.sources import Directory
from bot.ports.words import Words
from bot.settings import Settings
from bot.wiring.secret_files import CannotServe, content_of, secret_in


def desk_of(settings: Settings, teams: Teams | None, words: Words, address: str | None) -> Desk:
    """`address`: of the pages where agents take cases, if they do."""
    if teams is None or settings.teams_agents_channel is None:
        return NoDesk()
    url = service_url_of(settings, teams)
    return teams.desk(words, url, settings.teams_agents_channel, settings.desk_language, address)


def notices_of(settings: Settings, teams: Teams | None, words: Words, directory: Directory, mail: Notices) -> Notices:
    """By mail, and in Teams where it is served."""
    if teams is None:
        return mail
    return EveryWay(mail, teams.notices(words, directory, service_url_of(settings, teams)))


def service_url_of(settings: Settings, teams: Teams) -> str:
    """Where a conversation is begun that nobody has written in yet."""
    url = settings.teams_agents_service_url or CLOUDS[settings.teams_cloud].service_url
    if not teams.hosts.allow(url):
        raise CannotServe(
            f"SPAREKEY_TEAMS_AGENTS_SERVICE_URL: {url} is at none of the hosts that may receive our token"
        )
    return url


@asynccontextmanager
async def teams_of(settings: Settings, clock: Clock) -> AsyncIterator[Teams | None]:
    """None where Teams is not configured."""
    if settings.teams_playground is not None:
        async with open_playground(PersonId(DEMO_TENANT, settings.teams_playground), clock) as playground:
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
        pem = content_of(settings.teams_certificate_file, "SPAREKEY_TEAMS_CERTIFICATE_FILE")
        return MsalCredential(teams_credential.by_certificate(cloud, tenant, app_id, pem, http), clock)
    if settings.teams_secret_file:
        secret = secret_in(settings.teams_secret_file, "SPAREKEY_TEAMS_SECRET_FILE")
        return MsalCredential(teams_credential.by_secret(cloud, tenant, app_id, secret, http), clock)
    return MsalCredential(teams_credential.by_managed_identity(cloud, app_id, http), clock)
