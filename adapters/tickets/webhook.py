"""Tickets by a signed webhook, in the dress of Standard Webhooks: whoever receives it may be anything.

An entry has the same `webhook-id` at every attempt. Signed is `ID.TIMESTAMP.BODY`, with the moment of the attempt in it.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

import orjson
from aiohttp import hdrs
from yarl import URL

from adapters.tickets.line import Line
from adapters.tickets.wording import Wording
from bot.domain.secret import Secret
from bot.domain.tickets import Entry, Ticket, Written
from bot.ports.clock import Clock

PREFIX = "whsec_"
SHORTEST = 24
"""Bytes of a secret, as Standard Webhooks asks for."""
STATES: Mapping[str, str] = {"taken": "accepted", "released": "accepted", "closed": "completed"}
"""Bot Framework's words for how a hand-off stands."""


class WeakSecret(ValueError):
    """Too short to be no guess, or not what it says it is."""


def key_of(secret: Secret) -> bytes:
    """Raises WeakSecret."""
    text = secret.open_to("channel")
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True) if text.startswith(PREFIX) else text.encode()
    except ValueError:
        raise WeakSecret("what follows whsec_ is not Base64") from None
    if len(key) < SHORTEST:
        raise WeakSecret(f"it has fewer than {SHORTEST} bytes")
    return key


class Webhook:
    """Raises WeakSecret when it is made."""

    def __init__(self, line: Line, url: str, secret: Secret, wording: Wording, clock: Clock) -> None:
        self._line, self._url, self._wording, self._clock = line, URL(url), wording, clock
        self._key = key_of(secret)

    async def write(self, ticket: Ticket, entries: tuple[Entry, ...], written: Written | None) -> Written | None:
        del written
        for entry in entries:
            await self._send(entry.id_in(ticket), orjson.dumps(self._event(ticket, entry)))
        return Written(ticket.id, ticket.id)

    async def trouble(self) -> str:
        """Asking would be an event already: only what happens can be sent."""
        return ""

    async def _send(self, id_: str, body: bytes) -> None:
        at = str(int(self._clock.now().timestamp()))
        signed = hmac.digest(self._key, f"{id_}.{at}.".encode() + body, hashlib.sha256)
        headers = {
            hdrs.CONTENT_TYPE: "application/json",
            "webhook-id": id_,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
        }
        await self._line.ask(hdrs.METH_POST, self._url, headers, body)

    def _event(self, ticket: Ticket, entry: Entry) -> dict[str, object]:
        """Whoever waits is handed over, once more after they were put back; everything else is how that stands."""
        is_begun = entry.stage not in STATES
        case: dict[str, object] = {
            "number": ticket.number, "reason": ticket.reason, "urgency": ticket.urgency,
            "person": self._wording.who(ticket), "device": ticket.device_name, "language": ticket.language,
            "channel": ticket.channel, "stage": entry.stage, "outcome": entry.outcome, "into": entry.into,
            "tags": entry.tags, "team": entry.team or None, "sequence": entry.nth,
            "at": entry.at.isoformat() if entry.at else None,
        }  # fmt: skip
        state = {} if is_begun else {"state": STATES[entry.stage]}
        value: dict[str, object] = {**state, "message": self._wording.note(ticket, entry), "case": case}
        return {
            "type": "event",
            "name": "handoff.initiate" if is_begun else "handoff.status",
            "id": entry.id_in(ticket),
            "conversation": {"id": ticket.id},
            "value": value,
        }
