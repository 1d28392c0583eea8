"""What can prove people here, and the policy that says what suffices."""

from adapters.identity.authenticator import Authenticator
from adapters.policy_file import UnreadablePolicy, read_policy
from bot.approvers import Approvers
from bot.domain.policy import RISKS, Policy, Risk
from bot.domain.policy_default import DEFAULT
from bot.domain.policy_review import weaknesses
from bot.ports.clock import Clock
from bot.ports.seeds import Seeds
from bot.proving import Has, has_app
from bot.settings import Settings
from bot.wiring.secret_files import CannotServe


def methods_of(settings: Settings) -> tuple[str, ...]:
    """What people can prove themselves with in this installation; a set with anything else is out of everybody's reach."""
    return ("sign_in", "approval", *((Authenticator.name,) if settings.authenticator else ()))


def methods_for(settings: Settings, approvers: Approvers, seeds: Seeds, clock: Clock) -> dict[str, Has | None]:
    """With who has them, of those that not everybody has."""
    has: dict[str, Has | None] = {"approval": approvers.within_reach, Authenticator.name: has_app(seeds, clock)}
    return {method: has.get(method) for method in methods_of(settings)}


def risks_of(settings: Settings) -> tuple[Risk, ...]:
    """The levels that can occur: with a source of risk all of them, because it may be silent; without, only one."""
    return RISKS if settings.risk_from_entra else ("unknown",)


def policy_of(settings: Settings) -> Policy:
    """Raises CannotServe for a policy that lets a phone alone suffice, or that cannot be read."""
    try:
        policy = read_policy(settings.policy_file) if settings.policy_file else DEFAULT
    except UnreadablePolicy as error:
        raise CannotServe(str(error)) from error
    if weak := weaknesses(policy):
        raise CannotServe(f"the policy of proof is too weak: {'; '.join(weak)}")
    return policy
