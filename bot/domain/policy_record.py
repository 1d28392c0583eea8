"""What the audit keeps of a decision about proof, in plain words, so that another policy can be tried on it later."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar, get_args

from bot.domain.devices import Ownership
from bot.domain.people import Network
from bot.domain.policy import METHODS, RISKS, Asker, Decision, Methods, Policy, Risk, within_reach
from bot.domain.policy_review import Ground

NOT_KNOWN = "unknown"
FIELDS: Mapping[str, str] = {
    "ownership": "whose computer it was",
    "risk": "the risk at that time",
    "groups": "the groups that the person was in",
    "unlocks_lately": "how often a key had been shown lately",
    "owner_for_days": "for how long the computer had been theirs",
    "network": "which network it was",
}

T = TypeVar("T")


def written(policy: Policy, asker: Asker, decision: Decision, methods: Collection[str] = METHODS) -> dict[str, str]:
    """For the audit's `about`. Of the groups only those are kept that the policy names, and that they were asked about.

    `methods`: those that the installation had, and that the decision was left within reach of.
    """
    own = {group.casefold() for group in asker.groups or ()}
    groups = None if asker.groups is None else [group for group in policy.groups_named if group.casefold() in own]
    return {
        "ownership": asker.ownership,
        "risk": asker.risk,
        "groups": NOT_KNOWN if groups is None else json.dumps(groups, ensure_ascii=False),
        "groups_asked": json.dumps(policy.groups_named, ensure_ascii=False),
        "unlocks_lately": str(asker.unlocks_lately),
        "owner_for_days": NOT_KNOWN if asker.owner_for_days is None else str(asker.owner_for_days),
        "network": asker.network,
        "methods": " ".join(methods),
        "rule": decision.rule,
        "sets": in_one_line(decision.sets),
    }


def in_one_line(sets: tuple[Methods, ...]) -> str:
    return " or ".join("+".join(methods) for methods in sets) or "a human"


@dataclass(frozen=True, slots=True)
class Remembered:
    """A decision as the audit holds it: each field has its one value, or none where the audit does not hold it."""

    ownership: tuple[Ownership, ...]
    risk: tuple[Risk, ...]
    groups: tuple[tuple[str, ...] | None, ...]
    groups_asked: tuple[str, ...]
    unlocks_lately: tuple[int, ...]
    owner_for_days: tuple[int | None, ...]
    network: tuple[Network, ...]
    methods: tuple[str, ...]
    sets: str

    def was_decided_by(self, decision: Decision) -> bool:
        return self.sets == in_one_line(within_reach(decision, self.methods).sets)

    def missing(self, *policies: Policy) -> tuple[str, ...]:
        """Names of what is not held, or was not asked about although these policies name it."""
        groups = None not in self.groups and (not self.groups or self._unasked(policies))
        missing = {"groups": groups} | {name: not getattr(self, name) for name in FIELDS if name != "groups"}
        return tuple(name for name in FIELDS if missing[name])

    def possible(self, ground: Ground, *policies: Policy) -> Iterator[Asker]:
        """Everybody who this may have been, whatever the hour: one asker when the audit holds everything."""
        return replace(
            ground,
            ownerships=self.ownership or ground.ownerships,
            hours=(0,),
            groups=self._possible_groups(ground, policies),
            risks=self.risk or ground.risks,
            unlocks=self.unlocks_lately or ground.unlocks,
            owner_days=self.owner_for_days or ground.owner_days,
            networks=self.network or ground.networks,
        ).askers()

    def _possible_groups(self, ground: Ground, policies: tuple[Policy, ...]) -> tuple[tuple[str, ...] | None, ...]:
        """Those that are held, with any that nobody asked about at that time."""
        if None in self.groups:
            return self.groups
        unasked, held = self._unasked(policies), [own for own in self.groups if own is not None] or [()]
        more = [some for some in ground.groups if some is not None and {one.casefold() for one in some} <= unasked]
        return tuple((*own, *some) for some in more for own in held)

    def _unasked(self, policies: tuple[Policy, ...]) -> set[str]:
        named = {group.casefold() for policy in policies for group in policy.groups_named}
        return named - {group.casefold() for group in self.groups_asked}


def read(about: Mapping[str, str]) -> Remembered:
    """Older records hold less. What makes no sense counts as not held: nothing is guessed at."""
    groups, asked = _groups(about.get("groups", "")), _groups(about.get("groups_asked", ""))
    days = about.get("owner_for_days", "")
    return Remembered(
        _one_of(about.get("ownership"), get_args(Ownership)),
        _one_of(about.get("risk"), RISKS),
        groups if asked else (),
        next((one for one in asked if one), ()) if groups else (),
        _number(about.get("unlocks_lately", "")),
        (None,) if days == NOT_KNOWN else _number(days),
        _one_of(about.get("network"), get_args(Network)),
        tuple(about.get("methods", " ".join(METHODS)).split()),
        about.get("sets", ""),
    )


def _one_of(text: str | None, allowed: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(one for one in allowed if one == text)


def _number(text: str) -> tuple[int, ...]:
    return (int(text),) if text.isascii() and text.isdigit() else ()


def _groups(text: str) -> tuple[tuple[str, ...] | None, ...]:
    if text == NOT_KNOWN:
        return (None,)
    try:
        names = json.loads(text)
    except ValueError:
        return ()
    is_list = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return (tuple(names),) if is_list else ()
