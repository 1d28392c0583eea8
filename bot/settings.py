"""Settings from the environment and a file, frozen once read. Half-configured, the program refuses to start."""

import ipaddress
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK_NAMES = frozenset({"localhost"})


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
    proof_sets: tuple[tuple[str, ...], ...] = Field(
        (),
        description="Sets of methods of proof that suffice, as a JSON list of lists. `serve` refuses a set that a phone alone satisfies.",
    )
    history_days: int = Field(30, ge=1, le=365, description="Days for which the redacted chat history is kept.")
    messages_per_second: float = Field(
        2.0, gt=0, description="Messages a second that one conversation may send for long."
    )
    messages_at_once: int = Field(20, ge=1, description="Messages that one conversation may send at once.")
    requests_at_once: int = Field(
        120, ge=1, description="Forms and token requests that one network address may send at once."
    )
    requests_per_second: float = Field(20.0, gt=0, description="The same for long, a second.")
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


class UnsafePolicy(Exception):
    """Self-service would be open to whoever has the person's unlocked phone."""


def require_strong_proof(settings: Settings) -> None:
    """Outside the demo every set needs a fresh sign-in with user verification; a phone alone never suffices."""
    if not settings.proof_sets:
        raise UnsafePolicy("no set of proofs is configured: set SPAREKEY_PROOF_SETS")
    for methods in settings.proof_sets:
        if "sign_in" not in methods:
            raise UnsafePolicy(
                f"the set [{', '.join(methods)}] has no fresh sign-in: a thief with the unlocked phone has it all"
            )
