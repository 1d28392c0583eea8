"""`sparekey doctor`: whether everything is well that `serve` needs, and what to do where it is not."""

import argparse
import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence

from adapters.clock import SystemClock
from adapters.identity.id_token import LEEWAY
from adapters.identity.oidc import SECONDS_ROUNDED
from adapters.notices.server import MailFailed
from adapters.store.sqlite_file import NewerDatabase
from adapters.teams.doctor import Finding, examine
from bot.domain.hours import OpeningHours
from bot.domain.policy import RISKS
from bot.domain.policy_review import groups_of_nobody
from bot.proving import lets_anybody_in
from bot.settings import Settings
from bot.wiring import credential_of, registration_of
from bot.wiring.desk import replies_of, roster_of, tags_of
from bot.wiring.entra import phones
from bot.wiring.keeping import groups_in_vault
from bot.wiring.mail import mail_server_of
from bot.wiring.proof import methods_of, policy_of, risks_of
from bot.wiring.secret_files import CannotServe
from bot.wiring.sign_in import provider_ahead, provider_of, provider_silent
from bot.wiring.tickets import tickets_in_words
from dialogs.texts.catalogue import read_catalogue


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    one = commands.add_parser("doctor", help="look whether everything is well, before people do")
    one.set_defaults(do=doctor)


