"""What is wrong with a policy, in sentences for whoever wrote it. `serve` refuses a policy about which there is any."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, pairwise, product
from typing import TypeAlias

from bot.domain.devices import Ownership
from bot.domain.people import Network
from bot.domain.policy import (
    METHODS,
    RISKS,
    Asker,
    Decision,
    Methods,
    Policy,
    Risk,
    Rule,
    agents_needed,
    decide,
    no_easier,
    suffices,
)

LADDER: tuple[Risk, ...] = ("none", "low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Ground:
    """Values of every kind that these policies tell apart: what holds for all of them holds for everybody."""

    ownerships: Sequence[Ownership]
    hours: Sequence[int]
    groups: Sequence[tuple[str, ...] | None]
    risks: Sequence[Risk]
    unlocks: Sequence[int]
    owner_days: Sequence[int | None]
    networks: Sequence[Network]

    def askers(self) -> Iterator[Asker]:
        values = (
            self.ownerships, self.hours, self.groups, self.risks, self.unlocks, self.owner_days, self.networks,
        )  # fmt: skip
        return (Asker(*value) for value in product(*values))


Ladder: TypeAlias = Sequence[tuple[str, Ground]]
"""Its rungs, from the calm to the tense: how each is called, and who stands on it."""


def ground_of(*policies: Policy) -> Ground:
    """One group a policy is enough: the rule that fits first for members of many fits first for members of one of them."""
    rules = [rule for policy in policies for rule in policy.rules]
    named = {group.casefold(): group for policy in policies for group in policy.groups_named}
    days = [rule.owner_for_less_than_days for rule in rules if rule.owner_for_less_than_days is not None]
    return Ground(
        ("corporate", "personal") if any(rule.devices for rule in rules) else ("corporate",),
        sorted({0, *(hour for rule in rules if rule.hours for hour in (rule.hours.first, rule.hours.until))}),
        [some for size in range(len(policies) + 1) for some in combinations(named.values(), size)],
        RISKS,
        sorted({0, *(rule.unlocks_at_least for rule in rules if rule.unlocks_at_least is not None)}),
        [None, *sorted({0, *days})] if days else [None],
        ("inside", "outside", "unknown") if any(rule.networks for rule in rules) else ("unknown",),
    )


def _all_known(policy: Policy) -> Ground:
    """What is unknown counts as something known, so a policy is seen through without it."""
    ground = ground_of(policy)
    days = [day for day in ground.owner_days if day is not None] or [0]
    networks: Sequence[Network] = ("inside", "outside") if len(ground.networks) > 1 else ground.networks
    return replace(ground, risks=LADDER, owner_days=days, networks=networks)


def weaknesses(policy: Policy) -> tuple[str, ...]:
    """None: `serve` may start."""
    found = [*_nobody_barred(policy), *_namesakes(policy)]
    for number, rule in enumerate(policy.rules, 1):
        found += (f"rule {number} “{rule.name}”: {words}" for words in _of_rule(policy, rule))
    return (*found, *_of_accepted_risks(policy), *_of_order(policy))


def _nobody_barred(policy: Policy) -> Iterator[str]:
    if not any(group.strip() for group in policy.never_self_service):
        yield "never_self_service names no group: administrators and break-glass accounts would help themselves"


def groups_of_nobody(policy: Policy, known: Collection[str]) -> tuple[str, ...]:
    """Where the policy names groups that the directory, which knows these, has nobody in: perhaps they are misspelt."""
    have = {group.casefold() for group in known}
    named = [("never_self_service bars nobody by", policy.never_self_service)]
    named += [(f"the rule “{rule.name}” fits nobody by", rule.groups) for rule in policy.rules]
    missing = [(what, [group for group in groups if group.casefold() not in have]) for what, groups in named]
    return tuple(f"{what} {', '.join(f'“{group}”' for group in groups)}" for what, groups in missing if groups)


def _namesakes(policy: Policy) -> Iterator[str]:
    names = [rule.name for rule in policy.rules]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{names.count(name)} rules are called “{name}”: the audit could not tell them apart"


def _of_rule(policy: Policy, rule: Rule) -> Iterator[str]:
    if "unknown" in rule.risks:
        yield "an unknown risk fits no rule: when_risk_unknown says what it counts as"
    if "unknown" in rule.networks:
        yield "an unknown network fits no rule: it counts as outside"
    for methods in rule.sets:
        if not methods:
            yield "an empty set: nothing would have to be proved"
        elif unknown := sorted(set(methods) - set(METHODS)):
            yield f"{_named(methods)} has methods that do not exist: {', '.join(unknown)}"
        elif not suffices(policy, methods):
            yield f"{_named(methods)} has no fresh sign-in: whoever holds the person's unlocked phone has it all"


def _of_accepted_risks(policy: Policy) -> Iterator[str]:
    used = {frozenset(methods) for rule in policy.rules for methods in rule.sets}
    for risk in policy.accepted_risks:
        if not risk.reason.strip():
            yield f"the accepted risk {_named(risk.methods)} has no reason"
        if frozenset(risk.methods) not in used:
            yield f"the accepted risk {_named(risk.methods)} belongs to no rule: a door left open for later"


def _of_order(policy: Policy) -> Iterator[str]:
    """Rules that nobody reaches, and of each ladder the first place where whoever looks worse is asked for less."""
    ground = _all_known(policy)
    decided = {asker: (decide(policy, asker), agents_needed(policy, asker)) for asker in ground.askers()}
    reached = {decision.rule for decision, _ in decided.values()}
    for number, rule in enumerate(policy.rules, 1):
        if rule.name not in reached:
            yield f"rule {number} “{rule.name}” can never decide: whoever fits it is decided about before it"
    for ladder in _ladders(ground):
        yield from islice(_easier_upwards(ladder, decided), 1)


def _ladders(ground: Ground) -> tuple[Ladder, ...]:
    """Everything that somebody can look worse by. What has no worse end, such as hours and groups, is in each rung."""
    return (
        [(f"{risk} risk", replace(ground, risks=(risk,))) for risk in LADDER],
        [(f"a count of {keys} keys seen lately", replace(ground, unlocks=(keys,))) for keys in ground.unlocks],
        [(f"an owner for {days} days", replace(ground, owner_days=(days,))) for days in reversed(ground.owner_days)],
        [(f"an {network} network", replace(ground, networks=(network,))) for network in ground.networks],
    )


def _easier_upwards(ladder: Ladder, decided: Mapping[Asker, tuple[Decision, int]]) -> Iterator[str]:
    """Neighbours alone: whoever is asked for no less at each step is asked for no less at the end."""
    for (less, calm), (more, tense) in pairwise(ladder):
        for one, worse in zip(calm.askers(), tense.askers(), strict=True):  # the same people but for this
            (before, agents), (after, agents_then) = decided[one], decided[worse]
            rules = f"“{after.rule or 'no rule'}” against “{before.rule or 'no rule'}”"
            if not no_easier(after, before):
                yield f"{more} would ask for less than {less} does: {rules}"
            elif agents_then < agents:
                yield f"{more} would ask for fewer agents than {less} does: {rules}"


def _named(methods: Methods) -> str:
    return f"[{', '.join(methods)}]"
