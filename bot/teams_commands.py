"""What an administrator does about Teams from the command line: make the app package, and look whether all is well."""

import argparse
import asyncio
import sys
from pathlib import Path

from adapters.clock import SystemClock
from adapters.notices.server import MailFailed
from adapters.teams.doctor import examine
from adapters.teams.package import App, build
from bot.settings import Settings
from bot.wiring import credential_of, registration_of
from bot.wiring.served import CannotServe, mail_server_of, policy_of, provider_of, provider_silent


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    teams = commands.add_parser("teams", help="the bot in Microsoft Teams").add_subparsers(
        required=True, metavar="ACTION"
    )
    one = teams.add_parser("package", help="make the app that is uploaded to Teams")
    one.add_argument("file", type=Path, nargs="?", help="where to write it; standard output if left out")
    one.set_defaults(do=package)
    one = commands.add_parser("doctor", help="look whether everything is well, before people do")
    one.set_defaults(do=doctor)


async def package(settings: Settings, arguments: argparse.Namespace) -> int:
    if missing := [name for name in _NEEDED if not getattr(settings, name)]:
        print(f"Missing: {', '.join(f'SPAREKEY_{name.upper()}' for name in missing)}.", file=sys.stderr)
        return 2
    if arguments.file is None and sys.stdout.isatty():
        print("The package is a zip: name a file, or send the output into one.", file=sys.stderr)
        return 2
    try:
        content = build(
            App(
                app_id=str(settings.teams_app_id),
                public_url=str(settings.public_url),
                in_channels=settings.teams_agents_channel is not None,
                organisation=settings.teams_organisation,
                privacy_url=str(settings.teams_privacy_url),
                terms_url=str(settings.teams_terms_url),
            )
        )
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.file is None:
        sys.stdout.buffer.write(content)
    else:
        arguments.file.write_bytes(content)
        print(f"{arguments.file}: upload it in the Teams admin centre. See deployment/teams/README.md.")
    return 0


_NEEDED = ("teams_app_id", "public_url", "teams_organisation", "teams_privacy_url", "teams_terms_url")


async def doctor(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Exit code 0 when all is well, 1 when something is not."""
    is_well = _says("proof", *_proof(settings))
    is_well &= _says("data", settings.data is not None and settings.data.is_dir(), f"SPAREKEY_DATA is {settings.data}")
    is_well &= _says("sign-in", *await _sign_in(settings))
    is_well &= _says("mail", *await _mail(settings))
    registration = registration_of(settings)
    if registration is None:
        print("      Teams: not configured. See deployment/teams/README.md.")
        return 0 if is_well else 1
    clock = SystemClock()
    try:
        credential = credential_of(settings, registration, clock)
    except (OSError, ValueError) as error:
        _says("credential", False, f"it cannot be read: {error}")
        return 1
    for finding in await examine(registration, credential, clock, settings.public_url):
        print(finding)
        is_well &= finding.is_well
    channel = settings.teams_agents_channel
    print(f"      agents' channel: {channel or 'not set; cases are listed by `sparekey cases list` alone'}")
    return 0 if is_well else 1


def _says(what: str, is_well: bool, words: str) -> bool:  # noqa: FBT001 - a finding
    print(f"{'ok  ' if is_well else 'FAIL'}  {what}: {words}")
    return is_well


def _proof(settings: Settings) -> tuple[bool, str]:
    try:
        policy = policy_of(settings)
    except CannotServe as weak:
        return False, str(weak)
    return True, f"{len(policy.rules)} rules; every set has a fresh sign-in, or its risk is accepted by name"


async def _sign_in(settings: Settings) -> tuple[bool, str]:
    try:
        provider = provider_of(settings, settings.public_url or "")
    except (CannotServe, OSError, ValueError) as missing:
        return False, str(missing)
    silent = await provider_silent(provider)
    if silent:
        return False, f"{provider.issuer} does not answer as a provider ({silent})"
    if provider.step_up is None:
        return False, "SPAREKEY_OIDC_STEP_UP is not set: a password alone would be enough to see a key"
    return True, f"{provider.issuer} answers; before a key it has to say {provider.step_up}"


async def _mail(settings: Settings) -> tuple[bool, str]:
    try:
        server = mail_server_of(settings)
        await asyncio.to_thread(server.try_out)
    except (CannotServe, MailFailed, OSError) as failed:
        return False, str(failed)
    return True, f"{settings.mail_host} takes mail from us"