async def doctor(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Exit code 0 when all is well, 1 when something is not; what is doubtful is told and changes nothing."""
    findings = [
        _proof(settings),
        *await _groups(settings),
        *_hours(settings),
        _choices(settings, "replies", replies_of, "for agents to put into what they write"),
        _choices(settings, "tags", tags_of, "that a case may be given when it is closed"),
        _data(settings),
        *await _sign_in(settings),
        await _mail(settings),
        *await _tickets(settings),
    ]
    is_well = _told(findings)
    registration = registration_of(settings)
    if registration is None:
        print("      Teams: not configured. See deployment/teams/README.md.")
        return 0 if is_well else 1
    clock = SystemClock()
    try:
        credential = credential_of(settings, registration, clock)
    except (OSError, ValueError) as error:
        print(Finding("credential", False, f"it cannot be read: {error}"))
        return 1
    is_well &= _told(await examine(registration, credential, clock, settings.public_url))
    channel = settings.teams_agents_channel
    print(f"      agents' channel: {channel or 'not set; cases are listed by `sparekey cases list` alone'}")
    return 0 if is_well else 1


def _told(findings: Iterable[Finding]) -> bool:
    is_well = True
    for finding in findings:
        print(finding)
        is_well &= finding.is_well
    return is_well


def _proof(settings: Settings) -> Finding:
    try:
        policy = policy_of(settings)
    except CannotServe as weak:
        return Finding("proof", False, str(weak))
    methods, risks = methods_of(settings), risks_of(settings)
    if lets_anybody_in(policy, methods, risks):
        words = f"{len(policy.rules)} rules; every set has a fresh sign-in, or its risk is accepted by name"
        return Finding("proof", True, words)
    why = _NO_RISK if lets_anybody_in(policy, methods, RISKS) else _NO_WAY_IN.format(methods=", ".join(methods))
    return Finding("proof", True, f"everybody is brought to a human, nobody sees a key by themselves: {why}", True)


async def _groups(settings: Settings) -> tuple[Finding, ...]:
    """Nothing where the policy or the vault is not there yet: other lines say so."""
    if settings.data is None or not (settings.data / "vault.db").is_file():
        return ()
    try:
        policy, known = policy_of(settings), await groups_in_vault(settings.data)
    except CannotServe:
        return ()
    except (sqlite3.Error, NewerDatabase) as error:
        return (Finding("groups", False, f"the vault cannot be read: {error}"),)
    if known is None:
        return (Finding("groups", True, _NO_GROUPS, True),)
    if idle := groups_of_nobody(policy, known):
        return (Finding("groups", True, f"{'; '.join(idle)}: {_NOBODY_IN_IT}", True),)
    return (Finding("groups", True, "somebody is in each group that the policy names"),)


_NO_GROUPS = (
    "none were ever imported, so nobody knows who is barred and everybody is brought to a human: "
    "`sparekey vault import … --groups FILE`"
)
_NOBODY_IN_IT = (
    "nobody in the vault is in a group of that name. Is it written as the directory has it, "
    "and were the groups imported lately (`sparekey vault import … --groups FILE`)?"
)
_NO_RISK = (
    "no source says how risky an account is, and this policy counts the unknown as high. Set SPAREKEY_RISK_FROM_ENTRA, or "
    'accept it with when_risk_unknown = "open" in a policy file of your own. See deployment/install.md, step 4.'
)
_NO_WAY_IN = (
    "no rule has a set that can be satisfied with the methods of this installation ({methods}). "
    "`sparekey policy explain PERSON` tells what would be asked of somebody."
)


def _hours(settings: Settings) -> tuple[Finding, ...]:
    """One for each team."""
    try:
        roster = roster_of(settings)
    except CannotServe as unreadable:
        return (Finding("hours", False, str(unreadable)),)
    return tuple(_hours_of(team.hours, f"hours {team.name}".rstrip()) for team in roster.teams)


def _hours_of(hours: OpeningHours, what: str) -> Finding:
    if not hours.is_promise:
        return Finding(what, True, "none are promised; set SPAREKEY_HOURS_FILE to say when somebody is at the desk")
    now = SystemClock().now()
    opens = hours.opens_after(now)
    next_time = f"{opens.astimezone(hours.zone):%A, %Y-%m-%d %H:%M}" if opens else "not within a year"
    state = "open now" if hours.is_open(now) else "closed now"
    return Finding(what, opens is not None, f"{state}; opens next: {next_time} ({hours.place_name()} time)")


def _choices(settings: Settings, what: str, read: Callable[[Settings], Sequence[object]], words: str) -> Finding:
    try:
        choices = read(settings)
    except CannotServe as unreadable:
        return Finding(what, False, str(unreadable))
    return Finding(what, True, f"{len(choices)} {words}")


def _data(settings: Settings) -> Finding:
    is_there = settings.data is not None and settings.data.is_dir()
    return Finding("data", is_there, f"SPAREKEY_DATA is {settings.data}")


async def _sign_in(settings: Settings) -> tuple[Finding, ...]:
    try:
        provider = provider_of(settings, settings.public_url or "")
    except (CannotServe, OSError, ValueError) as missing:
        return (Finding("sign-in", False, str(missing)),)
    silent = await provider_silent(provider)
    if silent:
        return (Finding("sign-in", False, f"{provider.issuer} does not answer as a provider ({silent})"),)
    clock = clock_beside(await provider_ahead(provider, SystemClock()))
    seen = await phones(provider, SystemClock())
    if provider.step_up is None:
        words = "SPAREKEY_OIDC_STEP_UP is not set: a password alone would be enough to see a key"
        return (Finding("sign-in", False, words), clock, *seen)
    words = f"{provider.issuer} answers; before a key it has to say {provider.step_up}"
    return (Finding("sign-in", True, words), clock, *seen)


def clock_beside(ahead: float | None) -> Finding:
    """What our clock's lead over the provider's means: a sign-in has to be newer than the wish for it, by seconds."""
    if ahead is None:
        return Finding("clock", True, "it cannot be compared: the provider does not say its time", True)
    words = f"{int(abs(ahead))} seconds {'ahead of' if ahead > 0 else 'behind'} the provider's"
    if abs(ahead) >= LEEWAY:
        return Finding("clock", False, f"{words}; honest people are refused. Let NTP set it.")
    if abs(ahead) >= SECONDS_ROUNDED.total_seconds():
        return Finding("clock", True, f"{words}; honest people may be refused before a key. Let NTP set it.", True)
    return Finding("clock", True, words if ahead else "as the provider's")


async def _tickets(settings: Settings) -> tuple[Finding, ...]:
    if settings.tickets is None:
        return ()
    words = read_catalogue({"home": settings.public_url or ""})
    return (Finding("tickets", *await tickets_in_words(settings, words, SystemClock())),)


async def _mail(settings: Settings) -> Finding:
    try:
        server = mail_server_of(settings)
        await asyncio.to_thread(server.try_out)
    except (CannotServe, MailFailed, OSError) as failed:
        return Finding("mail", False, str(failed))
    return Finding("mail", True, f"{settings.mail_host} takes mail from us")
