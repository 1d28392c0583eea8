"""The people of the demo and their computers, each there to show one thing; every key and seed is made afresh."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.demo.computers import Computers, new_key
from adapters.identity.authenticator import Authenticator
from adapters.sources.vault.vault import Vault
from adapters.store.moments import micros
from bot.domain.devices import Drive, Ownership, Platform
from bot.domain.people import PersonId
from bot.domain.recovery_key import RecoveryKeyKind
from bot.domain.secret import Secret

TENANT = "demo"
SECURITY, OF_SECURITY = "security", "noor"
"""The group whose people approve where a manager cannot, and the one who is in it."""
NEEDS_APPROVAL = "jo"
"""Whose manager has to approve as well, as if the computer had only just become theirs."""
AGENTS_GROUP = "helpdesk"
SUPERVISORS, SUPERVISOR = "supervisors", "morgan"
"""The group that sees what agents did, and the one who is in it."""


@dataclass(frozen=True, slots=True)
class Persona:
    login: str
    name: str
    manager: str | None = None
    is_agent: bool = False

    @property
    def id(self) -> PersonId:
        return PersonId(TENANT, self.login)

    @property
    def given_name(self) -> str:
        return self.name.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Machine:
    """`keys`: how many BitLocker keys of the system drive are stored; the newest opens it."""

    name: str
    owner: str
    platform: Platform
    ownership: Ownership
    drives: tuple[Drive, ...] = ()
    older: int = 0


PERSONAS = (
    Persona("alex", "Alex Rivera", "morgan"),
    Persona("sam", "Sam Okafor", "morgan"),
    Persona("kim", "Kim Novak", "morgan"),
    Persona("robin", "Robin Meyer", "morgan"),
    Persona("jo", "Jo Lindqvist", "morgan"),
    Persona("morgan", "Morgan Patel"),
    Persona("noor", "Noor Haddad"),
    Persona("dana", "Dana Fischer", is_agent=True),
    Persona("lee", "Lee Tanaka", is_agent=True),
)
MACHINES = (
    Machine("LAPTOP-ALEX", "alex", "windows", "corporate", ("system", "data"), older=1),
    Machine("MAC-SAM", "sam", "mac", "corporate", ("system",)),
    Machine("LAPTOP-KIM", "kim", "windows", "corporate"),
    Machine("LAPTOP-JO", "jo", "windows", "corporate", ("system",)),
    Machine("HOME-ROBIN", "robin", "windows", "personal"),
    Machine("MAC-ROBIN", "robin", "mac", "corporate"),
)


async def settle_in(vault: Vault, computers: Computers, authenticator: Authenticator, now: datetime) -> None:
    """At the first start; a demo that is started again finds its people as it left them."""
    if await vault.by_login("alex"):
        return
    for persona in PERSONAS:
        await _move_in(vault, persona)
        seed = base64.b32encode(secrets.token_bytes(20)).decode()
        await authenticator.enrol(persona.id, Secret(seed))
    await _name_agents(vault, now)
    await vault.file.execute("INSERT INTO membership VALUES (?, ?)", (OF_SECURITY, SECURITY))
    await vault.file.execute("INSERT INTO membership VALUES (?, ?)", (SUPERVISOR, SUPERVISORS))
    for machine in MACHINES:
        await _set_up(vault, computers, machine, now)


async def _move_in(vault: Vault, persona: Persona) -> None:
    row = (
        persona.login, TENANT, persona.login, persona.name, persona.given_name,
        f"{persona.login}@example.org", persona.manager, "en", 1,
    )  # fmt: skip
    await vault.file.execute("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


async def _name_agents(vault: Vault, now: datetime) -> None:
    await vault.file.execute("INSERT INTO groups_known VALUES (?)", (micros(now),))
    for persona in PERSONAS:
        if persona.is_agent:
            await vault.file.execute("INSERT INTO membership VALUES (?, ?)", (persona.login, AGENTS_GROUP))


async def _set_up(vault: Vault, computers: Computers, machine: Machine, now: datetime) -> None:
    serial = secrets.token_hex(4).upper()
    row = (machine.name, machine.name, machine.platform, machine.ownership, machine.owner, serial, 1)
    await vault.file.execute("INSERT INTO device VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    await computers.build(machine.name, machine.name, machine.platform)
    kind: RecoveryKeyKind = "bitlocker" if machine.platform == "windows" else "filevault"
    for age in range(machine.older, 0, -1):
        _, key_id, key = new_key(kind)
        await vault.escrow(machine.name, "system", kind, key_id, key, now - timedelta(days=400 + age))
    for drive in machine.drives:
        _, key_id, key = new_key(kind)
        await vault.escrow(machine.name, drive, kind, key_id, key, now - timedelta(days=30))
        await computers.protect(machine.name, drive, kind, key_id, key)
    if not machine.drives:
        _, key_id, key = new_key(kind)
        await computers.protect(machine.name, "system", kind, key_id, key)  # its key is stored nowhere
