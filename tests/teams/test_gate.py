"""The inbound gate: everything forged is refused for its own reason, and no rule can be taken away unnoticed."""

import ast
import inspect
import types
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from adapters.identity import signing_keys
from adapters.identity.signing_keys import SigningKey
from adapters.teams import cloud, gate
from adapters.teams.cloud import CLOUDS, ServiceHosts
from adapters.teams.gate import Gate, Refused
from tests.fakes.clock import FakeClock
from tests.teams.forgeries import UNENDORSED_KEY, WEBCHAT_KEY, Forgery, Scene, forgeries, genuine
from tests.teams.microsoft import APP_ID, ISSUER, TENANT, Issuer, Key

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
SERVICE_URL = "https://smba.trafficmanager.net/emea/"
CHANNEL_KEY = Key("key-1")
FORGERIES = forgeries()


class KeysAtHand:
    def __init__(self, keys: list[Key]) -> None:
        self.keys = signing_keys.read_keys({"keys": [key.public() for key in keys]})

    def at_hand(self, key_id: str) -> SigningKey | None:
        return self.keys.get(key_id)

    async def find(self, key_id: str) -> SigningKey | None:
        return self.keys.get(key_id)


KEYS = KeysAtHand([CHANNEL_KEY, WEBCHAT_KEY, UNENDORSED_KEY])
SCENE = Scene(Issuer([CHANNEL_KEY]), SERVICE_URL, NOW.timestamp())
PREPARED = [(one, one.header(SCENE), one.body(SCENE)) for one in FORGERIES]


def a_gate(clock: FakeClock | None = None, module: types.ModuleType = gate, hosts: types.ModuleType = cloud) -> Gate:
    names = frozenset(CLOUDS["public"].service_hosts)
    made: Gate = module.Gate(
        KEYS, clock or FakeClock(NOW), issuer=ISSUER, app_id=APP_ID, tenant=TENANT, hosts=hosts.ServiceHosts(names)
    )
    return made


async def test_the_genuine_one_is_let_in() -> None:
    activity = await a_gate().admit(*genuine(SCENE))

    assert activity.text == "hello"
    assert activity.conversation.tenant_id == TENANT


