"""What `doctor` asks of Entra itself: whether somebody who has nothing but a phone can sign in. It only ever warns."""

import aiohttp

from adapters.identity.application import Provider
from adapters.identity.conditional_access import PERMISSION, NotPermitted, phones_kept_out
from adapters.identity.entra_risk import GRAPH, NoAnswer
from adapters.teams.credential import Credential, MsalCredential, NoToken, patient_session
from adapters.teams.doctor import Finding
from bot.ports.clock import Clock
from bot.settings import ENTRA
from bot.wiring.sign_in import graph_token_of

WHAT = "phones"


async def phones(provider: Provider, clock: Clock) -> tuple[Finding, ...]:
    """Nothing where the provider is not Entra."""
    if not provider.issuer.startswith(f"{ENTRA}/"):
        return ()
    with patient_session() as blocking:
        credential = MsalCredential(graph_token_of(provider, blocking), clock, "Graph")
        async with aiohttp.ClientSession(trust_env=True) as http:
            return (await look_at_phones(http, credential, provider),)


async def look_at_phones(
    http: aiohttp.ClientSession, credential: Credential, provider: Provider, base: str = GRAPH
) -> Finding:
    context = provider.step_up if provider.step_up_claim == "acrs" else None
    try:
        named = await phones_kept_out(http, credential, provider.client_id, context, base)
    except NotPermitted:
        words = (
            f"Conditional Access is not looked at: the permission {PERMISSION} is missing. It is optional; without it see "
            "yourself that no policy asks for a compliant device. See deployment/install.md, step 1."
        )
        return Finding(WHAT, True, words, True)
    except (aiohttp.ClientError, TimeoutError, NoToken, NoAnswer) as error:
        why = str(error) if isinstance(error, NoAnswer) else type(error).__name__
        words = f"Conditional Access could not be looked at ({why}). See yourself that no policy asks for a compliant device."
        return Finding(WHAT, True, words, True)
    if not named:
        return Finding(WHAT, True, "no policy of Conditional Access asks them for a compliant device")
    words = (
        f"Conditional Access asks for a compliant device: {', '.join(named)}. Whoever is locked out of their computer holds only "
        "a phone, which often is none, and cannot sign in. Exclude this application, or the phones, from it."
    )
    return Finding(WHAT, True, words, True)
