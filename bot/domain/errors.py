"""What can go wrong in the terms of a lock-out. No message ever holds a digit of a key."""


class SparekeyError(Exception):
    """The root of all our refusals."""


class DamagedKey(SparekeyError):
    """A recovery key that cannot open anything: `group` is the first that fails its check, counted from 1."""

    def __init__(self, group: int | None = None) -> None:
        super().__init__(f"group {group} fails its check" if group else "not the shape of a recovery key")
        self.group = group


class SourceUnavailable(SparekeyError):
    """A key source did not answer. That is not the same as there being no key."""

    def __init__(self, source: str) -> None:
        super().__init__(f"{source} did not answer")
        self.source = source


class NoSuchKey(SparekeyError):
    """The source answered: it does not hold this key."""


class ProofRefused(SparekeyError):
    """The person did not prove who they are. Why is for the audit, never for the page."""


class SignInRefused(SparekeyError):
    """Nobody was signed in."""
