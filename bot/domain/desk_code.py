"""The short code that an agent gives to somebody who has neither computer nor phone: 44 bits, easy to say and to type."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L, O: nothing in it looks like anything else in it."""
LENGTH, GROUP = 9, 3


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    return " ".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def read_code(typed: str) -> str | None:
    """None for what cannot be one, whatever stands between its letters."""
    letters = "".join(letter for letter in typed[: 4 * LENGTH].upper() if letter not in " -.,_\t\u00a0")
    return letters if len(letters) == LENGTH and set(letters) <= set(ALPHABET) else None
