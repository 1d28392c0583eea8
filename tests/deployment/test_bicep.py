"""The rules that the Azure files keep. No compiler is at hand: these find a missing symbol or a secret, not a wrong type."""

import re
from pathlib import Path

import pytest

from tests.deployment.bicep import FILES, FOLDER, Bicep, main, read
from tests.deployment.dockerfile import our_stages

PARAMETERS = FOLDER / "main.bicepparam"
SECRET = re.compile(r"secret|password|credential|token|wrapping|(?<!public)key", re.IGNORECASE)
LITERAL_SECRET = re.compile(r"[A-Za-z0-9+/=_~-]{32,}")
A_ROLE = "4633458b-17de-408a-b874-0445c86b69e6"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_bracket_is_closed_by_its_like(path: Path) -> None:
    open_ones: list[str] = []
    for letter in read(path).bare:
        if letter in "{[(":
            open_ones.append("}])"["{[(".index(letter)])
        elif letter in "}])":
            assert open_ones.pop() == letter

    assert open_ones == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_symbol_that_is_named_is_declared(path: Path) -> None:
    assert read(path).named - set(read(path).declared) == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_parameter_and_variable_is_used(path: Path) -> None:
    file = read(path)
    for name, kind in file.declared.items():
        if kind in {"param", "var"}:
            assert len(re.findall(rf"(?<![\w.]){name}\b(?!:)", file.bare)) > 1, name


def test_a_symbol_that_is_not_declared_would_be_found() -> None:
    assert Bicep("param a string\noutput b string = '${a}-${missing.id}'\n").named - {"a", "b"} == {"missing"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_parameter_is_a_secret_that_everybody_can_read(path: Path) -> None:
    for name, text in read(path).parameters().items():
        assert not SECRET.search(name) or "@secure()" in text, name


@pytest.mark.parametrize("path", [*FILES, PARAMETERS], ids=lambda path: path.name)
def test_no_secret_is_written_down(path: Path) -> None:
    texts = re.findall(r"'([^']*)'", path.read_text("utf-8"))

    assert [text for text in texts if LITERAL_SECRET.fullmatch(text) and text != A_ROLE] == []


def test_the_parameter_file_gives_parameters_that_exist_and_no_secret() -> None:
    given = re.findall(r"^param (\w+) = (.*)$", PARAMETERS.read_text("utf-8"), re.MULTILINE)

    assert {name for name, _ in given} <= set(main().parameters())
    assert not [name for name, _ in given if SECRET.search(name)]


def test_every_parameter_without_a_default_is_given() -> None:
    asked = {name for name, text in main().parameters().items() if " = " not in text}

    assert asked <= set(re.findall(r"^param (\w+) =", PARAMETERS.read_text("utf-8"), re.MULTILINE))


def test_no_output_tells_a_secret() -> None:
    outputs = re.findall(r"^output .*$", main().text, re.MULTILINE)

    assert outputs
    assert not [line for line in outputs if re.search(r"listKeys|secret|primaryKey", line, re.IGNORECASE)]


def test_the_identity_may_read_the_vault_by_a_role_and_nobody_by_a_policy() -> None:
    (vault,) = main().resources("Microsoft.KeyVault/vaults")
    (role,) = main().resources("Microsoft.Authorization/roleAssignments")

    assert "enableRbacAuthorization: true" in vault
    assert "enablePurgeProtection: true" in vault
    assert "accessPolicies" not in vault
    assert "scope: vault" in role
    assert "identity.properties.principalId" in role
    assert A_ROLE in main().text


def test_the_program_waits_for_the_right_to_read_its_key() -> None:
    assert "dependsOn: [identityReadsSecrets]" in _program()


def test_the_wrapping_key_comes_from_the_vault_by_the_identity() -> None:
    assert "keyVaultUrl: '${vault.properties.vaultUri}secrets/wrapping-key'" in _program()
    assert re.findall(r"listKeys|@secure", _program()) == []


def test_the_bot_is_of_one_tenant_and_has_no_password() -> None:
    (bot,) = main().resources("Microsoft.BotService/botServices")

    assert "msaAppType: 'UserAssignedMSI'" in bot
    assert "msaAppTenantId: tenant().tenantId" in bot
    assert "endpoint: 'https://${host}/api/messages'" in bot
    assert "MultiTenant" not in main().text


def test_there_is_one_replica_while_the_store_is_a_file() -> None:
    assert "scale: { minReplicas: 1, maxReplicas: 1 }" in _program()


def test_the_world_reaches_the_proxy_over_tls_and_not_the_bot() -> None:
    (door,) = re.findall(r"targetPort: (\d+)", _program())

    assert "external: true" in _program()
    assert "allowInsecure: false" in _program()
    assert f":{door} {{" in (FOLDER / "Caddyfile").read_text("utf-8")
    assert door != our_stages()[-1].environment["SPAREKEY_PORT"]


def test_every_file_that_is_loaded_is_here() -> None:
    loaded = re.findall(r"loadTextContent\('([^']+)'\)|^module \w+ '([^']+)'", main().text, re.MULTILINE)

    assert loaded
    for content, module in loaded:
        assert (FOLDER / (content or module)).is_file()


def test_every_module_gets_the_parameters_that_it_asks_for() -> None:
    params = main().block("database").split("params: {")[1]

    assert set(re.findall(r"^    (\w+):", params, re.MULTILINE)) == set(read(FOLDER / "database.bicep").parameters())


def test_postgresql_is_off_until_it_is_asked_for_and_then_knows_no_password() -> None:
    assert "= false" in main().parameters()["postgres"]
    assert "= if (postgres) {" in main().block("database")
    assert "passwordAuth: 'Disabled'" in read(FOLDER / "database.bicep").text


def test_everything_that_is_mounted_is_a_volume_and_the_data_belong_to_the_user_of_the_image() -> None:
    mounted = set(re.findall(r"volumeName: '(\w+)'", _program()))
    volumes = set(re.findall(r"name: '(\w+)'\s*storageType:|name: '(\w+)', storageType:", _program()))
    user = our_stages()[-1].all("USER")[-1].rest.split(":")[0]

    assert mounted == {first or second for first, second in volumes}
    assert f"var botUser = '{user}'" in main().text


def _program() -> str:
    (program,) = main().resources("Microsoft.App/containerApps")
    return program
