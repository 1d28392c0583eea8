"""Signing in at a real provider: for the chat, silently when it may be silent, and freshly before a key."""

from collections.abc import AsyncIterator
from pathlib import Path

import msal
import pytest

from tests.app.visitor import GROUPS, link_of
from tests.sign_in.served import Served, served

pytestmark = [pytest.mark.needs("provider"), pytest.mark.timeout(120)]


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as one:
        yield one


async def test_somebody_signs_in_and_is_in_the_chat(product: Served) -> None:
    alex = product.browser()

    page = await alex.enter()

    assert page.status == 200
    assert "Alex Rivera" in page.text


async def test_the_second_time_nobody_is_asked_again(product: Served) -> None:
    alex = product.browser()
    await alex.enter()
    await alex.go("/sign-out", {})

    page = await alex.go("/sign-in?next=/chat")

    assert page.url.endswith("/chat")
    assert not [url for url in page.way if "interaction" in url]


async def test_before_a_key_everybody_is_asked_again_with_a_second_factor(product: Served) -> None:
    alex = product.browser()
    await alex.enter()
    card = await alex.found_key()
    link = link_of(card)

    asked = await alex.to_the_provider(card)
    back = await alex.sign_in_at_provider(asked, "alex")
    await alex.go(f"{link}/answer", {"somebody": "no"})
    shown = await alex.go(f"{link}/show", {"nth": "1"})

    assert 'name="code"' in asked.text
    assert back.url.endswith(link)
    assert "Is somebody telling you what to do?" in back.text
    assert len(GROUPS.findall(shown.text)) == 8
    await product.house.conductor.rest()
    assert product.notices.shown == [("alex", "LAPTOP-ALEX")]


async def test_in_a_private_session_the_key_is_shown_once_and_finish_leads_out_of_the_provider_too(
    product: Served,
) -> None:
    alex = product.browser()
    page = await alex.sign_in_at_provider(await alex.go("/sign-in?private=1&next=/chat"), "alex")
    assert page.url.endswith("/chat")
    card = await alex.found_key()
    link = link_of(card)
    await alex.sign_in_at_provider(await alex.to_the_provider(card), "alex")
    await alex.go(f"{link}/answer", {"somebody": "no"})
    await alex.go(f"{link}/show", {"nth": "1"})

    again = await alex.go(f"{link}/show", {"nth": "2"})
    end = await alex.go(f"{link}/finish", {}, stop_at="/oidc/session/end")

    assert not GROUPS.findall(again.text)
    assert end.url.startswith(f"{product.issuer.removesuffix('/oidc')}/oidc/session/end?client_id=sparekey")
    assert (await alex.go("/chat", stop_at="/sign-in")).status == 303


async def test_on_a_shared_computer_the_next_person_is_asked_who_they_are(product: Served) -> None:
    """Also where the provider's own question whether to sign out was left unanswered."""
    alex = product.browser()
    await alex.sign_in_at_provider(await alex.go("/sign-in?private=1&next=/chat"), "alex")
    await alex.go("/sign-out", {}, stop_at="/oidc/session/end")

    page = await alex.go("/chat", stop_at="/oidc/auth")

    assert "prompt=login" in page.url


@pytest.mark.parametrize("private", ["1", "0"])
async def test_whoever_signs_out_leaves_no_open_page_of_a_key_behind(product: Served, private: str) -> None:
    alex = product.browser()
    await alex.sign_in_at_provider(await alex.go(f"/sign-in?private={private}&next=/chat"), "alex")
    card = await alex.found_key()
    page = await alex.sign_in_at_provider(await alex.to_the_provider(card), "alex")
    assert "Is somebody telling you what to do?" in page.text

    await alex.go("/sign-out", {}, stop_at="/oidc/session/end")

    assert (await alex.go(link_of(card))).status == 409


async def test_signing_out_of_a_private_session_leads_to_the_provider(product: Served) -> None:
    alex = product.browser()
    await alex.sign_in_at_provider(await alex.go("/sign-in?private=1&next=/chat"), "alex")

    page = await alex.go("/sign-out", {}, stop_at="/oidc/session/end")

    assert "/oidc/session/end" in page.url


async def test_nobodys_tokens_stay_in_memory(product: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[msal.ConfidentialClientApplication] = []
    application = msal.ConfidentialClientApplication

    def kept(*given: object, **named: object) -> msal.ConfidentialClientApplication:
        made.append(application(*given, **named))
        return made[-1]

    monkeypatch.setattr(msal, "ConfidentialClientApplication", kept)

    page = await product.browser().enter()

    assert "Alex Rivera" in page.text
    (app,) = made
    for kind in ("AccessToken", "RefreshToken", "IdToken", "Account"):
        assert list(app.token_cache.search(kind)) == []
