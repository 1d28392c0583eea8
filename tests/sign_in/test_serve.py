"""`sparekey serve` as an administrator runs it: CSV files, a policy, a provider, a mail server, a proxy with TLS in front."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar, TCPConnector
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.app.visitor import GROUPS, PATIENCE, link_of
from tests.ports import free_port
from tests.sign_in.providers import provider
from tests.sign_in.served import SECRET, Browser, Served, Told
from tests.teams.authority import Authority, authority

pytestmark = [pytest.mark.needs("provider"), pytest.mark.timeout(120)]
ROOT = Path(__file__).parents[2]
KEY = "-".join(["000011"] * 8)
CSV = {
    "people": (
        "object_id,tenant,login,name,given_name,mail,manager,language,enabled\n"
        "alex,demo,alex,Alex Rivera,Alex,alex@example.org,morgan,en,yes\n"
        "morgan,demo,morgan,Morgan Patel,Morgan,morgan@example.org,,en,yes\n"
        "kim,demo,kim,Kim Novak,Kim,kim@example.org,morgan,en,yes\n"
    ),
    "devices": "device_id,name,platform,ownership,owner,serial\nd1,LAPTOP-7,windows,corporate,alex,S1\nd2,LAPTOP-8,windows,corporate,kim,S2\n",
    "keys": (
        "device_id,drive,key_id,stored_at,recovery_key\n"
        f"d1,system,7FE7A5BB-8D70-4720-8D5D-B8F67CB5903A,2026-05-01T09:30:00Z,{KEY}\n"
        f"d2,system,1FE7A5BB-8D70-4720-8D5D-B8F67CB5903A,2026-05-01T09:30:00Z,{KEY}\n"
    ),
    "groups": "object_id,group\nkim,administrators\n",
}
POLICY = (ROOT / "deployment" / "policy.example.toml").read_text("utf-8")


class Post:
    def __init__(self) -> None:
        self.got: dict[str, str] = {}

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as aiosmtpd calls it
        assert isinstance(envelope.content, bytes)
        part = message_from_bytes(envelope.content, policy=default).get_body(("plain",))
        assert part
        self.got[envelope.rcpt_tos[0]] = part.get_content()
        return "250 OK"


def program(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@asynccontextmanager
async def tls_in_front(trust: Authority, port: int, behind: int) -> AsyncIterator[None]:
    """What a reverse proxy does, and nothing more."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        with suppress(ConnectionError):
            writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner, outer = await asyncio.open_connection("127.0.0.1", behind)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pass_on(reader, outer), pass_on(inner, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", port, ssl=trust.server)
    yield
    server.close()


@asynccontextmanager
async def running(environment: dict[str, str], log: Path, port: int) -> AsyncIterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once
            [sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    try:
        end = time.monotonic() + PATIENCE
        while True:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            with suppress(OSError):
                (await asyncio.open_connection("127.0.0.1", port))[1].close()
                break
            await asyncio.sleep(0.05)
        yield
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0, log.read_text()


async def test_from_an_empty_folder_to_the_first_unlocked_person(tmp_path: Path) -> None:
    trust, post = authority(tmp_path), Post()
    own, inner, idp = free_port(), free_port(), free_port()
    base = f"https://localhost:{own}"
    for name, content in CSV.items():
        (tmp_path / f"{name}.csv").write_text(content, "utf-8")
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "policy.toml").write_text(
        re.sub(r'when_risk_unknown *= *"closed"', 'when_risk_unknown = "open"', POLICY)
    )
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(lambda: SMTP(post, require_starttls=True, tls_context=trust.server), "127.0.0.1", 0)
    with provider(tmp_path, idp, f"{base}/auth/callback", f"{base}/signed-out") as (issuer, _):
        settings = {
            "data": str(tmp_path / "data"), "port": str(inner), "public_url": base, "policy_file": str(tmp_path / "policy.toml"),
            "oidc_issuer": issuer, "oidc_client_id": "sparekey", "oidc_secret_file": str(tmp_path / "secret"),
            "oidc_tenant": "demo", "oidc_step_up": "mfa", "mail_host": "localhost", "mail_sender": "sparekey@example.org",
            "mail_port": str(mail.sockets[0].getsockname()[1]), "mail_ca_file": str(trust.file),
            "mail_security_mailbox": "security@example.org", "trusted_proxies": '["127.0.0.1/32"]',
        }  # fmt: skip
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SPAREKEY_")}
        environment |= {f"SPAREKEY_{name.upper()}": value for name, value in settings.items()}
        environment |= {"SSL_CERT_FILE": str(trust.file), "REQUESTS_CA_BUNDLE": str(trust.file)}
        imported = await asyncio.to_thread(
            program, environment, "vault", "import", *(str(tmp_path / f"{name}.csv") for name in ("people", "devices", "keys")),
            "--groups", str(tmp_path / "groups.csv"),
        )  # fmt: skip
        assert imported.returncode == 0, imported.stderr
        async with running(environment, tmp_path / "serve.log", inner), tls_in_front(trust, own, inner):
            doctor = await asyncio.to_thread(program, environment, "doctor")
            assert doctor.returncode == 0, doctor.stdout
            assert "ok    proof: 6 rules" in doctor.stdout
            assert "ok    clock: as the provider's" in doctor.stdout
            alex, link = await unlocked(trust, base, tmp_path)
            await until(lambda: {"alex@example.org", "security@example.org"} <= set(post.got))
            await frozen_by(alex, post.got["alex@example.org"], base, link)
            kim = await told_no(trust, base, tmp_path)
    mail.close()
    assert "a colleague has to be there in person" in kim
    assert not any(KEY[:13] in text or "7FE7A5BB" in text for text in post.got.values())
    left = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir()) + (tmp_path / "serve.log").read_bytes()
    assert KEY[:20].encode() not in left
    verified = await asyncio.to_thread(program, environment, "audit", "verify")
    assert verified.returncode == 0, verified.stdout


