"""Which proof suffices for whom: the first rule that fits decides, and where none fits, a human does.

No set is ever allowed that a phone alone satisfies, unless the policy names it as an accepted risk.
What is not known counts as the worse of what it could be, unless the policy says otherwise.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal, TypeAlias, get_args

from bot.domain.devices import Ownership
from bot.domain.people import Network

Method = Literal["sign_in", "authenticator", "approval", "vouching"]
Risk = Literal["none", "low", "medium", "high", "unknown"]
WhenUnknown = Literal["closed", "open"]
Methods: TypeAlias = tuple[Method, ...]

METHODS: tuple[Method, ...] = get_args(Method)
RISKS: tuple[Risk, ...] = get_args(Risk)
LATELY = timedelta(days=7)
A_LONG_TIME = 100_000
MOST_AGENTS = 2


@dataclass(frozen=True, slots=True)
class Asker:
    """A person at one computer, now. None for what the directory could not say: `groups` empty means that it said "in none".

    `unlocks_lately`: challenges of the last seven days in which a key was shown. `hour`: in the policy's time zone.
    """

    ownership: Ownership
    hour: int
    groups: tuple[str, ...] | None = None
    risk: Risk = "unknown"
    unlocks_lately: int = 0
    owner_for_days: int | None = None
    network: Network = "unknown"


@dataclass(frozen=True, slots=True)
class Hours:
    """From the beginning of one hour to the beginning of another, over midnight too."""

    first: int
    until: int

    def __contains__(self, hour: int) -> bool:
        return (hour - self.first) % 24 < (self.until - self.first) % 24


@dataclass(frozen=True, slots=True)
class Rule:
    """It fits when all its conditions do; one that is left out always does. `sets`: any of them suffices; none: a human.

    `agents`: how many of them have to be sure before they release a key to whoever fits, beside a fresh sign-in.
    """

    name: str
    why: str = ""
    sets: tuple[Methods, ...] = ()
    devices: tuple[Ownership, ...] = ()
    groups: tuple[str, ...] = ()
    risks: tuple[Risk, ...] = ()
    unlocks_at_least: int | None = None
    owner_for_less_than_days: int | None = None
    hours: Hours | None = None
    networks: tuple[Network, ...] = ()
    agents: int = 1


@dataclass(frozen=True, slots=True)
class AcceptedRisk:
    """A set without a fresh sign-in that the organisation answers for, and why it does."""

    methods: Methods
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """`never_self_service`: groups whose members only a human lets in, whatever the rules say."""

    rules: tuple[Rule, ...]
    never_self_service: tuple[str, ...]
    accepted_risks: tuple[AcceptedRisk, ...] = ()
    when_risk_unknown: WhenUnknown = "closed"
    when_owner_unknown: WhenUnknown = "open"
    time_zone: tzinfo = UTC

    @property
    def groups_named(self) -> tuple[str, ...]:
        """The only groups that the directory has to be asked about."""
        named = (*self.never_self_service, *(group for rule in self.rules for group in rule.groups))
        return tuple({group.casefold(): group for group in named}.values())

    def hour_of(self, at: datetime) -> int:
        return at.astimezone(self.time_zone).hour


@dataclass(frozen=True, slots=True)
class Allowed:
    """Any of `sets` suffices; the preferred one comes first. `because` is for administrators, never for the person."""

    sets: tuple[Methods, ...]
    rule: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToHuman:
    because: tuple[str, ...]
    rule: str = ""
    sets: tuple[Methods, ...] = ()


Decision: TypeAlias = Allowed | ToHuman


def decide(policy: Policy, asker: Asker) -> Decision:
    if asker.groups is None and policy.groups_named:
        return ToHuman(("The directory did not say which groups the person is in.",))
    if barred := _members(policy.never_self_service, asker):
        return ToHuman((f"Members of {_listed(barred)} are let in by a human only.",))
    seen = as_counted(policy, asker)
    place = next((place for place, rule in enumerate(policy.rules) if fits(rule, seen)), None)
    if place is None:
        return ToHuman((*_counting(asker, seen, policy.rules), "No rule fits, and then a human decides."))
    rule, noted = policy.rules[place], _counting(asker, seen, policy.rules[: place + 1])
    because = (*noted, _first_to_fit(rule, seen), *((rule.why,) if rule.why else ()))
    if not rule.sets:
        return ToHuman(because, rule.name)
    if sets := tuple(methods for methods in rule.sets if suffices(policy, methods)):
        return Allowed(sets, rule.name, because)
    return ToHuman((*because, "None of its sets has a fresh sign-in, and no risk is accepted for them."), rule.name)


def agents_needed(policy: Policy, asker: Asker) -> int:
    """How many agents have to make sure who it is, beside what the person proves themselves; 0: none may release a key.

    Without a sign-in it is always two, which no policy changes.
    """
    if asker.ownership == "personal":
        return 0
    if asker.groups is None or _members(policy.never_self_service, asker):
        return MOST_AGENTS
    seen = as_counted(policy, asker)
    return next((rule.agents for rule in policy.rules if fits(rule, seen)), MOST_AGENTS)


def may_be_read_aloud(policy: Policy, asker: Asker) -> bool:
    """Never where only a human lets in, as administrators: those agents are fooled for. Nor where nobody knows it."""
    if asker.ownership == "personal" or asker.groups is None:
        return False
    return not _members(policy.never_self_service, asker)


def within_reach(decision: Decision, methods: Collection[str]) -> Decision:
    """What is left of it for a person who has these methods, in an installation that has them."""
    if isinstance(decision, ToHuman):
        return decision
    left = tuple(one for one in decision.sets if set(one) <= set(methods))
    if left:
        return replace(decision, sets=left)
    return ToHuman((*decision.because, "The person can use none of these sets."), decision.rule)


def suffices(policy: Policy, methods: Methods) -> bool:
    """An empty set never does, and none with a method that we do not know."""
    if not methods or not set(methods) <= set(METHODS):
        return False
    return "sign_in" in methods or any(
        set(risk.methods) == set(methods) and risk.reason.strip() for risk in policy.accepted_risks
    )


def fits(rule: Rule, asker: Asker) -> bool:
    days = asker.owner_for_days
    return (
        (not rule.devices or asker.ownership in rule.devices)
        and (not rule.risks or asker.risk in rule.risks)
        and (not rule.networks or asker.network in rule.networks)
        and (rule.hours is None or asker.hour in rule.hours)
        and (rule.unlocks_at_least is None or asker.unlocks_lately >= rule.unlocks_at_least)
        and (rule.owner_for_less_than_days is None or (days is not None and days < rule.owner_for_less_than_days))
        and (not rule.groups or bool(_members(rule.groups, asker)))
    )


def no_easier(decision: Decision, than: Decision) -> bool:
    """Whoever satisfies this one has satisfied the other as well. A human is never easier."""
    return all(any(set(less) <= set(more) for less in than.sets) for more in decision.sets)


def as_counted(policy: Policy, asker: Asker) -> Asker:
    """What is not known, counted as the policy says."""
    if asker.risk == "unknown":
        # Fails open where the policy says so: SECURITY.md.
        asker = replace(asker, risk="high" if policy.when_risk_unknown == "closed" else "low")
    if asker.owner_for_days is None:
        # Fails open where the policy says so, and as shipped, because few directories know it: SECURITY.md.
        asker = replace(asker, owner_for_days=0 if policy.when_owner_unknown == "closed" else A_LONG_TIME)
    if asker.network == "unknown":
        asker = replace(asker, network="outside")
    return asker


def _counting(asker: Asker, seen: Asker, looked_at: tuple[Rule, ...]) -> Iterator[str]:
    """A sentence for each thing that is not known and that these rules ask about."""
    if asker.risk == "unknown" and any(rule.risks for rule in looked_at):
        yield f"The risk is not known and counts as {seen.risk}."
    if asker.owner_for_days is None and any(rule.owner_for_less_than_days is not None for rule in looked_at):
        counts_as = "a new owner" if seen.owner_for_days == 0 else "an owner for long"
        yield f"Since when the computer has been theirs is not known; they count as {counts_as}."
    if asker.network == "unknown" and any(rule.networks for rule in looked_at):
        yield "The network is not known and counts as outside."


def _first_to_fit(rule: Rule, asker: Asker) -> str:
    return (
        f"The first rule that fits is “{rule.name}”: {', '.join(_conditions(rule, asker)) or 'it has no conditions'}."
    )


def _conditions(rule: Rule, asker: Asker) -> Iterator[str]:
    """How this asker meets each condition of a rule that fits."""
    if rule.devices:
        yield f"the computer is {asker.ownership}"
    if rule.groups:
        yield f"the person is in {_listed(_members(rule.groups, asker))}"
    if rule.risks:
        yield f"the risk is {asker.risk}"
    if rule.unlocks_at_least is not None:
        yield f"a key was shown {asker.unlocks_lately} times in the last {LATELY.days} days"
    if rule.owner_for_less_than_days is not None:
        yield f"the computer has been theirs for {asker.owner_for_days} days"
    if rule.hours is not None:
        yield f"it is past {asker.hour:02}:00"
    if rule.networks:
        yield f"the network is {asker.network}"


def _members(groups: tuple[str, ...], asker: Asker) -> tuple[str, ...]:
    """Directories compare the names of groups without regard to case."""
    own = {group.casefold() for group in asker.groups or ()}
    return tuple(group for group in groups if group.casefold() in own)


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"“{word}”" for word in words)
