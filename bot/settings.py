"""Settings from the environment and a file, frozen once read. Half-configured, the program refuses to start."""

import ipaddress
import re
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ENTRA = "https://login.microsoftonline.com"
LOOPBACK_NAMES = frozenset({"localhost"})
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CHANNEL = re.compile(r"19:[\w-]{1,200}@thread\.(tacv2|v2|skype)")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


class Settings(BaseSettings):
    """Every field is read from `SPAREKEY_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="SPAREKEY_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on. The demo refuses any but loopback.")
    port: int = Field(3978, ge=0, le=65535, description="Port to listen on.")
    data: Path | None = Field(None, description="Folder for the databases. The demo takes a fresh temporary one.")
    public_url: str | None = Field(
        None, description="The address that people's browsers use; http://localhost:PORT in the demo."
    )
    wrapping_key_file: Path | None = Field(
        None,
        description="File with the key that seals the vault; made at first start in the data folder. Back it up apart from the database.",
    )
    allowed_origins: tuple[str, ...] = Field(
        (), description="Origins of intranet pages that may embed the chat, as a JSON list."
    )
    history_days: int = Field(30, ge=1, le=365, description="Days for which the redacted chat history is kept.")
    messages_per_second: float = Field(
        2.0, gt=0, description="Messages a second that one conversation may send for long."
    )
    messages_at_once: int = Field(20, ge=1, description="Messages that one conversation may send at once.")
    trusted_proxies: tuple[str, ...] = Field(
        (),
        description="Networks of your own proxies, as a JSON list: their X-Forwarded-For says whose address counts.",
    )
    inside_networks: tuple[str, ...] = Field(
        (),
        description="Networks of your own people, as a JSON list, for rules of the policy: elsewhere is outside. "
        "Without any, and in Teams, the network is not known.",
    )
    requests_at_once: int = Field(
        120,
        ge=1,
        description="Forms and token requests that one network address may send at once; as many sign-ins, counted apart.",
    )
    requests_per_second: float = Field(20.0, gt=0, description="The same for long, a second.")
    links_a_day: int = Field(
        2_000,
        ge=100,
        le=20_000,
        description="Links to a key that all people together get in a day, other than by an agent's word: more than you have computers. "
        "From four fifths on there is an alarm.",
    )
    oidc_issuer: str | None = Field(
        None,
        description="Issuer of the OpenID provider people sign in at; with Entra https://login.microsoftonline.com/TENANT_ID/v2.0.",
    )
    oidc_client_id: str | None = Field(None, description="Id of the sign-in's registration at the provider.")
    oidc_secret_file: Path | None = Field(None, description="File with the secret of that registration.")
    oidc_certificate_file: Path | None = Field(
        None, description="PEM file with private key and certificate of that registration; better than a secret."
    )
    oidc_tenant: str | None = Field(
        None, description="Tenant that people belong to, as in people.csv; with Entra the tenant id."
    )
    oidc_step_up: str | None = Field(
        None,
        description="What a token must say after the fresh sign-in before a key: an acr, or Entra's authentication context (c1).",
    )
    oidc_step_up_claim: Literal["acr", "acrs"] = Field(
        "acr", description="The claim that says it: acr, or acrs with Entra's authentication contexts."
    )
    risk_from_entra: bool = Field(
        False,
        description="Ask Entra ID Protection for the risk of an account (P2 licence; IdentityRiskyUser.Read.All) "
        "with the sign-in's registration; unknown otherwise.",
    )
    mail_host: str | None = Field(
        None, description="Your mail server. Owners are told by mail of every view of a key; `serve` needs it."
    )
    mail_port: int = Field(587, ge=1, le=65535, description="Its port: 587 with starttls, 465 with tls.")
    mail_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the way to it is secured; none only for a server on this machine."
    )
    mail_sender: str | None = Field(None, description="Address that notices come from; bounces return there.")
    mail_user: str | None = Field(None, description="Login at the mail server, if it wants one.")
    mail_password_file: Path | None = Field(None, description="File with the password of that login.")
    mail_ca_file: Path | None = Field(
        None, description="File with the authority that vouches for the mail server, if it is your own."
    )
    mail_timeout: float = Field(8.0, gt=0, description="Seconds to wait for each answer of the mail server.")
    mail_security_mailbox: str | None = Field(
        None, description="Address on nobody's own computer that is told as well; without it the person's manager is."
    )
    mail_supervisors_mailbox: str | None = Field(
        None,
        description="Address that hears of cases which wait too long: late, returned by a silent agent, or untaken for long.",
    )
    security_group: str | None = Field(
        None,
        min_length=1,
        description="Directory group whose people approve where a manager cannot, or where the person objects to theirs; "
        "its mails go to the security mailbox.",
    )
    policy_file: Path | None = Field(
        None, description="The policy of proof as TOML; the shipped one if empty. See deployment/policy.example.toml."
    )
    authenticator: bool = Field(False, description="Offer authenticator codes as a method of proof; off by default.")
    agents_group: str | None = Field(
        None,
        min_length=1,
        description="Directory group whose members are helpdesk agents; without it there is no desk.",
    )
    supervisors_group: str | None = Field(
        None,
        min_length=1,
        description="Directory group whose members see what agents searched for and released; without it nobody does.",
    )
    relay_images: bool = Field(
        False,
        description="People may send a picture (PNG, JPEG) in the web chat to the agent who has their case: shown at the desk "
        "for a quarter of an hour, written down nowhere. A picture can show a key, and nothing masks it there.",
    )
    desk_language: Literal["en", "de"] = Field("en", description="Language of what agents see.")
    hours_file: Path | None = Field(
        None,
        description="When which team is at the desk, as TOML; without it no hours are promised and every hour counts. "
        "See deployment/hours.example.toml.",
    )
    replies_file: Path | None = Field(
        None,
        description="Replies that agents put into what they write, as TOML; the shipped ones if empty. "
        "See adapters/desk/replies.toml.",
    )
    tags_file: Path | None = Field(
        None,
        description="Tags that agents may give a case when they close it, as TOML; the shipped ones if empty. "
        "See adapters/desk/tags.toml.",
    )
    first_answer_minutes: int = Field(
        15, ge=1, le=7 * 24 * 60, description="Opening minutes after which a case that nobody has taken is late."
    )
    tickets: Literal["servicenow", "webhook"] | None = Field(
        None, description="Where cases are mirrored as tickets: servicenow or webhook; nowhere if empty."
    )
    tickets_url: str | None = Field(
        None, description="Address of your ServiceNow instance (https://INSTANCE.service-now.com), or of the webhook."
    )
    tickets_user: str | None = Field(None, min_length=1, description="Our account in ServiceNow.")
    tickets_secret_file: Path | None = Field(
        None, description="File with the password of that account, or with the secret that signs the webhook."
    )
    tickets_table: str = Field(
        "incident", pattern=r"^[a-z][a-z0-9_]{0,79}$", description="ServiceNow's table that tickets are kept in."
    )
    tickets_fields: dict[str, str] = Field(
        {},
        description="Fields that a new ticket in ServiceNow gets besides, as a JSON object, such as assignment_group.",
    )
    tickets_person: Literal["name", "name_and_id"] = Field(
        "name", description="How a ticket names the person: name, or name_and_id with their id in the directory."
    )
    teams_app_id: str | None = Field(None, description="Id of the bot's app registration. Set: Teams is served.")
    teams_tenant_id: str | None = Field(
        None, description="Id of your own Entra tenant: a single-tenant registration; everybody else is refused."
    )
    teams_secret_file: Path | None = Field(None, description="File with the client secret of the registration.")
    teams_certificate_file: Path | None = Field(
        None, description="PEM file with private key and certificate of the registration; better than a secret."
    )
    teams_managed_identity: bool = Field(
        False, description="The registration is a user-assigned managed identity: no credential is stored at all."
    )
    teams_cloud: Literal["public", "us_government"] = Field(
        "public", description="Which Microsoft cloud signs the channel's tokens and gives us ours."
    )
    teams_service_hosts: tuple[str, ...] = Field(
        (), description="Exact names of the hosts that may receive our token, as a JSON list; those of Teams if empty."
    )
    teams_metadata_url: str | None = Field(
        None, description="Where the channel publishes its signing keys; that of the cloud if empty."
    )
    teams_agents_channel: str | None = Field(
        None,
        description="Id of the helpdesk's channel (19:…@thread.tacv2): open cases are posted there, and agents take them there.",
    )
    teams_agents_service_url: str | None = Field(
        None, description="Address of the connector for that channel and for notices; that of the cloud if empty."
    )
    teams_organisation: str = Field(
        "", max_length=32, description="Your organisation's name, in the Teams app package."
    )
    teams_privacy_url: str | None = Field(
        None, description="Address of your privacy statement, in the Teams app package."
    )
    teams_terms_url: str | None = Field(None, description="Address of your terms of use, in the Teams app package.")
    teams_playground: str | None = Field(
        None,
        description="Demo only: whoever writes from the Agents Playground on this machine is this person, for example alex.",
    )
    log_format: Literal["json", "console"] = Field("json", description="How the log is written.")

    @field_validator("allowed_origins")
    @classmethod
    def _plain_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            scheme, _, rest = origin.partition("://")
            if scheme not in ("https", "http") or not rest or "/" in rest or any(letter in rest for letter in " ;,'\""):
                raise ValueError(f"{origin} is not an origin such as https://intranet.example.org")
        return origins

    @model_validator(mode="after")
    def _plain_public_url(self) -> "Settings":
        if self.public_url is not None and (
            not self.public_url.startswith(("http://", "https://")) or self.public_url.endswith("/")
        ):
            raise ValueError("SPAREKEY_PUBLIC_URL begins with https:// and does not end with a slash")
        return self

    @field_validator("trusted_proxies", "inside_networks")
    @classmethod
    def _plain_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ipaddress.ip_network(network)  # raises what is wrong with it
        return networks

    @field_validator("teams_app_id", "teams_tenant_id")
    @classmethod
    def _plain_guid(cls, text: str | None) -> str | None:
        """`common` and `organizations` are no tenants: a multi-tenant registration is refused here."""
        if text is not None and not _GUID.fullmatch(text):
            raise ValueError(
                "an id such as 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed is needed; nothing else names one app, one tenant"
            )
        return text.lower() if text else text

    @field_validator(
        "oidc_issuer",
        "teams_metadata_url",
        "teams_agents_service_url",
        "teams_privacy_url",
        "teams_terms_url",
        "tickets_url",
    )
    @classmethod
    def _https(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith("https://"):
            raise ValueError("this address has to begin with https://")
        return url

    @field_validator("teams_service_hosts")
    @classmethod
    def _plain_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not _HOST.fullmatch(host):
                raise ValueError(f"{host} is not the exact name of a host")
        return hosts

    @model_validator(mode="after")
    def _whole_sign_in(self) -> "Settings":
        needed = (self.oidc_issuer, self.oidc_client_id, self.oidc_tenant)
        secrets = sum(one is not None for one in (self.oidc_secret_file, self.oidc_certificate_file))
        if not any(needed) and not secrets:
            return self
        if not all(needed) or secrets != 1:
            raise ValueError(
                "a sign-in needs SPAREKEY_OIDC_ISSUER, _CLIENT_ID, _TENANT, and one of SPAREKEY_OIDC_SECRET_FILE and _CERTIFICATE_FILE"
            )
        if self.oidc_issuer and not urlsplit(self.oidc_issuer).path.strip("/"):
            raise ValueError(
                "SPAREKEY_OIDC_ISSUER has no path after its host; msal, which carries the sign-in, cannot use such an issuer"
            )
        return self

    @model_validator(mode="after")
    def _risk_of_our_own_tenant(self) -> "Settings":
        own = f"{ENTRA}/{self.oidc_tenant}/v2.0"
        if self.risk_from_entra and (self.oidc_issuer or "").rstrip("/").casefold() != own.casefold():
            raise ValueError(
                f"SPAREKEY_RISK_FROM_ENTRA needs SPAREKEY_OIDC_ISSUER={ENTRA}/TENANT_ID/v2.0 and the same id in SPAREKEY_OIDC_TENANT"
            )
        return self

    @model_validator(mode="after")
    def _security_hears(self) -> "Settings":
        if self.security_group is not None and self.mail_security_mailbox is None:
            raise ValueError("SPAREKEY_SECURITY_GROUP needs SPAREKEY_MAIL_SECURITY_MAILBOX: nobody would hear of it")
        return self

    @model_validator(mode="after")
    def _whole_tickets(self) -> "Settings":
        """Half-configured is refused: tickets would be owed for ever."""
        given = (self.tickets_url, self.tickets_user, self.tickets_secret_file)
        if self.tickets is None and any(given):
            raise ValueError("SPAREKEY_TICKETS is missing: servicenow or webhook")
        if self.tickets is not None and not (self.tickets_url and self.tickets_secret_file):
            raise ValueError("SPAREKEY_TICKETS needs SPAREKEY_TICKETS_URL and SPAREKEY_TICKETS_SECRET_FILE")
        if (self.tickets == "servicenow") != (self.tickets_user is not None):
            raise ValueError("SPAREKEY_TICKETS_USER belongs to servicenow, and servicenow needs it")
        return self

    @model_validator(mode="after")
    def _whole_teams(self) -> "Settings":
        """Half-configured is refused: an open door is worse than none."""
        credentials = (self.teams_secret_file, self.teams_certificate_file, self.teams_managed_identity or None)
        given = sum(credential is not None for credential in credentials)
        if self.teams_app_id is None and (given or self.teams_tenant_id or self.teams_agents_channel):
            raise ValueError("SPAREKEY_TEAMS_APP_ID is missing")
        if self.teams_app_id is not None and self.teams_tenant_id is None:
            raise ValueError("SPAREKEY_TEAMS_TENANT_ID is missing: only single-tenant registrations are served")
        if self.teams_app_id is not None and given != 1:
            raise ValueError(
                "one credential is needed: SPAREKEY_TEAMS_CERTIFICATE_FILE, SPAREKEY_TEAMS_SECRET_FILE or SPAREKEY_TEAMS_MANAGED_IDENTITY"
            )
        if self.teams_agents_channel is not None and not _CHANNEL.fullmatch(self.teams_agents_channel):
            raise ValueError("SPAREKEY_TEAMS_AGENTS_CHANNEL is not the id of a channel such as 19:abc@thread.tacv2")
        own = urlsplit(self.public_url or "").hostname in (None, "localhost", "127.0.0.1", "::1")
        if self.teams_playground is not None and (self.teams_app_id is not None or not self.is_on_loopback or not own):
            raise ValueError(
                "SPAREKEY_TEAMS_PLAYGROUND lets everybody in: on loopback alone, and without a registration"
            )
        return self

    @property
    def history_lives(self) -> timedelta:
        return timedelta(days=self.history_days)

    @property
    def is_on_loopback(self) -> bool:
        if self.host in LOOPBACK_NAMES:
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def address(self) -> str:
        host = "localhost" if self.is_on_loopback else self.host
        return self.public_url or f"http://{host}:{self.port}"
