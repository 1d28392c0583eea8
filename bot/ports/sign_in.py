"""How a person signs in to the web: the demo picks a person, OpenID Connect will follow."""

from typing import Protocol

from bot.domain.people import Principal


class SignIn(Protocol):
    """Raises SignInRefused."""

    async def principal(self, answer: str) -> Principal: ...
