"""What would be asked of somebody, decided as `serve` would: the same policy, methods, groups and counts; the unknown is named."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time
from functools import partial

from adapters.clock import SystemClock
from adapters.identity.authenticator import Authenticator
from adapters.no_risk import NoRiskSource
from adapters.policy_file import UnreadablePolicy, read_policy
from adapters.sources.vault import rows
from adapters.sources.vault.sealing import Seal
from adapters.sources.vault.vault import Vault
from bot import standing
from bot.approvers import Approvers
from bot.commands import folder_of
from bot.domain.devices import Device, Findings
from bot.domain.people import Person
from bot.domain.policy import RISKS, Allowed, Asker, Policy, Risk, ToHuman
from bot.domain.policy_default import DEFAULT
from bot.domain.policy_review import weaknesses
from bot.obstacles import obstacle
from bot.proving import PolicyOfProof
from bot.settings import Settings
from bot.wiring import codec, open_store, open_vault
from bot.wiring.keeping import derived, installation_key
from bot.wiring.proof import methods_for, methods_of, risks_of

METHOD_WORDS = {
    "sign_in": "sign in once more, with user verification",
    "authenticator": "a code from the authenticator app",
    "approval": "the manager's approval",
    "vouching": "an agent vouches for them",
}


def add_to(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    one = actions.add_parser("explain", help="what would be asked of a person, in which order, and why")
    one.add_argument("person", help="login or object id, as the vault has them")
    one.add_argument("--device", help="name or id of one of their computers; all of them if left out")
    one.add_argument("--risk", choices=RISKS, help="if left out, every level that can occur in this installation")
    one.add_argument("--at", type=_time, metavar="HH:MM", help="in the policy's time zone; now if left out")
    one.add_argument("--group", action="append", help="instead of the vault's: a group they are in; may be given again")
    one.add_argument("--unlocks", type=_count, help="instead of what is stored: keys seen in the last seven days")
    one.add_argument("--owner-for", type=_count, metavar="DAYS", help="for how long the computer has been theirs")
    one.add_argument("--network", choices=("inside", "outside"), help="where they ask from")
    one.set_defaults(do=explain)


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


def warn(which: str, policy: Policy) -> None:
    for weakness in weaknesses(policy):
        print(f"`sparekey serve` would refuse {which}: {weakness}", file=sys.stderr)


@dataclass(frozen=True, slots=True)
class Explaining:
    """One run. `risks`: the levels that can occur here, or the one that was asked for."""

    settings: Settings
    arguments: argparse.Namespace
    policy: Policy
    proof: PolicyOfProof
    risks: tuple[Risk, ...]
    obstacle: Callable[[str], Awaitable[str]]
    """What stands in the way of a person or device, by its flow."""


async def explain(settings: Settings, arguments: argparse.Namespace) -> int:
    """Exit code 0 when it was explained, 1 when there is no such person or computer, 2 when the policy cannot be read."""
    try:
        policy = present_policy(settings)
    except UnreadablePolicy as unreadable:
        print(unreadable, file=sys.stderr)
        return 2
    folder, clock = folder_of(settings), SystemClock()
    async with open_vault(settings, folder, clock) as vault, open_store(folder) as store:
        shapes = codec()

        async def recall(flow_id: str) -> object:
            saved = await store.load(flow_id)
            return shapes.decode(saved.state, object) if saved else None

        approvers = Approvers(vault, vault, recall, settings.security_group)
        seeds = Authenticator(vault.file, Seal(derived(installation_key(settings, folder), "seeds")))
        methods = methods_for(settings, approvers, seeds, clock)
        proof = PolicyOfProof(policy, methods, vault, NoRiskSource(), recall, clock)
        risks = risks_of(settings) if arguments.risk is None else (arguments.risk,)
        in_the_way = partial(obstacle, recall, now=clock.now())
        explaining = Explaining(settings, arguments, policy, proof, risks, in_the_way)
        return await _explained(explaining, vault)


async def _explained(explaining: Explaining, vault: Vault) -> int:
    arguments = explaining.arguments
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
    warn("the present policy", explaining.policy)
    _print_person(explaining.settings, person, await explaining.obstacle(standing.of_person(person.id)))
    methods = await explaining.proof.methods_for(person.id)
    askers = [(device, _as_told(await explaining.proof.asker(person.id, device), arguments)) for device in devices]
    for device, asker in askers:
        _print_device(device, await explaining.obstacle(standing.of_device(device.id)))
        _print_decisions(asker, methods, explaining)
    _print_circumstances(askers, methods, explaining)
    return 0


async def _person(vault: Vault, name: str) -> Person | None:
    return await vault.by_login(name) or await vault.file.run(partial(rows.person, column="object_id", value=name))


def _as_told(asker: Asker, arguments: argparse.Namespace) -> Asker:
    """What the command line says stands in for what is known."""
    return replace(
        asker,
        hour=asker.hour if arguments.at is None else arguments.at.hour,
        groups=asker.groups if arguments.group is None else tuple(arguments.group),
        unlocks_lately=asker.unlocks_lately if arguments.unlocks is None else arguments.unlocks,
        owner_for_days=asker.owner_for_days if arguments.owner_for is None else arguments.owner_for,
        network=arguments.network or asker.network,
    )


def _print_person(settings: Settings, person: Person, obstacle: str) -> None:
    print(f"{person.name} ({person.id}), by {settings.policy_file or 'the policy as shipped'}")
    if not person.enabled:
        print("Their account is disabled: the bot only brings them to a human.")
    if obstacle:
        print(f"They get no link at present: {obstacle}. What follows is for afterwards.")


def _print_device(device: Device, obstacle: str) -> None:
    print(f"\n{device.name} ({device.ownership}, {device.platform})")
    if obstacle:
        print(f"  There is no link to its key at present: {obstacle}. What follows is for afterwards.")


def _print_decisions(asker: Asker, methods: tuple[str, ...], explaining: Explaining) -> None:
    alike: dict[tuple[object, ...], list[str]] = {}
    decisions: list[Allowed | ToHuman] = []
    for risk in explaining.risks:
        decision = explaining.proof.judge(replace(asker, risk=risk), methods)
        key = (decision.sets, decision.rule, len(decision.because))  # a sentence more is another reason
        if key not in alike:
            decisions.append(decision)
        alike.setdefault(key, []).append(risk)
    for risks, decision in zip(alike.values(), decisions, strict=True):
        print(f"  Risk {', '.join(risks)}:")
        for line in _told(decision):
            print(f"    {line}")


def _told(decision: Allowed | ToHuman) -> Iterator[str]:
    if not decision.sets:
        yield "A human. They are not let in by themselves."
    if len(decision.sets) > 1:
        yield "Any one of these suffices; the first is offered first:"
    for number, methods in enumerate(decision.sets, 1):
        yield f"{number}. " + ", then ".join(METHOD_WORDS[method] for method in methods)
    for number, sentence in enumerate(decision.because):
        yield f"{'Because:' if number == 0 else '        '} {sentence}"


def _print_circumstances(
    askers: Sequence[tuple[Device, Asker]], usable: tuple[str, ...], explaining: Explaining
) -> None:
    """What was known, from where, and what was not: nobody outside of this machine is asked."""
    arguments, policy, asker = explaining.arguments, explaining.policy, askers[0][1]
    methods = "; ".join(METHOD_WORDS[method] for method in methods_of(explaining.settings))
    unlocks = "as stored" if arguments.unlocks is None else "--unlocks"
    at = f"{arguments.at:%H:%M} in {policy.time_zone} (--at)" if arguments.at else f"now, in {policy.time_zone}"
    print("\nThis is what `sparekey serve` would decide, from:")
    print(
        "  blocks, an approver's no and the links of the last day: as stored, but not those of one session or of everybody together"
    )
    print(f"  methods that this installation has: {methods}")
    if "approval" not in usable:
        print("  nobody can approve for them: no manager who can, and no security group (SPAREKEY_SECURITY_GROUP)")
    if explaining.settings.authenticator and "authenticator" not in usable:
        print("  they have no authenticator app, or it was added less than three days ago")
    print(f"  groups: {_groups(asker, arguments)}; the policy asks about: {', '.join(policy.groups_named) or 'none'}")
    print(f"  risk: {_risk(explaining)}")
    print(f"  keys seen in the last seven days: {asker.unlocks_lately} ({unlocks})")
    for device, one in askers:
        print(f"  owner of {device.name} for: {_owner_for(one, arguments)}")
    print(
        f"  network: {asker.network}{' (--network)' if arguments.network else ': only a conversation shows it (--network)'}"
    )
    print(f"  time: {at}")


def _groups(asker: Asker, arguments: argparse.Namespace) -> str:
    if asker.groups is None:
        return "unknown, because the vault was never given any (`sparekey vault import … --groups FILE`)"
    return f"{', '.join(asker.groups) or 'none'} ({'the vault' if arguments.group is None else '--group'})"


def _owner_for(asker: Asker, arguments: argparse.Namespace) -> str:
    if asker.owner_for_days is None:
        return "unknown: not seen to change hands (--owner-for)"
    return f"{asker.owner_for_days} days ({'the vault' if arguments.owner_for is None else '--owner-for'})"


def _risk(explaining: Explaining) -> str:
    if explaining.arguments.risk is not None:
        return f"{explaining.arguments.risk} (--risk)"
    if explaining.settings.risk_from_entra:
        return "unknown here, because Entra is not asked by this command: every level is shown (--risk)"
    return "unknown, because this installation has no source of risk (SPAREKEY_RISK_FROM_ENTRA; --risk tries a level)"
