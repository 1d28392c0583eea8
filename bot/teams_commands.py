"""What an administrator does about Teams from the command line: make the app package."""

import argparse
import sys
from pathlib import Path

from adapters.teams.package import App, build
from bot.settings import Settings


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    teams = commands.add_parser("teams", help="the bot in Microsoft Teams").add_subparsers(
        required=True, metavar="ACTION"
    )
    one = teams.add_parser("package", help="make the app that is uploaded to Teams")
    one.add_argument("file", type=Path, nargs="?", help="where to write it; standard output if left out")
    one.set_defaults(do=package)


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
