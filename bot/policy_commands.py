"""What an administrator asks the policy of proof: what would be asked of somebody, and what another policy would change."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import get_args

from adapters.policy_file import UnreadablePolicy, read_policy
from bot import explain_commands
from bot.commands import folder_of
from bot.domain.audit import Record, find_break
from bot.domain.policy import Decision
from bot.domain.policy_record import FIELDS, in_one_line, read
from bot.domain.policy_replay import Compared, Replay, Verdict
from bot.explain_commands import present_policy, warn
from bot.settings import Settings
from bot.wiring import open_store


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    policy = commands.add_parser("policy", help="what people have to prove").add_subparsers(
        required=True, metavar="ACTION"
    )
    explain_commands.add_to(policy)
    one = policy.add_parser(
        "replay", help="what another policy would have decided about past challenges, with what people had then"
    )
    one.add_argument("file", type=Path, metavar="POLICY_FILE")
    one.set_defaults(do=replay)


async def replay(settings: Settings, arguments: argparse.Namespace) -> int:
    """Exit code 0 when nothing would have been decided otherwise, 1 when something would or may, 2 when it cannot be told."""
    try:
        present, changed = present_policy(settings), read_policy(arguments.file)
    except UnreadablePolicy as unreadable:
        print(unreadable, file=sys.stderr)
        return 2
    warn(str(arguments.file), changed)
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
        about, what = content["about"], content["what"]
        by_policy = what == "link.given" and "case" not in about  # or agents decided, and stand in "case.released"
        if by_policy or (what == "link.refused" and "sets" in about):
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
