"""What a private session keeps to end at the provider as well: its ID token, sealed, in its own browser and nowhere else."""

import base64
import binascii
from dataclasses import dataclass

from aiohttp import web

from adapters.sources.vault.sealing import BrokenSeal, Seal
from bot.domain.secret import Secret

LONGEST = 2048
"""A longer one would crowd the other cookies out of what proxies let through; the provider then asks its question."""


@dataclass(frozen=True, slots=True)
class SealedHints:
    """Each bound to the session that it was given with: no other session can leave by it."""

    seal: Seal
    is_https: bool

    @property
    def cookie(self) -> str:
        return f"{'__Host-' if self.is_https else ''}sparekey-leaving"

    def give(self, answer: web.StreamResponse, session_id: str, token: str) -> None:
        if not 0 < len(token) <= LONGEST:
            return
        sealed = base64.urlsafe_b64encode(self.seal.close(Secret(token), session_id)).decode()
        answer.set_cookie(self.cookie, sealed, path="/", httponly=True, secure=self.is_https, samesite="Lax")

    def of(self, request: web.Request, session_id: str) -> str:
        try:
            sealed = base64.urlsafe_b64decode(request.cookies.get(self.cookie, ""))
            return self.seal.open(sealed, session_id).open_to("leave")
        except (BrokenSeal, binascii.Error, ValueError):
            return ""
