"""What an administrator does from the command line: fill the vault, list cases, verify the audit, lift a freeze."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.clock import SystemClock
from adapters.sources.vault.importing import import_csv
from bot import standing
from bot.case_file import Filed
from bot.domain.audit import Anchor, Record, find_break
from bot.domain.cases import Closed, Taken, Waits
from bot.domain.people import PersonId
from bot.ports.store import DEED, Owing, Turn
from bot.settings import Settings
from bot.wiring import codec, open_store, open_vault

if TYPE_CHECKING:
    from bot.codec import Codec

TOLD = "Every address of theirs is told, by the running service."
NOBODY_TOLD = "Nobody was told: the vault does not know whose it is."


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    vault = commands.add_parser("vault", help="the embedded key source").add_subparsers(required=True, metavar="ACTION")
    one = vault.add_parser("import", help="people, devices and keys from CSV files: all of them or none")
    for name in ("people", "devices", "keys"):
        one.add_argument(name, type=Path, metavar=f"{name}.csv")
    one.add_argument("--groups", type=Path, metavar="groups.csv", help="who is in the groups that the policy names")
    one.set_defaults(do=vault_import)
    cases = commands.add_parser("cases", help="what waits for a human").add_subparsers(required=True, metavar="ACTION")
    cases.add_parser("list", help="every case, oldest first").set_defaults(do=cases_list)
    audit = commands.add_parser("audit", help="what an auditor asks about").add_subparsers(
        required=True, metavar="ACTION"
    )
    one = audit.add_parser("verify", help="find any edit, gap or reorder; with --anchor also a roll-back")
    one.add_argument("--anchor", type=Path, help="a file that `audit anchor` wrote earlier, kept elsewhere")
    one.set_defaults(do=audit_verify)
    audit.add_parser("anchor", help="print the end of the audit, to be kept on another machine").set_defaults(
        do=audit_anchor
    )
    audit.add_parser("show", help="print every record").set_defaults(do=audit_show)
    one = commands.add_parser("thaw", help="let a person or a device help themselves again after a freeze")
    one.add_argument("subject", help="person/TENANT/OBJECT_ID or device/DEVICE_ID")
    one.add_argument("--by", required=True, help="who decided it, as TENANT/OBJECT_ID: stands in the audit")
    one.set_defaults(do=thaw)


def folder_of(settings: Settings) -> Path:
    if settings.data is None or not settings.data.is_dir():
        sys.exit("Set SPAREKEY_DATA to the folder with the databases.")
    return settings.data


async def vault_import(settings: Settings, arguments: argparse.Namespace) -> int:
    if settings.data is not None:
        settings.data.mkdir(parents=True, exist_ok=True)
    async with open_vault(settings, folder_of(settings), SystemClock()) as vault:
        report = await import_csv(vault, arguments.people, arguments.devices, arguments.keys, arguments.groups)
    print(report.as_text())
    return 0 if report.is_clean else 1


async def cases_list(settings: Settings, _arguments: argparse.Namespace) -> int:
    shapes = codec()
    after = ""
    async with open_store(folder_of(settings)) as store:
        while flows := await store.flows("case", after):
            for flow_id, saved in flows:
                _print_case(shapes, saved.state)
                after = flow_id
    return 0


def _print_case(shapes: "Codec", text: str) -> None:
    filed = shapes.decode(text, object)
    if not isinstance(filed, Filed):
        return
    case, learnt = filed.case, filed.case.learnt
    facts = {
        "device": learnt.device_name, "key id as typed": learnt.key_id_typed, "silent": ", ".join(learnt.silent_sources),
        "keys tried": ", ".join(learnt.keys_tried), "proof": ", ".join(learnt.proof), "team": case.team,
        "instead of waiting": f"{case.wish.what}, since {case.wish.at:%Y-%m-%d %H:%M}" if case.wish else "",
    }  # fmt: skip
    print(
        f"{case.number}  {_stage(filed)}  {filed.since:%Y-%m-%d %H:%M}  {case.urgency:6}  {case.reason:14}  "
        f"{case.name}  ({case.language}, {case.channel})"
    )
    for name, fact in facts.items():
        if fact:
            print(f"      {name}: {fact}")
    for words in learnt.words:
        print(f"      said: {words}")


def _stage(filed: Filed) -> str:
    match filed.stage:
        case Waits(late):
            return "waits, late" if late else "waits"
        case Taken(by):
            return f"{by.name} has it"
        case Closed(by, into=int(into)):
            return f"merged into {into} by {by.name}"
        case Closed(by):
            return f"closed by {by.name}"


async def audit_verify(settings: Settings, arguments: argparse.Namespace) -> int:
    anchor = _read_anchor(arguments.anchor) if arguments.anchor else None
    records = await _records(settings)
    broken = find_break(records, anchor)
    if broken:
        print(f"The audit does not hold at record {broken.seq}: {broken.why}.")
        return 1
    print(f"The audit holds: {len(records)} records" + (f", anchored at {anchor.seq}." if anchor else "."))
    return 0


async def audit_anchor(settings: Settings, _arguments: argparse.Namespace) -> int:
    records = await _records(settings)
    if not records:
        print("The audit is still empty.", file=sys.stderr)
        return 1
    print(f"{records[-1].seq} {records[-1].link}")
    return 0


async def audit_show(settings: Settings, _arguments: argparse.Namespace) -> int:
    for record in await _records(settings):
        print(record.line)
    return 0


async def _records(settings: Settings) -> list[Record]:
    async with open_store(folder_of(settings)) as store:
        return [record async for record in store.audit()]


def _read_anchor(path: Path) -> Anchor:
    seq, _, link = path.read_text("ascii").strip().partition(" ")
    return Anchor(int(seq), link)


async def thaw(settings: Settings, arguments: argparse.Namespace) -> int:
    """Undone by people, under their name: the bot cannot. As at the desk, every address is told; `serve` sends it."""
    shapes = codec()
    tenant, _, object_id = arguments.by.partition("/")
    flow_id, now = f"standing:{arguments.subject}", datetime.now(UTC)
    async with open_store(folder_of(settings)) as store:
        saved = await store.load(flow_id)
        if saved is None or shapes.decode(saved.state, standing.Standing).frozen is None:
            print(f"{arguments.subject} is not frozen.")
            return 1
        owed = await _owed_for(settings, arguments.subject, now)
        subject = arguments.subject.replace("/", " ", 1)
        thawed = standing.Thawed(PersonId(tenant, object_id), subject, owed=owed)
        step = standing.step(shapes.decode(saved.state, standing.Standing), thawed)
        owes = tuple(Owing(DEED, shapes.encode(effect), now) for effect in step.effects)
        state, id_ = shapes.encode(step.state), f"thaw/{saved.version}"
        await store.commit(Turn(flow_id, saved.version, state, id_, now, owes, facts=step.facts), 0)
    print(f"{arguments.subject} may help themselves again. {TOLD if owed else NOBODY_TOLD}")
    return 0


async def _owed_for(settings: Settings, subject: str, now: datetime) -> standing.TellThawed | None:
    """The notice. What a device's owner hears of is told to them; a device that the vault does not know has none."""
    kind, _, id_ = subject.partition("/")
    if kind == "person":
        tenant, _, object_id = id_.partition("/")
        return standing.TellThawed(PersonId(tenant, object_id), "", "", now)
    async with open_vault(settings, folder_of(settings), SystemClock()) as vault:
        found = await vault.owner_of(id_)
    return standing.TellThawed(found[0], id_, found[1], now) if found else None
