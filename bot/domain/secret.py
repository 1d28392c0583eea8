"""A value that must not be seen: it cannot be printed, formatted, compared, copied or stored by accident."""

from typing import Literal, NoReturn

Purpose = Literal["show", "check", "seal", "escrow", "channel", "leave"]


class Secret:
    """Holds a recovery key or a seed. `open_to` is the only way in, and says why."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def open_to(self, purpose: Purpose) -> str:
        """The value itself. Search for `open_to` to see every place that ever holds a key."""
        del purpose  # said at the call, for the reader
        return self.__value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return "Secret(…)"

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("a secret is not a value to work with")

    __eq__ = _refuse
    __ne__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __hash__ = _refuse
    __bool__ = __len__ = __iter__ = __getitem__ = __contains__ = _refuse
    __reduce__ = __reduce_ex__ = __getstate__ = __copy__ = __deepcopy__ = _refuse