@pytest.mark.parametrize(("forgery", "header", "body"), PREPARED, ids=[one.name for one in FORGERIES])
async def test_a_forgery_is_refused_for_its_own_reason(forgery: Forgery, header: str, body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        await a_gate().admit(header, body)

    assert refused.value.why == forgery.rule


@pytest.mark.parametrize(("forgery", "header", "body"), PREPARED, ids=[one.name for one in FORGERIES])
async def test_a_gate_that_has_just_let_somebody_in_is_no_softer(forgery: Forgery, header: str, body: bytes) -> None:
    one = a_gate()
    await one.admit(*genuine(SCENE))

    with pytest.raises(Refused):
        await one.admit(header, body)


def test_every_rule_has_three_forgeries_at_least() -> None:
    counted = Counter(one.rule for one in FORGERIES)

    assert len(FORGERIES) >= 80
    assert {rule: count for rule, count in counted.items() if count < 2} == {}
    assert {rule for rule, count in counted.items() if count < 3} <= {"endorsement"}  # its third says so by its channel


async def test_a_minute_of_difference_between_clocks_is_forgiven() -> None:
    _, body = genuine(SCENE)
    early = SCENE.token(nbf=SCENE.now + 59, exp=SCENE.now + 3600)
    late = SCENE.token(nbf=SCENE.now - 3600, exp=SCENE.now - 59)

    for token in (early, late):
        assert (await a_gate().admit(f"Bearer {token}", body)).text == "hello"


async def test_a_token_that_was_genuine_once_is_refused_when_its_time_is_over() -> None:
    clock = FakeClock(NOW)
    one = a_gate(clock)
    header, body = genuine(SCENE)
    await one.admit(header, body)

    clock.advance(3600 + 61)

    with pytest.raises(Refused, match="time"):
        await one.admit(header, body)


async def test_a_token_that_was_genuine_once_is_refused_when_its_key_is_gone() -> None:
    keys = KeysAtHand([CHANNEL_KEY])
    hosts = ServiceHosts(frozenset(CLOUDS["public"].service_hosts))
    one = Gate(keys, FakeClock(NOW), issuer=ISSUER, app_id=APP_ID, tenant=TENANT, hosts=hosts)
    header, body = genuine(SCENE)
    await one.admit(header, body)

    keys.keys = {}

    with pytest.raises(Refused, match="key"):
        await one.admit(header, body)


async def test_a_remembered_token_does_not_speak_for_another_address() -> None:
    one = a_gate()
    header, body = genuine(SCENE)
    await one.admit(header, body)

    with pytest.raises(Refused, match="service_url"):
        await one.admit(header, body.replace(b"/emea/", b"/amer/"))


async def test_verdicts_are_remembered_within_bounds() -> None:
    one = a_gate()
    body = genuine(SCENE)[1]

    for at in range(3):
        await one.admit(f"Bearer {SCENE.token(jti=str(at))}", body)
    one._verdicts.update(
        {bytes([at // 256, at % 256]): next(iter(one._verdicts.values())) for at in range(gate.REMEMBERED)}
    )
    await one.admit(f"Bearer {SCENE.token(jti='last')}", body)

    assert len(one._verdicts) <= gate.REMEMBERED + 3


def test_the_hosts_of_every_cloud_are_exact_names() -> None:
    names = [name for one in CLOUDS.values() for name in one.service_hosts]

    assert "smba.trafficmanager.net" in names
    assert all(ServiceHosts(frozenset(names)).allow(f"https://{name}/teams/") for name in names)
    assert not any(ServiceHosts(frozenset(names)).allow(f"https://x.{name}/teams/") for name in names)


# A gate with one check less


class _Without(ast.NodeTransformer):
    """Takes the nth check away: a condition that refuses, one part of it, or a call that checks."""

    def __init__(self, place: int) -> None:
        self.place, self.seen, self.what = place, -1, ""

    def _is_it(self, what: str) -> bool:
        self.seen += 1
        if self.seen == self.place:
            self.what = what
        return self.seen == self.place

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        if not any(isinstance(part, ast.Raise | ast.Return) for part in node.body):
            return node
        if _refuses(node) and self._is_it(f"line {node.lineno}: if {ast.unparse(node.test)}"):
            node.test = ast.Constant(value=False)
        elif isinstance(node.test, ast.BoolOp) and _refuses(node):
            for at in range(len(node.test.values)):
                if self._is_it(f"line {node.lineno}: … {ast.unparse(node.test.values[at])}"):
                    kept = [value for number, value in enumerate(node.test.values) if number != at]
                    node.test = kept[0] if len(kept) == 1 else ast.BoolOp(node.test.op, kept)
                    break
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        text = ast.unparse(node)
        is_check = text.startswith(("require_", "self._require_"))
        return ast.Pass() if is_check and self._is_it(f"line {node.lineno}: {text}") else node

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        for at, key in enumerate(node.keys):
            if isinstance(key, ast.Constant) and key.value == "verify_signature" and self._is_it("verify_signature"):
                node.values[at] = ast.Constant(value=False)
        return node


def _refuses(node: ast.If) -> bool:
    """It raises, or it is one of the answers of ServiceHosts.allow."""
    return any(
        isinstance(part, ast.Raise) or (isinstance(part, ast.Return) and ast.unparse(part) == "return False")
        for part in node.body
    )


def mutants(module: types.ModuleType) -> Iterator[tuple[str, types.ModuleType]]:
    place = 0
    while True:
        without = _Without(place)
        tree = without.visit(ast.parse(inspect.getsource(module)))
        if not without.what:
            return
        changed = types.ModuleType(module.__name__)
        changed.__dict__["Refused"] = Refused
        exec(compile(ast.fix_missing_locations(tree), module.__name__, "exec"), changed.__dict__)  # noqa: S102 - our own source, less one check
        changed.__dict__["Refused"] = Refused
        yield without.what, changed
        place += 1


async def refuses_all(one: Gate) -> bool:
    """Every forgery is refused by a Refused, and the genuine one is let in."""
    try:
        await one.admit(*genuine(SCENE))
    except Exception:  # noqa: BLE001 - whatever it is, it is not what the gate does
        return False
    for forgery, header, body in PREPARED:
        try:
            await one.admit(header, body)
        except Refused as refused:
            if refused.why != forgery.rule:
                return False
        except Exception:  # noqa: BLE001 - a crash is not a refusal
            return False
        else:
            return False
    return True


async def test_no_check_of_the_gate_can_be_taken_away_unnoticed() -> None:
    survivors, tried = [], 0
    for what, module in mutants(gate):
        tried += 1
        if await refuses_all(a_gate(module=module)):
            survivors.append(what)

    assert tried >= 40
    assert survivors == []


async def test_no_check_of_the_hosts_can_be_taken_away_unnoticed() -> None:
    survivors, tried = [], 0
    for what, module in mutants(cloud):
        tried += 1
        if await refuses_all(a_gate(hosts=module)):
            survivors.append(what)

    assert tried >= 5
    assert survivors == []
