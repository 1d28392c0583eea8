"""Cookies by which a browser is known again: one secret for each thing that it began, worth nothing for any other."""

import hashlib
import secrets
from dataclasses import dataclass

from aiohttp import web

MANY = 8


@dataclass(frozen=True, slots=True)
class BrowserSecrets:
    """`kind`: what they are about. A secret that was given for something else, or planted before, is never taken."""

    kind: str
    lives: int
    is_https: bool

    def of(self, request: web.Request, about: str) -> str:
        return request.cookies.get(self._cookie(about), "")

    def all(self, request: web.Request) -> tuple[str, ...]:
        return tuple(secret for name, secret in request.cookies.items() if name.startswith(self._prefix))

    def give(self, answer: web.StreamResponse, about: str, secret: str = "") -> str:
        secret = secret or secrets.token_urlsafe(32)
        answer.set_cookie(
            self._cookie(about),
            secret,
            path="/",
            httponly=True,
            secure=self.is_https,
            samesite="Lax",
            max_age=self.lives,
        )
        return secret

    def forget(self, answer: web.StreamResponse, about: str) -> None:
        self._delete(answer, self._cookie(about))

    def forget_many(self, request: web.Request, answer: web.StreamResponse) -> None:
        """A page that begins the same again and again must not fill the browser's headers until nothing is let through."""
        ours = [name for name in request.cookies if name.startswith(self._prefix)]
        for name in ours if len(ours) >= MANY else ():
            self._delete(answer, name)

    def _delete(self, answer: web.StreamResponse, name: str) -> None:
        answer.del_cookie(name, path="/", httponly=True, secure=self.is_https, samesite="Lax")

    def _cookie(self, about: str) -> str:
        return self._prefix + hashlib.sha256(about.encode("utf-8", "replace")).hexdigest()[:12]

    @property
    def _prefix(self) -> str:
        """`__Host-`: no other host of the domain can set it."""
        return f"{'__Host-' if self.is_https else ''}sparekey-{self.kind}-"
