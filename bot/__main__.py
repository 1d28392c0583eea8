"""The command line: `sparekey demo | serve | policy | teams | doctor | vault | cases | audit | thaw`."""

import argparse
import asyncio
import sys
import tempfile
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from adapters.server import run, serve
from bot import commands, doctor_commands, logs, policy_commands, teams_commands
from bot.commands import folder_of
from bot.settings import Settings
from bot.wiring import DemoHouse, demo_house
from bot.wiring.secret_files import CannotServe
from bot.wiring.served import served_house


def main() -> None:
    arguments = _parser().parse_args()
    try:
        settings = Settings()
    except ValidationError as error:
        sys.exit(f"sparekey cannot start: {error}")
    logs.set_up(settings.log_format)
    sys.exit(run(arguments.do(settings, arguments)))


async def demo(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Serve the demo, on loopback only, with data that is gone afterwards unless SPAREKEY_DATA says otherwise."""
    if not settings.is_on_loopback:
        print(
            f"The demo lets everybody in as anybody, so it listens on loopback only, not on {settings.host}.",
            file=sys.stderr,
        )
        return 2
    with tempfile.TemporaryDirectory(prefix="sparekey-demo-") as fresh:
        folder = settings.data or Path(fresh)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            async with demo_house(settings, folder, settings.address) as house:
                await serve(house.app, settings.host, settings.port, partial(_announce, settings), _alongside(house))
        except CannotServe as why:
            return _refused(why)
    return 0


def _refused(why: CannotServe) -> int:
    print(f"sparekey will not start: {why}", file=sys.stderr)
    return 2


async def _announce(settings: Settings, _port: int) -> None:
    print(f"Sparekey is ready: {settings.address}/", flush=True)


async def _alongside(house: DemoHouse) -> None:
    """Timers and leftovers, and the simulated computers going online."""

    async def computers() -> None:
        while True:
            await house.computers.go_online()
            await asyncio.sleep(1)

    await asyncio.gather(house.courier.run(), computers())


async def serve_people(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Serve people. Whatever is missing for that is said, and nobody is served."""
    try:
        address = _address_of(settings)
        async with served_house(settings, folder_of(settings), address) as house:
            ready = partial(_announce, settings)
            await serve(house.app, settings.host, settings.port, ready, house.courier.run())
    except CannotServe as why:
        return _refused(why)
    return 0


def _address_of(settings: Settings) -> str:
    """People's browsers and the provider have to agree on one address, and nobody may read along on the way to it."""
    if settings.public_url is None or not settings.public_url.startswith("https://"):
        raise CannotServe("SPAREKEY_PUBLIC_URL has to be the https address that people's browsers use")
    return settings.public_url


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sparekey", description="The helpdesk chatbot for people locked out of their own computer."
    )
    commands_ = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands_.add_parser("demo", help="try it on this machine, with people made up for it")
    one.set_defaults(do=demo)
    one = commands_.add_parser("serve", help="serve people")
    one.set_defaults(do=serve_people)
    commands.add_to(commands_)
    teams_commands.add_to(commands_)
    doctor_commands.add_to(commands_)
    policy_commands.add_to(commands_)
    return parser


if __name__ == "__main__":
    main()
