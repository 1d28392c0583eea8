"""What an administrator does about Teams from the command line: make the app package, and look whether all is well."""

import argparse
import sys
from pathlib import Path

from adapters.clock import SystemClock
from adapters.teams.doctor import examine
from adapters.teams.package import App, build
from bot.settings import Settings, UnsafePolicy, require_strong_proof
from bot.wiring import credential_of, registration_of


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
        require_strong_proof(settings)
    except UnsafePolicy as unsafe:
        return False, str(unsafe)
    return True, "every set of methods has a fresh sign-in"
