"""Half-configured, or open to everybody: the program refuses to start, and says which setting it means."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from bot.wiring import registration_of

GUID = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
WHOLE: dict[str, Any] = {"teams_app_id": GUID, "teams_tenant_id": GUID, "teams_secret_file": Path("/run/secret")}


def test_a_whole_registration_is_accepted() -> None:
    registration = registration_of(Settings(**WHOLE))

    assert registration is not None
    assert registration.hosts.names == {"smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com"}
    assert not registration.hosts.on_loopback


def test_without_any_of_it_teams_is_not_served() -> None:
    assert registration_of(Settings()) is None


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"teams_app_id": ""}, "teams_app_id"),
        ({"teams_app_id": "sparekey"}, "teams_app_id"),
        ({"teams_app_id": None}, "SPAREKEY_TEAMS_APP_ID"),
        ({"teams_tenant_id": None}, "SPAREKEY_TEAMS_TENANT_ID"),
        ({"teams_tenant_id": "common"}, "teams_tenant_id"),
        ({"teams_tenant_id": "organizations"}, "teams_tenant_id"),
        ({"teams_tenant_id": "botframework.com"}, "teams_tenant_id"),
        ({"teams_secret_file": None}, "one credential"),
        ({"teams_managed_identity": True}, "one credential"),
        ({"teams_certificate_file": Path("/x")}, "one credential"),
        ({"teams_metadata_url": "http://login.botframework.com/"}, "teams_metadata_url"),
        ({"teams_metadata_url": "file:///etc/passwd"}, "teams_metadata_url"),
        ({"teams_agents_service_url": "http://smba.trafficmanager.net/"}, "teams_agents_service_url"),
        ({"teams_service_hosts": ("*.trafficmanager.net",)}, "teams_service_hosts"),
        ({"teams_service_hosts": ("https://smba.trafficmanager.net",)}, "teams_service_hosts"),
        ({"teams_service_hosts": ("localhost",)}, "teams_service_hosts"),
        ({"teams_playground": "alex"}, "SPAREKEY_TEAMS_PLAYGROUND"),
        ({"teams_agents_channel": "not a channel"}, "SPAREKEY_TEAMS_AGENTS_CHANNEL"),
        ({"teams_agents_channel": "19:x@evil.org"}, "SPAREKEY_TEAMS_AGENTS_CHANNEL"),
    ],
    ids=str,
)
def test_half_of_it_is_refused_by_name(changes: dict[str, Any], names: str) -> None:
    with pytest.raises(ValidationError, match=names):
        Settings(**(WHOLE | changes))


def test_the_playground_is_refused_anywhere_but_on_loopback() -> None:
    with pytest.raises(ValidationError, match="SPAREKEY_TEAMS_PLAYGROUND"):
        Settings(teams_playground="alex", host="0.0.0.0")

    with pytest.raises(ValidationError, match="SPAREKEY_TEAMS_PLAYGROUND"):
        Settings(teams_playground="alex", public_url="https://sparekey.example.org")

    assert Settings(teams_playground="alex").teams_playground == "alex"