def a_browser(trust: Authority, base: str, folder: Path) -> Browser:
    served = Served(None, base, "", trust, Told(), None, folder)  # type: ignore[arg-type]  # the house is a process of its own
    return Browser(
        served, ClientSession(connector=TCPConnector(ssl=trust.client), cookie_jar=CookieJar(quote_cookie=False))
    )


async def chatting(browser: Browser, person: str, words: str) -> None:
    await browser.enter(person)
    content = await browser.json("POST", "/chat/token")
    browser.token, browser.conversation = content["token"], content["conversationId"]
    await browser.json("POST", "/v3/directline/conversations", {"locale": "en"})
    await browser.say(words)


async def unlocked(trust: Authority, base: str, folder: Path) -> tuple[Browser, str]:
    alex = a_browser(trust, base, folder)
    await chatting(alex, "alex", "windows 7FE7A5BB")
    card = await alex.card()
    link = link_of(card)
    await alex.sign_in_at_provider(await alex.to_the_provider(card), "alex")
    await alex.go(f"{link}/answer", {"somebody": "no"})
    shown = await alex.go(f"{link}/show", {"nth": "1"})
    assert "-".join(GROUPS.findall(shown.text)) == KEY
    return alex, link


async def frozen_by(alex: Browser, mail: str, base: str, link: str) -> None:
    """The link in the mail is whole, looking does nothing, its button freezes."""
    found = re.search(re.escape(base) + r"/not-me/\S+", mail)
    assert found, mail
    looked = await alex.go(found[0])
    assert "Was this not you?" in looked.text
    await alex.go(found[0], {})
    assert (await alex.go(f"{link}/show", {"nth": "2"})).status == 404
    await alex.http.close()


async def told_no(trust: Authority, base: str, folder: Path) -> str:
    kim = a_browser(trust, base, folder)
    await chatting(kim, "kim", "windows 1FE7A5BB")
    end, heard = time.monotonic() + PATIENCE, ""
    while "Your case number" not in heard:
        assert time.monotonic() < end, heard
        heard = json.dumps(await kim.heard())
        await asyncio.sleep(0.02)
    await kim.http.close()
    return heard


async def until(holds: object) -> None:
    assert callable(holds)
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)
