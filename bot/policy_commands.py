"""What an administrator asks the policy of proof: what would be asked of somebody, and what another policy would change."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path
from typing import get_args

from adapters.clock import SystemClock
from adapters.policy_file import UnreadablePolicy, read_policy
from adapters.sources.vault import rows
from adapters.sources.vault.vault import Vault
from bot.commands import folder_of
from bot.domain.audit import Record, find_break
from bot.domain.devices import Device, Findings
from bot.domain.people import Person
from bot.domain.policy import RISKS, Asker, Decision, Policy, decide
from bot.domain.policy_default import DEFAULT
from bot.domain.policy_record import FIELDS, in_one_line, read
from bot.domain.policy_replay import Compared, Replay, Verdict
from bot.domain.policy_review import weaknesses
from bot.settings import Settings
from bot.wiring import open_store, open_vault

METHOD_WORDS = {
    "sign_in": "sign in once more, with user verification",
    "authenticator": "a code from the authenticator app",
    "approval": "the manager's approval",
    "vouching": "an agent vouches for them",
}


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    policy = commands.add_parser("policy", help="what people have to prove").add_subparsers(
        required=True, metavar="ACTION"
    )
    one = policy.add_parser("explain", help="what would be asked of a person, in which order, and why")
    one.add_argument("person", help="login or object id, as the vault has them")
    one.add_argument("--device", help="name or id of one of their computers; all of them if left out")
    one.add_argument("--risk", choices=RISKS, help="every level of risk if left out")
    one.add_argument("--at", type=_time, metavar="HH:MM", help="in the policy's time zone; now if left out")
    one.add_argument("--group", action="append", default=[], help="a group that they are in; may be given again")
    one.add_argument("--unlocks", type=_count, default=0, help="how often they saw a key in the last seven days")
    one.add_argument("--owner-for", type=_count, metavar="DAYS", help="for how long the computer has been theirs")
    one.add_argument("--network", choices=("inside", "outside", "unknown"), default="unknown")
    one.set_defaults(do=explain)
    one = policy.add_parser("replay", help="what another policy would have decided about past challenges")
    one.add_argument("file", type=Path, metavar="POLICY_FILE")
    one.set_defaults(do=replay)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no time such as 21:30") from None


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 up")
    return int(text)


def present_policy(settings: Settings) -> Policy:
    """Raises UnreadablePolicy."""
    return DEFAULT if settings.policy_file is None else read_policy(settings.policy_file)


# explain


async def explain(settings: Settings, arguments: argparse.Namespace) -> int:
    """Exit code 0 when it was explained, 1 when there is no such person or computer, 2 when the policy cannot be read."""
    try:
        policy = present_policy(settings)
    except UnreadablePolicy as unreadable:
        print(unreadable, file=sys.stderr)
        return 2
    async with open_vault(settings, folder_of(settings), SystemClock()) as vault:
        person = await _person(vault, arguments.person)
        found = await vault.devices_of(person.id) if person else Findings()
    if person is None:
        print(f"{arguments.person} is not in the vault, neither as a login nor as an object id.", file=sys.stderr)
        return 1
    devices = [device for device in found.devices if arguments.device in (None, device.name, device.id)]
    if not devices:
        named = f"no computer {arguments.device}" if arguments.device else "no computer"
        print(f"{person.name} has {named} in the vault, so there is no key to ask for.", file=sys.stderr)
        return 1
    _warn("the present policy", policy)
    _print_person(settings, person)
    for device in devices:
        _print_device(policy, device, arguments)
    _print_assumptions(policy, arguments)
    return 0


async def _person(vault: Vault, name: str) -> Person | None:
    return await vault.by_login(name) or await vault.file.run(partial(rows.person, column="object_id", value=name))


def _print_person(settings: Settings, person: Person) -> None:
    print(f"{person.name} ({person.id}), by {settings.policy_file or 'the policy as shipped'}")
    if not person.enabled:
        print("Their account is disabled: the bot only brings them to a human.")


def _print_device(policy: Policy, device: Device, arguments: argparse.Namespace) -> None:
    print(f"\n{device.name} ({device.ownership}, {device.platform})")
    at = arguments.at or datetime.now(UTC).astimezone(policy.time_zone).time()
    alike: dict[tuple[object, ...], list[str]] = {}
    decisions: list[Decision] = []
    for risk in RISKS if arguments.risk is None else (arguments.risk,):
        asker = Asker(
            device.ownership, at.hour, tuple(arguments.group), risk, arguments.unlocks, arguments.owner_for,
            arguments.network,
        )  # fmt: skip
        decision = decide(policy, asker)
        key = (decision.sets, decision.rule, len(decision.because))  # a sentence more is another reason
        if key not in alike:
            decisions.append(decision)
        alike.setdefault(key, []).append(risk)
    for risks, decision in zip(alike.values(), decisions, strict=True):
        print(f"  Risk {', '.join(risks)}:")
        for line in _told(decision):
            print(f"    {line}")


def _told(decision: Decision) -> Iterator[str]:
    if not decision.sets:
        yield "A human. They are not let in by themselves."
    if len(decision.sets) > 1:
        yield "Any one of these suffices; the first is offered first:"
    for number, methods in enumerate(decision.sets, 1):
        yield f"{number}. " + ", then ".join(METHOD_WORDS[method] for method in methods)
    for number, sentence in enumerate(decision.because):
        yield f"{'Because:' if number == 0 else '        '} {sentence}"


def _print_assumptions(policy: Policy, arguments: argparse.Namespace) -> None:
    """The vault does not know everything that the policy asks; nothing is asked of the outside from here."""
    groups = ", ".join(arguments.group) or "none"
    owner = "unknown" if arguments.owner_for is None else f"{arguments.owner_for} days"
    at = f"{arguments.at:%H:%M}" if arguments.at else "now"
    print("\nTaken from the command line, because neither the directory nor the source of risk is asked here:")
    print(f"  groups: {groups} (--group); the policy asks about: {', '.join(policy.groups_named) or 'none'}")
    print(f"  keys seen in the last seven days: {arguments.unlocks} (--unlocks); owner for: {owner} (--owner-for)")
    print(f"  network: {arguments.network} (--network); time: {at} in {policy.time_zone} (--at)")


def _warn(which: str, policy: Policy) -> None:
    for weakness in weaknesses(policy):
        print(f"`sparekey serve` would refuse {which}: {weakness}", file=sys.stderr)


# replay


async def replay(settings: Settings, arguments: argparse.Namespace) -> int:
    """Exit code 0 when nothing would have been decided otherwise, 1 when something would or may, 2 when it cannot be told."""
    try:
        present, changed = present_policy(settings), read_policy(arguments.file)
    except UnreadablePolicy as unreadable:
        print(unreadable, file=sys.stderr)
        return 2
    _warn(str(arguments.file), changed)
    async with open_store(folder_of(settings)) as store:
        records = [record async for record in store.audit()]
    if broken := find_break(records):
        print(f"The audit does not hold at record {broken.seq}: {broken.why}. Nothing is replayed.", file=sys.stderr)
        return 2
    return _print_differences(records, Replay(present, changed))


def _print_differences(records: list[Record], replaying: Replay) -> int:
    verdicts: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    decided_otherwise = 0
    for at, content in _decided(records):
        remembered = read(content["about"])
        compared = replaying.compare(at, remembered)
        verdicts[compared.verdict] += 1
        missing.update(compared.missing)
        decided_otherwise += not compared.missing and not remembered.was_decided_by(compared.now)
        if compared.verdict != "same":
            print(_difference(at, content, compared))
    print(_summary(verdicts))
    for name, count in missing.items():
        print(f"Of {count}, the audit does not hold {FIELDS[name]}: they are tried with everything it may have been.")
    if decided_otherwise:
        print(f"Of {decided_otherwise}, the audit says that another policy than the present one decided them.")
    return int(verdicts.total() > verdicts["same"])


def _decided(records: list[Record]) -> Iterator[tuple[datetime, dict[str, dict[str, str]]]]:
    """Links that were given, and those that the policy refused: other refusals (limits, freezes) name no sets."""
    for record in records:
        content = json.loads(record.line)
        if content["what"] == "link.given" or (content["what"] == "link.refused" and "sets" in content["about"]):
            yield datetime.fromisoformat(content["at"]), content


def _difference(at: datetime, content: dict[str, dict[str, str]], compared: Compared) -> str:
    who, device = str(content["who"])[:8], content["about"].get("device", "?")
    maybe = "" if compared.certain else "may be: "
    return (
        f"{content['seq']:>6}  {at:%Y-%m-%d %H:%M}  {compared.verdict:7}  person {who}  computer {device}\n"
        f"        {maybe}{_side(compared.now)}  ->  {_side(compared.then)}"
    )


def _side(decision: Decision) -> str:
    return f"{in_one_line(decision.sets)} ({decision.rule or 'no rule'})"


def _summary(verdicts: Counter[str]) -> str:
    if not verdicts:
        return "The audit holds no decision yet."
    told = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in get_args(Verdict) if verdicts[verdict])
    return f"Replayed {verdicts.total()} past decisions: {told}."
