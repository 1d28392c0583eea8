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


class ChannelBusy(SparekeyError):
    """A channel did not take what was said. It may do so later: after `after` seconds, if it said so."""

    def __init__(self, after: float | None = None, why: str = "limit") -> None:
        super().__init__(why)
        self.after = after


class PersonUnreachable(SparekeyError):
    """A channel will not bring this to the person, however often it is asked: they have removed us, or are gone."""


class TicketsRefuse(SparekeyError):
    """The ticket system will not have it from us: somebody has to change a setting or a right. Holds words of ours alone."""
